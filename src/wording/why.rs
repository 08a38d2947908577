//! The log told in words: who, when, and by which rule.
//! Invariant: every line of the log that changed something a person would ask about is told; clocks that were set are not.

use chrono::{DateTime, Utc};

use super::parts::{exit_words, nth, person, reason_name, short_name, span, stage_name, team_name};
use super::pickers::outcome_words;
use super::skills::names;
use super::states::triage_words;
use super::traces::{routed_words, score_clause, tried_lines};
use super::{World, helping, sequences, signals, templates, trading};
use crate::domain::clocks::Clock;
use crate::domain::deciders::{NAMED, Role};
use crate::domain::fact::Fact;
use crate::domain::ids::{PersonId, TeamKey};
use crate::domain::lead::{Exit, Lead, TriageWhy};
use crate::domain::message::View;
use crate::domain::text::{Text, Untrusted, When};
use crate::domain::trade::Side;
use crate::playbook::{Step, Whom};
use crate::store::ActivityRow;

/// Newest lines told; the first one is always told.
const LINES_MAX: usize = 30;

/// Longest quotation of what somebody wrote.
const WORDS_MAX: usize = 300;

/// One line of a lead's log.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// When.
    pub at: DateTime<Utc>,
    /// Who; the clock, when `None`.
    pub actor: Option<PersonId>,
    /// What is true since.
    pub facts: Vec<Fact>,
    /// What was written with it.
    pub words: Option<String>,
}

/// The log without what was taken back: what is told as having happened.
#[must_use]
pub fn standing(log: Vec<Told>) -> Vec<Told> {
    let mut stands: Vec<Told> = Vec::with_capacity(log.len());
    for told in log {
        if !told.facts.iter().any(|fact| matches!(fact, Fact::Undone { .. })) {
            stands.push(told);
        } else if let Some(at) = taken_back(&stands) {
            stands.remove(at);
        }
    }
    stands
}

/// What was done last; an end that was said elsewhere is taken back there, whatever was noted since.
fn taken_back(log: &[Told]) -> Option<usize> {
    let is_elsewhere = |fact: &Fact| matches!(fact, Fact::Closed { exit: Exit::Suppressed, .. });
    let goes_on = |fact: &Fact| matches!(fact, Fact::CameBack { .. } | Fact::Reopened { .. });
    let ended = log.iter().rposition(|told| told.facts.iter().any(|fact| matches!(fact, Fact::Closed { .. })));
    let elsewhere = ended.filter(|at| log[*at].actor.is_none() && log[*at].facts.iter().any(is_elsewhere));
    let is_over = |at: &usize| !log[*at..].iter().flat_map(|told| &told.facts).any(goes_on);
    let acted = |told: &Told| told.actor.is_some() && told.facts.iter().any(|fact| !matches!(fact, Fact::Revealed { .. }));
    elsewhere.filter(is_over).or_else(|| log.iter().rposition(acted))
}

impl From<ActivityRow> for Told {
    fn from(row: ActivityRow) -> Self {
        Self { at: row.at, actor: row.actor, facts: row.facts, words: row.words }
    }
}

/// The lead's story; `log` oldest first.
#[must_use]
pub fn why(lead: &Lead, log: &[Told], world: World<'_>) -> View {
    let mut lines: Vec<Text> = log.iter().flat_map(|told| line(told, lead, world).into_iter().chain(trace(told))).collect();
    if lines.len() > LINES_MAX {
        let left = lines.len() - LINES_MAX;
        let begin = 1 + log.first().map_or(0, |told| trace(told).len());
        lines.drain(begin..=left + begin - 1);
        lines.insert(begin, Text::plain(format!("… {left} more …")));
    }
    View { title: Text::plain("Why? ").then(short_name(lead)), lines, ..View::default() }
}

