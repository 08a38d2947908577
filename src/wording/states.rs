//! How a state looks: its word, its colour, who has the lead, and the next promise.

use super::kinship::merged_words;
use super::parts::{NEED_MAX, label, moment, person, reason_name, stage_name, team_name};
use super::why::Told;
use super::{World, repair, skills};
use crate::domain::clocks::Clock;
use crate::domain::fact::Fact;
use crate::domain::lead::{Exit, Lead, State, TriageWhy};
use crate::domain::message::Tone;
use crate::domain::text::{Text, Untrusted, When};
use crate::playbook::{StageKind, Step, Team, Whom};

/// The word that the title begins with, and the colour that says the same.
pub(super) fn word(lead: &Lead, world: World<'_>) -> (&'static str, Tone) {
    let course = &lead.course;
    match &course.state {
        State::Waiting { .. } | State::Owned { touched: false, .. } if course.came_back.is_some() => ("CAME BACK", Tone::New),
        State::Waiting { .. } if course.work.claimed_at.is_some() => ("OPEN AGAIN", Tone::New),
        State::Waiting { step: 0, .. } => ("NEW", Tone::New),
        State::Waiting { .. } => ("STILL OPEN", Tone::New),
        State::Offered { .. } => ("OFFERED", Tone::New),
        State::Owned { touched: false, .. } => ("CLAIMED", Tone::Claimed),
        State::Owned { touched: true, .. } => match world.playbook.stage(&course.stage).map(|stage| stage.kind) {
            Some(StageKind::Qualified) => ("QUALIFIED", Tone::Good),
            Some(StageKind::Negotiation) => ("NEGOTIATION", Tone::Good),
            Some(StageKind::Customer) => ("CUSTOMER", Tone::Good),
            Some(StageKind::Open | StageKind::Contacted | StageKind::Nurture | StageKind::Inactive | StageKind::Unqualified)
            | None => ("WORKING", Tone::Working),
        },
        State::Pooled { .. } => ("ASLEEP", Tone::Resting),
        State::Triage { .. } => ("NEEDS ROUTING", Tone::Alarm),
        State::Repair { .. } => ("IN REPAIR", Tone::Working),
        State::Closed { exit, .. } => match exit {
            Exit::Converted if is_inactive(lead, world) => ("INACTIVE CUSTOMER", Tone::Resting),
            Exit::Converted => ("WON", Tone::Good),
            Exit::Unqualified => ("CLOSED", Tone::Over),
            Exit::Suppressed => ("DO NOT CONTACT", Tone::Over),
            Exit::Merged => ("DUPLICATE", Tone::Over),
            Exit::Removed => ("REMOVED", Tone::Over),
        },
    }
}

fn is_inactive(lead: &Lead, world: World<'_>) -> bool {
    world.playbook.stage(&lead.course.stage).is_some_and(|stage| stage.kind == StageKind::Inactive)
}

/// Who has it, or why nobody does.
pub(super) fn holder(lead: &Lead, world: World<'_>) -> Text {
    match &lead.course.state {
        State::Waiting { team, since, until_open: true, .. } => {
            let line = label("Routed").and(format!("{}, until the team is there, came here ", team_name(team, world)));
            line.at(*since, When::Relative)
        }
        State::Waiting { team, step, since, .. } => {
            let heard = match world.playbook.team(team).and_then(|t| t.ladder.get(*step)) {
                Some(Step::Mention { whom: Whom::Team, .. }) => "the team was rung",
                Some(Step::Mention { whom: Whom::Managers, .. }) => "managers were rung",
                Some(
                    Step::Open { .. }
                    | Step::Offer { .. }
                    | Step::AssignToNext
                    | Step::AssignToCaptain
                    | Step::AssignToPerson { .. }
                    | Step::HandToTeam { .. },
                )
                | None => "open to the team",
            };
            label("Routed")
                .and(format!("{}{}, {heard}, came here ", team_name(team, world), needs(lead, world)))
                .at(*since, When::Relative)
        }
        State::Offered { team, to, since, .. } => {
            let offered = label("Routed").and(format!("{}{}, offered to ", team_name(team, world), needs(lead, world)));
            person(offered, *to, world).and(", ").at(*since, When::Relative)
        }
        State::Owned { by, since, .. } => person(label("Owner"), *by, world)
            .and(", got it ")
            .at(*since, When::Relative)
            .and(format!(", stage {}", stage_name(&lead.course.stage, world))),
        State::Pooled { owner, reason, until, .. } => {
            let line = label("Asleep").and(format!("{}, until ", reason_name(reason, world))).at(*until, When::Date);
            owner.map_or(line.clone(), |owner| person(line.and(", then back to "), owner, world))
        }
        State::Triage { why, since } => {
            label("Routed").and(format!("nowhere: {}{}, ", triage_words(*why), needs(lead, world))).at(*since, When::Relative)
        }
        State::Closed { exit, reason, owner, at, original } => {
            let mut line = label(match exit {
                Exit::Converted => "Won",
                Exit::Unqualified | Exit::Suppressed => "Closed",
                Exit::Merged => "Merged",
                Exit::Removed => "Removed",
            });
            line = line.and(merged_words(*original));
            if let Some(reason) = reason {
                line = line.and(format!("{}, ", reason_name(reason, world)));
            }
            if let Some(owner) = owner {
                // Whoever ended it is in the log: somebody else may have done it for them.
                let was = if *exit == Exit::Converted { "by " } else { "was with " };
                line = person(line.and(was), *owner, world).and(", ");
            }
            line.at(*at, When::Relative)
        }
        State::Repair { .. } => repair::holder(lead, world).unwrap_or_default(),
    }
}

