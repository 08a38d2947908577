//! What must hold after all of it: nothing lost, nothing twice, one owner, and a chat that shows what is so.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use leadbell::chat::action::Action;
use leadbell::domain::fact::Fact;
use leadbell::domain::ids::LeadId;
use leadbell::domain::lead::Lead;
use leadbell::domain::message::Row;
use leadbell::store::{LeadFilter, Store};
use leadbell::wording::card::{CardFacts, card};
use serde_json::Value;

use crate::company::{Company, address};
use crate::load::{Ledger, REPS, tokens};

/// How long all that is left may take to be worked and shown.
const REST_WITHIN: Duration = Duration::from_secs(240);

/// How often it is looked whether all is done.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// From so many presses on their answers are telling: of a handful, one death can swallow most.
const TELLING_PRESSES: u64 = 40;

/// More leads than a run makes.
const ALL: u32 = 1_000_000;

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// What must not be, each with its place.
    pub(crate) wrong: Vec<String>,
    /// Leads.
    pub(crate) leads: usize,
    /// Leads that were claimed.
    pub(crate) owned: usize,
    /// Answers that said "yours".
    pub(crate) yours: usize,
    /// Notices in the chat.
    pub(crate) notices: usize,
}

/// Waits until the running program has nothing left to do.
pub(crate) async fn rest(company: &Company) {
    let store = company.store().await;
    let left = async || {
        let now = company.clock.now();
        let (counts, later) = (store.counts().await?, now + chrono::Duration::days(1));
        let (cards, wake) = (store.due_cards(later, 1).await?.len(), store.next_wake().await?);
        let clocks = usize::from(wake.is_some_and(|at| at < now + chrono::Duration::minutes(30)));
        Ok::<_, leadbell::store::StoreError>((counts.deliveries_new, counts.notices_pending, cards, clocks))
    };
    let resting = async {
        while left().await.expect("the database can be read") != (0, 0, 0, 0) {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    if tokio::time::timeout(REST_WITHIN, resting).await.is_err() {
        panic!("it does not come to rest; deliveries, notices, cards, clocks left: {:?}", left().await);
    }
}

/// Looks at everything, while no program runs.
pub(crate) async fn judge(company: &Company, ledger: &Ledger) -> Verdict {
    let store = company.store().await;
    let mut verdict = Verdict::default();
    let filter = LeadFilter { limit: ALL, ..LeadFilter::default() };
    let leads = store.find_leads(&filter).await.expect("the database can be read");
    verdict.leads = leads.len();
    verdict.deliveries(&leads, ledger);
    verdict.cards(company, &store, &leads);
    verdict.answers(company, &store, &leads).await;
    verdict.notices(company);
    if ledger.pressed >= TELLING_PRESSES && (ledger.answered * 2 < ledger.pressed || verdict.owned == 0) {
        verdict.wrong.push("hardly a press was answered: this proves nothing".to_owned());
    }
    let soon = company.clock.now() + chrono::Duration::minutes(5);
    for finding in store.audit(soon).await.expect("the audit runs") {
        verdict.wrong.extend(finding.broken.iter().map(|place| format!("{}: {place}", finding.holds)));
    }
    verdict
}

impl Verdict {
    /// Every delivery that was accepted is one lead, and nothing else is.
    fn deliveries(&mut self, leads: &[Lead], ledger: &Ledger) {
        let mut by_address: BTreeMap<&str, u32> = BTreeMap::new();
        for lead in leads {
            *by_address.entry(lead.profile.contact.email.as_ref().map_or("", |email| email.raw())).or_default() += 1;
        }
        for number in ledger.accepted.keys() {
            if !by_address.contains_key(address(*number).as_str()) {
                self.wrong.push(format!("delivery {number} was accepted and is lost"));
            }
        }
        let sent: BTreeSet<String> = ledger.sent.iter().map(|number| address(*number)).collect();
        for (address, count) in by_address {
            if count != 1 || !sent.contains(address) {
                self.wrong.push(format!("{count} leads of {address:?}"));
            }
        }
    }

    /// Every lead has one card, and it shows what is so.
    fn cards(&mut self, company: &Company, store: &Store, leads: &[Lead]) {
        let (playbook, roster) = (store.playbook(), store.roster());
        let channel = company.sandbox.channel_by_name("leads").expect("a channel");
        let mut cards: BTreeMap<LeadId, Vec<Value>> = BTreeMap::new();
        for message in company.sandbox.messages(channel) {
            match tokens(&message).iter().find_map(|token| Action::read(token)) {
                Some(action) => cards.entry(action.lead).or_default().push(message),
                None if message["type"] == 0 => self.wrong.push(format!("no card: {message}")),
                None => {}
            }
        }
        for lead in leads {
            let shown = cards.remove(&lead.id).unwrap_or_default();
            let facts = CardFacts { lead, playbook: &playbook, roster: &roster, channel: "leads", now: company.clock.now() };
            let wanted = controls(&card(&facts).rows);
            if shown.len() != 1 {
                self.wrong.push(format!("{} cards of {}", shown.len(), lead.id));
            }
            for message in shown.iter().filter(|message| tokens(message) != wanted) {
                self.wrong.push(format!("the card of {} shows {:?} and should {wanted:?}", lead.id, tokens(message)));
            }
            let owner = lead.course.state.owner().and_then(|id| roster.get(id));
            for message in shown.iter().filter(|message| owner.is_some_and(|o| !message.to_string().contains(&o.name))) {
                self.wrong.push(format!("the card of {} does not name its owner: {message}", lead.id));
            }
        }
        self.wrong.extend(cards.keys().map(|lead| format!("a card of {lead}, which is not there")));
    }

    /// Nobody was told "yours" who does not have it, and no two were told of the same lead at the same epoch.
    async fn answers(&mut self, company: &Company, store: &Store, leads: &[Lead]) {
        let told = told_yours(company);
        self.yours = told.values().map(BTreeSet::len).sum();
        for lead in leads {
            let log = store.log(lead.id).await.expect("the database can be read");
            let claimed: Vec<_> = log.iter().flat_map(|line| &line.facts).filter_map(claimer).collect();
            let told = told.get(&lead.id).cloned().unwrap_or_default();
            self.owned += usize::from(lead.course.state.owner().is_some());
            if claimed.len() > 1 {
                self.wrong.push(format!("{} was claimed {} times", lead.id, claimed.len()));
            }
            let handles: Vec<String> = claimed.iter().filter_map(|id| Some(store.roster().get(*id)?.handle.clone())).collect();
            if told.len() > handles.len() || told.iter().any(|rep| !handles.contains(rep)) {
                self.wrong.push(format!("{} was claimed by {handles:?}, and {told:?} were told that it is theirs", lead.id));
            }
        }
    }

    /// No notice came twice.
    fn notices(&mut self, company: &Company) {
        let sandbox = &company.sandbox;
        let channel = |name| sandbox.channel_by_name(name).expect("a channel");
        let mut places = vec![channel("bosses")];
        places.extend(sandbox.threads(channel("leads")).iter().map(crate::load::id));
        places.extend((0..REPS).map(|n| sandbox.direct_channel(sandbox.user_by_name(&format!("rep{n}")).expect("a rep"))));
        let mut seen: BTreeMap<String, u32> = BTreeMap::new();
        for message in places.into_iter().flat_map(|place| sandbox.messages(place)) {
            if let Some(mark) = message["embeds"][0]["footer"]["text"].as_str() {
                *seen.entry(mark.to_owned()).or_default() += 1;
            }
        }
        self.notices = seen.len();
        self.wrong.extend(
            seen.iter().filter(|(_, count)| **count > 1).map(|(mark, count)| format!("notice {mark} came {count} times")),
        );
    }
}

/// Who was told "yours", by lead. The same rep may be told more than once.
fn told_yours(company: &Company) -> BTreeMap<LeadId, BTreeSet<String>> {
    let mut told: BTreeMap<LeadId, BTreeSet<String>> = BTreeMap::new();
    for handle in (0..REPS).map(|n| format!("rep{n}")) {
        let rep = company.sandbox.user_by_name(&handle).expect("a rep");
        for message in company.sandbox.ephemeral_for(rep) {
            let text = format!("{} {}", message["content"], message["embeds"]);
            let lead = tokens(&message).iter().find_map(|token| Action::read(token)).map(|action| action.lead);
            let lead = lead.or_else(|| named(&text));
            if let Some(lead) = lead.filter(|_| text.contains(" is yours")) {
                told.entry(lead).or_default().insert(handle.clone());
            }
        }
    }
    told
}

/// The lead that a text names: `L-1042`.
fn named(text: &str) -> Option<LeadId> {
    let digits: String = text.split_once("L-")?.1.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok().map(LeadId)
}

fn claimer(fact: &Fact) -> Option<leadbell::domain::ids::PersonId> {
    if let Fact::Claimed { by } = fact { Some(*by) } else { None }
}

fn controls(rows: &[Row]) -> Vec<String> {
    let buttons = rows.iter().flat_map(|row| match row {
        Row::Buttons(buttons) => buttons.iter().map(|button| button.action.clone()).collect(),
        Row::Select(select) => vec![select.action.clone()],
    });
    buttons.collect()
}
