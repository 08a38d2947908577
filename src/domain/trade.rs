//! A trade: the owners of two leads exchange them.
//! Both leads carry the open trade, so that each is in one at most; it is over as soon as either of them goes elsewhere.
//! Turns stay as they are, and nobody ends with more untouched leads than they may have.
//! Invariant: both leads change hands in one decision, or neither does.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::asks::{is_blank, with_owner};
use super::clocks::Clock;
use super::decision::{News, Recipient};
use super::draft::Draft;
use super::eligibility;
use super::fact::Fact;
use super::ids::{LeadId, PersonId};
use super::lead::{Lead, State};
use super::merge::Line;
use super::person::Person;
use super::promises;
use super::reply::{NoTrade, NoUndo, Reply, Unknown};
use super::snapshot::Snapshot;
use super::taken::Taken;
use super::undo;

/// A trade that is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trade {
    /// The other lead.
    pub with: LeadId,
    /// Who wants it.
    pub by: PersonId,
    /// Which of the two this lead is.
    pub side: Side,
}

/// Which of the two leads of a trade one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The one that is offered.
    Offered,
    /// The one that is wanted for it.
    Wanted,
}

/// How a trade ended that did not come about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TradeEnd {
    /// The other one does not want it.
    Refused,
    /// Whoever wanted it does not any more.
    Withdrawn,
    /// Nobody answered in time.
    Lapsed,
    /// One of the leads went elsewhere.
    MovedOn,
}

/// What somebody asks about a trade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TradeAsk {
    /// This lead for that one.
    Offer {
        /// The one that they want.
        with: LeadId,
        /// Why, in words.
        reason: String,
    },
    /// Yes, of the owner of the one that is wanted.
    Accept {
        /// The one that is offered.
        with: LeadId,
    },
    /// No, of the same.
    Refuse {
        /// The one that is offered.
        with: LeadId,
    },
    /// To take the offer back.
    Withdraw {
        /// The one that was wanted.
        with: LeadId,
    },
}

impl TradeAsk {
    /// The other lead.
    #[must_use]
    pub fn with(&self) -> LeadId {
        match self {
            TradeAsk::Offer { with, .. }
            | TradeAsk::Accept { with }
            | TradeAsk::Refuse { with }
            | TradeAsk::Withdraw { with } => *with,
        }
    }
}

pub(super) fn ask(draft: &mut Draft<'_>, by: &Person, ask: &TradeAsk) -> Reply {
    match ask {
        TradeAsk::Offer { with, reason } => with_owner(draft, by, |draft, owner| offer(draft, owner, *with, reason)),
        TradeAsk::Accept { with } => on_side(draft, by, (*with, Side::Wanted), accept),
        TradeAsk::Refuse { with } => on_side(draft, by, (*with, Side::Wanted), |draft| {
            end(draft, TradeEnd::Refused);
            Reply::TradeOver { with: *with, how: TradeEnd::Refused }
        }),
        TradeAsk::Withdraw { with } => on_side(draft, by, (*with, Side::Offered), |draft| {
            end(draft, TradeEnd::Withdrawn);
            Reply::TradeOver { with: *with, how: TradeEnd::Withdrawn }
        }),
    }
}

/// Does something on one side of a trade that is still open, for those who may.
fn on_side(draft: &mut Draft<'_>, by: &Person, (with, side): (LeadId, Side), act: impl FnOnce(&mut Draft<'_>) -> Reply) -> Reply {
    match partner(draft) {
        Some((trade, _)) if trade.with == with && trade.side == side => with_owner(draft, by, |draft, _| act(draft)),
        _ => Reply::NoTrade(NoTrade::Over { with }),
    }
}

