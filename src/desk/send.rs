//! Forms that were sent: what was typed becomes what is asked.

use std::collections::BTreeMap;

use super::flows::{deal, disqualify, follow_up, hand_over, help, merge, reason, repair, trade};
use super::visit::Visit;
use crate::chat::Answer;
use crate::chat::action::{Action, Verb};
use crate::domain::event::Ask;
use crate::domain::help::HelpAsk;
use crate::store::StoreError;
use crate::wording::{forms, remarks};

/// Answers a form. It takes the place of the private message that asked, where there was one.
pub(super) async fn sent(visit: &Visit<'_>, token: &str, values: &BTreeMap<String, String>) -> Result<Answer, StoreError> {
    let Some(action) = Action::read(token) else { return Ok(Answer::Private(remarks::unknown_control())) };
    let text = || filled(values, forms::TEXT).unwrap_or_default();
    let ask = match action.verb {
        Verb::FollowDate => return follow_up::sent(visit, &action, values).await,
        Verb::DisqualifyWith => return disqualify::sent(visit, &action, values).await,
        Verb::Deal | Verb::WonFor => return deal::sent(visit, &action, values).await,
        Verb::Trade => return trade::sent(visit, &action, values).await,
        Verb::Merge => return merge::sent(visit, &action, values).await,
        Verb::NoteOn => return hand_over::noted_on(visit, &action, values).await,
        Verb::Mend => return repair::sent(visit, &action, values).await,
        Verb::ReasonMake => return reason::sent(visit, values).await,
        Verb::NotForUs => Some(Ask::WrongTeam { reason: text() }),
        Verb::Release => Some(Ask::Release { reason: text() }),
        Verb::Pass => Some(Ask::Pass { reason: filled(values, forms::TEXT) }),
        Verb::Result => Some(follow_up::outcome(&action, values)),
        Verb::Note => Some(Ask::Note { text: text() }),
        Verb::AssignTo => hand_over::assignment(&action, values),
        Verb::HelpOf => Some(Ask::Help(HelpAsk::Ask { of: help::asked(&action), question: text() })),
        Verb::HelpAnswer => Some(Ask::Help(HelpAsk::Answer { text: text() })),
        Verb::Claim
        | Verb::Accept
        | Verb::Next
        | Verb::Details
        | Verb::Log
        | Verb::LogChannel
        | Verb::LogOutcome
        | Verb::Reached
        | Verb::Follow
        | Verb::FollowAt
        | Verb::Drain
        | Verb::FollowMove
        | Verb::FollowKeep
        | Verb::Disqualify
        | Verb::DisqualifyFor
        | Verb::More
        | Verb::MoreDo
        | Verb::Assign
        | Verb::Stage
        | Verb::StageTo
        | Verb::Convert
        | Verb::Reopen
        | Verb::Reveal
        | Verb::StillMine
        | Verb::Why
        | Verb::Route
        | Verb::RouteTo
        | Verb::MergeInto
        | Verb::Template
        | Verb::TemplateUse
        | Verb::TemplateSend
        | Verb::TemplateSent
        | Verb::SequenceStop
        | Verb::Undo
        | Verb::Help
        | Verb::HelpDecline
        | Verb::HelpDrop
        | Verb::TradeAccept
        | Verb::TradeRefuse
        | Verb::TradeWithdraw
        | Verb::PlaybookApply
        | Verb::PlaybookDrop
        | Verb::SourceTest
        | Verb::QuarantineList
        | Verb::QuarantineShow
        | Verb::ReplayOne
        | Verb::ReplaySource
        | Verb::CannotMend
        | Verb::Pool => None,
    };
    let Some(ask) = ask else { return Ok(Answer::Private(remarks::unknown_control())) };
    let asked = visit.ask(action.lead, ask).await?;
    Ok(Answer::Replace(visit.say(&asked).await?))
}

/// What was typed into an input, when something was.
pub(super) fn filled(values: &BTreeMap<String, String>, key: &str) -> Option<String> {
    values.get(key).map(|typed| typed.trim()).filter(|typed| !typed.is_empty()).map(str::to_owned)
}
