//! What stands in an exported row: a lead or a line of its log, as cells of a sheet and as JSON.
//! Invariant: no cell of text begins a formula; JSON has everything as it is.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use crate::domain::ids::PersonId;
use crate::domain::lead::{Exit, Lead, State};
use crate::domain::person::Roster;
use crate::domain::text::Untrusted;
use crate::reports::export::harmless;
use crate::store::Activity;

/// Names of what a campaign says of itself.
pub(super) const UTM: [&str; 5] = ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"];

/// Heads of leads; those of the campaign follow.
pub(super) const LEAD_HEADS: [&str; 36] = [
    "lead",
    "received_at",
    "source",
    "source_detail",
    "state",
    "team",
    "owner",
    "stage",
    "name",
    "first_name",
    "last_name",
    "email",
    "phone",
    "phone_e164",
    "company",
    "title",
    "country",
    "zone",
    "website",
    "need",
    "answers",
    "attempts",
    "claimed_at",
    "first_attempt_at",
    "reached_at",
    "last_activity_at",
    "follow_up_at",
    "closed_at",
    "exit",
    "reason",
    "is_test",
    "unauthenticated",
    "deal",
    "deal_value",
    "deal_currency",
    "deals_won",
];

/// Heads of activities.
pub(super) const ACTIVITY_HEADS: [&str; 7] = ["lead", "revision", "at", "by", "kind", "facts", "note"];

/// A lead as cells of text that begin no formula.
pub(super) fn lead_cells(lead: &Lead, roster: &Roster) -> Vec<String> {
    let (profile, course) = (&lead.profile, &lead.course);
    let person = &profile.contact;
    let text = |text: &Option<Untrusted>| text.as_ref().map(|t| harmless(t.raw())).unwrap_or_default();
    let plain = |text: &Option<String>| text.as_deref().map(harmless).unwrap_or_default();
    let end = ending(&course.state);
    let answers: Vec<String> =
        profile.extras.iter().map(|(question, answer)| format!("{}: {}", question.raw(), answer.raw())).collect();
    let deal = course.deals.last();
    let value = deal.and_then(|deal| deal.value);
    let mut cells = vec![
        lead.id.to_string(),
        time(profile.received_at),
        harmless(profile.source.as_str()),
        text(&profile.source_detail),
        course.state.word().to_owned(),
        course.team.as_ref().map(|t| harmless(t.as_str())).unwrap_or_default(),
        course.state.owner().map(|id| harmless(&handle(roster, id))).unwrap_or_default(),
        harmless(course.stage.as_str()),
        person.full_name().map(|name| harmless(name.raw())).unwrap_or_default(),
        text(&person.first_name),
        text(&person.last_name),
        text(&person.email),
        text(&person.phone),
        // A plus and digits, as cleaned by ourselves: no formula, and other systems want it as it is.
        person.phone_e164.clone().unwrap_or_default(),
        text(&person.company),
        text(&person.title),
        plain(&person.country),
        plain(&person.zone),
        text(&person.website),
        text(&profile.need),
        harmless(&answers.join("\n")),
        course.work.tries().to_string(),
        maybe(course.work.claimed_at),
        maybe(course.work.first_attempt_at),
        maybe(course.work.reached_at),
        maybe(course.work.last_activity_at),
        maybe(course.follow_up.as_ref().map(|f| f.at)),
        maybe(end.at),
        end.exit.map(exit_word).unwrap_or_default().to_owned(),
        end.reason.map(|r| harmless(&r)).unwrap_or_default(),
        profile.is_test.to_string(),
        profile.unauthenticated.to_string(),
        deal.map(|deal| deal.word().to_owned()).unwrap_or_default(),
        value.map(|value| value.plain()).unwrap_or_default(),
        value.map(|value| value.currency.to_string()).unwrap_or_default(),
        course.deals.iter().filter(|deal| deal.word() == "won").count().to_string(),
    ];
    cells.extend(UTM.iter().map(|name| profile.utm.get(*name).map(|value| harmless(value.raw())).unwrap_or_default()));
    cells
}

/// A lead as JSON, as it is.
pub(super) fn lead_json(lead: &Lead, roster: &Roster) -> Value {
    let (profile, course) = (&lead.profile, &lead.course);
    let end = ending(&course.state);
    json!({
        "lead": lead.id.to_string(), "received_at": time(profile.received_at), "source": profile.source, "source_detail": profile.source_detail,
        "state": course.state.word(), "team": course.team, "owner": course.state.owner().map(|id| handle(roster, id)), "stage": course.stage,
        "person": profile.contact, "need": profile.need, "answers": profile.extras, "utm": profile.utm,
        "attempts": course.work.attempts, "claimed_at": course.work.claimed_at, "first_attempt_at": course.work.first_attempt_at,
        "reached_at": course.work.reached_at, "last_activity_at": course.work.last_activity_at,
        "follow_up_at": course.follow_up.as_ref().map(|f| f.at), "closed_at": end.at, "exit": end.exit.map(exit_word), "reason": end.reason,
        "is_test": profile.is_test, "unauthenticated": profile.unauthenticated, "deals": course.deals,
    })
}

/// A line of the log as cells of text that begin no formula.
pub(super) fn activity_cells(activity: &Activity, roster: &Roster) -> anyhow::Result<Vec<String>> {
    let row = &activity.row;
    Ok(vec![
        activity.lead.to_string(),
        row.rev.to_string(),
        time(row.at),
        row.actor.map(|id| harmless(&handle(roster, id))).unwrap_or_default(),
        row.kind.clone(),
        serde_json::to_string(&row.facts)?,
        row.words.as_deref().map(harmless).unwrap_or_default(),
    ])
}

/// A line of the log as JSON, as it is.
pub(super) fn activity_json(activity: &Activity, roster: &Roster) -> Value {
    let row = &activity.row;
    let by = row.actor.map(|id| handle(roster, id));
    json!({"lead": activity.lead.to_string(), "revision": row.rev, "at": time(row.at), "by": by, "kind": row.kind, "facts": row.facts, "note": row.words})
}

#[derive(Default)]
struct End {
    exit: Option<Exit>,
    reason: Option<String>,
    at: Option<DateTime<Utc>>,
}

fn ending(state: &State) -> End {
    match state {
        State::Closed { exit, reason, at, .. } => {
            End { exit: Some(*exit), reason: reason.as_ref().map(ToString::to_string), at: Some(*at) }
        }
        State::Pooled { reason, .. } | State::Repair { reason, .. } => End { reason: Some(reason.to_string()), ..End::default() },
        State::Waiting { .. } | State::Offered { .. } | State::Owned { .. } | State::Triage { .. } => End::default(),
    }
}

fn exit_word(exit: Exit) -> &'static str {
    match exit {
        Exit::Converted => "converted",
        Exit::Unqualified => "unqualified",
        Exit::Suppressed => "suppressed",
        Exit::Merged => "merged",
        Exit::Removed => "removed",
    }
}

fn handle(roster: &Roster, id: PersonId) -> String {
    roster.get(id).map_or_else(|| format!("person {}", id.0), |person| person.handle.clone())
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn maybe(at: Option<DateTime<Utc>>) -> String {
    at.map(time).unwrap_or_default()
}
