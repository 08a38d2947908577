//! Cards: one per lead and channel, level-triggered. A change raises what is wanted; delivery brings the card there and says so here.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use sha2::{Digest as _, Sha256};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::time::{instant, millis};
use super::{Store, StoreError};
use crate::chat::{Nonce, Receipt};
use crate::domain::decision::Ring;
use crate::domain::ids::LeadId;
use crate::domain::lead::{Lead, State};
use crate::playbook::Playbook;

const RAISE: &str = "-- card::raise
UPDATE card SET wanted = $2, thread_wanted = max(thread_wanted, $3) WHERE lead = $1";
const ADD: &str = "-- card::add
INSERT INTO card (lead, channel, wanted, ring, nonce, nonce_at, thread_wanted, due_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $6)
ON CONFLICT (lead, channel) DO NOTHING";
const ANEW: &str = "-- card::anew
UPDATE card SET copy_wanted = copy_wanted + 1, ring = $3, rings = 0, nonce = $4, nonce_at = $5, tries = 0,
  due_at = CASE WHEN dead IS NULL THEN due_at ELSE $5 END, dead = NULL
WHERE lead = $1 AND channel = $2 AND copy_shown = copy_wanted";
const RING: &str = "-- card::ring
UPDATE card SET ring = $3, rings = rings + 1, tries = 0, due_at = CASE WHEN dead IS NULL THEN due_at ELSE $4 END, dead = NULL
WHERE lead = $1 AND channel = $2 AND copy_shown < copy_wanted";
const PILE: &str = "-- card::pile
INSERT INTO card (channel, wanted, ring, nonce, nonce_at, due_at) VALUES ($1, 1, $2, $3, $4, $4)
ON CONFLICT (channel) WHERE lead IS NULL DO UPDATE SET wanted = card.wanted + 1 RETURNING wanted";
const PILE_RING: &str = "-- card::pile_ring
UPDATE card SET ring = $2, rings = rings + 1, tries = 0, due_at = CASE WHEN dead IS NULL THEN due_at ELSE $3 END, dead = NULL
WHERE lead IS NULL AND channel = $1 AND copy_shown < copy_wanted";
const PILE_ANEW: &str = "-- card::pile_anew
UPDATE card SET copy_wanted = copy_wanted + 1, ring = $2, rings = 0, nonce = $3, nonce_at = $4, tries = 0,
  due_at = CASE WHEN dead IS NULL THEN due_at ELSE $4 END, dead = NULL
WHERE lead IS NULL AND channel = $1 AND copy_shown = copy_wanted";
const PILES: &str = "-- card::piles\nUPDATE card SET wanted = wanted + 1 WHERE lead IS NULL";
const PILED: &str = "-- card::piled\nSELECT count(*) AS n FROM lead WHERE piled = 1 AND team = $1";
const DUE: &str = "-- card::due
SELECT id, coalesce(lead, 0) AS lead, channel, wanted, shown, copy_wanted, copy_shown, ring, rings, at_channel, at_message, old_message, nonce, nonce_at, thread_wanted, thread, tries, doubt
FROM card WHERE dead IS NULL AND due_at <= $1
  AND (shown < wanted OR copy_shown < copy_wanted OR old_message IS NOT NULL OR (thread_wanted = 1 AND thread IS NULL))
ORDER BY due_at, id LIMIT $2";
const NEXT_DUE: &str = "-- card::next_due
SELECT min(due_at) AS due_at FROM card WHERE dead IS NULL
  AND (shown < wanted OR copy_shown < copy_wanted OR old_message IS NOT NULL OR (thread_wanted = 1 AND thread IS NULL))";
const POSTED: &str = "-- card::posted
UPDATE card SET old_message = CASE WHEN at_message IS NOT NULL AND at_message <> $4 THEN at_message ELSE old_message END,
  at_channel = $3, at_message = $4, shown = $5, copy_shown = $2, tries = 0, doubt = 0,
  ring = CASE WHEN rings > $6 THEN ring END, copy_wanted = copy_wanted + (rings > $6),
  nonce = CASE WHEN rings > $6 THEN $7 ELSE nonce END, nonce_at = CASE WHEN rings > $6 THEN $8 ELSE nonce_at END, rings = 0 WHERE id = $1";
