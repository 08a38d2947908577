//! What must hold after every step.

use std::collections::BTreeMap;

use leadbell::domain::clocks::Clock;
use leadbell::domain::deciders::{LINKS_MAX, Link, Role};
use leadbell::domain::fact::Fact;
use leadbell::domain::ids::{LeadId, PersonId};
use leadbell::domain::lead::{Course, Exit, Lead, State};
use leadbell::domain::message::Mention;
use leadbell::playbook::{Step, Whom};
use leadbell::store::{ActivityRow, Store};

use super::chat::card_of;
use super::deeds::{can, may_have};
use super::eye::{CardRow, Eye};
use super::signals;
use super::trades;
use super::world::World;
use super::{apart, listed};

/// Looks at every lead that has changed.
pub(super) async fn hold(world: &World, store: &Store, eye: &Eye) {
    let (mut given, mut has_changed) = (Given::default(), false);
    for (id, rev) in eye.leads().await {
        let known = world.state().leads.get(&id).map(|(rev, _)| *rev);
        if known == Some(rev) {
            continue;
        }
        has_changed = true;
        if known.is_some_and(|known| known > rev) {
            world.wrong(format!("{id} has lost revisions: {known:?} were there, now {rev}"));
        }
        let (Ok(Some(lead)), Ok(log)) = (store.lead(id).await, store.log(id).await) else {
            world.wrong(format!("{id} cannot be read"));
            continue;
        };
        let course = replay(world, store, (id, &log), &mut given);
        if course.as_ref() != Some(&lead.course) {
            world.wrong(format!("{id} is not what its log says"));
        }
        signals::sequences_are_lawful(world, &lead, &log);
        listed::tags_fit(world, eye, &lead).await;
        signals::rows_fit(world, eye, id, &log).await;
        if let Err(why) = clocks_fit(&lead).and(deals_fit(&lead.course)).and(trades::fit(&lead)) {
            world.wrong(format!("{id}: {why}: {:?}", lead.course));
        }
        let cost = log.iter().flat_map(|line| &line.facts);
        let cost: Vec<PersonId> =
            cost.filter_map(|fact| if let Fact::TurnTaken { by, .. } = fact { Some(*by) } else { None }).collect();
        let written = eye.turns(id).await;
        if cost != written {
            world.wrong(format!("{id} has cost the turns of {cost:?}, and the ledger has {written:?}"));
        }
        world.say(format!(
            "  {id} rev {rev}: {:?} epoch {} wakes {:?}",
            lead.course.state,
            lead.course.epoch,
            lead.course.clocks.wake_at()
        ));
        let mut state = world.state();
        if let Some(email) = &lead.profile.contact.email {
            let email = email.raw().to_lowercase();
            if matches!(lead.course.state, State::Closed { exit: Exit::Removed, .. }) {
                state.nobodys.insert(email);
            } else {
                state.nobodys.remove(&email);
            }
        }
        state.leads.insert(id, (rev, lead.course));
    }
    if has_changed {
        links_are_mutual(world);
        listed::list_fits(world, store, eye).await;
    }
    caps_hold(world, store, eye, &given).await;
    for card in eye.cards().await {
        ring_was_heard(world, store, &card).await;
    }
}

