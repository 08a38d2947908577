//! What was just done is taken back, and everything is as it was.

use std::sync::Arc;

use chrono::Duration;
use proptest::prelude::*;

use super::tests::{ANN, BEN, MAY, Story};
use super::walk::{Move, step};
use crate::domain::clocks::Clock;
use crate::domain::decision::{Decision, News, Notice, Recipient};
use crate::domain::event::{Ask, Event};
use crate::domain::fact::Fact;
use crate::domain::ids::{LeadId, PersonId};
use crate::domain::lead::{Channel, Course, Lead, Outcome, State};
use crate::domain::merge::Line;
use crate::domain::person::Membership;
use crate::domain::reply::{NoUndo, Reply};
use crate::domain::undo::parted_from;

/// A story whose log is kept, as the store keeps it.
#[derive(Clone)]
pub(super) struct Kept {
    pub(super) story: Story,
    log: Vec<Line>,
}

impl Kept {
    fn new() -> Self {
        Self::of(Story::arrives())
    }

    pub(super) fn of(story: Story) -> Self {
        let born = story.lead.clone().unwrap().course;
        let line = Line { at: story.now, by: None, facts: vec![Fact::Undone { to: Box::new(born) }] };
        Self { story, log: vec![line] }
    }

    fn does(&mut self, event: &Event) -> Decision {
        self.story.beside.log.clone_from(&self.log);
        let decision = self.story.tell(event);
        let mut ledger = (*self.story.beside.ledger).clone();
        decision.turns.iter().for_each(|entry| ledger.enter(entry));
        self.story.beside.ledger = Arc::new(ledger);
        if decision.lead.is_some() {
            self.log.push(Line { at: self.story.now, by: decision.actor, facts: decision.facts.clone() });
        }
        decision
    }

    pub(super) fn asks(&mut self, by: PersonId, ask: Ask) -> Decision {
        self.does(&Event::Asked { by, ask })
    }

    /// The course, but for the epoch.
    fn course(&self) -> Course {
        Course { epoch: 0, ..self.story.lead.clone().unwrap().course }
    }

    fn turns(&self, who: PersonId) -> i64 {
        self.story.beside.ledger.standing(&"dach".into(), who).turns
    }
}

fn dq(reason: &str, story: &Story) -> Ask {
    let until = Some(story.now + Duration::days(30));
    Ask::Disqualify { reason: reason.into(), detail: Some("a long enough reason".to_owned()), until, original: None }
}

#[test]
fn each_act_that_can_be_taken_back_leaves_everything_as_it_was() {
    for (claimed_before, by, act) in [
        (false, ANN, "claim"),
        (true, ANN, "not_ready"),
        (true, ANN, "no_budget"),
        (true, ANN, "not_interested"),
        (true, ANN, "spam"),
        (true, ANN, "invalid_data"),
        (true, ANN, "won"),
        (true, ANN, "assign"),
        (true, MAY, "assign"),
        (false, MAY, "assign"),
    ] {
        let mut kept = Kept::new();
        if claimed_before {
            kept.asks(ANN, Ask::Claim);
        }
        let (before, turns) = (kept.course(), kept.turns(ANN));
        kept.story.now += Duration::minutes(1);
        let ask = match act {
            "claim" => Ask::Claim,
            "won" => Ask::Won { value: None },
            "assign" => Ask::Assign { to: BEN, reason: "yours".to_owned() },
            reason => dq(reason, &kept.story),
        };
        kept.asks(by, ask);
        assert_ne!(kept.course(), before, "{act}: it was done");
        kept.story.now += Duration::seconds(29);
        assert_eq!(kept.asks(by, Ask::Undo).reply, Reply::Undone, "{act}");
        assert_eq!(kept.course(), before, "{act}");
        assert_eq!(kept.turns(ANN), turns, "{act}");
        assert_eq!(kept.asks(by, Ask::Undo).reply, Reply::NotUndone(NoUndo::Nothing), "{act}: once");
    }
}

#[test]
fn whom_it_was_given_and_whose_it_was_hear_that_it_was_taken_back() {
    let mut kept = Kept::new();
    kept.asks(ANN, Ask::Claim);
    kept.asks(MAY, Ask::Assign { to: BEN, reason: "yours".to_owned() });
    let told = kept.asks(MAY, Ask::Undo).notices;
    let to = |who| told.iter().find(|notice| notice.to == Recipient::Person(who)).map(|notice| notice.news.clone());
    assert_eq!(to(BEN), Some(News::NoLongerYours { to: Some(ANN) }));
    assert_eq!(to(ANN), Some(News::AsBefore), "nobody gave it to her");
}

