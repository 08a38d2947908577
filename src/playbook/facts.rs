//! A playbook in words: as a whole, and as the difference to another.
//! Both are made from the same facts, so that what can be read can also be seen to change.
//! Invariant: every part of a playbook is among its facts; the structs are taken apart completely, so a new field must be said too.

use super::defaults;
use super::matching::{Group, Matching};
use super::model::{
    Asks, Becomes, CardPolicy, Company, CustomField, DayPolicy, FieldKind, Playbook, Promises, Reason, Route, ScoreRule, Scoring,
    Segment, Sequence, SequenceStep, SignalRule, Skill, Stage, StageKind, Step, Team, TurnBack, Whom,
};
use super::template::Template;
use crate::document::span::{Counted, spell};
use crate::domain::hours::Hours;
use crate::domain::ids::SkillKey;
use crate::domain::lead::Exit;

/// Facts about one thing, under one heading.
struct Section {
    heading: String,
    /// What a line about a change begins with; empty where the facts speak for themselves.
    of: String,
    facts: Vec<Fact>,
}

struct Fact {
    name: String,
    value: Value,
}

enum Value {
    One(String),
    /// Steps in their order, each called by the fact's name and its number.
    Steps(Vec<String>),
}

impl Value {
    fn words(&self) -> String {
        match self {
            Value::One(words) => words.clone(),
            Value::Steps(steps) => steps.join(", then "),
        }
    }
}

fn fact(name: impl Into<String>, value: impl Into<String>) -> Fact {
    Fact { name: name.into(), value: Value::One(value.into()) }
}

/// What a playbook says, under headings.
#[must_use]
pub fn describe(playbook: &Playbook) -> Vec<(String, Vec<String>)> {
    let line = |fact: &Fact| format!("{}: {}", fact.name, fact.value.words());
    sections(playbook).into_iter().map(|section| (section.heading, section.facts.iter().map(line).collect())).collect()
}

/// What changes from `old` to `new`, a line each: `+` is new, `-` is gone. Nothing when they handle leads alike.
#[must_use]
pub fn difference(old: &Playbook, new: &Playbook) -> Vec<String> {
    let (old, new) = (sections(old), sections(new));
    let mut lines = Vec::new();
    for section in &new {
        match old.iter().find(|other| other.heading == section.heading) {
            Some(before) => changes(before, section, &mut lines),
            None => {
                let facts: Vec<String> =
                    section.facts.iter().map(|fact| format!("{} {}", fact.name, fact.value.words())).collect();
                lines.push(format!("+ {}: {}", section.heading, facts.join("; ")));
            }
        }
    }
    let gone = old.iter().filter(|section| !new.iter().any(|other| other.heading == section.heading));
    lines.extend(gone.map(|section| format!("- {}", section.heading)));
    lines
}

fn changes(old: &Section, new: &Section, lines: &mut Vec<String>) {
    for fact in &new.facts {
        let name = format!("{}{}", new.of, fact.name);
        match old.facts.iter().find(|other| other.name == fact.name).map(|before| &before.value) {
            None => lines.push(format!("+ {name}: {}", fact.value.words())),
            Some(before) => match (before, &fact.value) {
                (Value::Steps(old), Value::Steps(new)) if old.len() == new.len() => {
                    let changed = old.iter().zip(new).enumerate().filter(|(_, (old, new))| old != new);
                    lines.extend(changed.map(|(n, (old, new))| format!("{name}, step {}: {old} → {new}", n + 1)));
                }
                (old, new) if old.words() != new.words() => lines.push(format!("{name}: {} → {}", old.words(), new.words())),
                _ => {}
            },
        }
    }
    let gone = old.facts.iter().filter(|fact| !new.facts.iter().any(|other| other.name == fact.name));
    lines.extend(gone.map(|fact| format!("- {}{}", old.of, fact.name)));
}

