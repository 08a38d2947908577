//! What is said of people who are known already: they came back, others of their company, leads that are one person.
//! Invariant: of other leads only number and owner are named where a team reads along.

use super::World;
use super::details::Sight;
use super::parts::{button, label, lines, merge_button, nth, person, short, short_name, source_words, span, stands};
use super::replies::ReplyFacts;
use crate::chat::action::Verb;
use crate::domain::deciders::{Link, Role};
use crate::domain::ids::{LeadId, PersonId};
use crate::domain::lead::{Exit, Lead, State};
use crate::domain::matching::{KIN_MAX, Kin, KinKind};
use crate::domain::merge::UNDO_WITHIN;
use crate::domain::message::{Button, Look, View};
use crate::domain::person::Person;
use crate::domain::reply::{NoMerge, NoUndo};
use crate::domain::text::{Text, Untrusted, When};
use crate::store::Family;

/// Newest requests told.
const REQUESTS_MAX: usize = 5;

/// They came back by themselves: stands on top for as long as the lead is open.
pub(super) fn came_back_line(lead: &Lead) -> Option<Text> {
    let after = match lead.course.came_back? {
        Exit::Suppressed => "after \"not interested\": they may be contacted again",
        Exit::Converted => "after they had become a customer",
        Exit::Unqualified | Exit::Merged | Exit::Removed => "after it was closed",
    };
    Some(Text::default().strong("They came back themselves").and(format!(", {after}")))
}

/// Who decides for it, and for whom it decides: `L-1002 decides, decides for L-0990`.
pub(super) fn link_line(lead: &Lead) -> Option<Text> {
    let words = |link: &Link| match link.role {
        Role::Decides => format!("{} decides", link.lead),
        Role::DecidedFor => format!("decides for {}", link.lead),
    };
    let all: Vec<String> = lead.course.links.iter().map(words).collect();
    (!all.is_empty()).then(|| label("Linked").and(all.join(", ")))
}

/// Others of the same company, as they were when it came in: `also from acme.de: L-1038 (Ann), customer L-0990`.
pub(super) fn kin_line(lead: &Lead, world: World<'_>) -> Option<Text> {
    let course = &lead.course;
    if course.kin.is_empty() {
        return None;
    }
    let named = u32::try_from(course.kin.len()).unwrap_or(u32::MAX);
    Some(kin(lead, &course.kin, course.kin_count.saturating_sub(named), world))
}

fn kin(lead: &Lead, all: &[Kin], more: u32, world: World<'_>) -> Text {
    let domain = lead.profile.contact.domain.as_deref();
    let mut line = match domain.map(|domain| world.playbook.matching.group(domain).map_or(domain, |group| &group.name)) {
        Some(house) => label("Known").and("also from ").data(&short(&Untrusted::new(house))).and(": "),
        None => label("Known").and("also from their company: "),
    };
    for (n, kin) in all.iter().enumerate() {
        let word = match kin.kind {
            KinKind::Customer => "customer ",
            KinKind::Closed => "closed ",
            KinKind::Open => "",
        };
        line = line.and(format!("{}{word}{}", if n == 0 { "" } else { ", " }, kin.lead));
        if let Some(owner) = kin.owner {
            line = person(line.and(" ("), owner, world).and(")");
        }
    }
    if more > 0 { line.and(format!(" and {more} more")) } else { line }
}

/// All that is known besides the lead's own row, for its details: lines, and what can be done about it.
#[must_use]
pub fn family(lead: &Lead, family: &Family, (reader, sight): (&Person, Sight), world: World<'_>) -> (Vec<Text>, Vec<Button>) {
    let mut told = Vec::new();
    let kin_now = &family.relations.kin;
    if !kin_now.is_empty() {
        let more = u32::try_from(kin_now.len().saturating_sub(KIN_MAX)).unwrap_or(u32::MAX);
        told.push(kin(lead, &kin_now[..kin_now.len().min(KIN_MAX)], more, world));
    }
    for other in &family.merged {
        told.push(label("Merged from").then(short_name(other)).and(", came in ").at(other.profile.received_at, When::DateTime));
    }
    told.extend(requests(family, sight));
    let mut buttons = Vec::new();
    if !matches!(lead.course.state, State::Closed { exit: Exit::Merged, .. }) {
        for alike in &family.relations.alike {
            told.push(label("Looks like").and(format!("{}: the names and the companies are alike", alike.lead)));
            if reader.manages() || lead.course.state.keeper() == Some(reader.id) {
                buttons.push(merge_button(lead, alike.lead));
            }
        }
        buttons.push(button("Merge", Look::Plain, Verb::Merge, lead));
    }
    (told, buttons)
}

