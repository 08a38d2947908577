//! Answers to the person who asked: what is so now, and what to do next.
//! Short, because they are read on the way to the phone; exact, because they settle who has a lead.

use chrono::{DateTime, Duration, Utc};

use super::notices::opener;
use super::parts::{
    button, contact_lines, count, exit_words, label, lines, local_time_line, may_be_contacted, moment, person, short_name, span,
    stands, team_name,
};
use super::pickers::outcome_words;
use super::refusals;
use super::{World, deals, helping, kinship, repair, tags, trading};
use crate::chat::action::Verb;
use crate::domain::clocks::Clock;
use crate::domain::ids::{LeadId, PersonId};
use crate::domain::lead::{Channel, Exit, Lead, Outcome, State};
use crate::domain::message::{Button, Look, Row, Tone, View};
use crate::domain::person::{Person, Roster};
use crate::domain::reply::{Need, ReasonNeed, Reply, Unknown};
use crate::domain::text::{Text, Untrusted, When};
use crate::playbook::{Playbook, StageKind};

/// How late somebody may press and still be told by how much they were beaten.
const RACE: Duration = Duration::minutes(1);

const AFTER_A_TRY: &[(&str, Verb)] = &[("Follow up", Verb::Follow), ("Add a note", Verb::Note)];
/// What is known does not lead to them: to say so is a way to end it, or to have it mended.
const AFTER_A_DEAD_END: &[(&str, Verb)] =
    &[("Log attempt", Verb::Log), ("Follow up", Verb::Follow), ("Disqualify", Verb::Disqualify), ("Add a note", Verb::Note)];
const TO_TRY_ON: &[(&str, Verb)] = &[("Log attempt", Verb::Log), ("Follow up", Verb::Follow)];
const AFTER_A_TALK: &[(&str, Verb)] = &[("Stage", Verb::Stage), ("Follow up", Verb::Follow), ("Add a note", Verb::Note)];

/// What an answer is worded from.
#[derive(Debug, Clone, Copy)]
pub struct ReplyFacts<'a> {
    /// The lead as it is now.
    pub lead: Option<&'a Lead>,
    /// Names of teams, reasons and stages.
    pub playbook: &'a Playbook,
    /// Names of people.
    pub roster: &'a Roster,
    /// The time.
    pub now: DateTime<Utc>,
    /// Who asked.
    pub by: &'a Person,
    /// The leads that they have and have not touched, for when they have too many.
    pub untouched: &'a [Lead],
}

impl<'a> ReplyFacts<'a> {
    pub(super) fn world(&self) -> World<'a> {
        World { playbook: self.playbook, roster: self.roster, now: self.now }
    }
}

/// The answer; with a button that takes back what was done, where that can be.
#[must_use]
pub fn reply(reply: &Reply, facts: &ReplyFacts<'_>) -> View {
    let view = answer(reply, facts);
    match (reply, facts.lead) {
        // What came in with them cannot be sent back.
        (Reply::Claimed { .. }, Some(lead)) if lead.rev == 1 => view,
        (
            Reply::Claimed { .. }
            | Reply::Reopened
            | Reply::Assigned { .. }
            | Reply::Pooled { .. }
            | Reply::InRepair { .. }
            | Reply::Closed { .. }
            | Reply::DealMade { .. }
            | Reply::DealValued { .. }
            | Reply::Traded { .. },
            Some(lead),
        ) => kinship::undoable(view, lead),
        _ => view,
    }
}

