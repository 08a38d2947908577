//! A week at Acme, told in fast motion before the page opens: so that there is a pipeline to look at.
//! The same seed tells the same weeks. Everything goes through the same door as in real life; only time is quicker.

use anyhow::Result;
use chrono::{DateTime, Duration, Timelike as _, Utc};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use super::world::{COMPANY_SIZE, Example, PAST};
use crate::app::{Core, Works};
use crate::chat::{Platform, Visitor};
use crate::domain::decide::decide;
use crate::domain::event::{Ask, Event};
use crate::domain::ids::{LeadId, PersonId};
use crate::domain::lead::{Channel, Outcome, Profile, State};
use crate::domain::money::Money;
use crate::domain::person::Rights;
use crate::domain::submission::{Contact, DedupeKey, Submission};
use crate::domain::text::Untrusted;
use crate::engine::tick::Loop as _;
use crate::store::{AuditEntry, Cause, Grant, Holds, LeadFilter, NewDelivery, Proof, Target};

const SEED: u64 = 20_260_914;

/// Days told.
const DAYS: i64 = 7;

/// Leads that a manager looks at.
const LEADS_MAX: u32 = 50;

/// Leads a day.
const LEADS_A_DAY: i64 = 3;

/// The story of the last week; the clock stands at the present when it ends.
///
/// # Errors
/// When the store cannot be written.
pub(super) async fn tell<P: Platform>(core: &Core, works: &Works<P>, people: &[Visitor]) -> Result<()> {
    meet(core, people).await?;
    let mut telling = Telling { core, works, rng: StdRng::seed_from_u64(SEED), deeds: 0 };
    let present = core.clock.now();
    core.clock.advance(-Duration::days(DAYS));
    let mut at = core.clock.now();
    for nth in 0..DAYS * LEADS_A_DAY {
        let until = present - Duration::days(DAYS) + Duration::minutes((nth + 1) * 24 * 60 / LEADS_A_DAY);
        at = telling.daytime(at);
        telling.forward(at.min(until)).await?;
        telling.manage().await?;
        telling.lead(usize::try_from(nth)?).await?;
        works.settle().await;
        at = core.clock.now().max(at) + Duration::minutes(telling.rng.random_range(60..360));
    }
    telling.forward(present).await?;
    for body in UNREADABLE {
        core.store.accept(unreadable(body, core.clock.now())).await?;
    }
    works.settle().await;
    Ok(())
}

/// What the webinar's tool sends since its last update: for people to mend.
const UNREADABLE: [&str; 2] =
    [r#"{"attendee":{"ref":"A-17"},"session":"Scheduling for crews"}"#, r#"{"attendee":{"ref":"A-18"},"session":"Q&A"}"#];

fn unreadable(body: &str, now: DateTime<Utc>) -> NewDelivery {
    NewDelivery {
        source: "webinar".into(),
        received_at: now,
        content_type: "application/json".to_owned(),
        headers: Vec::new(),
        body: body.as_bytes().to_vec(),
        proof: Proof::Url,
        holds: Holds::Leads,
    }
}

struct Telling<'a, P> {
    core: &'a Core,
    works: &'a Works<P>,
    rng: StdRng,
    deeds: u32,
}

async fn meet(core: &Core, people: &[Visitor]) -> Result<()> {
    for person in people {
        let holds = |role: &str| person.roles.iter().any(|r| r == role);
        let playbook = core.store.playbook();
        let teams: Vec<_> =
            playbook.teams.iter().filter(|t| t.role.as_deref().is_some_and(holds)).map(|t| t.key.clone()).collect();
        let rights = match () {
            () if person.administers => Rights::Admin,
            () if playbook.company.managers.as_deref().is_some_and(holds) => Rights::Manager,
            () if !teams.is_empty() => Rights::Rep,
            () => continue,
        };
        let met = core.store.meet(person.clone(), rights, teams, core.clock.now()).await?;
        for skill in SKILLS.iter().filter(|(handle, _)| *handle == person.handle).map(|(_, skill)| *skill) {
            let by = AuditEntry {
                at: core.clock.now(),
                actor: "demo".to_owned(),
                deed: "person.skill".to_owned(),
                about: format!("{} {skill}", person.handle),
            };
            core.store.set_skill(met, skill.into(), Grant::Given, by).await?;
        }
    }
    Ok(())
}