const SHOWN: &str = "-- card::shown\nUPDATE card SET shown = max(shown, $2), tries = 0, doubt = 0 WHERE id = $1";
const OLD_GONE: &str = "-- card::old_gone\nUPDATE card SET old_message = NULL, tries = 0 WHERE id = $1";
const THREAD: &str = "-- card::thread\nUPDATE card SET thread = $2, tries = 0 WHERE id = $1";
const LATER: &str = "-- card::later
UPDATE card SET due_at = $2, tries = tries + $3, doubt = max(doubt, $4), nonce_at = CASE WHEN $4 = 1 AND doubt = 0 THEN $5 ELSE nonce_at END WHERE id = $1";
const LOST: &str = "-- card::lost
UPDATE card SET at_message = NULL, thread = NULL, copy_wanted = copy_wanted + 1, nonce = $2, nonce_at = $3, due_at = $3, doubt = 0
WHERE id = $1";
const DEAD: &str = "-- card::dead\nUPDATE card SET dead = $2 WHERE id = $1";
const REVIVE: &str = "-- card::revive\nUPDATE card SET dead = NULL, tries = 0, due_at = $1 WHERE dead IS NOT NULL";
const REFRESH_ALL: &str = "-- card::refresh_all
UPDATE card SET shown = 0 WHERE at_message IS NOT NULL AND dead IS NULL AND (lead IS NULL OR lead IN (SELECT id FROM lead WHERE state <> 'closed'))";
const REFRESH: &str = "-- card::refresh\nUPDATE card SET shown = 0 WHERE lead = $1 AND at_message IS NOT NULL AND dead IS NULL";
const THREAD_OF: &str =
    "-- card::thread_of\nSELECT thread FROM card WHERE lead = $1 AND thread IS NOT NULL ORDER BY id DESC LIMIT 1";
const THREAD_AWAITED: &str = "-- card::thread_awaited
SELECT id FROM card WHERE lead = $1 AND thread_wanted = 1 AND thread IS NULL AND dead IS NULL LIMIT 1";
const LEAD_AT: &str = "-- card::lead_at\nSELECT lead FROM card WHERE lead IS NOT NULL AND (at_message = $1 OR thread = $2 OR old_message = $1) LIMIT 1";
const AT: &str = "-- card::at\nSELECT id, coalesce(lead, 0) AS lead, channel, at_message FROM card WHERE at_message = $1 OR old_message = $1 ORDER BY coalesce(at_message = $1, 0) DESC LIMIT 1";
const MESSAGE_OF: &str = "-- card::message_of\nSELECT at_channel, at_message FROM card WHERE lead = $1 AND at_message IS NOT NULL ORDER BY id DESC LIMIT 1";

/// What has to be done about a card.
#[derive(Debug, Clone, PartialEq)]
pub struct CardWork {
    /// The card's row.
    pub id: i64,
    /// Whose it is; `LeadId(0)` for the message of those that wait without cards of their own.
    pub lead: LeadId,
    /// Where, as the playbook has it.
    pub channel: String,
    /// The lead's revision that it shall show.
    pub wanted: i64,
    /// The revision that it shows.
    pub shown: i64,
    /// Posted anew up to this copy.
    pub copy_wanted: i64,
    /// The copy that is there.
    pub copy_shown: i64,
    /// Whom the copy rings.
    pub ring: Option<Ring>,
    /// How often it was to ring since its nonce was made.
    pub rings: i64,
    /// Where it is.
    pub at: Option<Receipt>,
    /// The copy before, to be taken away.
    pub old: Option<Receipt>,
    /// Makes a repeated post harmless.
    pub nonce: Nonce,
    /// Since when that nonce may have been used.
    pub nonce_at: DateTime<Utc>,
    /// A thread shall be opened.
    pub needs_thread: bool,
    /// Its thread.
    pub thread: Option<String>,
    /// Failures in a row.
    pub tries: u32,
    /// The newest post may have happened although nobody said so.
    pub doubt: bool,
}

/// The card that a message is a copy of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardAt {
    /// The card's row.
    pub id: i64,
    /// Whose it is; `LeadId(0)` for the message of those that wait without cards of their own.
    pub lead: LeadId,
    /// Where, as the playbook has it.
    pub channel: String,
    /// Its newest copy, as far as is known: this message, or the one that took its place.
    pub newest: Option<String>,
}

/// A copy that is there now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// Which copy.
    pub copy: i64,
    /// Where.
    pub at: Receipt,
    /// Which revision it certainly shows.
    pub shown: i64,
    /// How many of its rings it certainly rang; more of them cost another copy.
    pub rang: i64,
    /// When.
    pub posted_at: DateTime<Utc>,
}

