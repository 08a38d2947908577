//! Help and trades: what is done about them, and what must hold of them.

use std::collections::BTreeMap;

use leadbell::domain::clocks::Clock;
use leadbell::domain::event::Ask;
use leadbell::domain::fact::Fact;
use leadbell::domain::help::HelpAsk;
use leadbell::domain::ids::{LeadId, PersonId};
use leadbell::domain::lead::{Course, Lead, State};
use leadbell::domain::trade::{Side, TradeAsk};
use leadbell::store::ActivityRow;

use super::lot::Lot;
use super::world::State as Known;

/// What somebody asks about help with a lead or a trade of it, and who, if that is what is done now. `others` are with other reps.
pub(super) fn draw(lot: &mut Lot, course: &Course, others: &[LeadId], people: &[PersonId]) -> Option<(PersonId, Ask)> {
    let owner = course.state.owner()?;
    if let Some(trade) = &course.trade
        && lot.roll(0.3)
    {
        let with = trade.with;
        let ask = match (trade.side, lot.below(10)) {
            (Side::Wanted, 0..=6) => TradeAsk::Accept { with },
            (Side::Wanted, _) => TradeAsk::Refuse { with },
            (Side::Offered, _) => TradeAsk::Withdraw { with },
        };
        return Some((owner, Ask::Trade(ask)));
    }
    if let Some(help) = &course.help
        && lot.roll(0.2)
    {
        let asked = help.of.unwrap_or_else(|| *lot.pick(people));
        return Some(match lot.below(6) {
            0..=2 => (asked, Ask::Help(HelpAsk::Answer { text: "ten percent at most".to_owned() })),
            3 => (asked, Ask::Help(HelpAsk::Decline)),
            _ => (owner, Ask::Help(HelpAsk::Drop)),
        });
    }
    match lot.below(100) {
        0..=7 if !others.is_empty() => {
            let reason = "it is in my city".to_owned();
            Some((owner, Ask::Trade(TradeAsk::Offer { with: *lot.pick(others), reason })))
        }
        8..=12 => {
            let of = lot.roll(0.7).then(|| *lot.pick(people));
            Some((owner, Ask::Help(HelpAsk::Ask { of, question: "may I give a discount?".to_owned() })))
        }
        _ => None,
    }
}

/// The answer to an offer that is open, if somebody gives it now.
pub(super) fn answer(known: &mut Known) -> Option<(LeadId, PersonId, Ask)> {
    let wanted = |(id, (_, course)): (&LeadId, &(i64, Course))| {
        let trade = course.trade.as_ref().filter(|trade| trade.side == Side::Wanted)?;
        Some((*id, course.state.owner()?, trade.with))
    };
    let open: Vec<(LeadId, PersonId, LeadId)> = known.leads.iter().filter_map(wanted).collect();
    if open.is_empty() || !known.lot.roll(0.3) {
        return None;
    }
    let (lead, by, with) = *known.lot.pick(&open);
    Some((lead, by, Ask::Trade(TradeAsk::Accept { with })))
}

/// A question and a trade are open only while somebody has the lead, and the trade has an end.
pub(super) fn fit(lead: &Lead) -> Result<(), &'static str> {
    let Course { state, help, trade, clocks, .. } = &lead.course;
    let is_owned = matches!(state, State::Owned { .. });
    let runs = |clock| clocks.due(clock).is_some();
    match (help, trade) {
        (Some(_), _) if !is_owned => Err("is nobody's, and a question about it is open"),
        (None, _) if runs(Clock::Help) => Err("has no open question, and somebody will be asked again"),
        (_, Some(_)) if !is_owned => Err("is nobody's, and offered or wanted for another"),
        (_, trade) if trade.is_some() != runs(Clock::Trade) => Err("is in a trade without an end, or waits for the end of none"),
        _ => Ok(()),
    }
}

/// Of two leads that are exchanged, both are, at the same moment and by an offer that was open.
pub(super) fn are_mutual(logs: &BTreeMap<LeadId, Vec<ActivityRow>>, wrong: &mut Vec<String>) {
    for (id, log) in logs {
        let mut course = None::<Course>;
        for line in log {
            for fact in &line.facts {
                if let Fact::Traded { with } = fact {
                    let is_offered = course.as_ref().and_then(|c| c.trade.as_ref()).is_some_and(|trade| trade.with == *with);
                    let is_theirs =
                        |other: &ActivityRow| other.at == line.at && other.facts.contains(&Fact::Traded { with: *id });
                    let both = logs.get(with).is_some_and(|other| other.iter().any(is_theirs));
                    if !(is_offered && both) {
                        wrong.push(format!("{id} was traded for {with}: offered {is_offered}, both {both}"));
                    }
                }
                course.get_or_insert_with(|| Course::new("".into(), line.at)).evolve(fact, line.at);
            }
        }
    }
}
