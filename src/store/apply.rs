//! The one door: every change to a lead goes through `Store::apply`.
//! It loads a snapshot, asks the decision, and writes all that the decision implies, the cause being consumed in the same transaction.
//! Invariant: no future runs inside the decision, so no network is waited for while the transaction is open.

use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use sqlx::SqliteConnection;

use super::deliveries;
use super::time::millis;
use super::writer::Tx;
use super::{
    NewMail, NewSignal, Store, StoreError, cards, deals, lead_row, ledger, left_alone, mails, matching, notices, reads, signals,
    suppression, tags,
};
use crate::domain::decision::Decision;
use crate::domain::event::Ask;
use crate::domain::fact::Fact;
use crate::domain::ids::{DeliveryId, LeadId};
use crate::domain::lead::{Lead, State};
use crate::domain::outgoing::{Outgoing, Unsent};
use crate::domain::reply::Reply;
use crate::domain::snapshot::{Beside, Snapshot};
use crate::domain::submission::{Contact, Submission};
use crate::domain::trade::traded_for;
use crate::domain::undo::parted_from;

const CONSUME: &str = "-- consumed::add\nINSERT INTO consumed (cause, at) VALUES ($1, $2) ON CONFLICT (cause) DO NOTHING";
const FORGET: &str = "-- consumed::forget\nDELETE FROM consumed WHERE at < $1";
const FORGET_ONE: &str = "-- consumed::forget_one\nDELETE FROM consumed WHERE cause = $1";
const LOG: &str = "-- activity::add\nINSERT INTO activity (lead, rev, at, actor, kind, facts) VALUES ($1, $2, $3, $4, $5, $6)";
const WORDS: &str = "-- words::add\nINSERT INTO words (lead, rev, text) VALUES ($1, $2, $3)";

/// Why a lead may change. Each cause is consumed with the change: a repeat changes nothing.
#[derive(Debug, Clone)]
pub enum Cause {
    /// Something that a person did, by an id that is the same when it is delivered twice.
    Deed(String),
    /// The same, and an e-mail goes to the lead with it.
    Mailed {
        /// The deed's id.
        deed: String,
        /// The mail.
        mail: Box<NewMail>,
    },
    /// A mail to the lead does not go out.
    Unsent {
        /// Its row.
        mail: i64,
        /// Why.
        unsent: Unsent,
    },
    /// Somebody did something that is no submission.
    Signalled(Box<NewSignal>),
    /// A clock came due on this revision of the lead.
    Due {
        /// The revision that was seen to be due.
        rev: i64,
    },
    /// A submission that came in.
    Submitted {
        /// The delivery that held it; none for leads added by hand or imported.
        part: Option<Part>,
        /// Cleaned.
        submission: Box<Submission>,
    },
}

/// A submission's place in its delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The delivery.
    pub delivery: DeliveryId,
    /// Counted from 0 among the leads that it holds.
    pub nth: u32,
    /// Whether the delivery is done with it.
    pub rest: Rest,
}

/// Whether a delivery holds more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// It is done with this one.
    None,
    /// More of it is to come.
    More,
}

/// Which lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// One that is there.
    Lead(LeadId),
    /// One more; or the one that the same person has already, for a submission.
    New,
    /// The one that whoever gave a signal has, if they have any.
    Theirs,
    /// One that is there, and another one that changes with it.
    Two(LeadId, LeadId),
    /// One that is there, with what was done to it last.
    Undo(LeadId),
    /// One that is there, and the lead that somebody else has who can be reached like this.
    Met(LeadId, Box<Contact>),
}

