//! Pieces that several texts share: labels, names, places, counts, buttons.

use chrono::{DateTime, Duration, Utc};

use super::World;
use crate::chat::action::{Action, Verb};
use crate::domain::deciders::NAMED;
use crate::domain::diary::CALLABLE;
use crate::domain::hours::Zone;
use crate::domain::ids::{LeadId, PersonId, ReasonKey, SourceKey, StageKey, TeamKey};
use crate::domain::lead::{Exit, Lead, State};
use crate::domain::message::{Button, Look, View};
use crate::domain::submission::BY_HAND;
use crate::domain::text::{Text, Untrusted, When};

/// Longest need on a card, in characters as people count them.
pub(super) const NEED_MAX: usize = 280;

/// Longest name, company or answer in a line that holds other things too.
pub(super) const PIECE_MAX: usize = 80;

/// The beginning of a line: what it is about.
pub(super) fn label(words: &'static str) -> Text {
    Text::default().strong(words).and(" ")
}

/// Lines and nothing else.
pub(super) fn lines(lines: Vec<Text>) -> View {
    View { lines, ..View::default() }
}

/// A button on a lead as it is now.
pub(super) fn button(label: &str, look: Look, verb: Verb, lead: &Lead) -> Button {
    Button { label: label.to_owned(), action: on(verb, lead).to_string(), look }
}

/// A button that merges the lead into another one.
pub(super) fn merge_button(lead: &Lead, into: LeadId) -> Button {
    let action = on(Verb::MergeInto, lead).with(&into.0.to_string()).to_string();
    Button { label: format!("Merge into {into}"), action, look: Look::Primary }
}

/// An action on a lead as it is now.
pub(super) fn on(verb: Verb, lead: &Lead) -> Action {
    Action::on(verb, lead.id, lead.course.epoch)
}

/// Name and company as a team may read them: `Dana K. (VP Ops), Acme Robotics`.
pub(super) fn public_name(lead: &Lead) -> Text {
    let contact = &lead.profile.contact;
    let mut text = Text::default().data(&short(&contact.public_name()));
    if let Some(title) = &contact.title {
        text = text.and(" (").data(&short(title)).and(")");
    }
    match &contact.company {
        Some(company) => text.and(", ").data(&short(company)),
        None => text,
    }
}

/// `L-1042 Dana K.`
pub(super) fn short_name(lead: &Lead) -> Text {
    Text::default().strong(lead.id.to_string()).and(" ").data(&short(&lead.profile.contact.public_name()))
}

/// Everything by which they can be reached, a line each.
pub(super) fn contact_lines(lead: &Lead) -> Vec<Text> {
    let contact = &lead.profile.contact;
    let mut lines = Vec::new();
    if let Some(name) = contact.full_name() {
        let mut line = label("Name").data(&short(&name));
        for more in [&contact.title, &contact.company].into_iter().flatten() {
            line = line.and(", ").data(&short(more));
        }
        lines.push(line);
    }
    lines.extend(contact.email.as_ref().map(|email| label("E-mail").data(&email.one_line().cut(254))));
    let phone = contact.phone_e164.as_deref().map(Untrusted::new).or_else(|| contact.phone.clone());
    lines.extend(phone.map(|phone| label("Phone").data(&short(&phone))));
    lines.extend(contact.website.as_ref().map(|site| label("Website").data(&site.one_line().cut(200))));
    if contact.email.is_none() && contact.phone.is_none() && contact.phone_e164.is_none() {
        lines.push("They left neither e-mail nor phone: look at their other answers under Details.".into());
    }
    lines
}

/// Somebody else's words on one line, cut.
pub(super) fn short(text: &Untrusted) -> Untrusted {
    text.one_line().cut(PIECE_MAX)
}

/// Where they are and when they can be called, as the reader's own clock shows it: true for as long as the card stands.
pub(super) fn where_line(lead: &Lead, world: World<'_>) -> Option<Text> {
    let Some(zone) = zone(lead) else { return country(lead).map(|country| label("Where").and(country)) };
    let place = label("Where").and(place(lead, &zone));
    let here =
        lead.course.team.as_ref().and_then(|key| world.playbook.team(key)).map_or(&world.playbook.company.hours, |t| &t.hours);
    if zone.local(world.now) == here.zone().local(world.now) {
        return Some(place.and(", same time as here"));
    }
    let local = zone.local(world.now);
    let day = if local.time() < CALLABLE.1 { local.date() } else { local.date() + Duration::days(1) };
    let hour = |time| zone.instant(day.and_time(time));
    Some(
        place
            .and(", their 09:00 to 18:00 is ")
            .at(hour(CALLABLE.0), When::Time)
            .and(" to ")
            .at(hour(CALLABLE.1), When::Time)
            .and(" for you"),
    )
}

