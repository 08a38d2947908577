//! The rules, and a lead tried on them: what it would be worth, where it would go, and who would get it.

use super::World;
use super::parts::{lines, person, short_name, team_name};
use super::remarks::words;
use super::skills::{asked, names};
use super::states::next_step;
use super::teams::against;
use super::traces::{score_words, tried_lines};
use crate::domain::lead::Lead;
use crate::domain::message::View;
use crate::domain::preview::{Candidate, Preview};
use crate::domain::reply::Refusal;
use crate::domain::routing::Tried;
use crate::domain::text::{Span, Text, Untrusted, cut};
use crate::playbook::{Playbook, Step};
use crate::reports::words::turns as in_turns;

/// Rules of a kind listed.
const RULES_MAX: usize = 10;

/// People listed.
const PEOPLE_MAX: usize = 8;

/// Longest condition shown.
const WHEN_MAX: usize = 100;

/// Which rules a lead was tried on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rules {
    /// Those in force.
    InForce,
    /// A draft's.
    Draft,
}

/// Routes in order, then what gives points, then the tiers.
#[must_use]
pub fn rules(world: World<'_>) -> View {
    let Playbook { routes, scoring, .. } = world.playbook;
    let mut told = vec![Text::default().strong("Routes").and(", the first that holds")];
    for (nth, route) in routes.iter().take(RULES_MAX).enumerate() {
        let line = Text::plain(format!("{}. \"", nth + 1)).data(&Untrusted::new(&route.name));
        let line = line.and(format!("\" to {}{}", team_name(&route.team, world), asked(&route.require, &route.prefer, world)));
        told.push(match &route.when {
            Some(when) => line.and(" when ").then(code(when.text())),
            None => line.and(" always"),
        });
    }
    told.extend(more(routes.len()));
    told.push(Text::default().strong("Points"));
    for rule in scoring.rules.iter().take(RULES_MAX) {
        let line = Text::plain(format!("{:+} \"", rule.points)).data(&Untrusted::new(&rule.why)).and("\" when ");
        told.push(line.then(code(rule.when.text())));
    }
    told.extend(more(scoring.rules.len()));
    told.push(Text::plain(format!("up to +{} for what is known of them", scoring.completeness)));
    told.push(Text::plain(format!("Hot from {}, warm from {}, else cold.", scoring.hot, scoring.warm)));
    View { title: "Rules of the playbook in force".into(), ..lines(told) }
}

/// A rule that gives points and could not be judged.
fn broken(tried: &Tried) -> Text {
    let why = tried.broken.as_deref().unwrap_or_default();
    let text = Text::plain("  \"").data(&Untrusted::new(&tried.rule)).and("\": ").then(code(&tried.clause));
    text.and(" cannot be judged: ").data(&Untrusted::new(why).one_line().cut(WHEN_MAX))
}

fn more(all: usize) -> Option<Text> {
    (all > RULES_MAX).then(|| Text::plain(format!("… and {} more: /playbook show", all - RULES_MAX)))
}

fn code(text: &str) -> Text {
    Text(vec![Span::Code(cut(text, WHEN_MAX))])
}

/// What would become of a lead; nothing was written.
#[must_use]
pub fn tried(lead: &Lead, preview: &Preview, rules: Rules, world: World<'_>) -> View {
    let who = if lead.id.0 == 0 { "A made-up lead".into() } else { short_name(lead) };
    let title = match rules {
        Rules::InForce => who.and(" on the rules in force"),
        Rules::Draft => who.and(" on the draft"),
    };
    let mut told = vec![Text::plain("Worth ").then(score_words(&preview.score))];
    told.extend(preview.broken.iter().map(broken));
    told.extend(tried_lines(&preview.routed));
    let team = team_name(&preview.routed.team, world);
    told.push(Text::plain("Goes by \"").data(&Untrusted::new(&preview.routed.rule)).and("\" to ").strong(team).and(asked(
        &preview.routed.require,
        &preview.routed.prefer,
        world,
    )));
    match &preview.account {
        Some((account, team)) => {
            let line = person(Text::plain("There "), account.owner, world);
            let line = line.and(format!(" looks after the company already ({}) and gets it", account.lead));
            told.push(line.and(format!(", in {}.", team_name(team, world))));
        }
        None => told.extend(first_step(preview, world)),
    }
    told.extend(candidates(&preview.candidates, world));
    let cannot = |candidate: &Candidate| matches!(candidate.refusal, Some(Refusal::Lacks { .. }));
    if !preview.candidates.is_empty() && preview.candidates.iter().all(cannot) && preview.account.is_none() {
        told.push("Nobody of that team can do what it needs: it would end with the managers.".into());
    }
    told.push("Nothing was written.".into());
    View { title, ..lines(told) }
}

fn first_step(preview: &Preview, world: World<'_>) -> Option<Text> {
    let team = world.playbook.team(&preview.routed.team)?;
    let begin = if !team.hours.is_open(world.now) { "When the team is there: " } else { "First: " };
    Some(Text::plain(begin).then(match team.ladder.first() {
        Some(Step::Open { .. }) => "it is open to the team".into(),
        Some(_) | None => next_step(team, 0, world),
    }))
}

fn candidates(all: &[Candidate], world: World<'_>) -> Vec<Text> {
    if all.is_empty() {
        return vec!["Nobody works in that team yet.".into()];
    }
    let mut told = vec![Text::from("In order of turn:")];
    for (nth, Candidate { turn, preferred, refusal }) in all.iter().take(PEOPLE_MAX).enumerate() {
        let line = person(Text::plain(format!("{}. ", nth + 1)), turn.person, world);
        let line = line.and(format!(
            "  behind {}, got {}, credit {}, asked {}, weight {}",
            in_turns(turn.shortfall_micro),
            turn.standing.turns,
            in_turns(turn.standing.credit_micro),
            turn.asked,
            turn.weight
        ));
        let line = if preferred.is_empty() { line } else { line.and(format!(", has {}", names(preferred, world))) };
        told.push(match refusal {
            Some(refusal) => line.and("; not now: ").then(against(refusal, world)),
            None => line,
        });
    }
    if all.len() > PEOPLE_MAX {
        told.push(Text::plain(format!("and {} more: /fairness", all.len() - PEOPLE_MAX)));
    }
    told
}

/// Why somebody cannot have it now, as the end of a sentence.
#[must_use]
pub fn refusal(refusal: &Refusal, world: World<'_>) -> Text {
    against(refusal, world)
}

/// Nothing was said of the lead that should be tried.
#[must_use]
pub fn nothing_to_try() -> View {
    words("Say which lead: one that is there, or a made-up one with source, country, company, email, message or answers.")
}

/// Either one that is there or a made-up one.
#[must_use]
pub fn both() -> View {
    words("Either a lead that is there, or a made-up one: leave out the lead, or everything that is made up.")
}

/// Not a country.
#[must_use]
pub fn no_country(typed: &str) -> View {
    let typed = Untrusted::new(typed).one_line().cut(60);
    words(Text::plain("\"").data(&typed).and("\" is no country known here. Write its code, such as DE, or its name."))
}

/// Not questions with answers.
#[must_use]
pub fn no_answers(typed: &str) -> View {
    let typed = Untrusted::new(typed).one_line().cut(80);
    words(Text::plain("\"").data(&typed).and("\" has no answer. Write: company size: 200; role: VP."))
}

/// A playbook without teams sends nothing anywhere.
#[must_use]
pub fn no_team() -> View {
    words("That playbook has no team, so nothing goes anywhere.")
}
