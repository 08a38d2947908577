//! Commands beside a server that runs against the stand-in for the chat.

use std::net::TcpListener;
use std::process::{Child, Command};

use leadbell::playbook::Playbook;
use sandbox::{Limits, Person, Role, Sandbox, SandboxOptions, TextChannel, World};

use super::bed::{Bed, Ran};

/// Tries before something that happens by itself is given up; each takes as long as a program takes to start.
const TRIES_MAX: usize = 400;

pub(super) fn acme() -> World {
    let roles = ["sales-dach", "sales-world", "sales-managers"];
    let channels = ["leads-dach", "leads-world", "leads-managers"];
    let world = World::new("Acme").person(Person::new("ann").display("Ann").role("sales-dach"));
    let world = roles.iter().fold(world, |world, role| world.role(Role::new(role)));
    channels.iter().fold(world, |world, channel| world.channel(TextChannel::new(channel)))
}

pub(super) async fn stand_in() -> Sandbox {
    let options = SandboxOptions { limits: Limits::off(), ..SandboxOptions::default() };
    Sandbox::start(acme(), "127.0.0.1:0", options).await.unwrap()
}

pub(super) fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

/// A folder that is set up for this stand-in.
pub(super) fn bed(sandbox: &Sandbox) -> Bed {
    let bed = Bed::empty().with("DISCORD_TOKEN", &sandbox.token());
    let address = free_address();
    bed.write(
        "leadbell.toml",
        &format!(
            "[http]\nlisten = \"{address}\"\npublic_url = \"https://leads.example.com\"\n[discord]\ntoken = \"env:DISCORD_TOKEN\"\nguild = \"{}\"\napi_url = \"{}\"\n",
            sandbox.guild_id(),
            sandbox.base_url()
        ),
    );
    bed.write("playbook.toml", Playbook::example());
    bed
}

/// A server, asked to stop at the end of its test.
struct Server(Child);

impl Server {
    fn start(bed: &Bed) -> Self {
        let server = Self(bed.start(&["serve"]));
        until(|| bed.run(&["health"]), |ran| ran.code == 0);
        server
    }

    /// Tells it to stop, and waits until it has; its number.
    fn stop(mut self) -> Option<i32> {
        assert!(Command::new("kill").arg(self.0.id().to_string()).status().unwrap().success());
        self.0.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.0.kill());
    }
}

