//! What must always hold, looked up in the database as it stands.
//! The schema refuses most of what would be wrong; this finds what SQL cannot refuse, and what was done to the file from outside.

use chrono::{DateTime, Duration, Utc};
use sqlx::Row as _;

use super::time::millis;
use super::{Store, StoreError, lead_row};
use crate::domain::lead::Course;

/// How long something may be overdue before it is called forgotten.
const GRACE: Duration = Duration::seconds(60);

/// Holds as long as the chat takes everything: says nothing about a copy.
pub(super) const GIVEN_UP: &str = "nothing was given up";

/// Leads read in one pass.
const AT_ONCE: i64 = 500;

const SOUND: &str = "-- audit::sound\nSELECT integrity_check AS what FROM pragma_integrity_check WHERE integrity_check <> 'ok'";
const KEYS: &str = "-- audit::keys\nSELECT \"table\" || ' ' || coalesce(rowid, '?') AS what FROM pragma_foreign_key_check";
const ALARMS: &str = "-- audit::alarms\nSELECT 'L-' || id AS what FROM lead WHERE wake_at < $1";
const LOGS: &str = "-- audit::logs
SELECT 'L-' || l.id AS what FROM lead l WHERE l.rev <> (SELECT max(a.rev) FROM activity a WHERE a.lead = l.id)
  OR l.rev <> (SELECT count(*) FROM activity a WHERE a.lead = l.id)";
const CARDS: &str = "-- audit::cards
SELECT 'L-' || l.id AS what FROM lead l WHERE l.team IS NOT NULL AND NOT EXISTS (SELECT 1 FROM card c WHERE c.lead = l.id)
  AND NOT (l.piled = 1 AND EXISTS (SELECT 1 FROM card c WHERE c.lead IS NULL))";
const LATE_CARDS: &str = "-- audit::late_cards
SELECT coalesce('L-' || lead, 'those that wait') || ' in ' || channel AS what FROM card WHERE dead IS NULL AND shown < wanted AND due_at < $1";
const DEAD: &str = "-- audit::dead
SELECT 'card of ' || coalesce('L-' || lead, 'those that wait') || ': ' || dead AS what FROM card WHERE dead IS NOT NULL
UNION ALL SELECT 'notice ' || id || ': ' || coalesce(why, '') FROM notice WHERE state = 'dead'";
const DELIVERIES: &str =
    "-- audit::deliveries\nSELECT 'delivery ' || id AS what FROM delivery WHERE state = 'new' AND received_at < $1";
const FETCHES: &str = "-- audit::fetches
SELECT 'delivery ' || d.id AS what FROM delivery d WHERE d.state = 'fetching'
  AND NOT EXISTS (SELECT 1 FROM fetch f WHERE f.delivery = d.id AND f.state = 'due' AND f.due_at >= $1)";
const DONE_WITHOUT: &str = "-- audit::done_without
SELECT 'delivery ' || d.id AS what FROM delivery d WHERE d.state = 'done' AND NOT EXISTS (SELECT 1 FROM submission s WHERE s.delivery = d.id)
  AND NOT EXISTS (SELECT 1 FROM signal g WHERE g.delivery = d.id)";
const NOTICES: &str = "-- audit::notices\nSELECT 'notice ' || id AS what FROM notice WHERE state = 'pending' AND due_at < $1";
const MISPLACED: &str = "-- audit::misplaced
SELECT 'notice ' || n.id AS what FROM notice n JOIN lead l ON l.id = n.lead WHERE n.state = 'pending' AND n.epoch < l.epoch";
const TURNS: &str = "-- audit::turns
SELECT 'L-' || l.id AS what FROM lead l WHERE (SELECT coalesce(sum(t.turns), 0) FROM turn t WHERE t.lead = l.id) <>
  (SELECT coalesce(sum(CASE json_extract(f.value, '$.fact') WHEN 'turn_taken' THEN 1 WHEN 'turn_returned' THEN -1 ELSE 0 END), 0)
   FROM activity a, json_each(a.facts) f WHERE a.lead = l.id)";
