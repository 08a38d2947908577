//! The answer to a deed that is delivered a second time: the same as the first, read from the log, without doing it again.

use crate::domain::clocks::Clock;
use crate::domain::event::Ask;
use crate::domain::fact::Fact;
use crate::domain::help::HelpAsk;
use crate::domain::lead::{Exit, Lead, State};
use crate::domain::reply::Reply;
use crate::domain::trade::TradeAsk;
use crate::playbook::Playbook;
use crate::wording::why::Told;

/// What was answered the first time, when the newest thing that this person did to the lead, `last`, is what they ask now. `None` when
/// the log does not say so: it was refused, or more has happened since.
pub(super) fn said_before(ask: &Ask, last: &Told, lead: &Lead, playbook: &Playbook) -> Option<Reply> {
    last.facts.iter().find_map(|fact| answered(ask, fact, lead, playbook))
}

fn answered(ask: &Ask, fact: &Fact, lead: &Lead, playbook: &Playbook) -> Option<Reply> {
    match (ask, fact) {
        (Ask::Claim, Fact::Claimed { by }) if lead.course.state.owner() == Some(*by) => {
            Some(Reply::Claimed { due: lead.course.clocks.due(Clock::FirstTouch) })
        }
        (Ask::Reopen, Fact::Reopened { by }) if lead.course.state.owner() == Some(*by) => Some(Reply::Reopened),
        (Ask::Release { .. }, Fact::Released { .. }) => Some(Reply::Released),
        (Ask::WrongTeam { .. }, Fact::ToTriage { .. }) => Some(Reply::SentToTriage),
        (Ask::Assign { to, .. }, Fact::Assigned { to: given, .. }) if to == given => Some(Reply::Assigned { to: *to }),
        (Ask::Route { team }, Fact::Waits { team: now, .. }) if team == now => Some(Reply::Routed { team: team.clone() }),
        (Ask::Log { channel, outcome, .. }, Fact::Attempted { channel: c, outcome: o, .. }) if channel == c && outcome == o => {
            let tries = lead.course.work.tries();
            Some(Reply::Logged {
                channel: *channel,
                outcome: *outcome,
                tries,
                first: lead.course.work.touched_at == lead.course.work.last_attempt_at,
            })
        }
        (Ask::FollowUp { at, .. }, Fact::FollowUpSet { at: set }) if at == set => Some(Reply::FollowUpSet { at: *at }),
        (Ask::Note { .. }, Fact::Noted { .. }) => Some(Reply::Noted),
        (Ask::Stage { to }, Fact::StageSet { to: set }) if to == set => {
            playbook.stage(to).map(|stage| Reply::StageSet { name: stage.name.clone() })
        }
        (Ask::Merge { .. } | Ask::Disqualify { .. }, Fact::Closed { original: Some(into), .. }) => {
            Some(Reply::Merged { into: *into })
        }
        (Ask::Tag { tag }, Fact::Tagged { tag: put }) if tag == put => Some(Reply::Tagged { tag: tag.clone() }),
        (Ask::Untag { tag }, Fact::Untagged { tag: taken }) if tag == taken => Some(Reply::Untagged { tag: tag.clone() }),
        (Ask::StopSequence, Fact::SequenceEnded { .. }) => Some(Reply::SequenceStopped),
        (Ask::Undo, Fact::Undone { .. }) => Some(Reply::Undone),
        (Ask::Disqualify { .. } | Ask::Won { .. }, Fact::Closed { exit, .. }) => Some(Reply::Closed { exit: *exit }),
        (Ask::Disqualify { .. }, Fact::Pooled { .. }) => match &lead.course.state {
            State::Pooled { until, .. } => Some(Reply::Pooled { until: *until }),
            State::Waiting { .. }
            | State::Offered { .. }
            | State::Owned { .. }
            | State::Triage { .. }
            | State::Closed { .. }
            | State::Repair { .. } => None,
        },
        (Ask::Disqualify { .. }, Fact::SentToRepair { fixer, .. }) => {
            Some(Reply::InRepair { fixer: *fixer, until: lead.course.clocks.due(Clock::Repair)? })
        }
        (Ask::Mend { .. }, Fact::Mended { .. }) => Some(Reply::Mended { same: None }),
        (Ask::CannotMend, Fact::NotMended { .. }) => Some(Reply::Closed { exit: Exit::Unqualified }),
        (Ask::Disqualify { .. } | Ask::DecidedBy { .. }, Fact::FollowUpSet { at }) => Some(Reply::FollowUpSet { at: *at }),
        (Ask::GiveNext, Fact::Assigned { to, .. }) => Some(Reply::Assigned { to: *to }),
        (Ask::Done { .. }, Fact::FollowUpDone { .. }) => Some(Reply::PlanDone),
        (Ask::Deal { .. }, Fact::DealMade { value }) => Some(Reply::DealMade { value: *value }),
        (Ask::Deal { .. }, Fact::DealValued { value }) => Some(Reply::DealValued { value: *value }),
        (Ask::Reveal, Fact::Revealed { .. }) => Some(Reply::Revealed),
        (Ask::StillMine, Fact::StillMine) => Some(Reply::StillYours),
        (Ask::Help(HelpAsk::Ask { .. }), Fact::HelpAsked { of, .. }) => {
            Some(Reply::HelpAsked { of: *of, again: lead.course.clocks.due(Clock::Help) })
        }
        (Ask::Help(HelpAsk::Drop), Fact::HelpDropped { .. }) => Some(Reply::HelpDropped),
        (Ask::Help(HelpAsk::Decline), Fact::HelpDeclined { .. }) => Some(Reply::HelpPassedOn),
        (Ask::Trade(TradeAsk::Refuse { .. } | TradeAsk::Withdraw { .. }), Fact::TradeEnded { with, how }) => {
            Some(Reply::TradeOver { with: *with, how: *how })
        }
        // Another deed than the one that is asked.
        (_, _) => None,
    }
}