impl Target {
    /// What has to be looked at when somebody asks this of a lead.
    #[must_use]
    pub fn asked(lead: LeadId, ask: &Ask) -> Self {
        match ask {
            Ask::Merge { into } => Target::Two(lead, *into),
            Ask::Disqualify { original: Some(original), .. } => Target::Two(lead, *original),
            Ask::Undo | Ask::Unlog { .. } => Target::Undo(lead),
            Ask::Mend { to } => Target::Met(lead, Box::new(to.contact())),
            Ask::Trade(trade) => Target::Two(lead, trade.with()),
            Ask::DecidedBy { who, .. } => Target::Met(lead, who.clone()),
            _ => Target::Lead(lead),
        }
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Applied {
    /// The decision was taken; `rev` is the lead's since then.
    Done {
        /// The answer to whoever asked.
        reply: Reply,
        /// The lead as it is now, if there is one.
        lead: Option<Box<Lead>>,
        /// Something changed.
        changed: Changed,
    },
    /// The cause was consumed before, or its lead has moved on: nothing changed.
    Stale {
        /// The lead as it is now, if there is one.
        lead: Option<Box<Lead>>,
    },
}

impl Applied {
    /// The lead as it is now, if there is one.
    #[must_use]
    pub fn lead(&self) -> Option<&Lead> {
        match self {
            Applied::Done { lead, .. } | Applied::Stale { lead } => lead.as_deref(),
        }
    }
}

/// Whether something changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// Yes: cards and notices may be due.
    Yes,
    /// No: only an answer came of it.
    No,
}

impl Store {
    /// Applies what `decide` makes of the lead.
    ///
    /// # Errors
    /// When the store could not write: then nothing has changed and the cause is not consumed.
    pub async fn apply<D>(&self, cause: Cause, target: Target, now: DateTime<Utc>, decide: D) -> Result<Applied, StoreError>
    where
        D: Fn(&Snapshot) -> Decision + Send + Sync + 'static,
    {
        self.write(move |tx| async move { apply(tx, cause, target, now, &decide).await }.boxed()).await
    }
}

impl Store {
    /// Forgets a deed, so that the same may be done again.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn forget_deed(&self, deed: String) -> Result<(), StoreError> {
        self.write(move |tx| async move { cards::done(sqlx::query(FORGET_ONE).bind(deed).execute(&mut tx.conn).await) }.boxed())
            .await
    }

    /// Forgets deeds of more than a day ago: no chat delivers them again after so long.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn forget_consumed(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let before = millis(now - chrono::Duration::days(1));
        self.write(move |tx| async move { cards::done(sqlx::query(FORGET).bind(before).execute(&mut tx.conn).await) }.boxed())
            .await
    }
}

async fn apply(
    tx: &mut Tx,
    cause: Cause,
    target: Target,
    now: DateTime<Utc>,
    decide: &(impl Fn(&Snapshot) -> Decision + Sync),
) -> Result<Applied, StoreError> {
    let snapshot = snapshot(tx, target, &cause, now).await?;
    if !consume(&mut tx.conn, &cause, &snapshot, now).await? {
        return Ok(Applied::Stale { lead: snapshot.lead.map(Box::new) });
    }
    let decision = decide(&snapshot);
    let Some(lead) = carry_out(tx, &decision, &snapshot, now).await? else {
        return Ok(Applied::Done { reply: decision.reply, lead: snapshot.lead.map(Box::new), changed: Changed::No });
    };
    if decision.ends_others() {
        let others = suppression::under_way(tx, lead.id).await?;
        left_alone::end(tx, others, now).await?;
    }
    if let (Some(since), Some(by)) = (decision.goes_on_after(snapshot.lead.as_ref()), decision.actor)
        && !crate::planted::is("undo-leaves-others-of-theirs")
    {
        let others = suppression::ended_with(tx, lead.id).await?;
        left_alone::go_on(tx, others, (by, since), now).await?;
    }
    if let Cause::Submitted { part, submission } = &cause {
        deliveries::attach(&mut tx.conn, *part, submission, lead.id, now).await?;
    }
    if let Cause::Mailed { mail, .. } = &cause {
        mails::add(&mut tx.conn, &lead, mail, now).await?;
    }
    Ok(Applied::Done { reply: decision.reply, lead: Some(Box::new(lead)), changed: Changed::Yes })
}

/// Writes what was decided of the lead, and of another one with it. The lead as it is now; nothing, when nothing changes.
pub(super) async fn carry_out(
    tx: &mut Tx,
    decision: &Decision,
    snapshot: &Snapshot,
    now: DateTime<Utc>,
) -> Result<Option<Lead>, StoreError> {
    let Some(lead) = decision.lead.as_deref() else { return Ok(None) };
    write(tx, decision, (lead, snapshot.lead.as_ref()), now).await?;
    tx.lead_changed(snapshot.lead.as_ref(), lead);
    if let Some((also, other)) = decision.also.as_deref().and_then(|also| also.lead.as_deref().map(|lead| (also, lead)))
        && !crate::planted::is("merge-forgets-the-other")
    {
        write(tx, also, (other, snapshot.beside.other.as_ref()), now).await?;
        tx.lead_changed(snapshot.beside.other.as_ref(), other);
    }
    Ok(Some(lead.clone()))
}