fn offer(draft: &mut Draft<'_>, owner: PersonId, with: LeadId, reason: &str) -> Reply {
    if draft.lead.id == with {
        return Reply::NoTrade(NoTrade::Itself);
    }
    let Some(other) = draft.snapshot.beside.other.clone().filter(|other| other.id == with) else {
        return Reply::Unknown(Unknown::Lead(with));
    };
    let State::Owned { by: their, .. } = other.course.state else { return Reply::NoTrade(NoTrade::Nobodys { with }) };
    if their == owner {
        return Reply::NoTrade(NoTrade::BothTheirs { with });
    }
    for lead in [&draft.lead, &other] {
        if let Some(open) = &lead.course.trade {
            return Reply::NoTrade(NoTrade::Open { lead: lead.id, with: open.with });
        }
    }
    if let Err(reply) = may_exchange(draft.snapshot, [(&draft.lead, owner), (&other, their)], draft.now) {
        return reply;
    }
    if is_blank(reason) {
        return Reply::SayWhy;
    }
    let until = promises::hours(draft).add(draft.now, draft.playbook().promises.trade_for);
    draft.words = Some(reason.to_owned());
    draft.record(Fact::TradeOffered { by: owner, with, side: Side::Offered });
    draft.set(Clock::Trade, until);
    let mut wanted = Draft::new(draft.snapshot, other, draft.actor, draft.now);
    wanted.words = Some(reason.to_owned());
    wanted.record(Fact::TradeOffered { by: owner, with: draft.lead.id, side: Side::Wanted });
    wanted.set(Clock::Trade, until);
    let asked = draft.snapshot.roster.keeper(their, draft.now);
    wanted.tell(Recipient::Person(asked), News::TradeOffered { by: owner, with: draft.lead.id, until });
    draft.also(wanted.done(Reply::Nobody));
    Reply::TradeOffered { to: their, with, until }
}

fn accept(draft: &mut Draft<'_>) -> Reply {
    let Some((trade, other)) = partner(draft) else { return Reply::Nobody };
    let (Some(giver), Some(taker)) = (other.course.state.owner(), draft.course().state.owner()) else { return Reply::Nobody };
    if let Err(reply) = may_exchange(draft.snapshot, [(&other, giver), (&draft.lead, taker)], draft.now) {
        return reply;
    }
    let (given, wanted) = (trade.with, draft.lead.id);
    let mut offered = Draft::new(draft.snapshot, other, draft.actor, draft.now);
    change_hands(draft, given, giver);
    change_hands(&mut offered, wanted, taker);
    // Whoever says yes has not seen yet how to reach them.
    if draft.actor == Some(taker) {
        let due = offered.course().clocks.due(Clock::FirstTouch);
        offered.inform(Recipient::Person(taker), News::Yours { from: Some(giver), due });
    }
    super::help::tell_of_its_end(&mut offered);
    if !crate::planted::is("trade-of-one") {
        draft.also(offered.done(Reply::Nobody));
    }
    draft.tell(Recipient::Person(taker), News::NoLongerYours { to: Some(giver) });
    Reply::Traded { gets: given, from: giver }
}

fn change_hands(draft: &mut Draft<'_>, with: LeadId, to: PersonId) {
    let by = draft.actor;
    draft.record(Fact::Traded { with });
    promises::own(draft, to, Fact::Assigned { to, by });
}

/// May each of the two owners have the other's lead? The one that they give does not count as theirs any more, and a trade is no
/// lead taken.
fn may_exchange(
    snapshot: &Snapshot,
    [(one, first), (other, second)]: [(&Lead, PersonId); 2],
    now: DateTime<Utc>,
) -> Result<(), Reply> {
    for (lead, who, gives) in [(other, first, one), (one, second, other)] {
        let (Some(person), Some(team)) = (snapshot.roster.get(who), lead.course.team.clone()) else {
            return Err(Reply::Unknown(Unknown::Person));
        };
        let mut without = snapshot.clone();
        if matches!(gives.course.state, State::Owned { touched: false, .. })
            && let Some(untouched) = without.untouched.get_mut(&who)
        {
            *untouched = untouched.saturating_sub(1);
        }
        without.beside.taken = Arc::new(Taken::default());
        eligibility::check(&without, lead, &team, person, now).map_err(|why| Reply::TheyAreNotEligible { who, why })?;
    }
    Ok(())
}

/// The lead's open trade and the other lead of it, while both still are in it.
fn partner(draft: &Draft<'_>) -> Option<(Trade, Lead)> {
    let trade = draft.course().trade.clone()?;
    let other = draft.snapshot.beside.other.clone().filter(|other| other.id == trade.with)?;
    let is_mutual = other.course.trade.as_ref().is_some_and(|theirs| theirs.with == draft.lead.id && theirs.side != trade.side);
    is_mutual.then_some((trade, other))
}

