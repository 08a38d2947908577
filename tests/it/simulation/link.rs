//! The line to the chat: where calls are lost, late, refused, or cut off by the end of the process; and where the world goes on meanwhile.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration as Span;

use chrono::{DateTime, Duration, Utc};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use leadbell::chat::{Nonce, Place, Platform, Receipt, SendError};
use leadbell::delivery::Delivery;
use leadbell::domain::message::View;
use leadbell::engine::tick::Loop as _;
use leadbell::store::Store;

use super::chat::{Done, Op, brief, card_of};
use super::eye::Eye;
use super::world::{At, World};
use super::{days, deeds, hooks, life};

/// The line to the chat, of one process.
pub(super) struct Link {
    pub(super) world: Arc<World>,
    pub(super) store: Store,
    pub(super) eye: Arc<Eye>,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Link")
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    Done,
    Retry(Option<u64>),
    LostBefore,
    LostAfter,
    Late(i64),
    Refused,
    CrashBefore,
    CrashAfter,
}

impl Platform for Link {
    async fn post(&self, to: &Place, view: &View, nonce: &Nonce) -> Result<Receipt, SendError> {
        if card_of(view).is_none() {
            self.eye.notice_may_go(&self.world, to, nonce).await;
            days::may_be_told(&self.world, &self.store, to, view);
        }
        let op = Op::Post { to: to.clone(), view: Box::new(view.clone()), nonce: nonce.clone() };
        match self.call(op).await? {
            Done::At(at) => Ok(at),
            other => unreachable!("a post was answered with {other:?}"),
        }
    }

    async fn edit(&self, at: &Receipt, view: &View) -> Result<(), SendError> {
        self.call(Op::Edit { at: at.clone(), view: Box::new(view.clone()) }).await.map(|_| ())
    }

    async fn delete(&self, at: &Receipt) -> Result<(), SendError> {
        self.call(Op::Delete { at: at.clone() }).await.map(|_| ())
    }

    async fn open_thread(&self, at: &Receipt, _name: &str) -> Result<Place, SendError> {
        match self.call(Op::Thread { at: at.clone() }).await? {
            Done::Open(place) => Ok(place),
            other => unreachable!("a thread was answered with {other:?}"),
        }
    }

    async fn find(&self, at: &Place, tag: &str, since: DateTime<Utc>) -> Result<Vec<Receipt>, SendError> {
        match self.call(Op::Find { at: at.clone(), tag: tag.to_owned(), since }).await? {
            Done::Found(found) => Ok(found),
            other => unreachable!("a search was answered with {other:?}"),
        }
    }
}

impl Link {
    async fn call(&self, op: Op) -> Result<Done, SendError> {
        self.meanwhile().await;
        let fate = self.fate(&op);
        let carry_out = || {
            let mut state = self.world.state();
            let now = state.real;
            state.chat.carry_out(&op, now)
        };
        let answer = match fate {
            Fate::Done => carry_out(),
            Fate::Retry(after) => Err(SendError::Retry { after: after.map(Span::from_secs) }),
            Fate::LostBefore => Err(SendError::Uncertain { why: "timeout".to_owned() }),
            Fate::LostAfter => {
                drop(carry_out());
                Err(SendError::Uncertain { why: "timeout".to_owned() })
            }
            Fate::Late(seconds) => {
                let mut state = self.world.state();
                let at = state.real + Duration::seconds(seconds);
                state.chat.late.push((at, op.clone()));
                Err(SendError::Uncertain { why: "timeout".to_owned() })
            }
            Fate::Refused => Err(SendError::Refused { why: "missing access".to_owned() }),
            Fate::CrashBefore => {
                self.world.crash(&format!("before {}", brief(&op)));
                pending().await
            }
            Fate::CrashAfter => {
                let done = carry_out();
                self.world.crash(&format!("after {} -> {done:?}", brief(&op)));
                pending().await
            }
        };
        self.world.say(format!("{} -> {fate:?} {answer:?}", brief(&op)));
        self.meanwhile().await;
        answer
    }

    fn fate(&self, op: &Op) -> Fate {
        let world = &self.world;
        let mut state = world.state();
        if state.healed {
            return Fate::Done;
        }
        let now = state.real;
        if state.away.is_some_and(|until| now < until) {
            return if state.lot.roll(0.5) { Fate::Retry(None) } else { Fate::LostBefore };
        }
        if state.refuses.is_some_and(|until| now < until) {
            return Fate::Refused;
        }
        let faults = state.plan.faults.clone();
        if state.lot.roll(faults.crash_in_call) {
            return if state.lot.roll(0.5) { Fate::CrashBefore } else { Fate::CrashAfter };
        }
        if state.lot.roll(faults.retry) {
            return if state.lot.roll(0.5) {
                Fate::Retry(None)
            } else {
                Fate::Retry(Some(state.lot.between(1, 90).unsigned_abs()))
            };
        }
        // What only reads is never uncertain: it is asked again.
        let reads = matches!(op, Op::Find { .. });
        if state.lot.roll(faults.lost_before) {
            return if reads { Fate::Retry(None) } else { Fate::LostBefore };
        }
        if state.lot.roll(faults.lost_after) {
            return if reads { Fate::Retry(None) } else { Fate::LostAfter };
        }
        if state.lot.roll(faults.late) {
            let after = state.lot.between(1, 10);
            return if reads { Fate::Retry(None) } else { Fate::Late(after) };
        }
        if state.lot.roll(faults.refused) { Fate::Refused } else { Fate::Done }
    }

    /// The world does not stand still while a call is under way.
    fn meanwhile(&self) -> BoxFuture<'_, ()> {
        async move {
            let what = {
                let mut state = self.world.state();
                let chance = state.plan.meanwhile;
                if state.healed || state.apart.is_some() || state.meanwhile || !state.lot.roll(chance) {
                    return;
                }
                state.meanwhile = true;
                state.lot.below(6)
            };
            self.world.say("meanwhile:");
            match what {
                0 | 1 => deeds::somebody_acts(&self.world, &self.store).await,
                2 => deeds::a_herd_claims(&self.world, &self.store).await,
                3 => hooks::something_comes_in(&self.world, &self.store).await,
                4 => {
                    life::pumped(&self.world, &self.store).await;
                }
                _ => self.world.pass(Duration::milliseconds(self.world.between(100, 20_000))),
            }
            self.the_other_loop_works().await;
            self.world.state().meanwhile = false;
        }
        .boxed()
    }

    async fn the_other_loop_works(&self) {
        let at = {
            let mut state = self.world.state();
            if !state.lot.roll(0.3) { At::Elsewhere } else { state.at_work }
        };
        let delivery = || -> Delivery<Link> {
            let link = Link { world: self.world.clone(), store: self.store.clone(), eye: self.eye.clone() };
            life::delivery(&self.world, &self.store, Arc::new(link))
        };
        match at {
            At::Cards => {
                leadbell::delivery::Notices(delivery()).tick().await;
            }
            At::Notices => {
                leadbell::delivery::Cards(delivery()).tick().await;
            }
            At::Elsewhere => {}
        }
    }
}
