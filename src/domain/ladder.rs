//! The team's ladder: who hears of a lead that nobody has, and for how long, until somebody has it.

use chrono::{DateTime, Duration, Utc};

use super::clocks::Clock;
use super::decision::{News, Recipient, Ring};
use super::draft::Draft;
use super::eligibility;
use super::fact::Fact;
use super::ids::{PersonId, TeamKey};
use super::lead::{Course, Lead, State, TriageWhy};
use super::promises;
use super::skills;
use super::snapshot::Snapshot;
use crate::playbook::{Step, Team, Whom};

/// Puts the lead on a rung of a team's ladder. Past the last rung a person must route it.
pub(super) fn climb(draft: &mut Draft<'_>, team: &TeamKey, step: usize) {
    let playbook = draft.playbook();
    let Some(team) = playbook.team(team) else { return to_triage(draft, TriageWhy::NoTeam) };
    match team.ladder.get(step) {
        Some(Step::HandToTeam { .. }) | None => {}
        Some(_) if team.hours.is_open(draft.now) || !team.hours.ever_open() => {}
        Some(_) => return until_open(draft, team, step),
    }
    match team.ladder.get(step) {
        Some(Step::Open { lasts }) => {
            wait(draft, team, step);
            if !crate::planted::is("rung-without-end") {
                draft.set(Clock::Step, team.hours.add(draft.now, *lasts));
            }
            show(draft, team, Ring::Card);
        }
        Some(Step::Mention { whom, lasts }) => {
            wait(draft, team, step);
            draft.set(Clock::Step, team.hours.add(draft.now, *lasts));
            let whom = match whom {
                Whom::Team => Ring::Team(team.key.clone()),
                Whom::Managers => Ring::Managers,
            };
            show(draft, team, whom);
        }
        Some(Step::Offer { .. }) => offer(draft, team, step, 1),
        Some(Step::AssignToNext) => match next_in_turn(draft, team) {
            Some(next) => {
                give(draft, team, step, next);
                note_choice(draft, next);
            }
            None => climb(draft, &team.key, step + 1),
        },
        Some(Step::AssignToCaptain) => match team.captain.as_deref().and_then(|handle| eligible(draft, team, handle)) {
            Some(captain) => give(draft, team, step, captain),
            None => ended(draft, &team.key),
        },
        Some(Step::AssignToPerson { handle }) => match eligible(draft, team, handle) {
            Some(person) => give(draft, team, step, person),
            None => climb(draft, &team.key, step + 1),
        },
        Some(Step::HandToTeam { team: other }) => {
            draft.record(Fact::MovedByItself);
            if draft.course().automatic_moves > playbook.promises.moves_max {
                to_triage(draft, TriageWhy::TooManyMoves);
            } else {
                climb(draft, other, 0);
            }
        }
        None => ended(draft, &team.key),
    }
}

/// Nobody of the team has it; managers are told when nobody ever could.
fn ended(draft: &mut Draft<'_>, team: &TeamKey) {
    let could = skills::is_among(draft.snapshot, &draft.lead, team);
    to_triage(draft, if could { TriageWhy::LadderEnded } else { TriageWhy::NobodySkilled });
}

/// Nobody is rung, asked or given anything in the night: it waits where it stands, free for whoever is up, until the team is there.
/// Then leads are let go in the order in which they came, so that nobody finds all of the night at once.
fn until_open(draft: &mut Draft<'_>, team: &Team, step: usize) {
    let opens = team.hours.next_open(draft.now);
    let one_by_one = draft.snapshot.beside.releases.get(&team.key).filter(|last| **last >= opens);
    let at = one_by_one.map_or(opens, |last| *last + gap(draft, team));
    draft.record(Fact::Waits { team: team.key.clone(), step, until_open: true });
    draft.set(Clock::Step, at);
    show(draft, team, Ring::Card);
}

/// On a card of its own; or, while more wait than anybody can look at, in one message with those that were not shown yet. A hot lead is
/// always seen, and so is whatever had a card before.
fn show(draft: &mut Draft<'_>, team: &Team, whom: Ring) {
    let before = draft.snapshot.lead.as_ref();
    let waits_already =
        before.is_some_and(|lead| matches!(&lead.course.state, State::Waiting { team: of, .. } if *of == team.key));
    let others =
        draft.snapshot.beside.waiting.get(&team.key).copied().unwrap_or_default().saturating_sub(u32::from(waits_already));
    let pile = others >= draft.playbook().card.pile_from && !draft.course().is_hot();
    match draft.course().piled {
        true if !pile => draft.record(Fact::Unpiled),
        false if pile && before.is_none() => draft.record(Fact::Piled),
        true | false => {}
    }
    draft.ring(whom);
}

/// Between two leads of a night: what one rep is given between two, divided by those who take them.
fn gap(draft: &Draft<'_>, team: &Team) -> Duration {
    let reps = draft.snapshot.roster.members(&team.key).filter(|(_, member)| member.weight > 0).count();
    draft.playbook().promises.opening_gap / i32::try_from(reps.max(1)).unwrap_or(i32::MAX)
}

