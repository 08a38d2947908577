//! What must hold after every step.

use std::collections::BTreeMap;

use leadbell::domain::clocks::Clock;
use leadbell::domain::fact::Fact;
use leadbell::domain::ids::{LeadId, PersonId};
use leadbell::domain::lead::{Course, Lead, State};
use leadbell::domain::message::Mention;
use leadbell::playbook::{Step, Whom};
use leadbell::store::{ActivityRow, Store};

use super::chat::card_of;
use super::deeds::may_have;
use super::eye::{CardRow, Eye};
use super::world::World;

/// Looks at every lead that has changed.
pub(super) async fn hold(world: &World, store: &Store, eye: &Eye) {
    let mut given: Vec<PersonId> = Vec::new();
    for (id, rev) in eye.leads().await {
        let known = world.state().leads.get(&id).map(|(rev, _)| *rev);
        if known == Some(rev) {
            continue;
        }
        if known.is_some_and(|known| known > rev) {
            world.wrong(format!("{id} has lost revisions: {known:?} were there, now {rev}"));
        }
        let (Ok(Some(lead)), Ok(log)) = (store.lead(id).await, store.log(id).await) else {
            world.wrong(format!("{id} cannot be read"));
            continue;
        };
        let (course, owners) = replay(world, store, id, &log);
        if course.as_ref() != Some(&lead.course) {
            world.wrong(format!("{id} is not what its log says"));
        }
        if let Err(why) = clocks_fit(&lead) {
            world.wrong(format!("{id}: {why}: {:?}", lead.course));
        }
        given.extend(owners);
        world.say(format!(
            "  {id} rev {rev}: {:?} epoch {} wakes {:?}",
            lead.course.state,
            lead.course.epoch,
            lead.course.clocks.wake_at()
        ));
        world.state().leads.insert(id, (rev, lead.course));
    }
    caps_hold(world, store, eye, &given).await;
    for card in eye.cards().await {
        ring_was_heard(world, store, &card).await;
    }
}

/// A lead that waits on a rung that rings somebody has rung them since it stands there, once its copy is posted.
async fn ring_was_heard(world: &World, store: &Store, card: &CardRow) {
    let course = world.state().leads.get(&card.lead).map(|(_, course)| course.clone());
    let Some(State::Waiting { team, step, .. }) = course.map(|c| c.state).filter(|_| card.is_posted) else { return };
    let playbook = store.playbook();
    let Some(team) = playbook.team(&team).filter(|team| team.channel == card.channel) else { return };
    let role = match team.ladder.get(step) {
        Some(Step::Mention { whom: Whom::Team, .. }) => team.role.clone(),
        Some(Step::Mention { whom: Whom::Managers, .. }) => playbook.company.managers.clone(),
        Some(
            Step::Open { .. }
            | Step::Offer { .. }
            | Step::AssignToNext
            | Step::AssignToCaptain
            | Step::AssignToPerson { .. }
            | Step::HandToTeam { .. },
        )
        | None => None,
    };
    let Ok(log) = store.log(card.lead).await else { return };
    let stands = log.iter().rev().find(|line| line.facts.iter().any(|fact| matches!(fact, Fact::Waits { .. })));
    let (Some(role), Some(stands)) = (role, stands) else { return };
    let is_heard = {
        let state = world.state();
        let mut copies = state.chat.messages.iter().filter(|m| card_of(&m.view) == Some(card.lead) && m.posted >= stands.at);
        state.set_back || copies.any(|m| m.rang.contains(&Mention::Role(role.clone())))
    };
    if !is_heard {
        world.wrong(format!("{} stands on rung {step} since {}, and nobody rang {role}", card.lead, stands.at));
    }
}

/// Replays the log, and looks at what is new in it: the course, and who was given the lead by the clock.
fn replay(world: &World, store: &Store, id: LeadId, log: &[ActivityRow]) -> (Option<Course>, Vec<PersonId>) {
    let seen = world.state().leads.get(&id).map_or(0, |(rev, _)| *rev);
    let mut owners = Vec::new();
    let mut course: Option<Course> = None;
    for line in log {
        let before = course.clone();
        for fact in &line.facts {
            match &mut course {
                Some(course) => course.evolve(fact, line.at),
                None => course = Course::replay([(line.at, fact)]),
            }
        }
        if line.rev <= seen {
            continue;
        }
        for fact in &line.facts {
            let &Fact::Assigned { to, by: None } = fact else { continue };
            owners.push(to);
            let cooling = before.as_ref().map(|c| c.cooling.clone()).unwrap_or_default();
            let roster = store.roster();
            let team = course.as_ref().and_then(|c| c.team.clone());
            match roster.get(to).zip(team) {
                Some((person, team)) => {
                    if let Err(why) = may_have(person, &team, &cooling, line.at) {
                        world.wrong(format!("{id}: {why}, by the clock"));
                    }
                }
                None => world.wrong(format!("{id}: given to {to:?}, who is nobody")),
            }
        }
    }
    (course, owners)
}

/// Nobody was given one more than they may have untouched.
async fn caps_hold(world: &World, store: &Store, eye: &Eye, given: &[PersonId]) {
    if given.is_empty() {
        return;
    }
    let untouched: BTreeMap<i64, i64> = eye.untouched().await.into_iter().collect();
    let (roster, playbook) = (store.roster(), store.playbook());
    for owner in given {
        let Some(person) = roster.get(*owner) else { continue };
        let caps = person.memberships.iter().filter_map(|m| m.cap).chain([playbook.promises.untouched_max]);
        let cap = i64::from(caps.max().unwrap_or_default());
        let has = untouched.get(&owner.0).copied().unwrap_or_default();
        if has > cap {
            world.wrong(format!("{} has {has} untouched leads, {cap} are the most", person.handle));
        }
    }
}

/// Each state has the clocks that it needs, and none that it must not have.
fn clocks_fit(lead: &Lead) -> Result<(), &'static str> {
    let runs = |clock| lead.course.clocks.due(clock).is_some();
    let touch = [Clock::FirstTouchWarning, Clock::FirstTouch, Clock::Release];
    match &lead.course.state {
        State::Waiting { .. } if !runs(Clock::Step) => Err("waits, and nothing will wake it"),
        State::Offered { .. } if !runs(Clock::Step) => Err("is offered, and nobody will hear that the time is over"),
        State::Offered { to, .. } if !lead.course.asked.contains(to) => Err("is offered to somebody who does not count as asked"),
        State::Owned { touched: false, .. } if !runs(Clock::Release) => Err("is untouched, and will never be released"),
        State::Owned { touched: true, .. } if touch.iter().any(|c| runs(*c)) => {
            Err("is touched, and a first touch is still awaited")
        }
        State::Owned { .. } if lead.course.clocks.wake_at().is_none() => Err("is owned, and nothing will wake it"),
        State::Pooled { .. } if !runs(Clock::Return) => Err("sleeps for ever"),
        State::Triage { .. } if !runs(Clock::Triage) => Err("stands in triage, and nobody will be reminded"),
        State::Closed { .. } if lead.course.clocks.wake_at().is_some() => Err("is closed, and a clock runs"),
        State::Waiting { .. }
        | State::Offered { .. }
        | State::Owned { .. }
        | State::Pooled { .. }
        | State::Triage { .. }
        | State::Closed { .. } => Ok(()),
    }
}
