//! Sequences: which there are, how they do, and what one did to a lead.

use super::World;
use super::parts::{button, count, label, lines, on, person, short_name};
use super::remarks::words;
use super::templates::part_of;
use crate::chat::action::Verb;
use crate::domain::clocks::Clock;
use crate::domain::ids::{PersonId, SequenceKey};
use crate::domain::lead::Lead;
use crate::domain::message::{Button, Look, View};
use crate::domain::sequences::Ended;
use crate::domain::text::{Span, Text, When};
use crate::playbook::{Sequence, SequenceStep};

/// How a sequence does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Leads that are in it.
    pub inside: u32,
    /// Messages that went out.
    pub sent: u64,
    /// Leads that answered or asked again.
    pub answered: u32,
    /// Leads whose sleep ended otherwise meanwhile.
    pub returned: u32,
}

/// Which ones there are, each with how it does.
#[must_use]
pub fn list(tallies: &[(&Sequence, Tally)], post: super::templates::Post, world: World<'_>) -> View {
    if tallies.is_empty() {
        return words(
            "Nothing goes out by itself: the playbook has no [[sequence]]. An administrator can add one; the usual one needs key = \"nurture\" and nothing else.",
        );
    }
    let mut told = Vec::new();
    for (Sequence { key, name, when, steps }, tally) in tallies {
        let Tally { inside, sent, answered, returned } = tally;
        let line = Text::default()
            .strong(name.clone())
            .and(format!("  {inside} in it, {sent} sent, {answered} answered, {returned} returned otherwise  "));
        told.push(line.then(code(key.as_str())));
        let step = |SequenceStep { after, template }: &SequenceStep| {
            format!(
                "\"{}\" after {}",
                template_name(template, world),
                count(u32::try_from(after.num_days()).unwrap_or_default(), "day", "days")
            )
        };
        told.push(Text::plain(steps.iter().map(step).collect::<Vec<_>>().join(", then ")));
        told.push(Text::plain("when ").then(code(when.text())));
    }
    told.push(match post {
        super::templates::Post::Ours => "Stop one for a lead with /sequence stop.".into(),
        super::templates::Post::Theirs => {
            "No mail server is named in the settings ([smtp]): who had the lead is told when a message is due, and sends it."
                .into()
        }
    });
    View { title: "Sequences".into(), ..lines(told) }
}

fn code(text: &str) -> Text {
    Text(vec![Span::Code(text.to_owned())])
}

/// What a template is called.
pub(super) fn template_name(key: &str, world: World<'_>) -> String {
    world.playbook.templates.iter().find(|template| template.key == key).map_or_else(|| key.to_owned(), |t| t.name.clone())
}

fn name(key: &SequenceKey, world: World<'_>) -> String {
    world.playbook.sequence(key).map_or_else(|| key.to_string(), |sequence| sequence.name.clone())
}

/// Which one a lead is in, and what comes next.
pub(super) fn line(lead: &Lead, world: World<'_>) -> Option<Text> {
    let enrolled = lead.course.sequence.as_ref()?;
    let line = label("Sequence").and(name(&enrolled.sequence, world));
    let next = world.playbook.sequence(&enrolled.sequence).and_then(|sequence| sequence.steps.get(enrolled.step));
    Some(match (next, lead.course.clocks.due(Clock::Sequence)) {
        (Some(next), Some(at)) => {
            line.and(format!(", next \"{}\" ", template_name(&next.template, world))).at(at, When::DateTime)
        }
        (Some(_), None) | (None, _) => line,
    })
}

/// It began.
pub(super) fn began(sequence: &SequenceKey, world: World<'_>) -> Text {
    Text::plain(format!("the sequence {} began", name(sequence, world)))
}

/// A message was written, in somebody's name.
pub(super) fn written(sequence: &SequenceKey, (template, by): (&str, PersonId), world: World<'_>) -> Text {
    let (template, sequence) = (template_name(template, world), name(sequence, world));
    person(Text::plain(format!("\"{template}\" was written to them by the sequence {sequence}, for ")), by, world)
}

/// Somebody was asked to write.
pub(super) fn handed(sequence: &SequenceKey, to: PersonId, world: World<'_>) -> Text {
    let asked = person(Text::default(), to, world);
    asked.and(format!(" was asked to write to them, by the sequence {}", name(sequence, world)))
}

/// A message could not be written.
pub(super) fn skipped(sequence: &SequenceKey, world: World<'_>) -> Text {
    Text::plain(format!("a message of the sequence {} could not be written", name(sequence, world)))
}

/// It is over.
pub(super) fn ended(sequence: &SequenceKey, why: Ended, world: World<'_>) -> Text {
    let why = match why {
        Ended::Through => "all of it was written",
        Ended::Answered => "they answered",
        Ended::Returned => "the sleep was over",
        Ended::Stopped => "somebody stopped it",
        Ended::NoAddress => "no e-mail address is known",
        Ended::Refused => "what was written came back",
        Ended::Dropped => "the playbook has it no more",
    };
    Text::plain(format!("the sequence {} ended: {why}", name(sequence, world)))
}

/// There is nothing to stop.
#[must_use]
pub fn none_to_stop(lead: &Lead) -> View {
    lines(vec![Text::plain("Nothing goes out to ").then(short_name(lead)).and(" by itself.")])
}

/// What to do where nothing goes out by itself.
pub(super) fn by_hand(sequence: &SequenceKey, world: World<'_>) -> Text {
    Text::plain(format!(
        "The sequence {} says so, and no mail server is named that would send it. Send it yourself, then log it; the lead sleeps on.",
        name(sequence, world)
    ))
}

/// The message, and the way out.
pub(super) fn buttons(lead: &Lead, template: &str) -> Vec<Button> {
    let action = on(Verb::TemplateUse, lead).with(&part_of(template)).to_string();
    let show = Button { label: "Show the message".to_owned(), action, look: Look::Primary };
    vec![show, button("Stop the sequence", Look::Plain, Verb::SequenceStop, lead)]
}
