//! One step of the world: somebody acts, something comes in, a loop works, time passes, the process ends.

use std::sync::Arc;

use chrono::Duration;
use leadbell::domain::ids::{PersonId, TeamKey};
use leadbell::domain::person::{Pause, Presence};
use leadbell::store::{Asker, Grant, PlaceChange, Replay, Store};

use super::life::{Ended, Last, Life, entry};
use super::world::World;
use super::{apart, deeds, hooks, laws, listed, signals};

/// What a step can be.
#[derive(Debug, Clone, Copy)]
enum Step {
    Hook,
    Deed,
    Full,
    Herd,
    Double,
    Person,
    Pump,
    Cards,
    Notices,
    Pass,
    Settle,
    Time,
    Back,
    Jump,
    Chat,
    Apart,
    Operator,
    Signal,
}

/// Takes one step, checks what must hold, and lets the process end where chance says so.
pub(super) fn step(life: Life, world: &Arc<World>) -> Life {
    let step = draw(world);
    // What comes home from the spool is files, not one transaction: ends are more frequent there, and after the answer too.
    let spooled = matches!(step, Step::Full);
    let ends = world.fault(|f| if spooled { f.crash_at_commit * 5.0 } else { f.crash_at_commit });
    let most_commits = ends.then(|| *world.state().lot.pick(&[1, 1, 1, 2, 2, 3, 4, 6]));
    let last = most_commits.map(if spooled { Last::Answer } else { Last::Commit });
    let ended = life.run(last, take(&life, world, step));
    let crash = ended == Ended::Crashed || {
        let crash = world.fault(|f| f.crash_between);
        if crash {
            world.crash("between two steps");
        }
        crash
    };
    // A process that ends checks nothing: nothing that it had under way goes on.
    let life = if crash { life.again() } else { life };
    life.see(laws::hold(world, &life.store, life.eye()));
    life
}

fn draw(world: &World) -> Step {
    let mut state = world.state();
    let faults = state.plan.faults.clone();
    let (herds, few) = (state.plan.herds, state.sent.len() < 2);
    let on = |rate: f64, weight: u32| if rate > 0.0 { weight } else { 0 };
    // Who cannot reach the chat presses nothing.
    let there = u32::from(state.apart.is_none());
    state.lot.weighed(&[
        (if few { 20 } else { 6 }, Step::Hook),
        (on(faults.spool, 4), Step::Full),
        (there * 14, Step::Deed),
        (there * on(herds, 5), Step::Herd),
        (there * on(faults.doubles, 4), Step::Double),
        (on(faults.people, 8), Step::Person),
        (4, Step::Pump),
        (4, Step::Cards),
        (4, Step::Notices),
        (12, Step::Pass),
        (8, Step::Settle),
        (14, Step::Time),
        (on(faults.back, 2), Step::Back),
        (on(faults.jumps, 4), Step::Jump),
        (on(faults.unruly.max(faults.spans), 5), Step::Chat),
        (on(faults.spans, 3), Step::Apart),
        (4, Step::Operator),
        (6, Step::Signal),
    ])
}

async fn take(life: &Life, world: &Arc<World>, step: Step) {
    let store = &life.store;
    apart::comes_back(world, store).await;
    match step {
        Step::Hook => {
            for _ in 0..world.between(1, 3) {
                hooks::something_comes_in(world, store).await;
            }
        }
        Step::Full => full(life, world).await,
        Step::Deed => deeds::somebody_acts(world, store).await,
        Step::Herd => deeds::a_herd_claims(world, store).await,
        Step::Double => deeds::a_deed_comes_twice(world, store).await,
        Step::Person => person(world, store).await,
        Step::Pump => {
            life.pump_once().await;
        }
        Step::Cards => {
            life.cards_once().await;
        }
        Step::Notices => {
            life.notices_once().await;
        }
        Step::Pass => {
            life.pass().await;
        }
        Step::Settle => settle(life, world).await,
        Step::Time => time(life, world).await,
        Step::Back => world.set_back(Duration::seconds(world.between(1, 5))),
        Step::Jump => world.pass(Duration::minutes(world.between(60, 60 * 40))),
        Step::Apart if world.is_apart() => {}
        Step::Apart => apart::begins(world),
        Step::Chat => chat(world),
        Step::Operator => operator(world, store).await,
        Step::Signal => signals::somebody_does_something(world, store).await,
    }
}

/// Most passes until nothing is due: more would be a rule that feeds itself.
const PASSES_MAX: usize = 300;

/// Passes until nothing more is due now.
pub(super) async fn settle(life: &Life, world: &World) {
    for _ in 0..PASSES_MAX {
        if life.pass().await.done == 0 {
            return;
        }
    }
    world.wrong(format!("after {PASSES_MAX} passes there is still something due"));
}

