//! `/me hours|notify`: the hours that somebody keeps, and how they hear of things.

use super::{Call, Stop};
use crate::chat::{Answer, OptionValue};
use crate::domain::hours::Hours;
use crate::domain::notify::{Topic, Way};
use crate::wording::hours as words;
use crate::wording::remarks;

/// Their own hours; their teams' again, when they give none.
pub(super) async fn hours(call: &Call<'_>) -> Result<Answer, Stop> {
    let Some(typed) = call.text("hours") else {
        if call.text("zone").is_some() {
            return Err(words::zone_alone().into());
        }
        let entry = call.deed("me.hours", format!("person {} the team's", call.by.id.0));
        call.desk.store.set_hours(call.by.id, None, entry).await?;
        return Ok(Answer::Private(words::cleared(call.by, call.world())));
    };
    let hours = Hours::own(typed, call.text("zone"), &call.playbook.company.hours);
    let hours = hours.map_err(|why| words::unreadable(typed, &why))?;
    let entry = call.deed("me.hours", format!("person {} {}", call.by.id.0, words::written(&hours)));
    call.desk.store.set_hours(call.by.id, Some(hours.clone()), entry).await?;
    Ok(Answer::Private(words::set(&hours, call.world())))
}

/// Where what comes, and whether it waits; without anything said, how it is.
pub(super) async fn notify(call: &Call<'_>) -> Result<Answer, Stop> {
    let mut notify = call.by.notify;
    let by = call.text("by");
    let way = match by {
        None | Some("off") => None,
        Some("direct") => Some(Way::Direct),
        Some("thread") => Some(Way::Thread),
        Some(_) => return Err(remarks::unknown_choice().into()),
    };
    let topics: &[Topic] = match call.text("what") {
        None | Some("all") => &[Topic::Offers, Topic::Warnings, Topic::Changes],
        Some("offers") => &[Topic::Offers],
        Some("warnings") => &[Topic::Warnings],
        Some("changes") => &[Topic::Changes],
        Some(part @ ("agenda" | "sweep")) => {
            let wanted = match by {
                Some("thread") => return Err(words::about_no_lead().into()),
                Some("off") => false,
                Some(_) => true,
                None if part == "agenda" => notify.agenda,
                None => notify.sweep,
            };
            *(if part == "agenda" { &mut notify.agenda } else { &mut notify.sweep }) = wanted;
            &[]
        }
        Some(_) => return Err(remarks::unknown_choice().into()),
    };
    if by == Some("off") && !topics.is_empty() {
        return Err(words::never_off().into());
    }
    if by == Some("direct") && topics.len() > 1 {
        // All of it: what had been switched off too.
        (notify.agenda, notify.sweep) = (true, true);
    }
    if let Some(way) = way {
        notify = topics.iter().fold(notify, |notify, topic| notify.with(*topic, way));
    }
    if let Some(OptionValue::Flag(quiet)) = call.options.get("quiet") {
        notify.quiet = *quiet;
    }
    if notify != call.by.notify {
        let entry = call.deed("me.notify", format!("person {} {notify:?}", call.by.id.0));
        call.desk.store.set_notify(call.by.id, notify, entry).await?;
    }
    Ok(Answer::Private(words::notified(&notify, call.by)))
}
