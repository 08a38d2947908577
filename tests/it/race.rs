//! Two hundred people press Claim on one card at once: one has it, and everybody reads so within three seconds.
//!
//! `LEADBELL_RACE_ROUNDS` says how many cards (5).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use leadbell::app::{Core, Start};
use leadbell::chat::action::{Action, Verb};
use leadbell::cli::serve::with_discord;
use leadbell::clock::Clock;
use leadbell::delivery::Chance;
use leadbell::domain::fact::Fact;
use leadbell::domain::ids::LeadId;
use leadbell::intake::verify::{Auth, token_hash};
use leadbell::settings::{self, Ingress, ProviderUrls, Settings};
use leadbell::store::{AuditEntry, Holds, NewDelivery, Proof, SourceRow};
use sandbox::{Act, Deed, Limits, Person, Role, Sandbox, SandboxOptions, Snowflake, TextChannel, World};
use secrecy::SecretString;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::bed::{SOON, Seen};

/// Those who race.
const PEOPLE: usize = 200;

/// How long each of them may wait for the whole answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);

/// Winners may keep as many as they win.
const PLAYBOOK: &str = r#"
[company]
name = "Acme"
timezone = "Europe/Berlin"
hours = "24/7"

[[team]]
key = "sales"
channel = "leads"
role = "sales"
captain = "rep0"

[promises]
untouched_max = 1000
"#;

/// On one thread, so that all have pressed before the first is answered.
#[tokio::test]
async fn two_hundred_claim_one_lead_at_once_and_one_has_it() {
    let rounds = std::env::var("LEADBELL_RACE_ROUNDS").map_or(5, |text| text.parse().expect("a number of rounds"));
    let field = Field::new().await;
    let (mut slowest, mut before) = (Vec::new(), None);
    for round in 0..rounds {
        let (lead, took) = field.race(round, before).await;
        slowest.push(took);
        before = Some(lead);
    }
    slowest.sort_unstable();
    let (median, longest) = (slowest[slowest.len() / 2], slowest[slowest.len() - 1]);
    println!(
        "race: {rounds} rounds of {PEOPLE}, one owner each; the last of them was answered after {} ms (median), {} ms (longest)",
        median.as_millis(),
        longest.as_millis()
    );
    let findings = field.core.store.audit(field.core.clock.now()).await.expect("the audit runs");
    let broken: Vec<_> = findings.into_iter().filter(|finding| !finding.broken.is_empty()).collect();
    assert!(broken.is_empty(), "{broken:#?}");
    field.leave().await;
}

/// The whole app with its loops running, and those who race.
struct Field {
    sandbox: Arc<Sandbox>,
    core: Core,
    people: Vec<(Snowflake, String)>,
    stop: CancellationToken,
    running: JoinHandle<()>,
    _folder: TempDir,
}

impl Field {
    async fn new() -> Self {
        let clock = Clock::shifted();
        let options = SandboxOptions { limits: Limits::off(), ..SandboxOptions::default() };
        let mut world = World::new("Acme").bot("Leadbell").role(Role::new("sales")).channel(TextChannel::new("leads"));
        for n in 0..PEOPLE {
            world = world.person(Person::new(&format!("rep{n}")).display(&name(n)).role("sales"));
        }
        let sandbox = Arc::new(Sandbox::start(world, "127.0.0.1:0", options).await.expect("the stand-in starts"));
        let person = |n: usize| (sandbox.user_by_name(&format!("rep{n}")).expect("a rep"), name(n));
        let people = (0..PEOPLE).map(person).collect();
        let folder = tempfile::tempdir().expect("a folder");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let start = Start {
            database: folder.path().join("leadbell.db"),
            seed: PLAYBOOK.to_owned(),
            spool: folder.path().join("spool"),
            public_url: "http://localhost".to_owned(),
            limits: Settings::read("test", "", &|_| None).expect("the usual settings").limits,
            providers: ProviderUrls(BTreeMap::new()),
        };
        let core = Core::open(&start, clock, Chance::seeded(7)).await.expect("the database opens");
        add_source(&core).await;
        let chat = settings::Discord {
            token: SecretString::from(sandbox.token()),
            guild: sandbox.guild_id().get(),
            api_url: sandbox.base_url().to_owned(),
            ingress: Ingress::Gateway,
            application_id: None,
            thread_notes: false,
        };
        let stop = CancellationToken::new();
        let running = with_discord(&core, &chat, listener, &stop).await.expect("the chat can be reached");
        let (whole, until) = (core.clone(), stop.clone());
        let running = tokio::spawn(async move { whole.run(running, until).await.expect("nothing ends by itself") });
        assert!(sandbox.wait_connected(SOON).await, "the gateway connects");
        Self { sandbox, core, people, stop, running, _folder: folder }
    }