/// When a lead that waits for its team is let go, and of which team.
#[must_use]
pub fn release(course: &Course) -> Option<(&TeamKey, DateTime<Utc>)> {
    match &course.state {
        State::Waiting { team, until_open: true, .. } => Some((team, course.clocks.due(Clock::Step)?)),
        State::Waiting { .. }
        | State::Offered { .. }
        | State::Owned { .. }
        | State::Pooled { .. }
        | State::Triage { .. }
        | State::Closed { .. }
        | State::Repair { .. } => None,
    }
}

/// Asks whose turn it is. Without anybody to ask the next rung begins.
fn offer(draft: &mut Draft<'_>, team: &Team, step: usize, nth: u8) {
    let Some(Step::Offer { lasts, .. }) = team.ladder.get(step) else { return climb(draft, &team.key, step + 1) };
    let Some(to) = next_in_turn(draft, team) else { return climb(draft, &team.key, step + 1) };
    let until = team.hours.add(draft.now, *lasts);
    draft.record(Fact::Offered { team: team.key.clone(), step, nth, to });
    note_choice(draft, to);
    if !crate::planted::is("offer-never-lapses") {
        draft.set(Clock::Step, until);
    }
    draft.tell(Recipient::Person(to), News::Offered { until });
}

/// Who was asked has passed, or did not answer: the next one, or the next rung.
pub(super) fn offer_ended(draft: &mut Draft<'_>, team: &TeamKey, step: usize, nth: u8) {
    let Some(team) = draft.playbook().team(team) else { return to_triage(draft, TriageWhy::NoTeam) };
    match team.ladder.get(step) {
        // The team has closed meanwhile: the rung begins again with those who were not asked yet.
        Some(Step::Offer { times, .. }) if nth < *times && !team.hours.is_open(draft.now) => climb(draft, &team.key, step),
        Some(Step::Offer { times, .. }) if nth < *times => offer(draft, team, step, nth + 1),
        _ => climb(draft, &team.key, step + 1),
    }
}

/// It was offered before, and whoever was asked neither has it nor is asked any more: they hear that it was settled without them.
pub(super) fn tell_of_a_lost_offer(draft: &mut Draft<'_>) {
    let Some(was_asked) = draft.snapshot.lead.as_ref().and_then(|lead| lead.course.state.asked()) else { return };
    let state = &draft.course().state;
    if ![state.asked(), state.owner()].contains(&Some(was_asked)) {
        let to = state.owner();
        draft.tell(Recipient::Person(was_asked), News::OfferGone { to });
    }
}

/// Whose turn it is among those who may have the lead now, asked before or not.
#[must_use]
pub fn next_for(snapshot: &Snapshot, lead: &Lead, team: &Team, now: DateTime<Utc>) -> Option<PersonId> {
    let order = skills::order(snapshot, lead, (&team.key, now), &snapshot.beside.asked);
    let may = |person: &PersonId| {
        let person = snapshot.roster.get(*person);
        person.is_some_and(|person| eligibility::check(snapshot, lead, &team.key, person, now).is_ok())
    };
    order.iter().map(|turn| turn.person).find(may)
}

/// Whose turn it is among those who may have it and were not asked yet.
fn next_in_turn(draft: &Draft<'_>, team: &Team) -> Option<PersonId> {
    let snapshot = draft.snapshot;
    let order = skills::order(snapshot, &draft.lead, (&team.key, draft.now), &snapshot.beside.asked);
    order.iter().map(|turn| turn.person).find(|person| {
        let may = |person| {
            eligibility::check(snapshot, &draft.lead, &team.key, person, draft.now).is_ok()
                || crate::planted::is("offer-to-anybody")
        };
        let is_new = !draft.course().asked.contains(person) || crate::planted::is("offer-to-the-same-again");
        is_new && snapshot.roster.get(*person).is_some_and(may)
    })
}

/// Keeps for what somebody came before the others.
fn note_choice(draft: &mut Draft<'_>, who: PersonId) {
    let preferred = |person| skills::preferred(&draft.lead, person, &draft.snapshot.playbook);
    let skills = draft.snapshot.roster.get(who).map(preferred).unwrap_or_default();
    if !skills.is_empty() {
        draft.record(Fact::ChosenFor { who, skills });
    }
}

/// Gives it to somebody without asking.
fn give(draft: &mut Draft<'_>, team: &Team, step: usize, to: PersonId) {
    // It stands on the rung first, so that it is the team's, in whose hours its promises run and in whose channel its card is.
    if draft.course().team.as_ref() != Some(&team.key) {
        wait(draft, team, step);
    }
    draft.record(Fact::MovedByItself);
    promises::own(draft, to, Fact::Assigned { to, by: None });
    draft.take_turn(to);
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
        Some(
            Step::Open { .. }
            | Step::Offer { .. }
            | Step::AssignToNext
            | Step::AssignToCaptain
            | Step::AssignToPerson { .. }
            | Step::HandToTeam { .. },
        )
        | None => Ring::Card,
    });
}

fn wait(draft: &mut Draft<'_>, team: &Team, step: usize) {
    draft.record(Fact::Waits { team: team.key.clone(), step, until_open: false });
}

fn eligible(draft: &Draft<'_>, team: &Team, handle: &str) -> Option<PersonId> {
    let person = draft.snapshot.roster.by_handle(handle)?;
    eligibility::check(draft.snapshot, &draft.lead, &team.key, person, draft.now).ok().map(|()| person.id)
}
