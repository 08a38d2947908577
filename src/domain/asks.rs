//! What people may ask of a lead, and what they are answered.
//! A rule that says no records nothing: the reply is all that happens.

use super::clocks::Clock;
use super::customers;
use super::deals;
use super::decision::{News, Recipient};
use super::dispositions::{self, Given};
use super::draft::Draft;
use super::eligibility;
use super::event::Ask;
use super::fact::Fact;
use super::ids::{PersonId, ReasonKey, TeamKey};
use super::ladder;
use super::lead::{Channel, Exit, Outcome, State, TriageWhy};
use super::person::Person;
use super::promises;
use super::repair;
use super::reply::{Need, Refusal, Reply, Unknown};
use super::sequences;
use super::tags;
use crate::playbook::StageKind;

pub(super) fn answer(draft: &mut Draft<'_>, by: &Person, ask: &Ask) -> Reply {
    match ask {
        Ask::Claim => claim(draft, by),
        Ask::Pass { reason } => pass(draft, by, reason.as_ref()),
        Ask::Release { reason } => with_owner(draft, by, |draft, owner| release(draft, owner, reason)),
        Ask::WrongTeam { reason } => wrong_team(draft, by, reason),
        Ask::Assign { to, reason } => assign(draft, by, *to, reason),
        Ask::Route { team } => route(draft, by, team),
        Ask::Log { channel, outcome, note } => {
            let attempt = Attempt { channel: *channel, outcome: *outcome, note };
            match draft.course().state {
                // Who had it may have written to them, or been called, while it sleeps.
                State::Pooled { owner, .. } if owner == Some(by.id) || by.manages() => log(draft, by.id, attempt),
                State::Waiting { .. }
                | State::Offered { .. }
                | State::Owned { .. }
                | State::Pooled { .. }
                | State::Triage { .. }
                | State::Repair { .. }
                | State::Closed { .. } => with_keeper(draft, by, |draft, _| log(draft, by.id, attempt)),
            }
        }
        Ask::FollowUp { at, note } => with_keeper(draft, by, |draft, _| {
            if customers::is_customer(draft.course()) && draft.snapshot.beside.is_left_alone {
                return Reply::Suppressed;
            }
            if !dispositions::is_plannable(draft.now, *at) {
                return Reply::NotInFuture;
            }
            draft.words.clone_from(note);
            draft.record(Fact::FollowUpSet { at: *at });
            promises::keep_going(draft);
            customers::active(draft);
            Reply::FollowUpSet { at: *at }
        }),
        Ask::Note { text } => note(draft, by.id, text),
        Ask::Stage { to } => with_owner(draft, by, |draft, _| {
            let Some(stage) = draft.playbook().stage(to) else { return Reply::Unknown(Unknown::Stage(to.to_string())) };
            // Won and lost have doors of their own, with questions of their own.
            if matches!(stage.kind, StageKind::Customer | StageKind::Inactive | StageKind::Unqualified) {
                return Reply::StageHasDoor { kind: stage.kind };
            }
            draft.record(Fact::StageSet { to: to.clone() });
            promises::keep_going(draft);
            Reply::StageSet { name: stage.name.clone() }
        }),
        Ask::Disqualify { reason, detail, until, original } => {
            disqualify(draft, by, reason, Given { detail: detail.clone(), until: *until, original: *original, decider: None })
        }
        Ask::DecidedBy { reason, detail, who } => {
            let decider = Some((**who).clone());
            disqualify(draft, by, reason, Given { detail: detail.clone(), until: None, original: None, decider })
        }
        Ask::Won { value } => with_owner(draft, by, |draft, owner| {
            let reply = dispositions::convert(draft, None, *value);
            tell_owner_it_is_gone(draft, owner);
            reply
        }),
        Ask::Deal { value } => with_owner(draft, by, |draft, _| deals::make(draft, *value)),
        Ask::Reopen => reopen(draft, by),
        Ask::Reveal if repair::may_mend(&draft.course().state, by, &draft.snapshot.roster, draft.now) => {
            draft.record(Fact::Revealed { by: by.id });
            Reply::Revealed
        }
        Ask::Reveal => with_keeper(draft, by, |draft, _| {
            draft.record(Fact::Revealed { by: by.id });
            Reply::Revealed
        }),
        Ask::StillMine => with_owner(draft, by, |draft, owner| {
            if owner != by.id && !covers(draft, by, owner) {
                return Reply::NotAllowed(Need::OwnerOrManager { owner: Some(owner) });
            }
            draft.record(Fact::StillMine);
            promises::keep_going(draft);
            Reply::StillYours
        }),
        Ask::Merge { into } => super::merge::ask(draft, by, *into),
        Ask::Tag { tag } => tags::tag(draft, by, tag),
        Ask::Untag { tag } => tags::untag(draft, by, tag),
        Ask::Requeue => requeue(draft, by),
        Ask::StopSequence => sequences::stop(draft, by),
        Ask::Undo => super::undo::undo(draft, by),
        Ask::Mend { to } => repair::mend(draft, by, to),
        Ask::CannotMend => repair::give_up(draft, by),
        Ask::Help(about) => super::help::ask(draft, by, about),
        Ask::Trade(about) => super::trade::ask(draft, by, about),
        Ask::WriteInThread { text } => with_owner(draft, by, |draft, _| note(draft, by.id, text)),
        Ask::Unlog { channel, outcome } => super::undo::unlog(draft, by, (*channel, *outcome)),
        Ask::GiveNext => give_next(draft, by),
        Ask::Done { note } => with_keeper(draft, by, |draft, _| {
            if draft.course().follow_up.is_none() {
                return Reply::NothingPlanned;
            }
            draft.words.clone_from(note);
            draft.record(Fact::FollowUpDone { by: by.id });
            promises::keep_going(draft);
            customers::active(draft);
            Reply::PlanDone
        }),
    }
}

