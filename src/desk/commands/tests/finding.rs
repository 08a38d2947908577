//! `/lead next|list|show|why` and `/help`.

use insta::assert_snapshot;

use super::*;

#[tokio::test]
async fn next_shows_the_lead_that_has_waited_longest() {
    let bed = Bed::new().await;
    bed.lead_from("world-demo", "Walt Other", "Elsewhere Ltd").await;
    bed.passes(Duration::minutes(1));
    bed.lead("Dana Keller", "Acme Robotics").await;
    bed.passes(Duration::minutes(1));
    bed.lead("Evan Moss", "Moss GmbH").await;
    let answer = bed.says(ann(), "lead next", []).await;
    assert_snapshot!(seen(&answer), @r#"
    # New: NEW  L-1002  ‹Dana K.›, ‹Acme Robotics›
    "‹Could you call me about a quote?›"
    Source demo
    Routed DACH, open to the team, came here <~14 09:01>
    Due the team is rung <~14 09:11>
    [*Claim] [Not for us] [Details]
    "#);
    let claimed = bed.presses(ann(), "Claim", view(&answer)).await;
    assert!(seen(&claimed).contains("L-1002 ‹Dana K.› is yours"), "{}", seen(&claimed));
}

#[tokio::test]
async fn next_says_why_there_is_none() {
    let bed = Bed::new().await;
    assert_snapshot!(seen(&bed.says(ann(), "lead next", []).await), @"Nothing waits in DACH now. /me agenda shows what is due for you.");
    for n in 1..=6 {
        bed.lead(&format!("Person Nr{n}"), "Acme").await;
    }
    for _ in 1..=5 {
        let next = bed.says(ann(), "lead next", []).await;
        bed.presses(ann(), "Claim", view(&next)).await;
    }
    assert_snapshot!(seen(&bed.says(ann(), "lead next", []).await), @r"
    You have 5 untouched leads; 5 is the most. Work one of them first:
    • L-1005 ‹Person N.›, first touch <~14 09:15>
    • L-1004 ‹Person N.›, first touch <~14 09:15>
    • L-1003 ‹Person N.›, first touch <~14 09:15>
    • L-1002 ‹Person N.›, first touch <~14 09:15>
    • L-1001 ‹Person N.›, first touch <~14 09:15>
    ");
}

#[tokio::test]
async fn a_list_is_short_and_counts_the_rest() {
    let bed = Bed::new().await;
    for n in 1..=12 {
        bed.lead(&format!("Person Nr{n}"), "Acme").await;
    }
    assert_snapshot!(seen(&bed.says(ann(), "lead list", [("which", text("waiting"))]).await), @r"
    # Waiting for somebody: 12
    L-1001 ‹Person N.›, ‹Acme›  NEW  Due the team is rung <~14 09:10>
    L-1002 ‹Person N.›, ‹Acme›  NEW  Due the team is rung <~14 09:10>
    L-1003 ‹Person N.›, ‹Acme›  NEW  Due the team is rung <~14 09:10>
    L-1004 ‹Person N.›, ‹Acme›  NEW  Due the team is rung <~14 09:10>
    L-1005 ‹Person N.›, ‹Acme›  NEW  Due the team is rung <~14 09:10>
    L-1006 ‹Person N.›, ‹Acme›  NEW  Due the team is rung <~14 09:10>
    L-1007 ‹Person N.›, ‹Acme›  NEW  Due the team is rung <~14 09:10>
    L-1008 ‹Person N.›, ‹Acme›  NEW  Due the team is rung <~14 09:10>
    L-1009 ‹Person N.›, ‹Acme›  NEW  Due the team is rung <~14 09:10>
    L-1010 ‹Person N.›, ‹Acme›  NEW  Due the team is rung <~14 09:10>
    and 2 more: /lead show finds each by its number, name or company
    ");
    assert_snapshot!(seen(&bed.says(ann(), "lead list", []).await), @"You have no lead now. /lead next shows the one to take next.");
    let next = bed.says(ann(), "lead next", []).await;
    bed.presses(ann(), "Claim", view(&next)).await;
    assert_snapshot!(seen(&bed.says(ann(), "lead list", []).await), @r"
    # Your leads: 1
    L-1001 ‹Person N.›, ‹Acme›  CLAIMED  Due first touch <~14 09:15>
    ");
    let team = seen(&bed.says(ben(), "lead list", [("team", text("dach"))]).await);
    assert!(team.starts_with("# Open leads, DACH: 12") && team.contains("and 2 more"), "{team}");
    assert_snapshot!(seen(&bed.says(ben(), "lead list", [("team", text("mars"))]).await), @r#"There is no team "‹mars›". Choose one of those offered while you type."#);
}

#[tokio::test]
async fn a_lead_is_found_by_number_name_and_company() {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Acme Robotics").await;
    bed.lead("Dana Moss", "Moss GmbH").await;
    for typed in ["L-1001", "1001", "robotics"] {
        let shown = seen(&bed.says(ann(), "lead show", [("lead", text(typed))]).await);
        assert!(shown.contains("L-1001"), "{shown}");
    }
    assert_snapshot!(seen(&bed.says(ann(), "lead show", [("lead", text("dana"))]).await), @r#"
    Several leads fit "‹dana›". Give the number of the one you mean:
    L-1002 ‹Dana M.›, ‹Moss GmbH›, waits for somebody of DACH
    L-1001 ‹Dana K.›, ‹Acme Robotics›, waits for somebody of DACH
    "#);
    assert_snapshot!(seen(&bed.says(ann(), "lead show", [("lead", text("nobody*"))]).await), @r#"No lead fits "‹nobody*›". Type its number, such as L-1042, or a name or company; /lead list shows those that are open."#);
    assert_snapshot!(seen(&bed.says(ann(), "lead why", [("lead", text("L-7"))]).await), @"There is no lead L-7. /lead list shows those that are open.");
    assert_snapshot!(seen(&bed.says(ann(), "lead why", [("lead", text("1001"))]).await), @r#"
    # Why? L-1001 ‹Dana K.›
    <14 Sep 09:00>  came in from demo; rule "‹everything else›" sent it to DACH, it is open to DACH
      not "‹source world-demo›": `lead.source == "world-demo"` does not hold
    "#);
}

#[tokio::test]
async fn help_tells_each_what_they_may_do() {
    let bed = Bed::new().await;
    let rep = seen(&bed.says(ann(), "help", []).await);
    assert!(rep.contains("/lead next") && !rep.contains("/lead assign") && !rep.contains("/playbook apply"), "{rep}");
    let admin = seen(&bed.says(ada(), "help", []).await);
    assert!(admin.contains("/playbook apply"), "{admin}");
    assert_snapshot!(seen(&bed.says(ann(), "help", [("command", text("/lead log"))]).await), @r"
    # /lead log
    `/lead log lead channel outcome [note]`
    The first attempt keeps the first-touch promise.
    • lead  Number, name or company
    • channel  How
    • outcome  With what result
    • note  What was said or done (may be left out)
    ");
    assert_snapshot!(seen(&bed.says(ann(), "help", [("command", text("playbook apply"))]).await), @r"
    # /playbook apply
    `/playbook apply file`
    Checks it, shows what changes, and asks. Leads under way keep what they were promised.
    • file  The playbook, a .toml file
    /playbook apply is for administrators. Ask @Ada.
    ");
    assert_snapshot!(seen(&bed.says(ann(), "help", [("command", text("me"))]).await), @r"
    # What you can do here
    /me status  Say that you are here or away
    /me leave  Plan your leave, and who covers for you
    /me hours  Set the hours that you keep
    /me notify  Choose how you hear of things
    /me agenda  What is due today
    /me stats  Your own figures
    /help with a command says more, such as /help lead log. Most of it can also be done with the buttons of a card.
    ");
    assert_snapshot!(seen(&bed.says(ann(), "help", [("command", text("lead sing"))]).await), @r#"There is no command "‹lead sing›". /help lists those that there are."#);
}

#[tokio::test]
async fn a_right_that_is_missing_is_named_with_whom_to_ask() {
    let bed = Bed::new().await;
    let assign = || bed.says(ann(), "lead assign", [("lead", text("1001")), ("to", OptionValue::Person(ben()))]);
    assert_snapshot!(seen(&assign().await), @"/lead assign is for managers. Ask whoever runs this chat server for that role.");
    bed.says(may(), "help", []).await;
    bed.says(ada(), "help", []).await;
    assert_snapshot!(seen(&assign().await), @"/lead assign is for managers. Ask @May or @Ada.");
    assert_snapshot!(seen(&bed.says(may(), "playbook rollback", [("version", OptionValue::Integer(1))]).await), @"/playbook rollback is for administrators. Ask @Ada.");
    assert_snapshot!(seen(&bed.says(cy(), "lead next", []).await), @"You are not in a sales team yet, so leads are not shown to you. Ask a manager for the team's role, or to be added with /team add; then try again.");
}

#[tokio::test]
async fn whoever_types_is_offered_what_fits() {
    let bed = Bed::new().await;
    let typing = async |by: Visitor, option: &str, typed: &str| {
        let deed =
            Deed::Completing { path: Vec::new(), options: BTreeMap::new(), option: option.to_owned(), typed: typed.to_owned() };
        match bed.does(by, deed).await {
            Answer::Choices(choices) => choices.into_iter().map(|(_, value)| value).collect::<Vec<_>>().join(", "),
            other => panic!("no choices: {other:?}"),
        }
    };
    assert_eq!(typing(ann(), "period", "month").await, "this month, last month");
    assert_eq!(typing(ann(), "preset", "").await.split(", ").next(), Some("generic"));
    assert_eq!(typing(ann(), "command", "follow").await, "lead follow");
    assert_eq!(typing(ann(), "delivery", "").await, "", "managers only");
    assert_eq!(typing(may(), "delivery", "").await, "all");
}
