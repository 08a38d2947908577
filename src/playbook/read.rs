//! From the text of a playbook to the playbook, or to everything that is wrong with it.

use chrono::Duration;

use super::model::{CardPolicy, Company, DayPolicy, Playbook, Promises, Step, Team};
use super::{defaults, ladder, matching, reasons, routes, scores, segments, sequences, signals, skills, stages, templates};
use crate::document::span::Counted;
use crate::document::{self, Given, Mistakes, Table};
use crate::domain::hours::{Hours, HoursError};
use crate::domain::ids::TeamKey;
use crate::domain::money::Currency;
use crate::problem::{Problem, Problems};

/// Most teams that are read.
const MANY_MAX: usize = 500;

impl Playbook {
    /// A worked example, which the demo uses and `setup` begins with.
    #[must_use]
    pub fn example() -> &'static str {
        include_str!("../../deploy/playbook.toml")
    }

    /// Reads a playbook. Its version is 0 until the store counts it.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place.
    pub fn read(text: &str) -> Result<Self, Problems> {
        document::read("playbook.toml", text, read)
    }
}

pub(super) fn read(root: &Table<'_>, mistakes: &Mistakes) -> Playbook {
    root.later("digest", "leave it out for now");
    let (company, written) = company(root, mistakes);
    let teams = teams(root, mistakes, &company, &written);
    let skills = skills::read(root, mistakes);
    let fields = scores::fields(root, mistakes);
    let templates = templates::read(root, mistakes, &fields);
    Playbook {
        version: 0,
        scoring: scores::scoring(root, mistakes, &fields),
        routes: routes::read(root, mistakes, &routes::Known { teams: &teams, skills: &skills, fields: &fields }),
        skills,
        promises: promises(root, mistakes),
        reasons: reasons::read(root, mistakes),
        stages: stages::read(root, mistakes),
        matching: matching::read(root, mistakes),
        sequences: sequences::read(root, mistakes, &sequences::Known { fields: &fields, templates: &templates }),
        templates,
        segments: segments::read(root, mistakes, &fields),
        signals: signals::read(root, mistakes),
        card: card(root),
        day: day(root, mistakes),
        fields,
        teams,
        company,
    }
}

/// What teams fall back to, as the company wrote it.
struct Written {
    hours: Option<Given<String>>,
    zone: Option<Given<String>>,
    holidays: Option<Given<String>>,
}

impl Written {
    fn read(table: &Table<'_>) -> Self {
        Self { hours: table.text("hours"), zone: table.text("timezone"), holidays: table.text("holidays") }
    }

    /// The hours, or a problem at the part that is wrong; round the clock then, until the problem is solved.
    fn hours(&self, table: &Table<'_>, mistakes: &Mistakes) -> Hours {
        let text = |given: &Option<Given<String>>| given.as_ref().map(|given| given.value.clone());
        let expression = text(&self.hours).unwrap_or_else(|| defaults::HOURS.to_owned());
        let zone = text(&self.zone).unwrap_or_else(|| "UTC".to_owned());
        let hours = match Hours::parse(&expression, &zone, text(&self.holidays).as_deref()) {
            Ok(hours) if hours.ever_open() => return hours,
            Ok(_) => HoursError::Expression { message: "these hours never open".to_owned(), at: 0..expression.len() },
            Err(why) => why,
        };
        let place = match &hours {
            HoursError::Expression { at, .. } => self.hours.as_ref().map(|given| given.place_inside(at)),
            HoursError::Zone(_) => self.zone.as_ref().map(|given| given.place.clone()),
            HoursError::Country { .. } => self.holidays.as_ref().map(|given| given.place.clone()),
        };
        mistakes.note(Problem::at(place.unwrap_or_else(|| table.place()), hours.to_string()));
        Hours::always()
    }
}

fn company(root: &Table<'_>, mistakes: &Mistakes) -> (Company, Written) {
    let Some(table) = root.table("company") else {
        if !root.has("company") {
            root.note("there is no section [company]", "add one with name = \"Acme\" and timezone = \"Europe/Berlin\"");
        }
        let company = Company {
            name: String::new(),
            zone: "UTC".to_owned(),
            hours: Hours::always(),
            hours_text: defaults::HOURS.to_owned(),
            holidays: None,
            managers: None,
            admins: None,
            managers_channel: None,
            currency: defaults::currency(),
        };
        return (company, Written { hours: None, zone: None, holidays: None });
    };
    let name = table.needed_text("name", "add name = \"Acme\"");
    table.need("timezone", "add timezone = \"Europe/Berlin\"");
    let written = Written::read(&table);
    let hours = written.hours(&table, mistakes);
    let text = |key| table.text(key).map(|given| given.value);
    let company = Company {
        name: name.map(|given| given.value).unwrap_or_default(),
        zone: hours.zone().name().to_owned(),
        hours_text: hours.to_string(),
        hours,
        holidays: written.holidays.as_ref().map(|given| given.value.trim().to_uppercase()),
        managers: text("managers"),
        admins: text("admins"),
        managers_channel: text("managers_channel").map(|name| without_hash(&name)),
        currency: table.text("currency").and_then(|given| currency(given, mistakes)).unwrap_or_else(defaults::currency),
    };
    table.finish();
    (company, written)
}

