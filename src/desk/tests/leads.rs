//! What people do to leads, and what they see then.

use chrono::Duration;
use insta::assert_snapshot;

use super::bed::{Bed, ann, ben, card_of, may, on, seen, visitor};
use crate::chat::action::Verb;
use crate::chat::{Answering as _, Deed, Inbound, Visitor};
use crate::domain::lead::State;

#[tokio::test]
async fn whoever_claims_sees_the_card_change_and_how_to_reach_them() {
    let bed = Bed::new().await;
    let lead = bed.lead().await;
    assert_snapshot!(seen(&bed.presses(ann(), Verb::Claim, (lead, 1)).await), @r#"
    the card becomes:
    # Claimed: CLAIMED  L-1001  ‹Dana K.› (‹VP Ops›), ‹Acme Robotics›
    "‹We need scheduling for 120 technicians before March.›"
    Where New York, US, their 09:00 to 18:00 is <13:00> to <22:00> for you
    Source typeform "‹Demo›", ‹google›/‹cpc›, unauthenticated
    Owner @Ann, got it <~14 09:00>, stage Open
    Due first touch <~14 09:15>
    [*Log attempt] [Reached] [Follow up] [Disqualify] [More]
    [Details]
    only they see:
    # Claimed: L-1001 ‹Dana K.› is yours
    Name ‹Dana Keller›, ‹VP Ops›, ‹Acme Robotics›
    E-mail ‹dana@acme-robotics.example›
    Phone ‹+12025550123›
    Where New York, US, Mon 05:00 there now: outside the usual hours for a call
    Begin "Hi ‹Dana›, this is Ann from Acme. Thanks for asking; when is a good moment to talk?"
    Promised first touch <~14 09:15>; untouched, it goes back to the team <~14 09:30>
    You can take it back within 30 s.
    [*Log attempt] [Follow up] [Release] [Undo]
    "#);
    assert!(matches!(bed.now(lead).await.course.state, State::Owned { .. }));
    let due = bed.desk.store.due_cards(bed.desk.clock.now(), 10).await.unwrap();
    assert!(due.iter().all(|card| card.shown == card.wanted), "the answer drew the card: no edit is left to do");
}

#[tokio::test]
async fn whoever_comes_second_sees_who_was_first() {
    let bed = Bed::new().await;
    let lead = bed.lead().await;
    bed.presses(ann(), Verb::Claim, (lead, 1)).await;
    bed.desk.clock.advance(Duration::milliseconds(400));
    assert_snapshot!(seen(&bed.presses(ben(), Verb::Claim, (lead, 1)).await), @r#"
    the card becomes:
    # Claimed: CLAIMED  L-1001  ‹Dana K.› (‹VP Ops›), ‹Acme Robotics›
    "‹We need scheduling for 120 technicians before March.›"
    Where New York, US, their 09:00 to 18:00 is <13:00> to <22:00> for you
    Source typeform "‹Demo›", ‹google›/‹cpc›, unauthenticated
    Owner @Ann, got it <~14 09:00>, stage Open
    Due first touch <~14 09:15>
    [*Log attempt] [Reached] [Follow up] [Disqualify] [More]
    [Details]
    only they see:
    @Ann claimed this 0.4 s before you. Your turn is kept.
    "#);
    let on_the_new_card = bed.presses(ben(), Verb::Claim, (lead, 2)).await;
    assert!(seen(&on_the_new_card).starts_with("only they see:\n@Ann claimed this"), "a card that is right is left alone");
}

#[tokio::test]
async fn fifty_claims_have_one_winner_and_forty_nine_answers() {
    let bed = Bed::new().await;
    let lead = bed.lead().await;
    let people: Vec<Visitor> = (0..50).map(|n| visitor(&format!("rep{n}"), &["sales-dach"])).collect();
    let answers = futures_util::future::join_all(people.into_iter().map(|who| bed.presses(who, Verb::Claim, (lead, 1)))).await;
    let told: Vec<String> = answers.iter().map(seen).collect();
    assert_eq!(told.iter().filter(|told| told.contains("is yours")).count(), 1);
    assert_eq!(told.iter().filter(|told| told.contains("before you. Your turn is kept.")).count(), 49);
}

#[tokio::test]
async fn a_deed_that_is_delivered_twice_is_done_once_and_answered_twice() {
    let bed = Bed::new().await;
    let lead = bed.lead().await;
    let claim = |id: &str| Inbound {
        id: id.to_owned(),
        by: ann(),
        channel: "c-1".to_owned(),
        deed: Deed::Pressed { action: on(Verb::Claim, lead).to_string(), values: vec![], on: card_of(lead) },
    };
    let first = bed.desk.answer(claim("twice")).await;
    let rev = bed.now(lead).await.rev;
    let second = bed.desk.answer(claim("twice")).await;
    assert_eq!(seen(&first), seen(&second));
    assert_eq!(bed.now(lead).await.rev, rev);
}

#[tokio::test]
async fn a_refused_deed_that_is_delivered_twice_is_not_called_done() {
    let bed = Bed::new().await;
    let lead = bed.lead().await;
    bed.presses(ben(), Verb::Claim, (lead, 1)).await;
    let log = |id: &str| Inbound {
        id: id.to_owned(),
        by: ann(),
        channel: "c-1".to_owned(),
        deed: Deed::Pressed { action: on(Verb::Reached, lead).to_string(), values: vec![], on: card_of(lead) },
    };
    bed.desk.answer(log("twice")).await;
    let second = seen(&bed.desk.answer(log("twice")).await);
    assert!(second.contains("That was dealt with already. It is with @Ben"), "{second}");
}

#[tokio::test]
async fn an_attempt_is_logged_in_two_taps() {
    let bed = Bed::new().await;
    let lead = bed.lead().await;
    bed.presses(ann(), Verb::Claim, (lead, 1)).await;
    let mut shown = seen(&bed.presses(ann(), Verb::Log, (lead, 2)).await);
    shown += &seen(&bed.chooses(ann(), on(Verb::LogChannel, lead).with("voicemail"), "").await);
    shown += &seen(&bed.chooses(ann(), on(Verb::LogOutcome, lead).with("voicemail.left_message"), "").await);
    assert_snapshot!(shown, @r#"
    only they see:
    How did you try to reach L-1001 ‹Dana K.›?
    [Call] [Voicemail] [E-mail] [Text message]
    [WhatsApp] [LinkedIn] [Meeting] [Other]
    in its place they see:
    Voicemail: how did it go with L-1001 ‹Dana K.›?
    [Left a message] [Reached] [Wrong number]
    in its place they see:
    Logged for L-1001 ‹Dana K.›: voicemail, left a message. 1 try so far. That was the first touch.
    [Follow up] [Add a note]
    "#);
    let from_a_list = bed.chooses(ann(), on(Verb::LogOutcome, lead).with("email"), "bounced").await;
    assert!(seen(&from_a_list).contains("e-mail, bounced. 2 tries so far."));
    assert_eq!(bed.now(lead).await.course.work.tries(), 2);
}

#[tokio::test]
async fn reached_is_one_tap_on_the_card() {
    let bed = Bed::new().await;
    let lead = bed.lead().await;
    bed.presses(ann(), Verb::Claim, (lead, 1)).await;
    let shown = seen(&bed.presses(ann(), Verb::Reached, (lead, 2)).await);
    assert!(shown.contains("stage Contacted") && shown.contains("Logged for L-1001 ‹Dana K.›: call, reached."), "{shown}");
}

#[tokio::test]
async fn a_follow_up_is_chosen_or_typed_on_their_clocks() {
    let bed = Bed::new().await;
    let lead = bed.lead().await;
    bed.presses(ann(), Verb::Claim, (lead, 1)).await;
    bed.presses(ann(), Verb::Follow, (lead, 2)).await;
    let mut shown = seen(&bed.chooses(ann(), on(Verb::FollowAt, lead), "tomorrow").await);
    shown += &seen(&bed.chooses(ann(), on(Verb::FollowAt, lead), "date").await);
    let form = on(Verb::FollowDate, lead);
    shown += &seen(&bed.sends(ann(), form.clone(), &[("when", "wed 14:30"), ("text", "send the offer")]).await);
    shown += &seen(&bed.sends(ann(), form.clone(), &[("when", "12/01"), ("text", "ring twice")]).await);
    shown += &seen(&bed.chooses(ann(), on(Verb::FollowAt, lead), "date").await);
    shown += &seen(&bed.sends(ann(), form, &[("when", "2026-01-01"), ("text", "")]).await);
    assert_snapshot!(shown, @r#"
    in its place they see:
    Planned for L-1001 ‹Dana K.›: <15 Sep 13:00> (<~15 13:00>). You will be reminded then.
    [Add a note]
    a form opens:
    # L-1001 Follow up
    When? Time in New York* [e.g. tomorrow 9, fri 14:30, in 3 days, 9 my time]
    What for? [e.g. Send the offer first]
    in its place they see:
    Planned for L-1001 ‹Dana K.›: <16 Sep 18:30> (<~16 18:30>). You will be reminded then.
    But mind:
    • it is outside your hours
    The next free time is <17 Sep 13:00> (<~17 13:00>).
    [*Next free time] [Keep it anyway]
    [Add a note]
    in its place they see:
    "‹12/01›" is not a time that can be read here.
    Write it like: tomorrow 9, fri 14:30, in 3 days, next week, 2027-02-03 10:00.
    [*Type it again]
    a form opens:
    # L-1001 Follow up
    When? Time in New York* [12/01]
    What for? [ring twice]
    in its place they see:
    That is not in the future, or more than two years off. Choose a later time, such as "tomorrow 9" or "in 3 days".
    [*Type it again]
    "#);
    let plan = bed.now(lead).await.course.follow_up.unwrap();
    assert_eq!(plan.at.to_rfc3339(), "2026-09-16T18:30:00+00:00", "half past two in New York");
}

#[tokio::test]
async fn each_reason_asks_what_it_needs_and_tells_what_follows() {
    let bed = Bed::new().await;
    let lead = bed.lead().await;
    bed.presses(ann(), Verb::Claim, (lead, 1)).await;
    bed.presses(ann(), Verb::Disqualify, (lead, 2)).await;
    let choose = on(Verb::DisqualifyFor, lead);
    let with = |reason: &str| on(Verb::DisqualifyWith, lead).with(reason);
    let mut shown = seen(&bed.chooses(ann(), choose.clone(), "unreachable").await);
    shown += &seen(&bed.chooses(ann(), choose.clone(), "not_ready").await);
    shown += &seen(&bed.sends(ann(), with("not_ready"), &[("when", "one day")]).await);
    shown += &seen(&bed.sends(ann(), with("duplicate"), &[("original", "L-9")]).await);
    shown += &seen(&bed.sends(ann(), with("duplicate"), &[("original", "the other")]).await);
    shown += &seen(&bed.sends(ann(), with("other"), &[("text", "hm")]).await);
    shown += &seen(&bed.sends(ann(), with("not_ready"), &[("when", "in 3 weeks"), ("text", "after the fair")]).await);
    assert_snapshot!(shown, @r#"
    in its place they see:
    Too early for this reason. Nobody has tried yet. It needs 5 attempts on 5 days over 2 channels.
    [Log attempt] [Follow up]
    a form opens:
    # L-1001 Not ready
    When shall it come back?* [2026-10-14]
    What did they say? [e.g. Asked to call again after the trade fair]
    in its place they see:
    "‹one day›" is not a time that can be read here.
    Write it like: tomorrow 9, fri 14:30, in 3 days, next week, 2027-02-03 10:00.
    [*Type it again]
    in its place they see:
    There is no lead L-9. /lead list shows those that are open.
    [*Type it again]
    in its place they see:
    "‹the other›" is no lead's number. Write it like L-1042.
    [*Type it again]
    in its place they see:
    This reason needs an answer of at least 10 characters: What happened?
    [*Type it again]
    in its place they see:
    L-1001 ‹Dana K.› sleeps until <05 Oct 2026>. Then it comes back to you.
    You can take it back within 30 s.
    [Undo]
    "#);
}

#[tokio::test]
async fn a_press_on_an_outdated_card_explains_and_draws_it_again() {
    let bed = Bed::new().await;
    let lead = bed.lead().await;
    bed.presses(ben(), Verb::Claim, (lead, 1)).await;
    let shown = seen(&bed.presses(ann(), Verb::NotForUs, (lead, 1)).await);
    assert!(shown.starts_with("the card becomes:\n# Claimed: CLAIMED") && shown.contains("Only @Ben or a manager"), "{shown}");
    let shown = seen(&bed.presses(ann(), Verb::Log, (lead, 2)).await);
    assert!(shown.starts_with("only they see:\nOnly @Ben or a manager"), "{shown}");
}

#[tokio::test]
async fn a_lead_is_handed_over_with_a_reason() {
    let bed = Bed::new().await;
    let lead = bed.lead().await;
    bed.presses(ben(), Verb::Details, (lead, 1)).await;
    bed.presses(may(), Verb::Details, (lead, 1)).await;
    bed.presses(ann(), Verb::Claim, (lead, 1)).await;
    bed.presses(ann(), Verb::More, (lead, 2)).await;
    let mut shown = seen(&bed.chooses(ann(), on(Verb::MoreDo, lead), "assign").await);
    let ben_id = bed.desk.store.roster().by_handle("ben").unwrap().id.0.to_string();
    shown += &seen(&bed.chooses(ann(), on(Verb::AssignTo, lead), &ben_id).await);
    shown += &seen(&bed.sends(ann(), on(Verb::AssignTo, lead).with(&ben_id), &[("text", "knows them")]).await);
    assert_snapshot!(shown, @r#"
    in its place they see:
    Who shall have L-1001 ‹Dana K.›? They will be told.
    v Choose a person
      Ben  (Can have it now)
      May  (Can have it now)
    a form opens:
    # L-1001 Hand over to Ben
    Why them?* [e.g. Knows the industry]
    in its place they see:
    L-1001 ‹Dana K.› is now with @Ben. They have been told.
    You can take it back within 30 s.
    [Undo]
    "#);
}

#[tokio::test]
async fn a_manager_routes_what_a_rep_sent_back() {
    let bed = Bed::new().await;
    let lead = bed.lead().await;
    let mut shown = seen(&bed.presses(ann(), Verb::NotForUs, (lead, 1)).await);
    shown += &seen(&bed.sends(ann(), on(Verb::NotForUs, lead), &[("text", "they are in Boston")]).await);
    shown += &seen(&bed.presses(ann(), Verb::Route, (lead, 2)).await);
    shown += &seen(&bed.presses(may(), Verb::Route, (lead, 2)).await);
    shown += &seen(&bed.chooses(may(), on(Verb::RouteTo, lead), "world").await);
    assert_snapshot!(shown, @r#"
    a form opens:
    # L-1001 Not for us
    Why is it another team's?* [e.g. They are in Austria]
    in its place they see:
    L-1001 ‹Dana K.› goes to the managers, who will route it. Thank you.
    only they see:
    A manager has to route this one first. They have been told that it waits.
    only they see:
    Which team shall have L-1001 ‹Dana K.›?
    v Choose a team
      DACH  (#leads-dach)
      World  (#leads-world)
    in its place they see:
    L-1001 ‹Dana K.› goes to World now.
    "#);
    assert!(matches!(bed.now(lead).await.course.state, State::Waiting { ref team, .. } if team.as_str() == "world"));
}

#[tokio::test]
async fn who_has_too_many_untouched_leads_is_told_which() {
    let bed = Bed::new().await;
    for _ in 0..5 {
        let lead = bed.lead().await;
        bed.presses(ann(), Verb::Claim, (lead, 1)).await;
        bed.desk.clock.advance(Duration::seconds(30));
    }
    let sixth = bed.lead().await;
    assert_snapshot!(seen(&bed.presses(ann(), Verb::Claim, (sixth, 1)).await), @r#"
    only they see:
    You have 5 untouched leads; 5 is the most. Work one of them first:
    • L-1001 ‹Dana K.›, first touch <~14 09:15>
    • L-1002 ‹Dana K.›, first touch <~14 09:15>
    • L-1003 ‹Dana K.›, first touch <~14 09:16>
    • L-1004 ‹Dana K.›, first touch <~14 09:16>
    • L-1005 ‹Dana K.›, first touch <~14 09:17>
    "#);
}
