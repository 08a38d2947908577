//! `/team …`.

use insta::assert_snapshot;

use super::*;
use crate::store::AuditEntry;

fn of(whom: Visitor) -> [(&'static str, OptionValue); 2] {
    [("person", OptionValue::Person(whom)), ("team", text("dach"))]
}

fn with(whom: Visitor, name: &'static str, value: OptionValue) -> [(&'static str, OptionValue); 3] {
    let [person, team] = of(whom);
    [person, team, (name, value)]
}

#[tokio::test]
async fn a_manager_says_who_works_where_and_how_much_they_get() {
    let bed = Bed::new().await;
    bed.says(ann(), "help", []).await;
    assert_snapshot!(seen(&bed.says(may(), "team add", with(cy(), "weight", OptionValue::Integer(50))).await), @r"
    @Cy works in DACH now and may claim its leads, with a share of 50.
    They must be able to see #leads-dach; check that in the channel's settings.
    ");
    assert_snapshot!(seen(&bed.says(may(), "team add", of(cy())).await), @"@Cy is in DACH already, now with a share of 50 and the playbook's cap.");
    assert_snapshot!(seen(&bed.says(may(), "team cap", with(cy(), "cap", OptionValue::Integer(1))).await), @"@Cy may have 1 untouched lead at a time in DACH now.");
    assert_snapshot!(seen(&bed.says(may(), "team weight", with(ann(), "weight", OptionValue::Integer(150))).await), @"@Ann has a share of 150 in DACH now; 100 is an ordinary one.");
    assert_snapshot!(seen(&bed.says(may(), "team pause", with(ann(), "until", text("tomorrow 9:00"))).await), @"@Ann gets nothing new from DACH until <15 Sep 07:00> (<~15 07:00>). They keep what they own.");
    assert_snapshot!(seen(&bed.says(cy(), "team show", []).await), @r"
    DACH in #leads-dach, Mo-Fr 09:00-18:00; PH off, open now, captain @Ann
    • @Ann  weight 150, cap 5, 0 untouched of 0 owned, paused until <15 Sep 07:00>
    • @Cy  weight 50, cap 1 of their own, 0 untouched of 0 owned
    ");
    assert_snapshot!(seen(&bed.says(may(), "team cap", of(cy())).await), @"@Cy has the playbook's cap in DACH again: 5 untouched leads at a time.");
    assert_snapshot!(seen(&bed.says(may(), "team pause", with(ann(), "resume", OptionValue::Flag(true))).await), @"@Ann gets leads from DACH again.");
}

#[tokio::test]
async fn a_manager_says_how_many_leads_a_day_are_enough() {
    let bed = Bed::new().await;
    for who in [ann(), ben()] {
        bed.says(who, "help", []).await;
    }
    let [person, team] = of(ann());
    let a_day = [person, team, ("per", text("day")), ("cap", OptionValue::Integer(1))];
    assert_snapshot!(seen(&bed.says(may(), "team cap", a_day).await), @"@Ann may take 1 lead a day of DACH now.");
    for name in ["Dana Keller", "Evan Moss"] {
        bed.lead(name, "Acme").await;
    }
    let next = bed.says(ann(), "lead next", []).await;
    bed.presses(ann(), "Claim", view(&next)).await;
    let full = "You have taken 1 of this team's leads today; 1 a day is the most. The next day begins <~14 22:00>.";
    assert_eq!(seen(&bed.says(ann(), "lead next", []).await).trim(), full);
    assert!(seen(&bed.says(ben(), "team whoison", []).await).contains("has taken 1 today, 1 a day is the most"));
    assert!(seen(&bed.says(ben(), "team show", []).await).contains("cap 5, 1 a day of their own"));
    bed.passes(Duration::hours(24));
    assert!(seen(&bed.says(ann(), "lead next", []).await).contains("L-1002"));
    assert_snapshot!(seen(&bed.says(may(), "team cap", with(ann(), "per", text("day"))).await), @"@Ann may take as many leads of DACH a day as come.");
}

#[tokio::test]
async fn whoever_leaves_a_team_keeps_their_leads() {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Acme").await;
    let next = bed.says(ann(), "lead next", []).await;
    bed.presses(ann(), "Claim", view(&next)).await;
    assert_snapshot!(seen(&bed.says(may(), "team remove", of(ann())).await), @r"
    @Ann is no longer in DACH and gets nothing new from it.
    They keep 1 lead; give those away with /lead assign.
    They still have the role sales-dach, which puts them back with their next click: take that role away too.
    ");
    assert_snapshot!(seen(&bed.says(may(), "team remove", of(ben())).await), @"‹Ben› is not in DACH. /team show says who works where.");
    assert_snapshot!(seen(&bed.says(may(), "team weight", with(ann(), "weight", OptionValue::Integer(1))).await), @"‹Ann› is not in DACH. Add them with /team add.");
}

#[tokio::test]
async fn a_guest_who_is_added_works_leads() {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Acme").await;
    assert!(seen(&bed.says(cy(), "lead next", []).await).contains("not in a sales team"));
    bed.says(may(), "team add", of(cy())).await;
    assert!(seen(&bed.says(cy(), "lead next", []).await).contains("L-1001"));
}

#[tokio::test]
async fn who_is_on_says_who_could_take_a_lead_and_why_not_the_others() {
    let bed = Bed::new().await;
    for who in [ann(), ben(), visitor("dov", &["sales-dach"]), visitor("eve", &["sales-dach"])] {
        bed.says(who, "help", []).await;
    }
    bed.says(ann(), "me status", [("is", text("away"))]).await;
    bed.says(may(), "team pause", with(ben(), "until", text("tomorrow 9:00"))).await;
    bed.says(may(), "team cap", with(visitor("dov", &[]), "cap", OptionValue::Integer(1))).await;
    bed.lead("Dana Keller", "Acme").await;
    let dov = visitor("dov", &["sales-dach"]);
    let next = bed.says(dov.clone(), "lead next", []).await;
    bed.presses(dov.clone(), "Claim", view(&next)).await;
    assert_snapshot!(seen(&bed.says(dov.clone(), "team whoison", []).await), @r"
    DACH: 1 of 4 may take a lead, open now
    – @Ann  away
    – @Ben  paused until <15 Sep 07:00>
    – @Dov  has 1 untouched lead, 1 is the most
    • @Eve  0 untouched leads
    ");
    bed.passes(Duration::hours(10));
    let closed = seen(&bed.says(dov, "team whoison", []).await);
    assert!(closed.contains("closed until <15 Sep 07:00>"), "{closed}");
}

#[tokio::test]
async fn everybody_reads_whose_turn_it_is_and_how_it_is_counted() {
    let bed = Bed::new().await;
    for somebody in [ann(), ben()] {
        bed.says(somebody, "help", []).await;
    }
    bed.says(may(), "team add", with(cy(), "weight", OptionValue::Integer(50))).await;
    bed.says(cy(), "me status", [("is", text("away"))]).await;
    for name in ["Dana Keller", "Evan Moss"] {
        bed.lead(name, "Acme").await;
        let next = bed.says(ann(), "lead next", []).await;
        bed.presses(ann(), "Claim", view(&next)).await;
        bed.passes(Duration::minutes(1));
    }
    assert_snapshot!(seen(&bed.says(ben(), "fairness", [("team", text("dach"))]).await), @r"
    Turns of DACH
    `rep        weight  share  got  credit  asked  behind  last turn
    Ben           100    40%  0    0           0  +1.0    never
    Cy (away)      50    20%  0    +0.5        0  0       never
    Ann           100    40%  2    0           0  -1.0    14 Sep 11:01`
    Whoever is furthest behind their share is next, if they may have the lead then. Behind is their share of all turns and credits of the team, less their own, with what they are asked about now. A credit makes level: for leads that others got while they were away, and for joining late.
    Passing, losing a race and leads given by hand cost no turn; spam, duplicates and invalid data give it back.
    ");
    let public = bed.says(ann(), "fairness", [("public", OptionValue::Flag(true))]).await;
    assert!(matches!(public, Answer::Public(_)));
}

/// The worked example, in which every lead must be answered in German.
async fn skilled() -> Bed {
    let bed = Bed::new().await;
    let route = "[[skill]]\nkey = \"german\"\nname = \"German\"\n[[skill]]\nkey = \"polish\"\nname = \"Polish\"\n\
                 [[route]]\nname = \"everybody\"\nteam = \"dach\"\nrequire = [\"german\"]\n";
    let (before, after) = Playbook::example().split_once("[[source]]").unwrap();
    let (_, after) = after.split_once("# Which team").unwrap();
    let entry = AuditEntry { at: bed.desk.clock.now(), actor: "test".to_owned(), deed: "test".to_owned(), about: String::new() };
    bed.desk.store.apply_playbook(format!("{before}{route}# Which team{after}"), entry).await.unwrap();
    for who in [ann(), ben()] {
        bed.says(who, "help", []).await;
    }
    bed
}

fn can(whom: Visitor, skill: &str) -> [(&'static str, OptionValue); 2] {
    [("person", OptionValue::Person(whom)), ("skill", text(skill))]
}

#[tokio::test]
async fn a_manager_says_who_can_do_what_and_everybody_reads_it() {
    let bed = skilled().await;
    let lead = bed.lead("Dana Keller", "Acme").await;
    assert_snapshot!(seen(&bed.says(ann(), "lead next", []).await), @"L-1001 needs German, which is not among your skills. Nobody of DACH has it: a manager can say who does with /team skill.");
    assert_snapshot!(seen(&bed.says(may(), "team skill", can(ann(), "German")).await), @"@Ann has German now, and gets leads of the route that asks for it.");
    assert_snapshot!(seen(&bed.says(may(), "team skill", can(ann(), "polish")).await), @"@Ann has Polish now. No route asks for it yet: see `require` and `prefer` in the playbook.");
    assert_snapshot!(seen(&bed.says(may(), "team skill", can(ann(), "german")).await), @"@Ann has German anyway: nothing changed.");
    assert_snapshot!(seen(&bed.says(may(), "team skill", can(ann(), "dutch")).await), @r#"There is no skill "‹dutch›". The playbook names German and Polish."#);
    assert_snapshot!(seen(&bed.says(ben(), "team show", [("team", text("dach"))]).await), @r"
    DACH in #leads-dach, Mo-Fr 09:00-18:00; PH off, open now, captain @Ann
    • @Ann  weight 100, cap 5, 0 untouched of 0 owned, skills: German and Polish
    • @Ben  weight 100, cap 5, 0 untouched of 0 owned
    ");
    assert_snapshot!(seen(&bed.says(ben(), "team whoison", [("team", text("dach"))]).await), @r"
    DACH: 2 of 2 may take a lead, open now
    • @Ann  0 untouched leads, skills: German and Polish
    • @Ben  0 untouched leads
    ");
    let give = [("lead", text(&lead.to_string())), ("to", OptionValue::Person(ben())), ("reason", text("his"))];
    assert_snapshot!(seen(&bed.says(may(), "lead assign", give).await), @"@Ben does not have German, which L-1001 needs. Those of DACH who have it: @Ann.");
    let tried = seen(&bed.says(may(), "route test", [("company", text("Acme"))]).await);
    assert!(tried.contains("needs German") && tried.contains("not now: does not have German"), "{tried}");
    let [person, skill] = can(ann(), "german");
    let remove = [person, skill, ("remove", OptionValue::Flag(true))];
    assert_snapshot!(seen(&bed.says(may(), "team skill", remove).await), @"@Ann no longer has German. They keep what they own.");
    assert!(seen(&bed.says(ann(), "team skill", can(ann(), "german")).await).contains("manager"), "not by oneself");
}
