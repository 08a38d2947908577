//! Stories of reading a playbook, of its mistakes and of its changes.

use chrono::{DateTime, Duration, Utc};

use super::*;
use crate::domain::ids::SourceKey;
use crate::domain::lead::Exit;
use crate::domain::routing;
use crate::problem::Paint;

const SMALLEST: &str = "\
[company]
name = \"Acme\"
timezone = \"Europe/Berlin\"

[[team]]
key = \"dach\"
channel = \"#leads\"
captain = \"@ann\"
";

fn read(text: &str) -> Playbook {
    Playbook::read(text).unwrap_or_else(|problems| panic!("{}", problems.render(Paint::Plain)))
}

fn smallest(more: &str) -> String {
    format!("{SMALLEST}{more}")
}

/// What is told about the smallest playbook with `more` at its end.
fn told(more: &str) -> Vec<String> {
    let sentences = |problems: crate::problem::Problems| problems.list().iter().map(crate::problem::Problem::sentence).collect();
    Playbook::read(&smallest(more)).map_or_else(sentences, |_| Vec::new())
}

#[test]
fn the_smallest_playbook_is_complete() {
    let playbook = read(SMALLEST);
    assert_eq!(playbook.version, 0);
    assert_eq!(playbook.company.name, "Acme");
    assert_eq!(playbook.company.zone, "Europe/Berlin");
    assert_eq!(playbook.managers_channel(), "leads");
    let team = &playbook.teams[0];
    assert_eq!((team.name.as_str(), team.channel.as_str(), team.captain.as_deref()), ("dach", "leads", Some("ann")));
    assert_eq!(team.ladder, [Step::Open { lasts: Duration::minutes(10) }, Step::AssignToCaptain], "nobody can be rung");
    assert_eq!(team.hours, playbook.company.hours);
    assert_eq!(playbook.promises.first_touch, Duration::minutes(15));
    assert_eq!(playbook.promises.not_reached, Duration::hours(8));
    assert_eq!(playbook.reasons.len(), 10);
    assert_eq!(playbook.stages.len(), 8);
    assert!(!playbook.card.contact_in_public);
}

#[test]
fn every_kind_of_stage_is_there_once_and_every_reason_asks_for_what_it_needs() {
    let playbook = read(SMALLEST);
    for stage in &playbook.stages {
        assert_eq!(playbook.stage_of_kind(stage.kind), Some(stage));
    }
    for reason in &playbook.reasons {
        let date = matches!(reason.asks, Asks::When { .. });
        assert_eq!(date, reason.becomes == Becomes::PooledUntil, "{}", reason.key);
        let lead = reason.asks == Asks::Lead;
        assert_eq!(lead, reason.becomes == Becomes::Closed(Exit::Merged), "{}", reason.key);
    }
}

#[test]
fn the_example_reads_and_says_what_the_defaults_are() {
    let playbook = read(Playbook::example());
    assert_eq!(playbook.promises, read(SMALLEST).promises, "the example shows the usual promises");
    let (dach, world) = (&playbook.teams[0], &playbook.teams[1]);
    assert_eq!(dach.ladder, world.ladder, "the example shows the usual ladder");
    assert_eq!(world.hours.zone().name(), "America/New_York");
    assert_eq!(routing::usual_team(&SourceKey::from("world-demo"), &playbook), Some(world.key.clone()));
    let keys: Vec<&str> = playbook.stages.iter().map(|stage| stage.key.as_str()).collect();
    assert_eq!(
        keys,
        ["open", "contacted", "nurture", "qualified", "trial", "negotiation", "customer", "inactive", "unqualified"]
    );
    let reasons: Vec<&str> = playbook.reasons.iter().map(|reason| reason.key.as_str()).collect();
    assert_eq!(reasons[8..], ["spam", "competitor", "other"]);
    let easter_monday: DateTime<Utc> = "2026-04-06T10:00:00Z".parse().unwrap();
    assert!(!dach.hours.is_open(easter_monday));
    assert!(world.hours.is_open(easter_monday + Duration::hours(4)), "no holiday in the United States");
}

