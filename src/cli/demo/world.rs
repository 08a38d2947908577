//! Who and what is in the demo: an invented company, its chat server, its people, and examples of leads.

use sandbox::{Panel, Permissions, Person, Role, TextChannel, World};
use serde_json::{Map, Value, json};

/// The demo's playbook.
pub(super) const PLAYBOOK: &str = include_str!("playbook.toml");

/// Where the panels post to.
#[derive(Debug, Clone)]
pub(super) struct Doors {
    /// The form's hook.
    pub(super) form: String,
    /// The trade fair's hook.
    pub(super) fair: String,
    /// Moves the clock.
    pub(super) clock: String,
    /// Sends many leads at once.
    pub(super) rush: String,
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
        Person::new("eve").display("Eve Tanaka").role("sales-world").note("rep in World"),
        Person::new("may").display("May Okafor").role("sales-managers").note("manager"),
        Person::new("ada").display("Ada Lind").role("admins").role("sales-managers").note("administrator"),
        Person::new("gus").display("Gus Patel").note("works in marketing: no rights"),
    ];
    let channels = [
        TextChannel::new("leads-dach").topic("New leads of the DACH team"),
        TextChannel::new("leads-world").topic("New leads from everywhere else"),
        TextChannel::new("leads-partners").topic("Who wants to sell with us; open in the mornings of California"),
        TextChannel::new("leads-managers").topic("What needs a manager").only_for(&["sales-managers", "admins"]),
        TextChannel::new("general").topic("Anything else"),
    ];
    let mut world = World::new("Acme Robotics").title("Leadbell demo").bot("Leadbell");
    world = roles.into_iter().fold(world, World::role);
    world = people.into_iter().fold(world, World::person);
    world = channels.into_iter().fold(world, World::channel);
    world.panel(form(doors)).panel(clock(doors)).panel(rush(doors)).panel(fair(doors)).panel(help())
}

fn form(doors: &Doors) -> Panel {
    let field =
        |name: &str, label: &str, kind: &str, value: &str| json!({"name": name, "label": label, "kind": kind, "value": value});
    let curl = format!(
        "curl {} \\\n  -H 'Content-Type: application/json' \\\n  -d '{{\"name\":\"Iris Novak\",\"email\":\"iris@novak.example\",\"company\":\"Novak Labs\",\"message\":\"Can you show us the picker?\"}}'",
        doors.form
    );
    let countries: Vec<Value> = COUNTRIES.iter().map(|(code, name)| json!({"value": code, "label": name})).collect();
    Panel {
        id: "lead".to_owned(),
        title: "Send a lead".to_owned(),
        text: "As a visitor of Acme's website would. It rings in #leads-dach, or in #leads-world when it comes from abroad."
            .to_owned(),
        code: Some(curl),
        fields: vec![
            field("name", "Name", "text", "Dana Keller"),
            field("email", "E-mail", "text", "dana.keller@brightpath.example"),
            field("phone", "Phone", "text", "+49 30 23125 014"),
            field("company", "Company", "text", "Brightpath Logistics"),
            field(COMPANY_SIZE, "Company size", "text", "240"),
            json!({"name": "country", "label": "Country", "kind": "select", "value": "DE", "options": countries}),
            field("message", "What do you need?", "textarea", "A demo of scheduling for 120 technicians, before March."),
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
            field("name", "Name", "Luz Rivera"),
            field("phone", "Phone", "+1 202 555 0187"),
            field("company", "Company", "Rivera Parts"),
        ],
        buttons: vec![json!({"label": "Send", "values": {}})],
        post: doors.fair.clone(),
        ..Panel::default()
    }
}

fn rush(doors: &Doors) -> Panel {
    Panel {
        id: "rush".to_owned(),
        title: "A rush".to_owned(),
        text: "Eight people write at once. In #leads-world the first few have cards; the others share one message, whose button gives \
               the next one."
            .to_owned(),
        buttons: vec![json!({"label": "Send eight", "values": {}})],
        post: doors.rush.clone(),
        ..Panel::default()
    }
}

fn clock(doors: &Doors) -> Panel {
    let step = |label: &str, minutes: i64| json!({"label": label, "values": {"minutes": minutes}});
    let morning = json!({"label": "Next morning", "values": {"morning": true}});
    Panel {
        id: "clock".to_owned(),
        title: "Move the clock on".to_owned(),
        text: "Promises come due: an offer lapses, the team is rung, then managers, then the captain gets it; an untouched claim goes \
               back; in the morning everybody hears what is to be done."
            .to_owned(),
        buttons: vec![step("+5 min", 5), step("+10 min", 10), step("+1 hour", 60), step("+1 day", 1440), morning],
        post: doors.clock.clone(),
        ..Panel::default()
    }
}

fn help() -> Panel {
    Panel {
        id: "help".to_owned(),
        title: "Try this".to_owned(),
        text: "1. Send a lead: it is hot, and DACH offers it to whose turn it is.\n\
               2. Act as that person and press **Accept**, or **Pass** and see who is next. Then press it late, as the other one.\n\
               3. Log an attempt, plan a follow-up, disqualify.\n\
               4. Send another, answer nothing, and move the clock on: the offer lapses, the ladder climbs.\n\
               5. Send one from abroad: it is open to all of World. As Cleo or Eve, press **Claim**.\n\
               6. Send one of more than 1,000 people: only Ann has the skill that its route requires.\n\
               7. As its owner, press **More**, **Template**.\n\
               8. Type `/lead why`, `/fairness`, `/route list`, `/segment list`, `/report pipeline`, `/report coverage`, `/playbook show`.\n\
               9. As May, `/route replay` with a changed playbook says what it would have done to the last days.\n\
               10. Plan a follow-up for tomorrow, move the clock to the next morning, and read your direct messages: your day begins.\n\
               11. As May, `/report funnel`, `/report lost`, and `/digest set` for one that comes every day.\n\
               12. As Gus, try to claim."
            .to_owned(),
        ..Panel::default()
    }
}

