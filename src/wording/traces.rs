//! Why a lead is worth what it is worth, and why it went where it went.

use super::parts::{label, team_name};
use super::{World, skills};
use crate::domain::lead::Lead;
use crate::domain::routing::{Routed, Tried};
use crate::domain::scoring::{Part, Score};
use crate::domain::text::{Span, Text, Untrusted, cut};

/// Reasons on a card: those that tell most.
const REASONS_MAX: usize = 4;

/// Rules told that did not hold.
const TRIED_MAX: usize = 15;

/// Longest part of a rule that is repeated.
const CLAUSE_MAX: usize = 120;

/// The score with its reasons, as a line of a card; nothing where the company says nothing about scores.
pub(super) fn score_line(lead: &Lead, world: World<'_>) -> Option<Text> {
    let says_nothing = world.playbook.scoring.rules.is_empty() && lead.course.signals.is_empty();
    let score = lead.course.score.as_ref().filter(|_| !says_nothing)?;
    Some(label("Score").then(score_words(score)))
}

/// `82 hot   +25 demo form   +20 200+ people`.
pub(super) fn score_words(score: &Score) -> Text {
    let begin = Text::default().strong(format!("{} {}", score.points, score.tier.word()));
    let reasons = score.parts.iter().take(REASONS_MAX);
    reasons.fold(begin, |text, Part { points, why }| text.and(format!("  {points:+} ")).data(&Untrusted::new(why)))
}

/// As part of a sentence: `82 hot (+25 demo form, +20 200+ people)`.
pub(super) fn score_clause(score: &Score) -> Text {
    let mut text = Text::default().strong(format!("{} {}", score.points, score.tier.word()));
    for (nth, Part { points, why }) in score.parts.iter().take(REASONS_MAX).enumerate() {
        let before = if nth == 0 { " (" } else { ", " };
        text = text.and(format!("{before}{points:+} ")).data(&Untrusted::new(why));
    }
    if score.parts.is_empty() { text } else { text.and(")") }
}

/// `rule "DE demo" sent it to DACH`; nothing where there was nothing to choose from.
pub(super) fn routed_words(routed: &Routed, world: World<'_>) -> Option<Text> {
    let asks = skills::asked(&routed.require, &routed.prefer, world);
    if routed.tried.is_empty() && world.playbook.routes.len() < 2 && asks.is_empty() {
        return None;
    }
    let text = Text::plain("rule \"")
        .data(&Untrusted::new(&routed.rule))
        .and(format!("\" sent it to {}{asks}", team_name(&routed.team, world)));
    Some(text)
}

/// The rules that did not hold, a line each, with the part that did not.
pub(super) fn tried_lines(routed: &Routed) -> Vec<Text> {
    let line = |Tried { rule, clause, broken }: &Tried| {
        let text = Text::plain("  not \"").data(&Untrusted::new(rule)).and("\": ");
        let text = text.then(Text(vec![Span::Code(cut(clause, CLAUSE_MAX))]));
        match broken {
            Some(why) => text.and(" cannot be judged: ").data(&Untrusted::new(why).one_line().cut(CLAUSE_MAX)),
            None => text.and(" does not hold"),
        }
    };
    let mut lines: Vec<Text> = routed.tried.iter().take(TRIED_MAX).map(line).collect();
    let left = routed.tried.len().saturating_sub(TRIED_MAX) + usize::try_from(routed.more).unwrap_or_default();
    if left > 0 {
        lines.push(Text::plain(format!("  … and {left} more rules before it that do not hold")));
    }
    lines
}