/// A currency by its three letters.
fn currency(Given { value, place }: Given<String>, mistakes: &Mistakes) -> Option<Currency> {
    let known = Currency::read(&value);
    if known.is_none() {
        let problem = Problem::at(place, format!("no currency has the letters \"{value}\""));
        mistakes.note(problem.expected("three letters such as \"EUR\"").nearest(&value, Currency::codes()));
    }
    known
}

/// People write `#leads`; the chat's own name for it is `leads`.
fn without_hash(channel: &str) -> String {
    channel.trim().trim_start_matches('#').to_owned()
}

fn teams(root: &Table<'_>, mistakes: &Mistakes, company: &Company, written: &Written) -> Vec<Team> {
    let tables = root.tables("team", "this team");
    if tables.is_empty() {
        root.note("there is no team", "add a section [[team]] with key, channel and captain");
    }
    let mut keys = Keys::new("team");
    let mut teams = Vec::new();
    for table in tables.iter().take(MANY_MAX) {
        let key = keys.read(table, mistakes, "dach");
        let channel = table.needed_text("channel", "add channel = \"leads\", the channel of its cards");
        let role = table.text("role").map(|given| given.value);
        let captain = table.needed_text("captain", "name the person who gets what nobody took: captain = \"ann\"");
        let rings = defaults::Rings { team: role.is_some(), managers: company.managers.is_some() };
        teams.push(Team {
            name: table.text("name").map_or_else(|| key.clone(), |given| given.value),
            channel: channel.map(|given| without_hash(&given.value)).unwrap_or_default(),
            role,
            captain: captain.map(|given| given.value.trim().trim_start_matches('@').to_owned()),
            from: table.text("from").and_then(|given| mailbox(given, mistakes)),
            ladder: ladder::read(table, mistakes, rings),
            hours: team_hours(table, mistakes, company, written),
            key: TeamKey(key),
        });
        table.finish();
    }
    hands_on_to_teams_that_are_there(&tables, mistakes, &teams);
    teams
}

/// Whom a mail is from, as mail programs write it.
fn mailbox(Given { value, place }: Given<String>, mistakes: &Mistakes) -> Option<String> {
    if value.parse::<lettre::message::Mailbox>().is_ok() {
        return Some(value);
    }
    let problem = Problem::at(place, format!("\"{value}\" is nobody to send e-mails from"));
    mistakes.note(problem.expected("an address such as \"DACH Sales <dach@acme.example>\""));
    None
}