#[test]
fn reasons_are_changed_dropped_and_added() {
    let playbook = read(&smallest(
        "[[reason]]\nkey = 'not_ready'\nname = 'Later'\nusual = '2w'\n\n[[reason]]\nkey = 'spam'\noffered = false\n\n\
         [[reason]]\nkey = 'nurse'\nasks = 'nothing'\nbecomes = 'kept'\ntask = 'Call again'\nturn_back = 'if_agreed'\n\n\
         [[reason]]\nkey = 'unreachable'\nattempts = 7\n",
    ));
    let reason = |key: &str| playbook.reason(&key.into());
    let later = reason("not_ready").unwrap();
    assert_eq!((later.name.as_str(), &later.asks), ("Later", &Asks::When { usual: Duration::days(14) }));
    assert_eq!(later.becomes, Becomes::PooledUntil, "what is not written stays");
    assert_eq!(reason("spam"), None);
    let nurse = reason("nurse").unwrap();
    assert_eq!((&nurse.becomes, nurse.turn_back), (&Becomes::KeptWith { task: "Call again".into() }, TurnBack::IfAgreed));
    let needs = Tried { attempts: 7, days: 5, channels: 2 };
    assert_eq!(reason("unreachable").unwrap().becomes, Becomes::PooledOnce { sleep: Duration::days(30), needs });
}

#[test]
fn a_longer_first_touch_moves_the_release_with_it() {
    let promises = read(&smallest("[promises]\nfirst_touch = '2h'\n")).promises;
    assert_eq!(promises.release_after, Duration::hours(2));
    assert_eq!(
        told("[promises]\nfirst_touch = '2h'\nrelease_after = '1h'\n"),
        ["leads would be released before their first touch is due; make `release_after` at least as long as `first_touch`"]
    );
}

