//! `/lead next|list|show|why`: finding leads and looking at them. Looking is never a touch.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};

use super::{Call, Stop};
use crate::chat::Answer;
use crate::desk::flows::look;
use crate::desk::visit::Asked;
use crate::domain::clocks::Clock;
use crate::domain::eligibility;
use crate::domain::ids::LeadId;
use crate::domain::lead::{Lead, State};
use crate::domain::reply::Reply;
use crate::domain::scoring::Tier;
use crate::store::{Changed, LeadFilter};
use crate::wording::card::{CardFacts, card};
use crate::wording::{lists, why};

/// Leads read for one list: beyond it nobody counts along.
const READ_MAX: u32 = 2_000;

/// The lead that they are asked about; else, of those that they may have now, the hottest one, and of these the one that has waited longest.
pub(super) async fn next(call: &Call<'_>) -> Result<Answer, Stop> {
    let teams = call.teams()?;
    let is_of = |lead: &Lead| lead.course.team.as_ref().is_some_and(|key| teams.iter().any(|team| &team.key == key));
    let mut offered = offered(call).await?;
    offered.retain(is_of);
    let mut waiting = Vec::new();
    for team in &teams {
        waiting.extend(find(call, |f| (f.state, f.team) = (Some("waiting".to_owned()), Some(team.key.clone()))).await?);
    }
    waiting.sort_by_key(urgency);
    let snapshot = call.desk.store.glance(call.now).await?;
    let mut refused = None;
    let mut fits = Vec::new();
    for lead in &waiting {
        let State::Waiting { team, .. } = &lead.course.state else { continue };
        match eligibility::check(&snapshot, lead, team, call.by, call.now) {
            Ok(()) => fits.push(lead),
            Err(refusal) => refused = refused.or(Some((lead, refusal))),
        }
    }
    let to_mend = to_mend(call).await?;
    let view = match (offered.as_slice(), fits.as_slice(), refused) {
        ([first, rest @ ..], fits, _) => lists::asked(own_card(call, first), rest.len() + fits.len()),
        ([], [first, rest @ ..], _) => lists::next(own_card(call, first), rest.len()),
        ([], [], Some((lead, refusal))) => {
            let reply = Some(Reply::NotEligible(refusal));
            call.visit.say(&Asked { reply, lead: Some(lead.clone()), changed: Changed::No }).await?
        }
        ([], [], None) => match to_mend.as_slice() {
            [first, rest @ ..] => lists::next(own_card(call, first), rest.len()),
            [] => lists::nothing_waits(&teams.iter().map(|t| t.name.as_str()).collect::<Vec<_>>()),
        },
    };
    Ok(Answer::Private(view))
}

/// Hot ones first, then those that have waited longest.
pub(in crate::desk) fn urgency(lead: &Lead) -> (Reverse<Option<Tier>>, DateTime<Utc>, LeadId) {
    let tier = lead.course.score.as_ref().map(|score| score.tier);
    (Reverse(tier), lead.course.state.since(), lead.id)
}

/// What they are asked about, the one that must be answered first before the others.
pub(super) async fn offered(call: &Call<'_>) -> Result<Vec<Lead>, Stop> {
    let mut leads = find(call, |f| f.offered_to = Some(call.by.id)).await?;
    leads.sort_by_key(|lead| (lead.course.clocks.due(Clock::Step), lead.id));
    Ok(leads)
}

/// What they are asked to mend, the one that is due first before the others.
pub(super) async fn to_mend(call: &Call<'_>) -> Result<Vec<Lead>, Stop> {
    let mut leads = find(call, |f| f.state = Some("repair".to_owned())).await?;
    leads.retain(|lead| lead.course.state.fixer() == Some(call.by.id));
    leads.sort_by_key(|lead| (lead.course.clocks.due(Clock::Repair), lead.id));
    Ok(leads)
}