/// Runs again and again until it is as wished.
#[track_caller]
fn until(run: impl Fn() -> Ran, wished: impl Fn(&Ran) -> bool) -> Ran {
    let mut last = None;
    for _ in 0..TRIES_MAX {
        let ran = run();
        if wished(&ran) {
            return ran;
        }
        last = Some(ran);
    }
    panic!("it never came about: {last:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_notices_what_is_done_from_a_shell() {
    let sandbox = stand_in().await;
    let bed = bed(&sandbox);
    let server = Server::start(&bed);
    assert!(bed.run(&["serve"]).refused(75).contains("another Leadbell runs on this database"));
    assert!(bed.run(&["doctor"]).well().contains("a Leadbell serves at"));

    bed.run(&["source", "add", "website", "--preset", "standard_webhooks"]).well();
    let sent = until(|| bed.run(&["source", "send", "website"]), |ran| ran.code == 0);
    assert!(sent.out.starts_with("200 OK"), "{}", sent.out);
    let csv = until(|| bed.run(&["export", "leads"]), |ran| ran.out.contains("dana.whitlock@example.com"));
    assert!(csv.out.contains("L-1001"), "{}", csv.out);

    bed.run(&["source", "pause", "website"]).well();
    let paused = until(|| bed.run(&["source", "send", "website", "--json"]), |ran| ran.code == 1);
    assert!(paused.out.contains("\"status\": 503"), "{}", paused.out);
    bed.run(&["source", "resume", "website"]).well();
    until(|| bed.run(&["source", "send", "website"]), |ran| ran.code == 0);

    bed.write("leads.csv", "Name,E-mail\nAda,ada@example.com\n");
    bed.run(&["import", "leads.csv", "--source", "website"]).well();
    bed.run(&["backup", "copy.db"]).well();
    bed.run(&["backup", "verify", "copy.db"]).well();
    assert_eq!(server.stop(), Some(0));
    assert!(bed.run(&["health"]).refused(1).contains("nothing answers at"));
    bed.run(&["audit"]).well();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_read_is_listed_mended_and_replayed() {
    let sandbox = stand_in().await;
    let bed = bed(&sandbox);
    let out = bed.run(&["source", "add", "odd", "--preset", "jotform"]).well();
    let token = out.lines().find_map(|line| line.trim().strip_prefix("URL ")).unwrap().rsplit('/').next().unwrap().to_owned();
    let bed = bed.with("TOKEN", &token);
    let server = Server::start(&bed);
    bed.write("odd.json", "{\"k1\":\"Ada Lovelace\"}");
    assert!(bed.run(&["source", "send", "odd", "--payload", "odd.json"]).refused(2).contains("--token env:TOKEN"));
    bed.run(&["source", "send", "odd", "--payload", "odd.json", "--token", "env:TOKEN"]).well();
    let listed = until(|| bed.run(&["dead", "list", "--json"]), |ran| ran.out.contains("\"odd\""));
    assert!(listed.out.contains("no name, e-mail or phone was found"), "{}", listed.out);

    bed.write("mapping.toml", "name = \"$.k1\"\n");
    bed.run(&["source", "map", "odd", "mapping.toml"]).well();
    // The mapping is noticed within two seconds; until then a replay ends where it began.
    let leads = || {
        bed.run(&["dead", "replay", "--source", "odd"]).well();
        bed.run(&["export", "leads"])
    };
    until(leads, |ran| ran.out.contains("Ada Lovelace"));
    assert!(bed.run(&["dead", "list"]).well().contains("Nothing was given up"));
    assert_eq!(server.stop(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_playbook_that_is_half_written_keeps_no_server_from_starting_again() {
    let sandbox = stand_in().await;
    let bed = bed(&sandbox);
    bed.write("playbook.toml", "[company");
    assert!(bed.run(&["serve"]).refused(2).contains("playbook.toml:1:"), "an empty database needs a sound one");
    bed.write("playbook.toml", Playbook::example());
    bed.run(&["source", "add", "website"]).well();
    bed.write("playbook.toml", "[company");
    assert_eq!(Server::start(&bed).stop(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sample_with_the_wrong_secret_is_refused_and_counted() {
    let sandbox = stand_in().await;
    let bed = bed(&sandbox);
    bed.run(&["source", "add", "website", "--preset", "typeform"]).well();
    let server = Server::start(&bed);
    until(|| bed.run(&["source", "send", "website"]), |ran| ran.code == 0);
    bed.run(&["source", "rotate", "website", "--overlap", "0"]).well();
    // Signed with the new secret while the server still has the old one: 401 at first, taken once it has noticed.
    until(|| bed.run(&["source", "send", "website"]), |ran| ran.code == 0);
    bed.write(
        "other.toml",
        &bed.read("leadbell.toml").replace("[discord]", "[database]\nurl = \"sqlite://other.db\"\n[discord]"),
    );
    bed.run(&["--config", "other.toml", "source", "add", "website", "--preset", "typeform"]).well();
    let refused = bed.run(&["--config", "other.toml", "source", "send", "website"]);
    assert_eq!(refused.code, 1);
    assert!(refused.out.starts_with("401 Unauthorized") && refused.out.contains("does it use this database"), "{}", refused.out);
    let counted = bed.run(&["source", "list", "--json"]).json();
    assert!(counted[0]["refused"].as_u64().unwrap() >= 1, "{counted}");
    assert_eq!(server.stop(), Some(0));
}