#[test]
fn each_mistake_is_told_in_a_sentence_that_says_what_to_do() {
    let ladder = |steps: &str| format!("ladder = [{steps}]\n");
    let assign = "{ step = 'assign', to = 'captain' }";
    for (more, sentence) in [
        (
            "from = 'Sales'\n".to_owned(),
            "\"Sales\" is nobody to send e-mails from, expected an address such as \"DACH Sales <dach@acme.example>\"",
        ),
        (
            "[day]\nsweep_before = '6h'\n".to_owned(),
            "what is loose would be told in the middle of the day, expected at most 4 hours, such as \"30m\"",
        ),
        ("chanel = 'x'\n".to_owned(), "this team has no key `chanel`; did you mean `channel`?"),
        ("[[source]]\nkey = 'demo'\nteam = 'dahc'\n".to_owned(), "there is no team \"dahc\"; did you mean `dach`?"),
        ("[[source]]\nkey = 'demo'\nteam = 'x'\n".to_owned(), "there is no team \"x\", expected one of dach"),
        (
            "[[team]]\nkey = 'dach'\nchannel = 'b'\ncaptain = 'c'\n".to_owned(),
            "there is a team \"dach\" already; each key stands once",
        ),
        (
            "[[team]]\nkey = 'Süd!'\nchannel = 'b'\ncaptain = 'c'\n".to_owned(),
            "\"Süd!\" cannot be a key, expected at most 32 small letters, digits, - and _",
        ),
        (
            "[[team]]\nkey = 'b'\nchannel = 'b'\n".to_owned(),
            "this team has no `captain`; name the person who gets what nobody took: captain = \"ann\"",
        ),
        (
            ladder("{ step = 'open', for = '10m' }"),
            "the ladder ends without giving the lead to anybody; end it with { step = \"assign\", to = \"captain\" }",
        ),
        (
            "[[skill]]\nkey = 'german'\n[[route]]\nname = 'a'\nteam = 'dach'\nrequire = ['germann']\n".to_owned(),
            "there is no skill \"germann\"; did you mean `german`?",
        ),
        (
            "[[route]]\nname = 'a'\nteam = 'dach'\nprefer = ['german']\n".to_owned(),
            "there is no skill \"german\"; add a section [[skill]] with key = \"german\"",
        ),
        (
            "[[skill]]\nkey = 'german'\n[[route]]\nname = 'a'\nteam = 'dach'\nrequire = ['german']\nprefer = ['german']\n"
                .to_owned(),
            "\"german\" is asked for already; name it once: what is required need not be preferred",
        ),
        (
            "[[skill]]\nkey = 'german'\n[[route]]\nname = 'a'\nteam = 'dach'\nrequire = 'german'\n".to_owned(),
            "`require` is a text, expected a list of texts, such as [\"a\", \"b\"]",
        ),
        ("[[skill]]\nkey = 'german'\nlevel = 2\n".to_owned(), "this skill has no key `level`, expected one of key, name"),
        (
            "[[group]]\nname = 'A'\ndomains = ['acme.com', 'mail.acme.de']\n".to_owned(),
            "\"mail.acme.de\" is only a part of a domain; write \"acme.de\": all below it is of the company",
        ),
        (
            "[[group]]\nname = 'A'\ndomains = ['acme.com', 'gmail.com']\n".to_owned(),
            "\"gmail.com\" says nothing of a company: anybody can have an address there; leave it out, or name it under `company_mail` of [matching]",
        ),
        (
            "[[group]]\nname = 'A'\ndomains = ['acme.com', 'acme']\n".to_owned(),
            "\"acme\" is not a domain, expected a company's domain such as \"acme.com\"",
        ),
        (
            "[[group]]\nname = 'A'\ndomains = ['acme.com', 'Acme.com']\n".to_owned(),
            "\"Acme.com\" is in the group \"A\" already; name each domain once",
        ),
        (
            "[[group]]\nname = 'A'\ndomains = ['acme.com']\n".to_owned(),
            "a group of one domain holds nothing together; name the other companies' domains too, or leave it out",
        ),
        ("[[group]]\nname = 'A'\n".to_owned(), "this group has no `domains`; add domains = [\"acme.com\", \"acme-robotics.de\"]"),
        (ladder(&format!("{assign}, {assign}")), "nothing after this step would ever happen; put { step = \"assign\" } last"),
        (ladder(""), "the ladder has no steps; leave `ladder` out to use the usual one"),
        (ladder(&format!("{{ step = 'open' }}, {assign}")), "this step does not say how long it lasts; add for = \"10m\""),
        (
            ladder(&format!("{{ step = 'offer', for = '5m', times = 0 }}, {assign}")),
            "`times` is the number 0, expected a whole number from 1 to 20",
        ),
        (ladder("{ step = 'assign', to = 'person' }"), "this step has no `person`; name the person: person = \"ann\""),
        (
            ladder("{ step = 'assign', to = 'team', team = 'nowhere' }"),
            "its ladder ends in a team \"nowhere\" that is not there, expected one of dach",
        ),
        (
            ladder(&format!("{{ step = 'opne', for = '5m' }}, {assign}")),
            "`step` cannot be \"opne\", expected \"open\" or \"mention\" or \"assign\" or \"offer\"; did you mean `open`?",
        ),
        (
            ladder(&format!("{{ step = 'mention', whom = 'team', for = '5m' }}, {assign}")),
            "the team has no role that could be mentioned; add role = \"sales\" to the team",
        ),
        (
            ladder(&format!("{{ step = 'mention', whom = 'managers', for = '5m' }}, {assign}")),
            "the company names no role of managers; add managers = \"sales-managers\" to [company]",
        ),
        (ladder("{ step = 'assign', to = 'captain', for = '5m' }"), "`for` is not for this step: it does not last; leave it out"),
        (
            "[promises]\nfirst_touch = '-5m'\n".to_owned(),
            "`first_touch` is not a span: it cannot be negative; write it like \"15m\", \"1h30m\" or \"2d\"",
        ),
        (
            "[promises]\nwarn_at = 1.5\n".to_owned(),
            "`warn_at` is the number 1.5, expected a number above 0, at most 1, such as 0.5",
        ),
        (
            "[promises]\nfirst_touch_hot = '1h'\n".to_owned(),
            "a hot lead would be touched later than any other; make `first_touch_hot` at most as long as `first_touch`",
        ),
        ("[[digest]]\nname = 'x'\n".to_owned(), "`digest` is not available in this version; leave it out for now"),
        (
            "[[route]]\nname = 'x'\nteam = 'dach'\nwhen = 'lead.contry == \"DE\"'\n".to_owned(),
            "a lead has no `contry`; did you mean `country`?",
        ),
        ("[[route]]\nname = 'x'\nteam = 'dahc'\n".to_owned(), "there is no team \"dahc\"; did you mean `dach`?"),
        (
            "[[route]]\nname = 'x'\nteam = 'dach'\n[[route]]\nname = 'y'\nteam = 'dach'\n".to_owned(),
            "no lead would come to the routes after this one; give it a `when`, or put it last",
        ),
        ("[[score]]\nwhen = 'lead.country'\npoints = 5\nwhy = 'x'\n".to_owned(), "this gives a text, not yes or no"),
        ("[scoring]\nhot = 30\n".to_owned(), "a warm lead would be as hot as a hot one; make `hot` larger than `warm`"),
        (
            "[[field]]\nkey = 'country'\n".to_owned(),
            "a field cannot be called \"country\"; use small letters and _, and a name that no lead has anyway",
        ),
        (
            "timezone = 'Europe/Berln'\n".to_owned(),
            "there is no time zone called \"Europe/Berln\"; did you mean \"Europe/Berlin\"?",
        ),
        ("holidays = 'Germany'\n".to_owned(), "no holidays are known for \"Germany\"; did you mean \"DE\" (Germany)?"),
        ("hours = 'off'\n".to_owned(), "these hours never open"),
        (
            "hours = 'Mo-Fr 9am-5pm'\n".to_owned(),
            "these hours cannot be read from \"9am-5pm\" on; write them like \"Mo-Fr 09:00-18:00; PH off\"",
        ),
        (
            "[[stage]]\nkey = 'trial'\n".to_owned(),
            "a stage of your own needs a kind; add kind = one of open, contacted, nurture, qualified, negotiation, customer, inactive, unqualified",
        ),
        (
            "[[stage]]\nkey = 'open'\nkind = 'open'\n".to_owned(),
            "`kind` of a stage that every playbook has cannot change; leave it out",
        ),
        (
            "[[reason]]\nkey = 'x'\nbecomes = 'pooled_until'\n".to_owned(),
            "the lead would sleep until a date that nobody is asked for; add asks = \"when\"",
        ),
        (
            "[[reason]]\nkey = 'spam'\nasks = 'when'\n".to_owned(),
            "a date is asked for, and nothing happens on it; add becomes = \"pooled_until\", or ask for something else",
        ),
        (
            "[[reason]]\nkey = 'spam'\nexit = 'merged'\n".to_owned(),
            "the lead would be merged into one that nobody is asked for; add asks = \"lead\"",
        ),
        (
            "[[reason]]\nkey = 'spam'\nasks = 'lead'\n".to_owned(),
            "another lead is asked for, and nothing happens with it; add exit = \"merged\", or ask for something else",
        ),
        (
            "[[reason]]\nkey = 'x'\nbecomes = 'kept'\n".to_owned(),
            "a lead that is kept needs a next step; add task = \"Find the decision-maker\"",
        ),
        (
            "[[reason]]\nkey = 'x'\nasks = 'whem'\nusual = '5d'\nbecomes = 'pooled_until'\n".to_owned(),
            "`asks` cannot be \"whem\", expected \"nothing\" or \"when\" or \"text\" or \"lead\" or \"who\"; did you mean `when`?",
        ),
        (
            "[[reason]]\nkey = 'x'\nbecomes = 'pooled_one'\nsleep = '5d'\n".to_owned(),
            "`becomes` cannot be \"pooled_one\", expected \"pooled_until\" or \"pooled_once\" or \"kept\" or \"closed\" or \"repair\"; did you mean `pooled_once`?",
        ),
        (
            "hours = 'Mo-Fr 9am-5pm'\n\n[[team]]\nkey = 'b'\nchannel = 'b'\ncaptain = 'c'\n".to_owned(),
            "these hours cannot be read from \"9am-5pm\" on; write them like \"Mo-Fr 09:00-18:00; PH off\"",
        ),
        ("[[reason]]\nkey = 'spam'\nusual = '5d'\n".to_owned(), "`usual` is only for asks = \"when\"; leave it out"),
        (
            "[[reason]]\nkey = 'spam'\nexit = 'converted'\n".to_owned(),
            "`exit` cannot be \"converted\", expected \"unqualified\" or \"suppressed\" or \"merged\" or \"removed\"",
        ),
        (
            "[[reason]]\nkey = 'unreachable'\nattempts = 1\n".to_owned(),
            "so many days or channels need at least as many attempts; raise `attempts`",
        ),
        ("[card]\ncontact = 'everybody'\n".to_owned(), "`contact` cannot be \"everybody\", expected \"on_claim\" or \"public\""),
    ] {
        assert_eq!(told(&more), [sentence], "{more}");
    }
}

