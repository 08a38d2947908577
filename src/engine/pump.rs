//! Takes what waits to the one door: deliveries become leads, due clocks fire, spooled requests come home.

use std::sync::Arc;

use chrono::Duration;
use futures_util::stream::{self, StreamExt as _};
use tokio::sync::Notify;

use super::standstill::Standstill;
use super::tick::{Loop, Ticked, told};
use crate::clock::Clock;
use crate::domain::decide::decide;
use crate::domain::event::Event;
use crate::domain::ids::{SignalKey, SourceKey};
use crate::domain::lead::Profile;
use crate::domain::signals::Signal;
use crate::domain::submission::Submission;
use crate::intake::api::Need;
use crate::intake::body::Unreadable;
use crate::intake::fetch::{Fetched, wants};
use crate::intake::headers::Headers;
use crate::intake::mapping::Mapping;
use crate::intake::preset::Preset;
use crate::intake::read::{self, RawDelivery, Reading, read_with};
use crate::intake::signals;
use crate::intake::sources;
use crate::intake::spool::Spool;
use crate::mailer::Mailer;
use crate::planted;
use crate::store::{Applied, Cause, DeliveryRow, Holds, NewSignal, Outcome, Part, Proof, Rest, Store, StoreError, Target};

/// Things of each kind taken in one pass.
const AT_ONCE: u32 = 64;

/// The loop that works what waits.
#[derive(Debug)]
pub struct Pump {
    /// Where it waits.
    pub store: Store,
    /// Requests that the database refused.
    pub spool: Arc<Spool>,
    /// Tells the time.
    pub clock: Clock,
    /// Poked after every change, so that cards and notices go out at once.
    pub nudge: Arc<Notify>,
    /// Whether e-mails go out by themselves.
    pub mailer: Mailer,
    /// Whether the chat can be reached: else no clock comes due.
    pub standstill: Standstill,
    /// How many things are worked at a time; with one, the order is always the same.
    pub width: usize,
}

impl Loop for Pump {
    fn name(&self) -> &'static str {
        "pump"
    }

    async fn tick(&self) -> Ticked {
        let deliveries = self.told(self.work_deliveries().await);
        let clocks = self.told(self.fire_clocks().await);
        let spooled = self.told(self.drain_spool().await);
        let replays = self.told(self.tell_replays().await);
        deliveries.and(clocks).and(spooled).and(replays)
    }
}

impl Pump {
    /// Cards need not wait for the rest of the pass.
    fn told(&self, pass: Result<Ticked, StoreError>) -> Ticked {
        told(pass, &self.nudge, "what waits")
    }

    /// Once the last of what somebody had read again is read, they are told.
    async fn tell_replays(&self) -> Result<Ticked, StoreError> {
        Ok(Ticked { done: self.store.tell_replays(self.clock.now()).await?, next_due: None })
    }

    async fn drain_spool(&self) -> Result<Ticked, StoreError> {
        let spool = self.spool.clone();
        let waiting = tokio::task::spawn_blocking(move || spool.waiting()).await;
        let waiting =
            waiting.map_err(|e| StoreError::Other(e.to_string()))?.map_err(|e| StoreError::Other(format!("spool: {e}")))?;
        let mut done = 0;
        for spooled in waiting {
            if planted::is("spool-emptied-first") {
                drop(self.spool.done(&spooled));
                self.store.accept(spooled.request.clone()).await?;
                continue;
            }
            self.store.accept(spooled.request.clone()).await?;
            self.spool.done(&spooled).map_err(|e| StoreError::Other(format!("spool: {e}")))?;
            done += 1;
        }
        Ok(Ticked { done, next_due: None })
    }

    async fn work_deliveries(&self) -> Result<Ticked, StoreError> {
        let waiting = self.store.new_deliveries(AT_ONCE).await?;
        let done = waiting.len();
        let mut works = stream::iter(waiting.into_iter().map(|delivery| self.work(delivery))).buffered(self.width);
        while let Some(outcome) = works.next().await {
            outcome?;
        }
        Ok(Ticked { done, next_due: None })
    }

