//! What follows from an event: the product in one function.

use chrono::{DateTime, Duration, Utc};

use crate::domain::asks;
use crate::domain::clocks::Clock;
use crate::domain::customers;
use crate::domain::decision::{Decision, News, Recipient};
use crate::domain::draft::Draft;
use crate::domain::event::{Ask, Event};
use crate::domain::fact::Fact;
use crate::domain::help;
use crate::domain::ids::{LeadId, PersonId, StageKey, TeamKey};
use crate::domain::ladder;
use crate::domain::lead::{Course, Exit, Lead, Profile, State, TriageWhy};
use crate::domain::outgoing;
use crate::domain::promises;
use crate::domain::repair;
use crate::domain::reply::{Need, Reply, Unknown};
use crate::domain::returns::{self, Voice};
use crate::domain::routing;
use crate::domain::scoring;
use crate::domain::sequences::{self, Post};
use crate::domain::signals;
use crate::domain::snapshot::Snapshot;
use crate::domain::standstill;
use crate::domain::trade;
use crate::domain::undo::goes_on_after_all;
use crate::playbook::StageKind;

/// The longest business time between two reminders that a lead stands in triage.
const TRIAGE_REST_MAX: Duration = Duration::hours(24);

/// A lead has few clocks, and each is stopped or moved on when it fires: more rounds than this would be a rule that never rests.
const CLOCKS_AT_ONCE: usize = 16;

/// What follows from `event`. The same snapshot, event and `now` always give the same decision.
#[must_use]
pub fn decide(snapshot: &Snapshot, event: &Event, now: DateTime<Utc>) -> Decision {
    match event {
        Event::Arrived { profile, taken_by } => {
            received(snapshot, profile, taken_by.map_or(Voice::Theirs, Voice::Colleague), now)
        }
        Event::Imported { profile } => received(snapshot, profile, Voice::File, now),
        Event::Woke => woke(snapshot, Post::Theirs, now),
        Event::WokeWithPost => woke(snapshot, Post::Ours, now),
        Event::Aged => match snapshot.lead.clone() {
            Some(lead) if customers::is_customer(&lead.course) => customers::aged(snapshot, lead, now),
            Some(lead) => scoring::aged(snapshot, lead, now),
            None => Decision::only(Reply::Nobody),
        },
        Event::MailUnsent { by, template, unsent } => outgoing::unsent(snapshot, *by, (template, unsent), now),
        Event::Signalled { signal } => signals::heard(snapshot, signal, now),
        Event::ChatCameBack { since } => standstill::over(snapshot, *since, now),
        Event::LeftAlone => returns::left_alone(snapshot, now),
        Event::GoesOnAfterAll { by, since } => goes_on_after_all(snapshot, *by, *since, now),
        Event::Asked { by, ask } => asked(snapshot, *by, ask, now),
    }
}

fn received(snapshot: &Snapshot, profile: &Profile, voice: Voice, now: DateTime<Utc>) -> Decision {
    match snapshot.lead.clone() {
        Some(lead) => returns::came_again(snapshot, lead, profile, voice, now),
        // Nobody speaks for those who asked to be left alone, whatever has become of their lead.
        None if snapshot.beside.is_left_alone && voice != Voice::Theirs => Decision::only(Reply::Suppressed),
        None => arrived(snapshot, profile, voice.taker(), now),
    }
}

fn arrived(snapshot: &Snapshot, profile: &Profile, taken_by: Option<PersonId>, now: DateTime<Utc>) -> Decision {
    let playbook = &snapshot.playbook;
    let mut draft = begin(snapshot, (snapshot.id, profile.clone()), taken_by, now);
    if snapshot.beside.is_left_alone {
        draft.record(Fact::CameBack { after: Exit::Suppressed, themselves: true });
    }
    returns::relate(&mut draft);
    scoring::renew(&mut draft);
    let team = routing::to_a_team(&mut draft);
    let hours = team.as_ref().and_then(|key| playbook.team(key)).map_or(&playbook.company.hours, |t| &t.hours);
    draft.record(Fact::FirstTouchPromised { due: hours.add(now, promises::first_touch(&draft)) });
    settle(&mut draft, team, taken_by);
    let due = draft.course().clocks.due(Clock::FirstTouch);
    draft.done(if taken_by.is_some() { Reply::Claimed { due } } else { Reply::Nobody })
}

/// A lead that is new: nothing is known of it yet but who they are.
pub(super) fn begin(
    snapshot: &Snapshot,
    (id, profile): (LeadId, Profile),
    actor: Option<PersonId>,
    now: DateTime<Utc>,
) -> Draft<'_> {
    let playbook = &snapshot.playbook;
    let stage = playbook.stage_of_kind(StageKind::Open).or(playbook.stages.first());
    let stage = stage.map_or_else(|| StageKey::from("open"), |s| s.key.clone());
    let lead = Lead { id, rev: 0, profile, course: Course::new(stage.clone(), now) };
    let mut draft = Draft::new(snapshot, lead, actor, now);
    draft.record(Fact::Received { stage });
    draft
}

