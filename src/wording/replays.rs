//! What rules would have made of the past, beside what was made of it.

use super::parts::lines;
use super::remarks::words;
use super::trials::Rules;
use crate::domain::message::{Attachment, View};
use crate::domain::person::Roster;
use crate::domain::text::{Span, Text, Untrusted, cut};
use crate::playbook::Playbook;
use crate::reports::replay::{Replayed, Unjudged, Which};
use crate::reports::words::{count, leads, share, wall};

/// Rules named in one line.
const NAMED_MAX: usize = 3;

/// Longest name of a rule, and longest reason, in characters.
const PIECE_MAX: usize = 28;

/// What stands in columns, in UTF-16 units: a chat message holds 2,000, and the lines below want their part.
const COLUMNS_MAX: usize = 900;

/// How turns are told.
const HOW: &str = "Turns: as if everybody of today's teams were there and took what they are asked about. Nothing was written.";

/// A replay, as it is told.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// What came of it.
    pub replayed: &'a Replayed,
    /// The rules that were tried.
    pub playbook: &'a Playbook,
    /// Whether those are in force.
    pub rules: Rules,
    /// Everybody.
    pub roster: &'a Roster,
    /// Over so many days.
    pub days: u32,
    /// Leads for which there was no room in the file.
    pub left_out: u64,
}

/// The difference: columns first, then what to look at.
#[must_use]
pub fn shown(told: Told<'_>, files: Vec<Attachment>) -> View {
    let mut said = vec![heading(told)];
    if told.replayed.leads == 0 {
        said.push("No lead came in then: there is nothing to try them on.".into());
        return lines(said);
    }
    said.push(Text(vec![Span::Code(columns(told))]));
    said.push(changes(told.replayed));
    said.extend(hands(told));
    said.extend(idle(told.replayed));
    said.extend(unjudged(told.replayed));
    if told.left_out > 0 {
        let text =
            format!("The file has no room for the newest {}: `leadbell playbook replay --csv` writes all.", leads(told.left_out));
        said.push(Text::plain(text));
    }
    said.push(HOW.into());
    View { files, ..lines(said) }
}

fn heading(told: Told<'_>) -> Text {
    let title = match told.rules {
        Rules::Draft => "The draft on the past",
        Rules::InForce => "The rules in force on the past",
    };
    let span = if told.days == 1 { "the last day".to_owned() } else { format!("the last {} days", told.days) };
    Text::default().strong(title).and(format!(" · {} of {span}", leads(told.replayed.leads)))
}

fn columns(told: Told<'_>) -> String {
    let tried = match told.rules {
        Rules::Draft => "Draft",
        Rules::InForce => "Now",
    };
    let Told { replayed, playbook, roster, .. } = told;
    let (turns, more) = replayed.turns_table(playbook, roster, tried);
    let mut text = format!(
        "{}\n\n{}",
        replayed.teams_table(playbook, tried).text(COLUMNS_MAX / 3),
        replayed.tiers_table(tried).text(COLUMNS_MAX / 3)
    );
    if !turns.rows.is_empty() {
        let room = COLUMNS_MAX.saturating_sub(text.encode_utf16().count());
        text.push_str(&format!("\n\n{}", turns.text(room)));
        if more > 0 {
            text.push_str(&format!("\nand {} more people", count(more as u64)));
        }
    }
    text
}

/// How many leads it makes a difference to.
fn changes(all: &Replayed) -> Text {
    let of = |part: u64| format!("{} ({})", count(part), share(ratio(part, all.leads)));
    let mut text = format!("Another team: {}. Another tier: {}", of(all.moved), of(all.retiered));
    text.push_str(&format!(", another score: {}.", count(all.rescored)));
    let mean = |span: chrono::Duration, n: u64| match span / i32::try_from(n).unwrap_or(i32::MAX).max(1) {
        mean if mean < chrono::Duration::seconds(1) => "less than a second".to_owned(),
        mean => wall(mean),
    };
    let mut moved = Vec::new();
    let due = all.due;
    if due.earlier > 0 {
        moved.push(format!("earlier for {}, by {} on average", count(due.earlier), mean(due.earlier_by, due.earlier)));
    }
    if due.later > 0 {
        moved.push(format!("later for {}, by {} on average", count(due.later), mean(due.later_by, due.later)));
    }
    let due = if moved.is_empty() { "as it was".to_owned() } else { moved.join("; ") };
    let kept = match all.due.known {
        0 => String::new(),
        known => {
            let of = |part: u64| share(ratio(part, known));
            let then = format!(" In time: {}", of(all.due.kept));
            match moved.is_empty() {
                true => format!("{then}."),
                false => format!("{then}; with these due times, worked as they were, {}.", of(all.due.would_keep)),
            }
        }
    };
    Text::plain(format!("{text} First touch due: {due}.{kept}"))
}

/// Leads that no turn decides.
fn hands(told: Told<'_>) -> Option<Text> {
    let all = told.replayed;
    let open: u64 = all.anybody.values().sum();
    let mut parts = Vec::new();
    if open > 0 {
        parts.push(format!("{} open to whoever of the team takes them", leads(open)));
    }
    if all.accounts > 0 {
        parts.push(format!("{} kept by whoever looks after the company", leads(all.accounts)));
    }
    if all.nobody.count > 0 {
        parts.push(format!("{} with nobody to ask ({})", leads(all.nobody.count), numbers(&all.nobody)));
    }
    (!parts.is_empty()).then(|| Text::plain(format!("Without a turn: {}.", parts.join("; "))))
}

