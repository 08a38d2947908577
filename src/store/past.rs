//! Leads as they came in, in order and page by page: what rules are tried on.
//! Each page is a question of its own, so that no reader keeps the file from being tidied up however long the whole takes.

use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, sqlite::Sqlite};

use super::time::{instant, millis};
use super::{Store, StoreError, lead_row, ledger};
use crate::domain::fact::Fact;
use crate::domain::fairness::Ledger;
use crate::domain::ids::{LeadId, PersonId, TeamKey};
use crate::domain::lead::Profile;
use crate::domain::replay::{Past, Then};
use crate::domain::submission::Submission;
use crate::reports::rows::{LeadRow, Standing};

/// Leads of one page.
const AT_ONCE: i64 = 500;

const PAGE: &str = "-- past::page
SELECT l.id, l.received_at, l.source, l.source_detail, l.is_test, l.unauthenticated, l.contact, l.need, l.answers, l.last_owner, l.state, l.since,
  l.first_attempt_at, l.closed_at, l.touched_at, a.facts,
  CASE WHEN (SELECT count(*) FROM submission s WHERE s.lead = l.id) > 1
    THEN (SELECT s.body FROM submission s WHERE s.lead = l.id ORDER BY s.id LIMIT 1) END AS first,
  EXISTS (SELECT 1 FROM turn t WHERE t.lead = l.id AND t.why = 'returned') AS returned
FROM lead l JOIN activity a ON a.lead = l.id AND a.rev = 1
WHERE l.received_at >= $1 AND (l.received_at, l.id) > ($1, $2) AND l.received_at <= $3 AND l.is_test = 0 AND l.exit IS NOT 'removed'
ORDER BY l.received_at, l.id LIMIT $4";
const COUNT: &str = "-- past::count
SELECT count(*) FROM lead WHERE received_at >= $1 AND received_at <= $2 AND is_test = 0 AND exit IS NOT 'removed'";
const TURNS: &str = "-- past::turns
SELECT t.team, t.person, sum(t.turns) AS turns FROM lead l JOIN turn t ON t.lead = l.id
WHERE l.received_at >= $1 AND l.received_at <= $2 AND l.is_test = 0 AND l.exit IS NOT 'removed' AND t.why IN ('taken', 'returned')
GROUP BY t.team, t.person ORDER BY t.team, t.person";
/// A place among leads in the order in which they came in: after those before an instant, or after one lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct After {
    at: DateTime<Utc>,
    lead: LeadId,
}

impl After {
    /// Before the first lead that came in then or later.
    #[must_use]
    pub fn start(at: DateTime<Utc>) -> Self {
        Self { at, lead: LeadId(i64::MIN) }
    }

    /// Behind this lead.
    #[must_use]
    pub fn lead(past: &Past) -> Self {
        Self { at: past.profile.received_at, lead: past.id }
    }
}

/// The turns that leads cost somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnsOf {
    /// Of which team.
    pub team: TeamKey,
    /// Whom.
    pub person: PersonId,
    /// How many, without those that were given back.
    pub turns: i64,
}

impl Store {
    /// The next leads that came in until then, at most 500; none when there are no more. Tests and what never was a lead are left out.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn past_leads(&self, after: After, until: DateTime<Utc>) -> Result<Vec<Past>, StoreError> {
        let query = sqlx::query::<Sqlite>(PAGE).bind(millis(after.at)).bind(after.lead.0).bind(millis(until)).bind(AT_ONCE);
        query.fetch_all(self.readers()).await?.iter().map(read).collect()
    }

    /// How many leads `past_leads` gives in all.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn past_count(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> Result<u64, StoreError> {
        let count: i64 = sqlx::query_scalar(COUNT).bind(millis(from)).bind(millis(until)).fetch_one(self.readers()).await?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// The turns that the leads which came in then really cost, whenever that was.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn past_turns(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> Result<Vec<TurnsOf>, StoreError> {
        let rows = sqlx::query(TURNS).bind(millis(from)).bind(millis(until)).fetch_all(self.readers()).await?;
        let read = |row: &SqliteRow| {
            let (team, person) = (TeamKey(row.try_get("team")?), PersonId(row.try_get("person")?));
            Ok(TurnsOf { team, person, turns: row.try_get("turns")? })
        };
        rows.iter().map(read).collect()
    }

    /// What everybody had got of each team before an instant.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn ledger_before(&self, at: DateTime<Utc>) -> Result<Ledger, StoreError> {
        ledger::ledger(&sqlx::query(ledger::SUMS_BEFORE).bind(millis(at)).fetch_all(self.readers()).await?)
    }
}