fn answer(reply: &Reply, facts: &ReplyFacts<'_>) -> View {
    let world = facts.world();
    match reply {
        Reply::Nobody => lines(vec!["There was nothing to do.".into()]),
        Reply::Claimed { due } => yours(" is yours", *due, facts),
        Reply::Reopened => yours(" is open again, and yours", None, facts),
        Reply::AlreadyYours => already_with(facts),
        Reply::ClaimedBy { by, since } => lines(vec![beaten(*by, *since, facts)]),
        Reply::OfferedTo { to, until } => lines(vec![asked_first(*to, *until, facts)]),
        Reply::Passed => lines(vec![the_lead(facts).and(" goes on to the next. Your turn is kept. ").then(now(facts))]),
        Reply::NotEligible(refusal) => refusals::to_you(refusal, facts.untouched, world),
        Reply::TheyAreNotEligible { who, why } if *who == facts.by.id => refusals::to_you(why, facts.untouched, world),
        Reply::TheyAreNotEligible { who, why } => refusals::about(*who, why, world),
        Reply::Suppressed => {
            lines(vec![the_lead(facts).and(" asked never to be contacted again. Only their own new request reopens it.")])
        }
        Reply::NotAllowed(need) => lines(vec![not_allowed(*need, facts)]),
        Reply::NotNow => lines(vec![not_now(facts)]),
        Reply::Released => lines(vec![the_lead(facts).and(" is released. ").then(now(facts))]),
        Reply::Assigned { to } => lines(vec![person(the_lead(facts).and(" is now with "), *to, world).and(". They have been told.")]),
        Reply::Routed { team } => lines(vec![the_lead(facts).and(format!(" goes to {} now.", team_name(team, world)))]),
        Reply::SentToTriage => lines(vec![the_lead(facts).and(" goes to the managers, who will route it. Thank you.")]),
        Reply::Logged { channel, outcome, tries, first } => {
            let text = logged(*channel, *outcome, *tries, facts);
            let text = if *first { text.and(" That was the first touch.") } else { text };
            next(text, after(*outcome), facts)
        }
        Reply::FollowUpSet { at } => {
            let text = moment(Text::plain("Planned for ").then(the_lead(facts)).and(": "), *at);
            next(text.and(". You will be reminded then."), &[("Add a note", Verb::Note)], facts)
        }
        Reply::Noted => lines(vec![Text::plain("Noted on ").then(the_lead(facts)).and(".")]),
        Reply::NothingToNote => lines(vec!["There is nothing in it to note. Write what the next one should know.".into()]),
        Reply::StageSet { name } => next(the_lead(facts).and(format!(" is in stage {name} now.")), AFTER_A_TRY, facts),
        Reply::StillYours => {
            let text = Text::plain("Good: ").then(the_lead(facts)).and(" stays yours. When will you get in touch next?");
            next(text, &[("Follow up", Verb::Follow), ("Log attempt", Verb::Log)], facts)
        }
        Reply::NotInFuture => lines(vec![
            "That is not in the future, or more than two years off. Choose a later time, such as \"tomorrow 9\" or \"in 3 days\".".into(),
        ]),
        Reply::Pooled { until } => lines(vec![sleeps(*until, facts)]),
        Reply::KeptWith { task, at } => {
            lines(vec![moment(stays(facts).and(format!(", with a task: {task}, ")), *at).and(".")])
        }
        Reply::Closed { exit } => lines(vec![closed(*exit, facts)]),
        Reply::ReasonNeeds(need @ ReasonNeed::MoreTries { .. }) => next(reason_needs(need), TO_TRY_ON, facts),
        Reply::ReasonNeeds(need) => lines(vec![reason_needs(need)]),
        Reply::Revealed => revealed(facts),
        Reply::KnownAlready { nth } => lines(vec![kinship::known_already(*nth, facts)]),
        Reply::Merged { into } => kinship::merged(*into, facts.lead),
        Reply::NotMerged(why) => lines(vec![kinship::not_merged(*why, facts.lead)]),
        Reply::Tagged { tag } => lines(vec![the_lead(facts).and(format!(" carries the tag {tag}."))]),
        Reply::Untagged { tag } => lines(vec![the_lead(facts).and(format!(" does not carry the tag {tag}."))]),
        Reply::TagsFull => lines(vec![tags::full(the_lead(facts))]),
        Reply::Requeued => lines(vec![the_lead(facts).and(" is back with its team. ").then(now(facts))]),
        Reply::SequenceStopped => lines(vec![Text::plain("Stopped: nothing more is written to ").then(the_lead(facts)).and(" by itself.")]),
        Reply::Undone => lines(vec![Text::plain("Taken back. ").then(now(facts))]),
        Reply::NotUndone(why) => lines(vec![kinship::not_undone(*why, facts.by.id, world)]),
        Reply::Unknown(what) => lines(vec![unknown(what)]),
        Reply::StageHasDoor { kind } => lines(vec![stage_door(*kind)]),
        Reply::NobodyNext => lines(vec![the_lead(facts).and(" stays where it is: nobody of the team may have it now.")]),
        Reply::PlanDone => {
            let text = Text::plain("Done: ").then(the_lead(facts)).and(". What comes next?");
            next(text, &[("Follow up", Verb::Follow), ("Log attempt", Verb::Log), ("Stage", Verb::Stage)], facts)
        }
        Reply::NothingPlanned => {
            let text = Text::plain("Nothing is planned for ").then(the_lead(facts)).and(".");
            next(text, &[("Follow up", Verb::Follow), ("Log attempt", Verb::Log)], facts)
        }
        Reply::DealMade { value } => deals::made(*value, facts.lead),
        Reply::DealValued { value } => deals::valued(*value, facts.lead),
        Reply::DealAlready { value } => deals::already(*value, facts.lead),
        Reply::InRepair { fixer, until } => lines(vec![repair::asked(*fixer, *until, facts)]),
        Reply::Mended { same } => repair::done(*same, now(facts), facts),
        Reply::NotMended(why) => lines(vec![repair::not_done(*why)]),
        Reply::HelpAsked { of, again } => help_asked((*of, *again), facts),
        Reply::HelpOpen { of, since } => helping::is_open((*of, *since), facts),
        Reply::HelpGiven { to } => {
            lines(vec![person(Text::plain("Thank you: your answer goes to "), *to, world).and(", and into the lead's thread.")])
        }
        Reply::HelpPassedOn => lines(vec!["All right: the managers are asked instead.".into()]),
        Reply::HelpDropped => lines(vec![Text::plain("Your question about ").then(the_lead(facts)).and(" is taken back.")]),
        Reply::NoHelp(why) => lines(vec![helping::none(*why, world)]),
        Reply::TradeOffered { to, with, until } => {
            let text = the_lead(facts).and(format!(" is offered for {with}. "));
            let text = person(text, *to, world).and(" may say yes or no; the offer lapses ").at(*until, When::Relative).and(".");
            trading::offered(text, facts.lead, *with)
        }
        Reply::TradeOver { with, how } => {
            lines(vec![Text::plain(format!("The trade for {with} {}. Both stay where they are.", trading::over_words(*how)))])
        }
        Reply::Traded { gets, from } => {
            let text = Text::plain(format!("Traded: {gets} for ")).then(the_lead(facts)).and(", which is now with ");
            lines(vec![person(text, *from, world).and(". What is known of each stands in its thread.")])
        }
        Reply::NoTrade(why) => lines(vec![trading::none(*why)]),
        Reply::SayWhy => lines(vec!["Say why, in a few words: whoever has it next reads that first. Nothing has changed yet.".into()]),
        Reply::Decided { task, at, by } => {
            let stays = moment(stays(facts).and(format!(", with a task: {task}, ")), *at).and(".");
            lines(vec![stays, Text::plain(format!("Who decides is {by}: the two name each other."))])
        }
        Reply::DeciderLeftAlone => lines(vec![
            "Whoever decides asked never to be contacted again. Leave out their e-mail and phone, or name somebody else.".into(),
        ]),
    }
}