/// Rules that did nothing.
fn idle(all: &Replayed) -> Vec<Text> {
    let mut told = Vec::new();
    let never: Vec<&str> = all.idle_routes().filter(|route| !route.ever_held).map(|route| route.name.as_str()).collect();
    let behind: Vec<&str> = all.idle_routes().filter(|route| route.ever_held).map(|route| route.name.as_str()).collect();
    let points: Vec<&str> = all.idle_points.iter().map(String::as_str).collect();
    for (label, rules) in
        [("Never held: ", never), ("Held only where an earlier rule comes first: ", behind), ("Points that nobody got: ", points)]
    {
        if !rules.is_empty() {
            told.push(named(Text::plain(label), &rules));
        }
    }
    if all.catch_all.count > 0 {
        told.push(Text::plain(format!(
            "Only the catch-all held for {}: {}.",
            leads(all.catch_all.count),
            numbers(&all.catch_all)
        )));
    }
    told
}

fn named(mut text: Text, rules: &[&str]) -> Text {
    for (nth, rule) in rules.iter().take(NAMED_MAX).enumerate() {
        let before = if nth == 0 { "\"" } else { ", \"" };
        text = text.and(before).data(&Untrusted::new(rule).one_line().cut(PIECE_MAX)).and("\"");
    }
    match rules.len().saturating_sub(NAMED_MAX) {
        0 => text.and("."),
        more => text.and(format!(" and {more} more.")),
    }
}

fn unjudged(all: &Replayed) -> Vec<Text> {
    let one = |(rule, Unjudged { leads: which, clause, why }): (&String, &Unjudged)| {
        let text = Text::plain("\"").data(&Untrusted::new(rule).one_line().cut(PIECE_MAX)).and("\" could not be judged for ");
        let text = text.and(format!("{} ({}): ", leads(which.count), numbers(which)));
        text.then(Text(vec![Span::Code(cut(clause, PIECE_MAX))])).and(": ").data(&Untrusted::new(why).one_line().cut(PIECE_MAX))
    };
    let mut told: Vec<Text> = all.broken.iter().take(1).map(one).collect();
    if all.broken.len() > 1 {
        told.push(Text::plain(format!("{} rules could not be judged for some lead: see the file.", all.broken.len())));
    }
    told
}

/// The first of them by number.
fn numbers(which: &Which) -> String {
    let named: Vec<String> = which.first.iter().map(ToString::to_string).collect();
    let more = which.count.saturating_sub(named.len() as u64);
    let more = if more > 0 { format!(" and {} more", count(more)) } else { String::new() };
    format!("{}{more}", named.join(", "))
}

#[expect(clippy::cast_precision_loss, reason = "leads are far below 2^52")]
fn ratio(part: u64, of: u64) -> f64 {
    part as f64 / of.max(1) as f64
}

/// Only so many days.
#[must_use]
pub fn no_days(most: u32) -> View {
    words(format!("Write how many days to look back: a whole number from 1 to {most}."))
}

/// The file could not be made; the figures stand.
#[must_use]
pub fn no_file(mut view: View) -> View {
    view.lines.push("The list lead by lead could not be made this time; the figures above are whole.".into());
    view
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::replay::tests::week;
    use crate::wording::plain::print;

    #[test]
    fn the_difference_is_told_with_what_to_look_at() {
        let (replayed, playbook, roster, _) = week();
        let told = Told { replayed: &replayed, playbook: &playbook, rules: Rules::Draft, roster: &roster, days: 30, left_out: 2 };
        insta::assert_snapshot!(print(&shown(told, Vec::new())), @r#"
        The draft on the past · 5 leads of the last 30 days
        `Team        Then  Draft  In  Out
        DACH           0      3   3    0
        World 世界     5      2   0    3

        Tier  Then  Draft   ±
        hot      0      3  +3
        warm     0      0   0
        cold     5      2  -3

        Rep        Team        Got  Draft   ±
        Ann        DACH          0      1  +1
        =Bén 田中  DACH          0      1  +1
        Ann        World 世界    4`
        Another team: 3 (60%). Another tier: 3 (60%), another score: 3. First touch due: earlier for 3, by 5 min on average; later for 1, by 6 min on average. In time: 60%; with these due times, worked as they were, 20%.
        Without a turn: 2 leads open to whoever of the team takes them.
        Never held: "‹the moon›".
        Held only where an earlier rule comes first: "‹Germany again›".
        Points that nobody got: "‹the moon›".
        Only the catch-all held for 2 leads: L-1004, L-1005.
        The file has no room for the newest 2 leads: `leadbell playbook replay --csv` writes all.
        Turns: as if everybody of today's teams were there and took what they are asked about. Nothing was written.
        "#);
    }

    #[test]
    fn rules_with_long_names_leave_a_message_that_can_be_sent() {
        let (mut replayed, playbook, roster, _) = week();
        let long = "``` @everyone 田中 ".repeat(50);
        for nth in 0..200 {
            let route = crate::reports::replay::RouteUse { name: format!("{nth} {long}"), leads: 0, ever_held: nth % 2 == 0 };
            replayed.routes.insert(0, route);
            replayed.idle_points.push(long.clone());
            let unjudged = Unjudged { leads: replayed.catch_all.clone(), clause: long.clone(), why: long.clone() };
            replayed.broken.insert(format!("{nth} {long}"), unjudged);
            replayed.turns.insert((format!("{nth}").as_str().into(), crate::domain::ids::PersonId(nth)), Default::default());
        }
        replayed.turns.values_mut().for_each(|turns| turns.really = 3);
        let told =
            Told { replayed: &replayed, playbook: &playbook, rules: Rules::InForce, roster: &roster, days: 1, left_out: 9 };
        let text = print(&shown(told, Vec::new()));
        assert!(text.encode_utf16().count() < 1_950, "{} units: {text}", text.encode_utf16().count());
    }
}
