//! `/queue show|triage|drain`: what waits, and giving it away. What is given away is shown first, and asked for again.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Call, Stop};
use crate::chat::Answer;
use crate::chat::action::Action;
use crate::desk::visit::Visit;
use crate::domain::eligibility;
use crate::domain::event::Ask;
use crate::domain::fairness;
use crate::domain::ids::{LeadId, PersonId};
use crate::domain::ladder;
use crate::domain::lead::Lead;
use crate::domain::message::View;
use crate::domain::reply::{Need, Refusal, Reply, Unknown};
use crate::domain::snapshot::Snapshot;
use crate::playbook::Team;
use crate::store::{Changed, LeadFilter, StoreError};
use crate::wording::queue::{self, Drain, Planned, Waiting};
use crate::wording::{World, remarks};

/// Leads read for one answer.
const READ_MAX: u32 = 2_000;

/// Leads given away at a time.
const GIVEN_MAX: usize = 50;

/// What waits in each team.
pub(super) async fn show(call: &Call<'_>) -> Result<Answer, Stop> {
    let only = call.team()?.map(|team| team.key.clone());
    let mut waiting: Vec<Waiting<'_>> = Vec::new();
    for team in call.playbook.teams.iter().filter(|team| only.as_ref().is_none_or(|key| *key == team.key)) {
        let of = |state| oldest(call.visit, state, Some(team));
        waiting.push(Waiting { team, waits: of("waiting").await?, offered: of("offered").await? });
    }
    let triage = oldest(call.visit, "triage", None).await?;
    Ok(Answer::Private(queue::show(&waiting, &triage, call.world())))
}

/// What a manager must route.
pub(super) async fn triage(call: &Call<'_>) -> Result<Answer, Stop> {
    Ok(Answer::Private(queue::triage(&oldest(call.visit, "triage", None).await?, call.world())))
}

/// Who would get what, before it is given.
pub(super) async fn drain(call: &Call<'_>) -> Result<Answer, Stop> {
    let team = call.team()?.ok_or_else(|| crate::wording::lists::left_out("team"))?;
    let most = call.whole("most").map_or(GIVEN_MAX, |most| usize::try_from(most).unwrap_or(GIVEN_MAX)).min(GIVEN_MAX);
    let to = match call.options.get("to") {
        Some(_) => {
            let visitor = call.visitor("to")?;
            let known = call.roster.by_chat_id(&visitor.chat_id).map(|person| person.id);
            Some(known.ok_or_else(|| call.reply(&Reply::Unknown(Unknown::Person), None))?)
        }
        None => None,
    };
    let leads = oldest(call.visit, "waiting", Some(team)).await?;
    let all = leads.len();
    let mut snapshot = call.desk.store.glance(call.now).await?;
    let planned: Vec<Planned> =
        leads.into_iter().take(most).map(|lead| plan(&mut snapshot, lead, (team, to), call.now)).collect();
    let place = call.playbook.teams.iter().position(|other| other.key == team.key).unwrap_or_default();
    let drain = Drain { team: place, to, most: planned.len(), version: call.playbook.version };
    Ok(Answer::Private(queue::preview(&planned, all, &drain, call.world())))
}

/// Who would get it, after those before it were given.
fn plan(snapshot: &mut Snapshot, lead: Lead, (team, to): (&Team, Option<PersonId>), now: DateTime<Utc>) -> Planned {
    let found = match to {
        Some(to) => match snapshot.roster.get(to) {
            Some(person) => eligibility::check(snapshot, &lead, &team.key, person, now).map(|()| to).map_err(Some),
            None => Err(Some(Refusal::Left)),
        },
        None => ladder::next_for(snapshot, &lead, team, now).ok_or(None),
    };
    if let Ok(who) = found {
        *snapshot.untouched.entry(who).or_default() += 1;
        if to.is_none() {
            let mut ledger = (*snapshot.beside.ledger).clone();
            fairness::taken(&snapshot.roster, &team.key, who, now).iter().for_each(|entry| ledger.enter(entry));
            snapshot.beside.ledger = Arc::new(ledger);
        }
    }
    Planned { lead, to: found }
}

/// They said so: what waits now is given, as it was shown.
///
/// # Errors
/// When the store cannot be read or written: what was given until then is given.
pub async fn pressed(visit: &Visit<'_>, action: &Action) -> Result<Answer, StoreError> {
    if !visit.person.manages() {
        return Ok(Answer::Replace(visit.word(&Reply::NotAllowed(Need::Manager), None, &[])));
    }
    let (roster, playbook) = (visit.desk.store.roster(), visit.desk.store.playbook());
    let drain = Drain::read(action).filter(|drain| drain.version == playbook.version);
    let Some((drain, team)) = drain.and_then(|drain| Some((drain, playbook.teams.get(drain.team)?))) else {
        return Ok(Answer::Replace(remarks::unknown_choice()));
    };
    let mut given: BTreeMap<PersonId, u32> = BTreeMap::new();
    let mut stayed: Vec<(LeadId, View)> = Vec::new();
    for lead in oldest(visit, "waiting", Some(team)).await?.into_iter().take(drain.most) {
        let ask = match drain.to {
            Some(to) => Ask::Assign { to, reason: "given from the queue".to_owned() },
            None => Ask::GiveNext,
        };
        let asked = visit.ask_one_of_many(lead.id, ask).await?;
        match (&asked.reply, asked.changed) {
            (Some(Reply::Assigned { to }), Changed::Yes) => *given.entry(*to).or_default() += 1,
            (_, _) => stayed.push((lead.id, visit.say(&asked).await?)),
        }
    }
    let world = World { playbook: &playbook, roster: &roster, now: visit.now };
    Ok(Answer::Replace(queue::given(&given, &stayed, team, world)))
}

/// Leads of a state, those that have waited longest first.
async fn oldest(visit: &Visit<'_>, state: &str, team: Option<&Team>) -> Result<Vec<Lead>, StoreError> {
    let team = team.map(|team| team.key.clone());
    let filter = LeadFilter { state: Some(state.to_owned()), team, limit: READ_MAX, ..LeadFilter::default() };
    let mut leads = visit.desk.store.find_leads(&filter).await?;
    leads.sort_by_key(|lead| (lead.course.state.since(), lead.id));
    Ok(leads)
}