    async fn work(&self, delivery: DeliveryRow) -> Result<(), StoreError> {
        let request = &delivery.request;
        let Some((preset, settings)) = self.how_to_read(&request.source) else {
            let why = format!("there is no source \"{}\" that can be read any more: add it again and replay", request.source);
            return self.store.delivery_ended(delivery, Outcome::Quarantined(why), self.clock.now()).await;
        };
        let headers = Headers::new(request.headers.iter().cloned());
        let raw = RawDelivery {
            headers: &headers,
            content_type: &request.content_type,
            body: &request.body,
            received_at: request.received_at,
        };
        if request.holds == Holds::Signals {
            let heard = signals::hear(preset, &settings, &raw, &self.store.playbook());
            return self.signalled(&delivery, heard).await;
        }
        let events = signals::events(preset, &raw, &signals::kinds(&self.store.playbook()));
        let many = events.len();
        let new = self.take_signals(&delivery, events).await?;
        let fetched = self.fetched(&delivery, preset).await?;
        let wants = fetched.as_ref().map(|fetched| wants(preset, &settings, &raw, fetched)).unwrap_or_default();
        if !wants.is_empty() {
            let now = self.clock.now();
            let after = preset.api.as_ref().map_or(0, |api| api.after_s);
            let due = now + Duration::seconds(i64::from(after));
            return self.store.want(delivery.id, wants, (now, due)).await;
        }
        match read_with(preset, &settings, &raw, &fetched.unwrap_or_default()) {
            Reading::Leads { leads, left_out } => self.arrive(delivery, leads, left_out).await,
            Reading::Ignored { .. } if many > 0 => self.store.delivery_ended(delivery, taken(many, new), self.clock.now()).await,
            Reading::Ignored { why, .. } => self.store.delivery_ended(delivery, Outcome::Ignored(why), self.clock.now()).await,
            Reading::Unreadable(fault) => {
                self.store.delivery_ended(delivery, Outcome::Quarantined(fault.to_string()), self.clock.now()).await
            }
        }
    }

    /// A delivery of signals: what can be read of it is taken, and the rest waits for a person.
    async fn signalled(&self, delivery: &DeliveryRow, heard: Result<signals::Reading, Unreadable>) -> Result<(), StoreError> {
        let outcome = match heard {
            Err(fault) => Outcome::Quarantined(fault.to_string()),
            Ok(signals::Reading { heard, left_out }) => {
                let many = heard.len();
                let new = self.take_signals(delivery, heard).await?;
                match left_out.first() {
                    None if many == 0 => Outcome::Ignored("there is no signal in it".to_owned()),
                    None => taken(many, new),
                    Some(fault) if left_out.len() == 1 && many == 0 => Outcome::Quarantined(fault.to_string()),
                    Some(fault) => {
                        let all = left_out.len() + many;
                        let why = format!("{} of {all} signals in it cannot be read; the first: {fault}", left_out.len());
                        Outcome::Quarantined(why)
                    }
                }
            }
        };
        self.store.delivery_ended(delivery.clone(), outcome, self.clock.now()).await
    }

    /// Each goes through the door by itself; one that did before changes nothing. How many are new.
    async fn take_signals(&self, delivery: &DeliveryRow, heard: Vec<signals::Heard>) -> Result<usize, StoreError> {
        let (now, mut new) = (self.clock.now(), 0);
        for signals::Heard { nth, of, kind, at, seconds, what, id } in heard {
            let kind = SignalKey(kind);
            let at = at.unwrap_or(delivery.request.received_at);
            let event = Event::Signalled { signal: Signal { kind: kind.clone(), at, seconds, what } };
            let source = delivery.request.source.clone();
            let cause = Cause::Signalled(Box::new(NewSignal { delivery: delivery.id, nth, source, id, kind, of }));
            let applied = self.store.apply(cause, Target::Theirs, now, move |snapshot| decide(snapshot, &event, now)).await?;
            new += usize::from(matches!(applied, Applied::Done { .. }));
        }
        Ok(new)
    }