#[test]
fn it_stays_when_it_is_late_theirs_or_gone_on_from() {
    let claimed = || {
        let mut kept = Kept::new();
        kept.asks(ANN, Ask::Claim);
        kept
    };
    let mut late = claimed();
    late.story.now += Duration::seconds(31);
    assert_eq!(late.asks(ANN, Ask::Undo).reply, Reply::NotUndone(NoUndo::TooLate));
    assert_eq!(late.asks(MAY, Ask::Undo).reply, Reply::NotUndone(NoUndo::TooLate), "nor by anybody else");
    assert_eq!(claimed().asks(MAY, Ask::Undo).reply, Reply::NotUndone(NoUndo::Theirs { by: Some(ANN) }));
    let mut worked = claimed();
    worked.asks(ANN, Ask::Log { channel: Channel::Call, outcome: Outcome::NoAnswer, note: None });
    assert_eq!(worked.asks(ANN, Ask::Undo).reply, Reply::NotUndone(NoUndo::ActedSince { by: ANN }));
    let mut looked = claimed();
    looked.asks(ANN, Ask::Reveal);
    assert_eq!(looked.asks(ANN, Ask::Undo).reply, Reply::Undone, "looking is nothing");
    assert_eq!(Kept::new().asks(ANN, Ask::Undo).reply, Reply::NotUndone(NoUndo::Nothing));
}

#[test]
fn a_rung_goes_on_from_where_it_was() {
    let mut kept = Kept::new();
    let due = kept.course().clocks.wake_at();
    kept.asks(ANN, Ask::Claim);
    kept.asks(ANN, Ask::Undo);
    assert!(matches!(kept.course().state, State::Waiting { step: 0, .. }));
    assert_eq!(kept.course().clocks.wake_at(), due);
}

#[test]
fn two_leads_that_were_parted_by_a_slip_are_one_again() {
    let mut kept = Kept::new();
    kept.asks(ANN, Ask::Claim);
    let other = Lead { id: LeadId(7), ..kept.story.lead.clone().unwrap() };
    kept.story.beside.other = Some(other);
    kept.asks(ANN, Ask::Merge { into: LeadId(7) });
    let before = kept.course();
    assert!(matches!(before.state, State::Closed { original: Some(LeadId(7)), .. }));
    let parted = kept.asks(ANN, Ask::Reopen);
    assert!(matches!(parted.also.unwrap().facts[..], [Fact::Unmerged { .. }]));
    assert_eq!(parted_from(&kept.log), Some(LeadId(7)));
    let joined = kept.asks(ANN, Ask::Undo);
    assert_eq!((joined.reply, kept.course()), (Reply::Undone, before));
    let also = joined.also.expect("the other lead knows of it");
    assert!(matches!(also.facts[..], [Fact::MergedFrom { lead: LeadId(1001), submissions: 1 }]), "{:?}", also.facts);
}

/// Is this one of the acts that can be taken back, told by what became true?
fn is_such_an_act(decision: &Decision) -> bool {
    let moved = |fact: &Fact| match fact {
        Fact::Claimed { .. } | Fact::Pooled { .. } => true,
        Fact::Assigned { by, .. } => by.is_some(),
        Fact::Closed { original, .. } => original.is_none(),
        _ => false,
    };
    let came_in = |fact: &Fact| matches!(fact, Fact::CameAgain { .. } | Fact::Undone { .. });
    decision.actor.is_some() && decision.facts.iter().any(moved) && !decision.facts.iter().any(came_in)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn wherever_a_lead_has_been_what_was_just_done_leaves_no_trace(steps in proptest::collection::vec(step(), 1..30)) {
        let mut kept = Kept::new();
        for step in steps {
            let (before, turns) = (kept.course(), [ANN, BEN, MAY].map(|who| kept.turns(who)));
            let decision = match step {
                Move::Ask(_, Ask::Undo) | Move::Again(_) => continue,
                Move::Ask(by, ask) => kept.asks(by, ask),
                Move::Wait(minutes) => {
                    kept.story.now += Duration::minutes(minutes);
                    kept.does(&Event::Woke)
                }
            };
            if !is_such_an_act(&decision) {
                continue;
            }
            let by = decision.actor.unwrap();
            let mut back = kept.clone();
            back.story.now += Duration::seconds(29);
            prop_assert_eq!(back.asks(by, Ask::Undo).reply, Reply::Undone, "{:?}", decision.facts);
            prop_assert_eq!(back.course(), Course { piled: false, ..before }, "{:?}", decision.facts);
            prop_assert_eq!([ANN, BEN, MAY].map(|who| back.turns(who)), turns, "{:?}", decision.facts);
        }
    }
}