/// Ends the lead's trade, on both sides where the other one still is in it.
pub(super) fn end(draft: &mut Draft<'_>, how: TradeEnd) {
    let Some(trade) = draft.course().trade.clone() else { return };
    let other = partner(draft).map(|(_, other)| other);
    end_side(draft, &trade, how);
    if let Some(other) = other {
        end_other(draft, other, how);
    }
}

fn end_other(draft: &mut Draft<'_>, other: Lead, how: TradeEnd) {
    let Some(trade) = other.course.trade.clone() else { return };
    let mut side = Draft::new(draft.snapshot, other, draft.actor, draft.now);
    end_side(&mut side, &trade, how);
    draft.also(side.done(Reply::Nobody));
}

fn end_side(draft: &mut Draft<'_>, trade: &Trade, how: TradeEnd) {
    draft.record(Fact::TradeEnded { with: trade.with, how });
    draft.stop(Clock::Trade);
    let hears = match (trade.side, how) {
        (Side::Offered, TradeEnd::Refused | TradeEnd::Lapsed | TradeEnd::MovedOn) => true,
        (Side::Wanted, TradeEnd::Withdrawn | TradeEnd::MovedOn) => true,
        (Side::Offered, TradeEnd::Withdrawn) | (Side::Wanted, TradeEnd::Refused | TradeEnd::Lapsed) => false,
    };
    if let Some(owner) = draft.course().state.owner().filter(|_| hears) {
        draft.tell(Recipient::Person(owner), News::TradeOver { with: trade.with, how });
    }
}

/// An open trade that came back with what was taken back is over: the other lead is in none any more. One that has gone on all the while
/// stays.
pub(super) fn forget(draft: &mut Draft<'_>) {
    let went_on = draft.snapshot.lead.as_ref().and_then(|lead| lead.course.trade.clone());
    if let Some(trade) = draft.course().trade.clone().filter(|trade| went_on.as_ref() != Some(trade)) {
        draft.record(Fact::TradeEnded { with: trade.with, how: TradeEnd::MovedOn });
        draft.stop(Clock::Trade);
    }
}

/// After anything that was done: whose lead has gone elsewhere is in no trade any more, and neither is the other one.
pub(super) fn follow(draft: &mut Draft<'_>, was: Option<&Trade>) {
    let (Some(was), None) = (was, &draft.course().trade) else { return };
    let has_ended = |fact: &Fact| matches!(fact, Fact::Traded { .. } | Fact::TradeEnded { .. });
    if draft.has_another() || draft.recorded(has_ended) {
        return;
    }
    let Some(other) = draft.snapshot.beside.other.clone().filter(|other| other.id == was.with) else { return };
    if other.course.trade.as_ref().is_some_and(|theirs| theirs.with == draft.lead.id) {
        end_other(draft, other, TradeEnd::MovedOn);
    }
}

/// The lead for which it was traded last, if that is what was done to it last.
#[must_use]
pub fn traded_for(log: &[Line]) -> Option<LeadId> {
    let last = log.iter().rev().find(|line| undo::can_be_taken_back(line))?;
    last.facts.iter().find_map(|fact| if let Fact::Traded { with } = fact { Some(*with) } else { None })
}

/// Takes an exchange back: both leads are with whom they were, and the trade is open again.
pub(super) fn take_back(draft: &mut Draft<'_>, by: &Person) -> Reply {
    let beside = &draft.snapshot.beside;
    let Some(other) = beside.other.clone() else { return Reply::NotUndone(NoUndo::Nothing) };
    let mut side = Draft::new(draft.snapshot, other, draft.actor, draft.now);
    let (this, that) = (undo::last_of(&beside.log, by.id, draft.now), undo::last_of(&beside.other_log, by.id, draft.now));
    let ((line, was), (other_line, other_was)) = match (this, that) {
        (Ok(this), Ok(that)) => (this, that),
        (Err(why), _) | (_, Err(why)) => return Reply::NotUndone(why),
    };
    if other_line.at != line.at {
        return Reply::NotUndone(NoUndo::TooLate);
    }
    undo::go_back(draft, Some(by.id), &line.clone(), was);
    undo::go_back(&mut side, Some(by.id), &other_line.clone(), other_was);
    draft.also(side.done(Reply::Nobody));
    Reply::Undone
}
