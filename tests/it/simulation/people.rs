//! What must hold of people at the end: each submission is there once, each person has one lead at a time, and who was merged is one.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;
use leadbell::domain::decision::{News, Recipient};
use leadbell::domain::fact::Fact;
use leadbell::domain::ids::LeadId;
use leadbell::domain::lead::{Course, Exit, State as Stands};
use leadbell::store::{ActivityRow, Store};

use super::eye::{Eye, Joined};
use super::trades;
use super::world::{State, World};

/// Two submissions with the same fields are one within so many minutes.
const SAME_FIELDS_MINUTES: i64 = 10;

/// So long after its end a lead is opened again by the same person.
const REOPENED_WITHIN_DAYS: i64 = 90;

/// Each request that was kept is one submission for each person in it; without an id of the provider's, once more after ten minutes.
pub(super) fn submissions_are_made_once(state: &State, submissions: &[Joined], wrong: &mut Vec<String>) {
    for joined in submissions {
        if !state.sent.iter().any(|sent| sent.body == joined.body && sent.leads.contains(&joined.email)) {
            wrong.push(format!("a submission of {} was made of nothing", joined.email));
        }
    }
    for sent in &state.sent {
        for email in &sent.leads {
            let of = submissions.iter().filter(|joined| joined.body == sent.body && joined.email == *email);
            let mut at: Vec<_> = of.map(|joined| joined.at).collect();
            at.sort();
            let apart = |w: &[chrono::DateTime<chrono::Utc>]| w[1] - w[0] >= Duration::minutes(SAME_FIELDS_MINUTES);
            let is_right = match at.len() {
                0 => sent.kept == 0,
                1 => true,
                _ => sent.key.is_none() && (state.set_back || at.windows(2).all(apart)),
            };
            if !is_right {
                wrong.push(format!("{email} was kept {} times and is {} submissions, made at {at:?}", sent.kept, at.len()));
            }
        }
    }
}

/// Nobody has two leads that go on, owners hear of each request, and merged leads know of each other.
pub(super) async fn known(world: &World, store: &Store, submissions: &[Joined], wrong: &mut Vec<String>) {
    let leads: Vec<LeadId> = world.state().leads.keys().copied().collect();
    let mut logs = BTreeMap::new();
    for lead in leads {
        match store.log(lead).await {
            Ok(log) => drop(logs.insert(lead, log)),
            Err(error) => return world.wrong(format!("the log of {lead} cannot be read: {error}")),
        }
    }
    let set_back = world.state().set_back;
    strangers_stay_apart(submissions, &logs, wrong);
    let mut by_person: BTreeMap<&str, BTreeSet<LeadId>> = BTreeMap::new();
    for joined in submissions {
        by_person.entry(&joined.of).or_default().insert(joined.lead);
    }
    for (email, leads) in by_person {
        let leads: Vec<LeadId> = leads.into_iter().collect();
        for pair in leads.windows(2) {
            if !(set_back || was_over(&logs[&pair[0]], &logs[&pair[1]])) {
                wrong.push(format!("{email} has {} although {} went on", pair[1], pair[0]));
            }
        }
    }
    merges_are_mutual(&logs, wrong);
    trades::are_mutual(&logs, wrong);
}

/// A submission joins a lead of its own address, or one in which such a lead has ended.
fn strangers_stay_apart(submissions: &[Joined], logs: &BTreeMap<LeadId, Vec<ActivityRow>>, wrong: &mut Vec<String>) {
    let own = |lead: LeadId| submissions.iter().find(|joined| joined.lead == lead).map(|joined| joined.of.as_str());
    for joined in submissions.iter().filter(|joined| joined.of != joined.email) {
        // Everything that ever ended in it, at first or second hand.
        let (mut all, mut next) = (BTreeSet::new(), vec![joined.lead]);
        while let Some(lead) = next.pop() {
            let facts = logs.get(&lead).into_iter().flatten().flat_map(|line| &line.facts);
            let merged = facts.filter_map(|fact| match fact {
                Fact::MergedFrom { lead, .. } => Some(*lead),
                _ => None,
            });
            next.extend(merged.filter(|lead| all.insert(*lead)));
        }
        if !all.iter().any(|lead| own(*lead) == Some(joined.email.as_str())) {
            wrong.push(format!("a submission of {} joined {}, which is {}'s", joined.email, joined.lead, joined.of));
        }
    }
}