/// A lead that waits on a rung that rings somebody has rung them since it stands there, once its copy is posted.
async fn ring_was_heard(world: &World, store: &Store, card: &CardRow) {
    let course = world.state().leads.get(&card.lead).map(|(_, course)| course.clone());
    let Some(State::Waiting { team, step, until_open: false, .. }) = course.map(|c| c.state).filter(|_| card.is_posted) else {
        return;
    };
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

/// Who was given leads by the clock, and who was asked whether they want one.
#[derive(Debug, Default)]
struct Given {
    owners: Vec<PersonId>,
    asked: Vec<PersonId>,
}

/// Replays the log, and looks at what is new in it: the course, and who was given the lead by the clock or asked about it.
fn replay(world: &World, store: &Store, (id, log): (LeadId, &[ActivityRow]), given: &mut Given) -> Option<Course> {
    let seen = world.state().leads.get(&id).map_or(0, |(rev, _)| *rev);
    let mut course: Option<Course> = None;
    for line in log {
        let before = course.clone();
        for fact in &line.facts {
            let asked = course.as_ref().map(|course| &course.asked);
            if let Fact::Offered { to, .. } = fact
                && line.rev > seen
                && asked.is_some_and(|asked| asked.contains(to))
            {
                world.wrong(format!("{id} is offered to {to:?}, who was asked already"));
            }
            match &mut course {
                Some(course) => course.evolve(fact, line.at),
                None => course = Course::replay([(line.at, fact)]),
            }
            if let (Fact::Undone { to }, Some(course)) = (fact, &course)
                && course.deals != to.deals
            {
                world.wrong(format!("{id} was taken back, and its deals are not those of before"));
            }
        }
        if line.rev <= seen {
            continue;
        }
        if let Some(why) = before.as_ref().and_then(|before| repair_goes_wrong(store, before, line)) {
            world.wrong(format!("{id} in revision {}: {why}", line.rev));
        }
        apart::line_is_lawful(world, id, line);
        if let (Some(before), Some(after)) = (&before, &course) {
            signals::line_is_lawful(world, id, (before, after), line);
        }
        for fact in &line.facts {
            let to = match *fact {
                Fact::Assigned { to, by: None } => {
                    given.owners.push(to);
                    to
                }
                Fact::Offered { to, .. } => {
                    given.asked.push(to);
                    to
                }
                _ => continue,
            };
            let cooling = before.as_ref().map(|c| c.cooling.clone()).unwrap_or_default();
            let roster = store.roster();
            let team = match fact {
                Fact::Offered { team, .. } => Some(team.clone()),
                _ => course.as_ref().and_then(|c| c.team.clone()),
            };
            match roster.get(to).zip(team) {
                Some((person, team)) => {
                    let skilled = course.as_ref().map_or(Ok(()), |course| can(person, course));
                    if let Err(why) = may_have(person, &team, &cooling, line.at).and(skilled) {
                        world.wrong(format!("{id}: {why}, by the clock"));
                    }
                }
                None => world.wrong(format!("{id}: given to {to:?}, who is nobody")),
            }
        }
    }
    course
}

/// What is mended goes to whose it was, and what is not gives back the turn that it cost.
fn repair_goes_wrong(store: &Store, before: &Course, line: &ActivityRow) -> Option<String> {
    let State::Repair { owner, .. } = before.state else { return None };
    let roster = store.roster();
    let given = line.facts.iter().find_map(|fact| match fact {
        Fact::Claimed { by: to } | Fact::Assigned { to, .. } => Some(*to),
        _ => None,
    });
    let is_mended = line.facts.iter().any(|fact| matches!(fact, Fact::Mended { .. }));
    if let Some(to) = given.filter(|to| is_mended && *to != owner && roster.keeper(owner, line.at) != *to) {
        return Some(format!("mended, it goes to {to:?}, and it was {owner:?}'s"));
    }
    let is_over = line.facts.iter().any(|fact| matches!(fact, Fact::NotMended { .. }));
    let cost = before.turn_of.as_ref().filter(|(who, _)| *who == owner && !before.turn_returned);
    let has_a_place = cost.is_some_and(|(who, team)| roster.get(*who).is_some_and(|p| p.membership(team).is_some()));
    let is_returned = line.facts.iter().any(|fact| matches!(fact, Fact::TurnReturned { .. }));
    (is_over && has_a_place && !is_returned).then(|| format!("nobody mended it, and {owner:?} does not get the turn back"))
}

/// Who decides for somebody knows of it, and the other way round; beyond a few nobody counts along.
fn links_are_mutual(world: &World) {
    let leads = world.state().leads.clone();
    for (id, (_, course)) in &leads {
        for link in &course.links {
            let back = Link { lead: *id, role: if link.role == Role::Decides { Role::DecidedFor } else { Role::Decides } };
            let is_mutual =
                leads.get(&link.lead).is_some_and(|(_, other)| other.links.contains(&back) || other.links.len() == LINKS_MAX);
            if !is_mutual {
                world.wrong(format!("{id} is linked with {}, which does not know of it", link.lead));
            }
        }
    }
}

/// Nobody was given one more than they may have untouched.
async fn caps_hold(world: &World, store: &Store, eye: &Eye, given: &Given) {
    if given.owners.is_empty() && given.asked.is_empty() {
        return;
    }
    let untouched: BTreeMap<i64, i64> = eye.untouched().await.into_iter().collect();
    let (roster, playbook) = (store.roster(), store.playbook());
    let asked: BTreeMap<i64, i64> = eye.asked().await.into_iter().collect();
    for (owner, counted) in given.owners.iter().map(|who| (who, false)).chain(given.asked.iter().map(|who| (who, true))) {
        let Some(person) = roster.get(*owner) else { continue };
        let caps = person.memberships.iter().filter_map(|m| m.cap).chain([playbook.promises.untouched_max]);
        let cap = i64::from(caps.max().unwrap_or_default());
        // What they are asked about is as good as theirs.
        let asked = if counted { asked.get(&owner.0).copied().unwrap_or_default() } else { 0 };
        let has = untouched.get(&owner.0).copied().unwrap_or_default() + asked;
        if has > cap {
            world.wrong(format!("{} has {has} untouched leads, {cap} are the most", person.handle));
        }
    }
}

/// At most the newest deal is open, one of a lead that is over has ended, and who bought has one that was won.
fn deals_fit(course: &Course) -> Result<(), &'static str> {
    let before = course.deals.split_last().map_or(&[][..], |(_, before)| before);
    let is_open = course.deals.last().is_some_and(|deal| deal.end.is_none());
    match &course.state {
        _ if before.iter().any(|deal| deal.end.is_none()) => Err("has an open deal behind a newer one"),
        State::Closed { .. } if is_open => Err("is over, and its deal is open"),
        State::Closed { exit: Exit::Converted, .. } if course.deals.last().is_none_or(|deal| deal.word() != "won") => {
            Err("was won without a deal")
        }
        _ => Ok(()),
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
        State::Closed { exit: Exit::Converted, .. } if !runs(Clock::CustomerQuiet) => {
            Err("is a customer, and nobody will hear when they fall silent")
        }
        State::Closed { exit: Exit::Converted, .. } => Ok(()),
        State::Closed { .. } if lead.course.clocks.wake_at().is_some() => Err("is closed, and a clock runs"),
        State::Repair { .. } if !runs(Clock::Repair) => Err("is to be mended, and nobody will hear that nobody did"),
        State::Repair { owner, fixer, .. } if *fixer == Some(*owner) => Err("is to be mended by whoever gave it up"),
        State::Waiting { .. }
        | State::Offered { .. }
        | State::Owned { .. }
        | State::Pooled { .. }
        | State::Triage { .. }
        | State::Closed { .. }
        | State::Repair { .. } => Ok(()),
    }
}