/// What their clocks show now: for answers, which are read at once.
pub(super) fn local_time_line(lead: &Lead, world: World<'_>) -> Option<Text> {
    let zone = zone(lead)?;
    let local = zone.local(world.now);
    let hint = if callable(lead, world) { "" } else { ": outside the usual hours for a call" };
    Some(label("Where").and(format!("{}, {} there now{hint}", place(lead, &zone), local.format("%a %H:%M"))))
}

/// Is it a time of the day to call them? Where they are is unknown, it is not held against a call.
pub(super) fn callable(lead: &Lead, world: World<'_>) -> bool {
    zone(lead).is_none_or(|zone| (CALLABLE.0..CALLABLE.1).contains(&zone.local(world.now).time()))
}

/// The zone that they are in, if it is known.
pub(crate) fn zone(lead: &Lead) -> Option<Zone> {
    lead.profile.contact.zone.as_deref().and_then(|name| Zone::parse(name).ok())
}

/// `Berlin`, from `Europe/Berlin`.
pub(super) fn city(zone: &Zone) -> String {
    zone.name().rsplit('/').next().unwrap_or_default().replace('_', " ")
}

fn place(lead: &Lead, zone: &Zone) -> String {
    match country(lead) {
        Some(country) => format!("{}, {country}", city(zone)),
        None => city(zone),
    }
}

/// Two letters, or nothing.
fn country(lead: &Lead) -> Option<String> {
    let country = lead.profile.contact.country.as_deref()?;
    (country.len() == 2 && country.bytes().all(|b| b.is_ascii_alphabetic())).then(|| country.to_ascii_uppercase())
}

/// Where it came from, as people say it.
pub(super) fn source_words(source: &SourceKey) -> String {
    match source.as_str() {
        NAMED => "named as who decides".to_owned(),
        BY_HAND => "added by hand".to_owned(),
        key => key.to_owned(),
    }
}

/// Where it came from, and how sure that is.
pub(super) fn source_line(lead: &Lead) -> Text {
    let profile = &lead.profile;
    let mut line = label("Source").and(source_words(&profile.source));
    if let Some(detail) = &profile.source_detail {
        line = line.and(" \"").data(&short(detail)).and("\"");
    }
    let utm = |name: &str| profile.utm.get(name).filter(|value| !value.raw().trim().is_empty());
    match (utm("utm_source"), utm("utm_medium")) {
        (Some(source), Some(medium)) => {
            line = line.and(", ").data(&source.one_line().cut(40)).and("/").data(&medium.one_line().cut(40))
        }
        (Some(one), None) | (None, Some(one)) => line = line.and(", ").data(&one.one_line().cut(40)),
        (None, None) => {}
    }
    if let Some(campaign) = utm("utm_campaign") {
        line = line.and(", campaign ").data(&campaign.one_line().cut(40));
    }
    if lead.course.work.submissions > 1 {
        line = line.and(format!(", {} request", nth(lead.course.work.submissions)));
        if let Some(domain) = &profile.contact.domain {
            line = line.and(" from ").data(&short(&Untrusted::new(domain)));
        }
    }
    if profile.unauthenticated { line.and(", ").strong("unauthenticated") } else { line }
}

/// What was tried; nothing before the first try.
pub(super) fn tries_line(lead: &Lead) -> Option<Text> {
    let work = &lead.course.work;
    let last = work.last_attempt_at?;
    let each: Vec<String> = work.attempts.iter().map(|(channel, n)| format!("{} {n}", channel.within())).collect();
    let line = label("Tries").and(format!("{} ({}), last ", work.tries(), each.join(", "))).at(last, When::Relative);
    Some(if work.reached_at.is_some() { line.and(", reached") } else { line })
}

/// A team's name for people.
pub(super) fn team_name(key: &TeamKey, world: World<'_>) -> String {
    world.playbook.team(key).map_or_else(|| key.to_string(), |team| team.name.clone())
}

/// A reason's name for people.
pub(super) fn reason_name(key: &ReasonKey, world: World<'_>) -> String {
    world.playbook.reason(key).map_or_else(|| key.to_string(), |reason| reason.name.clone())
}

/// A stage's name for people.
pub(super) fn stage_name(key: &StageKey, world: World<'_>) -> String {
    world.playbook.stage(key).map_or_else(|| key.to_string(), |stage| stage.name.clone())
}

