//! What people do to leads: alone, several at once, twice.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use futures_util::future::join_all;
use leadbell::domain::decide::decide;
use leadbell::domain::decision::Decision;
use leadbell::domain::event::{Ask, Event};
use leadbell::domain::fact::Fact;
use leadbell::domain::ids::{LeadId, PersonId, TeamKey};
use leadbell::domain::lead::{Channel, Course, Exit, Outcome, State};
use leadbell::domain::money::{Currency, Money};
use leadbell::domain::person::Person;
use leadbell::domain::repair::Mending;
use leadbell::domain::reply::Reply;
use leadbell::domain::snapshot::Snapshot;
use leadbell::domain::submission::Contact;
use leadbell::domain::tags::Tag;
use leadbell::domain::text::Untrusted;
use leadbell::domain::trade::TradeAsk;
use leadbell::store::{Applied, Cause, Store, StoreError, Target};

use super::listed;
use super::trades;
use super::world::World;

/// Something that a person did, as the chat would deliver it once more.
#[derive(Debug, Clone)]
pub(super) struct Given {
    id: String,
    lead: LeadId,
    by: PersonId,
    ask: Ask,
    at: DateTime<Utc>,
    /// The person saw an answer, so it certainly was dealt with.
    answered: bool,
}

const REASONS: &[&str] = &[
    "not_ready",
    "not_ready",
    "not_ready",
    "no_budget",
    "no_authority",
    "unreachable",
    "invalid_data",
    "not_interested",
    "duplicate",
    "spam",
    "other",
    "nonsense",
];

/// Somebody asks for something.
pub(super) async fn somebody_acts(world: &Arc<World>, store: &Store) {
    let drawn = match listed::of_somebody_with_two_leads(world, store).await {
        Some((lead, by, ask)) => Some(given(world, (lead, by, ask))),
        None => takes_a_trade(world).or_else(|| draw(world, store, None)),
    };
    let Some(mut given) = drawn else { return };
    if let Ask::Mend { to } = &mut given.ask
        && let Ok(Some(lead)) = store.lead(given.lead).await
    {
        // What they leave as it is stays in the form.
        let known = &lead.profile.contact;
        (to.name, to.email, to.company) = (known.full_name(), known.email.clone(), known.company.clone());
    }
    carry(world, store, vec![given]).await;
}

/// Whoever is offered a lead for theirs mostly takes it before long.
fn takes_a_trade(world: &Arc<World>) -> Option<Given> {
    let answer = trades::answer(&mut world.state())?;
    Some(given(world, answer))
}

/// The next deed.
fn given(world: &World, (lead, by, ask): (LeadId, PersonId, Ask)) -> Given {
    Given { id: format!("d{}", world.state().given.len()), lead, by, ask, at: world.now(), answered: false }
}

/// Another number than anybody has.
fn mend(nth: usize) -> Ask {
    let number = format!("+49302312{nth:04}");
    let to = Mending { phone: Some(Untrusted::new(&number)), phone_e164: Some(number), ..Mending::default() };
    Ask::Mend { to: Box::new(to) }
}

pub(super) fn leave_alone() -> Ask {
    Ask::Disqualify { reason: "not_interested".into(), detail: None, until: None, original: None }
}

/// One of a few who decide for many.
fn decided(nth: usize) -> Ask {
    let who = Contact { email: Some(Untrusted::new(&format!("boss{}@example.com", nth % 3))), ..Contact::default() };
    Ask::DecidedBy { reason: "no_authority".into(), detail: Some("their boss".to_owned()), who: Box::new(who) }
}

fn give_up() -> Ask {
    let detail = Some("the number is a bakery's".to_owned());
    Ask::Disqualify { reason: "invalid_data".into(), detail, until: None, original: None }
}

/// Several people want the same lead at the same instant.
pub(super) async fn a_herd_claims(world: &Arc<World>, store: &Store) {
    let Some(first) = draw(world, store, Some(Ask::Claim)) else { return };
    let people: Vec<PersonId> = store.roster().iter().map(|p| p.id).collect();
    let mut herd = Vec::new();
    for by in people {
        if world.roll(0.8) {
            herd.push(Given { id: format!("{}-{}", first.id, by.0), by, ..first.clone() });
        }
    }
    carry(world, store, herd).await;
}

/// A click comes once more.
pub(super) async fn a_deed_comes_twice(world: &Arc<World>, store: &Store) {
    let again = {
        let mut state = world.state();
        let recent: Vec<Given> =
            state.given.iter().filter(|g| world.now() - g.at < Duration::hours(20) && world.now() >= g.at).cloned().collect();
        if recent.is_empty() {
            return;
        }
        state.lot.pick(&recent).clone()
    };
    carry(world, store, vec![again]).await;
}