/// Where a new lead begins once its rules are judged: with whoever takes it, with who looks after the company already, or on the ladder of
/// the team that the rules name.
pub(super) fn settle(draft: &mut Draft<'_>, team: Option<TeamKey>, taken_by: Option<PersonId>) {
    match (team, taken_by) {
        (Some(team), Some(by)) => {
            // The rung is recorded so that the lead has a team to go back to; the ladder is not climbed.
            draft.record(Fact::Waits { team, step: 0, until_open: false });
            promises::own(draft, by, Fact::Claimed { by });
        }
        (Some(team), None) => match routing::account_owner(draft.snapshot, &draft.lead, &team, draft.now) {
            Some((account, team)) => {
                draft.record(Fact::AccountKept { owner: account.owner, lead: account.lead });
                draft.record(Fact::Waits { team, step: 0, until_open: false });
                promises::own(draft, account.owner, Fact::Assigned { to: account.owner, by: None });
            }
            None => ladder::climb(draft, &team, 0),
        },
        (None, _) => ladder::to_triage(draft, TriageWhy::NoTeam),
    }
}

fn woke(snapshot: &Snapshot, post: Post, now: DateTime<Utc>) -> Decision {
    let Some(lead) = snapshot.lead.clone() else { return Decision::only(Reply::Nobody) };
    let was = lead.course.trade.clone();
    let mut draft = Draft::new(snapshot, lead, None, now);
    for _ in 0..CLOCKS_AT_ONCE {
        let Some((clock, at)) = draft.course().clocks.first_due(now) else { break };
        ring(&mut draft, (clock, at), post);
    }
    help::tell_of_its_end(&mut draft);
    repair::tell_of_its_end(&mut draft);
    trade::follow(&mut draft, was.as_ref());
    scoring::follow(&mut draft);
    draft.done(Reply::Nobody)
}

fn ring(draft: &mut Draft<'_>, (clock, at): (Clock, DateTime<Utc>), post: Post) {
    match draft.course().state.clone() {
        State::Waiting { team, step, until_open: true, .. } => ladder::climb(draft, &team, step),
        State::Waiting { team, step, .. } => ladder::climb(draft, &team, step + 1),
        State::Offered { team, step, nth, to, .. } => {
            draft.record(Fact::OfferLapsed { to });
            ladder::offer_ended(draft, &team, step, nth);
        }
        State::Owned { by, .. } => promises::due(draft, clock, at, by),
        State::Pooled { .. } if clock == Clock::Sequence => sequences::due(draft, post),
        State::Pooled { owner, .. } => promises::wake(draft, owner),
        State::Triage { why, since } => {
            let hours = &draft.playbook().company.hours;
            // Each reminder waits as long again as it has stood there: never forgotten, and never a siren.
            let stood = hours.between(since, draft.now).min(TRIAGE_REST_MAX);
            draft.set(Clock::Triage, hours.add(draft.now, draft.playbook().promises.triage.max(stood)));
            draft.tell(Recipient::Managers, News::NeedsRouting { why });
        }
        State::Repair { .. } => repair::over(draft, None),
        State::Closed { .. } => customers::due(draft, clock, at),
    }
}

fn asked(snapshot: &Snapshot, by: PersonId, ask: &Ask, now: DateTime<Utc>) -> Decision {
    let Some(lead) = snapshot.lead.clone() else { return Decision::only(Reply::Unknown(Unknown::Lead(snapshot.id))) };
    let Some(person) = snapshot.roster.get(by) else { return Decision::only(Reply::Unknown(Unknown::Person)) };
    if person.left || person.rights < crate::domain::person::Rights::Rep {
        return Decision::only(Reply::NotAllowed(Need::Rep));
    }
    let was = lead.course.trade.clone();
    let mut draft = Draft::new(snapshot, lead, Some(by), now);
    let reply = asks::answer(&mut draft, person, ask);
    ladder::tell_of_a_lost_offer(&mut draft);
    help::tell_of_its_end(&mut draft);
    repair::tell_of_its_end(&mut draft);
    trade::follow(&mut draft, was.as_ref());
    scoring::follow(&mut draft);
    draft.done(reply)
}

#[cfg(test)]
mod again;
#[cfg(test)]
mod deciding;
#[cfg(test)]
mod ending;
#[cfg(test)]
mod helping;
#[cfg(test)]
mod hours;
#[cfg(test)]
mod leave;
#[cfg(test)]
mod mending;
#[cfg(test)]
mod sales;
#[cfg(test)]
mod sequenced;
#[cfg(test)]
mod signalled;
#[cfg(test)]
mod skilled;
#[cfg(test)]
mod standing;
#[cfg(test)]
mod table;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod trading;
#[cfg(test)]
mod undo;
#[cfg(test)]
mod walk;