/// New ones first; then companies that have an owner already, to whom their leads go.
fn examples() -> Vec<Map<String, Value>> {
    NEW.iter()
        .chain(&PAST[..2])
        .map(|lead| {
            let value = json!({
                "name": lead.name,
                "email": lead.email,
                "phone": lead.phone,
                "company": lead.company,
                COMPANY_SIZE: lead.size,
                "country": lead.country,
                "message": lead.need,
            });
            value.as_object().cloned().unwrap_or_default()
        })
        .collect()
}

/// The form's name for the answer that the playbook calls `employees`.
pub(super) const COMPANY_SIZE: &str = "company_size";

/// Where visitors of the form can come from.
const COUNTRIES: [(&str, &str); 7] = [
    ("DE", "Germany"),
    ("AT", "Austria"),
    ("CH", "Switzerland"),
    ("FR", "France"),
    ("GB", "United Kingdom"),
    ("DK", "Denmark"),
    ("US", "United States"),
];

/// An invented lead.
pub(super) struct Example {
    pub(super) name: &'static str,
    pub(super) email: &'static str,
    pub(super) phone: &'static str,
    pub(super) company: &'static str,
    pub(super) size: &'static str,
    pub(super) country: &'static str,
    pub(super) need: &'static str,
}

/// Who came in the last week. Invented people with example addresses and numbers that are kept for fiction, as those below.
pub(super) const PAST: &[Example] = &[
    Example {
        name: "Jonas Weber",
        email: "jonas@weberbau.example",
        phone: "+49 30 23125 021",
        company: "Weber Bau",
        size: "1,400",
        country: "DE",
        need: "Quote for 14 robots, delivery in Hamburg.",
    },
    Example {
        name: "Mia Fontaine",
        email: "mia.fontaine@atelierlune.example",
        phone: "+33 1 99 00 12 34",
        company: "Atelier Lune",
        size: "6",
        country: "FR",
        need: "Is there a smaller model for workshops?",
    },
    Example {
        name: "Owen Clarke",
        email: "owen@clarkefoods.example",
        phone: "+44 20 7946 0123",
        company: "Clarke Foods",
        size: "350",
        country: "GB",
        need: "Cold store, -25 °C. Does it work there? Call after three.",
    },
    Example {
        name: "Priya Raman",
        email: "priya@ramantextiles.example",
        phone: "+1 202 555 0143",
        company: "Raman Textiles",
        size: "90",
        country: "US",
        need: "We compare three vendors until Friday.",
    },
    Example {
        name: "Lukas Steiner",
        email: "l.steiner@alpenmed.example",
        phone: "+43 1 555 0142",
        company: "AlpenMed",
        size: "about 60",
        country: "AT",
        need: "A demo, please; our works council wants to see it first.",
    },
    Example {
        name: "Sofia Marin",
        email: "sofia@marinports.example",
        phone: "+1 202 555 0178",
        company: "Marin Ports",
        size: "2,200",
        country: "US",
        need: "120 seats, SSO, a quote, and a contract in Spanish.",
    },
    Example {
        name: "Emil Sørensen",
        email: "emil@nordhavn.example",
        phone: "+45 32 55 01 17",
        company: "Nordhavn Lager",
        size: "120-150",
        country: "DK",
        need: "Two shifts, 40 pickers each. What would you suggest?",
    },
    Example {
        name: "Anton Keller",
        email: "a.keller@kellerstahl.example",
        phone: "+49 30 23125 067",
        company: "Keller Stahl",
        size: "40",
        country: "DE",
        need: "Replacing an old line next year. No hurry.",
    },
];

/// Who comes by the form: companies that nobody looks after yet.
const NEW: &[Example] = &[
    Example {
        name: "Hana Suzuki",
        email: "hana@suzukiparts.example",
        phone: "+1 202 555 0111",
        company: "Suzuki Parts",
        size: "200",
        country: "US",
        need: "Looking for a pilot in Q1, budget about 60k.",
    },
    Example {
        name: "Petra Hartmann",
        email: "p.hartmann@hartmannpumpen.example",
        phone: "+49 30 23125 044",
        company: "Hartmann Pumpen",
        size: "70-80",
        country: "DE",
        need: "Can we have a demo next week?",
    },
    Example {
        name: "Nora Frei",
        email: "nora.frei@freilogistik.example",
        phone: "+41 44 555 01 80",
        company: "Frei Logistik",
        size: "8",
        country: "CH",
        need: "Just looking around.",
    },
    Example {
        name: "Carlos Bruma",
        email: "carlos@brumaenergia.example",
        phone: "+1 202 555 0160",
        company: "Bruma Energia",
        size: "5,200",
        country: "US",
        need: "A quote for four sites, and a demo for the board.",
    },
    Example {
        name: "Timo Weber",
        email: "timo@weberkran.example",
        phone: "+49 30 23125 088",
        company: "Weber Kran",
        size: "300",
        country: "DE",
        need: "My sister's company works with you. A quote for us as well?",
    },
    Example {
        name: "Ruth Adler",
        email: "ruth@adlersystems.example",
        phone: "+1 202 555 0122",
        company: "Adler Systems",
        size: "25",
        country: "US",
        need: "We would like to become a partner and sell your robots.",
    },
    Example {
        name: "Isla Kerr",
        email: "isla@kerrpottery.example",
        phone: "+44 20 7946 0456",
        company: "Kerr Pottery",
        size: "4",
        country: "GB",
        need: "Do you rent them out by the week?",
    },
];