fn draw(world: &Arc<World>, store: &Store, ask: Option<Ask>) -> Option<Given> {
    let people: Vec<PersonId> = store.roster().iter().map(|p| p.id).collect();
    let now = world.now();
    let mut state = world.state();
    let leads: Vec<LeadId> = state.leads.keys().copied().collect();
    let lead = match (leads.last(), state.lot.roll(0.4)) {
        (Some(newest), true) => *newest,
        (Some(_), false) => *state.lot.pick(&leads),
        (None, _) => return None,
    };
    let owner =
        state.leads.get(&lead).and_then(|(_, course)| course.state.owner().or(course.state.asked()).or(course.state.fixer()));
    let by = match owner {
        Some(owner) if state.lot.roll(0.6) => owner,
        _ => *state.lot.pick(&people),
    };
    let ask = if ask.is_none() && leads.len() > 1 && state.lot.roll(0.08) {
        Some(Ask::Merge { into: *state.lot.pick(&leads) })
    } else {
        ask
    };
    // Whoever logged a try by a slip takes the sign away again.
    if let Some(Given { ask: Ask::Log { channel, outcome, .. }, lead, by, .. }) = state.given.last().cloned()
        && ask.is_none()
        && state.lot.roll(0.1)
    {
        let id = format!("d{}", state.given.len());
        return Some(Given { id, lead, by, ask: Ask::Unlog { channel, outcome }, at: now, answered: false });
    }
    // Who has just merged, taken, given or ended something thinks better of it.
    let regret = |ask: &Ask| match ask {
        Ask::Merge { .. } => 0.6,
        Ask::Trade(TradeAsk::Accept { .. }) => 0.3,
        Ask::Won { .. } | Ask::Deal { .. } => 0.4,
        Ask::Disqualify { reason, .. } if reason.as_str() == "not_interested" => 0.4,
        Ask::Claim | Ask::Assign { .. } | Ask::Disqualify { .. } | Ask::Reopen => 0.15,
        _ => 0.0,
    };
    if let Some(last) = state.given.last().cloned()
        && ask.is_none()
        && regret(&last.ask) > 0.0
        && state.lot.roll(regret(&last.ask))
    {
        let id = format!("d{}", state.given.len());
        return Some(Given { id, ask: Ask::Undo, at: now, answered: false, ..last });
    }
    let course = state.leads.get(&lead).map(|(_, course)| course.clone());
    let owned =
        state.leads.iter().filter(|(id, (_, course))| **id != lead && course.state.owner().is_some_and(|its| owner != Some(its)));
    let others: Vec<LeadId> = owned.map(|(id, _)| *id).collect();
    let drawn = course.filter(|_| ask.is_none()).and_then(|course| trades::draw(&mut state.lot, &course, &others, &people));
    let (by, ask) = match drawn {
        // Mostly those who may.
        Some((who, asked)) => (if state.lot.roll(0.85) { who } else { by }, Some(asked)),
        None => (by, ask),
    };
    let sleeps = ask.is_none() && owner == Some(by) && state.lot.roll(0.1);
    let ask = if sleeps { Some(sleep(now + Duration::minutes(state.lot.between(1, 90)))) } else { ask };
    let is_in_repair = state.leads.get(&lead).is_some_and(|(_, course)| matches!(course.state, State::Repair { .. }));
    let nth = state.given.len();
    let boss = store.roster().iter().find(|person| person.manages()).map(|person| person.id);
    let is_over = state.leads.get(&lead).is_some_and(|(_, course)| rests(&course.state));
    let (by, ask) = match boss {
        Some(boss) if ask.is_none() && is_over && state.lot.roll(0.1) => {
            (boss, Some(if state.lot.roll(0.7) { Ask::Requeue } else { Ask::Reopen }))
        }
        _ => (by, ask),
    };
    let ask = match ask {
        None if is_in_repair && state.lot.roll(0.4) => Some(if state.lot.roll(0.8) { mend(nth) } else { Ask::CannotMend }),
        None if owner == Some(by) && state.lot.roll(0.08) => Some(give_up()),
        None if owner == Some(by) && state.lot.roll(0.05) => Some(leave_alone()),
        None if owner == Some(by) && state.lot.roll(0.06) => Some(decided(nth)),
        ask => ask,
    };
    let ask = ask.unwrap_or_else(|| draw_ask(&mut state.lot, now, &people));
    let id = format!("d{}", state.given.len());
    Some(Given { id, lead, by, ask, at: now, answered: false })
}