/// The rules that were tried before the one that sent it somewhere.
fn trace(told: &Told) -> Vec<Text> {
    let routed = told.facts.iter().find_map(|fact| if let Fact::RoutedBy { routed } = fact { Some(routed) } else { None });
    routed.map(tried_lines).unwrap_or_default()
}

fn line(told: &Told, lead: &Lead, world: World<'_>) -> Option<Text> {
    let begin = Text::default().at(told.at, When::DateTime).and("  ");
    if told.facts.iter().any(|fact| matches!(fact, Fact::Received { .. })) {
        let came = begin.and(match lead.profile.source.as_str() {
            NAMED => "was named as who decides".to_owned(),
            key => format!("came in from {key}"),
        });
        return Some(match sentence(told, world) {
            Some(then) => came.and("; ").then(then),
            None => came,
        });
    }
    let said = sentence(told, world)?;
    let is_claim = told.facts.iter().any(|fact| matches!(fact, Fact::Claimed { .. }));
    let is_first = lead.course.work.claimed_at == Some(told.at);
    Some(if is_claim && is_first {
        begin.then(said).and(format!(", {} after it came in", span(told.at - lead.profile.received_at)))
    } else {
        begin.then(said)
    })
}

/// What one line of the log says; nothing when only clocks moved.
#[must_use]
pub(super) fn sentence(told: &Told, world: World<'_>) -> Option<Text> {
    let mut clauses: Vec<(bool, Text)> =
        told.facts.iter().filter_map(|fact| Some((is_explained(fact), fact_words(fact, told, world)?))).collect();
    if let Some(words) = told.words.as_deref().filter(|words| !words.trim().is_empty()) {
        // What was written stands beside the deed that it explains, not beside what followed from that.
        let last = clauses.len().checked_sub(1);
        let explained = clauses.iter().position(|(is_explained, _)| *is_explained).or(last);
        if let Some((_, clause)) = explained.and_then(|place| clauses.get_mut(place)) {
            let said = std::mem::take(clause);
            *clause = said.and(": \"").data(&Untrusted::new(words).one_line().cut(WORDS_MAX)).and("\"");
        }
    }
    clauses.into_iter().map(|(_, clause)| clause).reduce(|before, next| before.and(", ").then(next))
}

/// People give their reasons or results with these.
fn is_explained(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::Passed { .. }
            | Fact::Released { .. }
            | Fact::Assigned { by: Some(_), .. }
            | Fact::ToTriage { .. }
            | Fact::Attempted { .. }
            | Fact::FollowUpSet { .. }
            | Fact::FollowUpDone { .. }
            | Fact::Noted { .. }
            | Fact::Pooled { .. }
            | Fact::Closed { .. }
            | Fact::SentToRepair { .. }
            | Fact::Mended { .. }
            | Fact::NotMended { .. }
            | Fact::HelpAsked { .. }
            | Fact::HelpAnswered { .. }
            | Fact::HelpDeclined { .. }
            | Fact::TradeOffered { .. }
    )
}

