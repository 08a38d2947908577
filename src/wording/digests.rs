//! Reports that come by themselves: what comes when, and each of them.

use super::parts::{lines, moment};
use super::remarks::words;
use super::{World, figures};
use crate::domain::hours::Zone;
use crate::domain::message::{Attachment, View};
use crate::domain::schedule::{Every, Rhythm};
use crate::domain::text::{Text, Untrusted};
use crate::reports::{Kind, Report};
use crate::store::Schedule;

/// One of them.
#[must_use]
pub fn digest(every: Every, report: &Report, before: Option<&Report>, files: Vec<Attachment>) -> View {
    View { title: Text::plain(title(every, report.title)), ..figures::report(report, before, files) }
}

fn title(every: Every, report: &str) -> String {
    let often = match every {
        Every::Day => "Daily",
        Every::Week => "Weekly",
        Every::Month => "Monthly",
        Every::Quarter => "Quarterly",
    };
    format!("{often} digest: {report}")
}

/// The same in one line, for lists and where its figures are gone.
pub(super) fn headline(every: Every, report: &str) -> Text {
    Text::plain(title(every, report))
}

/// Its figures could not be counted: no more is said of why, since it goes where everybody reads.
#[must_use]
pub fn uncounted(every: Every, report: &str) -> View {
    View {
        title: headline(every, report).and(" could not be counted"),
        lines: vec![Text::plain(format!(
            "The log of the server says why. Try /report {report}, and tell your administrator: leadbell audit looks for what is broken. It comes again at its next time."
        ))],
        ..View::default()
    }
}

/// It could not be posted: to managers, with what to do.
pub(super) fn not_posted(schedule: i64, why: &str) -> Vec<Text> {
    vec![
        Text::plain("Why: ").data(&Untrusted::new(why)),
        Text::plain(format!(
            "Mend that, or let it come elsewhere: /digest remove {schedule}, then /digest set with another channel. It is tried again when it comes next."
        )),
    ]
}

/// It comes from now on.
#[must_use]
pub fn set(schedule: &Schedule, world: World<'_>) -> View {
    let text = Text::plain("From now on ").then(what(schedule, world)).and(".");
    let next = moment(Text::plain("The first one comes "), schedule.next_at);
    let told = if schedule.report.compares() {
        ". Each tells the period that has just ended, against the one before. /digest remove ends it."
    } else {
        ". Each tells how things stand when it comes. /digest remove ends it."
    };
    lines(vec![text, next.and(told)])
}

/// All of them.
#[must_use]
pub fn list(all: &[Schedule], world: World<'_>) -> View {
    if all.is_empty() {
        return words("No report comes by itself yet. /digest set lets one come every day, week, month or quarter.");
    }
    let line = |one: &Schedule| {
        let line = Text::default().strong(format!("{}", one.id)).and("  ").then(what(one, world));
        moment(line.and(", next "), one.next_at)
    };
    let mut told: Vec<Text> = all.iter().map(line).collect();
    told.push("/digest remove with its number ends one.".into());
    lines(told)
}

fn what(one: &Schedule, world: World<'_>) -> Text {
    let zone = world.playbook.company.hours.zone();
    let text = Text::plain("the report ").strong(one.report.key()).and(format!(" comes {}", often(one.rhythm, zone)));
    let text = match &one.team {
        Some(team) => {
            let name = world.playbook.team(team).map_or_else(|| team.to_string(), |team| team.name.clone());
            text.and(format!(", of {name}"))
        }
        None => text,
    };
    match &one.channel {
        Some((_, name)) => text.and(", in #").data(&Untrusted::new(name)),
        None => text.and(", where managers read"),
    }
}

/// `every Monday at 09:00 (Europe/Berlin)`.
fn often(Rhythm { every, at }: Rhythm, zone: &Zone) -> String {
    let day = match every {
        Every::Day => "every day",
        Every::Week => "every Monday",
        Every::Month => "on the first of every month",
        Every::Quarter => "on the first day of every quarter",
    };
    format!("{day} at {} ({zone})", at.format("%H:%M"))
}

/// For suggestions: its number with what it is.
#[must_use]
pub fn label(one: &Schedule) -> String {
    let place = one.channel.as_ref().map_or_else(|| "managers".to_owned(), |(_, name)| format!("#{name}"));
    format!("{}: {} every {}, {place}", one.id, one.report.key(), one.rhythm.every.key())
}

/// Taken away.
#[must_use]
pub fn removed(id: i64) -> View {
    words(format!("Digest {id} does not come any more."))
}

/// There is none of that number.
#[must_use]
pub fn unknown(typed: &str) -> View {
    let typed = Untrusted::new(typed).one_line().cut(20);
    words(Text::plain("There is no digest \"").data(&typed).and("\". /digest list shows them with their numbers."))
}

/// Not a report.
#[must_use]
pub fn no_report(typed: &str) -> View {
    let typed = Untrusted::new(typed).one_line().cut(40);
    let known: Vec<&str> = Kind::ALL.into_iter().map(Kind::key).collect();
    words(Text::plain("There is no report \"").data(&typed).and(format!("\". Try one of: {}.", known.join(", "))))
}

/// Not a time of the day.
#[must_use]
pub fn no_time(typed: &str) -> View {
    let typed = Untrusted::new(typed).one_line().cut(40);
    words(Text::plain("\"").data(&typed).and("\" is no time of the day. Write it like 9, 09:00 or 17:30."))
}

/// Too many.
#[must_use]
pub fn too_many(most: usize) -> View {
    words(format!("There are {most} digests already, and no more are kept. /digest list shows them; remove one first."))
}

/// Times that are suggested.
#[must_use]
pub fn times() -> Vec<(String, String)> {
    ["08:00", "09:00", "12:00", "17:00", "18:00"].map(|at| (at.to_owned(), at.to_owned())).to_vec()
}