fn disqualify(draft: &mut Draft<'_>, by: &Person, reason: &ReasonKey, given: Given) -> Reply {
    with_owner(draft, by, |draft, owner| {
        let Some(reason) = draft.playbook().reason(reason) else {
            return Reply::Unknown(Unknown::Reason(reason.to_string()));
        };
        let reply = dispositions::dispose(draft, reason, given, Some(owner));
        tell_owner_it_is_gone(draft, owner);
        reply
    })
}

fn claim(draft: &mut Draft<'_>, by: &Person) -> Reply {
    match draft.course().state.clone() {
        State::Waiting { team, .. } => match eligibility::check(draft.snapshot, &draft.lead, &team, by, draft.now) {
            Ok(()) => take(draft, by),
            Err(refusal) => Reply::NotEligible(refusal),
        },
        State::Offered { to, .. } if to != by.id && !by.manages() => {
            Reply::OfferedTo { to, until: draft.course().clocks.due(Clock::Step) }
        }
        State::Offered { team, .. } => match eligibility::check(draft.snapshot, &draft.lead, &team, by, draft.now) {
            Ok(()) => take(draft, by),
            Err(refusal) => Reply::NotEligible(refusal),
        },
        State::Owned { by: owner, .. } if owner == by.id => Reply::AlreadyYours,
        State::Owned { .. } if crate::planted::is("second-owner") => {
            promises::own(draft, by.id, Fact::Claimed { by: by.id });
            Reply::Claimed { due: None }
        }
        State::Owned { by: owner, since, .. } => Reply::ClaimedBy { by: owner, since },
        State::Triage { .. } if by.manages() => take_out_of_triage(draft, by),
        State::Triage { .. } => Reply::NotAllowed(Need::Manager),
        State::Pooled { .. } | State::Closed { .. } | State::Repair { .. } => Reply::NotNow,
    }
}

/// A manager routes it to themselves: no turn is spent, as with all that they move.
fn take_out_of_triage(draft: &mut Draft<'_>, by: &Person) -> Reply {
    let Some(team) = team_for(draft, by) else { return Reply::NotNow };
    if let Err(refusal) = eligibility::check(draft.snapshot, &draft.lead, &team, by, draft.now) {
        return Reply::NotEligible(refusal);
    }
    if draft.course().team.as_ref() != Some(&team) {
        draft.record(Fact::Waits { team, step: 0, until_open: false });
    }
    promises::own(draft, by.id, Fact::Claimed { by: by.id });
    Reply::Claimed { due: draft.course().clocks.due(Clock::FirstTouch) }
}

fn take(draft: &mut Draft<'_>, by: &Person) -> Reply {
    promises::own(draft, by.id, Fact::Claimed { by: by.id });
    draft.take_turn(by.id);
    Reply::Claimed { due: draft.course().clocks.due(Clock::FirstTouch) }
}

