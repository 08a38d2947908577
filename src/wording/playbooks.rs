//! The playbook, and what would change in it.

use super::parts::{count, lines};
use super::remarks::words;
use crate::chat::action::{Action, Verb};
use crate::domain::ids::LeadId;
use crate::domain::message::{Attachment, Button, Look, Row, Tone, View};
use crate::domain::text::{Text, Untrusted, When};
use crate::problem::Problems;
use crate::store::PlaybookVersion;

/// Changes told one by one.
const CHANGES_MAX: usize = 25;

/// Mistakes told one by one.
const MISTAKES_MAX: usize = 12;

/// Longest line about one of them.
const LINE_MAX: usize = 300;

/// A version, with its file; `facts` are what the one in force says, under headings.
#[must_use]
pub fn shown(version: &PlaybookVersion, in_force: i64, facts: &[(String, Vec<String>)], file: Attachment) -> View {
    let state = if version.version == in_force { ", in force" } else { "" };
    let title = Text::plain(format!("Playbook, version {}{state}", version.version));
    let mut told = vec![applied_line(version)];
    told.extend(facts.iter().take(CHANGES_MAX).map(|(heading, lines)| {
        Text::default().strong(heading.clone()).and(format!("  {}", crate::domain::text::cut(&lines.join("; "), LINE_MAX)))
    }));
    told.push("The file is attached: change it, then /playbook apply.".into());
    View { title, files: vec![file], ..lines(told) }
}

fn applied_line(version: &PlaybookVersion) -> Text {
    let by = Untrusted::new(&version.applied_by).one_line().cut(60);
    Text::plain("Applied ").at(version.applied_at, When::DateTime).and(" by ").data(&by)
}

/// No such version.
#[must_use]
pub fn no_version(version: i64, newest: i64) -> View {
    words(format!("There is no version {version}; the newest is {newest}. /playbook history lists them."))
}

/// What would change, line by line; an invisible change has none.
fn changes(changes: &[String]) -> Vec<Text> {
    if changes.is_empty() {
        return vec!["Leads are handled as before: only comments or their order differ.".into()];
    }
    let mut told: Vec<Text> =
        changes.iter().take(CHANGES_MAX).map(|c| Text::plain(crate::domain::text::cut(c, LINE_MAX))).collect();
    if changes.len() > CHANGES_MAX {
        told.push(Text::plain(format!("and {} more", changes.len() - CHANGES_MAX)));
    }
    told
}

/// It checks; nothing was applied.
#[must_use]
pub fn checked(difference: &[String]) -> View {
    let mut told = changes(difference);
    told.push("Nothing was applied. An administrator can do that with /playbook apply.".into());
    View { title: "This playbook is right. It would change:".into(), tone: Tone::Good, ..lines(told) }
}

/// It checks; shall it be applied?
#[must_use]
pub fn proposed(difference: &[String], back_to: Option<i64>, draft: &str) -> View {
    let title = match back_to {
        Some(version) => Text::plain(format!("Back to version {version}? It would change:")),
        None => "This playbook is right. It would change:".into(),
    };
    let mut told = changes(difference);
    told.push("Leads under way keep the due times that they were promised. This question waits for 15 minutes.".into());
    let button = |label: &str, look, verb| Button {
        label: label.to_owned(),
        action: Action::on(verb, LeadId(0), 0).with(draft).to_string(),
        look,
    };
    let buttons = vec![button("Apply", Look::Primary, Verb::PlaybookApply), button("Drop", Look::Plain, Verb::PlaybookDrop)];
    View { title, rows: vec![Row::Buttons(buttons)], ..lines(told) }
}

/// In force.
#[must_use]
pub fn applied(version: i64, back_to: Option<i64>) -> View {
    let what = back_to.map_or_else(String::new, |earlier| format!(", the same as version {earlier}"));
    let undo = format!("An administrator can undo it: /playbook rollback {}.", version - 1);
    lines(vec![Text::plain(format!("Version {version} is in force now{what}.")), undo.into()])
}

/// Dropped.
#[must_use]
pub fn dropped(in_force: i64) -> View {
    words(format!("Dropped. Version {in_force} stays in force."))
}

/// The same text is in force.
#[must_use]
pub fn in_force_already(version: i64) -> View {
    words(format!("That is version {version}, which is in force already. Nothing has changed."))
}

/// Too late, or not theirs, or a restart came between.
#[must_use]
pub fn forgotten() -> View {
    words("That question is not kept any more, and nothing has changed. Attach the file to /playbook apply again.")
}

/// Another version came between.
#[must_use]
pub fn overtaken(in_force: i64) -> View {
    words(format!(
        "Somebody has put version {in_force} in force meanwhile, so what you were shown is not what would change. Nothing was applied: compare with that version, then /playbook apply again."
    ))
}

/// Mistakes, each with its place.
#[must_use]
pub fn wrong(problems: &Problems) -> View {
    let all = problems.lines();
    let n = count(u32::try_from(all.len()).unwrap_or(u32::MAX), "mistake", "mistakes");
    let line = |line: &String| Text::plain("• ").data(&Untrusted::new(line).one_line().cut(LINE_MAX));
    let mut told: Vec<Text> = all.iter().take(MISTAKES_MAX).map(line).collect();
    if all.len() > MISTAKES_MAX {
        told.push(Text::plain(format!("and {} more", all.len() - MISTAKES_MAX)));
    }
    told.push("Nothing has changed. Mend the file and give it again.".into());
    View { title: Text::plain(format!("This playbook has {n}")), tone: Tone::Alarm, ..lines(told) }
}

/// The file is too large.
#[must_use]
pub fn too_large(name: &str, kib: u64) -> View {
    words(about_file(name).and(format!(" is too large for a playbook: at most {kib} KiB.")))
}

/// The file did not come.
#[must_use]
pub fn not_fetched(name: &str, why: &str) -> View {
    words(
        about_file(name).and(" could not be fetched: ").data(&Untrusted::new(why).one_line().cut(200)).and(". Attach it again."),
    )
}

/// The file is no text.
#[must_use]
pub fn no_text(name: &str) -> View {
    words(about_file(name).and(" is no text. A playbook is a .toml file in UTF-8; /playbook show gives you the one in force."))
}

fn about_file(name: &str) -> Text {
    Text::default().data(&Untrusted::new(name).one_line().cut(60))
}

/// Versions, newest first, each with the points in which it differs from the one before it, where that can be told.
#[must_use]
pub fn history(versions: &[(PlaybookVersion, Option<usize>)]) -> View {
    let line = |(version, changed): &(PlaybookVersion, Option<usize>)| {
        let line = Text::default().strong(version.version.to_string()).and("  ").then(applied_line(version));
        match changed {
            Some(n) => line.and(format!(", {}", count(u32::try_from(*n).unwrap_or(u32::MAX), "change", "changes"))),
            None => line,
        }
    };
    let mut told: Vec<Text> = versions.iter().map(line).collect();
    told.push("/playbook show with a version gives you its file; /playbook rollback puts it back in force.".into());
    View { title: "Versions of the playbook".into(), ..lines(told) }
}
