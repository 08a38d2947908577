//! Notices: each is sent once, in the order in which it was made for its recipient, and not at all when its reason has gone before.
//! What waits until its recipient's own hours begin holds nothing up.

use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::cards::{done, nonce};
use super::time::{instant, millis};
use super::{Later, Store, StoreError, schedules};
use crate::chat::{Nonce, Receipt};
use crate::domain::decision::{News, Notice, Recipient};
use crate::domain::fact::Fact;
use crate::domain::ids::LeadId;
use crate::domain::lead::Lead;

const ADD: &str = "-- notice::add
INSERT INTO notice (lead, recipient, news, epoch, reminder, nonce, made_at, due_at, held, state)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'pending')";
const SAME_BEFORE: &str =
    "-- notice::same_before\nSELECT 1 AS yes FROM notice WHERE recipient = $1 AND news = $2 AND made_at > $3 LIMIT 1";
const NEXT_ID: &str = "-- notice::next_id\nSELECT coalesce(max(id), 0) + 1 AS id FROM notice";
const VOID_OLD: &str = "-- notice::void_old
UPDATE notice SET state = 'void', why = 'the lead has moved on'
WHERE (lead = $1 AND state = 'pending' AND epoch < $2) OR (lead = $1 AND state = 'dead' AND epoch < $2)";
const VOID_REMINDERS: &str = "-- notice::void_reminders
UPDATE notice SET state = 'void', why = 'done meanwhile'
WHERE (lead = $1 AND state = 'pending' AND reminder = 1) OR (lead = $1 AND state = 'dead' AND reminder = 1)";
const VOID_NEWS: &str = "-- notice::void_news
UPDATE notice SET state = 'void', why = 'done meanwhile'
WHERE (lead = $1 AND state = 'pending' AND news ->> '$.news' = $2) OR (lead = $1 AND state = 'dead' AND news ->> '$.news' = $2)";
const WAS_ASKED: &str = "-- notice::was_asked
SELECT 1 AS yes FROM notice WHERE lead = $1 AND recipient = $2 AND state = 'sent' AND news ->> '$.news' = 'help_wanted' LIMIT 1";
const DUE: &str = "-- notice::due
SELECT id, lead, recipient, news, nonce, bundle, thread, made_at, tries, doubt FROM notice n WHERE state = 'pending' AND due_at <= $1
  AND NOT EXISTS (SELECT 1 FROM notice o WHERE o.state = 'pending' AND o.recipient = n.recipient AND o.lead IS n.lead AND o.id < n.id AND o.due_at > $1
    AND (o.held IS NULL OR o.held <= $1))
ORDER BY id LIMIT $2";
const NEXT_DUE: &str = "-- notice::next_due\nSELECT min(due_at) AS due_at FROM notice WHERE state = 'pending'";
const BUNDLE: &str = "-- notice::bundle\nUPDATE notice SET bundle = $2 WHERE id = $1 AND state = 'pending'";
const THREAD: &str = "-- notice::thread\nUPDATE notice SET thread = $2 WHERE id = $1 AND state = 'pending'";
const STILL: &str = "-- notice::still\nSELECT 1 AS yes FROM notice WHERE id = $1 AND state = 'pending'";
const SENT: &str = "-- notice::sent
UPDATE notice SET state = 'sent', at_channel = $2, at_message = $3, doubt = 0 WHERE id = $1 AND state = 'pending'";
const LATER: &str = "-- notice::later
UPDATE notice SET due_at = $2, tries = tries + $3, doubt = max(doubt, $4) WHERE id = $1 AND state = 'pending'";
const DEAD: &str = "-- notice::dead\nUPDATE notice SET state = 'dead', why = $2 WHERE id = $1 AND state = 'pending'";
const VOID: &str = "-- notice::void\nUPDATE notice SET state = 'void', why = $2 WHERE id = $1 AND state = 'pending'";
const REVIVE: &str =
    "-- notice::revive\nUPDATE notice SET state = 'pending', tries = 0, due_at = $1, why = NULL WHERE state = 'dead'";

/// A notice to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct NoticeRow {
    /// Its row.
    pub id: i64,
    /// About which lead.
    pub lead: Option<LeadId>,
    /// Who is told.
    pub to: Recipient,
    /// What.
    pub news: News,
    /// Makes a repeated post harmless.
    pub nonce: Nonce,
    /// The nonce of the message that tells it together with others, once that was tried.
    pub bundle: Option<Nonce>,
    /// The thread in which it is told, once that was tried: the lead may have another one by now.
    pub thread: Option<String>,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Failures in a row.
    pub tries: u32,
    /// The last try may have happened although nobody said so.
    pub doubt: bool,
}

/// A notice that belongs to no decision about a lead.
#[derive(Debug, Clone, PartialEq)]
pub struct NewNotice {
    /// Who is told.
    pub to: Recipient,
    /// What.
    pub news: News,
}

/// Whether notices are told in one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Together {
    /// In one.
    Yes,
    /// Each by itself.
    No,
}

