//! A sequence from the playbook to the mail server, and what people see of it.

use insta::assert_snapshot;

use super::*;
use crate::delivery::Mails;
use crate::domain::decision::News;
use crate::domain::sequences::Ended;
use crate::engine::pump::Pump;
use crate::engine::standstill::Standstill;
use crate::engine::tick::Loop as _;
use crate::intake::spool::Spool;
use crate::mailer::tests::Postman;

/// Ann's lead, asleep under a playbook with the usual sequence.
async fn asleep(bed: &Bed) -> LeadId {
    let entry =
        crate::store::AuditEntry { at: bed.now(), actor: "ada".into(), deed: "playbook.apply".into(), about: String::new() };
    let text_of_it = format!("{}\n[[sequence]]\nkey = \"nurture\"\n", Playbook::example());
    bed.desk.store.apply_playbook(text_of_it, entry).await.unwrap();
    let id = bed.lead("Dana Keller", "Acme Robotics").await;
    let next = bed.says(ann(), "lead next", []).await;
    bed.presses(ann(), "Claim", view(&next)).await;
    let given = [("lead", text(&id.to_string())), ("reason", text("not_ready")), ("when", text("in 60 days"))];
    bed.says(ann(), "lead dq", given).await;
    id
}

async fn pumps(bed: &Bed) {
    let Desk { store, mailer, clock, nudge, .. } = bed.desk.clone();
    let spool = Arc::new(Spool::new(std::path::Path::new("/nowhere"), 0));
    Pump { store, spool, clock, nudge, mailer, standstill: Standstill::default(), width: 1 }.tick().await;
}

async fn posts(bed: &Bed) -> usize {
    let Desk { store, mailer, clock, chance, nudge, .. } = bed.desk.clone();
    Mails { store, mailer, clock, chance, nudge }.tick().await.done
}

#[tokio::test]
async fn a_sleeping_lead_is_written_to_once_with_a_way_out_and_it_can_be_seen_how_it_does() {
    let bed = Bed::new().await;
    let postman = Postman::default();
    bed.desk.mailer.connect(postman.opens().await);
    let id = asleep(&bed).await;
    let shown = seen(&bed.says(ann(), "lead show", [("lead", text(&id.to_string()))]).await);
    assert!(shown.contains("Nurture, next \"Product news\"") && shown.contains("[Stop the sequence]"), "{shown}");
    bed.passes(Duration::days(14));
    pumps(&bed).await;
    pumps(&bed).await;
    assert_eq!((posts(&bed).await, posts(&bed).await), (1, 0));
    let taken = postman.taken.lock().unwrap().clone();
    assert_eq!(taken.len(), 1);
    assert!(taken[0].contains("List-Unsubscribe: <mailto:sales@acme.example?subject=unsubscribe>"), "{}", taken[0]);
    assert!(taken[0].contains("answer with \"unsubscribe\"") && taken[0].contains("Ann"), "{}", taken[0]);
    assert_snapshot!(seen(&bed.says(may(), "sequence list", []).await), @r#"
    # Sequences
    Nurture  0 in it, 1 sent, 0 answered, 0 returned otherwise  `nurture`
    "Product news" after 14 days
    when `lead.reason in ["not_ready", "no_budget"]`
    Stop one for a lead with /sequence stop.
    "#);
    let why = seen(&bed.says(ann(), "lead why", [("lead", text(&id.to_string()))]).await);
    assert!(why.contains("\"Product news\" was written to them by the sequence Nurture, for @Ann"), "{why}");
    assert!(why.contains("the sequence Nurture ended: all of it was written"), "{why}");
}

#[tokio::test]
async fn what_could_not_be_sent_yet_is_not_sent_once_somebody_has_the_lead() {
    let bed = Bed::new().await;
    let postman = Postman::default();
    bed.desk.mailer.connect(postman.opens().await);
    let id = asleep(&bed).await;
    bed.passes(Duration::days(14));
    pumps(&bed).await;
    let lead = bed.desk.store.lead(id).await.unwrap().unwrap();
    let reopened = crate::chat::action::Action::on(crate::chat::action::Verb::Reopen, id, lead.course.epoch).to_string();
    bed.presses_token(ann(), &reopened).await;
    assert_eq!(posts(&bed).await, 1, "the row is looked at");
    assert!(postman.taken.lock().unwrap().is_empty(), "and nothing went out");
}

#[tokio::test]
async fn a_rep_stops_it_and_nothing_goes_out_any_more() {
    let bed = Bed::new().await;
    let id = asleep(&bed).await;
    let said = seen(&bed.says(ben(), "sequence stop", [("lead", text(&id.to_string()))]).await);
    assert!(said.contains("Stopped: nothing more is written to"), "{said}");
    let lead = bed.desk.store.lead(id).await.unwrap().unwrap();
    assert_eq!(lead.course.sequences.values().map(|past| past.ended).collect::<Vec<_>>(), [Some(Ended::Stopped)]);
    let again = seen(&bed.says(ben(), "sequence stop", [("lead", text(&id.to_string()))]).await);
    assert!(again.starts_with("Nothing goes out to L-") && again.contains("by itself"), "{again}");
}

#[tokio::test]
async fn without_a_mail_server_who_had_it_gets_the_message_to_send() {
    let bed = Bed::new().await;
    let id = asleep(&bed).await;
    bed.passes(Duration::days(14));
    pumps(&bed).await;
    let due = bed.desk.store.due_notices(bed.now(), 100).await.unwrap();
    let news = due.iter().find(|row| matches!(row.news, News::SequenceStep { .. })).expect("Ann is told");
    let (roster, playbook) = (bed.desk.store.roster(), bed.desk.store.playbook());
    let lead = bed.desk.store.lead(id).await.unwrap();
    let facts = crate::wording::notices::NoticeFacts {
        lead: lead.as_ref(),
        playbook: &playbook,
        roster: &roster,
        now: bed.now(),
        reach: crate::wording::notices::Reach::Private,
        beside: crate::wording::notices::Beside::default(),
    };
    let told = crate::wording::notices::notice(&news.news, &facts);
    assert_snapshot!(print(&told), @r#"
    # Working: "Product news" is due for L-1001 ‹Dana K.›
    The sequence Nurture says so, and no mail server is named that would send it. Send it yourself, then log it; the lead sleeps on.
    Name ‹Dana Keller›, ‹Acme Robotics›
    E-mail ‹dana@example.com›
    [*Show the message] [Stop the sequence]
    "#);
    let filled = bed.presses(ann(), "Show the message", &told).await;
    assert!(seen(&filled).contains("since we last talked"), "{}", seen(&filled));
    assert!(
        seen(&filled).contains("\n    Ann") || seen(&filled).contains("\nAnn"),
        "in the name of who had it: {}",
        seen(&filled)
    );
    let logged = seen(&bed.presses(ann(), "Log as sent", view(&filled)).await);
    assert!(logged.contains("Logged for"), "{logged}");
    let list = seen(&bed.says(ann(), "sequence list", []).await);
    assert!(list.contains("No mail server is named in the settings"), "{list}");
}