/// The disk is full for a moment, and then what was kept elsewhere comes home.
async fn full(life: &Life, world: &Arc<World>) {
    for _ in 0..world.between(1, 4) {
        hooks::something_is_spooled(world);
    }
    if world.roll(0.7) {
        life.pump_once().await;
    }
}

/// A while, or until something is due.
async fn time(life: &Life, world: &World) {
    let span = match world.between(0, 4) {
        0 => Duration::milliseconds(world.between(1, 5_000)),
        1 => Duration::seconds(world.between(5, 120)),
        2 => Duration::minutes(world.between(2, 45)),
        _ => {
            let due = life.store.next_wake().await.ok().flatten();
            let until = due.map_or(Duration::seconds(30), |due| due - world.now());
            until.clamp(Duration::seconds(1), Duration::days(3))
        }
    };
    world.pass(span);
}

async fn person(world: &World, store: &Store) {
    let people: Vec<PersonId> = store.roster().iter().map(|p| p.id).collect();
    let (who, what) = {
        let lot = &mut world.state().lot;
        (*lot.pick(&people[..3]), lot.below(9))
    };
    let until = (world.between(0, 1) == 0).then(|| world.now() + Duration::minutes(world.between(5, 600)));
    let team = TeamKey::from(if world.roll(0.5) { "dach" } else { "world" });
    let change = match what {
        0 | 1 => {
            let presence = if what == 0 { Presence::Away { until } } else { Presence::Available };
            world.say(format!("{who:?} is {presence:?}"));
            return store.set_presence(who, presence).await.unwrap_or_else(|e| world.wrong(format!("presence: {e}")));
        }
        7 | 8 => {
            let (skill, grant) =
                (if world.roll(0.6) { "german" } else { "large" }, if what == 7 { Grant::Given } else { Grant::Taken });
            world.say(format!("{who:?} and {skill}: {grant:?}"));
            let set = store.set_skill(who, skill.into(), grant, entry(world.now())).await;
            return set.map_or_else(|error| world.wrong(format!("a skill cannot be changed: {error}")), drop);
        }
        2 => PlaceChange::Pause(Some(Pause { until })),
        3 => PlaceChange::Pause(None),
        4 => PlaceChange::Leave,
        5 => PlaceChange::Join,
        _ => PlaceChange::Cap(Some(world.between(1, 3).unsigned_abs().try_into().expect("is small"))),
    };
    world.say(format!("{who:?} in {team}: {change:?}"));
    let changed = store.change_place(who, team, change, entry(world.now())).await;
    if let Err(error) = changed {
        world.wrong(format!("a place cannot be changed: {error}"));
    }
}

/// The chat goes away for a while, or people tidy up.
fn chat(world: &World) {
    let mut state = world.state();
    let real = state.real;
    let spans = state.plan.faults.spans > 0.0;
    let line = match state.lot.below(4) {
        0 if spans => {
            let until = real + Duration::seconds(state.lot.between(5, 900));
            state.away = Some(until);
            format!("the chat is away until {}", until.format("%H:%M:%S"))
        }
        1 if spans => {
            let until = real + Duration::seconds(state.lot.between(5, 5_000));
            state.refuses = Some(until);
            format!("the chat refuses everything until {}", until.format("%H:%M:%S"))
        }
        2 => {
            let cards: Vec<usize> = (0..state.chat.messages.len())
                .filter(|&n| !state.chat.messages[n].gone && super::chat::card_of(&state.chat.messages[n].view).is_some())
                .collect();
            if cards.is_empty() {
                return;
            }
            let nth = *state.lot.pick(&cards);
            let lead = super::chat::card_of(&state.chat.messages[nth].view);
            let rev = lead.and_then(|lead| state.leads.get(&lead)).map_or(0, |(rev, _)| *rev);
            let message = &mut state.chat.messages[nth];
            (message.gone, message.by_hand) = (true, Some(rev));
            format!("somebody deletes {}", message.at.message)
        }
        _ => return,
    };
    drop(state);
    world.say(line);
}

async fn operator(world: &World, store: &Store) {
    let now = world.now();
    let what = world.between(0, 8);
    let done = match what {
        0 => store.revive_cards(now).await.map(drop).and(store.revive_notices(now).await.map(drop)),
        1 => store.refresh_cards().await.map(drop),
        2 => {
            let text = world.state().plan.other_playbook.clone();
            store.apply_playbook(text, entry(now)).await.map(drop)
        }
        3 => store.replay(Replay::All, Asker { person: None, at: now }).await.map(drop),
        4 => store.forget_consumed(now).await,
        5..=7 => listed::somebody_is_put_on_the_list(world, store).await,
        _ => listed::somebody_is_taken_off_the_list(world, store).await,
    };
    world.say(format!("the operator does thing {what}"));
    if let Err(error) = done {
        world.wrong(format!("the operator cannot do thing {what}: {error}"));
    }
}
