//! What a seed is like: how the company works, how large the world is, and which faults there are.
//! Each fault is on in half of the seeds and at its own rate: what is always on hides what it hides.

use super::lot::Lot;

/// What a seed is like.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) playbook: String,
    /// The same with other promises, for a change half-way.
    pub(super) other_playbook: String,
    pub(super) steps: usize,
    pub(super) leads_max: usize,
    /// How often who asks has asked before.
    pub(super) returns: f64,
    /// How often several people want the same lead at once.
    pub(super) herds: f64,
    /// How often something happens while a call to the chat is under way.
    pub(super) meanwhile: f64,
    /// How long the chat remembers a nonce, in seconds.
    pub(super) window: i64,
    /// A report comes by itself.
    pub(super) report: bool,
    /// Hours after the first Monday.
    pub(super) start: i64,
    pub(super) faults: Faults,
}

/// What goes wrong, and how often.
#[derive(Debug, Clone, Default)]
pub(super) struct Faults {
    /// Not carried out, and said so.
    pub(super) retry: f64,
    /// Not carried out, and nobody knows.
    pub(super) lost_before: f64,
    /// Carried out, and nobody knows.
    pub(super) lost_after: f64,
    /// Carried out later, and nobody knows.
    pub(super) late: f64,
    /// Not allowed.
    pub(super) refused: f64,
    /// The process ends in the middle of a call.
    pub(super) crash_in_call: f64,
    /// The process ends between two steps.
    pub(super) crash_between: f64,
    /// The process ends between two commits.
    pub(super) crash_at_commit: f64,
    /// The chat is away for a span, or refuses everything for a span.
    pub(super) spans: f64,
    /// People delete cards and close their direct messages.
    pub(super) unruly: f64,
    /// People come and go.
    pub(super) people: f64,
    /// The clock is set back a little.
    pub(super) back: f64,
    /// Hours pass at once.
    pub(super) jumps: f64,
    /// Requests come twice, late, or unreadable.
    pub(super) hooks: f64,
    /// The database refuses a request, and the spool keeps it.
    pub(super) spool: f64,
    /// People's clicks come twice.
    pub(super) doubles: f64,
}

impl Plan {
    pub(super) fn draw(lot: &mut Lot) -> Self {
        let (playbook, other_playbook) = playbooks(lot);
        let large = lot.roll(0.03);
        Self {
            playbook,
            other_playbook,
            steps: usize::try_from(lot.between(25, 70)).expect("is small"),
            leads_max: if large { 20 } else { lot.below(4) + 1 },
            returns: *lot.pick(&[0.0, 0.3, 0.6]),
            herds: *lot.pick(&[0.0, 0.3, 0.6]),
            meanwhile: *lot.pick(&[0.0, 0.1, 0.3]),
            window: lot.between(60, 240),
            report: lot.roll(0.3),
            start: lot.between(0, 24 * 300),
            faults: Faults::draw(lot),
        }
    }
}

impl Faults {
    fn draw(lot: &mut Lot) -> Self {
        let all = Self {
            retry: lot.rate(0.3),
            lost_before: lot.rate(0.2),
            lost_after: lot.rate(0.2),
            late: lot.rate(0.2),
            refused: lot.rate(0.2),
            crash_in_call: lot.rate(0.08),
            crash_between: lot.rate(0.1),
            crash_at_commit: lot.rate(0.1),
            spans: lot.rate(0.3),
            unruly: lot.rate(0.3),
            people: lot.rate(0.3),
            back: lot.rate(0.2),
            jumps: lot.rate(0.3),
            hooks: lot.rate(0.3),
            spool: lot.rate(0.3),
            doubles: lot.rate(0.3),
        };
        let none = Self::default;
        match lot.below(10) {
            0 => Self {
                crash_in_call: 0.08,
                crash_between: 0.08,
                crash_at_commit: 0.15,
                spool: all.spool,
                hooks: all.hooks,
                ..none()
            },
            1 => Self { lost_before: 0.15, lost_after: 0.2, late: 0.2, ..none() },
            2 => Self { jumps: 0.4, back: all.back, people: all.people, ..none() },
            _ => all,
        }
    }
}

const HOURS: &[(&str, &str)] = &[
    ("UTC", "24/7"),
    ("Europe/Berlin", "Mo-Fr 09:00-18:00"),
    ("America/New_York", "Mo-Fr 08:00-12:00,13:00-20:00"),
    ("Australia/Lord_Howe", "Mo-Sa 07:00-15:00"),
];

