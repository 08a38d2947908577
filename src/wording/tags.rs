//! Tags on a lead, in words.

use super::parts::label;
use super::remarks::words;
use crate::domain::lead::Lead;
use crate::domain::message::View;
use crate::domain::tags::{TAGS_MAX, Tag};
use crate::domain::text::{Text, Untrusted};

/// `Tags vip, spring`; nothing without any.
pub(super) fn line(lead: &Lead) -> Option<Text> {
    let tags: Vec<&str> = lead.course.tags.iter().map(Tag::as_str).collect();
    (!tags.is_empty()).then(|| label("Tags").data(&Untrusted::new(&tags.join(", "))))
}

/// What was typed cannot be a tag.
#[must_use]
pub fn unreadable(typed: &str) -> View {
    let typed = Untrusted::new(typed).one_line().cut(60);
    words(Text::plain("\"").data(&typed).and("\" cannot be a tag: use letters, digits, - and _, at most 32."))
}

/// It carries as many as it can.
pub(super) fn full(lead: Text) -> Text {
    lead.and(format!(" carries {TAGS_MAX} tags already: take one off first, with /lead tag and remove."))
}