/// How a notice ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoticeEnd {
    /// It is there.
    Sent(Receipt),
    /// It never will be.
    Dead(String),
    /// There is nothing to tell any more.
    Void(String),
}

/// Whose reason has gone is not sent any more; what was given up neither, should somebody try it again.
pub(super) async fn void_outdated(conn: &mut SqliteConnection, lead: &Lead, facts: &[Fact]) -> Result<(), StoreError> {
    if !crate::planted::is("reasons-never-go") {
        sqlx::query(VOID_OLD).bind(lead.id.0).bind(i64::from(lead.course.epoch)).execute(&mut *conn).await?;
    }
    let is_answer = |fact: &Fact| {
        let is_deal = matches!(fact, Fact::DealMade { .. } | Fact::DealValued { .. });
        is_deal || matches!(fact, Fact::Attempted { .. } | Fact::FollowUpSet { .. } | Fact::FollowUpDone { .. } | Fact::StillMine)
    };
    let acted = facts.iter().any(is_answer);
    if acted {
        sqlx::query(VOID_REMINDERS).bind(lead.id.0).execute(&mut *conn).await?;
    }
    let questions = [
        ("help_wanted", facts.iter().any(|f| matches!(f, Fact::HelpAnswered { .. } | Fact::HelpDropped { .. }))),
        ("trade_offered", facts.iter().any(|f| matches!(f, Fact::TradeEnded { .. }))),
    ];
    for (news, _) in questions.into_iter().filter(|(_, is_over)| *is_over) {
        sqlx::query(VOID_NEWS).bind(lead.id.0).bind(news).execute(&mut *conn).await?;
    }
    Ok(())
}

