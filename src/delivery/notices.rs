//! Sends each notice once, in the order in which it was made for its recipient, and not at all when its reason has gone.
//! More than three that wait for one person become one message.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use futures_util::stream::{self, StreamExt as _};

use super::{Delivery, Doubt};
use crate::chat::{Nonce, Place, Platform, Receipt, SendError};
use crate::domain::decision::{News, Recipient};
use crate::domain::ids::PersonId;
use crate::domain::lead::Lead;
use crate::domain::message::{Mention, View};
use crate::domain::notify::Way;
use crate::domain::text::Text;
use crate::engine::tick::{Loop, Ticked};
use crate::planted;
use crate::store::{Later, NewNotice, NoticeEnd, NoticeRow, StoreError, Together};
use crate::wording::notices::Reach;

mod view;

/// Notices taken in one pass.
const AT_ONCE: u32 = 64;

/// More than so many for one person become one message.
const BUNDLE_OVER: usize = 3;

/// After so many failures in a row a notice is given up until somebody mends what is wrong.
const TRIES_MAX: u32 = 12;

/// After so many failures in a row managers hear that a report cannot be posted in the channel that was chosen for it.
const ELSEWHERE_TRIES: u32 = 3;

/// How soon a thread that is being opened is looked for again.
const THREAD_SOON: Duration = Duration::seconds(1);

/// So long is a thread waited for by whoever chose to hear of things there; then they hear of it directly.
const THREAD_AWAITED: Duration = Duration::minutes(1);

/// The loop that sends notices.
#[derive(Debug)]
pub struct Notices<P>(pub Delivery<P>);

impl<P: Platform> Loop for Notices<P> {
    fn name(&self) -> &'static str {
        "notices"
    }

    async fn tick(&self) -> Ticked {
        match self.pass().await {
            Ok(ticked) => ticked,
            Err(error) => {
                tracing::error!(%error, "notices cannot be read or recorded; trying again");
                Ticked::default()
            }
        }
    }
}

impl<P: Platform> Notices<P> {
    async fn pass(&self) -> Result<Ticked, StoreError> {
        let due = self.0.store.due_notices(self.0.clock.now(), AT_ONCE).await?;
        if due.is_empty() {
            return Ok(Ticked { done: 0, next_due: self.0.store.next_notice_due().await? });
        }
        let done = due.len();
        let mut by_recipient: BTreeMap<String, Vec<NoticeRow>> = BTreeMap::new();
        for row in due {
            let thread_of = matches!(row.to, Recipient::Thread).then_some(row.lead);
            by_recipient.entry(format!("{:?} {thread_of:?}", row.to)).or_default().push(row);
        }
        let mut outcomes = stream::iter(by_recipient.into_values().map(|rows| self.tell(rows))).buffered(self.0.width);
        while let Some(outcome) = outcomes.next().await {
            outcome?;
        }
        Ok(Ticked { done, next_due: None })
    }