/// A lead that has changed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Show<'a> {
    pub(super) lead: &'a Lead,
    /// Who is rung.
    pub(super) ring: Option<&'a Ring>,
    /// As it was before, if it was there.
    pub(super) was: Option<&'a Lead>,
}

/// Whether the message of those that wait is posted anew.
#[derive(Debug, Clone, Copy)]
enum Copy<'a> {
    /// It is edited where it stands.
    Same,
    /// It is, and rings somebody.
    Anew(Option<&'a String>),
}

/// Raises what the message of those shows that wait in a channel without cards of their own; rings by posting it anew.
async fn want_pile(conn: &mut SqliteConnection, channel: &str, copy: Copy<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
    let rung = if let Copy::Anew(rung) = copy { rung } else { None };
    let first = nonce("pile", LeadId(0), channel, 1).0;
    let row = sqlx::query(PILE).bind(channel).bind(rung).bind(first).bind(millis(now)).fetch_one(&mut *conn).await?;
    if let Copy::Anew(rung) = copy {
        let fresh = nonce("pile", LeadId(0), channel, row.try_get("wanted")?).0;
        sqlx::query(PILE_RING).bind(channel).bind(rung).bind(millis(now)).execute(&mut *conn).await?;
        sqlx::query(PILE_ANEW).bind(channel).bind(rung).bind(&fresh).bind(millis(now)).execute(&mut *conn).await?;
    }
    Ok(())
}

/// Brings every such message up to date, and makes those that another playbook needs.
pub(super) async fn want_piles(conn: &mut SqliteConnection, playbook: &Playbook, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query(PILES).execute(&mut *conn).await?;
    let channels: BTreeSet<&str> = playbook.teams.iter().map(|team| team.channel.as_str()).collect();
    for channel in channels {
        if piled_in(conn, channel, playbook).await? > 0 {
            want_pile(conn, channel, Copy::Same, now).await?;
        }
    }
    Ok(())
}

/// The channel of the lead's team, as the playbook has it.
fn channel_of<'p>(lead: &Lead, playbook: &'p Playbook) -> Option<&'p str> {
    lead.course.team.as_ref().and_then(|key| playbook.team(key)).map(|team| team.channel.as_str())
}

/// How many leads wait in a channel without cards of their own.
async fn piled_in(conn: &mut SqliteConnection, channel: &str, playbook: &Playbook) -> Result<i64, StoreError> {
    let mut count = 0;
    for team in playbook.teams.iter().filter(|team| team.channel == channel) {
        let n: i64 = sqlx::query(PILED).bind(team.key.as_str()).fetch_one(&mut *conn).await?.try_get("n")?;
        count += n;
    }
    Ok(count)
}

/// Raises what the lead's cards shall show, makes the card of its team's channel, and rings where the decision says so.
pub(super) async fn want(
    conn: &mut SqliteConnection,
    show: Show<'_>,
    playbook: &Playbook,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Show { lead, ring, was } = show;
    let was = was.filter(|was| was.course.piled);
    let thread_wanted = matches!(lead.course.state, State::Owned { .. });
    let wanted = if crate::planted::is("card-not-raised") && lead.course.state.is_closed() { 0 } else { lead.rev };
    sqlx::query(RAISE).bind(lead.id.0).bind(wanted).bind(thread_wanted).execute(&mut *conn).await?;
    let channel = channel_of(lead, playbook);
    let left = was.and_then(|was| channel_of(was, playbook)).filter(|left| Some(*left) != channel);
    if let Some(left) = left {
        want_pile(conn, left, Copy::Same, now).await?;
    }
    let Some(channel) = channel else { return Ok(()) };
    let heard = ring.map(serde_json::to_string).transpose()?;
    if lead.course.piled || (was.is_some() && !crate::planted::is("pile-not-raised")) {
        let begins = was.is_none() && piled_in(conn, channel, playbook).await? == 1;
        let rings = lead.course.piled && ring.is_some_and(|ring| *ring != Ring::Card);
        let copy = if begins || rings { Copy::Anew(heard.as_ref().filter(|_| rings)) } else { Copy::Same };
        want_pile(conn, channel, copy, now).await?;
    }
    if lead.course.piled {
        return Ok(());
    }
    let added = sqlx::query(ADD)
        .bind(lead.id.0)
        .bind(channel)
        .bind(lead.rev)
        .bind(&heard)
        .bind(nonce("card", lead.id, channel, lead.rev).0)
        .bind(millis(now))
        .bind(thread_wanted)
        .execute(&mut *conn)
        .await?
        .rows_affected();
    if added == 0 && ring.is_some() {
        let anew = nonce("card", lead.id, channel, lead.rev).0;
        // A copy that is not there yet may be on its way: its nonce stays, because by that it is found again.
        sqlx::query(RING).bind(lead.id.0).bind(channel).bind(&heard).bind(millis(now)).execute(&mut *conn).await?;
        sqlx::query(ANEW).bind(lead.id.0).bind(channel).bind(&heard).bind(anew).bind(millis(now)).execute(&mut *conn).await?;
    }
    Ok(())
}