/// Who is asked does not want it: nothing is lost, and the next one is asked.
fn pass(draft: &mut Draft<'_>, by: &Person, reason: Option<&String>) -> Reply {
    let State::Offered { team, step, nth, to, .. } = draft.course().state.clone() else { return Reply::NotNow };
    if to != by.id && !by.manages() {
        return Reply::OfferedTo { to, until: draft.course().clocks.due(Clock::Step) };
    }
    draft.words = reason.cloned();
    draft.record(Fact::Passed { by: to });
    ladder::offer_ended(draft, &team, step, nth);
    Reply::Passed
}

fn release(draft: &mut Draft<'_>, owner: PersonId, reason: &str) -> Reply {
    if is_blank(reason) {
        return Reply::SayWhy;
    }
    draft.words = Some(reason.to_owned());
    let cooling_until = draft.now + draft.playbook().promises.cooling_off;
    draft.record(Fact::Released { by: owner, cooling_until });
    ladder::restart(draft);
    tell_owner_it_is_gone(draft, owner);
    Reply::Released
}

fn wrong_team(draft: &mut Draft<'_>, by: &Person, reason: &str) -> Reply {
    let allowed = match &draft.course().state {
        State::Waiting { team, .. } | State::Offered { team, .. } if !by.speaks_for(team) => {
            return Reply::NotEligible(Refusal::NotInTeam { team: team.clone() });
        }
        State::Waiting { .. } | State::Offered { .. } => true,
        State::Owned { by: owner, .. } => by.manages() || *owner == by.id || covers(draft, by, *owner),
        State::Pooled { .. } | State::Triage { .. } | State::Closed { .. } | State::Repair { .. } => return Reply::NotNow,
    };
    if !allowed {
        return Reply::NotAllowed(Need::OwnerOrManager { owner: draft.course().state.owner() });
    }
    if is_blank(reason) {
        return Reply::SayWhy;
    }
    draft.words = Some(reason.to_owned());
    let owner = draft.course().state.owner();
    ladder::to_triage(draft, TriageWhy::WrongTeam);
    if let Some(owner) = owner {
        tell_owner_it_is_gone(draft, owner);
    }
    Reply::SentToTriage
}

fn assign(draft: &mut Draft<'_>, by: &Person, to: PersonId, reason: &str) -> Reply {
    let owner = draft.course().state.owner();
    let is_theirs = owner.is_some_and(|owner| owner == by.id || covers(draft, by, owner));
    if !by.manages() && !is_theirs {
        return Reply::NotAllowed(Need::OwnerOrManager { owner });
    }
    let Some(target) = draft.snapshot.roster.get(to) else { return Reply::Unknown(Unknown::Person) };
    if is_left_alone(draft) {
        return Reply::Suppressed;
    }
    if owner == Some(to) {
        return Reply::AlreadyYours;
    }
    let Some(team) = team_for(draft, target) else { return Reply::NotNow };
    if let Err(why) = eligibility::check(draft.snapshot, &draft.lead, &team, target, draft.now) {
        return Reply::TheyAreNotEligible { who: to, why };
    }
    if is_blank(reason) {
        return Reply::SayWhy;
    }
    draft.words = Some(reason.to_owned());
    let gone = owner.or_else(|| slept_for(draft));
    if draft.course().state.is_closed() {
        super::merge::part(draft, &draft.course().state.clone());
        draft.record(Fact::Reopened { by: by.id });
    }
    if draft.course().team.as_ref() != Some(&team) {
        draft.record(Fact::Waits { team, step: 0, until_open: false });
    }
    promises::own(draft, to, Fact::Assigned { to, by: Some(by.id) });
    tell_that_it_is_gone(draft, gone);
    Reply::Assigned { to }
}

/// Whoever gets a lead next must be able to read why.
pub(super) fn is_blank(reason: &str) -> bool {
    reason.trim().is_empty()
}

/// They asked to be left alone, with this lead, with the one in which it has ended, or with another one.
fn is_left_alone(draft: &Draft<'_>) -> bool {
    if crate::planted::is("taken-up-although-left-alone") {
        return false;
    }
    if draft.course().state.is_closed() && draft.snapshot.beside.is_left_alone {
        return true;
    }
    let asked = |state: &State| matches!(state, State::Closed { exit: Exit::Suppressed, .. });
    let other = draft.snapshot.beside.other.as_ref();
    match &draft.course().state {
        State::Closed { original: Some(original), .. } => {
            other.is_some_and(|other| other.id == *original && asked(&other.course.state))
        }
        state => asked(state),
    }
}

