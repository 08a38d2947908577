//! What was heard from a source that is being set up; and what to look at when nothing was.

use chrono::{DateTime, Duration, Utc};

use super::parts::{label, lines};
use crate::chat::action::{Action, Verb};
use crate::domain::ids::{LeadId, SourceKey};
use crate::domain::lead::Lead;
use crate::domain::message::{Button, Look, Row, Tone, View};
use crate::domain::text::{Text, Untrusted, When};
use crate::store::{Arrival, Became, Refusal, SourceRow};

/// So long is waited for the first delivery before anything is called wrong.
pub const PATIENCE: Duration = Duration::minutes(10);

/// What is known of a source that is being set up.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The source.
    pub source: &'a SourceRow,
    /// Its newest delivery.
    pub arrival: Option<&'a Arrival>,
    /// The newest request that it was refused.
    pub refusal: Option<&'a Refusal>,
    /// What the world calls this server.
    pub public_url: &'a str,
    /// The time.
    pub now: DateTime<Utc>,
}

/// What was found of a lead and what was not: `name, e-mail found; phone, company not found`.
#[must_use]
pub fn findings(lead: &Lead) -> String {
    let contact = &lead.profile.contact;
    let fields = [
        ("name", contact.full_name().is_some()),
        ("e-mail", contact.email.is_some()),
        ("phone", contact.phone.is_some() || contact.phone_e164.is_some()),
        ("company", contact.company.is_some()),
        ("message", lead.profile.need.is_some()),
    ];
    let those =
        |wanted: bool| fields.iter().filter(|(_, is)| *is == wanted).map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    match (those(true), those(false)) {
        (found, missing) if missing.is_empty() => format!("{found} found"),
        (found, missing) if found.is_empty() => format!("{missing} not found"),
        (found, missing) => format!("{found} found; {missing} not found"),
    }
}

/// What to look at when nothing comes, a line each.
#[must_use]
pub fn checks(facts: &Facts<'_>) -> Vec<String> {
    let (key, base) = (&facts.source.key, facts.public_url.trim_end_matches('/'));
    let refused = match facts.refusal {
        Some(refusal) => {
            let ago = crate::reports::words::wall(facts.now - refusal.at);
            format!(
                "Secret: a request was refused {ago} ago: {}. Paste the secret anew, or make another: leadbell source rotate {key}",
                refusal.why
            )
        }
        None => "Secret: no request was refused, so none came this far. Is the webhook switched on at the sender?".to_owned(),
    };
    let paused = if facts.source.paused { vec![format!("It is paused: leadbell source resume {key}")] } else { Vec::new() };
    let reach =
        format!("Address: {base}/healthz must answer from anywhere; and the sender must hold exactly this source's address.");
    paused.into_iter().chain([reach, refused, format!("To try it without the sender: leadbell source send {key}")]).collect()
}

/// What was heard, privately, with a button to look again.
#[must_use]
pub fn heard(facts: &Facts<'_>) -> View {
    let key = &facts.source.key;
    let (told, tone) = match facts.arrival {
        Some(arrival) => became(arrival, key),
        None => {
            let mut told =
                vec![Text::plain(format!("Nothing came from {key} yet. Send something at the sender, then press Test again."))];
            if facts.refusal.is_some() || facts.now - facts.source.created_at >= PATIENCE {
                told.extend(checks(facts).iter().map(|check| Text::default().data(&Untrusted::new(check).one_line().cut(300))));
            }
            (told, Tone::Plain)
        }
    };
    View { tone, rows: vec![Row::Buttons(vec![test(key)])], ..lines(told) }
}

/// The button that tells what was heard.
#[must_use]
pub fn test(key: &SourceKey) -> Button {
    let action = Action::on(Verb::SourceTest, LeadId(0), 0).with(key.as_str()).to_string();
    Button { label: "Test".to_owned(), action, look: Look::Plain }
}

fn became(arrival: &Arrival, key: &SourceKey) -> (Vec<Text>, Tone) {
    let head = Text::plain(format!("Heard from {key} ")).at(arrival.at, When::Relative);
    let data = |text: &str| Untrusted::new(text).one_line().cut(300);
    match &arrival.became {
        Became::Lead(lead) => {
            let name = lead.profile.contact.public_name();
            let test = if lead.profile.is_test { ", a test" } else { "" };
            let line = head.and(format!(": {}{test}, ", lead.id)).data(&name.one_line().cut(60));
            (vec![line.and(format!(": {}", findings(lead)))], Tone::Good)
        }
        Became::Repeat => (vec![head.and(": the same as before, so that nothing new came of it")], Tone::Good),
        Became::Heard(what) => (vec![head.and(": ").data(&data(what))], Tone::Good),
        Became::Ignored(why) => (vec![head.and(", and it is no lead: ").data(&data(why))], Tone::Good),
        Became::Unread(why) => (
            vec![head.and(", but it could not be read"), label("Why").data(&data(why)), "See /intake quarantine.".into()],
            Tone::Alarm,
        ),
        Became::Waiting => (vec![head.and("; it is being read now")], Tone::Plain),
    }
}