/// Who was asked, and what happens if they say nothing.
fn help_asked((of, again): (Option<PersonId>, Option<DateTime<Utc>>), facts: &ReplyFacts<'_>) -> View {
    let asked = match of {
        Some(of) => person(Text::default(), of, facts.world()).and(" is asked"),
        None => Text::plain("The managers are asked"),
    };
    let text = asked.and(" about ").then(the_lead(facts)).and(". It stays yours. The answer comes to you, and into its thread.");
    let text = match again {
        Some(again) => text.and(" Without one, they are asked again ").at(again, When::Relative).and("."),
        None => text,
    };
    View { rows: facts.lead.map(helping::take_back).into_iter().collect(), ..lines(vec![text]) }
}

/// The same deed came a second time: nothing was done again.
#[must_use]
pub fn done_already(facts: &ReplyFacts<'_>) -> View {
    lines(vec![Text::plain("That was dealt with already. ").then(now(facts))])
}

/// `L-1042 Dana K.`, or what stands for it.
fn the_lead(facts: &ReplyFacts<'_>) -> Text {
    facts.lead.map_or_else(|| Text::plain("The lead"), short_name)
}

/// `It waits for somebody of DACH.`
fn now(facts: &ReplyFacts<'_>) -> Text {
    facts.lead.map_or_else(Text::default, |lead| Text::plain("It ").then(stands(lead, Some(facts.by.id), facts.world())).and("."))
}