#[test]
fn an_attempt_that_was_a_slip_is_taken_back_while_it_is_the_last_thing() {
    let slip = (Channel::Call, Outcome::NoAnswer);
    let log = |(channel, outcome)| Ask::Log { channel, outcome, note: None };
    let unlog = |(channel, outcome)| Ask::Unlog { channel, outcome };
    let mut kept = Kept::new();
    kept.asks(ANN, Ask::Claim);
    let before = kept.course();
    kept.asks(ANN, log(slip));
    assert_ne!(kept.course(), before);
    kept.story.now += Duration::seconds(29);
    assert_eq!(kept.asks(BEN, unlog(slip)).reply, Reply::NotUndone(NoUndo::Nothing), "it is not his");
    assert_eq!(kept.asks(ANN, unlog((Channel::Email, Outcome::LeftMessage))).reply, Reply::NotUndone(NoUndo::Nothing));
    assert_eq!(kept.asks(ANN, unlog(slip)).reply, Reply::Undone);
    assert_eq!(kept.course(), before, "the first touch is promised as it was");
    kept.asks(ANN, log(slip));
    kept.story.now += Duration::seconds(31);
    assert_eq!(kept.asks(ANN, unlog(slip)).reply, Reply::NotUndone(NoUndo::TooLate));
    kept.asks(ANN, log(slip));
    kept.asks(ANN, Ask::Note { text: "rings on".to_owned() });
    assert_eq!(kept.asks(ANN, unlog(slip)).reply, Reply::NotUndone(NoUndo::ActedSince { by: ANN }));
}

#[test]
fn what_is_written_in_the_thread_counts_of_those_who_work_the_lead() {
    let mut kept = Kept::new();
    let write = || Ask::WriteInThread { text: "Lee decides".to_owned() };
    assert_eq!(kept.asks(ANN, write()).reply, Reply::NotNow, "nobody has it yet");
    kept.asks(ANN, Ask::Claim);
    assert_eq!(kept.asks(ANN, write()).reply, Reply::Noted);
    assert_eq!(kept.asks(MAY, write()).reply, Reply::Noted);
    assert!(matches!(kept.asks(BEN, write()).reply, Reply::NotAllowed(_)));
}

#[test]
fn what_ended_by_a_mistake_elsewhere_goes_on_with_what_was_left_of_its_promises() {
    let mut kept = Kept::new();
    kept.asks(ANN, Ask::Claim);
    kept.story.now += Duration::minutes(1);
    let (before, since) = (kept.course(), kept.story.now);
    let due = before.clocks.due(Clock::FirstTouch).unwrap();
    kept.does(&Event::LeftAlone);
    let mut at_once = kept.clone();
    at_once.does(&Event::GoesOnAfterAll { by: Some(BEN), since });
    assert_eq!(at_once.course(), before);
    kept.asks(MAY, Ask::Note { text: "who put them on the list?".to_owned() });
    kept.story.now += Duration::days(3);
    let other = Event::GoesOnAfterAll { by: None, since: since - Duration::seconds(1) };
    assert_eq!(kept.does(&other).reply, Reply::NotNow, "that was said at another time");
    let decision = kept.does(&Event::GoesOnAfterAll { by: None, since });
    assert_eq!(kept.course().state, before.state);
    assert_eq!(kept.course().clocks.due(Clock::FirstTouch), Some(due + Duration::days(3)));
    let told = News::Yours { from: None, due: Some(due + Duration::days(3)) };
    assert!(decision.notices.iter().any(|notice| notice.news == told), "{:?}", decision.notices);
    assert_eq!(kept.does(&Event::GoesOnAfterAll { by: None, since }).reply, Reply::NotNow, "once");
}

/// Three days after it had ended by a mistake elsewhere.
fn goes_on_later(kept: &mut Kept) -> Decision {
    let since = kept.story.now;
    kept.does(&Event::LeftAlone);
    kept.story.now += Duration::days(3);
    kept.does(&Event::GoesOnAfterAll { by: None, since })
}

#[test]
fn whoever_was_asked_long_ago_is_asked_anew() {
    let ladder = r#"ladder = [{ step = "offer", for = "5m" }, { step = "assign", to = "captain" }]"#;
    let mut kept = Kept::of(Story::under_usual(ladder).with_a_lead());
    assert!(kept.course().state.asked().is_some());
    let decision = goes_on_later(&mut kept);
    assert!(kept.course().state.asked().is_some());
    assert_eq!(kept.course().clocks.due(Clock::Step), Some(kept.story.now + Duration::minutes(5)));
    assert!(decision.notices.iter().any(|told| matches!(told.news, News::Offered { .. })), "{:?}", decision.notices);
}