fn fact_words(fact: &Fact, told: &Told, world: World<'_>) -> Option<Text> {
    let who = |id: PersonId, words: String| Some(person(Text::default(), id, world).and(words));
    let actor = |words: String| match told.actor {
        Some(actor) => person(Text::default(), actor, world).and(format!(" {words}")),
        None => Text::plain(words),
    };
    match fact {
        Fact::Received { .. } | Fact::FirstTouchPromised { .. } => None,
        Fact::Scored { score } if world.playbook.scoring.rules.is_empty() && !told_of_signals(told) => None,
        Fact::Scored { score } if score.parts.is_empty() => None,
        Fact::Scored { score } => Some(Text::plain("worth ").then(score_clause(score))),
        Fact::RoutedBy { routed } => routed_words(routed, world),
        Fact::AccountKept { owner, lead } => who(*owner, format!(" looks after this company already ({lead})")),
        Fact::Waits { team, until_open: true, .. } => Some(held(team, told, world)),
        Fact::Waits { team, step, until_open: false } => waits(team, *step, told, world),
        Fact::Piled => Some(Text::plain("many waited, so it was shown with others in one message")),
        Fact::Unpiled => Some(Text::plain("it got a card of its own")),
        Fact::StoodStill { since } => {
            Some(Text::plain("its clocks stood still since ").at(*since, When::Time).and(", while the chat could not be reached"))
        }
        Fact::Offered { to, .. } => Some(person(Text::plain("it was offered to "), *to, world)),
        Fact::ChosenFor { skills, .. } => Some(Text::plain(format!("chosen for {}", names(skills, world)))),
        Fact::OfferLapsed { to } => who(*to, " did not answer".to_owned()),
        Fact::Passed { by } => who(*by, " passed".to_owned()),
        Fact::TurnTaken { .. } => None,
        Fact::Claimed { by } => who(*by, " claimed it".to_owned()),
        Fact::Assigned { to, by: Some(by) } => Some(person(person(Text::default(), *by, world).and(" gave it to "), *to, world)),
        Fact::Assigned { to, by: None } => Some(person(Text::plain("it went to "), *to, world)),
        Fact::Released { by, .. } => who(*by, " gave it back".to_owned()),
        Fact::TakenBack { from, .. } => who(*from, " had let it lie: it was taken back".to_owned()),
        Fact::ToTriage { why: TriageWhy::WrongTeam } => Some(actor("sent it to the managers as another team's".to_owned())),
        Fact::ToTriage { why } if told.actor.is_none() => {
            Some(Text::plain(format!("it went to the managers: {}", triage_words(*why))))
        }
        Fact::ToTriage { why } => Some(actor(format!("sent it to the managers: {}", triage_words(*why)))),
        Fact::MovedByItself | Fact::FollowUpReminded | Fact::ClockSet { .. } | Fact::ClockStopped { .. } => None,
        Fact::Attempted { by, channel, outcome } => {
            who(*by, format!(" tried by {}: {}", channel.within(), outcome_words(*channel, *outcome).to_lowercase()))
        }
        Fact::FollowUpSet { at } => Some(actor("planned a follow-up for ".to_owned()).at(*at, When::DateTime)),
        Fact::FollowUpCleared => Some(Text::plain("the follow-up was done")),
        Fact::Noted { by } => who(*by, " noted".to_owned()),
        Fact::StageSet { to } => Some(Text::plain(format!("stage {}", stage_name(to, world)))),
        Fact::Pooled { reason, until, .. } => {
            Some(actor(format!("put it to sleep as \"{}\" until ", reason_name(reason, world))).at(*until, When::Date))
        }
        Fact::WokeUp => Some(Text::plain("it woke up")),
        Fact::Closed { exit, reason, original } => {
            let why = reason.as_ref().map_or_else(String::new, |reason| format!(", {}", reason_name(reason, world)));
            let of = original.map_or_else(String::new, |original| format!(" of {original}"));
            Some(by_whom(Text::plain(format!("{}{of}{why}", exit_words(*exit))), told, world))
        }
        Fact::Reopened { by } => who(*by, " reopened it".to_owned()),
        Fact::TurnReturned { to } => Some(person(Text::plain("the turn was given back to "), *to, world)),
        Fact::StillMine => Some(actor("said that it is still theirs".to_owned())),
        Fact::Revealed { by } => who(*by, " looked at the contact data".to_owned()),
        Fact::CompanyKnown { leads, .. } => {
            let named: Vec<String> = leads.iter().map(|kin| kin.lead.to_string()).collect();
            Some(Text::plain(format!("of the same company as {}", named.join(", "))))
        }
        Fact::Tagged { tag } => Some(by_whom(Text::plain(format!("the tag {tag} was put on")), told, world)),
        Fact::Untagged { tag } => Some(by_whom(Text::plain(format!("the tag {tag} was taken off")), told, world)),
        Fact::MailUnsent { by, unsent } => who(*by, format!("'s e-mail did not go out: {}", templates::unsent_words(unsent))),
        Fact::LooksLike { lead } => Some(Text::plain(format!("it looks like {lead}"))),
        Fact::CameAgain { source } => Some(Text::plain(format!("they asked again, by {source}"))),
        Fact::CameBack { after, themselves: true } => {
            Some(Text::plain(format!("they came back themselves; it was {}", exit_words(*after))))
        }
        Fact::CameBack { after, themselves: false } => {
            Some(Text::plain(format!("it was opened again; it was {}", exit_words(*after))))
        }
        Fact::MergedFrom { lead, .. } => Some(by_whom(Text::plain(format!("{lead} was merged into it")), told, world)),
        Fact::Unmerged { lead, .. } => Some(by_whom(Text::plain(format!("the merge of {lead} was taken back")), told, world)),
        Fact::HelpAsked { by, of } => {
            Some(helping::whom_words(person(Text::default(), *by, world).and(" asked for help: "), *of, world))
        }
        Fact::HelpAskedAgain { of } => {
            Some(helping::whom_words(Text::plain("nobody had answered, so these were asked: "), *of, world))
        }
        Fact::HelpAnswered { by } => who(*by, " answered".to_owned()),
        Fact::HelpDeclined { by } => who(*by, " could not help".to_owned()),
        Fact::HelpDropped { by } => who(*by, " took the question back".to_owned()),
        Fact::TradeOffered { by, with, side: Side::Offered } => who(*by, format!(" offered it for {with}")),
        Fact::TradeOffered { by, with, side: Side::Wanted } => who(*by, format!(" wanted it for {with}")),
        Fact::TradeEnded { with, how } => Some(Text::plain(format!("the trade for {with} {}", trading::over_words(*how)))),
        Fact::Traded { with } => Some(Text::plain(format!("it was traded for {with}"))),
        Fact::Signalled { signal } => Some(Text::plain("they ").then(signals::deed(&signal.kind, signal.what.as_deref(), world))),
        Fact::SequenceBegun { sequence } => Some(sequences::began(sequence, world)),
        Fact::SequenceWritten { sequence, template, by, .. } => Some(sequences::written(sequence, (template, *by), world)),
        Fact::SequenceHanded { sequence, to, .. } => Some(sequences::handed(sequence, *to, world)),
        Fact::SequenceSkipped { sequence, .. } => Some(sequences::skipped(sequence, world)),
        Fact::SequenceEnded { sequence, why } => Some(sequences::ended(sequence, *why, world)),
        Fact::TurnedHot => Some(Text::plain("it turned hot by what they did")),
        Fact::Undone { .. } if told.actor.is_none() => {
            Some(Text::plain("it goes on: they had been put on the list of those left alone by mistake"))
        }
        Fact::Undone { .. } => Some(by_whom(Text::plain("what was done last was taken back"), told, world)),
        Fact::DealMade { value: Some(value) } => Some(actor(format!("made a deal of it, of {value}"))),
        Fact::DealMade { value: None } => Some(actor("made a deal of it".to_owned())),
        Fact::DealValued { value } => Some(actor(format!("said that its deal is worth {value}"))),
        Fact::DealWon { value } => {
            Some(Text::plain(value.map_or_else(|| "its deal was won".to_owned(), |value| format!("a deal of {value} was won"))))
        }
        Fact::FollowUpDone { by } => who(*by, " did what was planned".to_owned()),
        Fact::DealLost => Some("its deal was lost".into()),
        Fact::WentQuiet { .. } => Some("nothing had happened with this customer for long: inactive".into()),
        Fact::SentToRepair { fixer: Some(fixer), reason, .. } => {
            let text = actor(format!("gave it up as \"{}\", and ", reason_name(reason, world)));
            Some(person(text, *fixer, world).and(" was asked to mend it"))
        }
        Fact::SentToRepair { fixer: None, reason, .. } => {
            Some(actor(format!("gave it up as \"{}\", and anybody of the team may mend it", reason_name(reason, world))))
        }
        Fact::Mended { by: Some(by) } => who(*by, " mended it".to_owned()),
        Fact::Mended { by: None } => Some(Text::plain("what they say now is right")),
        Fact::NotMended { by: Some(by) } => who(*by, " could not mend it".to_owned()),
        Fact::Linked { lead, role: Role::Decides } => Some(Text::plain(format!("{lead} decides for it"))),
        Fact::Linked { lead, role: Role::DecidedFor } => Some(Text::plain(format!("it decides for {lead}"))),
        Fact::NotMended { by: None } => Some(Text::plain("nobody mended it in time")),
        Fact::Reminded { of } => Some(Text::plain(format!("its owner was reminded: {}", clock_words(*of)))),
    }
}