/// All that the new owner needs.
fn yours(words: &'static str, due: Option<DateTime<Utc>>, facts: &ReplyFacts<'_>) -> View {
    let Some(lead) = facts.lead else { return lines(vec!["It is yours.".into()]) };
    let world = facts.world();
    let mut told = contact_lines(lead);
    told.extend(local_time_line(lead, world));
    told.extend(opener(lead, world));
    let due = due.or_else(|| lead.course.clocks.due(Clock::FirstTouch));
    let release = lead.course.clocks.due(Clock::Release);
    told.extend(due.map(|due| {
        let line = label("Promised").and("first touch ").at(due, When::Relative);
        release.map_or(line.clone(), |release| line.and("; untouched, it goes back to the team ").at(release, When::Relative))
    }));
    View {
        title: short_name(lead).and(words),
        tone: Tone::Claimed,
        lines: told,
        rows: row(vec![
            button("Log attempt", Look::Primary, Verb::Log, lead),
            button("Follow up", Look::Plain, Verb::Follow, lead),
            button("Release", Look::Plain, Verb::Release, lead),
        ]),
        ..View::default()
    }
}

fn row(buttons: Vec<Button>) -> Vec<Row> {
    vec![Row::Buttons(buttons)]
}

/// It is theirs who asked, or theirs to whom it should be given.
fn already_with(facts: &ReplyFacts<'_>) -> View {
    let Some(lead) = facts.lead else { return lines(vec!["It is yours already.".into()]) };
    match lead.course.state.owner() {
        Some(owner) if owner != facts.by.id => {
            lines(vec![person(short_name(lead).and(" is with "), owner, facts.world()).and(" already.")])
        }
        Some(_) | None => yours(" is yours already", None, facts),
    }
}

/// By whom, and in a race by how much.
fn beaten(by: PersonId, since: DateTime<Utc>, facts: &ReplyFacts<'_>) -> Text {
    let margin = facts.now - since;
    let who = person(Text::default(), by, facts.world());
    if margin <= RACE {
        return who.and(format!(" claimed this {} before you. Your turn is kept.", span(margin)));
    }
    who.and(" got this ").at(since, When::Relative).and(". Your turn is kept; ask them if you think that it should be yours.")
}

fn not_allowed(need: Need, facts: &ReplyFacts<'_>) -> Text {
    match need {
        Need::OwnerOrManager { owner: Some(owner) } => {
            person(Text::plain("Only "), owner, facts.world()).and(" or a manager can do that: it is their lead.")
        }
        Need::OwnerOrManager { owner: None }
            if facts.lead.is_some_and(|lead| matches!(lead.course.state, State::Waiting { .. })) =>
        {
            Text::plain("Nobody has it yet: only a manager can do that. Claim it first, then you can too.")
        }
        Need::OwnerOrManager { owner: None } => Text::plain("Only its owner or a manager can do that."),
        Need::Manager if facts.lead.is_some_and(|lead| matches!(lead.course.state, State::Triage { .. })) => {
            Text::plain("A manager has to route this one first. They have been told that it waits.")
        }
        Need::Manager => Text::plain("Only a manager can do that."),
        Need::Fixer { fixer } => repair::not_yours(fixer, facts.world()),
        Need::Admin => Text::plain("Only an administrator can do that."),
        Need::Asked { of: Some(of) } => person(Text::plain("Only "), of, facts.world())
            .and(" or a manager can answer: they were asked. A note on the lead is always read."),
        Need::Asked { of: None } => Text::plain("Only a manager can answer: they were asked. A note on the lead is always read."),
        Need::Rep => Text::plain("Only those who work leads can do that. A manager can add you to a team with /team add."),
    }
}