/// A nonce that is the same whenever the same message is meant: 22 characters, from what it is, not from chance.
pub(super) fn nonce(kind: &str, lead: LeadId, place: &str, count: i64) -> Nonce {
    use base64::Engine as _;
    let hash = Sha256::digest(format!("{kind}\0{}\0{place}\0{count}", lead.0));
    Nonce(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&hash[..16]))
}

fn read(row: &SqliteRow) -> Result<CardWork, StoreError> {
    let channel: Option<String> = row.try_get("at_channel")?;
    let message: Option<String> = row.try_get("at_message")?;
    let old: Option<String> = row.try_get("old_message")?;
    let ring: Option<String> = row.try_get("ring")?;
    let receipt = |message: Option<String>| channel.clone().zip(message).map(|(channel, message)| Receipt { channel, message });
    let thread: Option<String> = row.try_get("thread")?;
    let thread_wanted: bool = row.try_get("thread_wanted")?;
    Ok(CardWork {
        id: row.try_get("id")?,
        lead: LeadId(row.try_get("lead")?),
        channel: row.try_get("channel")?,
        wanted: row.try_get("wanted")?,
        shown: row.try_get("shown")?,
        copy_wanted: row.try_get("copy_wanted")?,
        copy_shown: row.try_get("copy_shown")?,
        ring: ring.map(|r| serde_json::from_str(&r)).transpose()?,
        rings: row.try_get("rings")?,
        at: receipt(message),
        old: receipt(old),
        nonce: Nonce(row.try_get("nonce")?),
        nonce_at: instant(row.try_get("nonce_at")?),
        needs_thread: thread_wanted && thread.is_none(),
        thread,
        tries: u32::try_from(row.try_get::<i64, _>("tries")?).unwrap_or(u32::MAX),
        doubt: row.try_get("doubt")?,
    })
}