fn sections(playbook: &Playbook) -> Vec<Section> {
    let Playbook {
        version: _,
        company,
        teams,
        skills,
        fields,
        scoring,
        routes,
        promises,
        reasons,
        stages,
        matching,
        templates,
        segments,
        sequences,
        signals,
        card,
        day,
    } = playbook;
    let mut sections = vec![self::company(company)];
    sections.extend(teams.iter().map(team));
    sections.push(plain("Routes", routes.iter().map(route).collect()));
    sections.push(plain("Scoring", self::scoring(scoring)));
    if !skills.is_empty() {
        sections.push(plain("Skills", skills.iter().map(skill).collect()));
    }
    if !fields.is_empty() {
        sections.push(plain("Fields", fields.iter().map(field).collect()));
    }
    sections.push(plain("Promises", self::promises(promises)));
    sections.push(plain("Stages", stages.iter().map(stage).collect()));
    sections.push(plain("Reasons", reasons.iter().map(reason).collect()));
    sections.push(plain("Matching", self::matching(matching)));
    sections.push(plain("Templates", templates.iter().map(template).collect()));
    if !segments.is_empty() {
        sections.push(plain("Segments", segments.iter().map(segment).collect()));
    }
    if !sequences.is_empty() {
        sections.push(plain("Sequences", sequences.iter().map(sequence).collect()));
    }
    sections.push(plain("Signals", signals.iter().map(signal).collect()));
    sections.push(plain("Card", self::card(*card)));
    sections.push(plain("Day", self::day(*day)));
    sections
}

fn route(route: &Route) -> Fact {
    let Route { name, when, team, require, prefer } = route;
    let when = when.as_ref().map_or_else(|| "always".to_owned(), |when| format!("when {}", when.text()));
    let skills = |verb: &str, skills: &[SkillKey]| match skills {
        [] => String::new(),
        skills => format!("{verb} {}, ", skills.iter().map(SkillKey::as_str).collect::<Vec<_>>().join(", ")),
    };
    let (require, prefer) = (skills("needs", require), skills("prefers", prefer));
    fact(format!("route \"{name}\""), format!("team {team}, {require}{prefer}{when}"))
}

fn skill(skill: &Skill) -> Fact {
    let Skill { key, name } = skill;
    fact(format!("skill {key}"), format!("\"{name}\""))
}

fn scoring(scoring: &Scoring) -> Vec<Fact> {
    let Scoring { rules, lived: _, completeness, hot, warm } = scoring;
    let mut facts = vec![
        fact("tiers", format!("hot from {hot}, warm from {warm}")),
        fact("all of a lead known", format!("{completeness} points")),
    ];
    facts.extend(rules.iter().map(|ScoreRule { when, points, why }| {
        fact(format!("score \"{why}\""), format!("{points:+} points when {}", when.text()))
    }));
    facts
}

fn field(field: &CustomField) -> Fact {
    let CustomField { key, questions, kind } = field;
    let kind = match kind {
        FieldKind::Text => "a text",
        FieldKind::Number => "a number",
    };
    fact(format!("field {key}"), format!("{kind}, from {}", questions.join(", ")))
}

fn template(template: &Template) -> Fact {
    let Template { key, name, channel, language, subject, text } = template;
    let language = language.as_ref().map_or_else(String::new, |language| format!(" in {language}"));
    let usual = defaults::templates().into_iter().find(|usual| usual.key == *key);
    let is_usual = usual.is_some_and(|usual| usual.text == *text && usual.subject == *subject);
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = match subject {
        _ if is_usual => "the usual words".to_owned(),
        Some(subject) => format!("\"{}\": {}", one_line(subject.text()), one_line(text.text())),
        None => one_line(text.text()),
    };
    fact(format!("template {key}"), format!("{name}, {}{language}, {words}", channel.words()))
}

fn segment(segment: &Segment) -> Fact {
    let Segment { key, name, when } = segment;
    fact(format!("segment {key}"), format!("\"{name}\", when {}", when.text()))
}

fn sequence(sequence: &Sequence) -> Fact {
    let Sequence { key, name, when, steps } = sequence;
    let step = |SequenceStep { after, template }: &SequenceStep| format!("{template} after {}", spell(*after, Counted::Wall));
    let steps = steps.iter().map(step).collect::<Vec<_>>().join(", then ");
    fact(format!("sequence {key}"), format!("\"{name}\", {steps}, when {}", when.text()))
}

fn signal(rule: &SignalRule) -> Fact {
    let SignalRule { key, name, points, fades, seconds, wakes } = rule;
    let least = if *seconds > 0 { format!(", from {seconds} seconds on") } else { String::new() };
    let wakes = if *wakes { ", ends a sleep" } else { "" };
    fact(
        format!("signal {key}"),
        format!("\"{name}\", {points:+} points, half after {}{least}{wakes}", spell(*fades, Counted::Wall)),
    )
}