async fn snapshot(tx: &mut Tx, target: Target, cause: &Cause, now: DateTime<Utc>) -> Result<Snapshot, StoreError> {
    let mut beside = Beside::default();
    let (id, lead) = match (target, cause) {
        (Target::New, Cause::Submitted { submission, .. }) => {
            let found = matching::find(tx, submission, now).await?;
            (beside.account, beside.relations) = (found.relations.account(), found.relations);
            beside.is_left_alone = !submission.is_test && suppression::comes_in(tx, &submission.person).await?;
            match found.lead {
                Some(id) => (id, lead_row::load(&mut tx.conn, id).await?),
                None => (tx.next_lead().await?, None),
            }
        }
        (Target::Theirs, Cause::Signalled(signal)) => {
            let (lead, is_left_alone) = signals::known(tx, &signal.of).await?;
            beside.is_left_alone = is_left_alone;
            (lead.as_ref().map_or(LeadId(0), |lead| lead.id), lead)
        }
        (Target::Theirs, _) => (LeadId(0), None),
        (Target::New, Cause::Deed(_) | Cause::Mailed { .. } | Cause::Unsent { .. } | Cause::Signalled(_) | Cause::Due { .. }) => {
            (tx.next_lead().await?, None)
        }
        (Target::Lead(id), _) => (id, alone(tx, id, &mut beside).await?),
        (Target::Two(id, other), _) => {
            beside.other = matching::survivor(&mut tx.conn, other).await?;
            (id, lead_row::load(&mut tx.conn, id).await?)
        }
        (Target::Met(id, contact), _) => {
            let lead = lead_row::load(&mut tx.conn, id).await?;
            if let Some(lead) = &lead {
                beside.other = matching::other(tx, lead, &contact).await?;
                beside.is_left_alone = !lead.profile.is_test && suppression::is_listed(tx, &contact).await?;
                beside.next = Some(tx.next_lead().await?);
            }
            (id, lead)
        }
        (Target::Undo(id), _) => (id, with_its_log(tx, id, &mut beside).await?),
    };
    whole(tx, (id, lead), beside, now).await
}

/// A lead as it is asked for by itself.
pub(super) async fn alone(tx: &mut Tx, id: LeadId, beside: &mut Beside) -> Result<Option<Lead>, StoreError> {
    let lead = lead_row::load(&mut tx.conn, id).await?;
    let traded = |lead: &Lead| lead.course.trade.as_ref().map(|trade| trade.with);
    if let Some(other) = lead.as_ref().and_then(|lead| original(lead).or_else(|| traded(lead))) {
        beside.other = lead_row::load(&mut tx.conn, other).await?;
    }
    let may_be_told = |lead: &&Lead| lead.course.state.is_closed() || lead.course.sequence.is_some();
    if let Some(lead) = lead.as_ref().filter(may_be_told).filter(|lead| !lead.profile.is_test) {
        beside.is_left_alone = suppression::comes_in(tx, &lead.profile.contact).await?;
    }
    Ok(lead)
}

/// A lead with what was done to it, so that it can be taken back.
pub(super) async fn with_its_log(tx: &mut Tx, id: LeadId, beside: &mut Beside) -> Result<Option<Lead>, StoreError> {
    let lead = lead_row::load(&mut tx.conn, id).await?;
    beside.log = reads::lines(&mut tx.conn, id).await?;
    let other = lead.as_ref().and_then(|lead| original(lead).or_else(|| traded_for(&beside.log)));
    if let Some(other) = other.or_else(|| parted_from(&beside.log)).filter(|_| lead.is_some()) {
        beside.other = lead_row::load(&mut tx.conn, other).await?;
        beside.other_log = reads::lines(&mut tx.conn, other).await?;
    }
    Ok(lead)
}