/// The lead's own team; for a lead that has none, the first team in which the person works.
fn team_for(draft: &Draft<'_>, target: &Person) -> Option<TeamKey> {
    let own = draft.team().map(|t| t.key.clone());
    let in_triage = matches!(draft.course().state, State::Triage { .. });
    let theirs = || draft.playbook().teams.iter().find(|t| target.membership(&t.key).is_some()).map(|t| t.key.clone());
    match own {
        Some(team) if !in_triage || target.membership(&team).is_some() => Some(team),
        own => theirs().or(own),
    }
}

fn route(draft: &mut Draft<'_>, by: &Person, team: &TeamKey) -> Reply {
    if !by.manages() {
        return Reply::NotAllowed(Need::Manager);
    }
    match draft.course().state {
        State::Triage { .. } | State::Waiting { .. } | State::Offered { .. } => {}
        State::Owned { .. } | State::Pooled { .. } | State::Closed { .. } | State::Repair { .. } => return Reply::NotNow,
    }
    if draft.playbook().team(team).is_none() {
        return Reply::Unknown(Unknown::Team(team.to_string()));
    }
    ladder::climb(draft, team, 0);
    Reply::Routed { team: team.clone() }
}

#[derive(Clone, Copy)]
struct Attempt<'a> {
    channel: Channel,
    outcome: Outcome,
    note: &'a Option<String>,
}

fn log(draft: &mut Draft<'_>, by: PersonId, attempt: Attempt<'_>) -> Reply {
    let first = draft.course().work.touched_at.is_none();
    draft.words.clone_from(attempt.note);
    draft.record(Fact::Attempted { by, channel: attempt.channel, outcome: attempt.outcome });
    if draft.course().follow_up.as_ref().is_some_and(|plan| plan.reminded) {
        draft.record(Fact::FollowUpCleared);
    }
    if attempt.outcome == Outcome::Reached {
        promote_to_contacted(draft);
    }
    promises::keep_going(draft);
    customers::active(draft);
    Reply::Logged { channel: attempt.channel, outcome: attempt.outcome, tries: draft.course().work.tries(), first }
}

fn note(draft: &mut Draft<'_>, by: PersonId, text: &str) -> Reply {
    if is_blank(text) {
        return Reply::NothingToNote;
    }
    draft.words = Some(text.to_owned());
    draft.record(Fact::Noted { by });
    Reply::Noted
}

fn promote_to_contacted(draft: &mut Draft<'_>) {
    let playbook = draft.playbook();
    let is_open = playbook.stage(&draft.course().stage).is_none_or(|s| s.kind == StageKind::Open);
    if let (true, Some(contacted)) = (is_open, playbook.stage_of_kind(StageKind::Contacted)) {
        draft.record(Fact::StageSet { to: contacted.key.clone() });
    }
}

fn reopen(draft: &mut Draft<'_>, by: &Person) -> Reply {
    let may = match &draft.course().state {
        State::Closed { .. } if is_left_alone(draft) => return Reply::Suppressed,
        State::Closed { owner, .. } => by.manages() || *owner == Some(by.id),
        State::Pooled { .. } => true,
        State::Repair { owner, .. } => by.manages() || *owner == by.id,
        State::Owned { by: owner, .. } if *owner == by.id => return Reply::AlreadyYours,
        State::Owned { by: owner, since, .. } => return Reply::ClaimedBy { by: *owner, since: *since },
        State::Waiting { .. } | State::Offered { .. } | State::Triage { .. } => return Reply::NotNow,
    };
    if !may {
        return Reply::NotAllowed(Need::OwnerOrManager { owner: had(&draft.course().state) });
    }
    let Some(team) = team_for(draft, by) else { return Reply::NotNow };
    if let Err(refusal) = eligibility::check(draft.snapshot, &draft.lead, &team, by, draft.now) {
        return Reply::NotEligible(refusal);
    }
    let slept_for = slept_for(draft);
    super::merge::part(draft, &draft.course().state.clone());
    draft.record(Fact::Reopened { by: by.id });
    if let Some(stage) = draft.playbook().stage_of_kind(StageKind::Open) {
        draft.record(Fact::StageSet { to: stage.key.clone() });
    }
    promises::own(draft, by.id, Fact::Claimed { by: by.id });
    tell_that_it_is_gone(draft, slept_for);
    Reply::Reopened
}

