//! Stories of two leads that are exchanged, or are not.

use std::collections::BTreeMap;

use chrono::Duration;

use super::tests::{ANN, BEN, MAY, Story};
use crate::domain::clocks::Clock;
use crate::domain::decision::{Decision, News, Recipient};
use crate::domain::event::{Ask, Event};
use crate::domain::fact::Fact;
use crate::domain::ids::{LeadId, PersonId};
use crate::domain::lead::{Channel, Course, Lead, Outcome, State};
use crate::domain::merge::Line;
use crate::domain::person::Presence;
use crate::domain::reply::{Need, NoMerge, NoTrade, NoUndo, Refusal, Reply, Unknown};
use crate::domain::trade::{TradeAsk, TradeEnd, traded_for};

const HERS: LeadId = LeadId(1001);
const HIS: LeadId = LeadId(1002);

/// Ann has one lead and Ben another; their logs are kept, as the store keeps them.
struct Two {
    story: Story,
    leads: BTreeMap<LeadId, Lead>,
    logs: BTreeMap<LeadId, Vec<Line>>,
}

impl Two {
    fn new() -> Self {
        let story = Story::arrives();
        let (mut leads, mut logs) = (BTreeMap::new(), BTreeMap::new());
        for id in [HERS, HIS] {
            let lead = Lead { id, ..story.lead.clone().unwrap() };
            let born = Fact::Undone { to: Box::new(lead.course.clone()) };
            logs.insert(id, vec![Line { at: story.now, by: None, facts: vec![born] }]);
            leads.insert(id, lead);
        }
        let mut two = Self { story, leads, logs };
        two.asks(HERS, ANN, Ask::Claim);
        two.asks(HIS, BEN, Ask::Claim);
        two.story.untouched = [(ANN, 1), (BEN, 1)].into();
        two
    }

    /// As the store does it: the other lead is there where the question is about two, or a trade is open.
    fn does(&mut self, on: LeadId, event: &Event) -> Decision {
        let lead = self.leads[&on].clone();
        let log = self.logs[&on].clone();
        let other = match event {
            Event::Asked { ask: Ask::Trade(ask), .. } => Some(ask.with()),
            Event::Asked { ask: Ask::Undo, .. } => traded_for(&log),
            _ => lead.course.trade.as_ref().map(|trade| trade.with),
        };
        self.story.lead = Some(lead);
        self.story.beside.log = log;
        self.story.beside.other = other.and_then(|id| self.leads.get(&id).cloned());
        self.story.beside.other_log = other.and_then(|id| self.logs.get(&id).cloned()).unwrap_or_default();
        let decision = self.story.tell(event);
        for one in [Some(&decision), decision.also.as_deref()].into_iter().flatten() {
            let Some(lead) = one.lead.as_deref() else { continue };
            self.leads.insert(lead.id, lead.clone());
            let line = Line { at: self.story.now, by: one.actor, facts: one.facts.clone() };
            self.logs.entry(lead.id).or_default().push(line);
        }
        decision
    }

    fn asks(&mut self, on: LeadId, by: PersonId, ask: Ask) -> Decision {
        self.does(on, &Event::Asked { by, ask })
    }

    fn offer(&mut self) -> Decision {
        self.asks(HERS, ANN, offer(HIS))
    }

    fn accept(&mut self) -> Decision {
        self.asks(HIS, BEN, Ask::Trade(TradeAsk::Accept { with: HERS }))
    }

    fn owner(&self, lead: LeadId) -> Option<PersonId> {
        self.leads[&lead].course.state.owner()
    }

    fn is_open(&self, lead: LeadId) -> bool {
        let course = &self.leads[&lead].course;
        assert_eq!(course.trade.is_some(), course.clocks.due(Clock::Trade).is_some(), "an open trade has an end, and no other");
        course.trade.is_some()
    }

    fn courses(&self) -> Vec<Course> {
        self.leads.values().map(|lead| Course { epoch: 0, ..lead.course.clone() }).collect()
    }
}