    /// What has been fetched for a delivery; none where there is nothing to be fetched.
    async fn fetched(&self, delivery: &DeliveryRow, preset: &Preset) -> Result<Option<Fetched>, StoreError> {
        let Some(api) = preset.api.as_ref().filter(|api| !api.gets.is_empty()) else { return Ok(None) };
        let asks = match api.need() {
            Need::Needed => true,
            Need::Welcome => self.store.access_token(&delivery.request.source).await?.is_some(),
        };
        if asks { self.store.fetched(delivery.id).await.map(Some) } else { Ok(None) }
    }

    /// Each lead of the delivery goes through the door by itself; the last one ends the delivery, unless some could not be read.
    async fn arrive(&self, delivery: DeliveryRow, leads: Vec<read::Lead>, left_out: Vec<Unreadable>) -> Result<(), StoreError> {
        let now = self.clock.now();
        let count = leads.len();
        for (at, lead) in (1..).zip(leads) {
            let is_last = at == count && left_out.is_empty();
            let is_last = is_last || planted::is("done-after-the-first");
            let part = Part { delivery: delivery.id, nth: lead.nth, rest: if is_last { Rest::None } else { Rest::More } };
            let event = Event::Arrived { profile: Box::new(profile(&lead.submission, &delivery)), taken_by: None };
            let cause = Cause::Submitted { part: Some(part), submission: Box::new(lead.submission) };
            self.store.apply(cause, Target::New, now, move |snapshot| decide(snapshot, &event, now)).await?;
        }
        match left_out.first() {
            None => Ok(()),
            Some(fault) => {
                let why =
                    format!("{} of {} leads in it cannot be read; the first: {fault}", left_out.len(), left_out.len() + count);
                self.store.delivery_ended(delivery, Outcome::Quarantined(why), now).await
            }
        }
    }

    fn how_to_read(&self, key: &SourceKey) -> Option<(&'static Preset, read::Settings)> {
        let sources = self.store.sources();
        let source = sources.iter().find(|s| &s.key == key)?;
        let mapping = source.mapping.as_deref().map(Mapping::from_json).transpose();
        let mapping = match mapping {
            Ok(mapping) => mapping,
            Err(error) => {
                tracing::error!(source = key.as_str(), %error, "its mapping cannot be read: mend it, then replay");
                return None;
            }
        };
        let preset = sources::preset(&source.preset)?;
        Some((preset, read::Settings { key: key.clone(), default_region: source.region.clone(), mapping }))
    }

    async fn fire_clocks(&self) -> Result<Ticked, StoreError> {
        let now = self.clock.now();
        if self.standstill.holds(now) && !crate::planted::is("clocks-run-while-away") {
            return Ok(Ticked::default());
        }
        let due = self.store.due_leads(now, AT_ONCE).await?;
        let done = due.len();
        let event = if self.mailer.is_there() { Event::WokeWithPost } else { Event::Woke };
        let fired = due.into_iter().map(|(lead, rev)| {
            let event = event.clone();
            self.store.apply(Cause::Due { rev }, Target::Lead(lead), now, move |snapshot| decide(snapshot, &event, now))
        });
        let mut fired = stream::iter(fired).buffered(self.width);
        while let Some(outcome) = fired.next().await {
            outcome?;
        }
        let next_due = if done == 0 { self.store.next_wake().await? } else { None };
        Ok(Ticked { done, next_due })
    }
}

/// What became of a delivery of so many signals, of which so many are new.
fn taken(many: usize, new: usize) -> Outcome {
    let words = if many == 1 { "a signal".to_owned() } else { format!("{many} signals") };
    if new == 0 { Outcome::Repeated(format!("{words}, heard before")) } else { Outcome::Heard(words) }
}

fn profile(submission: &Submission, delivery: &DeliveryRow) -> Profile {
    let unauthenticated = delivery.request.proof == Proof::Url;
    Profile { unauthenticated, ..Profile::of(submission, delivery.request.received_at) }
}