pub(super) async fn add_all(
    conn: &mut SqliteConnection,
    lead: &Lead,
    notices: &[Notice],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for (nth, notice) in (0..).zip(notices) {
        let recipient = serde_json::to_string(&notice.to)?;
        if matches!(notice.news, News::RuleBroken { .. }) && is_told(conn, (&notice.to, &notice.news), now).await? {
            continue;
        }
        if matches!(notice.news, News::HelpOver { .. }) && !was_asked(conn, lead, &recipient).await? {
            continue;
        }
        let epoch = notice.news.holds_while_state_lasts().then(|| i64::from(lead.course.epoch));
        let nonce = nonce("notice", lead.id, &recipient, lead.rev * 100 + nth);
        sqlx::query(ADD)
            .bind(lead.id.0)
            .bind(recipient)
            .bind(serde_json::to_string(&notice.news)?)
            .bind(epoch)
            .bind(notice.news.is_reminder())
            .bind(nonce.0)
            .bind(millis(now))
            .bind(millis(notice.not_before.unwrap_or(now)))
            .bind(notice.not_before.map(millis))
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// They have been asked for help with it: who never heard of a question need not hear that it is over.
async fn was_asked(conn: &mut SqliteConnection, lead: &Lead, recipient: &str) -> Result<bool, StoreError> {
    Ok(sqlx::query(WAS_ASKED).bind(lead.id.0).bind(recipient).fetch_optional(conn).await?.is_some())
}

/// The same was told in the last day. A rule that breaks does so on one lead after the other.
async fn is_told(conn: &mut SqliteConnection, (to, news): (&Recipient, &News), now: DateTime<Utc>) -> Result<bool, StoreError> {
    let query = sqlx::query(SAME_BEFORE).bind(serde_json::to_string(to)?).bind(serde_json::to_string(news)?);
    Ok(query.bind(millis(now - chrono::Duration::days(1))).fetch_optional(conn).await?.is_some())
}

/// Adds a notice that is about no lead, and gives its row. Its number among all notices makes its nonce its own: the same may happen again.
pub(super) async fn add_free(conn: &mut SqliteConnection, notice: &NewNotice, now: DateTime<Utc>) -> Result<i64, StoreError> {
    let recipient = serde_json::to_string(&notice.to)?;
    let count: i64 = sqlx::query(NEXT_ID).fetch_one(&mut *conn).await?.try_get("id")?;
    let nonce = nonce("free", LeadId(0), &recipient, count);
    let added = sqlx::query(ADD)
        .bind(None::<i64>)
        .bind(recipient)
        .bind(serde_json::to_string(&notice.news)?)
        .bind(None::<i64>)
        .bind(false)
        .bind(nonce.0)
        .bind(millis(now))
        .bind(millis(now))
        .bind(None::<i64>)
        .execute(conn)
        .await?;
    Ok(added.last_insert_rowid())
}

fn read(row: &SqliteRow) -> Result<NoticeRow, StoreError> {
    Ok(NoticeRow {
        id: row.try_get("id")?,
        lead: row.try_get::<Option<i64>, _>("lead")?.map(LeadId),
        to: serde_json::from_str(row.try_get("recipient")?)?,
        news: serde_json::from_str(row.try_get("news")?)?,
        nonce: Nonce(row.try_get("nonce")?),
        bundle: row.try_get::<Option<String>, _>("bundle")?.map(Nonce),
        thread: row.try_get("thread")?,
        made_at: instant(row.try_get("made_at")?),
        tries: u32::try_from(row.try_get::<i64, _>("tries")?).unwrap_or(u32::MAX),
        doubt: row.try_get("doubt")?,
    })
}

impl Store {
    /// Tells somebody what goes on and on, once a day.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn tell_daily(&self, notice: NewNotice, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(move |tx| {
            async move {
                if !is_told(&mut tx.conn, (&notice.to, &notice.news), now).await? {
                    add_free(&mut tx.conn, &notice, now).await?;
                }
                Ok(())
            }
            .boxed()
        })
        .await
    }

    /// Notices that are due by `now`, oldest first, at most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn due_notices(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<NoticeRow>, StoreError> {
        let rows = sqlx::query(DUE).bind(millis(now)).bind(limit).fetch_all(self.readers()).await?;
        rows.iter().map(read).collect()
    }

    /// When the next notice is due, if any is.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn next_notice_due(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let due: Option<i64> = sqlx::query(NEXT_DUE).fetch_one(self.readers()).await?.try_get("due_at")?;
        Ok(due.map(instant))
    }

    /// Does its reason still hold? Asked right before it is sent.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn notice_holds(&self, id: i64) -> Result<bool, StoreError> {
        Ok(sqlx::query(STILL).bind(id).fetch_optional(self.readers()).await?.is_some() || crate::planted::is("holds-for-ever"))
    }

    /// From now on these are told in one message, or again each by itself. Written before that message is sent:
    /// what may have been told together is never told apart.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn bundle_notices(&self, ids: Vec<i64>, how: Together) -> Result<Option<Nonce>, StoreError> {
        self.write(move |tx| {
            async move {
                let all: Vec<String> = ids.iter().map(ToString::to_string).collect();
                let bundle = match how {
                    Together::Yes => Some(nonce("bundle", LeadId(0), &all.join(","), 0)),
                    Together::No => None,
                };
                for id in ids {
                    done(sqlx::query(BUNDLE).bind(id).bind(bundle.as_ref().map(|b| b.0.clone())).execute(&mut tx.conn).await)?;
                }
                Ok(bundle)
            }
            .boxed()
        })
        .await
    }

    /// From now on it is told in this thread; in none, when that one is gone. Written before it is sent: what may have been told in one
    /// thread is never told in the next one.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn notice_in_thread(&self, id: i64, thread: Option<String>) -> Result<(), StoreError> {
        self.write(move |tx| async move { done(sqlx::query(THREAD).bind(id).bind(thread).execute(&mut tx.conn).await) }.boxed())
            .await
    }

    /// It was sent, or never will be.
    ///
    /// # Errors
    /// When the store cannot be written; delivery then finds the message again.
    pub async fn notice_ended(&self, ids: Vec<i64>, end: NoticeEnd) -> Result<(), StoreError> {
        self.write(move |tx| {
            async move {
                for id in ids {
                    let query = match &end {
                        NoticeEnd::Sent(at) => sqlx::query(SENT).bind(id).bind(at.channel.clone()).bind(at.message.clone()),
                        NoticeEnd::Dead(why) => sqlx::query(DEAD).bind(id).bind(why.clone()),
                        NoticeEnd::Void(why) => sqlx::query(VOID).bind(id).bind(why.clone()),
                    };
                    query.execute(&mut tx.conn).await?;
                    if !matches!(end, NoticeEnd::Dead(_)) {
                        sqlx::query(schedules::FORGET).bind(id).execute(&mut tx.conn).await?;
                    }
                }
                Ok(())
            }
            .boxed()
        })
        .await
    }

    /// It cannot be told where it was to be told, which others are told instead: both at once.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn notice_not_posted(
        &self,
        id: i64,
        why: String,
        instead: NewNotice,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.write(move |tx| {
            async move {
                if sqlx::query(VOID).bind(id).bind(why).execute(&mut tx.conn).await?.rows_affected() > 0 {
                    sqlx::query(schedules::FORGET).bind(id).execute(&mut tx.conn).await?;
                    add_free(&mut tx.conn, &instead, now).await?;
                }
                Ok(())
            }
            .boxed()
        })
        .await
    }

    /// Not now: again at `at`.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn notice_later(&self, ids: Vec<i64>, at: DateTime<Utc>, later: Later) -> Result<(), StoreError> {
        self.write(move |tx| {
            async move {
                for id in ids {
                    done(
                        sqlx::query(LATER)
                            .bind(id)
                            .bind(millis(at))
                            .bind(later.counts())
                            .bind(later.doubts())
                            .execute(&mut tx.conn)
                            .await,
                    )?;
                }
                Ok(())
            }
            .boxed()
        })
        .await
    }

    /// Tries all that was given up once more; how many there were.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn revive_notices(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        self.write(move |tx| {
            async move { Ok(sqlx::query(REVIVE).bind(millis(now)).execute(&mut tx.conn).await?.rows_affected()) }.boxed()
        })
        .await
    }
}