fn plain(heading: &str, facts: Vec<Fact>) -> Section {
    Section { heading: heading.to_owned(), of: String::new(), facts }
}

fn or_none(text: Option<&String>) -> String {
    text.map_or_else(|| "none".to_owned(), Clone::clone)
}

fn hours_words(hours: &Hours) -> String {
    let holidays = hours.holidays().map(|country| format!(", holidays of {country}")).unwrap_or_default();
    format!("{hours} ({}{holidays})", hours.zone())
}

fn company(company: &Company) -> Section {
    // The zone and the country are said with the hours.
    let Company { name, zone: _, hours, hours_text: _, holidays: _, managers, admins, managers_channel, currency } = company;
    let facts = vec![
        fact("name", name),
        fact("hours", hours_words(hours)),
        fact("role of managers", or_none(managers.as_ref())),
        fact("role of administrators", or_none(admins.as_ref())),
        fact("channel for managers", managers_channel.clone().unwrap_or_else(|| "the first team's".to_owned())),
        fact("currency", currency.code()),
    ];
    Section { heading: "Company".to_owned(), of: "Company: ".to_owned(), facts }
}

fn team(team: &Team) -> Section {
    let Team { key, name, channel, role, captain, from, ladder, hours } = team;
    let mut facts = vec![
        fact("name", name),
        fact("channel", channel),
        fact("role", or_none(role.as_ref())),
        fact("captain", or_none(captain.as_ref())),
        fact("hours", hours_words(hours)),
        Fact { name: "ladder".to_owned(), value: Value::Steps(ladder.iter().map(rung).collect()) },
    ];
    facts.extend(from.iter().map(|from| fact("e-mails from", from)));
    Section { heading: format!("Team {key}"), of: format!("Team {key}: "), facts }
}

fn rung(step: &Step) -> String {
    let during = |lasts| spell(lasts, Counted::Business);
    match step {
        Step::Open { lasts } => format!("open for {}", during(*lasts)),
        Step::Mention { whom: Whom::Team, lasts } => format!("mention the team for {}", during(*lasts)),
        Step::Mention { whom: Whom::Managers, lasts } => format!("mention managers for {}", during(*lasts)),
        Step::Offer { lasts, times } => {
            format!("offer it to {times} in turn, for {} each", during(*lasts))
        }
        Step::AssignToNext => "give it to whose turn it is".to_owned(),
        Step::AssignToCaptain => "give it to the captain".to_owned(),
        Step::AssignToPerson { handle } => format!("give it to {handle}"),
        Step::HandToTeam { team } => format!("hand it to the team {team}"),
    }
}

fn promises(promises: &Promises) -> Vec<Fact> {
    let Promises {
        first_touch,
        first_touch_hot,
        warn_at,
        release_after,
        untouched_max,
        daily_max,
        cooling_off,
        not_reached,
        follow_up_overdue,
        still_yours,
        triage,
        moves_max,
        opening_gap,
        customer_quiet,
        help_after,
        trade_for,
    } = promises;
    let open = |span| format!("{} of open time", spell(span, Counted::Business));
    vec![
        fact("first touch", format!("within {}", open(*first_touch))),
        fact("first touch of a hot lead", format!("within {}", open(*first_touch_hot))),
        fact("warning", format!("after {:.0} % of that", warn_at * 100.0)),
        fact("untouched leads", format!("released after {}", open(*release_after))),
        fact("most untouched leads per rep", untouched_max.to_string()),
        fact("most leads taken per rep and day", daily_max.map_or_else(|| "as many as come".to_owned(), |most| most.to_string())),
        fact("cooling-off after a release", spell(*cooling_off, Counted::Wall)),
        fact("nobody reached yet", format!("reminder every {}", open(*not_reached))),
        fact("overdue follow-up", format!("\"still yours?\" after {}", open(*follow_up_overdue))),
        fact("\"still yours?\" unanswered", format!("released after {}", open(*still_yours))),
        fact("triage", format!("reminder every {}", open(*triage))),
        fact("most automatic moves", moves_max.to_string()),
        fact("customer with whom nothing happens", format!("inactive after {}", spell(*customer_quiet, Counted::Wall))),
        fact("leads of the night", format!("let go one by one, {} apart per rep", spell(*opening_gap, Counted::Wall))),
        fact("unanswered request for help", format!("asked again after {}, then the managers", open(*help_after))),
        fact("offered trade", format!("open for {}", open(*trade_for))),
    ]
}