/// A lead with all that a decision about it may look at.
pub(super) async fn whole(
    tx: &mut Tx,
    (id, lead): (LeadId, Option<Lead>),
    mut beside: Beside,
    now: DateTime<Utc>,
) -> Result<Snapshot, StoreError> {
    beside.ledger = tx.ledger().await?;
    beside.asked = tx.asked().await?;
    beside.taken = tx.taken(now).await?;
    beside.waiting = tx.waiting().await?;
    beside.releases = tx.releases().await?;
    let untouched = tx.untouched().await?;
    Ok(Snapshot { id, lead, roster: tx.roster().await?, untouched, playbook: tx.playbook().await?, beside })
}

/// The lead in which it ended.
fn original(lead: &Lead) -> Option<LeadId> {
    match lead.course.state {
        State::Closed { original, .. } => original,
        State::Waiting { .. }
        | State::Offered { .. }
        | State::Owned { .. }
        | State::Pooled { .. }
        | State::Triage { .. }
        | State::Repair { .. } => None,
    }
}

/// False when the cause was consumed before or no longer holds.
async fn consume(
    conn: &mut SqliteConnection,
    cause: &Cause,
    snapshot: &Snapshot,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    match cause {
        Cause::Due { rev } => Ok(snapshot.lead.as_ref().is_some_and(|lead| lead.rev == *rev)),
        Cause::Unsent { mail, unsent } => mails::fail(conn, *mail, unsent).await,
        Cause::Signalled(signal) => {
            let is_new = signals::add(conn, signal, snapshot.lead.as_ref().map(|lead| lead.id), now).await?;
            Ok(is_new || crate::planted::is("signal-twice"))
        }
        Cause::Deed(id) | Cause::Mailed { deed: id, .. } => {
            Ok(sqlx::query(CONSUME).bind(id).bind(millis(now)).execute(conn).await?.rows_affected() == 1
                || crate::planted::is("deed-twice"))
        }
        Cause::Submitted { part, submission } => deliveries::is_first(conn, *part, submission, now).await,
    }
}

async fn write(
    tx: &mut Tx,
    decision: &Decision,
    (lead, was): (&Lead, Option<&Lead>),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let conn = &mut tx.conn;
    let kind = decision.facts.first().map_or("nothing", Fact::kind);
    sqlx::query(LOG)
        .bind(lead.id.0)
        .bind(lead.rev)
        .bind(millis(now))
        .bind(decision.actor.map(|a| a.0))
        .bind(kind)
        .bind(serde_json::to_string(&decision.facts)?)
        .execute(&mut *conn)
        .await?;
    if let Some(words) = &decision.words {
        sqlx::query(WORDS).bind(lead.id.0).bind(lead.rev).bind(words).execute(&mut *conn).await?;
    }
    lead_row::put(conn, lead).await?;
    if decision.facts.iter().any(|fact| matches!(fact, Fact::CameAgain { .. } | Fact::Mended { .. })) {
        lead_row::put_profile(conn, lead).await?;
    }
    tags::follow(conn, lead, &decision.facts).await?;
    deals::follow(conn, lead, &decision.facts).await?;
    suppression::follow(tx, (lead, was), &decision.facts, now).await?;
    let playbook = tx.playbook().await?;
    let show = cards::Show { lead, ring: decision.ring.as_ref(), was };
    cards::want(&mut tx.conn, show, &playbook, now).await?;
    if !is_new(lead) {
        notices::void_outdated(&mut tx.conn, lead, &decision.facts).await?;
    }
    if let Some(Outgoing { by, template, to, subject, text, sequence }) = decision.mail.clone() {
        let mail = NewMail { by, template, to, subject, text, sequence: Some(sequence) };
        mails::add(&mut tx.conn, lead, &mail, now).await?;
    }
    if !decision.turns.is_empty() {
        ledger::add_all(&mut tx.conn, Some(lead.id), &decision.turns).await?;
        tx.turns_entered(&decision.turns);
    }
    notices::add_all(&mut tx.conn, lead, &decision.notices, now).await
}

/// Nothing can be there yet that belongs to it.
pub(super) fn is_new(lead: &Lead) -> bool {
    lead.rev == 1
}