fn offer(with: LeadId) -> Ask {
    Ask::Trade(TradeAsk::Offer { with, reason: "in my city".to_owned() })
}

fn told(decision: &Decision) -> Vec<(Recipient, News)> {
    let all = [Some(decision), decision.also.as_deref()].into_iter().flatten();
    all.flat_map(|one| one.notices.iter().map(|n| (n.to.clone(), n.news.clone()))).collect()
}

#[test]
fn the_owner_of_the_other_lead_is_asked_and_nothing_has_changed_hands() {
    let mut two = Two::new();
    let decision = two.offer();
    let until = two.story.now + Duration::hours(4);
    assert_eq!(decision.reply, Reply::TradeOffered { to: BEN, with: HIS, until });
    assert_eq!(told(&decision), [(Recipient::Person(BEN), News::TradeOffered { by: ANN, with: HERS, until })]);
    assert!(two.is_open(HERS) && two.is_open(HIS));
    assert_eq!((two.owner(HERS), two.owner(HIS)), (Some(ANN), Some(BEN)));
}

#[test]
fn a_yes_exchanges_both_in_one_decision_costs_no_turn_and_tells_each_all_they_need() {
    let mut two = Two::new();
    two.offer();
    let decision = two.accept();
    assert_eq!(decision.reply, Reply::Traded { gets: HERS, from: ANN });
    assert_eq!((two.owner(HERS), two.owner(HIS)), (Some(BEN), Some(ANN)));
    assert!(!two.is_open(HERS) && !two.is_open(HIS));
    let also = decision.also.as_deref().unwrap();
    assert!(decision.turns.is_empty() && also.turns.is_empty());
    for one in [&decision, also] {
        let packets = one.notices.iter().filter(|n| matches!(n.news, News::Handoff { .. })).count();
        assert_eq!(packets, 1, "{:?}", one.notices);
    }
    assert!(
        decision.notices.iter().any(|n| n.to == Recipient::Person(ANN) && matches!(n.news, News::Yours { from: Some(BEN), .. }))
    );
    assert_eq!(two.accept().reply, Reply::NoTrade(NoTrade::Over { with: HERS }), "once");
}

#[test]
fn who_is_full_may_trade_because_their_number_stays() {
    let mut two = Two::new();
    two.story.untouched = [(ANN, 5), (BEN, 5)].into();
    two.offer();
    assert!(matches!(two.accept().reply, Reply::Traded { .. }));
    let mut worked = Two::new();
    worked.asks(HERS, ANN, Ask::Log { channel: Channel::Call, outcome: Outcome::NoAnswer, note: None });
    worked.story.untouched = [(ANN, 5), (BEN, 1)].into();
    let full = Refusal::Full { untouched: 5, cap: 5 };
    assert_eq!(worked.offer().reply, Reply::TheyAreNotEligible { who: ANN, why: full }, "she would have one more");
}

#[test]
fn both_must_be_able_to_have_the_others_when_it_is_offered_and_when_it_is_done() {
    let mut two = Two::new();
    two.offer();
    two.story.person(ANN).presence = Presence::Away { until: None };
    assert!(matches!(two.accept().reply, Reply::TheyAreNotEligible { who: ANN, why: Refusal::Away { .. } }));
    assert!(two.is_open(HERS) && two.is_open(HIS), "it stays open");
    let mut gone = Two::new();
    gone.story.person(BEN).presence = Presence::Away { until: None };
    assert!(matches!(gone.offer().reply, Reply::TheyAreNotEligible { who: BEN, .. }));
}