/// Nobody works it, and somebody could.
fn rests(state: &State) -> bool {
    matches!(state, State::Pooled { .. } | State::Closed { exit: Exit::Unqualified | Exit::Suppressed, .. })
}

fn sleep(until: DateTime<Utc>) -> Ask {
    Ask::Disqualify { reason: "not_ready".into(), detail: None, until: Some(until), original: None }
}

fn draw_ask(lot: &mut super::lot::Lot, now: DateTime<Utc>, people: &[PersonId]) -> Ask {
    match lot.below(20) {
        0..=3 => Ask::Claim,
        4 => Ask::Pass { reason: None },
        5..=8 => Ask::Log { channel: *lot.pick(Channel::ALL), outcome: *lot.pick(Outcome::ALL), note: None },
        9 => Ask::FollowUp { at: now + Duration::minutes(lot.between(-5, 600)), note: None },
        10 => Ask::FollowUp { at: now + Duration::days(lot.between(1, 20)), note: None },
        11 if lot.roll(0.5) => Ask::Release { reason: "on a train".to_owned() },
        12 => Ask::WrongTeam { reason: "not ours".to_owned() },
        13 if lot.roll(0.2) => Ask::GiveNext,
        13 => Ask::Assign { to: *lot.pick(people), reason: "speaks French".to_owned() },
        14 if lot.roll(0.7) => Ask::Route { team: TeamKey::from(*lot.pick(&["dach", "world"])) },
        11 | 14 | 15 => Ask::Disqualify {
            reason: (*lot.pick(REASONS)).into(),
            detail: lot.roll(0.7).then(|| "a long enough reason".to_owned()),
            until: Some(
                now + Duration::minutes({
                    let most = *lot.pick(&[40, 60 * 24, 60 * 24 * 10]);
                    lot.between(1, most)
                }),
            ),
            original: lot.roll(0.7).then_some(LeadId(1001)),
        },
        16 if lot.roll(0.5) => Ask::Done { note: lot.roll(0.5).then(|| "they want two offers".to_owned()) },
        16 => Ask::StillMine,
        17 => Ask::Reopen,
        18 => {
            if lot.roll(0.3) {
                Ask::Won { value: amount(lot) }
            } else if lot.roll(0.5) {
                Ask::Deal { value: amount(lot) }
            } else {
                Ask::Stage { to: (*lot.pick(&["qualified", "nurture", "contacted"])).into() }
            }
        }
        _ => {
            if lot.roll(0.3) {
                let tag = Tag::read(lot.pick::<&str>(&["fair", "vip", "callback"])).expect("is one");
                if lot.roll(0.7) { Ask::Tag { tag } } else { Ask::Untag { tag } }
            } else if lot.roll(0.2) {
                Ask::WriteInThread { text: "Lee decides".to_owned() }
            } else if lot.roll(0.5) {
                Ask::Note { text: "asks for a call after three".to_owned() }
            } else {
                Ask::Reveal
            }
        }
    }
}

/// What a deal may be worth, where anybody says so.
fn amount(lot: &mut super::lot::Lot) -> Option<Money> {
    let currency = Currency::read(lot.pick::<&str>(&["EUR", "USD", "JPY"])).expect("is one");
    lot.roll(0.7).then(|| Money { minor: lot.between(1, 5_000_000), currency })
}

/// Brings them to the store all at once, and looks at each answer.
async fn carry(world: &Arc<World>, store: &Store, deeds: Vec<Given>) {
    let now = world.now();
    {
        let mut state = world.state();
        for given in &deeds {
            if !state.given.iter().any(|g| g.id == given.id) {
                state.given.push(given.clone());
            }
        }
    }
    let applied = join_all(deeds.iter().map(|given| {
        let event = Event::Asked { by: given.by, ask: given.ask.clone() };
        store.apply(Cause::Deed(given.id.clone()), Target::asked(given.lead, &given.ask), now, judged(world.clone(), event, now))
    }))
    .await;
    for (given, applied) in deeds.iter().zip(applied) {
        hear(world, given, applied);
    }
}