impl Store {
    /// Cards that have to be brought up to date by `now`, at most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn due_cards(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<CardWork>, StoreError> {
        let rows = sqlx::query(DUE).bind(millis(now)).bind(limit).fetch_all(self.readers()).await?;
        rows.iter().map(read).collect()
    }

    /// When the next card is due, if any is.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn next_card_due(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let due: Option<i64> = sqlx::query(NEXT_DUE).fetch_one(self.readers()).await?.try_get("due_at")?;
        Ok(due.map(instant))
    }

    /// A copy of the card is there.
    ///
    /// # Errors
    /// When the store cannot be written; delivery then finds the message again by its tag.
    pub async fn card_posted(&self, card: i64, posted: Posted) -> Result<(), StoreError> {
        self.write(move |tx| {
            async move {
                let Posted { copy, at, shown, rang, posted_at } = posted;
                let next = nonce("again", LeadId(card), &at.message, copy + 1);
                sqlx::query(POSTED)
                    .bind(card)
                    .bind(copy)
                    .bind(at.channel)
                    .bind(at.message)
                    .bind(shown)
                    .bind(rang)
                    .bind(next.0)
                    .bind(millis(posted_at))
                    .execute(&mut tx.conn)
                    .await?;
                Ok(())
            }
            .boxed()
        })
        .await
    }

    /// The card shows this revision.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn card_shown(&self, card: i64, rev: i64) -> Result<(), StoreError> {
        self.write(move |tx| async move { done(sqlx::query(SHOWN).bind(card).bind(rev).execute(&mut tx.conn).await) }.boxed())
            .await
    }

    /// The copy before is no longer there.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn old_card_gone(&self, card: i64) -> Result<(), StoreError> {
        self.write(move |tx| async move { done(sqlx::query(OLD_GONE).bind(card).execute(&mut tx.conn).await) }.boxed()).await
    }

    /// The card's thread is open.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn card_thread(&self, card: i64, thread: String) -> Result<(), StoreError> {
        self.write(move |tx| async move { done(sqlx::query(THREAD).bind(card).bind(thread).execute(&mut tx.conn).await) }.boxed())
            .await
    }

    /// Not now: again at `at`. `Later` says whether it counts as a try, and whether the post may have happened.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn card_later(&self, card: i64, at: DateTime<Utc>, later: super::Later) -> Result<(), StoreError> {
        self.write(move |tx| {
            async move {
                let query = sqlx::query(LATER)
                    .bind(card)
                    .bind(millis(at))
                    .bind(later.counts())
                    .bind(later.doubts())
                    .bind(millis(later.since()));
                done(query.execute(&mut tx.conn).await)
            }
            .boxed()
        })
        .await
    }

    /// The message is gone: post it again, as another copy.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn card_lost(&self, card: &CardWork, now: DateTime<Utc>) -> Result<(), StoreError> {
        let (id, nonce) = (card.id, nonce("lost", card.lead, &card.channel, card.copy_wanted + 1));
        self.write(move |tx| {
            async move { done(sqlx::query(LOST).bind(id).bind(nonce.0).bind(millis(now)).execute(&mut tx.conn).await) }.boxed()
        })
        .await
    }

    /// Given up, until somebody mends what is wrong.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn card_dead(&self, card: i64, why: String) -> Result<(), StoreError> {
        self.write(move |tx| async move { done(sqlx::query(DEAD).bind(card).bind(why).execute(&mut tx.conn).await) }.boxed())
            .await
    }

    /// Tries all that was given up once more; how many there were.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn revive_cards(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        self.write(move |tx| {
            async move { Ok(sqlx::query(REVIVE).bind(millis(now)).execute(&mut tx.conn).await?.rows_affected()) }.boxed()
        })
        .await
    }

    /// Draws every open lead's card again: after a time in which the chat may have missed something.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn refresh_cards(&self) -> Result<u64, StoreError> {
        self.write(move |tx| async move { Ok(sqlx::query(REFRESH_ALL).execute(&mut tx.conn).await?.rows_affected()) }.boxed())
            .await
    }

    /// Draws one lead's cards again.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn refresh_card(&self, lead: LeadId) -> Result<(), StoreError> {
        self.write(move |tx| async move { done(sqlx::query(REFRESH).bind(lead.0).execute(&mut tx.conn).await) }.boxed()).await
    }

    /// The lead's thread, once it is open.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn thread_of(&self, lead: LeadId) -> Result<Option<String>, StoreError> {
        let row = sqlx::query(THREAD_OF).bind(lead.0).fetch_optional(self.readers()).await?;
        Ok(row.map(|r| r.try_get("thread")).transpose()?)
    }

    /// Is the lead's thread still to be opened, by a card that was not given up?
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn thread_is_awaited(&self, lead: LeadId) -> Result<bool, StoreError> {
        Ok(sqlx::query(THREAD_AWAITED).bind(lead.0).fetch_optional(self.readers()).await?.is_some())
    }

    /// The lead whose card or thread this is.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn lead_at(&self, message: &str, channel: &str) -> Result<Option<LeadId>, StoreError> {
        let row = sqlx::query(LEAD_AT).bind(message).bind(channel).fetch_optional(self.readers()).await?;
        Ok(row.map(|r| r.try_get("lead").map(LeadId)).transpose()?)
    }

    /// The card that this message is a copy of, if it is one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn card_at(&self, message: &str) -> Result<Option<CardAt>, StoreError> {
        let row = sqlx::query(AT).bind(message).fetch_optional(self.readers()).await?;
        let read = |r: SqliteRow| {
            let lead = LeadId(r.try_get("lead")?);
            Ok(CardAt { id: r.try_get("id")?, lead, channel: r.try_get("channel")?, newest: r.try_get("at_message")? })
        };
        row.map(read).transpose()
    }

    /// Where the lead's newest card is.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn message_of(&self, lead: LeadId) -> Result<Option<Receipt>, StoreError> {
        let row = sqlx::query(MESSAGE_OF).bind(lead.0).fetch_optional(self.readers()).await?;
        row.map(|r| Ok(Receipt { channel: r.try_get("at_channel")?, message: r.try_get("at_message")? })).transpose()
    }
}

pub(super) fn done(result: Result<sqlx::sqlite::SqliteQueryResult, sqlx::Error>) -> Result<(), StoreError> {
    result?;
    Ok(())
}
