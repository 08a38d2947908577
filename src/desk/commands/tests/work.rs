//! `/lead add|log|note|follow|release|dq|assign`.

use insta::assert_snapshot;

use super::*;

fn lead(id: LeadId) -> (&'static str, OptionValue) {
    ("lead", text(&id.to_string()))
}

async fn claimed(bed: &Bed, by: Visitor) -> LeadId {
    let id = bed.lead("Dana Keller", "Acme Robotics").await;
    let next = bed.says(by.clone(), "lead next", []).await;
    bed.presses(by, "Claim", view(&next)).await;
    id
}

#[tokio::test]
async fn what_the_buttons_do_can_be_typed() {
    let bed = Bed::new().await;
    let id = claimed(&bed, ann()).await;
    let log = [lead(id), ("channel", text("call")), ("outcome", text("no_answer")), ("note", text("rang twice"))];
    assert_snapshot!(seen(&bed.says(ann(), "lead log", log).await), @r"
    Logged for L-1001 ‹Dana K.›: call, no answer. 1 try so far. That was the first touch.
    [Follow up] [Add a note]
    ");
    assert_snapshot!(seen(&bed.says(ann(), "lead note", [lead(id), ("text", text("prefers mornings"))]).await), @"Noted on L-1001 ‹Dana K.›");
    let follow = [lead(id), ("when", text("tomorrow 9:00")), ("note", text("ask for the budget"))];
    assert_snapshot!(seen(&bed.says(ann(), "lead follow", follow).await), @r"
    Planned for L-1001 ‹Dana K.›: <15 Sep 07:00> (<~15 07:00>). You will be reminded then.
    [Add a note]
    ");
    assert_snapshot!(seen(&bed.says(ann(), "lead follow", [lead(id), ("when", text("when pigs fly"))]).await), @r#"
    "‹when pigs fly›" is not a time that can be read here.
    Write it like: tomorrow 9, fri 14:30, in 3 days, next week, 2027-02-03 10:00.
    "#);
    let gone = [lead(id), ("reason", text("on holiday from tomorrow"))];
    assert_snapshot!(seen(&bed.says(ann(), "lead release", gone).await), @"L-1001 ‹Dana K.› is released. It waits for somebody of DACH.");
}

#[tokio::test]
async fn only_its_owner_and_managers_work_a_lead() {
    let bed = Bed::new().await;
    let id = claimed(&bed, ann()).await;
    let log = || [lead(id), ("channel", text("call")), ("outcome", text("reached"))];
    assert_snapshot!(seen(&bed.says(ben(), "lead log", log()).await), @"Only @Ann or a manager can do that: it is their lead.");
    assert!(seen(&bed.says(may(), "lead log", log()).await).starts_with("Logged for L-1001"));
}

#[tokio::test]
async fn a_reason_is_given_by_name_and_asks_for_what_it_needs() {
    let bed = Bed::new().await;
    let id = claimed(&bed, ann()).await;
    assert_snapshot!(seen(&bed.says(ann(), "lead dq", [lead(id), ("reason", text("Not ready"))]).await), @r#"This reason needs a day to come back on, in the future and within two years, such as "in 3 weeks" or "2027-02-03"."#);
    let when = [lead(id), ("reason", text("not_ready")), ("when", text("2026-12-01"))];
    assert_snapshot!(seen(&bed.says(ann(), "lead dq", when).await), @"
    L-1001 ‹Dana K.› sleeps until <01 Dec 2026>. Then it comes back to you.
    You can take it back within 30 s.
    [Undo]
    ");
    assert_snapshot!(seen(&bed.says(ann(), "lead dq", [lead(id), ("reason", text("boring"))]).await), @"Not now: L-1001 ‹Dana K.› sleeps until <01 Dec 2026>. Reopen it first, with the button of its card.");
}

#[tokio::test]
async fn a_duplicate_names_its_original() {
    let bed = Bed::new().await;
    let id = claimed(&bed, ann()).await;
    let original = bed.lead("Dana Keller", "Acme Robotics").await;
    let dq = [lead(id), ("reason", text("duplicate")), ("original", text(&original.to_string()))];
    assert_snapshot!(seen(&bed.says(ann(), "lead dq", dq).await), @r"
    L-1001 ‹Dana K.› is merged into L-1002, which goes on. Nothing of it is lost: see its details.
    You can take it back within 30 s.
    [Undo]
    ");
}

#[tokio::test]
async fn a_manager_gives_a_lead_to_somebody() {
    let bed = Bed::new().await;
    let id = claimed(&bed, ann()).await;
    let to = |whom: Visitor| [lead(id), ("to", OptionValue::Person(whom)), ("reason", text("knows them"))];
    assert_snapshot!(seen(&bed.says(may(), "lead assign", to(ben())).await), @"They are not known here yet: they become known when they press a button or give a command.");
    bed.says(ben(), "help", []).await;
    assert_snapshot!(seen(&bed.says(may(), "lead assign", to(ben())).await), @"
    L-1001 ‹Dana K.› is now with @Ben. They have been told.
    You can take it back within 30 s.
    [Undo]
    ");
}

#[tokio::test]
async fn a_lead_added_by_hand_is_theirs_at_once() {
    let bed = Bed::new().await;
    let by = visitor("wim", &["sales-world"]);
    let add = [
        ("name", text("  Priya Shah ")),
        ("email", text("Priya.Shah@Example.com")),
        ("phone", text("+44 20 7946 0123")),
        ("company", text("Shah Freight")),
        ("message", text("Met at the fair")),
    ];
    assert_snapshot!(seen(&bed.says(by.clone(), "lead add", add).await), @r#"
    # Claimed: L-1001 ‹Priya S.› is yours
    Name ‹Priya Shah›, ‹Shah Freight›
    E-mail ‹priya.shah@example.com›
    Phone ‹+442079460123›
    Where London, GB, Mon 10:00 there now
    Begin "Hi ‹Priya›, this is Wim from Acme. Thanks for asking; when is a good moment to talk?"
    Promised first touch <~14 12:15>; untouched, it goes back to the team <~14 12:30>
    [*Log attempt] [Follow up] [Release]
    "#);
    let made = bed.desk.store.lead(LeadId(1001)).await.unwrap().unwrap();
    assert_eq!((made.course.team, made.profile.source.as_str()), (Some("world".into()), "by_hand"));
    let again = [("name", text("P. Shah")), ("email", text("priya.shah@example.com"))];
    let told = seen(&bed.says(ann(), "lead add", again).await);
    assert!(told.contains("L-1001 ‹Priya S.› is known already: this is their 2nd request. It is with @Wim"), "{told}");
    assert_eq!(bed.desk.store.counts().await.unwrap().leads, 1);
}

#[tokio::test]
async fn a_lead_that_nobody_could_reach_is_not_added() {
    let bed = Bed::new().await;
    let name = || ("name", text("Priya"));
    assert_snapshot!(seen(&bed.says(ann(), "lead add", [name()]).await), @"A lead needs an e-mail address or a phone number, so that somebody can get in touch. Give one of them.");
    assert_snapshot!(seen(&bed.says(ann(), "lead add", [name(), ("email", text("priya at example"))]).await), @r#""‹priya at example›" is no e-mail address. Write it like dana@example.com, or leave it out and give a phone number."#);
    assert_snapshot!(seen(&bed.says(ann(), "lead add", [name(), ("phone", text("call me"))]).await), @r#""‹call me›" is no phone number. Write it with the country code, like +49 30 23125014."#);
    assert!(bed.desk.store.lead(LeadId(1001)).await.unwrap().is_none());
}

#[tokio::test]
async fn a_command_that_is_delivered_twice_is_done_once() {
    let bed = Bed::new().await;
    let add = || Deed::Commanded {
        path: vec!["lead".to_owned(), "add".to_owned()],
        options: BTreeMap::from([("name".to_owned(), text("Priya")), ("email".to_owned(), text("priya@example.com"))]),
    };
    for _ in 0..2 {
        let inbound = Inbound { id: "the same".to_owned(), by: ann(), channel: "c-1".to_owned(), deed: add() };
        bed.desk.answer(inbound).await;
    }
    assert_eq!(bed.desk.store.counts().await.unwrap().leads, 1);
}