/// A person, by name.
pub(super) fn person(text: Text, id: PersonId, world: World<'_>) -> Text {
    text.person(id, &world.roster.name(id))
}

/// How it ended, in the middle of a sentence.
pub(super) fn exit_words(exit: Exit) -> &'static str {
    match exit {
        Exit::Converted => "won: a customer now",
        Exit::Unqualified => "closed as unqualified",
        Exit::Suppressed => "closed: never to be contacted again",
        Exit::Merged => "closed as a duplicate",
        Exit::Removed => "removed: it never was a lead",
    }
}

/// Where the lead is now, as the end of a sentence: `is with Ann`, `waits for DACH`; whoever reads it alone is `you`.
pub(super) fn stands(lead: &Lead, reader: Option<PersonId>, world: World<'_>) -> Text {
    let somebody = |words: &'static str, who: PersonId| match reader {
        Some(reader) if reader == who => Text::plain(words).and("you"),
        Some(_) | None => person(Text::plain(words), who, world),
    };
    match &lead.course.state {
        State::Waiting { team, .. } => Text::plain(format!("waits for somebody of {}", team_name(team, world))),
        State::Offered { to, .. } => somebody("is offered to ", *to),
        State::Owned { by, since, .. } if reader == Some(*by) => Text::plain("is yours: you got it ").at(*since, When::Relative),
        State::Owned { by, since, .. } => {
            person(Text::plain("is with "), *by, world).and(", who got it ").at(*since, When::Relative)
        }
        State::Pooled { until, .. } => Text::plain("sleeps until ").at(*until, When::Date),
        State::Triage { .. } => Text::plain("waits for a manager to route it"),
        State::Closed { original: Some(original), .. } => Text::plain(format!("is merged into {original}")),
        State::Closed { exit, .. } => Text::plain(format!("is {}", exit_words(*exit))),
        State::Repair { fixer: Some(fixer), .. } => somebody("is being mended by ", *fixer),
        State::Repair { fixer: None, .. } => "waits for somebody of the team to mend it".into(),
    }
}

/// May its contact data be shown to those who work it? Not once they asked to be left alone.
pub(super) fn may_be_contacted(lead: &Lead) -> bool {
    !matches!(lead.course.state, State::Closed { exit: Exit::Suppressed | Exit::Removed, .. })
}

/// `2nd`.
pub(super) fn nth(n: u32) -> String {
    let ending = match (n % 10, n % 100) {
        (1, last) if last != 11 => "st",
        (2, last) if last != 12 => "nd",
        (3, last) if last != 13 => "rd",
        _ => "th",
    };
    format!("{n}{ending}")
}

/// `1 try`, `3 tries`.
pub(super) fn count(n: u32, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

/// `0.4 s`, `40 s`, `5 min`, `3 h`, `2 days`.
pub(super) fn span(span: Duration) -> String {
    let millis = span.num_milliseconds().max(0);
    match millis {
        0..10_000 => format!("{}.{} s", millis / 1_000, millis % 1_000 / 100),
        10_000..120_000 => format!("{} s", millis / 1_000),
        120_000..7_200_000 => format!("{} min", millis / 60_000),
        7_200_000..172_800_000 => format!("{} h", millis / 3_600_000),
        _ => format!("{} days", millis / 86_400_000),
    }
}

/// A day and an hour that the reader's own client shows, and how far off that is.
pub(super) fn moment(text: Text, at: DateTime<Utc>) -> Text {
    text.at(at, When::DateTime).and(" (").at(at, When::Relative).and(")")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_within_a_sentence_keeps_the_capitals_of_a_name_only() {
        use crate::domain::lead::Channel;
        let said = [Channel::Email, Channel::Text, Channel::Whatsapp, Channel::Linkedin].map(Channel::within);
        assert_eq!(said, ["e-mail", "text message", "WhatsApp", "LinkedIn"]);
    }

    #[test]
    fn counts_and_spans_read_like_speech() {
        let spans = [400, 12_000, 119_000, 600_000, 10_800_000, 200_000_000].map(|ms| span(Duration::milliseconds(ms)));
        assert_eq!(spans, ["0.4 s", "12 s", "119 s", "10 min", "3 h", "2 days"]);
        assert_eq!([1, 2, 3, 4, 11, 12, 21, 102].map(nth), ["1st", "2nd", "3rd", "4th", "11th", "12th", "21st", "102nd"]);
        assert_eq!([count(1, "try", "tries"), count(2, "try", "tries")], ["1 try", "2 tries"]);
    }
}