    /// One lead after another, one race; which lead it was, and how long the last of them waited.
    async fn race(&self, round: usize, before: Option<LeadId>) -> (LeadId, Duration) {
        let (at, lead, claim) = self.lead(round, before).await;
        let started = Instant::now();
        let clicks = self.people.iter().map(|(person, _)| self.sandbox.act(Act::click(*person, at, &claim)));
        let outcomes = join_all(clicks).await;
        let mut said = Vec::new();
        for ((person, name), outcome) in self.people.iter().zip(&outcomes) {
            assert!(outcome.ok, "{name} in round {round}: {:?}", outcome.error);
            let interaction = outcome.interaction.expect("a click is an interaction").to_string();
            let of_this = |m: &Seen| m.0["interaction_metadata"]["id"] == interaction.as_str();
            let look = |s: &Sandbox| s.ephemeral_for(*person).into_iter().map(Seen).find(of_this);
            let left = ANSWER_WITHIN.saturating_sub(started.elapsed());
            let answer = self.sandbox.wait_for(left, look).await;
            let answer = answer.unwrap_or_else(|| panic!("{name} was not answered within {ANSWER_WITHIN:?}, round {round}"));
            said.push((name, answer.text()));
            self.sandbox.act(Act::new(*person, Deed::Dismiss { message: answer.id() })).await;
        }
        let took = started.elapsed();
        self.one_has_it(lead, &said).await;
        (lead, took)
    }

    /// One was told "yours"; the others that this one has it; and so says the log.
    async fn one_has_it(&self, lead: LeadId, said: &[(&String, String)]) {
        let winners: Vec<&String> = said.iter().filter(|(_, text)| text.contains("is yours")).map(|(name, _)| *name).collect();
        assert_eq!(winners.len(), 1, "{winners:?} were told that {lead} is theirs");
        let wrong: Vec<_> =
            said.iter().filter(|(name, text)| *name != winners[0] && !text.contains(winners[0].as_str())).collect();
        assert!(wrong.is_empty(), "not told that {} has it: {wrong:#?}", winners[0]);
        let now = self.core.store.lead(lead).await.expect("the database can be read").expect("the lead is there");
        let owner = now.course.state.owner().expect("somebody has it");
        assert_eq!(self.core.store.roster().get(owner).expect("a person").name, *winners[0]);
        let log = self.core.store.log(lead).await.expect("the database can be read");
        let claims = log.iter().flat_map(|line| &line.facts).filter(|fact| matches!(fact, Fact::Claimed { .. })).count();
        assert_eq!(claims, 1);
    }

    /// A new lead's card: where it stands, whose it is, and the token of its Claim button.
    async fn lead(&self, round: usize, before: Option<LeadId>) -> ((Snowflake, Snowflake), LeadId, String) {
        let delivery = NewDelivery {
            source: "website".into(),
            received_at: self.core.clock.now(),
            content_type: "application/json".to_owned(),
            headers: Vec::new(),
            body: format!(r#"{{"name":"Visitor {round}","email":"visitor{round}@example.com"}}"#).into_bytes(),
            proof: Proof::Signed,
            holds: Holds::Leads,
        };
        self.core.store.accept(delivery).await.expect("the database takes it");
        self.core.nudge.notify_waiters();
        let leads = self.sandbox.channel_by_name("leads").expect("a channel");
        let look = |s: &Sandbox| {
            let newest = Seen(s.messages(leads).pop()?);
            let claim = newest.buttons().contains(&"Claim".to_owned()).then(|| newest.button("Claim"))?;
            let action = Action::read(&claim).filter(|action| action.verb == Verb::Claim)?;
            (Some(action.lead) != before).then(|| ((leads, newest.id()), action.lead, claim))
        };
        self.sandbox.wait_for(SOON, look).await.expect("the card is posted")
    }

    async fn leave(self) {
        self.stop.cancel();
        self.running.await.expect("it ends orderly");
    }
}

async fn add_source(core: &Core) {
    let at = core.clock.now();
    let source = SourceRow {
        key: "website".into(),
        preset: "generic".to_owned(),
        title: "Website form".to_owned(),
        auth: serde_json::to_string(&Auth::UrlToken).expect("it is JSON"),
        secret: SecretString::from(token_hash("0123456789abcdef01234567")),
        secret_before: None,
        before_until: None,
        region: None,
        mapping: None,
        paused: false,
        created_at: at,
    };
    let by = AuditEntry { at, actor: "test".to_owned(), deed: "source.add".to_owned(), about: "website".to_owned() };
    core.store.add_source(source, by).await.expect("the database takes a source");
}

fn name(n: usize) -> String {
    format!("Rep No {n} of the Team")
}
