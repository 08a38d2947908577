//! What people did besides asking, in words.

use super::World;
use super::parts::short;
use crate::domain::ids::SignalKey;
use crate::domain::signals::BOUNCED;
use crate::domain::text::{Text, Untrusted};

/// Nothing that they did: a mail to them could not be delivered.
pub(super) fn came_back(kind: &SignalKey) -> bool {
    kind.as_str() == BOUNCED
}

/// `visited pricing`.
pub(super) fn deed(kind: &SignalKey, what: Option<&str>, world: World<'_>) -> Text {
    let name = world.playbook.signal(kind).map_or(kind.as_str(), |rule| rule.name.as_str());
    let text = Text::default().data(&short(&Untrusted::new(name)));
    match what {
        Some(what) => text.and(" ").data(&short(&Untrusted::new(what))),
        None => text,
    }
}