/// Where a company scores nothing else, a score is told with the signal that gave it.
fn told_of_signals(told: &Told) -> bool {
    told.facts.iter().any(|fact| matches!(fact, Fact::Signalled { .. }))
}

fn by_whom(text: Text, told: &Told, world: World<'_>) -> Text {
    match told.actor {
        Some(actor) => person(text.and(", by "), actor, world),
        None => text,
    }
}

/// The team was closed, so that its rung waits.
fn held(team: &TeamKey, told: &Told, world: World<'_>) -> Text {
    let name = team_name(team, world);
    match told.actor.filter(|_| matches!(told.facts.first(), Some(Fact::Waits { .. }))) {
        Some(actor) => person(Text::default(), actor, world).and(format!(" sent it to {name}, who are not there yet")),
        None => Text::plain(format!("it waits until {name} is there")),
    }
}

/// Who heard of it on a rung, and why it stands there; nothing where it did not stand, but went to somebody at once.
fn waits(team: &TeamKey, step: usize, told: &Told, world: World<'_>) -> Option<Text> {
    let name = team_name(team, world);
    if let Some(actor) = told.actor.filter(|_| matches!(told.facts.first(), Some(Fact::Waits { .. }))) {
        return Some(person(Text::default(), actor, world).and(format!(" sent it to {name}")));
    }
    let rung = world.playbook.team(team).and_then(|team| team.ladder.get(step));
    let gives = matches!(rung, Some(Step::AssignToNext | Step::AssignToCaptain | Step::AssignToPerson { .. }));
    if gives && told.facts.iter().any(|fact| matches!(fact, Fact::Assigned { by: None, .. })) {
        return None;
    }
    let heard = match rung {
        Some(Step::Mention { whom: Whom::Team, .. }) => format!("{name} was rung"),
        Some(Step::Mention { whom: Whom::Managers, .. }) => "managers were rung".to_owned(),
        Some(
            Step::Open { .. }
            | Step::Offer { .. }
            | Step::AssignToNext
            | Step::AssignToCaptain
            | Step::AssignToPerson { .. }
            | Step::HandToTeam { .. },
        )
        | None => format!("it is open to {name}"),
    };
    Some(if step == 0 {
        Text::plain(heard)
    } else {
        Text::plain(format!("nobody had taken it: {heard} ({} step)", nth(u32::try_from(step + 1).unwrap_or(u32::MAX))))
    })
}

fn clock_words(clock: Clock) -> &'static str {
    match clock {
        Clock::FirstTouchWarning => "the first touch was near due",
        Clock::FirstTouch => "the first touch was late",
        Clock::NotReached => "nobody was reached yet",
        Clock::FollowUp => "the follow-up was due",
        Clock::FollowUpOverdue => "the follow-up was overdue",
        Clock::Stage | Clock::CustomerQuiet => "nothing had happened for long",
        Clock::Step
        | Clock::Release
        | Clock::StillYours
        | Clock::Return
        | Clock::Triage
        | Clock::Repair
        | Clock::Help
        | Clock::Trade
        | Clock::Sequence => "something was due",
    }
}

#[cfg(test)]
mod tests;
