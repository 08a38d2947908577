//! Who and what is in the demo: an invented company, its chat server, its people, and examples of leads.

use sandbox::{Panel, Permissions, Person, Role, TextChannel, World};
use serde_json::{Map, Value, json};

/// The demo's playbook.
pub(super) const PLAYBOOK: &str = r##"# How Acme Robotics handles leads. Change it, attach it to /playbook apply, and see what happens.

[company]
name = "Acme Robotics"
timezone = "Europe/Berlin"
hours = "24/7"                       # so that clocks run whenever you try this
managers = "sales-managers"
managers_channel = "leads-managers"

[[team]]
key = "dach"
name = "DACH"
channel = "leads-dach"
role = "sales-dach"
captain = "ann"

[[team]]
key = "world"
name = "World"
channel = "leads-world"
role = "sales-world"
captain = "cleo"

[[source]]
key = "trade-fair"
team = "world"
"##;

/// Where the panels post to.
#[derive(Debug, Clone)]
pub(super) struct Doors {
    /// The form's hook.
    pub(super) form: String,
    /// The trade fair's hook.
    pub(super) fair: String,
    /// Moves the clock.
    pub(super) clock: String,
}

/// The chat server.
pub(super) fn world(doors: &Doors) -> World {
    let roles = [
        Role::new("sales-dach").color(0x3B_A5_5D),
        Role::new("sales-world").color(0x58_65_F2),
        Role::new("sales-managers").color(0xFA_A6_1A),
        Role::new("admins").color(0xED_42_45).permissions(Permissions::ADMINISTRATOR),
    ];
    let people = [
        Person::new("ann").display("Ann Berg").role("sales-dach").note("rep, captain of DACH"),
        Person::new("ben").display("Ben Ruiz").role("sales-dach").note("rep in DACH"),
        Person::new("cleo").display("Cleo Laurent").role("sales-world").note("rep, captain of World"),
        Person::new("may").display("May Okafor").role("sales-managers").note("manager"),
        Person::new("ada").display("Ada Lind").role("admins").role("sales-managers").note("administrator"),
        Person::new("gus").display("Gus Patel").note("works in marketing: no rights"),
    ];
    let channels = [
        TextChannel::new("leads-dach").topic("New leads of the DACH team"),
        TextChannel::new("leads-world").topic("New leads from everywhere else"),
        TextChannel::new("leads-managers").topic("What needs a manager").only_for(&["sales-managers", "admins"]),
        TextChannel::new("general").topic("Anything else"),
    ];
    let mut world = World::new("Acme Robotics").title("Leadbell demo").bot("Leadbell");
    world = roles.into_iter().fold(world, World::role);
    world = people.into_iter().fold(world, World::person);
    world = channels.into_iter().fold(world, World::channel);
    world.panel(form(doors)).panel(clock(doors)).panel(fair(doors)).panel(help())
}

fn form(doors: &Doors) -> Panel {
    let field =
        |name: &str, label: &str, kind: &str, value: &str| json!({"name": name, "label": label, "kind": kind, "value": value});
    let curl = format!(
        "curl {} \\\n  -H 'Content-Type: application/json' \\\n  -d '{{\"name\":\"Iris Novak\",\"email\":\"iris@novak.example\",\"company\":\"Novak Labs\",\"message\":\"Can you show us the picker?\"}}'",
        doors.form
    );
    Panel {
        id: "lead".to_owned(),
        title: "Send a lead".to_owned(),
        text: "As a visitor of Acme's website would. It rings in #leads-dach.".to_owned(),
        code: Some(curl),
        fields: vec![
            field("name", "Name", "text", "Dana Keller"),
            field("email", "E-mail", "text", "dana.keller@brightpath.example"),
            field("phone", "Phone", "text", "+49 30 23125 014"),
            field("company", "Company", "text", "Brightpath Logistics"),
            field("message", "What do you need?", "textarea", "We need scheduling for 120 technicians before March."),
        ],
        buttons: vec![json!({"label": "Send", "values": {}})],
        post: doors.form.clone(),
        shuffle: examples(),
        ..Panel::default()
    }
}