/// Whose turn it is, until when, and what comes after.
fn asked_first(to: PersonId, until: Option<DateTime<Utc>>, facts: &ReplyFacts<'_>) -> Text {
    let asked = person(the_lead(facts).and(" is offered to "), to, facts.world());
    match until {
        Some(until) => asked.and(" first, until ").at(until, When::Time).and(". After that it goes on."),
        None => asked.and(" first."),
    }
}

/// What its state asks for first.
fn not_now(facts: &ReplyFacts<'_>) -> Text {
    let Some(lead) = facts.lead else { return "That cannot be done now.".into() };
    if lead.course.state.owner() == Some(facts.by.id) {
        return Text::plain("Not now: ")
            .then(short_name(lead))
            .and(" is with you. The buttons of its card say what can be done.");
    }
    let text = Text::plain("Not now: ").then(short_name(lead)).and(" ").then(stands(lead, Some(facts.by.id), facts.world()));
    text.and(match &lead.course.state {
        State::Waiting { .. } => ". Claim it first.",
        State::Offered { to, .. } if *to == facts.by.id => ". Accept it first.",
        State::Offered { .. } => ".",
        State::Owned { .. } => ". They can hand it over, or release it.",
        State::Pooled { .. } => ". Reopen it first, with the button of its card.",
        State::Triage { .. } => ".",
        State::Closed { exit: Exit::Suppressed, .. } => ". Only their own new request reopens it.",
        State::Closed { .. } => ". Reopen it first, with the button of its card.",
        State::Repair { .. } => ". Mend it from its card, or wait until it is mended.",
    })
}

fn logged(channel: Channel, outcome: Outcome, tries: u32, facts: &ReplyFacts<'_>) -> Text {
    let how = format!(": {}, {}", channel.within(), outcome_words(channel, outcome).to_lowercase());
    Text::plain("Logged for ").then(the_lead(facts)).and(format!("{how}. {} so far.", count(tries, "try", "tries")))
}

/// What could come after an attempt.
fn after(outcome: Outcome) -> &'static [(&'static str, Verb)] {
    match outcome {
        Outcome::Reached => AFTER_A_TALK,
        Outcome::WrongNumber | Outcome::Bounced => AFTER_A_DEAD_END,
        Outcome::LeftMessage | Outcome::NoAnswer => AFTER_A_TRY,
    }
}

/// Whoever did it keeps it, or its owner does.
fn stays(facts: &ReplyFacts<'_>) -> Text {
    let is_theirs = facts.lead.and_then(|lead| lead.course.state.owner()) == Some(facts.by.id);
    the_lead(facts).and(if is_theirs { " stays with you" } else { " stays with its owner" })
}

/// The owner did something and keeps the lead: what could come next.
fn next(text: Text, steps: &[(&str, Verb)], facts: &ReplyFacts<'_>) -> View {
    let still_worked = facts.lead.filter(|lead| lead.course.state.owner().is_some());
    let buttons = |lead| steps.iter().map(|(words, verb)| button(words, Look::Plain, *verb, lead)).collect();
    View { rows: still_worked.map(|lead| row(buttons(lead))).unwrap_or_default(), ..lines(vec![text]) }
}

fn sleeps(until: DateTime<Utc>, facts: &ReplyFacts<'_>) -> Text {
    let text = the_lead(facts).and(" sleeps until ").at(until, When::Date);
    let owner = match facts.lead.map(|lead| &lead.course.state) {
        Some(State::Pooled { owner, .. }) => *owner,
        Some(
            State::Waiting { .. }
            | State::Offered { .. }
            | State::Owned { .. }
            | State::Triage { .. }
            | State::Closed { .. }
            | State::Repair { .. },
        )
        | None => None,
    };
    match owner {
        Some(owner) if owner == facts.by.id => text.and(". Then it comes back to you."),
        Some(owner) => person(text.and(". Then it comes back to "), owner, facts.world()).and("."),
        None => text.and(". Then it comes back to the team."),
    }
}