#[test]
fn a_no_a_second_thought_and_no_answer_at_all_are_told_to_whom_they_concern() {
    let refuse = |two: &mut Two| two.asks(HIS, BEN, Ask::Trade(TradeAsk::Refuse { with: HERS }));
    let withdraw = |two: &mut Two| two.asks(HERS, ANN, Ask::Trade(TradeAsk::Withdraw { with: HIS }));
    let lapse = |on: LeadId| {
        move |two: &mut Two| {
            for lead in [HERS, HIS] {
                two.asks(
                    lead,
                    two.owner(lead).unwrap(),
                    Ask::Log { channel: Channel::Call, outcome: Outcome::Reached, note: None },
                );
            }
            two.story.now += Duration::hours(4);
            two.does(on, &Event::Woke)
        }
    };
    let over = |with, how| News::TradeOver { with, how };
    type Ending = Box<dyn Fn(&mut Two) -> Decision>;
    let endings: [(Ending, (PersonId, News)); 4] = [
        (Box::new(refuse), (ANN, over(HIS, TradeEnd::Refused))),
        (Box::new(withdraw), (BEN, over(HERS, TradeEnd::Withdrawn))),
        (Box::new(lapse(HERS)), (ANN, over(HIS, TradeEnd::Lapsed))),
        (Box::new(lapse(HIS)), (ANN, over(HIS, TradeEnd::Lapsed))),
    ];
    for (ending, (who, news)) in endings {
        let mut two = Two::new();
        two.offer();
        let decision = ending(&mut two);
        assert_eq!(told(&decision), [(Recipient::Person(who), news.clone())]);
        assert!(!two.is_open(HERS) && !two.is_open(HIS), "{news:?}");
        assert_eq!((two.owner(HERS), two.owner(HIS)), (Some(ANN), Some(BEN)));
        assert!(matches!(two.offer().reply, Reply::TradeOffered { .. }), "they may try again");
    }
}

#[test]
fn a_lead_that_goes_elsewhere_ends_the_trade_for_the_other_one_too() {
    for (on, by) in [(HERS, ANN), (HIS, BEN)] {
        let mut two = Two::new();
        two.offer();
        let decision = two.asks(on, by, Ask::Release { reason: "ill".to_owned() });
        assert!(!two.is_open(HERS) && !two.is_open(HIS), "{on}");
        let other = if by == ANN { BEN } else { ANN };
        let news = News::TradeOver { with: on, how: TradeEnd::MovedOn };
        assert!(told(&decision).contains(&(Recipient::Person(other), news)), "{:?}", told(&decision));
        assert_eq!(two.accept().reply, Reply::NoTrade(NoTrade::Over { with: HERS }));
    }
}

#[test]
fn a_lead_is_in_one_trade_at_a_time() {
    let mut two = Two::new();
    two.offer();
    assert_eq!(two.offer().reply, Reply::NoTrade(NoTrade::Open { lead: HERS, with: HIS }));
    let third = LeadId(1003);
    let lead = Lead { id: third, ..two.leads[&HIS].clone() };
    let course =
        Course { state: State::Owned { by: MAY, since: two.story.now, touched: false }, trade: None, ..lead.course.clone() };
    two.leads.insert(third, Lead { course, ..lead });
    two.logs.insert(third, Vec::new());
    assert_eq!(two.asks(third, MAY, offer(HIS)).reply, Reply::NoTrade(NoTrade::Open { lead: HIS, with: HERS }));
}

#[test]
fn what_cannot_be_exchanged_is_refused_with_the_reason() {
    let mut two = Two::new();
    assert_eq!(two.asks(HERS, ANN, offer(HERS)).reply, Reply::NoTrade(NoTrade::Itself));
    assert_eq!(two.asks(HERS, ANN, offer(LeadId(7))).reply, Reply::Unknown(Unknown::Lead(LeadId(7))));
    assert_eq!(two.asks(HERS, BEN, offer(HIS)).reply, Reply::NotAllowed(Need::OwnerOrManager { owner: Some(ANN) }));
    let blank = Ask::Trade(TradeAsk::Offer { with: HIS, reason: " ".to_owned() });
    assert_eq!(two.asks(HERS, ANN, blank).reply, Reply::SayWhy);
    two.offer();
    let own = Ask::Trade(TradeAsk::Accept { with: HIS });
    assert_eq!(two.asks(HERS, ANN, own).reply, Reply::NoTrade(NoTrade::Over { with: HIS }), "nobody says yes to themselves");
    let hers = Ask::Trade(TradeAsk::Accept { with: HERS });
    assert_eq!(two.asks(HIS, ANN, hers).reply, Reply::NotAllowed(Need::OwnerOrManager { owner: Some(BEN) }));
    let mut same = Two::new();
    same.asks(HIS, BEN, Ask::Assign { to: ANN, reason: "hers".to_owned() });
    assert_eq!(same.offer().reply, Reply::NoTrade(NoTrade::BothTheirs { with: HIS }));
    same.asks(HIS, ANN, Ask::Release { reason: "ill".to_owned() });
    assert_eq!(same.offer().reply, Reply::NoTrade(NoTrade::Nobodys { with: HIS }));
}