fn fair(doors: &Doors) -> Panel {
    let field = |name: &str, label: &str, value: &str| json!({"name": name, "label": label, "kind": "text", "value": value});
    Panel {
        id: "fair".to_owned(),
        title: "A card from the trade fair".to_owned(),
        text: "Another source, which the playbook sends to #leads-world.".to_owned(),
        fields: vec![
            field("name", "Name", "Hana Suzuki"),
            field("phone", "Phone", "+1 202 555 0111"),
            field("company", "Company", "Suzuki Parts"),
        ],
        buttons: vec![json!({"label": "Send", "values": {}})],
        post: doors.fair.clone(),
        ..Panel::default()
    }
}

fn clock(doors: &Doors) -> Panel {
    let step = |label: &str, minutes: i64| json!({"label": label, "values": {"minutes": minutes}});
    Panel {
        id: "clock".to_owned(),
        title: "Move the clock on".to_owned(),
        text: "Promises come due: the team is rung, then managers, then the captain gets it; an untouched claim goes back."
            .to_owned(),
        buttons: vec![step("+5 min", 5), step("+10 min", 10), step("+1 hour", 60), step("+1 day", 1440)],
        post: doors.clock.clone(),
        ..Panel::default()
    }
}

fn help() -> Panel {
    Panel {
        id: "help".to_owned(),
        title: "Try this".to_owned(),
        text: "1. Send a lead. 2. As Ann, press Claim; then, as Ben, press it too. 3. Log an attempt, plan a follow-up, disqualify. \
               4. Send another, claim nothing and move the clock on. 5. Type /report pipeline, /lead list, /playbook show. \
               6. As Gus, try to claim."
            .to_owned(),
        ..Panel::default()
    }
}

fn examples() -> Vec<Map<String, Value>> {
    LEADS
        .iter()
        .map(|lead| {
            let value = json!({"name": lead.name, "email": lead.email, "phone": lead.phone, "company": lead.company, "message": lead.need});
            value.as_object().cloned().unwrap_or_default()
        })
        .collect()
}

/// An invented lead.
pub(super) struct Example {
    pub(super) name: &'static str,
    pub(super) email: &'static str,
    pub(super) phone: &'static str,
    pub(super) company: &'static str,
    pub(super) need: &'static str,
}

/// Invented people with example addresses and numbers that are kept for fiction.
pub(super) const LEADS: &[Example] = &[
    lead("Jonas Weber", "jonas@weberbau.example", "+49 30 23125 021", "Weber Bau", "Quote for 14 robots, delivery in Hamburg."),
    lead(
        "Mia Fontaine",
        "mia.fontaine@atelierlune.example",
        "+33 1 99 00 12 34",
        "Atelier Lune",
        "Is there a smaller model for workshops?",
    ),
    lead(
        "Owen Clarke",
        "owen@clarkefoods.example",
        "+44 20 7946 0123",
        "Clarke Foods",
        "Cold store, -25 °C. Does it work there? Call after three.",
    ),
    lead(
        "Priya Raman",
        "priya@ramantextiles.example",
        "+1 202 555 0143",
        "Raman Textiles",
        "We compare three vendors until Friday.",
    ),
    lead(
        "Lukas Steiner",
        "l.steiner@alpenmed.example",
        "+43 1 555 0142",
        "AlpenMed",
        "Needs approval by our works council first.",
    ),
    lead(
        "Sofia Marin",
        "sofia@marinports.example",
        "+1 202 555 0178",
        "Marin Ports",
        "120 seats, SSO, and a contract in Spanish.",
    ),
    lead(
        "Emil Sørensen",
        "emil@nordhavn.example",
        "+45 32 55 01 17",
        "Nordhavn Lager",
        "Two shifts, 40 pickers each. What would you suggest?",
    ),
    lead(
        "Hana Suzuki",
        "hana@suzukiparts.example",
        "+1 202 555 0111",
        "Suzuki Parts",
        "Looking for a pilot in Q1, budget about 60k.",
    ),
];

const fn lead(
    name: &'static str,
    email: &'static str,
    phone: &'static str,
    company: &'static str,
    need: &'static str,
) -> Example {
    Example { name, email, phone, company, need }
}