const LADDERS: &[&str] = &[
    r#"[{ step = "open", for = "10m" }, { step = "assign", to = "captain" }]"#,
    r#"[{ step = "open", for = "2m" }, { step = "mention", whom = "team", for = "3m" }, { step = "mention", whom = "managers", for = "5m" }, { step = "assign", to = "captain" }]"#,
    r#"[{ step = "mention", whom = "team", for = "4h" }, { step = "mention", whom = "managers", for = "8h" }, { step = "assign", to = "captain" }]"#,
    r#"[{ step = "mention", whom = "team", for = "30m" }, { step = "assign", to = "captain" }]"#,
    r#"[{ step = "offer", for = "5m", times = 2 }, { step = "open", for = "10m" }, { step = "assign", to = "captain" }]"#,
    r#"[{ step = "offer", for = "20m", times = 3 }, { step = "assign", to = "next" }]"#,
    r#"[{ step = "assign", to = "next" }, { step = "open", for = "1h" }, { step = "assign", to = "person", person = "may" }]"#,
];

const PROMISES: &[&str] = &[
    "",
    "first_touch = \"2m\"\nrelease_after = \"3m\"\nuntouched_max = 2\ncooling_off = \"5m\"\nnot_reached = \"10m\"\nfollow_up_overdue = \"10m\"\nstill_yours = \"5m\"\ntriage = \"10m\"\nmoves_max = 3\ncustomer_quiet = \"30m\"\n",
    "first_touch = \"24h\"\nrelease_after = \"48h\"\nuntouched_max = 8\nnot_reached = \"72h\"\ntriage = \"24h\"\n",
    "first_touch = \"15m\"\nrelease_after = \"15m\"\nwarn_at = 1.0\nuntouched_max = 1\ncooling_off = \"24h\"\nmoves_max = 1\ncustomer_quiet = \"8h\"\n",
];

/// Points that change although nobody does anything.
const SCORES: &str = "
[[score]]
when = \"lead.age_days >= 1\"
points = 10
why = \"waits\"

[[score]]
when = \"lead.quiet_days >= 2 && lead.tries < 3\"
points = -20
why = \"quiet\"
";

/// What comes by one source must be answered in German, by who handles large accounts where there is one.
const SKILLS: &str = "
[[skill]]
key = \"german\"

[[skill]]
key = \"large\"

[[route]]
name = \"in German\"
when = 'lead.source == \"demo\"'
team = \"dach\"
require = [\"german\"]
prefer = [\"large\"]
";

/// Messages that go out by themselves, soon.
const SEQUENCE: &str = "
[[sequence]]
key = \"nurture\"
when = 'lead.state == \"pooled\"'
steps = [{ after = \"20m\", template = \"news\" }, { after = \"3h\", template = \"meeting\" }]
";

/// One company twice, with other promises the second time.
fn playbooks(lot: &mut Lot) -> (String, String) {
    use std::fmt::Write as _;
    let (zone, hours) = *lot.pick(HOURS);
    let mut text = format!("[company]\nname = \"Acme\"\ntimezone = \"{zone}\"\nhours = \"{hours}\"\nmanagers = \"bosses\"\n");
    if lot.roll(0.5) {
        text.push_str("managers_channel = \"triage\"\n");
    }
    let mut team = |key: &str, captain: &str, hours: &str| {
        let ladder = lot.pick(LADDERS);
        write!(text, "\n[[team]]\nkey = \"{key}\"\nchannel = \"leads-{key}\"\nrole = \"sales-{key}\"\ncaptain = \"{captain}\"\n{hours}ladder = {ladder}\n")
            .expect("a string takes text");
    };
    team("dach", "ann", "");
    team("world", "cid", "timezone = \"America/New_York\"\nhours = \"24/7\"\n");
    text.push_str("\n[[source]]\nkey = \"abroad\"\nteam = \"world\"\n");
    if lot.roll(0.5) {
        text.push_str(SCORES);
    }
    if lot.roll(0.3) {
        text.push_str("\n[card]\npile_from = 1\n");
    }
    if lot.roll(0.5) {
        text.push_str(SKILLS);
    }
    if lot.roll(0.5) {
        text.push_str(SEQUENCE);
    }
    if lot.roll(0.5) {
        text.push_str("\n[day]\nagenda = false\nsweep = false\n");
    }
    text.push_str("\n[promises]\n");
    let (one, other) = (*lot.pick(PROMISES), *lot.pick(PROMISES));
    (format!("{text}{one}"), format!("{text}{other}"))
}