    /// Tells one recipient all that waits, in order. The first failure ends the pass for them: nothing overtakes.
    async fn tell(&self, rows: Vec<NoticeRow>) -> Result<(), StoreError> {
        let mut apart = Vec::new();
        let mut together: BTreeMap<i64, Vec<NoticeRow>> = BTreeMap::new();
        let mut firsts: BTreeMap<String, i64> = BTreeMap::new();
        for row in rows {
            match &row.bundle {
                Some(bundle) => together.entry(*firsts.entry(bundle.0.clone()).or_insert(row.id)).or_default().push(row),
                None => apart.push(row),
            }
        }
        for rows in together.into_values() {
            if !self.tell_bundle(rows).await? {
                return Ok(());
            }
        }
        let (by_choice, rest): (Vec<_>, Vec<_>) =
            apart.into_iter().partition(|row| self.is_for_the_team_to_read(row) || is_of_the_day(row));
        apart = rest;
        for row in &by_choice {
            if !self.tell_one(row).await? {
                return Ok(());
            }
        }
        let to_person = matches!(apart.first().map(|r| &r.to), Some(Recipient::Person(_)));
        if to_person && apart.len() > BUNDLE_OVER {
            match self.untold(apart).await? {
                Some(untold) => apart = untold,
                None => return Ok(()),
            }
            if apart.len() > BUNDLE_OVER {
                let bundle = self.0.store.bundle_notices(ids(&apart), Together::Yes).await?;
                apart.iter_mut().for_each(|row| row.bundle.clone_from(&bundle));
                return self.tell_bundle(apart).await.map(drop);
            }
        }
        for row in &apart {
            if !self.tell_one(row).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Those that hold and were certainly not told yet: only they may be put into one message. `None` when that cannot be found out now.
    async fn untold(&self, rows: Vec<NoticeRow>) -> Result<Option<Vec<NoticeRow>>, StoreError> {
        let mut untold = Vec::new();
        for row in rows {
            let delivery = &self.0;
            if !delivery.store.notice_holds(row.id).await? {
                continue;
            }
            if !delivery.is_doubtful(Doubt::from(row.doubt), row.made_at) {
                untold.push(row);
                continue;
            }
            if !delivery.needs_lookup(Doubt::from(row.doubt), row.made_at) {
                // So young that its nonce makes a repeat harmless.
                if !self.tell_one(&row).await? {
                    return Ok(None);
                }
                continue;
            }
            let Where::There(place) = self.place(&row).await? else {
                untold.push(row);
                continue;
            };
            match delivery.platform.find(&place, &mark(&row.nonce), row.made_at).await.map(|found| found.into_iter().next()) {
                Ok(None) | Err(SendError::Closed) => untold.push(row),
                Ok(Some(at)) => {
                    self.record(&[&row], Ok(at)).await?;
                }
                Err(error) => {
                    self.record(&[&row], Err(error)).await?;
                    return Ok(None);
                }
            }
        }
        Ok(Some(untold))
    }

    async fn tell_one(&self, row: &NoticeRow) -> Result<bool, StoreError> {
        // Those before it may have taken a while.
        if !self.0.store.notice_holds(row.id).await? {
            return Ok(true);
        }
        if is_of_the_day(row) {
            return self.tell_day(row).await;
        }
        let lead = self.lead_of(row).await?;
        if let (Recipient::Person(person), Some(lead), true) = (&row.to, &lead, self.is_for_the_team_to_read(row))
            && let Some(told) = self.tell_by_choice(row, lead, *person).await?
        {
            return Ok(told);
        }
        let (place, reach) = match self.place(row).await? {
            Where::There(place) => (place, Reach::Private),
            Where::NotYet(at) => {
                self.0.store.notice_later(vec![row.id], at, Later::Asked).await?;
                return Ok(true);
            }
            Where::Nowhere(why) => {
                self.0.store.notice_ended(vec![row.id], NoticeEnd::Dead(why)).await?;
                return Ok(true);
            }
        };
        let reach = if matches!(row.to, Recipient::Person(_)) { reach } else { Reach::Public };
        let kept = match row.news {
            News::Digest { .. } | News::OtherNotes { .. } => self.0.store.digest(row.id).await?,
            _ => None,
        };
        let view = match kept {
            Some(kept) => kept,
            None => self.view(row, lead.as_ref(), reach).await?,
        };
        if let Place::Thread(thread) = place {
            return self.send_in_thread(row, thread, view).await;
        }
        let sent = self.send(&[row], &place, view).await;
        match (sent, &row.to) {
            (Err(SendError::Closed), Recipient::Person(person)) => self.tell_in_thread(row, lead.as_ref(), *person).await,
            (sent, _) => self.record(&[row], sent).await,
        }
    }

    /// They chose to hear of such things where the team reads along.
    fn is_for_the_team_to_read(&self, row: &NoticeRow) -> bool {
        let Recipient::Person(person) = &row.to else { return false };
        let roster = self.0.store.roster();
        let chose = roster.get(*person).is_some_and(|person| person.notify.way(row.news.topic()) == Way::Thread);
        chose && row.lead.is_some() && row.bundle.is_none()
    }

    /// Tells somebody in the lead's thread, or in the channel while nobody has it; `None` when it must be told directly all the same:
    /// there is no thread, or it may have been told directly already.
    async fn tell_by_choice(&self, row: &NoticeRow, lead: &Lead, person: PersonId) -> Result<Option<bool>, StoreError> {
        if row.news.is_asked_without_a_thread() && lead.course.state.owner().is_none() {
            return self.tell_in_channel(row, lead, person).await.map(Some);
        }
        let may_be_told = row.tries > 0 || self.0.is_doubtful(Doubt::from(row.doubt), row.made_at);
        if row.thread.is_none() && may_be_told {
            return Ok(None);
        }
        let now = self.0.clock.now();
        match self.thread_of(row).await? {
            Some(thread) => {
                let mut view = self.view(row, Some(lead), Reach::Public).await?;
                view.mentions = vec![Mention::Person(person)];
                self.send_in_thread(row, thread, view).await.map(Some)
            }
            // It is being opened for whoever has it.
            None if lead.course.state.owner().is_some() && now - row.made_at < THREAD_AWAITED => {
                self.0.store.notice_later(vec![row.id], now + THREAD_SOON, Later::Asked).await?;
                Ok(Some(true))
            }
            None => Ok(None),
        }
    }

    /// Its thread stays the same from the first try on, even when the lead's card, and with it the thread, is another one by then.
    async fn send_in_thread(&self, row: &NoticeRow, thread: String, view: View) -> Result<bool, StoreError> {
        if row.thread.as_ref() != Some(&thread) {
            self.0.store.notice_in_thread(row.id, Some(thread.clone())).await?;
        }
        let sent = self.send(&[row], &Place::Thread(thread), view).await;
        if sent == Err(SendError::Gone) {
            self.0.store.notice_in_thread(row.id, None).await?;
        }
        self.record(&[row], sent).await
    }

    /// The thread in which it was tried, or else the lead's.
    async fn thread_of(&self, row: &NoticeRow) -> Result<Option<String>, StoreError> {
        match (&row.thread, row.lead) {
            (Some(thread), _) => Ok(Some(thread.clone())),
            (None, Some(lead)) => self.0.store.thread_of(lead).await,
            (None, None) => Ok(None),
        }
    }

    /// Tells several in one message; false when that failed.
    async fn tell_bundle(&self, rows: Vec<NoticeRow>) -> Result<bool, StoreError> {
        let mut holding = Vec::new();
        for row in rows {
            if self.0.store.notice_holds(row.id).await? {
                holding.push(row);
            }
        }
        let Some(first) = holding.first() else { return Ok(true) };
        let Where::There(place) = self.place(first).await? else { return self.tell_apart(holding).await };
        let view = self.view_of_all(&holding).await?;
        let together: Vec<&NoticeRow> = holding.iter().collect();
        match self.send(&together, &place, view).await {
            Err(SendError::Closed) => self.tell_in_threads(holding).await,
            sent => self.record(&together, sent).await,
        }
    }

    /// Their direct messages are closed, as was just seen: each is told in the thread of its own lead, without asking again for each.
    async fn tell_in_threads(&self, mut rows: Vec<NoticeRow>) -> Result<bool, StoreError> {
        self.0.store.bundle_notices(ids(&rows), Together::No).await?;
        for row in &mut rows {
            row.bundle = None;
            let lead = self.lead_of(row).await?;
            let told = match row.to {
                Recipient::Person(person) => self.tell_in_thread(row, lead.as_ref(), person).await?,
                Recipient::Thread | Recipient::Managers | Recipient::Channel(_) => self.tell_one(row).await?,
            };
            if !told {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What could not be told in one message is told one by one.
    async fn tell_apart(&self, mut rows: Vec<NoticeRow>) -> Result<bool, StoreError> {
        self.0.store.bundle_notices(ids(&rows), Together::No).await?;
        for row in &mut rows {
            row.bundle = None;
            if !self.tell_one(row).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Their direct messages are closed: they are told in the lead's thread, without contact data.
    async fn tell_in_thread(&self, row: &NoticeRow, lead: Option<&Lead>, person: PersonId) -> Result<bool, StoreError> {
        if !self.0.store.notice_holds(row.id).await? {
            return Ok(true);
        }
        if let Some(lead) = lead.filter(|lead| row.news.is_asked_without_a_thread() && lead.course.state.owner().is_none()) {
            return self.tell_in_channel(row, lead, person).await;
        }
        let thread = match (self.thread_of(row).await?, lead) {
            (Some(thread), _) => thread,
            (None, Some(_)) if row.tries < TRIES_MAX => {
                self.0
                    .store
                    .notice_later(vec![row.id], self.0.clock.now() + self.0.chance.wait(row.tries), Later::Failed)
                    .await?;
                return Ok(false);
            }
            (None, _) => {
                return self
                    .record(
                        &[row],
                        Err(SendError::Refused { why: "takes no direct messages, and there is no thread".to_owned() }),
                    )
                    .await;
            }
        };
        let mut view = self.view(row, lead, Reach::Public).await?;
        view.mentions = vec![Mention::Person(person)];
        self.send_in_thread(row, thread, view).await
    }

    /// Nobody has the lead, so it may have no thread: whoever is asked reads it in the team's channel.
    /// Such news goes with the state, so that its place never changes while it is told.
    async fn tell_in_channel(&self, row: &NoticeRow, lead: &Lead, person: PersonId) -> Result<bool, StoreError> {
        let playbook = self.0.store.playbook();
        let team = lead.course.team.as_ref().and_then(|key| playbook.team(key));
        let channel = team.map_or_else(|| playbook.managers_channel(), |team| team.channel.as_str()).to_owned();
        let mut view = self.view(row, Some(lead), Reach::Public).await?;
        view.mentions = vec![Mention::Person(person)];
        let sent = self.send(&[row], &Place::Channel(channel), view).await;
        self.record(&[row], sent).await
    }

    pub(super) async fn send(&self, rows: &[&NoticeRow], place: &Place, view: View) -> Result<Receipt, SendError> {
        let Some(first) = rows.first() else { return Err(SendError::Refused { why: "nothing to say".to_owned() }) };
        let bundle = first.bundle.as_ref().filter(|_| !planted::is("bundle-by-its-first"));
        let nonce = bundle.unwrap_or(&first.nonce);
        if self.0.needs_lookup(Doubt::from(first.doubt), first.made_at) {
            if let Some(at) = self.0.platform.find(place, &mark(nonce), first.made_at).await?.into_iter().next() {
                return Ok(at);
            }
            // Looking takes a while, in which a reason may have gone: again, without what no longer holds.
            for row in rows {
                if !self.0.store.notice_holds(row.id).await.unwrap_or_default() {
                    return Err(SendError::Retry { after: None });
                }
            }
        }
        let footer = match first.lead {
            Some(lead) => format!("{lead} · {}", mark(nonce)),
            None => mark(nonce),
        };
        self.0.platform.post(place, &View { footer: Text::plain(footer), ..view }, nonce).await
    }

    pub(super) async fn record(&self, rows: &[&NoticeRow], sent: Result<Receipt, SendError>) -> Result<bool, StoreError> {
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        let tries = rows.iter().map(|r| r.tries).max().unwrap_or_default();
        let now = self.0.clock.now();
        let (wait, later) = match sent {
            Ok(at) => return self.0.store.notice_ended(ids, NoticeEnd::Sent(at)).await.map(|()| true),
            Err(SendError::Retry { after: Some(after) }) => {
                (Duration::from_std(after).unwrap_or(Duration::seconds(1)), Later::Asked)
            }
            Err(SendError::Retry { after: None }) => (self.0.chance.wait(tries), Later::Failed),
            Err(SendError::Uncertain { .. }) => (self.0.chance.wait(tries), Later::InDoubt { since: now }),
            Err(error @ (SendError::Refused { .. } | SendError::Gone | SendError::Closed)) if is_elsewhere(rows, tries) => {
                return self.told_instead(rows, &error).await.map(|()| true);
            }
            Err(SendError::Refused { .. } | SendError::Gone | SendError::Closed) if tries < TRIES_MAX => {
                (self.0.chance.wait(tries), Later::Failed)
            }
            Err(error @ (SendError::Refused { .. } | SendError::Gone | SendError::Closed)) => {
                tracing::error!(notices = ?ids, %error, "a notice cannot be sent; mend it, then run `leadbell dead replay`");
                return self.0.store.notice_ended(ids, NoticeEnd::Dead(error.to_string())).await.map(|()| true);
            }
        };
        self.0.store.notice_later(ids, now + wait, later).await.map(|()| false)
    }

    /// A report cannot be posted in the channel that somebody chose for it: managers hear of it where they read.
    async fn told_instead(&self, rows: &[&NoticeRow], error: &SendError) -> Result<(), StoreError> {
        for row in rows {
            let News::Digest { report, every, schedule } = &row.news else { continue };
            let why = error.to_string();
            let news = News::DigestNotPosted { report: report.clone(), every: *every, schedule: *schedule, why: why.clone() };
            let instead = NewNotice { to: Recipient::Managers, news };
            self.0.store.notice_not_posted(row.id, why, instead, self.0.clock.now()).await?;
        }
        Ok(())
    }

    async fn lead_of(&self, row: &NoticeRow) -> Result<Option<Lead>, StoreError> {
        match row.lead {
            Some(id) => self.0.store.lead(id).await,
            None => Ok(None),
        }
    }

    async fn place(&self, row: &NoticeRow) -> Result<Where, StoreError> {
        Ok(match &row.to {
            Recipient::Person(person) => match self.0.store.roster().get(*person) {
                Some(person) => Where::There(Place::Direct(person.chat_id.clone())),
                None => Where::Nowhere("nobody of that number is known".to_owned()),
            },
            Recipient::Managers => Where::There(Place::Channel(self.0.store.playbook().managers_channel().to_owned())),
            Recipient::Channel(id) => Where::There(Place::Channel(id.clone())),
            Recipient::Thread => match row.lead {
                None => Where::Nowhere("it is about no lead".to_owned()),
                Some(lead) => match self.thread_of(row).await? {
                    Some(thread) => Where::There(Place::Thread(thread)),
                    None if self.0.clock.now() - row.made_at > Duration::hours(1)
                        && !self.0.store.thread_is_awaited(lead).await? =>
                    {
                        Where::Nowhere("its thread was not opened within an hour".to_owned())
                    }
                    None => Where::NotYet(self.0.clock.now() + THREAD_SOON),
                },
            },
        })
    }
}

/// It was tried for a while in a channel that is not the managers' own.
fn is_elsewhere(rows: &[&NoticeRow], tries: u32) -> bool {
    tries + 1 >= ELSEWHERE_TRIES
        && rows.iter().all(|row| matches!((&row.to, &row.news), (Recipient::Channel(_), News::Digest { .. })))
}

/// It is several things in one already.
fn is_of_the_day(row: &NoticeRow) -> bool {
    matches!(row.news, News::Day { .. })
}

enum Where {
    There(Place),
    NotYet(DateTime<Utc>),
    Nowhere(String),
}

/// Short, and its own: by it a message is found again when nobody said whether it was sent.
fn mark(nonce: &Nonce) -> String {
    nonce.0.chars().filter(char::is_ascii_alphanumeric).take(6).collect()
}

fn ids(rows: &[NoticeRow]) -> Vec<i64> {
    rows.iter().map(|row| row.id).collect()
}
