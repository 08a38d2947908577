//! `/route list|test`: the rules, read and tried. Nothing here writes.

use std::sync::Arc;

use super::{Call, Stop, playbook};
use crate::chat::Answer;
use crate::domain::company;
use crate::domain::lead::{Lead, Profile};
use crate::domain::preview;
use crate::domain::text::Untrusted;
use crate::intake::{cleaning, country, email};
use crate::playbook::Playbook;
use crate::wording::trials::{self, Rules};
use crate::wording::{World, lists};

/// What a made-up lead says when nothing is said of where it comes in.
const SOURCE: &str = "website";

/// Most answers of a made-up lead.
const ANSWERS_MAX: usize = 20;

/// The rules that are in force.
pub(super) fn list(call: &Call<'_>) -> Answer {
    Answer::Private(trials::rules(call.world()))
}

/// What would become of a lead.
pub(super) async fn test(call: &Call<'_>) -> Result<Answer, Stop> {
    let (draft, rules) = match call.options.get("file") {
        Some(_) => (Arc::new(playbook::read(call).await?.1), Rules::Draft),
        None => (call.playbook.clone(), Rules::InForce),
    };
    let lead = lead(call, &draft).await?;
    let mut snapshot = call.desk.store.glance(call.now).await?;
    snapshot.beside.account = call.desk.store.family(&lead).await?.relations.account();
    snapshot.playbook = draft;
    let preview = preview::preview(&snapshot, &lead, call.now).ok_or_else(trials::no_team)?;
    let world = World { playbook: &snapshot.playbook, ..call.world() };
    Ok(Answer::Private(trials::tried(&lead, &preview, rules, world)))
}

/// The one that is there, or the one that is made up.
async fn lead(call: &Call<'_>, playbook: &Playbook) -> Result<Lead, Stop> {
    let said = ["source", "country", "company", "email", "message", "answers"].iter().any(|name| call.text(name).is_some());
    match (call.text("lead").is_some(), said) {
        (true, true) => Err(trials::both().into()),
        (true, false) => call.lead("lead").await,
        (false, true) => Ok(preview::made_up(profile(call, playbook)?, call.now)),
        (false, false) => Err(trials::nothing_to_try().into()),
    }
}

/// As it would be read if it came in.
fn profile(call: &Call<'_>, playbook: &Playbook) -> Result<Profile, Stop> {
    let said = |name| call.text(name).and_then(cleaning::clean).map(|text| Untrusted::new(&text));
    let mut profile = Profile::blank(call.text("source").unwrap_or(SOURCE).into(), call.now);
    profile.need = said("message");
    profile.contact.company = said("company");
    if let Some(typed) = call.text("country") {
        let code = country::code(typed).ok_or_else(|| trials::no_country(typed))?;
        profile.contact.country = Some(code.to_owned());
        profile.contact.zone = country::zone(code).map(str::to_owned);
    }
    if let Some(typed) = call.text("email") {
        let address = email::address(typed).ok_or_else(|| lists::no_address(typed))?;
        profile.contact.domain = company::domain(&address, &playbook.matching);
        profile.contact.email = Some(Untrusted::new(&address));
    }
    for typed in call.text("answers").into_iter().flat_map(|text| text.split([';', '\n'])).take(ANSWERS_MAX) {
        if typed.trim().is_empty() {
            continue;
        }
        let (question, answer) = typed.split_once([':', '=']).ok_or_else(|| trials::no_answers(typed))?;
        profile.extras.push((Untrusted::new(question.trim()), Untrusted::new(answer.trim())));
    }
    Ok(profile)
}