/// Over, with the consequence.
fn closed(exit: Exit, facts: &ReplyFacts<'_>) -> Text {
    let more = match exit {
        Exit::Converted => ". Well done!",
        Exit::Unqualified => ". It can be reopened from its card.",
        Exit::Suppressed => ". No more reminders; only their own new request reopens it.",
        Exit::Merged => ". The original goes on.",
        Exit::Removed => ", and counts in no figure.",
    };
    let value = facts.lead.and_then(|lead| lead.course.deals.last()).and_then(|deal| deal.value);
    let value = value.filter(|_| exit == Exit::Converted).map_or_else(String::new, |value| format!(", for {value}"));
    the_lead(facts).and(format!(" is {}{value}{more}", exit_words(exit)))
}

/// How a lead comes to a stage that is the end of something.
fn stage_door(kind: StageKind) -> Text {
    match kind {
        StageKind::Customer => "They become a customer by /lead won, which asks for how much.".into(),
        StageKind::Unqualified => "They become unqualified by /lead dq, which asks why.".into(),
        StageKind::Inactive => "A customer becomes inactive by itself, when nothing happens for long.".into(),
        StageKind::Open | StageKind::Contacted | StageKind::Nurture | StageKind::Qualified | StageKind::Negotiation => {
            "Choose the stage again.".into()
        }
    }
}

fn reason_needs(need: &ReasonNeed) -> Text {
    match need {
        ReasonNeed::Date => Text::plain(
            "This reason needs a day to come back on, in the future and within two years, such as \"in 3 weeks\" or \"2027-02-03\".",
        ),
        ReasonNeed::Text { question, min } => Text::plain(format!(
            "This reason needs an answer of at least {}: {question}",
            count(u32::from(*min), "character", "characters")
        )),
        ReasonNeed::Original => Text::plain("This reason needs the number of the other lead, such as L-1042."),
        ReasonNeed::MoreTries { tried, needs } => {
            let tally = |t: &crate::playbook::Tried| {
                format!(
                    "{} on {} over {}",
                    count(t.attempts, "attempt", "attempts"),
                    count(t.days, "day", "days"),
                    count(t.channels, "channel", "channels")
                )
            };
            let so_far =
                if tried.attempts == 0 { "Nobody has tried yet".to_owned() } else { format!("So far: {}", tally(tried)) };
            Text::plain(format!("Too early for this reason. {so_far}. It needs {}.", tally(needs)))
        }
    }
}

fn revealed(facts: &ReplyFacts<'_>) -> View {
    let Some(lead) = facts.lead else { return lines(Vec::new()) };
    if !may_be_contacted(lead) {
        return reply(&Reply::Suppressed, facts);
    }
    let mut told = contact_lines(lead);
    told.extend(local_time_line(lead, facts.world()));
    View { title: short_name(lead), ..lines(told) }
}

fn unknown(what: &Unknown) -> Text {
    match what {
        Unknown::Lead(id) if *id == LeadId(0) => Text::plain("Which lead? Type its number, such as L-1042."),
        Unknown::Lead(id) => Text::plain(format!("There is no lead {id}. /lead list shows those that are open.")),
        Unknown::Person => {
            Text::plain("They are not known here yet: they become known when they press a button or give a command.")
        }
        Unknown::Team(key) => named("There is no team \"", key, "\". Choose one of those offered while you type."),
        Unknown::Reason(key) => {
            named("There is no reason \"", key, "\" now. Press Disqualify again, or choose one of those offered while you type.")
        }
        Unknown::Stage(key) => named("There is no stage \"", key, "\" now. Choose one of those that there are."),
    }
}

/// What was typed or stands on an old control may be anything.
fn named(before: &'static str, key: &str, after: &'static str) -> Text {
    Text::plain(before).data(&Untrusted::new(key).one_line().cut(40)).and(after)
}

#[cfg(test)]
mod tests;
