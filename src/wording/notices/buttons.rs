//! The buttons under a notice: what whoever reads it can do about it at once.

use super::Reach;
use crate::chat::action::Verb;
use crate::domain::decision::News;
use crate::domain::lead::{Lead, State};
use crate::domain::message::{Button, Look};
use crate::wording::parts::{button, merge_button, on};
use crate::wording::{helping, repair, sequences, trading};

pub(super) fn beneath(news: &News, lead: &Lead, reach: Reach) -> Vec<Button> {
    let button = |label: &str, look, verb| button(label, look, verb, lead);
    let log = || button("Log attempt", Look::Primary, Verb::Log);
    let reached = || button("Reached", Look::Good, Verb::Reached);
    let follow = || button("Follow up", Look::Plain, Verb::Follow);
    let release = || button("Release", Look::Plain, Verb::Release);
    let buttons: Vec<Button> = match news {
        News::Offered { .. } => vec![button("Accept", Look::Primary, Verb::Accept), button("Pass", Look::Plain, Verb::Pass)],
        News::Yours { .. } | News::Mended { .. } | News::BackFromPool => vec![log(), reached(), follow(), release()],
        News::FirstTouchSoon { .. } | News::FirstTouchLate { .. } => vec![log(), reached(), follow(), release()],
        // A customer's lead is over: there is nothing to give back.
        News::FollowUpDue { .. } if lead.course.state.is_closed() => results(lead),
        News::FollowUpDue { .. } => results(lead).into_iter().chain([release()]).collect(),
        News::NotReached { .. } => vec![log(), reached(), follow(), button("Disqualify", Look::Danger, Verb::Disqualify)],
        // Yes means when: a promise without a time is none.
        News::StillYours { .. } => vec![
            button("Yes, still mine", Look::Primary, Verb::FollowDate),
            result(lead, "Done", "done", Look::Good),
            button("Give it back", Look::Plain, Verb::Release),
        ],
        News::StageOverdue { .. } => {
            vec![
                follow(),
                button("Stage", Look::Plain, Verb::Stage),
                button("Disqualify", Look::Danger, Verb::Disqualify),
                release(),
            ]
        }
        News::CustomerQuiet { .. } => vec![button("Plan a check-in", Look::Primary, Verb::Follow), log(), reached()],
        News::NeedsRouting { .. } => vec![button("Route", Look::Primary, Verb::Route)],
        News::DuplicateOfYours { .. } => vec![log(), follow()],
        News::MailUnsent { .. } => vec![log(), follow()],
        News::SequenceStep { template, .. } => sequences::buttons(lead, template),
        News::Signalled { .. } if lead.course.state.is_closed() => vec![button("Reopen", Look::Primary, Verb::Reopen)],
        News::Signalled { .. } if lead.course.state.owner().is_some() => vec![log(), reached(), follow()],
        News::Signalled { .. } => Vec::new(),
        News::CameAgain { .. } if lead.course.state.owner().is_some() => vec![log(), reached(), follow()],
        News::CameAgain { .. } if matches!(lead.course.state, State::Repair { .. }) => repair::buttons(lead),
        News::AsBefore if lead.course.state.owner().is_some() => vec![log(), reached(), follow(), release()],
        News::AsBefore if !matches!(lead.course.state, State::Repair { .. }) => Vec::new(),
        News::MendAsked { .. } | News::AsBefore if reach == Reach::Private => {
            [repair::buttons(lead), vec![repair::details_button(lead)]].concat()
        }
        News::MendAsked { .. } | News::AsBefore => repair::buttons(lead),
        News::CameAgain { .. } => vec![button("Route", Look::Primary, Verb::Route)],
        News::LooksLike { other } => vec![merge_button(lead, *other)],
        News::HelpWanted { .. } => helping::buttons(lead),
        News::HelpAnswered { .. } => vec![log(), follow()],
        News::TradeOffered { with, .. } => trading::answers(lead, *with),
        News::HelpDeclined { .. }
        | News::TradeOver { .. }
        | News::NoLongerYours { .. }
        | News::OfferGone { .. }
        | News::Released
        | News::Handoff { .. }
        | News::MergeUndone { .. }
        | News::RuleBroken { .. }
        | News::CardsRefused { .. }
        | News::SourceSilent { .. }
        | News::SourceHeardAgain { .. }
        | News::Replayed(_)
        | News::MendOver
        | News::HelpOver { .. }
        | News::PlanIsOff
        | News::NotMended { .. }
        | News::Day { .. }
        | News::Digest { .. }
        | News::OtherNotes { .. }
        | News::DigestNotPosted { .. }
        | News::Decides { .. }
        | News::Quarantined { .. } => Vec::new(),
    };
    let mut buttons = buttons;
    let is_about_them = !matches!(news, News::NeedsRouting { .. } | News::LooksLike { .. });
    let is_about_them = is_about_them && !(matches!(news, News::CameAgain { .. }) && lead.course.state.owner().is_none());
    if reach == Reach::Public && is_about_them && !buttons.is_empty() {
        buttons.push(button("Show contact", Look::Plain, Verb::Reveal));
    }
    buttons
}

/// How it went, a tap each; and another time for it.
fn results(lead: &Lead) -> Vec<Button> {
    vec![
        result(lead, "Done", "done", Look::Primary),
        result(lead, "Reached", "reached", Look::Good),
        result(lead, "No answer", "no_answer", Look::Plain),
        button("Move", Look::Plain, Verb::FollowDate, lead),
    ]
}

fn result(lead: &Lead, label: &str, extra: &str, look: Look) -> Button {
    Button { label: label.to_owned(), action: on(Verb::Result, lead).with(extra).to_string(), look }
}