/// What they asked for each time, when there was more than one.
fn requests(family: &Family, sight: Sight) -> Vec<Text> {
    if family.requests.len() < 2 {
        return Vec::new();
    }
    let mut told = vec![Text::default().strong("Requests")];
    for request in family.requests.iter().take(REQUESTS_MAX) {
        let said = &request.submission;
        let line =
            Text::plain("• ").at(request.at, When::DateTime).and(format!(" {}, {}", request.lead, source_words(&said.source)));
        told.push(match said.message.as_ref().filter(|_| sight == Sight::Whole) {
            Some(message) => line.and(": \"").data(&message.one_line().cut(200)).and("\""),
            None => line,
        });
    }
    told
}

/// They were known: what was entered has joined what is there.
pub(super) fn known_already(request: u32, facts: &ReplyFacts<'_>) -> Text {
    let Some(lead) = facts.lead else { return "They are known already.".into() };
    let text = short_name(lead).and(format!(" is known already: this is their {} request. It ", nth(request)));
    text.then(stands(lead, Some(facts.by.id), facts.world())).and(". What you entered was put with it.")
}

/// Two are one now; for a short while it can be taken back.
pub(super) fn merged(into: LeadId, lead: Option<&Lead>) -> View {
    let Some(lead) = lead else { return lines(vec![Text::plain(format!("Merged into {into}."))]) };
    let text = short_name(lead).and(format!(" is merged into {into}, which goes on. Nothing of it is lost: see its details."));
    undoable(lines(vec![text]), lead)
}

/// What was just done, with a button that takes it back.
pub(super) fn undoable(view: View, lead: &Lead) -> View {
    let mut view = view.with_buttons(vec![button("Undo", Look::Plain, Verb::Undo, lead)]);
    view.lines.push(Text::plain(format!("You can take it back within {}.", span(UNDO_WITHIN))));
    view
}

/// Why not.
pub(super) fn not_merged(why: NoMerge, lead: Option<&Lead>) -> Text {
    match why {
        NoMerge::Itself => "That is the same lead. Name another one.".into(),
        NoMerge::Already => match lead.map(|lead| &lead.course.state) {
            Some(State::Closed { original: Some(original), .. }) => Text::plain(format!("It is merged into {original} already.")),
            _ => "It is merged already.".into(),
        },
        NoMerge::TestAndReal => "One of the two is a test. Close the test as spam instead.".into(),
        NoMerge::LeftAlone => {
            "They asked never to be contacted again, and that must stay so. Merge the other one into this one instead.".into()
        }
        NoMerge::InTrade { with } => Text::plain(format!(
            "It is in a trade for {with} that nobody has answered yet. End that first, with Trade under More; or merge the other one into this one."
        )),
        NoMerge::HasDeal => lead
            .map_or_else(|| Text::plain("The one that would end"), short_name)
            .and(" has a deal that is open. Let that one go on and end the other one in it, or end the deal first."),
    }
}

/// Why it stays.
pub(super) fn not_undone(why: NoUndo, reader: PersonId, world: World<'_>) -> Text {
    match why {
        NoUndo::Nothing => "There is nothing to take back.".into(),
        NoUndo::Theirs { by: Some(by) } => person(Text::plain("Only "), by, world).and(" can take that back: they did it."),
        NoUndo::Theirs { by: None } => "Nobody did that, so nobody can take it back.".into(),
        NoUndo::TooLate => {
            Text::plain(format!("Too late: it could be taken back within {}, while nothing else happened.", span(UNDO_WITHIN)))
        }
        NoUndo::ActedSince { by } if by == reader => "Not any more: you have gone on from there since.".into(),
        NoUndo::ActedSince { by } => person(Text::plain("Not any more: "), by, world).and(" has gone on from there since."),
    }
}

/// In which lead it ended, if it did.
pub(super) fn merged_words(original: Option<LeadId>) -> String {
    original.map_or_else(String::new, |original| format!("into {original}, "))
}
