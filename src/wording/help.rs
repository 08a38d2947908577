//! Help, from the catalogue; and what is said to those who may not.

use super::World;
use super::parts::lines;
use super::remarks::{guest, words};
use crate::commands::Entry;
use crate::domain::message::View;
use crate::domain::person::{Person, Rights};
use crate::domain::text::{Span, Text, Untrusted};

/// People named to whom one can turn.
const NAMED_MAX: usize = 3;

/// They may not give this command: what it needs, and whom to ask.
#[must_use]
pub fn not_yours(entry: &Entry, by: &Person, world: World<'_>) -> View {
    if by.rights == Rights::Guest || by.left {
        return guest();
    }
    let (whom, needed) = match entry.rights {
        Rights::Guest | Rights::Rep => return guest(),
        Rights::Manager => ("managers", Rights::Manager),
        Rights::Admin => ("administrators", Rights::Admin),
    };
    let can: Vec<&Person> =
        world.roster.iter().filter(|p| !p.left && p.rights >= needed && p.id != by.id).take(NAMED_MAX).collect();
    let text = Text::plain(format!("{entry} is for {whom}."));
    words(match can.as_slice() {
        [] => text.and(" Ask whoever runs this chat server for that role."),
        [first, rest @ ..] => {
            let mut text = text.and(" Ask ").person(first.id, &first.name);
            for other in rest {
                text = text.and(" or ").person(other.id, &other.name);
            }
            text.and(".")
        }
    })
}

/// All commands that somebody may give.
#[must_use]
pub fn all<'a>(entries: impl Iterator<Item = &'a Entry>, by: &Person) -> View {
    let mut told: Vec<Text> =
        entries.map(|entry| Text::default().strong(entry.to_string()).and(format!("  {}", entry.description))).collect();
    if by.rights == Rights::Guest {
        told.push("You are not in a sales team yet: ask a manager for the team's role, or to be added with /team add.".into());
    } else {
        told.push(
            "/help with a command says more, such as /help lead log. Most of it can also be done with the buttons of a card."
                .into(),
        );
    }
    View { title: "What you can do here".into(), ..lines(told) }
}

/// One command.
#[must_use]
pub fn one(entry: &Entry, by: &Person, world: World<'_>) -> View {
    let mut told = vec![Text(vec![Span::Code(entry.usage())])];
    if !entry.help.is_empty() {
        told.push(Text::plain(entry.help.clone()));
    }
    told.extend(entry.options.iter().map(|option| {
        let may = if option.required { "" } else { " (may be left out)" };
        Text::plain("• ").strong(option.name.clone()).and(format!("  {}{may}", option.description))
    }));
    if by.rights < entry.rights {
        told.extend(not_yours(entry, by, world).lines);
    }
    View { title: Text::plain(entry.to_string()), ..lines(told) }
}

/// No such command.
#[must_use]
pub fn none(typed: &str) -> View {
    let typed = Untrusted::new(typed).one_line().cut(40);
    words(Text::plain("There is no command \"").data(&typed).and("\". /help lists those that there are."))
}