fn hear(world: &Arc<World>, given: &Given, applied: Result<Applied, StoreError>) {
    let Given { id, lead, by, ask, .. } = given;
    match applied {
        Err(error) => world.wrong(format!("{id}: {by:?} asks {ask:?} of {lead}, and the store fails: {error}")),
        Ok(Applied::Stale { .. }) => world.say(format!("{id}: {by:?} asks {ask:?} of {lead}: seen before")),
        Ok(Applied::Done { reply, lead: after, .. }) => {
            world.say(format!("{id}: {by:?} asks {ask:?} of {lead}: {reply:?}"));
            if given.answered {
                world.wrong(format!("{id} was answered before and is carried out again"));
            }
            if reply == Reply::Requeued && after.as_ref().is_none_or(|lead| rests(&lead.course.state)) {
                world.wrong(format!("{id} sent {lead} back to its team, and nobody works it"));
            }
            let epoch = after.as_ref().map_or(0, |l| l.course.epoch);
            if matches!(reply, Reply::Claimed { .. } | Reply::Reopened) {
                let told = {
                    let mut state = world.state();
                    let told = state.told.entry((*lead, epoch)).or_default();
                    told.insert(*by);
                    told.len()
                };
                if told > 1 {
                    world.wrong(format!("two people were told that {lead} is theirs in epoch {epoch}"));
                }
            }
        }
    }
    if let Some(kept) = world.state().given.iter_mut().find(|g| g.id == *id) {
        kept.answered = true;
    }
}

/// Decides, and checks that nobody gets what they may not have.
fn judged(world: Arc<World>, event: Event, now: DateTime<Utc>) -> impl Fn(&Snapshot) -> Decision + Send + Sync + 'static {
    move |snapshot| {
        let decision = decide(snapshot, &event, now);
        if let Err(why) = is_lawful(snapshot, &decision, now) {
            world.wrong(format!("{}: {why}", snapshot.id));
        }
        decision
    }
}

fn is_lawful(snapshot: &Snapshot, decision: &Decision, now: DateTime<Utc>) -> Result<(), String> {
    let (Some(before), Some(after)) = (&snapshot.lead, &decision.lead) else { return Ok(()) };
    let reopened = decision.facts.iter().any(|f| matches!(f, Fact::Reopened { .. }));
    let is_mended = decision.facts.iter().any(|f| matches!(f, Fact::Mended { .. }));
    for fact in &decision.facts {
        let to = match fact {
            Fact::Claimed { by } => {
                let manages = snapshot.roster.get(*by).is_some_and(Person::manages);
                let is_free = match &before.course.state {
                    State::Waiting { .. } => true,
                    State::Offered { to, .. } => to == by || manages,
                    State::Triage { .. } => manages,
                    State::Repair { owner, .. } => owner == by && is_mended,
                    _ => false,
                };
                if !reopened && !is_free {
                    return Err(format!("claimed although it was {:?}", before.course.state));
                }
                *by
            }
            Fact::Assigned { to, .. } => *to,
            _ => continue,
        };
        let (Some(person), Some(team)) = (snapshot.roster.get(to), &after.course.team) else {
            return Err(format!("given to {to:?}, who is nobody, or to no team"));
        };
        may_have(person, team, &before.course.cooling, now)?;
        can(person, &after.course)?;
        let cap = person.membership(team).and_then(|m| m.cap).unwrap_or(snapshot.playbook.promises.untouched_max);
        // Whoever trades gives one for the one that they get.
        let most = if decision.facts.iter().any(|f| matches!(f, Fact::Traded { .. })) { cap + 1 } else { cap };
        if snapshot.untouched.get(&to).copied().unwrap_or_default() >= most {
            return Err(format!("given to {to:?}, who has {cap} untouched already"));
        }
    }
    Ok(())
}

/// The rule in the simulation's own words, so that a mistake in the product's is seen.
pub(super) fn may_have(
    person: &Person,
    team: &TeamKey,
    cooling: &BTreeMap<PersonId, DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<(), String> {
    let place = person.memberships.iter().find(|m| m.team == *team);
    let pause = place.and_then(|m| m.paused.as_ref());
    let against = [
        ("has left", person.left),
        ("is not in the team", place.is_none() && !person.manages()),
        ("is away", person.presence.is_away(now)),
        ("is paused", pause.is_some_and(|p| p.until.is_none_or(|until| now < until))),
        ("cools off", cooling.get(&person.id).is_some_and(|until| now < *until)),
    ];
    match against.iter().find(|(_, holds)| *holds) {
        Some((why, _)) => Err(format!("given to {}, who {why}", person.handle)),
        None => Ok(()),
    }
}

/// The same for what a lead needs of whoever gets it.
pub(super) fn can(person: &Person, course: &Course) -> Result<(), String> {
    match course.require.iter().find(|skill| !person.skills.contains(*skill)) {
        Some(skill) => Err(format!("given to {}, who has no {skill}", person.handle)),
        None => Ok(()),
    }
}