/// Who can what not everybody can.
const SKILLS: [(&str, &str); 3] = [("ann", "german"), ("ann", "enterprise"), ("ben", "german")];

impl<P: Platform> Telling<'_, P> {
    /// Between eight and seven: nobody fills forms at night.
    fn daytime(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        match at.hour() {
            0..7 => at + Duration::hours(i64::from(8 - at.hour())),
            20.. => at + Duration::hours(i64::from(32 - at.hour())),
            _ => at,
        }
    }

    /// What is due is decided at once; it is shown once the lead's turn is over, as the chat takes its time for each message.
    async fn decide(&self) {
        while self.works.pump.tick().await.done > 0 {}
    }

    /// Moves the clock on, stopping at everything that comes due on the way.
    async fn forward(&self, to: DateTime<Utc>) -> Result<()> {
        self.decide().await;
        while let Some(due) = self.core.store.next_wake().await?.filter(|due| *due < to) {
            let now = self.core.clock.now();
            self.core.clock.advance((due - now).max(Duration::milliseconds(1)));
            self.decide().await;
        }
        self.core.clock.advance((to - self.core.clock.now()).max(Duration::zero()));
        self.decide().await;
        Ok(())
    }

    /// One lead comes in, and somebody works it more or less well.
    async fn lead(&mut self, nth: usize) -> Result<()> {
        let example = &PAST[nth % PAST.len()];
        let id = self.arrive(example, nth).await?;
        let wait = self.rng.random_range(1..12);
        self.forward(self.core.clock.now() + Duration::minutes(wait)).await?;
        let rep = self.taker(id).await?;
        self.ask(id, rep, Ask::Claim).await?;
        let Some(owner) = self.owner(id).await? else { return Ok(()) };
        // Some forget theirs, so that it goes back; the others call in good time.
        let wait = if nth % 9 == 4 { 40 } else { self.rng.random_range(2..18) };
        self.forward(self.core.clock.now() + Duration::minutes(wait)).await?;
        if self.owner(id).await? != Some(owner) {
            return Ok(());
        }
        let reached = self.rng.random_bool(0.6);
        let outcome = if reached { Outcome::Reached } else { Outcome::NoAnswer };
        self.ask(
            id,
            owner,
            Ask::Log { channel: Channel::Call, outcome, note: reached.then(|| "wants an offer by e-mail".to_owned()) },
        )
        .await?;
        self.end(id, owner, nth).await
    }

    /// A manager gives what nobody could have to whoever can have it by now.
    async fn manage(&mut self) -> Result<()> {
        let triage = LeadFilter { state: Some("triage".to_owned()), limit: LEADS_MAX, ..LeadFilter::default() };
        let roster = self.core.store.roster();
        let Some(manager) = roster.managers().next() else { return Ok(()) };
        for lead in self.core.store.find_leads(&triage).await? {
            for (rep, _) in lead.course.team.iter().flat_map(|team| roster.members(team)) {
                self.ask(lead.id, manager.id, Ask::Assign { to: rep.id, reason: "nobody had time".to_owned() }).await?;
                if self.owner(lead.id).await? == Some(rep.id) {
                    let note = Some("thanks for the patience".to_owned());
                    let ask = Ask::Log { channel: Channel::Email, outcome: Outcome::LeftMessage, note };
                    self.ask(lead.id, rep.id, ask).await?;
                    let at = self.core.clock.now() + Duration::days(self.rng.random_range(6..12));
                    self.ask(lead.id, rep.id, Ask::FollowUp { at, note: None }).await?;
                    break;
                }
            }
        }
        Ok(())
    }

    /// Who is asked whether they take it; else any rep of the lead's team.
    async fn taker(&mut self, lead: LeadId) -> Result<PersonId> {
        let course = self.core.store.lead(lead).await?.map(|lead| lead.course);
        if let Some(State::Offered { to, .. }) = course.as_ref().map(|course| &course.state) {
            return Ok(*to);
        }
        let team = course.and_then(|course| course.team);
        let roster = self.core.store.roster();
        let members: Vec<PersonId> = team.iter().flat_map(|team| roster.members(team)).map(|(person, _)| person.id).collect();
        anyhow::ensure!(!members.is_empty(), "{lead} has no team with people in it");
        Ok(members[self.rng.random_range(0..members.len())])
    }

    /// What a deal may be worth: some thousands of the company's currency.
    fn worth(&self, nth: usize) -> Option<Money> {
        let currency = self.core.store.playbook().company.currency;
        let thousands = i64::try_from(3 + nth * 7 % 40).ok()?;
        Some(Money { minor: thousands * 1_000 * 10_i64.pow(currency.decimals()), currency })
    }

    async fn end(&mut self, id: LeadId, owner: PersonId, nth: usize) -> Result<()> {
        let now = self.core.clock.now();
        let dispose = |reason: &str, days: i64| Ask::Disqualify {
            reason: reason.into(),
            detail: Some("their plant is not built for it".to_owned()),
            until: Some(now + Duration::days(days)),
            original: None,
        };
        let ask = match nth % 7 {
            0 => Ask::Won { value: self.worth(nth) },
            1 => dispose("not_ready", 30),
            2 => dispose("not_a_fit", 0),
            3 => Ask::FollowUp {
                at: now + Duration::days(self.rng.random_range(1..20)),
                note: Some("send the comparison sheet".to_owned()),
            },
            4 => dispose("spam", 0),
            5 => Ask::Deal { value: self.worth(nth) },
            _ => Ask::FollowUp { at: now + Duration::days(40), note: None },
        };
        self.ask(id, owner, ask).await
    }

    async fn arrive(&self, example: &Example, nth: usize) -> Result<LeadId> {
        let now = self.core.clock.now();
        let source = match nth % 7 {
            1 | 4 => "trade-fair",
            2 | 6 => "webinar",
            _ => "website",
        };
        let (name, email) = colleague(example, nth);
        let person = Contact {
            name: Some(Untrusted::new(&name)),
            email: Some(Untrusted::new(&email)),
            phone: Some(Untrusted::new(example.phone)),
            company: Some(Untrusted::new(example.company)),
            country: Some(example.country.to_owned()),
            ..Contact::default()
        };
        // The trade fair's cards do not ask.
        let extras = match source {
            "trade-fair" => Vec::new(),
            _ => vec![(Untrusted::new(COMPANY_SIZE), Untrusted::new(example.size))],
        };
        let submission = Submission {
            source: source.into(),
            source_detail: None,
            dedupe_key: DedupeKey::Provider(format!("history-{nth}")),
            submitted_at: Some(now),
            is_test: false,
            person,
            message: Some(Untrusted::new(example.need)),
            utm: std::collections::BTreeMap::new(),
            consent: std::collections::BTreeMap::new(),
            extras,
        };
        let profile = Profile::of(&submission, now);
        let event = Event::Arrived { profile: Box::new(profile), taken_by: None };
        let cause = Cause::Submitted { part: None, submission: Box::new(submission) };
        let applied = self.core.store.apply(cause, Target::New, now, move |snapshot| decide(snapshot, &event, now)).await?;
        applied.lead().map(|lead| lead.id).ok_or_else(|| anyhow::anyhow!("the history's lead {nth} did not arrive"))
    }

    async fn ask(&mut self, lead: LeadId, by: PersonId, ask: Ask) -> Result<()> {
        let now = self.core.clock.now();
        self.deeds += 1;
        let cause = Cause::Deed(format!("history-{}", self.deeds));
        let event = Event::Asked { by, ask };
        self.core.store.apply(cause, Target::Lead(lead), now, move |snapshot| decide(snapshot, &event, now)).await?;
        Ok(())
    }

    async fn owner(&self, lead: LeadId) -> Result<Option<PersonId>> {
        Ok(self.core.store.lead(lead).await?.and_then(|lead| match lead.course.state {
            State::Owned { by, .. } => Some(by),
            State::Waiting { .. }
            | State::Offered { .. }
            | State::Pooled { .. }
            | State::Repair { .. }
            | State::Triage { .. }
            | State::Closed { .. } => None,
        }))
    }
}

/// Another person of the same company each time round, so that the examples of the page are new leads when they are sent.
fn colleague(example: &Example, nth: usize) -> (String, String) {
    let round = nth / PAST.len() + 1;
    let first = PAST[(nth + round) % PAST.len()].name.split(' ').next().unwrap_or_default();
    let last = example.name.split(' ').next_back().unwrap_or_default();
    let domain = example.email.rsplit('@').next().unwrap_or_default();
    (format!("{first} {last}"), format!("{}.{round}@{domain}", first.to_lowercase()))
}
