//! What the channel reads, in every state.

use chrono::Duration;
use insta::assert_snapshot;

use super::*;
use crate::domain::event::Ask;
use crate::domain::lead::{Channel, Outcome};
use crate::wording::plain::print;
use crate::wording::samples::{ANN, MAY, Story};

fn shown(story: &Story) -> String {
    let facts =
        CardFacts { lead: &story.lead, playbook: &story.playbook, roster: &story.roster, channel: "leads-dach", now: story.now };
    print(&card(&facts))
}

fn logged(outcome: Outcome) -> Ask {
    Ask::Log { channel: Channel::Call, outcome, note: None }
}

fn ended(reason: &str) -> Ask {
    Ask::Disqualify { reason: reason.into(), detail: Some("said so on the phone".to_owned()), until: None, original: None }
}

#[test]
fn a_new_lead_shows_what_they_want_and_no_contact_data() {
    assert_snapshot!(shown(&Story::arrives()), @r#"
    # New: NEW  L-1042  ‹Dana K.› (‹VP Ops›), ‹Acme Robotics›
    "‹We need scheduling for 120 technicians before March.›"
    Where New York, US, their 09:00 to 18:00 is <13:00> to <22:00> for you
    Source typeform "‹Demo›", ‹google›/‹cpc›, unauthenticated
    Routed DACH, open to the team, came here <~14 09:00>
    Due the team is rung <~14 09:10>
    [*Claim] [Not for us] [Details]
    "#);
}

#[test]
fn each_rung_says_who_was_rung_and_what_comes_next() {
    let mut story = Story::arrives();
    story.after(Duration::minutes(10));
    assert_snapshot!(shown(&story), @r#"
    # New: STILL OPEN  L-1042  ‹Dana K.› (‹VP Ops›), ‹Acme Robotics›
    "‹We need scheduling for 120 technicians before March.›"
    Where New York, US, their 09:00 to 18:00 is <13:00> to <22:00> for you
    Source typeform "‹Demo›", ‹google›/‹cpc›, unauthenticated
    Routed DACH, the team was rung, came here <~14 09:00>
    Due managers are rung <~14 09:20>
    [*Claim] [Not for us] [Details]
    "#);
    story.after(Duration::minutes(10));
    assert_snapshot!(shown(&story), @r#"
    # New: STILL OPEN  L-1042  ‹Dana K.› (‹VP Ops›), ‹Acme Robotics›
    "‹We need scheduling for 120 technicians before March.›"
    Where New York, US, their 09:00 to 18:00 is <13:00> to <22:00> for you
    Source typeform "‹Demo›", ‹google›/‹cpc›, unauthenticated
    Routed DACH, managers were rung, came here <~14 09:00>
    Due goes to @Ann <~14 09:30>
    [*Claim] [Not for us] [Details]
    "#);
}

#[test]
fn a_lead_in_repair_says_who_mends_it_for_whom() {
    let mut story = Story::arrives();
    story.ask(ANN, Ask::Claim);
    story.ask(ANN, ended("invalid_data"));
    assert_snapshot!(shown(&story), @r#"
    # Working: IN REPAIR  L-1042  ‹Dana K.› (‹VP Ops›), ‹Acme Robotics›
    "‹We need scheduling for 120 technicians before March.›"
    Where New York, US, their 09:00 to 18:00 is <13:00> to <22:00> for you
    Source typeform "‹Demo›", ‹google›/‹cpc›, unauthenticated
    In repair Invalid data, with @Ben, then back to @Ann
    Due to be mended, else closed <~15 08:00>
    [*Mend the data] [Cannot be mended] [Reopen to me] [Details]
    "#);
}

#[test]
fn a_claimed_lead_shows_its_owner_and_the_first_touch() {
    let mut story = Story::arrives();
    story.ask(ANN, Ask::Claim);
    assert_snapshot!(shown(&story), @r#"
    # Claimed: CLAIMED  L-1042  ‹Dana K.› (‹VP Ops›), ‹Acme Robotics›
    "‹We need scheduling for 120 technicians before March.›"
    Where New York, US, their 09:00 to 18:00 is <13:00> to <22:00> for you
    Source typeform "‹Demo›", ‹google›/‹cpc›, unauthenticated
    Owner @Ann, got it <~14 09:00>, stage Open
    Due first touch <~14 09:15>
    [*Log attempt] [Reached] [Follow up] [Disqualify] [More]
    [Details]
    "#);
    story.after(Duration::minutes(16));
    assert_snapshot!(shown(&story), @r#"
    # Claimed: CLAIMED  L-1042  ‹Dana K.› (‹VP Ops›), ‹Acme Robotics›
    "‹We need scheduling for 120 technicians before March.›"
    Where New York, US, their 09:00 to 18:00 is <13:00> to <22:00> for you
    Source typeform "‹Demo›", ‹google›/‹cpc›, unauthenticated
    Owner @Ann, got it <~14 09:00>, stage Open
    Late first touch; goes back to the team <~14 09:30>
    [*Log attempt] [Reached] [Follow up] [Disqualify] [More]
    [Details]
    "#);
    story.after(Duration::minutes(20));
    assert_snapshot!(shown(&story), @r#"
    # New: OPEN AGAIN  L-1042  ‹Dana K.› (‹VP Ops›), ‹Acme Robotics›
    "‹We need scheduling for 120 technicians before March.›"
    Where New York, US, their 09:00 to 18:00 is <13:00> to <22:00> for you
    Source typeform "‹Demo›", ‹google›/‹cpc›, unauthenticated
    Routed DACH, open to the team, came here <~14 09:30>
    Due the team is rung <~14 09:40>
    [*Claim] [Not for us] [Details]
    "#);
}

#[test]
fn a_worked_lead_shows_tries_and_the_next_step() {
    let mut story = Story::arrives();
    story.ask(ANN, Ask::Claim);
    story.ask(ANN, logged(Outcome::NoAnswer));
    assert_snapshot!(shown(&story), @r#"
    # Working: WORKING  L-1042  ‹Dana K.› (‹VP Ops›), ‹Acme Robotics›
    "‹We need scheduling for 120 technicians before March.›"
    Where New York, US, their 09:00 to 18:00 is <13:00> to <22:00> for you
    Source typeform "‹Demo›", ‹google›/‹cpc›, unauthenticated
    Owner @Ann, got it <~14 09:00>, stage Open
    Tries 1 (call 1), last <~14 09:00>
    Due next try <~15 08:00>
    [*Log attempt] [Reached] [Follow up] [Disqualify] [More]
    [Details]
    "#);
    story.ask(ANN, logged(Outcome::Reached));
    story.ask(ANN, Ask::Stage { to: "qualified".into() });
    let at = story.now + Duration::days(1);
    story.ask(ANN, Ask::FollowUp { at, note: None });
    assert_snapshot!(shown(&story), @r#"
    # Good: QUALIFIED  L-1042  ‹Dana K.› (‹VP Ops›), ‹Acme Robotics›
    "‹We need scheduling for 120 technicians before March.›"
    Where New York, US, their 09:00 to 18:00 is <13:00> to <22:00> for you
    Source typeform "‹Demo›", ‹google›/‹cpc›, unauthenticated
    Owner @Ann, got it <~14 09:00>, stage Qualified
    Tries 2 (call 2), last <~14 09:00>, reached
    Due follow-up <15 Sep 09:00> (<~15 09:00>)
    [*Log attempt] [Reached] [Follow up] [Disqualify] [More]
    [Details]
    "#);
}

#[test]
fn a_sleeping_lead_says_until_when_and_whose_it_was() {
    let mut story = Story::arrives();
    story.ask(ANN, Ask::Claim);
    let until = Some(story.now + Duration::days(30));
    story.ask(ANN, Ask::Disqualify { reason: "not_ready".into(), detail: None, until, original: None });
    assert_snapshot!(shown(&story), @r#"
    # Resting: ASLEEP  L-1042  ‹Dana K.› (‹VP Ops›), ‹Acme Robotics›
    "‹We need scheduling for 120 technicians before March.›"
    Where New York, US, their 09:00 to 18:00 is <13:00> to <22:00> for you
    Source typeform "‹Demo›", ‹google›/‹cpc›, unauthenticated
    Asleep Not ready, until <14 Oct 2026>, then back to @Ann
    [*Reopen to me] [Details]
    "#);
}

#[test]
fn a_lead_in_triage_asks_for_a_manager() {
    let mut story = Story::arrives();
    story.ask(ANN, Ask::WrongTeam { reason: "Austria".to_owned() });
    assert_snapshot!(shown(&story), @r#"
    # Alarm: NEEDS ROUTING  L-1042  ‹Dana K.› (‹VP Ops›), ‹Acme Robotics›
    "‹We need scheduling for 120 technicians before March.›"
    Where New York, US, their 09:00 to 18:00 is <13:00> to <22:00> for you
    Source typeform "‹Demo›", ‹google›/‹cpc›, unauthenticated
    Routed nowhere: a rep says that it is another team's, <~14 09:00>
    Due managers are told again <~14 10:00>
    [*Route] [Details]
    "#);
}

#[test]
fn each_ending_has_its_word() {
    let closing = |ask: Ask| {
        let mut story = Story::arrives();
        story.ask(ANN, Ask::Claim);
        story.ask(ANN, ask);
        shown(&story)
    };
    assert_snapshot!(closing(Ask::Won { value: None }), @r#"
    # Good: WON  L-1042  ‹Dana K.› (‹VP Ops›), ‹Acme Robotics›
    "‹We need scheduling for 120 technicians before March.›"
    Where New York, US, their 09:00 to 18:00 is <13:00> to <22:00> for you
    Source typeform "‹Demo›", ‹google›/‹cpc›, unauthenticated
    Won by @Ann, <~14 09:00>
    [Reopen] [Details]
    "#);
    assert_snapshot!(closing(ended("not_a_fit")), @r#"
    # Over: CLOSED  L-1042  ‹Dana K.› (‹VP Ops›), ‹Acme Robotics›
    "‹We need scheduling for 120 technicians before March.›"
    Where New York, US, their 09:00 to 18:00 is <13:00> to <22:00> for you
    Source typeform "‹Demo›", ‹google›/‹cpc›, unauthenticated
    Closed Not a fit, was with @Ann, <~14 09:00>
    [Reopen] [Details]
    "#);
    assert_snapshot!(closing(ended("not_interested")), @r#"
    # Over: DO NOT CONTACT  L-1042  ‹Dana K.› (‹VP Ops›), ‹Acme Robotics›
    "‹We need scheduling for 120 technicians before March.›"
    Where New York, US, their 09:00 to 18:00 is <13:00> to <22:00> for you
    Source typeform "‹Demo›", ‹google›/‹cpc›, unauthenticated
    Closed Not interested, was with @Ann, <~14 09:00>
    [Details]
    "#);
    assert_snapshot!(closing(ended("spam")), @r#"
    # Over: REMOVED  L-1042  ‹Dana K.› (‹VP Ops›), ‹Acme Robotics›
    Where New York, US, their 09:00 to 18:00 is <13:00> to <22:00> for you
    Source typeform "‹Demo›", ‹google›/‹cpc›, unauthenticated
    Removed Spam or test, was with @Ann, <~14 09:00>
    [Reopen] [Details]
    "#);
    let original = Some(crate::domain::ids::LeadId(1001));
    assert_snapshot!(closing(Ask::Disqualify { reason: "duplicate".into(), detail: None, until: None, original }), @r#"
    # Over: DUPLICATE  L-1042  ‹Dana K.› (‹VP Ops›), ‹Acme Robotics›
    "‹We need scheduling for 120 technicians before March.›"
    Where New York, US, their 09:00 to 18:00 is <13:00> to <22:00> for you
    Source typeform "‹Demo›", ‹google›/‹cpc›, unauthenticated
    Merged into L-1001, Duplicate, was with @Ann, <~14 09:00>
    [Reopen] [Details]
    "#);
}

#[test]
fn the_card_in_the_old_team_only_says_that_it_moved() {
    let mut story = Story::arrives();
    story.ask(MAY, Ask::Route { team: "world".into() });
    assert_snapshot!(shown(&story), @r#"
    # Over: MOVED  L-1042  ‹Dana K.› (‹VP Ops›), ‹Acme Robotics›
    Now with World; its card is in their channel.
    [Details]
    (without a sound)
    "#);
}

#[test]
fn at_night_a_card_makes_no_sound() {
    assert!(shown(&Story::arrives_at("2026-09-14T01:00:00Z")).ends_with("(without a sound)\n"));
    assert!(!shown(&Story::arrives()).contains("without a sound"));
}

#[test]
fn a_test_lead_is_marked_and_contact_is_public_only_where_the_playbook_says_so() {
    let mut story = Story::arrives();
    story.lead.profile.is_test = true;
    let mut playbook = (*story.playbook).clone();
    playbook.card.contact_in_public = true;
    story.playbook = std::sync::Arc::new(playbook);
    assert_snapshot!(shown(&story), @r#"
    # New: TEST  NEW  L-1042  ‹Dana K.› (‹VP Ops›), ‹Acme Robotics›
    "‹We need scheduling for 120 technicians before March.›"
    Where New York, US, their 09:00 to 18:00 is <13:00> to <22:00> for you
    Source typeform "‹Demo›", ‹google›/‹cpc›, unauthenticated
    Routed DACH, open to the team, came here <~14 09:00>
    Due the team is rung <~14 09:10>
    Contact Name ‹Dana Keller›, ‹VP Ops›, ‹Acme Robotics›, E-mail ‹dana@acme-robotics.example›, Phone ‹+12025550123›
    [*Claim] [Not for us] [Details]
    "#);
}

#[test]
fn however_much_there_is_to_say_a_card_has_eight_lines() {
    let mut story = Story::arrives();
    let mut playbook = (*story.playbook).clone();
    playbook.card.contact_in_public = true;
    story.playbook = std::sync::Arc::new(playbook);
    story.ask(ANN, Ask::Claim);
    story.ask(ANN, logged(Outcome::NoAnswer));
    let facts =
        CardFacts { lead: &story.lead, playbook: &story.playbook, roster: &story.roster, channel: "leads-dach", now: story.now };
    assert_eq!(1 + card(&facts).lines.len(), 8);
}
