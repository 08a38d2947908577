//! The team's ladder: who hears of a lead that nobody has, and for how long, until somebody has it.

use super::clocks::Clock;
use super::decision::{News, Recipient, Ring};
use super::draft::Draft;
use super::eligibility;
use super::fact::Fact;
use super::ids::{PersonId, TeamKey};
use super::lead::TriageWhy;
use super::promises;
use crate::playbook::{Step, Team, Whom};

/// Puts the lead on a rung of a team's ladder. Past the last rung a person must route it.
pub(super) fn climb(draft: &mut Draft<'_>, team: &TeamKey, step: usize) {
    let playbook = draft.playbook();
    let Some(team) = playbook.team(team) else { return to_triage(draft, TriageWhy::NoTeam) };
    match team.ladder.get(step) {
        Some(Step::Open { lasts }) => {
            wait(draft, team, step);
            if !crate::planted::is("rung-without-end") {
                draft.set(Clock::Step, team.hours.add(draft.now, *lasts));
            }
            draft.ring(Ring::Card);
        }
        Some(Step::Mention { whom, lasts }) => {
            wait(draft, team, step);
            draft.set(Clock::Step, team.hours.add(draft.now, *lasts));
            draft.ring(match whom {
                Whom::Team => Ring::Team(team.key.clone()),
                Whom::Managers => Ring::Managers,
            });
        }
        Some(Step::AssignToCaptain) => match eligible_captain(draft, team) {
            Some(captain) => {
                draft.record(Fact::MovedByItself);
                promises::own(draft, captain, Fact::Assigned { to: captain, by: None });
            }
            None => to_triage(draft, TriageWhy::LadderEnded),
        },
        None => to_triage(draft, TriageWhy::LadderEnded),
    }
}

/// Back to the first rung of its own team, after somebody had it and did not keep it.
pub(super) fn restart(draft: &mut Draft<'_>) {
    match draft.course().team.clone() {
        Some(team) => climb(draft, &team, 0),
        None => to_triage(draft, TriageWhy::NoTeam),
    }
}

/// A person must route it: managers are told, and told again while it stands there.
pub(super) fn to_triage(draft: &mut Draft<'_>, why: TriageWhy) {
    draft.record(Fact::ToTriage { why });
    draft.set(Clock::Triage, draft.playbook().company.hours.add(draft.now, draft.playbook().promises.triage));
    draft.tell(Recipient::Managers, News::NeedsRouting { why });
}

/// Rings once more those whom its rung rings.
pub(super) fn ring_again(draft: &mut Draft<'_>, team: &TeamKey, step: usize) {
    let rung = draft.playbook().team(team).and_then(|team| team.ladder.get(step));
    draft.ring(match rung {
        Some(Step::Mention { whom: Whom::Team, .. }) => Ring::Team(team.clone()),
        Some(Step::Mention { whom: Whom::Managers, .. }) => Ring::Managers,
        Some(Step::Open { .. } | Step::AssignToCaptain) | None => Ring::Card,
    });
}

fn wait(draft: &mut Draft<'_>, team: &Team, step: usize) {
    draft.record(Fact::Waits { team: team.key.clone(), step });
}

fn eligible_captain(draft: &Draft<'_>, team: &Team) -> Option<PersonId> {
    let captain = draft.snapshot.roster.by_handle(team.captain.as_deref()?)?;
    eligibility::check(draft.snapshot, &draft.lead, &team.key, captain, draft.now).ok().map(|()| captain.id)
}
