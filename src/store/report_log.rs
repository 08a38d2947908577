//! What reports read out of the log: each time that a lead was lost, and how it went from stage to stage.
//! The log is read once, in its own order, and only the lines that say something of it are parsed: a line's kind is that of its first fact,
//! so that it does not tell.

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt as _;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use std::collections::HashMap;

use super::time::{instant, millis};
use super::{ReportRows, StoreError, lead_row};
use crate::domain::fact::Fact;
use crate::domain::ids::LeadId;
use crate::domain::lead::{Exit, Profile, State};
use crate::reports::funnel::Moves;
use crate::reports::lost::{Loss, Losses};
use crate::reports::rows::Names;

const ENDS: &str = r#"-- report::ends
SELECT lead, at, facts FROM activity
WHERE at >= $1 AND (instr(facts, '"fact":"closed"') > 0 OR instr(facts, '"fact":"came_back"') > 0 OR instr(facts, '"fact":"reopened"') > 0
  OR instr(facts, '"fact":"undone"') > 0)
ORDER BY lead, rev"#;
const MOVES: &str = r#"-- report::moves
SELECT a.lead, a.at, a.facts FROM lead l JOIN activity a ON a.lead = l.id
WHERE l.received_at >= $1 AND l.received_at < $2 AND (a.rev = 1 OR instr(a.facts, '"fact":"stage_set"') > 0 OR instr(a.facts, '"fact":"undone"') > 0
    OR instr(a.facts, '"fact":"went_quiet"') > 0)
ORDER BY l.received_at, l.id, a.rev"#;
const PROFILES: &str = "-- report::profiles
SELECT id, received_at, source, source_detail, is_test, unauthenticated, contact, need, answers FROM lead
WHERE received_at >= $1 AND received_at < $2";

struct Line {
    lead: LeadId,
    at: DateTime<Utc>,
    facts: Vec<Fact>,
}

fn line(row: &SqliteRow) -> Result<Line, StoreError> {
    Ok(Line { lead: LeadId(row.try_get(0)?), at: instant(row.try_get(1)?), facts: serde_json::from_str(row.try_get(2)?)? })
}

impl ReportRows {
    /// Each time that each lead was lost since then; what was taken back is none. To look through the lines of the log is the dear part, so
    /// that it costs what the span costs.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn losses(&mut self, since: DateTime<Utc>, names: &mut Names) -> Result<Losses, StoreError> {
        let reasons = &mut names.reasons;
        let mut losses = Losses::new();
        let mut rows = sqlx::query(ENDS).bind(millis(since)).fetch(&mut self.conn);
        while let Some(row) = rows.try_next().await? {
            let Line { lead, at, facts } = line(&row)?;
            for fact in facts {
                match fact {
                    Fact::Closed { exit: Exit::Unqualified | Exit::Suppressed, reason, .. } => {
                        let reason = reason.map(|key| reasons.enrol(key.as_str()));
                        losses.entry(lead).or_default().push(Loss { at, reason, back_at: None });
                    }
                    Fact::CameBack { .. } | Fact::Reopened { .. } => {
                        if let Some(loss) = losses.get_mut(&lead).and_then(|all| all.last_mut()) {
                            loss.back_at.get_or_insert(at);
                        }
                    }
                    Fact::Undone { to } => take_back(losses.entry(lead).or_default(), &to.state),
                    _ => {}
                }
            }
        }
        losses.retain(|_, losses| !losses.is_empty());
        Ok(losses)
    }

    /// Each stage that leads came to, of those received from the first instant to before the second; moves that were taken back are left out.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn moves(
        &mut self,
        (from, to): (DateTime<Utc>, DateTime<Utc>),
        names: &mut Names,
    ) -> Result<HashMap<LeadId, Moves>, StoreError> {
        let stages = &mut names.stages;
        let mut moves: HashMap<LeadId, Moves> = HashMap::new();
        let mut rows = sqlx::query(MOVES).bind(millis(from)).bind(millis(to)).fetch(&mut self.conn);
        while let Some(row) = rows.try_next().await? {
            let Line { lead, at, facts } = line(&row)?;
            for fact in facts {
                let path = moves.entry(lead).or_default();
                match fact {
                    Fact::Received { stage } | Fact::StageSet { to: stage } | Fact::WentQuiet { stage } => {
                        path.push((stages.enrol(stage.as_str()), at))
                    }
                    Fact::Undone { to } => {
                        let back = stages.enrol(to.stage.as_str());
                        while path.len() > 1 && path.last().is_some_and(|(stage, _)| *stage != back) {
                            path.pop();
                        }
                    }
                    _ => {}
                }
            }
        }
        Ok(moves)
    }

    /// What leads say of themselves, of those that are meant and were received from the first instant to before the second.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn profiles(
        &mut self,
        (from, to): (DateTime<Utc>, DateTime<Utc>),
        is_meant: impl Fn(LeadId) -> bool,
        mut take: impl FnMut(LeadId, &Profile),
    ) -> Result<(), StoreError> {
        let mut rows = sqlx::query(PROFILES).bind(millis(from)).bind(millis(to)).fetch(&mut self.conn);
        while let Some(row) = rows.try_next().await? {
            let lead = LeadId(row.try_get("id")?);
            if is_meant(lead) {
                take(lead, &lead_row::profile(&row)?);
            }
        }
        Ok(())
    }
}

/// What was done last is as if it had not been: an end that is no more, or a return from the end that it is in again.
fn take_back(losses: &mut Vec<Loss>, state: &State) {
    let Some(last) = losses.last_mut() else { return };
    match (state, last.back_at) {
        (State::Closed { at, .. }, Some(_)) if *at == last.at => last.back_at = None,
        (State::Closed { .. }, _) => {}
        (_, None) => drop(losses.pop()),
        (_, Some(_)) => {}
    }
}