fn own_card(call: &Call<'_>, lead: &Lead) -> crate::domain::message::View {
    let team = lead.course.team.as_ref().and_then(|key| call.playbook.team(key));
    let channel = team.map_or("", |t| t.channel.as_str());
    card(&CardFacts { lead, playbook: &call.playbook, roster: &call.roster, channel, now: call.now })
}

async fn find(call: &Call<'_>, narrow: impl FnOnce(&mut LeadFilter)) -> Result<Vec<Lead>, Stop> {
    let mut filter = LeadFilter { limit: READ_MAX, ..LeadFilter::default() };
    narrow(&mut filter);
    Ok(call.desk.store.find_leads(&filter).await?)
}

/// Leads, those that need something first.
pub(super) async fn list(call: &Call<'_>) -> Result<Answer, Stop> {
    let team = call.team()?;
    let which = call.text("which").unwrap_or(if team.is_some() { "team" } else { "mine" });
    let in_state = |word: &'static str| move |f: &mut LeadFilter| f.state = Some(word.to_owned());
    let mine = |f: &mut LeadFilter| (f.state, f.owner) = (Some("owned".to_owned()), Some(call.by.id));
    let (title, mut leads) = match which {
        "waiting" => {
            ("Waiting for somebody", [find(call, in_state("waiting")).await?, find(call, in_state("offered")).await?].concat())
        }
        "triage" => ("Waiting for a manager", find(call, in_state("triage")).await?),
        "pooled" => ("Asleep", find(call, in_state("pooled")).await?),
        "repair" => ("In repair", find(call, in_state("repair")).await?),
        "due" => ("Due today", [offered(call).await?, to_mend(call).await?, find(call, mine).await?].concat()),
        "team" if team.is_some() => ("Open leads", find(call, in_state("open")).await?),
        "team" => ("Your team's open leads", find(call, in_state("open")).await?),
        _ => ("Your leads", [offered(call).await?, to_mend(call).await?, find(call, mine).await?].concat()),
    };
    match which {
        "due" => {
            let tonight = call.end_of_day();
            leads.retain(|lead| next_duty(lead).is_some_and(|at| at < tonight));
        }
        "team" => {
            let teams = call.teams()?;
            leads.retain(|lead| lead.course.team.as_ref().is_some_and(|key| teams.iter().any(|t| &t.key == key)));
        }
        _ => {}
    }
    if let Some(team) = team {
        leads.retain(|lead| lead.course.team.as_ref() == Some(&team.key));
    }
    if which == "waiting" {
        leads.sort_by_key(urgency);
    }
    if which == "mine" && leads.is_empty() && team.is_none() {
        return Ok(Answer::Private(lists::none_of_yours()));
    }
    let title = team.map_or_else(|| title.to_owned(), |t| format!("{title}, {}", t.name));
    Ok(Answer::Private(lists::leads(&title, &leads, call.by, call.world())))
}

/// When their owner, or whoever is asked, must do something next.
fn next_duty(lead: &Lead) -> Option<DateTime<Utc>> {
    let clocks = &lead.course.clocks;
    let clock = |clock| clocks.due(clock);
    let plan = lead.course.follow_up.as_ref().map(|plan| plan.at);
    [
        plan,
        clock(Clock::Step),
        clock(Clock::FirstTouch),
        clock(Clock::Release),
        clock(Clock::StillYours),
        clock(Clock::NotReached),
        clock(Clock::Stage),
        clock(Clock::Repair),
    ]
    .into_iter()
    .flatten()
    .min()
}

/// Everything about one lead.
pub(super) async fn show(call: &Call<'_>) -> Result<Answer, Stop> {
    let lead = call.lead("lead").await?;
    Ok(Answer::Private(look::shown(call.visit, lead).await?))
}

/// One lead's story.
pub(super) async fn why(call: &Call<'_>) -> Result<Answer, Stop> {
    let lead = call.lead("lead").await?;
    let log = call.visit.log(lead.id).await?;
    Ok(Answer::Private(why::why(&lead, &log, call.world())))
}