/// A ladder that ends in another team's ends in one that there is.
fn hands_on_to_teams_that_are_there(tables: &[Table<'_>], mistakes: &Mistakes, teams: &[Team]) {
    for (table, team) in tables.iter().zip(teams) {
        for other in team.ladder.iter().filter_map(|step| if let Step::HandToTeam { team } = step { Some(team) } else { None }) {
            let known = teams.iter().map(|team| team.key.as_str());
            if *other == team.key {
                table.note("this team's ladder ends in itself", "name another team, or give the lead to the captain");
            } else if !known.clone().any(|known| known == other.as_str()) {
                let problem = Problem::at(table.place(), format!("its ladder ends in a team \"{other}\" that is not there"));
                mistakes.note(problem.nearest(other.as_str(), known));
            }
        }
    }
}

/// A team says only what differs from the company.
fn team_hours(table: &Table<'_>, mistakes: &Mistakes, company: &Company, written: &Written) -> Hours {
    let own = Written::read(table);
    if own.hours.is_none() && own.zone.is_none() && own.holidays.is_none() {
        return company.hours.clone();
    }
    let or = |own: Option<Given<String>>, theirs: &Option<Given<String>>| own.or_else(|| theirs.clone());
    let merged = Written {
        hours: or(own.hours, &written.hours),
        zone: or(own.zone, &written.zone),
        holidays: or(own.holidays, &written.holidays),
    };
    merged.hours(table, mistakes)
}

/// The longest time between two leads of a night for one rep.
const OPENING_GAP_MAX: Duration = Duration::minutes(30);

fn promises(root: &Table<'_>, mistakes: &Mistakes) -> Promises {
    let usual = defaults::promises();
    let Some(table) = root.table("promises") else { return usual };
    let business = |key, usual| table.span(key, Counted::Business).map_or(usual, |given| given.value);
    let first_touch = business("first_touch", usual.first_touch);
    let release_after = table.span("release_after", Counted::Business);
    if let Some(release) = release_after.as_ref().filter(|release| release.value < first_touch) {
        let early = Problem::at(release.place.clone(), "leads would be released before their first touch is due");
        mistakes.note(early.remedy("make `release_after` at least as long as `first_touch`"));
    }
    let hot = table.span("first_touch_hot", Counted::Business);
    if let Some(hot) = hot.as_ref().filter(|hot| hot.value > first_touch) {
        let late = Problem::at(hot.place.clone(), "a hot lead would be touched later than any other");
        mistakes.note(late.remedy("make `first_touch_hot` at most as long as `first_touch`"));
    }
    let promises = Promises {
        first_touch,
        first_touch_hot: hot.map_or(usual.first_touch_hot.min(first_touch), |given| given.value),
        warn_at: table.part("warn_at").unwrap_or(usual.warn_at),
        // A longer first touch moves the release with it, unless that is written too.
        release_after: release_after.map_or(usual.release_after.max(first_touch), |given| given.value),
        untouched_max: table.whole("untouched_max", &(1..=1000)).map_or(usual.untouched_max, |given| given.value),
        daily_max: table.whole("daily_max", &(1..=1000)).map(|given| given.value).or(usual.daily_max),
        cooling_off: table.span("cooling_off", Counted::Wall).map_or(usual.cooling_off, |given| given.value),
        not_reached: business("not_reached", usual.not_reached),
        follow_up_overdue: business("follow_up_overdue", usual.follow_up_overdue),
        still_yours: business("still_yours", usual.still_yours),
        triage: business("triage", usual.triage),
        moves_max: table
            .whole("moves_max", &(1..=50))
            .map_or(usual.moves_max, |given| u8::try_from(given.value).unwrap_or(u8::MAX)),
        opening_gap: opening_gap(&table, mistakes).unwrap_or(usual.opening_gap),
        customer_quiet: table.span("customer_quiet", Counted::Wall).map_or(usual.customer_quiet, |given| given.value),
        help_after: business("help_after", usual.help_after),
        trade_for: business("trade_for", usual.trade_for),
    };
    table.finish();
    promises
}

/// Short enough that the leads of a night are all let go in the morning.
fn opening_gap(table: &Table<'_>, mistakes: &Mistakes) -> Option<Duration> {
    let Given { value, place } = table.span("opening_gap", Counted::Wall)?;
    if value <= OPENING_GAP_MAX {
        return Some(value);
    }
    let late = Problem::at(place, "the leads of a night would not be let go on the same day");
    mistakes.note(late.expected("at most 30 minutes, such as \"30s\""));
    None
}

fn card(root: &Table<'_>) -> CardPolicy {
    let usual = defaults::card();
    let Some(table) = root.table("card") else { return usual };
    let contact = table.choice("contact", &[("on_claim", false), ("public", true)]);
    let pile_from = table.whole("pile_from", &(1..=100_000)).map_or(usual.pile_from, |given| given.value);
    table.finish();
    CardPolicy { contact_in_public: contact.map_or(usual.contact_in_public, |contact| contact.value), pile_from }
}

/// A sweep further ahead would come in the middle of a day.
const SWEEP_BEFORE_MAX: Duration = Duration::hours(4);

fn day(root: &Table<'_>, mistakes: &Mistakes) -> DayPolicy {
    let usual = defaults::day();
    let Some(table) = root.table("day") else { return usual };
    let agenda = table.flag("agenda").unwrap_or(usual.agenda);
    let sweep = table.flag("sweep").unwrap_or(usual.sweep);
    let before = table.span("sweep_before", Counted::Wall);
    if let Some(early) = before.as_ref().filter(|before| before.value > SWEEP_BEFORE_MAX) {
        let problem = Problem::at(early.place.clone(), "what is loose would be told in the middle of the day");
        mistakes.note(problem.expected("at most 4 hours, such as \"30m\""));
    }
    table.finish();
    DayPolicy { agenda, sweep, sweep_before: before.map_or(usual.sweep_before, |given| given.value) }
}

/// Keys of one kind of section: short, plain, and each only once.
pub(super) struct Keys {
    kind: &'static str,
    seen: Vec<String>,
}

impl Keys {
    pub(super) fn new(kind: &'static str) -> Self {
        Self { kind, seen: Vec::new() }
    }

    /// The key of this section; empty when there is none, which has been told then.
    pub(super) fn read(&mut self, table: &Table<'_>, mistakes: &Mistakes, example: &str) -> String {
        const LETTERS_MAX: usize = 32;
        let Some(key) = table.needed_text("key", &format!("add key = \"{example}\"")) else { return String::new() };
        let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_' || letter == '-';
        if key.value.len() > LETTERS_MAX || !key.value.chars().all(plain) {
            let problem = Problem::at(key.place.clone(), format!("\"{}\" cannot be a key", key.value));
            mistakes.note(problem.expected("at most 32 small letters, digits, - and _"));
        }
        if self.seen.contains(&key.value) {
            let problem = Problem::at(key.place, format!("there is a {} \"{}\" already", self.kind, key.value));
            mistakes.note(problem.remedy("each key stands once"));
        }
        self.seen.push(key.value.clone());
        key.value
    }
}
