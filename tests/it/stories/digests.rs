//! Reports come by themselves, and people are told of their day.

use chrono::Duration;
use leadbell::domain::lead::State;
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;

use crate::bed::{Bed, PLAYBOOK, Seen};

fn told(bed: &Bed, channel: &str) -> Vec<Seen> {
    bed.channel(channel).into_iter().filter(|seen| seen.text().contains("digest")).collect()
}

#[tokio::test]
async fn a_digest_comes_on_its_day_and_once_even_after_a_standstill() {
    let bed = Bed::new().await;
    let may = bed.somebody("may");
    bed.lead("Dana Keller", "Scheduling for 120 technicians").await;
    let options = [("report", "speed"), ("every", "day"), ("at", "9:00"), ("channel", "general")];
    let set = may.command("digest set", &options).await.private().plain();
    assert!(set.contains("every day at 09:00 (Europe/Berlin)"), "{set}");
    may.command("digest set", &[("report", "pipeline"), ("every", "week"), ("at", "8")]).await;
    assert!(told(&bed, "general").is_empty());
    bed.forward(Duration::hours(24)).await;
    let first = told(&bed, "general");
    assert_eq!(first.len(), 1);
    let text = first[0].text();
    assert!(
        text.contains("Daily digest: Speed") && text.contains("Mon 14 Sep 2026") && text.contains("Sun 13 Sep 2026"),
        "{text}"
    );
    // The machine is off until the next Monday; then one comes, of the day before, and not seven.
    bed.clock.advance(Duration::days(6) + Duration::minutes(5));
    let bed = bed.restart().await;
    bed.rest().await;
    let all = told(&bed, "general");
    assert_eq!(all.len(), 2, "{:?}", all.iter().map(Seen::text).collect::<Vec<_>>());
    assert!(all[1].text().contains("Sun 20 Sep 2026"), "{}", all[1].text());
    let weekly = told(&bed, "bosses");
    assert_eq!(weekly.len(), 1);
    assert!(
        weekly[0].text().contains("Weekly digest: Pipeline") && weekly[0].text().contains("14–20 Sep 2026"),
        "{}",
        weekly[0].text()
    );
    assert!(weekly[0].file(&bed, "pipeline.png").starts_with(b"\x89PNG"));
    bed.forward(Duration::hours(1)).await;
    assert_eq!(told(&bed, "general").len(), 2);
    let may = bed.somebody("may");
    let list = may.command("digest list", &[]).await.private().plain();
    assert!(list.contains("speed comes every day") && list.contains("pipeline comes every Monday at 08:00"), "{list}");
    may.command("digest remove", &[("digest", "1")]).await;
    bed.forward(Duration::days(1)).await;
    assert_eq!(told(&bed, "general").len(), 2);
    let refused = bed.somebody("ann").command("digest list", &[]).await.private().plain();
    assert!(refused.contains("is for managers"), "{refused}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_digest_whose_channel_is_gone_is_told_to_managers_with_what_to_do() {
    let bed = Bed::new().await;
    let options = [("report", "aging"), ("every", "day"), ("channel", "general")];
    bed.somebody("may").command("digest set", &options).await;
    let general = bed.sandbox.channel_by_name("general").expect("it is there");
    assert!(bed.sandbox.delete_channel_as_human(general));
    bed.forward(Duration::hours(26)).await;
    let alarms: Vec<String> =
        bed.channel("bosses").iter().map(Seen::text).filter(|text| text.contains("could not be posted")).collect();
    assert_eq!(alarms.len(), 1, "{alarms:?}");
    assert!(alarms[0].contains("Daily digest: aging") && alarms[0].contains("/digest remove 1"), "{}", alarms[0]);
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_digest_that_cannot_be_counted_says_so_and_holds_up_no_other() {
    let bed = Bed::new().await;
    let may = bed.somebody("may");
    bed.lead("Dana Keller", "A demo").await;
    for report in ["lost", "pipeline"] {
        may.command("digest set", &[("report", report), ("every", "day"), ("at", "9:00"), ("channel", "general")]).await;
    }
    let mut database = SqliteConnectOptions::new().filename(bed.database()).connect().await.expect("it is there");
    // As a failing disk does it: the database itself lets nobody change what was written.
    let broken = r#"UPDATE activity SET facts = '["fact":"closed"' WHERE lead = 1001 AND rev = 1"#;
    for statement in ["DROP TRIGGER activity_is_final", broken] {
        sqlx::query(statement).execute(&mut database).await.expect("it can be written");
    }
    bed.forward(Duration::hours(24)).await;
    let all: Vec<String> = told(&bed, "general").iter().map(Seen::text).collect();
    assert_eq!(all.len(), 2, "{all:#?}");
    assert!(all[0].contains("Daily digest: lost could not be counted") && all[0].contains("leadbell audit"), "{}", all[0]);
    assert!(all[1].contains("Daily digest: Pipeline"), "{}", all[1]);
}

fn daily() -> String {
    PLAYBOOK.replace("agenda = false\nsweep = false\n", "")
}

fn day(bed: &Bed, who: &str) -> Vec<String> {
    let all = bed.somebody(who).direct();
    all.iter().map(Seen::plain).filter(|text| text.contains("Your day begins") || text.contains("Before you go")).collect()
}

/// Monday, nine in Berlin: Ann owns a lead that she has reached, and plans the next step for Tuesday.
async fn planned() -> Bed {
    let bed = Bed::with(&daily()).await;
    let ann = bed.somebody("ann");
    bed.lead("Dana Keller", "Scheduling for 120 technicians").await;
    ann.press(&bed.card("leads", "Dana"), "Claim").await;
    ann.press(&bed.card("leads", "Dana"), "Reached").await;
    ann.command("lead follow", &[("lead", "L-1001"), ("when", "tomorrow 11:00")]).await;
    bed
}

#[tokio::test]
async fn in_the_morning_everybody_hears_once_of_what_is_due_and_only_then() {
    let bed = planned().await;
    bed.forward(Duration::hours(23)).await;
    assert!(day(&bed, "ann").is_empty(), "{:?}", day(&bed, "ann"));
    bed.forward(Duration::hours(1)).await;
    let morning = day(&bed, "ann");
    assert_eq!(morning.len(), 1);
    assert!(morning[0].contains("Your day begins: 1 thing to do") && morning[0].contains("L-1001 Dana K."), "{}", morning[0]);
    assert!(!morning[0].contains("dana.keller@"), "{}", morning[0]);
    assert!(day(&bed, "ben").is_empty(), "nothing is due for him");
    let bed = bed.restart().await;
    bed.forward(Duration::hours(1)).await;
    assert_eq!(day(&bed, "ann").len(), 1, "once, whatever comes between");
    let ann = bed.somebody("ann");
    let last = ann.direct().into_iter().rfind(|seen| seen.plain().contains("Your day begins")).expect("it is there");
    let asked = ann.press(&last, "Log L-1001").await.private().plain();
    assert!(asked.contains("L-1001"), "{asked}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn nobody_on_leave_hears_of_their_day_and_neither_does_who_does_not_want_to() {
    let bed = planned().await;
    let ann = bed.somebody("ann");
    ann.command("me leave", &[("from", "today 20:00"), ("to", "2026-09-17 08:00")]).await;
    bed.forward(Duration::hours(48)).await;
    assert!(day(&bed, "ann").is_empty(), "{:?}", day(&bed, "ann"));
    bed.forward(Duration::hours(24)).await;
    let back = day(&bed, "ann");
    assert!(back.len() == 1 && back[0].contains("late since"), "{back:?}");
    let off = ann.command("me notify", &[("what", "agenda"), ("by", "off")]).await.private().plain();
    assert!(off.contains("Agenda when your day begins not at all"), "{off}");
    let never = ann.command("me notify", &[("what", "warnings"), ("by", "off")]).await.private().plain();
    assert!(never.contains("can be switched off"), "{never}");
    let before = day(&bed, "ann").iter().filter(|text| text.contains("Your day begins")).count();
    bed.forward(Duration::hours(24)).await;
    let after = day(&bed, "ann").iter().filter(|text| text.contains("Your day begins")).count();
    assert_eq!(after, before);
    bed.ends_clean().await;
}

#[tokio::test]
async fn before_the_day_ends_loose_ends_are_told_by_ones_own_hours() {
    let bed = Bed::with(&daily()).await;
    let (ann, ben) = (bed.somebody("ann"), bed.somebody("ben"));
    ben.command("me hours", &[("hours", "Mo-Fr 08:00-15:00")]).await;
    bed.lead("Dana Keller", "Scheduling").await;
    bed.lead("Evan Moss", "A question").await;
    ann.press(&bed.card("leads", "Dana"), "Claim").await;
    ann.press(&bed.card("leads", "Dana"), "Reached").await;
    ben.press(&bed.card("leads", "Evan"), "Claim").await;
    ben.press(&bed.card("leads", "Evan"), "Reached").await;
    ben.command("lead follow", &[("lead", "L-1002"), ("when", "in 3 days")]).await;
    bed.forward(Duration::hours(8) + Duration::minutes(29)).await;
    assert!(day(&bed, "ben").is_empty(), "he knows what comes next: {:?}", day(&bed, "ben"));
    assert!(day(&bed, "ann").is_empty(), "it is not half past five yet");
    bed.forward(Duration::minutes(1)).await;
    let evening = day(&bed, "ann");
    assert_eq!(evening.len(), 1);
    assert!(evening[0].contains("Before you go: 1 loose end") && evening[0].contains("without a next step"), "{}", evening[0]);
    let planned = ann.press(&ann.last_direct(), "Plan L-1001").await.private();
    assert!(planned.plain().contains("L-1001"), "{}", planned.plain());
    bed.ends_clean().await;
}

#[tokio::test]
async fn what_ends_as_other_is_told_once_a_week_and_made_a_reason_by_a_manager() {
    let bed = Bed::new().await;
    let (ann, may) = (bed.somebody("ann"), bed.somebody("may"));
    bed.forward(Duration::minutes(1)).await;
    for (nth, (name, note)) in [
        ("Dana Keller", "bought **elsewhere** last week"),
        ("Evan Moss", "Bought **elsewhere**  last week"),
        ("Finn Ode", "moved to another country"),
    ]
    .into_iter()
    .enumerate()
    {
        bed.lead(name, "Hello").await;
        ann.press(&bed.card("leads", name.split(' ').next().unwrap()), "Claim").await;
        let lead = format!("L-{}", 1001 + nth);
        ann.command("lead dq", &[("lead", &lead), ("reason", "other"), ("note", note)]).await;
    }
    bed.forward(Duration::minutes(50)).await;
    let others = |bed: &Bed| -> Vec<Seen> {
        bed.channel("bosses").into_iter().filter(|seen| seen.text().contains("ended as \"other\"")).collect()
    };
    assert!(others(&bed).is_empty(), "it is not ten yet");
    bed.forward(Duration::days(8)).await;
    let told = others(&bed);
    assert_eq!(told.len(), 1, "once, and not again while there is nothing new");
    let text = told[0].plain();
    assert!(text.contains("3 leads ended as") && text.contains("Website form 3") && text.contains("L-1001, L-1002"), "{text}");
    assert!(told[0].raw().contains("bought \\\\*\\\\*elsewhere"), "what reps write is shown as they wrote it: {}", told[0].raw());
    let refused = ann.press(&told[0], "Make it a reason").await.private().plain();
    assert!(refused.contains("is for managers"), "{refused}");
    let form = may.press(&told[0], "Make it a reason").await;
    let wrong =
        may.send(&form, &[("name", "Bought elsewhere"), ("question", ""), ("becomes", "forgotten")]).await.private().plain();
    assert!(wrong.contains("cannot become of a lead"), "{wrong}");
    let form = may.press(&told[0], "Make it a reason").await;
    let fields = [("name", "Bought elsewhere"), ("question", "From whom?"), ("becomes", "closed")];
    let shown = may.send(&form, &fields).await.private();
    assert!(shown.plain().contains("Bought elsewhere"), "{}", shown.plain());
    let before = bed.core.store.playbook().version;
    let applied = may.press(&shown, "Apply").await.private().plain();
    assert!(applied.contains(&format!("Version {} is in force now", before + 1)), "{applied}");
    let playbook = bed.core.store.playbook();
    assert!(playbook.reason(&"bought_elsewhere".into()).is_some());
    let history = may.command("playbook history", &[]).await.private().plain();
    assert!(history.contains("may"), "{history}");
    bed.lead("Gita Rao", "Hello").await;
    ann.press(&bed.card("leads", "Gita"), "Claim").await;
    ann.command("lead dq", &[("lead", "L-1004"), ("reason", "Bought elsewhere"), ("note", "Globex")]).await;
    let lead = bed.core.store.lead("L-1004".parse().unwrap()).await.unwrap().unwrap();
    assert!(matches!(&lead.course.state, State::Closed { reason: Some(reason), .. } if reason.as_str() == "bought_elsewhere"));
    bed.ends_clean().await;
}
