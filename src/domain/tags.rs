//! Tags: words that a team puts on leads, to find them again.
//! A tag is no touch: it stops no clock, and a lead that only carries one is as untouched as before.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::draft::Draft;
use super::fact::Fact;
use super::lead::{Exit, State};
use super::person::Person;
use super::reply::{Need, Reply};

/// Longest tag, in letters.
const LETTERS_MAX: usize = 32;

/// Most tags on one lead: more than that is a filing system.
pub const TAGS_MAX: usize = 10;

/// A tag: small letters, digits, `-` and `_`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tag(String);

impl Tag {
    /// As people type it: `VIP customer` and `#vip-customer` are the same tag. Nothing where it is none.
    #[must_use]
    pub fn read(typed: &str) -> Option<Self> {
        let words: Vec<String> = typed.trim().trim_start_matches('#').split_whitespace().map(str::to_lowercase).collect();
        let tag = words.join("-");
        let is_plain = tag.chars().all(|letter| letter.is_alphanumeric() || letter == '-' || letter == '_');
        (!tag.is_empty() && is_plain && tag.chars().count() <= LETTERS_MAX).then_some(Self(tag))
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Puts a tag on.
pub(super) fn tag(draft: &mut Draft<'_>, by: &Person, tag: &Tag) -> Reply {
    if let Some(refusal) = refusal(draft, by) {
        return refusal;
    }
    let tags = &draft.course().tags;
    if tags.contains(tag) {
        return Reply::Tagged { tag: tag.clone() };
    }
    if tags.len() >= TAGS_MAX {
        return Reply::TagsFull;
    }
    draft.record(Fact::Tagged { tag: tag.clone() });
    Reply::Tagged { tag: tag.clone() }
}

/// Takes a tag off.
pub(super) fn untag(draft: &mut Draft<'_>, by: &Person, tag: &Tag) -> Reply {
    if let Some(refusal) = refusal(draft, by) {
        return refusal;
    }
    if draft.course().tags.contains(tag) {
        draft.record(Fact::Untagged { tag: tag.clone() });
    }
    Reply::Untagged { tag: tag.clone() }
}

/// The owner, who covers for them, the people of its team, and managers tag a lead; nobody one that is to be left alone.
fn refusal(draft: &Draft<'_>, by: &Person) -> Option<Reply> {
    let course = draft.course();
    if matches!(course.state, State::Closed { exit: Exit::Suppressed, .. }) {
        return Some(Reply::Suppressed);
    }
    let owner = course.state.owner();
    let is_theirs = owner.is_some_and(|owner| draft.snapshot.roster.keeper(owner, draft.now) == by.id || owner == by.id);
    let is_of_their_team = course.team.as_ref().is_some_and(|team| by.membership(team).is_some());
    let may = by.manages() || is_theirs || is_of_their_team;
    (!may).then_some(Reply::NotAllowed(Need::OwnerOrManager { owner }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_read_as_people_type_it() {
        let read = |typed: &str| Tag::read(typed).map(|tag| tag.0);
        assert_eq!(read("  #VIP  Customer "), Some("vip-customer".to_owned()));
        assert_eq!(read("Größe_2"), Some("größe_2".to_owned()));
        for typed in ["", "#", "a,b", "<@5>", "x\u{202E}y", &"x".repeat(33)] {
            assert_eq!(read(typed), None, "{typed}");
        }
    }
}