fn read(row: &SqliteRow) -> Result<Past, StoreError> {
    let facts: Vec<Fact> = serde_json::from_str(row.try_get("facts")?)?;
    let profile = match row.try_get::<Option<&str>, _>("first")? {
        // More came in later; rules saw only the first.
        Some(body) => {
            let submission: Submission = serde_json::from_str(body)?;
            Profile::of(&submission, instant(row.try_get("received_at")?))
        }
        None => lead_row::profile(row)?,
    };
    Ok(Past {
        id: LeadId(row.try_get("id")?),
        profile,
        then: Then::of(facts),
        touched_at: touched_at(row)?,
        owner: row.try_get::<Option<i64>, _>("last_owner")?.map(PersonId),
        turn_returned: row.try_get("returned")?,
    })
}

/// As reports tell it.
fn touched_at(row: &SqliteRow) -> Result<Option<DateTime<Utc>>, StoreError> {
    let at = |column| Ok::<_, StoreError>(row.try_get::<Option<i64>, _>(column)?.map(instant));
    let id = LeadId(row.try_get("id")?);
    let state: &str = row.try_get("state")?;
    let why = || "its state is none".to_owned();
    let standing =
        Standing::from_word(state).ok_or_else(|| StoreError::Corrupt { table: "lead", id: id.to_string(), why: why() })?;
    let seen = LeadRow {
        standing,
        since: instant(row.try_get("since")?),
        first_attempt_at: at("first_attempt_at")?,
        closed_at: at("closed_at")?,
        touched_at: at("touched_at")?,
        ..LeadRow::blank(id, instant(row.try_get("received_at")?))
    };
    Ok(seen.first_touch_at())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::decide::decide;
    use crate::domain::event::Event;
    use crate::domain::submission::{Contact, DedupeKey};
    use crate::domain::text::Untrusted;
    use crate::playbook::Playbook;
    use crate::store::{Cause, Options, Target};

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_789_378_000 + seconds, 0).unwrap()
    }

    /// Somebody asks, by their number.
    async fn asks(store: &Store, who: usize, need: &str, now: DateTime<Utc>) {
        let submission = Submission {
            source: "demo".into(),
            source_detail: None,
            dedupe_key: DedupeKey::Provider(format!("{who} {need}")),
            submitted_at: None,
            is_test: need == "test",
            person: Contact { email: Some(Untrusted::new(&format!("p{who}@example.com"))), ..Contact::default() },
            message: Some(Untrusted::new(need)),
            utm: std::collections::BTreeMap::new(),
            consent: std::collections::BTreeMap::new(),
            extras: Vec::new(),
        };
        let event = Event::Arrived { profile: Box::new(Profile::of(&submission, now)), taken_by: None };
        let cause = Cause::Submitted { part: None, submission: Box::new(submission) };
        store.apply(cause, Target::New, now, move |snapshot| decide(snapshot, &event, now)).await.unwrap();
    }

    #[tokio::test]
    async fn every_lead_of_the_span_comes_once_and_as_it_was_first_sent() {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { path: folder.path().join("leadbell.db"), seed: Playbook::example().to_owned() };
        let store = Store::open(&options, at(0)).await.unwrap();
        asks(&store, 9_000, "too old", at(0)).await;
        // More than two pages, many in the same instant.
        let many = (0..1_203).map(|who| asks(&store, who, "first", at(10 + who as i64 / 400)));
        futures_util::future::join_all(many).await;
        asks(&store, 7, "second", at(30)).await;
        asks(&store, 9_001, "test", at(31)).await;
        asks(&store, 9_002, "too new", at(99)).await;
        let (mut after, mut all, mut pages) = (After::start(at(10)), Vec::new(), 0);
        loop {
            let page = store.past_leads(after, at(40)).await.unwrap();
            let Some(last) = page.last() else { break };
            after = After::lead(last);
            pages += 1;
            all.extend(page);
        }
        assert_eq!((all.len(), pages), (1_203, 3));
        assert_eq!(store.past_count(at(10), at(40)).await.unwrap(), 1_203);
        let mut ids: Vec<_> = all.iter().map(|past| past.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 1_203, "none twice");
        assert!(all.is_sorted_by_key(|past| (past.profile.received_at, past.id)), "in the order in which they came in");
        let needs = all.iter().filter(|past| past.profile.need.as_ref().is_some_and(|need| need.raw() == "first"));
        assert_eq!(needs.count(), 1_203, "what came later is not in it");
        assert!(all.iter().all(|past| past.then.routed.is_some() && past.then.score.is_some() && past.then.due.is_some()));
    }
}
