//! What a lead is worth, and why: points of the playbook's rules, and more for knowing more.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::decision::Decision;
use super::draft::Draft;
use super::fact::Fact;
use super::lead::{Lead, Profile};
use super::portrait::{self, Values};
use super::reply::Reply;
use super::routing::{self, Tried};
use super::snapshot::Snapshot;
use super::{sequences, signals};
use crate::playbook::rule::Verdict;
use crate::playbook::{Playbook, Scoring};

/// What a lead is worth, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// From 0 to 100.
    pub points: u8,
    /// What that means to the company.
    pub tier: Tier,
    /// What gave or took points, the most telling first.
    pub parts: Vec<Part>,
}

/// Something that gave or took points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// So many.
    pub points: i16,
    /// The rule's reason.
    pub why: String,
}

/// What a score means to the company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Long followed, or nothing known.
    Cold,
    /// Interested.
    Warm,
    /// To be called at once.
    Hot,
}

impl Tier {
    /// As rules and people write it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Tier::Cold => "cold",
            Tier::Warm => "warm",
            Tier::Hot => "hot",
        }
    }

    fn of(points: u8, scoring: &Scoring) -> Self {
        match () {
            () if points >= scoring.hot => Tier::Hot,
            () if points >= scoring.warm => Tier::Warm,
            () => Tier::Cold,
        }
    }
}

/// Looks again what the lead is worth, with all that is known by now.
pub(super) fn renew(draft: &mut Draft<'_>) {
    let (score, broken) = of(&draft.lead, draft.playbook(), draft.now);
    routing::tell_of_broken(draft, &broken);
    if draft.course().score.as_ref() != Some(&score) {
        draft.record(Fact::Scored { score });
    }
}

/// What a lead is worth at `now`, with what has become of it since it came in; and the rules that could not be judged.
#[must_use]
pub fn of(lead: &Lead, playbook: &Playbook, now: DateTime<Utc>) -> (Score, Vec<Tried>) {
    let values = portrait::values(&lead.profile, lead.course.work.submissions, playbook);
    let values = portrait::lived(values, lead, playbook, now);
    sum((&lead.profile, &values), signals::parts(&lead.course, playbook, now), playbook)
}

/// Something was done: an open lead may be worth more or less for it.
pub(super) fn follow(draft: &mut Draft<'_>) {
    let is_lived = draft.playbook().scoring.lived || !draft.course().signals.is_empty();
    if draft.has_changed() && is_lived && !draft.course().state.is_closed() {
        renew(draft);
    }
}

/// A day went by, or other rules are in force: looks whether an open lead is worth as much as before.
pub(super) fn aged(snapshot: &Snapshot, lead: Lead, now: DateTime<Utc>) -> Decision {
    let mut draft = Draft::new(snapshot, lead, None, now);
    if !draft.course().state.is_closed() {
        renew(&mut draft);
        sequences::begin(&mut draft);
    }
    draft.done(Reply::Nobody)
}

/// What a lead of these values is worth that has given no signal, and the rules that could not be judged.
#[must_use]
pub fn score(profile: &Profile, values: &Values, playbook: &Playbook) -> (Score, Vec<Tried>) {
    sum((profile, values), Vec::new(), playbook)
}

/// Points of rules, of completeness, and `parts` besides.
fn sum((profile, values): (&Profile, &Values), mut parts: Vec<Part>, playbook: &Playbook) -> (Score, Vec<Tried>) {
    let scoring = &playbook.scoring;
    let mut subject = portrait::subject(values.clone());
    let mut broken = Vec::new();
    for rule in &scoring.rules {
        match rule.when.judge(&mut subject) {
            Verdict::Holds => parts.push(Part { points: rule.points, why: rule.why.clone() }),
            Verdict::Fails { .. } => {}
            Verdict::Broken { clause, why } => broken.push(Tried { rule: rule.why.clone(), clause, broken: Some(why) }),
        }
    }
    let known = (portrait::completeness(profile) * f64::from(scoring.completeness)).round();
    #[expect(clippy::cast_possible_truncation, reason = "at most 100")]
    let known = known as i16;
    if known > 0 {
        parts.push(Part { points: known, why: "much is known".to_owned() });
    }
    parts.sort_by_key(|part| std::cmp::Reverse(part.points.abs()));
    let sum: i32 = parts.iter().map(|part| i32::from(part.points)).sum();
    let points = u8::try_from(sum.clamp(0, 100)).unwrap_or(100);
    (Score { points, tier: Tier::of(points, scoring), parts }, broken)
}
