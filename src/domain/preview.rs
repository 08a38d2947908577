//! Where a lead would go and who would get it, as everything stands now: rules can be tried before they are in force.
//! Invariant: it asks what the real way asks: the same scores, routes, order and eligibility; and it changes nothing.

use chrono::{DateTime, Utc};

use super::company;
use super::eligibility;
use super::fact::Fact;
use super::fairness::Turn;
use super::ids::{LeadId, SkillKey, StageKey, TeamKey};
use super::lead::{Course, Lead, Profile};
use super::matching::Account;
use super::portrait;
use super::reply::Refusal;
use super::routing::{self, Routed, Tried};
use super::scoring::{self, Score};
use super::skills;
use super::snapshot::Snapshot;
use super::submission::{Contact, Submission};
use crate::playbook::Playbook;

/// What would become of a lead.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// What it would be worth, and why.
    pub score: Score,
    /// Rules of the score that could not be judged, and why.
    pub broken: Vec<Tried>,
    /// The rule that would hold, and those before it.
    pub routed: Routed,
    /// Who looks after the company already and would get it, and in which team.
    pub account: Option<(Account, TeamKey)>,
    /// The members of the team that the rules name, in order of turn.
    pub candidates: Vec<Candidate>,
}

/// Somebody who could get it.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Their place, with its numbers.
    pub turn: Turn,
    /// What the route prefers, of what they can do: more of it comes first.
    pub preferred: Vec<SkillKey>,
    /// Why they cannot have it now.
    pub refusal: Option<Refusal>,
}

/// What would become of `lead` if it came in now; `None` only for a playbook without teams.
#[must_use]
pub fn preview(snapshot: &Snapshot, lead: &Lead, now: DateTime<Utc>) -> Option<Preview> {
    let playbook = &snapshot.playbook;
    let values = portrait::values(&lead.profile, lead.course.work.submissions.max(1), playbook);
    let (score, broken) = scoring::score(&lead.profile, &values, playbook);
    let routed = routing::route(&values, &score, playbook)?;
    let mut lead = lead.clone();
    lead.course.evolve(&Fact::RoutedBy { routed: routed.clone() }, now);
    let account = routing::account_owner(snapshot, &lead, &routed.team, now);
    // It is not asked about yet when it comes in.
    let mut asked = snapshot.beside.asked.clone();
    if let Some(count) = lead.course.state.asked().and_then(|to| asked.get_mut(&to)) {
        *count = count.saturating_sub(1);
    }
    let order = skills::order(snapshot, &lead, (&routed.team, now), &asked);
    let candidate = |turn: Turn| {
        let person = snapshot.roster.get(turn.person)?;
        let refusal = eligibility::check(snapshot, &lead, &routed.team, person, now).err();
        let preferred = skills::preferred(&lead, person, playbook);
        Some(Candidate { turn, preferred, refusal })
    };
    let candidates = order.into_iter().filter_map(candidate).collect();
    Some(Preview { score, broken, routed, account, candidates })
}

/// A lead that nobody sent.
#[must_use]
pub fn made_up(profile: Profile, now: DateTime<Utc>) -> Lead {
    Lead { id: LeadId(0), rev: 0, profile, course: Course::new(StageKey::from("open"), now) }
}

/// What a submission would be as a lead.
#[must_use]
pub fn submitted(submission: Submission, playbook: &Playbook, now: DateTime<Utc>) -> Lead {
    let Submission { source, source_detail, is_test, person, message, utm, extras, .. } = submission;
    let domain = person.email.as_ref().and_then(|email| company::domain(email.raw(), &playbook.matching));
    let contact = Contact { domain: domain.or_else(|| person.domain.clone()), ..person };
    let profile = Profile { source_detail, contact, need: message, extras, utm, is_test, ..Profile::blank(source, now) };
    made_up(profile, now)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::*;
    use crate::domain::fairness::{Entry, EntryWhy, Ledger};
    use crate::domain::ids::PersonId;
    use crate::domain::matching::KinKind;
    use crate::domain::person::{Person, Presence, Roster};
    use crate::domain::snapshot::Beside;

    const PLAYBOOK: &str = r#"
[company]
name = "Acme"
timezone = "UTC"

[[team]]
key = "dach"
channel = "leads"
captain = "ann"

[[team]]
key = "world"
channel = "world"
captain = "ann"

[[score]]
when = 'lead.source == "demo"'
points = 30
why = "demo form"

[[route]]
name = "DE demo"
when = 'lead.country == "DE" && lead.source == "demo"'
team = "dach"

[[route]]
name = "everything else"
team = "world"
"#;

    fn now() -> DateTime<Utc> {
        "2026-09-14T09:00:00Z".parse().unwrap()
    }

    fn person(id: i64, presence: Presence) -> Person {
        Person { presence, ..Person::rep(id, "dach") }
    }

    fn snapshot() -> Snapshot {
        let mut ledger = Ledger::default();
        let entry = |person, turns| Entry {
            team: "dach".into(),
            person: PersonId(person),
            why: EntryWhy::Taken,
            turns,
            credit_micro: 0,
            at: now(),
        };
        ledger.enter(&entry(1, 1));
        let people =
            vec![person(1, Presence::Available), person(2, Presence::Away { until: None }), person(3, Presence::Available)];
        Snapshot {
            id: LeadId(0),
            lead: None,
            roster: Arc::new(Roster::new(people)),
            untouched: BTreeMap::new(),
            playbook: Arc::new(Playbook::read(PLAYBOOK).unwrap()),
            beside: Beside { ledger: Arc::new(ledger), ..Beside::default() },
        }
    }

    fn demo(country: &str) -> Lead {
        let mut profile = Profile::blank("demo".into(), now());
        profile.contact.country = Some(country.to_owned());
        made_up(profile, now())
    }

    #[test]
    fn it_tells_the_score_the_rule_and_the_order_with_what_stands_against_each() {
        let told = preview(&snapshot(), &demo("DE"), now()).unwrap();
        assert_eq!((told.score.points, told.routed.rule.as_str(), told.routed.team.as_str()), (33, "DE demo", "dach"));
        let order: Vec<_> = told.candidates.iter().map(|c| (c.turn.person.0, c.refusal.clone())).collect();
        assert_eq!(order, [(2, Some(Refusal::Away { until: None, cover: None })), (3, None), (1, None)]);
    }

    #[test]
    fn a_rule_that_does_not_hold_is_told_with_the_part_that_did_not() {
        let told = preview(&snapshot(), &demo("FR"), now()).unwrap();
        assert_eq!(told.routed.team.as_str(), "world");
        let tried: Vec<_> = told.routed.tried.iter().map(|t| (t.rule.as_str(), t.clause.as_str())).collect();
        assert_eq!(tried, [("DE demo", "lead.country == \"DE\"")]);
        assert!(told.candidates.is_empty(), "nobody works there: {:?}", told.candidates);
    }

    #[test]
    fn whoever_looks_after_the_company_gets_it_while_they_may() {
        let of = |owner| {
            let mut snapshot = snapshot();
            snapshot.beside.account = Some(Account { owner: PersonId(owner), lead: LeadId(1001), kind: KinKind::Customer });
            preview(&snapshot, &demo("DE"), now()).unwrap().account.map(|(account, team)| (account.owner.0, team))
        };
        assert_eq!(of(3), Some((3, "dach".into())));
        assert_eq!(of(2), None, "they are away");
    }
}
