//! Segments: which there are, and what came of doing something with one.

use chrono::{DateTime, SecondsFormat, Utc};

use super::World;
use super::parts::{count as number, lines, team_name};
use super::remarks::words;
use crate::domain::lead::Lead;
use crate::domain::message::{Attachment, View};
use crate::domain::tags::Tag;
use crate::domain::text::{Span, Text, Untrusted, cut};
use crate::playbook::Segment;

/// Longest condition shown.
const WHEN_MAX: usize = 200;

/// The heads of a segment's file.
pub const HEADS: [&str; 14] = [
    "lead",
    "received_at",
    "name",
    "company",
    "email",
    "phone",
    "country",
    "source",
    "state",
    "stage",
    "team",
    "owner",
    "tags",
    "last_attempt_at",
];

/// What was done with all leads of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// They carry this tag now.
    Tagged(Tag),
    /// They are on their teams' ladders.
    Requeued,
}

/// Which ones there are, each with its number of leads.
#[must_use]
pub fn list(counts: &[usize], world: World<'_>) -> View {
    let segments = &world.playbook.segments;
    if segments.is_empty() {
        return words("The playbook has no segments: add some with [[segment]].");
    }
    let mut told = Vec::new();
    for (segment, count) in segments.iter().zip(counts) {
        told.push(Text::default().strong(segment.name.clone()).and(format!("  {}  ", leads_of(*count))).then(code(&segment.key)));
        told.push(Text::plain("when ").then(code(segment.when.text())));
    }
    told.push("Use one with /segment run.".into());
    View { title: "Segments".into(), ..lines(told) }
}

fn code(text: &str) -> Text {
    Text(vec![Span::Code(cut(text, WHEN_MAX))])
}

fn leads_of(count: usize) -> String {
    number(u32::try_from(count).unwrap_or(u32::MAX), "lead", "leads")
}

/// How many it has.
#[must_use]
pub fn count(segment: &Segment, count: usize) -> View {
    words(format!("{}: {}.", segment.name, leads_of(count)))
}

/// The first of its leads, under how many there are.
#[must_use]
pub fn leads(segment: &Segment, count: usize, mut listed: View) -> View {
    let shown = listed.lines.len();
    if count > shown && count > 0 {
        listed.title = Text::plain(format!("{}: {count}", segment.name));
        listed.lines.push(Text::plain(format!("and {} more; all of them with the action Download", count - shown)));
    }
    listed
}

/// Its leads as a file.
#[must_use]
pub fn file(segment: &Segment, (written, count): (usize, usize), file: Result<Attachment, String>) -> View {
    match file {
        Ok(file) if written < count => {
            let told = format!("{}: the first {written} of {}.", segment.name, leads_of(count));
            View { files: vec![file], ..words(told) }
        }
        Ok(file) => View { files: vec![file], ..words(format!("{}: {}.", segment.name, leads_of(count))) },
        Err(error) => {
            tracing::error!(segment = segment.key, error, "a segment could not be written as a file");
            words("The file could not be made. Please try again.")
        }
    }
}

/// What came of doing it to each.
#[must_use]
pub fn done(segment: &Segment, done: &Done, (changed, count): (usize, usize)) -> View {
    let name = &segment.name;
    let (what, none) = match done {
        Done::Tagged(tag) => (format!("tagged {tag}"), format!("{name}: none of its leads lacks the tag {tag}.")),
        Done::Requeued => {
            ("sent back to their teams".to_owned(), format!("{name}: none of its leads is asleep or can be reopened."))
        }
    };
    match (changed, count.saturating_sub(changed)) {
        (0, _) if count == 0 => words(none),
        (changed, 0) => words(format!("{name}: {} {what}.", leads_of(changed))),
        (changed, left) => words(format!("{name}: {} {what}; {left} left. Run it again for more.", leads_of(changed))),
    }
}

/// There is none of that name.
#[must_use]
pub fn unknown(typed: &str) -> View {
    let typed = Untrusted::new(typed).one_line().cut(60);
    words(Text::plain("There is no segment \"").data(&typed).and("\": /segment list shows those there are."))
}

/// A lead as a row of a segment's file.
#[must_use]
pub fn cells(lead: &Lead, world: World<'_>) -> [String; HEADS.len()] {
    let (profile, course) = (&lead.profile, &lead.course);
    let contact = &profile.contact;
    let said = |text: Option<&Untrusted>| text.map(|text| text.one_line().raw().to_owned()).unwrap_or_default();
    let at = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let owner = course.state.owner().and_then(|owner| world.roster.get(owner));
    let tags: Vec<&str> = course.tags.iter().map(Tag::as_str).collect();
    [
        lead.id.to_string(),
        at(profile.received_at),
        said(contact.full_name().as_ref()),
        said(contact.company.as_ref()),
        said(contact.email.as_ref()),
        contact.phone_e164.clone().unwrap_or_else(|| said(contact.phone.as_ref())),
        contact.country.clone().unwrap_or_default(),
        profile.source.to_string(),
        course.state.word().to_owned(),
        course.stage.to_string(),
        course.team.as_ref().map(|team| team_name(team, world)).unwrap_or_default(),
        owner.map(|owner| owner.name.clone()).unwrap_or_default(),
        tags.join(" "),
        course.work.last_attempt_at.map(at).unwrap_or_default(),
    ]
}