#[test]
fn whoever_has_left_does_not_get_back_what_they_had() {
    let mut kept = Kept::new();
    kept.asks(ANN, Ask::Claim);
    kept.story.person(ANN).left = true;
    goes_on_later(&mut kept);
    assert!(matches!(kept.course().state, State::Waiting { .. }), "{:?}", kept.course().state);
}

#[test]
fn whoever_is_asked_again_hears_so() {
    let ladder = r#"ladder = [{ step = "offer", for = "5m" }, { step = "assign", to = "captain" }]"#;
    let mut kept = Kept::of(Story::under_usual(ladder).with_a_lead());
    let asked = kept.course().state.asked().unwrap();
    let until = kept.course().clocks.due(Clock::Step).unwrap();
    let to = [ANN, BEN].into_iter().find(|who| *who != asked).unwrap();
    let given = kept.asks(MAY, Ask::Assign { to, reason: "yours".to_owned() });
    let gone = News::OfferGone { to: Some(to) };
    assert_eq!(given.notices.iter().filter(|told| told.to == Recipient::Person(asked)).count(), 1, "{:?}", given.notices);
    assert!(given.notices.iter().any(|told| told.news == gone), "{:?}", given.notices);
    let back = kept.asks(MAY, Ask::Undo);
    let again = |told: &&Notice| told.to == Recipient::Person(asked);
    let again: Vec<_> = back.notices.iter().filter(again).map(|told| &told.news).collect();
    assert_eq!(again, [&News::Offered { until }], "as long as before");
}

#[test]
fn to_whom_it_comes_back_hears_that_it_sleeps_on() {
    let mut kept = Kept::new();
    kept.asks(ANN, Ask::Claim);
    let sleep = dq("not_ready", &kept.story);
    kept.asks(ANN, sleep);
    kept.story.now += Duration::minutes(5);
    let given = kept.asks(MAY, Ask::Assign { to: BEN, reason: "yours".to_owned() });
    assert!(given.notices.iter().any(|told| told.news == News::NoLongerYours { to: Some(BEN) }), "{:?}", given.notices);
    let back = kept.asks(MAY, Ask::Undo);
    let hers: Vec<_> = back.notices.iter().filter(|told| told.to == Recipient::Person(ANN)).map(|told| &told.news).collect();
    assert_eq!(hers, [&News::AsBefore]);
}

#[test]
fn a_turn_that_is_taken_again_is_of_the_team_in_which_it_was_taken() {
    let other = r#"
[[team]]
key = "world"
channel = "world"
captain = "ann"
"#;
    let mut story = Story::under_usual(other).with_a_lead();
    let dach = story.person(ANN).memberships[0].clone();
    story.person(ANN).memberships.push(Membership { team: "world".into(), ..dach });
    let mut kept = Kept::of(story);
    kept.asks(ANN, Ask::Claim);
    kept.story.now += Duration::minutes(1);
    kept.asks(ANN, Ask::WrongTeam { reason: "theirs".to_owned() });
    kept.asks(MAY, Ask::Route { team: "world".into() });
    kept.asks(MAY, Ask::Assign { to: ANN, reason: "yours".to_owned() });
    kept.story.now += Duration::minutes(1);
    let before = kept.course();
    assert_eq!(before.turn_of, Some((ANN, "dach".into())));
    let spam = dq("spam", &kept.story);
    kept.asks(ANN, spam);
    assert_eq!(kept.asks(ANN, Ask::Undo).reply, Reply::Undone);
    assert_eq!(kept.course().turn_of, before.turn_of);
}

#[test]
fn whoever_a_lead_waited_for_all_the_while_hears_nothing_and_nobody_hears_two_things() {
    let mut kept = Kept::new();
    kept.asks(ANN, Ask::Claim);
    let sleep = dq("not_ready", &kept.story);
    kept.asks(ANN, sleep);
    kept.story.now += Duration::minutes(5);
    kept.asks(MAY, Ask::Log { channel: Channel::Call, outcome: Outcome::NoAnswer, note: None });
    let back = kept.asks(MAY, Ask::Unlog { channel: Channel::Call, outcome: Outcome::NoAnswer });
    assert_eq!((back.reply, back.notices), (Reply::Undone, Vec::new()));
    kept.story.now += Duration::minutes(5);
    kept.asks(MAY, Ask::Assign { to: ANN, reason: "yours after all".to_owned() });
    let back = kept.asks(MAY, Ask::Undo);
    let told: Vec<_> = back.notices.iter().map(|told| (told.to.clone(), told.news.clone())).collect();
    assert_eq!(told, [(Recipient::Person(ANN), News::AsBefore)]);
}