/// What waits goes to whose turn it is, and costs it.
fn give_next(draft: &mut Draft<'_>, by: &Person) -> Reply {
    if !by.manages() {
        return Reply::NotAllowed(Need::Manager);
    }
    if !matches!(draft.course().state, State::Waiting { .. } | State::Offered { .. }) {
        return Reply::NotNow;
    }
    let Some(team) = draft.team() else { return Reply::NotNow };
    let Some(to) = ladder::next_for(draft.snapshot, &draft.lead, team, draft.now) else { return Reply::NobodyNext };
    promises::own(draft, to, Fact::Assigned { to, by: Some(by.id) });
    draft.take_turn(to);
    Reply::Assigned { to }
}

/// Back to its team, which begins with it anew.
fn requeue(draft: &mut Draft<'_>, by: &Person) -> Reply {
    if !by.manages() {
        return Reply::NotAllowed(Need::Manager);
    }
    let slept_for = slept_for(draft);
    match draft.course().state {
        State::Closed { .. } if is_left_alone(draft) => return Reply::Suppressed,
        State::Closed { exit: Exit::Unqualified, .. } => {
            draft.record(Fact::Reopened { by: by.id });
            if let Some(stage) = draft.playbook().stage_of_kind(StageKind::Open) {
                draft.record(Fact::StageSet { to: stage.key.clone() });
            }
        }
        State::Pooled { .. } => draft.record(Fact::WokeUp),
        State::Repair { .. } => draft.record(Fact::Reopened { by: by.id }),
        State::Closed { .. } | State::Waiting { .. } | State::Offered { .. } | State::Owned { .. } | State::Triage { .. } => {
            return Reply::NotNow;
        }
    }
    ladder::restart(draft);
    tell_that_it_is_gone(draft, slept_for);
    Reply::Requeued
}

/// Looks after it while its owner is on leave.
fn covers(draft: &Draft<'_>, by: &Person, owner: PersonId) -> bool {
    draft.snapshot.roster.keeper(owner, draft.now) == by.id
}

/// Does something that only the owner, who covers for them, or a manager may do to an owned lead.
pub(super) fn with_owner(draft: &mut Draft<'_>, by: &Person, act: impl FnOnce(&mut Draft<'_>, PersonId) -> Reply) -> Reply {
    match draft.course().state.owner() {
        Some(owner) if owner == by.id || by.manages() || covers(draft, by, owner) => act(draft, owner),
        Some(owner) => Reply::NotAllowed(Need::OwnerOrManager { owner: Some(owner) }),
        None => Reply::NotNow,
    }
}

/// The same, also for a customer: who sold to them, and whoever looks after them since, stays in touch.
fn with_keeper(draft: &mut Draft<'_>, by: &Person, act: impl FnOnce(&mut Draft<'_>, PersonId) -> Reply) -> Reply {
    if !customers::is_customer(draft.course()) {
        return with_owner(draft, by, act);
    }
    let world = (draft.playbook(), &*draft.snapshot.roster);
    let keeper = customers::keeper(&draft.lead, world, draft.now);
    if customers::may_contact(by, &draft.lead, world, draft.now) {
        return act(draft, keeper.unwrap_or(by.id));
    }
    Reply::NotAllowed(Need::OwnerOrManager { owner: keeper })
}

fn tell_owner_it_is_gone(draft: &mut Draft<'_>, owner: PersonId) {
    if draft.course().state.owner() != Some(owner) {
        draft.tell(Recipient::Person(owner), News::NoLongerYours { to: draft.course().state.owner() });
    }
}

/// Whose it is, or was when it ended.
fn had(state: &State) -> Option<PersonId> {
    if let State::Closed { owner, .. } = state { *owner } else { state.keeper() }
}

/// To whom it would have come back from its sleep.
fn slept_for(draft: &Draft<'_>) -> Option<PersonId> {
    if let State::Pooled { owner, .. } = draft.course().state { owner } else { None }
}

fn tell_that_it_is_gone(draft: &mut Draft<'_>, had: Option<PersonId>) {
    if let Some(had) = had {
        tell_owner_it_is_gone(draft, had);
    }
}