/// Was the earlier lead over, so that the later one had to be made?
fn was_over(earlier: &[ActivityRow], later: &[ActivityRow]) -> bool {
    let Some(made) = later.first().map(|line| line.at) else { return false };
    // Of what happened at the same instant, any part may have come first.
    let (before, until_then) = (earlier.partition_point(|line| line.at < made), earlier.partition_point(|line| line.at <= made));
    (before..=until_then).any(|cut| {
        let course = Course::replay(earlier[..cut].iter().flat_map(|line| line.facts.iter().map(|fact| (line.at, fact))));
        match course.map(|course| course.state) {
            Some(Stands::Closed { exit: Exit::Removed | Exit::Merged, .. }) => true,
            Some(Stands::Closed { exit: Exit::Suppressed, .. }) => false,
            Some(Stands::Closed { at, .. }) => made - at > Duration::days(REOPENED_WITHIN_DAYS),
            Some(_) | None => false,
        }
    })
}

/// A lead that ended in another one is known there, and nowhere else.
fn merges_are_mutual(logs: &BTreeMap<LeadId, Vec<ActivityRow>>, wrong: &mut Vec<String>) {
    let (mut ended, mut taken) = (BTreeSet::new(), BTreeSet::new());
    for (id, log) in logs {
        let course = Course::replay(log.iter().flat_map(|line| line.facts.iter().map(|fact| (line.at, fact))));
        if let Some(Stands::Closed { original: Some(original), .. }) = course.map(|course| course.state) {
            ended.insert((*id, original));
        }
        for fact in log.iter().flat_map(|line| &line.facts) {
            let is_right = match fact {
                Fact::MergedFrom { lead, .. } => taken.insert((*lead, *id)),
                Fact::Unmerged { lead, .. } => taken.remove(&(*lead, *id)),
                _ => true,
            };
            if !is_right {
                wrong.push(format!("{id} takes a lead in or gives one back twice: {fact:?}"));
            }
        }
    }
    if ended != taken {
        wrong.push(format!("these leads ended in others: {ended:?}; and these know of it: {taken:?}"));
    }
}

/// Each time that they asked again while somebody had their lead, that one was told.
pub(super) async fn owners_hear_of_it(store: &Store, eye: &Eye, id: LeadId, wrong: &mut Vec<String>) {
    let Ok(log) = store.log(id).await else { return };
    let (mut course, mut owned) = (None::<Course>, 0_usize);
    for line in &log {
        let was_asked = course.as_ref().is_some_and(|course| course.state.asked().is_some());
        for fact in &line.facts {
            course.get_or_insert_with(|| Course::new("".into(), line.at)).evolve(fact, line.at);
        }
        let again = line.facts.iter().any(|fact| matches!(fact, Fact::CameAgain { .. }));
        let state = course.as_ref().map(|course| &course.state);
        // Who is asked already hears that they are asked by somebody who is waiting for an answer.
        // Whose data they mend by it hears of that instead.
        let mended = line.facts.iter().any(|fact| matches!(fact, Fact::Mended { .. }));
        if again && !mended && (matches!(state, Some(Stands::Owned { .. } | Stands::Repair { .. })) || was_asked) {
            owned += 1;
        }
        if again && matches!(state, Some(Stands::Pooled { .. } | Stands::Closed { .. })) {
            wrong.push(format!("{id} came again in revision {}, and nobody works it", line.rev));
        }
    }
    let told =
        eye.notices().await.into_iter().filter(|row| row.lead == Some(id) && matches!(row.recipient, Recipient::Person(_)));
    let news = told.filter_map(|row| serde_json::from_str::<News>(&row.news).ok());
    let told = news.filter(|news| matches!(news, News::CameAgain { .. })).count();
    if told != owned {
        wrong.push(format!("{id} came again {owned} times while somebody had it, and they were told {told} times"));
    }
}