fn stage(stage: &Stage) -> Fact {
    let Stage { key, kind, name, days } = stage;
    let kind = match kind {
        StageKind::Open => "open",
        StageKind::Contacted => "contacted",
        StageKind::Nurture => "nurture",
        StageKind::Qualified => "qualified",
        StageKind::Negotiation => "negotiation",
        StageKind::Customer => "customer",
        StageKind::Inactive => "inactive",
        StageKind::Unqualified => "unqualified",
    };
    let days = match days {
        Some(1) => "overdue after 1 day".to_owned(),
        Some(days) => format!("overdue after {days} days"),
        None => "never overdue".to_owned(),
    };
    let kind = if key.as_str() == kind { String::new() } else { format!("a stage of the kind {kind}, ") };
    fact(format!("stage {key}"), format!("\"{name}\", {kind}{days}"))
}

fn reason(reason: &Reason) -> Fact {
    let Reason { key, name, asks, becomes, turn_back } = reason;
    let asks = match asks {
        Asks::Nothing => "asks nothing".to_owned(),
        Asks::When { usual } => format!("asks when (usually in {})", spell(*usual, Counted::Wall)),
        Asks::Text { question, min: 0 } => format!("asks \"{question}\" (optional)"),
        Asks::Text { question, min } => format!("asks \"{question}\" (at least {min} characters)"),
        Asks::Lead => "asks for the other lead".to_owned(),
        Asks::Who => "asks who decides (optional)".to_owned(),
    };
    let becomes = match becomes {
        Becomes::PooledUntil => "sleeps until then".to_owned(),
        Becomes::PooledOnce { sleep, needs } => format!(
            "sleeps once for {}, after {} attempts over {} days and {} channels; then closed",
            spell(*sleep, Counted::Wall),
            needs.attempts,
            needs.days,
            needs.channels
        ),
        Becomes::KeptWith { task } => format!("stays with the rep, with the task \"{task}\""),
        Becomes::Closed(exit) => match exit {
            Exit::Converted => "closed as won".to_owned(),
            Exit::Unqualified => "closed".to_owned(),
            Exit::Suppressed => "closed, never contacted again".to_owned(),
            Exit::Merged => "closed, merged into the other".to_owned(),
            Exit::Removed => "closed, out of all figures".to_owned(),
        },
        Becomes::Repair { within } => {
            format!("a teammate mends it within {}; closed if nobody does", spell(*within, Counted::Business))
        }
    };
    let turn = match turn_back {
        TurnBack::No => "turn used",
        TurnBack::Yes => "turn given back",
        TurnBack::IfAgreed => "turn given back when a manager agrees",
    };
    fact(format!("reason {key}"), format!("\"{name}\", {asks}, {becomes}, {turn}"))
}

fn matching(matching: &Matching) -> Vec<Fact> {
    let Matching { reopen_within, free_mail, company_mail, account_owner, groups } = matching;
    let listed = |domains: &std::collections::BTreeSet<String>| {
        if domains.is_empty() { "none".to_owned() } else { domains.iter().cloned().collect::<Vec<_>>().join(", ") }
    };
    let mut facts = vec![
        fact("who comes back", format!("reopens their lead within {} of its end", spell(*reopen_within, Counted::Wall))),
        fact("who looks after a company already", if *account_owner { "gets what comes from it next" } else { "is only named" }),
        fact("free mail besides the usual", listed(free_mail)),
        fact("company mail whatever is usual", listed(company_mail)),
    ];
    facts.extend(groups.iter().map(|Group { name, domains }| fact(format!("group \"{name}\""), domains.join(", "))));
    facts
}

fn card(card: CardPolicy) -> Vec<Fact> {
    let CardPolicy { contact_in_public, pile_from } = card;
    vec![
        fact("e-mail and phone", if contact_in_public { "shown to everybody in the channel" } else { "shown to the owner" }),
        fact("while many wait", format!("from {pile_from} on, further ones that are not hot share one message")),
    ]
}

fn day(day: DayPolicy) -> Vec<Fact> {
    let DayPolicy { agenda, sweep, sweep_before } = day;
    let told = |yes: bool| if yes { "told to each by direct message" } else { "not told" };
    vec![
        fact("what is to be done when a day begins", told(agenda)),
        fact("what is loose before it ends", format!("{}, {} before", told(sweep), spell(sweep_before, Counted::Wall))),
    ]
}
