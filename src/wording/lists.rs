//! Lists of leads, in answer to a command: one line each, numbers first, what is due last.
//! Invariant: a list names people as a team may read them; contact data is never in it.

use super::World;
use super::parts::{lines, person, public_name, stands};
use super::remarks::words;
use super::states::{due_line, word};
use crate::domain::lead::{Lead, State};
use crate::domain::message::View;
use crate::domain::person::Person;
use crate::domain::text::{Text, Untrusted, When};

/// Leads shown in one list.
pub const SHOWN_MAX: usize = 10;

/// Leads, the first ones of them a line each.
#[must_use]
pub fn leads(title: &str, all: &[Lead], reader: &Person, world: World<'_>) -> View {
    if all.is_empty() {
        return words(format!("{title}: none."));
    }
    let mut told: Vec<Text> = all.iter().take(SHOWN_MAX).map(|lead| line(lead, reader, world)).collect();
    if all.len() > SHOWN_MAX {
        let more = all.len() - SHOWN_MAX;
        told.push(Text::plain(format!("and {more} more: /lead show finds each by its number, name or company")));
    }
    View { title: Text::plain(format!("{title}: {}", all.len())), ..lines(told) }
}

/// The word that its card begins with, within a sentence: `asleep`.
#[must_use]
pub fn state_word(lead: &Lead, world: World<'_>) -> String {
    word(lead, world).0.to_lowercase()
}

/// They own none.
#[must_use]
pub fn none_of_yours() -> View {
    words("You have no lead now. /lead next shows the one to take next.")
}

/// `L-1042 Dana K., Acme  CLAIMED  Due first touch in 5 min`, and with whom, when that is somebody else.
fn line(lead: &Lead, reader: &Person, world: World<'_>) -> Text {
    let mut line =
        Text::default().strong(lead.id.to_string()).and(" ").then(public_name(lead)).and("  ").and(word(lead, world).0);
    match lead.course.state {
        State::Owned { by, .. } if by != reader.id => line = person(line.and("  "), by, world),
        State::Offered { to, .. } if to != reader.id => line = person(line.and("  "), to, world),
        State::Owned { .. }
        | State::Offered { .. }
        | State::Waiting { .. }
        | State::Pooled { .. }
        | State::Triage { .. }
        | State::Closed { .. }
        | State::Repair { .. } => {}
    }
    match (due_line(lead, world), &lead.course.state) {
        (Some(due), _) => line.and("  ").then(due),
        (None, State::Pooled { until, .. }) => line.and("  until ").at(*until, When::Date),
        (None, _) => line,
    }
}

/// The card of the lead that has waited longest, for one person alone.
#[must_use]
pub fn next(mut card: View, others: usize) -> View {
    card.footer = match others {
        0 => Text::plain("The only one that waits for you."),
        1 => Text::plain("1 more waits after it."),
        n => Text::plain(format!("{n} more wait after it.")),
    };
    card.quiet = false;
    card
}

/// The card of the lead that they are asked about, for them alone.
#[must_use]
pub fn asked(card: View, others: usize) -> View {
    let mut card = next(card, others);
    card.footer = match others {
        0 => Text::plain("It is your turn: accept it, or pass it on."),
        1 => Text::plain("It is your turn: accept it, or pass it on. 1 more waits after it."),
        n => Text::plain(format!("It is your turn: accept it, or pass it on. {n} more wait after it.")),
    };
    card
}

/// Nothing waits in those teams.
#[must_use]
pub fn nothing_waits(teams: &[&str]) -> View {
    match teams {
        [] => words("You are in no team yet. A manager can add you with /team add."),
        teams => words(format!("Nothing waits in {} now. /me agenda shows what is due for you.", teams.join(", "))),
    }
}

/// A text fits no lead.
#[must_use]
pub fn none_fits(typed: &str) -> View {
    let typed = Untrusted::new(typed).one_line().cut(60);
    words(
        Text::plain("No lead fits \"")
            .data(&typed)
            .and("\". Type its number, such as L-1042, or a name or company; /lead list shows those that are open."),
    )
}

/// A text fits several leads.
#[must_use]
pub fn several_fit(typed: &str, fits: &[Lead], reader: &Person, world: World<'_>) -> View {
    let typed = Untrusted::new(typed).one_line().cut(60);
    let mut told = vec![Text::plain("Several leads fit \"").data(&typed).and("\". Give the number of the one you mean:")];
    told.extend(fits.iter().map(|lead| {
        Text::default().strong(lead.id.to_string()).and(" ").then(public_name(lead)).and(", ").then(stands(
            lead,
            Some(reader.id),
            world,
        ))
    }));
    lines(told)
}

/// Something that must be given was not.
#[must_use]
pub fn left_out(name: &'static str) -> View {
    words(format!("That command needs \"{name}\". Give it again with all that it asks for."))
}

/// A lead that was added by hand must be reachable.
#[must_use]
pub fn not_reachable() -> View {
    words("A lead needs an e-mail address or a phone number, so that somebody can get in touch. Give one of them.")
}

/// Not an address.
#[must_use]
pub fn no_address(typed: &str) -> View {
    let typed = Untrusted::new(typed).one_line().cut(80);
    words(
        Text::plain("\"")
            .data(&typed)
            .and("\" is no e-mail address. Write it like dana@example.com, or leave it out and give a phone number."),
    )
}

/// Not a number that can be called.
#[must_use]
pub fn no_number(typed: &str) -> View {
    let typed = Untrusted::new(typed).one_line().cut(80);
    words(Text::plain("\"").data(&typed).and("\" is no phone number. Write it with the country code, like +49 30 23125014."))
}