const DEALS: &str = "-- audit::deals
SELECT 'L-' || l.id AS what FROM lead l WHERE
  (SELECT group_concat(d.nth || d.state || coalesce(d.value_minor, '') || coalesce(d.currency, '')) FROM deal d WHERE d.lead = l.id) IS NOT
  (SELECT group_concat(j.key || coalesce(json_extract(j.value, '$.end.how'), 'open') || coalesce(json_extract(j.value, '$.value.minor'), '')
    || coalesce(json_extract(j.value, '$.value.currency'), '')) FROM json_each(l.course, '$.deals') j)";
const LEADS: &str = "-- audit::leads
SELECT id, rev, course, received_at, source, source_detail, is_test, unauthenticated, contact, need, answers, state, owner, touched, wake_at, tries
FROM lead WHERE id > $1 ORDER BY id LIMIT $2";

/// One thing that must hold, and where it does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What must hold.
    pub holds: &'static str,
    /// Where it does not; empty when it holds.
    pub broken: Vec<String>,
}

/// Statement, what it holds, whether it asks for a time.
const CHECKS: &[(&str, &str, Ago)] = &[
    (SOUND, "the file is sound", Ago::No),
    (KEYS, "nothing points at what is not there", Ago::No),
    (LOGS, "every revision of a lead has its line in the log, without gaps", Ago::No),
    (ALARMS, "no clock is overdue", Ago::Yes),
    (CARDS, "every lead that has a team has a card", Ago::No),
    (LATE_CARDS, "every card shows its lead's latest state", Ago::Yes),
    (DELIVERIES, "every delivery was worked", Ago::Yes),
    (FETCHES, "what every delivery of ids stands for is being asked for", Ago::Yes),
    (DONE_WITHOUT, "every delivery that was worked left its submission", Ago::No),
    (NOTICES, "every notice that is due was sent", Ago::Yes),
    (MISPLACED, "no notice waits whose reason has gone", Ago::No),
    (TURNS, "the ledger sums to the moves that made it", Ago::No),
    (DEALS, "the deals that are counted are those that leads carry", Ago::No),
    (DEAD, GIVEN_UP, Ago::No),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ago {
    Yes,
    No,
}

impl Store {
    /// Looks at everything that must hold.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn audit(&self, now: DateTime<Utc>) -> Result<Vec<Finding>, StoreError> {
        let mut findings = Vec::new();
        for &(sql, holds, ago) in CHECKS {
            let mut query = sqlx::query(sql);
            if ago == Ago::Yes {
                query = query.bind(millis(now - GRACE));
            }
            let rows = query.fetch_all(self.readers()).await?;
            let broken = rows.iter().map(|row| row.try_get("what")).collect::<Result<Vec<String>, _>>()?;
            findings.push(Finding { holds, broken });
        }
        findings.push(self.audit_replay().await?);
        let broken = self.unlisted().await?;
        findings.push(Finding { holds: "whoever asked to be left alone is on the list of those who are", broken });
        Ok(findings)
    }

    /// Replays every lead's log and compares it with its row.
    async fn audit_replay(&self) -> Result<Finding, StoreError> {
        let mut broken = Vec::new();
        let mut after = 0_i64;
        loop {
            let rows = sqlx::query(LEADS).bind(after).bind(AT_ONCE).fetch_all(self.readers()).await?;
            let Some(last) = rows.last() else { break };
            after = last.try_get("id")?;
            for row in &rows {
                let lead = lead_row::read(row)?;
                let log = self.log(lead.id).await?;
                let facts = log.iter().flat_map(|line| line.facts.iter().map(|fact| (line.at, fact)));
                let columns = lead.course.state.word() == row.try_get::<&str, _>("state")?
                    && lead.course.state.owner().map(|o| o.0) == row.try_get("owner")?
                    && lead.course.clocks.wake_at().map(millis) == row.try_get("wake_at")?
                    && i64::from(lead.course.work.tries()) == row.try_get::<i64, _>("tries")?;
                if !columns || Course::replay(facts).as_ref() != Some(&lead.course) {
                    broken.push(lead.id.to_string());
                }
            }
        }
        Ok(Finding { holds: "every lead is what its log says", broken })
    }
}