#[test]
fn whoever_said_yes_can_take_it_back_for_a_short_while_and_both_are_as_they_were() {
    for on in [HIS, HERS] {
        let mut two = Two::new();
        two.offer();
        let before = two.courses();
        two.accept();
        two.story.now += Duration::seconds(29);
        assert_eq!(two.asks(on, ANN, Ask::Undo).reply, Reply::NotUndone(NoUndo::Theirs { by: Some(BEN) }));
        assert_eq!(two.asks(on, BEN, Ask::Undo).reply, Reply::Undone);
        assert_eq!(two.courses(), before, "{on}");
        assert!(matches!(two.accept().reply, Reply::Traded { .. }), "the offer stands again");
    }
    let mut late = Two::new();
    late.offer();
    late.accept();
    late.story.now += Duration::seconds(31);
    assert_eq!(late.asks(HIS, BEN, Ask::Undo).reply, Reply::NotUndone(NoUndo::TooLate));
    let mut worked = Two::new();
    worked.offer();
    worked.accept();
    worked.asks(HERS, BEN, Ask::Note { text: "mine now".to_owned() });
    assert_eq!(worked.asks(HIS, BEN, Ask::Undo).reply, Reply::NotUndone(NoUndo::ActedSince { by: BEN }), "of either");
}

#[test]
fn what_is_taken_back_of_a_lead_brings_no_trade_back_that_the_other_one_has_left() {
    let mut two = Two::new();
    two.offer();
    two.asks(HERS, ANN, Ask::Assign { to: MAY, reason: "hers".to_owned() });
    assert!(!two.is_open(HIS));
    assert_eq!(two.asks(HERS, ANN, Ask::Undo).reply, Reply::Undone);
    assert_eq!(two.owner(HERS), Some(ANN));
    assert!(!two.is_open(HERS));
}

#[test]
fn a_deal_that_is_taken_back_leaves_the_trade_as_it_was() {
    let mut two = Two::new();
    two.offer();
    let before = two.courses();
    two.asks(HERS, ANN, Ask::Deal { value: None });
    let back = two.asks(HERS, ANN, Ask::Undo);
    assert_eq!((back.reply, two.is_open(HERS), two.is_open(HIS)), (Reply::Undone, true, true));
    assert_eq!(two.courses(), before);
    assert!(matches!(two.accept().reply, Reply::Traded { .. }), "the offer stands");
}

#[test]
fn what_is_in_a_trade_ends_in_no_other_lead() {
    let mut two = Two::new();
    two.offer();
    let third = Lead { id: LeadId(1003), ..two.leads[&HIS].clone() };
    for (lead, with) in [(HERS, HIS), (HIS, HERS)] {
        two.story.lead = Some(two.leads[&lead].clone());
        two.story.beside.other = Some(third.clone());
        let merge = Event::Asked { by: MAY, ask: Ask::Merge { into: third.id } };
        assert_eq!(two.story.tell(&merge).reply, Reply::NotMerged(NoMerge::InTrade { with }), "{lead}");
    }
    two.asks(HIS, BEN, Ask::Trade(TradeAsk::Refuse { with: HERS }));
    two.story.lead = Some(two.leads[&HERS].clone());
    two.story.beside.other = Some(third.clone());
    let merge = Event::Asked { by: MAY, ask: Ask::Merge { into: third.id } };
    assert_eq!(two.story.tell(&merge).reply, Reply::Merged { into: third.id }, "once it is over");
}
