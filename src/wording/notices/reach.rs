//! Whom a piece of news reaches: who covers for the owner reads for whom, and whoever shall get in touch reads how.

use super::{Reach, opener};
use crate::domain::decision::News;
use crate::domain::lead::Lead;
use crate::domain::text::Text;
use crate::wording::World;
use crate::wording::parts::{contact_lines, local_time_line, person};
use crate::wording::repair;

/// Whose lead it is, told to who covers for them.
pub(super) fn covering(news: &News, lead: &Lead, world: World<'_>) -> Option<Text> {
    let goes_to_cover = match news {
        News::FirstTouchSoon { .. }
        | News::FirstTouchLate { .. }
        | News::Released
        | News::NotReached { .. }
        | News::FollowUpDue { .. }
        | News::StillYours { .. }
        | News::StageOverdue { .. }
        | News::Signalled { .. }
        | News::SequenceStep { .. }
        | News::CameAgain { .. } => true,
        // It names who sold to them itself.
        News::CustomerQuiet { .. } => false,
        News::Yours { .. }
        | News::Offered { .. }
        | News::NoLongerYours { .. }
        | News::OfferGone { .. }
        | News::BackFromPool
        | News::AsBefore
        | News::HelpOver { .. }
        | News::PlanIsOff
        | News::NeedsRouting { .. }
        | News::Handoff { .. }
        | News::DuplicateOfYours { .. }
        | News::LooksLike { .. }
        | News::MergeUndone { .. }
        | News::RuleBroken { .. }
        | News::MailUnsent { .. }
        | News::HelpWanted { .. }
        | News::HelpAnswered { .. }
        | News::HelpDeclined { .. }
        | News::TradeOffered { .. }
        | News::TradeOver { .. }
        | News::CardsRefused { .. }
        | News::SourceSilent { .. }
        | News::SourceHeardAgain { .. }
        | News::Replayed(_)
        | News::Day { .. }
        | News::Digest { .. }
        | News::OtherNotes { .. }
        | News::DigestNotPosted { .. }
        | News::Quarantined { .. }
        | News::MendAsked { .. }
        | News::MendOver
        | News::Mended { .. }
        | News::Decides { .. }
        | News::NotMended { .. } => false,
    };
    let owner = lead.course.state.owner().filter(|owner| goes_to_cover && world.roster.keeper(*owner, world.now) != *owner)?;
    Some(person(Text::plain("You cover for "), owner, world).and("."))
}

/// How to reach them, where the news is that somebody shall.
pub(super) fn reachable(news: &News, lead: &Lead, reach: Reach, world: World<'_>) -> Vec<Text> {
    let wanted = match news {
        News::Yours { .. }
        | News::BackFromPool
        | News::FirstTouchSoon { .. }
        | News::FirstTouchLate { .. }
        | News::NotReached { .. }
        | News::FollowUpDue { .. }
        | News::CameAgain { .. }
        | News::CustomerQuiet { .. }
        | News::MendAsked { .. }
        | News::Mended { .. }
        | News::Signalled { .. }
        | News::SequenceStep { .. }
        | News::StageOverdue { .. } => true,
        News::MendOver
        | News::AsBefore
        | News::HelpOver { .. }
        | News::PlanIsOff
        | News::NotMended { .. }
        | News::Decides { .. }
        | News::Offered { .. }
        | News::LooksLike { .. }
        | News::MergeUndone { .. }
        | News::RuleBroken { .. }
        | News::MailUnsent { .. }
        | News::NoLongerYours { .. }
        | News::OfferGone { .. }
        | News::Released
        | News::StillYours { .. }
        | News::NeedsRouting { .. }
        | News::Handoff { .. }
        | News::DuplicateOfYours { .. }
        | News::HelpWanted { .. }
        | News::HelpAnswered { .. }
        | News::HelpDeclined { .. }
        | News::TradeOffered { .. }
        | News::TradeOver { .. }
        | News::CardsRefused { .. }
        | News::SourceSilent { .. }
        | News::SourceHeardAgain { .. }
        | News::Replayed(_)
        | News::Day { .. }
        | News::Digest { .. }
        | News::OtherNotes { .. }
        | News::DigestNotPosted { .. }
        | News::Quarantined { .. } => false,
    };
    if !wanted || reach == Reach::Public {
        return Vec::new();
    }
    let mut lines: Vec<Text> = repair::wrong(news).into_iter().chain(contact_lines(lead)).collect();
    lines.extend(local_time_line(lead, world));
    if matches!(news, News::Yours { .. }) {
        lines.extend(opener(lead, world));
    }
    lines
}