#[test]
fn an_empty_playbook_says_what_it_needs() {
    let problems = Playbook::read("").unwrap_err();
    assert_eq!(
        problems.lines(),
        [
            "there is no section [company]; add one with name = \"Acme\" and timezone = \"Europe/Berlin\"",
            "there is no team; add a section [[team]] with key, channel and captain",
        ]
    );
}

#[test]
fn a_mistake_inside_the_hours_is_pointed_at() {
    let text = SMALLEST.replace("\n\n[[team]]", "\nhours = \"Mo-Fr 09:00-18:00; Sa 10-14\"\n\n[[team]]");
    let problems = Playbook::read(&text).unwrap_err();
    insta::assert_snapshot!(problems.render(Paint::Plain), @r#"
    error: these hours cannot be read from "10-14" on; write them like "Mo-Fr 09:00-18:00; PH off"
     --> playbook.toml:4:32
      |
    4 | hours = "Mo-Fr 09:00-18:00; Sa 10-14"
      |                                ^^^^^
    "#);
}

#[test]
fn a_mistake_that_two_teams_share_is_told_once() {
    let company = SMALLEST.replace("\n\n[[team]]", "\nhours = 'Mo-Fr 9am'\n\n[[team]]");
    let more = "timezone = 'UTC'\n[[team]]\nkey = 'b'\nchannel = 'b'\ncaptain = 'c'\ntimezone = 'Asia/Tokyo'\n";
    assert_eq!(Playbook::read(&format!("{company}{more}")).unwrap_err().list().len(), 1);
}

#[test]
fn any_text_is_answered() {
    for text in ["[[company]]", "team = 5", "team = [5]", "[company]\nname = []", "\u{feff}", "[team]\nkey='x'", "company = 1"] {
        assert!(Playbook::read(text).is_err(), "{text}");
    }
    assert!(Playbook::read(&"#".repeat(300_000)).unwrap_err().to_string().contains("256 KiB"));
}

#[test]
fn a_change_is_told_in_words() {
    let old = read(Playbook::example());
    assert_eq!(difference(&old, &old), [] as [&str; 0]);
    let new = Playbook::example()
        .replacen("{ step = \"open\", for = \"10m\" }", "{ step = \"open\", for = \"5m\" }", 1)
        .replace("captain = \"bob\"", "captain = \"cem\"")
        .replace("first_touch = \"15m\"", "first_touch = \"20m\"")
        .replace("key = \"trial\"", "key = \"pilot\"")
        .replace("[[source]]\nkey = \"world-demo\"\nteam = \"world\"\n", "")
        .replace("managers_channel", "# ")
        .replace("contact = \"on_claim\"", "contact = \"public\"")
        + "\n[[team]]\nkey = \"south\"\nchannel = \"south\"\ncaptain = \"dana\"\n";
    let expected = [
        "Company: channel for managers: leads-managers → the first team's",
        "Team dach: ladder, step 1: open for 10 min → open for 5 min",
        "Team world: captain: bob → cem",
        "+ Team south: name south; channel south; role none; captain dana; hours Mo-Fr 09:00-18:00; PH off (Europe/Berlin, holidays of DE); \
         ladder open for 10 min, then mention managers for 10 min, then give it to the captain",
        "- route \"source world-demo\"",
        "first touch: within 15 min of open time → within 20 min of open time",
        "+ stage pilot: \"Trial\", a stage of the kind qualified, overdue after 30 days",
        "- stage trial",
        "e-mail and phone: shown to the owner → shown to everybody in the channel",
    ];
    assert_eq!(difference(&old, &read(&new)), expected);
}

#[test]
fn a_longer_ladder_is_told_as_a_whole_and_a_lost_team_by_name() {
    let old = read(Playbook::example());
    let shorter = Playbook::example().replacen("  { step = \"mention\", whom = \"team\", for = \"10m\" },\n", "", 1);
    let lines = difference(&old, &read(&shorter));
    assert_eq!(
        lines,
        [
            "Team dach: ladder: open for 10 min, then mention the team for 10 min, then mention managers for 10 min, then give it to the captain \
             → open for 10 min, then mention managers for 10 min, then give it to the captain"
        ]
    );
    let lines = difference(&old, &read(SMALLEST));
    assert!(lines.contains(&"- Team world".to_owned()), "{lines:#?}");
}

#[test]
fn a_playbook_is_shown_under_headings() {
    let shown = describe(&read(Playbook::example()));
    let shown: Vec<String> = shown.iter().map(|(heading, lines)| format!("{heading}\n  {}", lines.join("\n  "))).collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
Company
  name: Acme
  hours: Mo-Fr 09:00-18:00; PH off (Europe/Berlin, holidays of DE)
  role of managers: sales-managers
  role of administrators: none
  channel for managers: leads-managers
  currency: EUR
Team dach
  name: DACH
  channel: leads-dach
  role: sales-dach
  captain: ann
  hours: Mo-Fr 09:00-18:00; PH off (Europe/Berlin, holidays of DE)
  ladder: open for 10 min, then mention the team for 10 min, then mention managers for 10 min, then give it to the captain
Team world
  name: World
  channel: leads-world
  role: sales-world
  captain: bob
  hours: Mo-Fr 08:00-20:00; PH off (America/New_York, holidays of US)
  ladder: open for 10 min, then mention the team for 10 min, then mention managers for 10 min, then give it to the captain
Routes
  route "source world-demo": team world, when lead.source == "world-demo"
  route "everything else": team dach, always
Scoring
  tiers: hot from 70, warm from 40
  all of a lead known: 20 points
Promises
  first touch: within 15 min of open time
  first touch of a hot lead: within 5 min of open time
  warning: after 50 % of that
  untouched leads: released after 30 min of open time
  most untouched leads per rep: 5
  most leads taken per rep and day: as many as come
  cooling-off after a release: 1 h
  nobody reached yet: reminder every 8 h of open time
  overdue follow-up: "still yours?" after 24 h of open time
  "still yours?" unanswered: released after 4 h of open time
  triage: reminder every 1 h of open time
  most automatic moves: 5
  customer with whom nothing happens: inactive after 180 d
  leads of the night: let go one by one, 30 s apart per rep
  unanswered request for help: asked again after 2 h of open time, then the managers
  offered trade: open for 4 h of open time
Stages
  stage open: "Open", overdue after 1 day
  stage contacted: "Contacted", overdue after 7 days
  stage nurture: "Nurture", overdue after 30 days
  stage qualified: "Qualified", overdue after 14 days
  stage trial: "Trial", a stage of the kind qualified, overdue after 30 days
  stage negotiation: "Negotiation", overdue after 21 days
  stage customer: "Customer", overdue after 180 days
  stage inactive: "Inactive", never overdue
  stage unqualified: "Unqualified", never overdue
Reasons
  reason not_ready: "Not ready", asks when (usually in 30 d), sleeps until then, turn used
  reason no_budget: "No budget", asks when (usually in 90 d), sleeps until then, turn used
  reason no_authority: "No authority", asks who decides (optional), stays with the rep, with the task "Find the decision-maker", turn used
  reason unreachable: "Unreachable", asks nothing, sleeps once for 30 d, after 5 attempts over 5 days and 2 channels; then closed, turn used
  reason invalid_data: "Invalid data", asks "What is wrong?" (at least 3 characters), a teammate mends it within 8 h; closed if nobody does, turn given back
  reason not_a_fit: "Not a fit", asks "What does not fit?" (at least 3 characters), closed, turn given back when a manager agrees
  reason not_interested: "Not interested", asks "Why, if they said?" (optional), closed, never contacted again, turn used
  reason duplicate: "Duplicate", asks for the other lead, closed, merged into the other, turn given back
  reason spam: "Spam or test", asks nothing, closed, out of all figures, turn given back
  reason competitor: "Bought elsewhere", asks "From whom?" (at least 2 characters), closed, turn used
  reason other: "Other", asks "What happened?" (at least 10 characters), closed, turn used
Matching
  who comes back: reopens their lead within 90 d of its end
  who looks after a company already: gets what comes from it next
  free mail besides the usual: none
  company mail whatever is usual: none
Templates
  template introduction: Introduction, E-mail, the usual words
  template meeting: Meeting invitation, E-mail, the usual words
  template thanks: Thanks, E-mail, the usual words
  template news: Product news, E-mail, the usual words
Segments
  segment dormant: "Unqualified, no contact for six months", when lead.exit == "unqualified" && lead.contact_days >= 180
Signals
  signal opened: "opened", +3 points, half after 3 d
  signal clicked: "clicked", +8 points, half after 7 d
  signal visited: "visited", +10 points, half after 7 d, from 10 seconds on
  signal replied: "replied", +30 points, half after 14 d, ends a sleep
  signal bounced: "bounced", +0 points, half after 7 d
Card
  e-mail and phone: shown to the owner
  while many wait: from 10 on, further ones that are not hot share one message
Day
  what is to be done when a day begins: told to each by direct message
  what is loose before it ends: told to each by direct message, 30 min before
"#);
}