/// `, needs German`; nothing for a lead that anybody may have.
fn needs(lead: &Lead, world: World<'_>) -> String {
    skills::needs(lead, world).map_or_else(String::new, |needs| format!(", {needs}"))
}

/// Why a person must route it.
pub(super) fn triage_words(why: TriageWhy) -> &'static str {
    match why {
        TriageWhy::NoTeam => "no team is named for it in the playbook",
        TriageWhy::LadderEnded => "nobody took it, and the captain cannot have it now",
        TriageWhy::TooManyMoves => "it was taken back too often",
        TriageWhy::WrongTeam => "a rep says that it is another team's",
        TriageWhy::NobodySkilled => "nobody of the team can do what it needs",
    }
}

/// The same as a sentence; where a rep gave it back as another team's, who says so and in which words.
pub(super) fn triage_why(why: TriageWhy, log: &[Told], world: World<'_>) -> Text {
    let is_sent = |fact: &Fact| *fact == Fact::ToTriage { why: TriageWhy::WrongTeam };
    let told = log.iter().rfind(|told| why == TriageWhy::WrongTeam && told.facts.iter().any(is_sent));
    match told.and_then(|told| Some((told.actor?, told.words.as_deref()?))) {
        Some((by, words)) => person(Text::default(), by, world)
            .and(" says that it is another team's: \"")
            .data(&Untrusted::new(words).one_line().cut(NEED_MAX))
            .and("\""),
        None => Text::plain(format!("{}.", triage_words(why))),
    }
}

/// The promise that comes due next, as the reader's own clock shows it.
pub(super) fn due_line(lead: &Lead, world: World<'_>) -> Option<Text> {
    let clocks = &lead.course.clocks;
    let due = |clock| clocks.due(clock);
    match &lead.course.state {
        State::Waiting { team, step, until_open, .. } => {
            let rungs = world.playbook.team(team)?;
            // A rung that is waited on until the team is there begins then.
            let next = next_step(rungs, step + usize::from(!until_open), world);
            Some(label("Due").then(next).and(" ").at(due(Clock::Step)?, When::Relative))
        }
        State::Offered { .. } => Some(label("Due").and("an answer ").at(due(Clock::Step)?, When::Relative)),
        State::Owned { touched: false, .. } => match (due(Clock::FirstTouch), due(Clock::Release)) {
            (Some(at), _) => Some(label("Due").and("first touch ").at(at, When::Relative)),
            (None, Some(at)) => Some(label("Late").and("first touch; goes back to the team ").at(at, When::Relative)),
            (None, None) => None,
        },
        State::Owned { touched: true, .. } => {
            if let Some(at) = due(Clock::StillYours) {
                return Some(label("Late").and("follow-up; goes back to the team ").at(at, When::Relative));
            }
            if let Some(plan) = &lead.course.follow_up {
                return Some(moment(label("Due").and("follow-up "), plan.at));
            }
            match (due(Clock::NotReached), due(Clock::Stage)) {
                (Some(at), _) => Some(label("Due").and("next try ").at(at, When::Relative)),
                (None, Some(at)) => Some(label("Due").and("next step ").at(at, When::Relative)),
                (None, None) => None,
            }
        }
        State::Closed { .. } => {
            let plan = lead.course.follow_up.as_ref().filter(|plan| !plan.reminded)?;
            Some(moment(label("Due").and("check-in "), plan.at))
        }
        State::Pooled { .. } => None,
        State::Repair { .. } => Some(label("Due").and("to be mended, else closed ").at(due(Clock::Repair)?, When::Relative)),
        State::Triage { .. } => Some(label("Due").and("managers are told again ").at(due(Clock::Triage)?, When::Relative)),
    }
}

/// What happens on a rung, when nobody takes it before.
pub(super) fn next_step(team: &Team, step: usize, world: World<'_>) -> Text {
    match team.ladder.get(step) {
        Some(Step::Open { .. }) => Text::plain("the team is asked again"),
        Some(Step::Mention { whom: Whom::Team, .. }) => Text::plain("the team is rung"),
        Some(Step::Mention { whom: Whom::Managers, .. }) => Text::plain("managers are rung"),
        Some(Step::Offer { .. }) => Text::plain("it is offered to whose turn it is"),
        Some(Step::AssignToNext) => Text::plain("goes to whose turn it is"),
        Some(Step::AssignToPerson { handle }) => match world.roster.by_handle(handle) {
            Some(person) => Text::plain("goes to ").person(person.id, &person.name),
            None => Text::plain(format!("goes to {handle}")),
        },
        Some(Step::HandToTeam { team }) => Text::plain(format!("goes on to {}", team_name(team, world))),
        Some(Step::AssignToCaptain) => match team.captain.as_deref().and_then(|handle| world.roster.by_handle(handle)) {
            Some(captain) => Text::plain("goes to ").person(captain.id, &captain.name),
            None => Text::plain("goes to the captain"),
        },
        None => Text::plain("a manager must route it"),
    }
}
