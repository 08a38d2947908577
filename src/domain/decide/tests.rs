//! Stories of one lead, told to `decide` alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};

use super::decide;
use crate::domain::clocks::Clock;
use crate::domain::decision::{Decision, News, Recipient, Ring};
use crate::domain::event::{Ask, Event};
use crate::domain::ids::{LeadId, PersonId};
use crate::domain::lead::{Channel, Exit, Lead, Outcome, Profile, State, TriageWhy};
use crate::domain::person::{Pause, Person, Presence, Rights, Roster};
use crate::domain::reply::{Need, ReasonNeed, Refusal, Reply};
use crate::domain::snapshot::{Beside, Snapshot};
use crate::domain::submission::Contact;
use crate::domain::text::Untrusted;
use crate::playbook::Playbook;

pub(super) const ANN: PersonId = PersonId(1);
pub(super) const BEN: PersonId = PersonId(2);
pub(super) const MAY: PersonId = PersonId(3);
pub(super) const GUEST: PersonId = PersonId(4);

pub(super) const PLAYBOOK: &str = r#"
[company]
name = "Acme"
timezone = "UTC"
hours = "24/7"
managers = "bosses"

[[team]]
key = "dach"
channel = "leads"
role = "sales"
captain = "ann"
"#;

/// One lead and those who may work it; time moves only when told.
#[derive(Clone)]
pub(super) struct Story {
    pub(super) now: DateTime<Utc>,
    pub(super) lead: Option<Lead>,
    pub(super) people: Vec<Person>,
    pub(super) untouched: BTreeMap<PersonId, u32>,
    pub(super) beside: Beside,
    playbook: Arc<Playbook>,
}

pub(super) fn person(id: PersonId, handle: &str, rights: Rights) -> Person {
    let rep = Person::rep(id.0, "dach");
    let memberships = if rights == Rights::Rep { rep.memberships.clone() } else { Vec::new() };
    Person { handle: handle.to_owned(), name: handle.to_owned(), rights, memberships, ..rep }
}

impl Story {
    pub(super) fn new() -> Self {
        let people = vec![
            person(ANN, "ann", Rights::Rep),
            person(BEN, "ben", Rights::Rep),
            person(MAY, "may", Rights::Manager),
            person(GUEST, "gus", Rights::Guest),
        ];
        let now = "2026-09-14T09:00:00Z".parse().unwrap();
        let playbook = Arc::new(Playbook::read(PLAYBOOK).unwrap());
        Self { now, lead: None, people, untouched: BTreeMap::new(), beside: Beside::default(), playbook }
    }

    pub(super) fn playbook(&self) -> &Playbook {
        &self.playbook
    }

    pub(super) fn tell(&mut self, event: &Event) -> Decision {
        let snapshot = Snapshot {
            id: LeadId(1001),
            lead: self.lead.clone(),
            roster: Arc::new(Roster::new(self.people.clone())),
            untouched: self.untouched.clone(),
            playbook: self.playbook.clone(),
            beside: self.beside.clone(),
        };
        let decision = decide(&snapshot, event, self.now);
        if let Some(lead) = &decision.lead {
            self.lead = Some((**lead).clone());
        }
        decision
    }

    pub(super) fn arrives() -> Self {
        Self::new().with_a_lead()
    }

    /// The same people under another playbook.
    pub(super) fn under(playbook: &str) -> Self {
        Self { playbook: Arc::new(Playbook::read(playbook).unwrap()), ..Self::new() }
    }

    /// The same people under the usual playbook with this at its end, where its only team stands.
    pub(super) fn under_usual(and: &str) -> Self {
        Self::under(&format!("{PLAYBOOK}{and}"))
    }

    pub(super) fn with_a_lead(self) -> Self {
        let mut story = self;
        let profile = Profile {
            contact: Contact { name: Some(Untrusted::new("Dana Keller")), ..Contact::default() },
            ..Profile::blank("demo".into(), story.now)
        };
        story.tell(&Event::Arrived { profile: Box::new(profile), taken_by: None });
        story
    }

    pub(super) fn ask(&mut self, by: PersonId, ask: Ask) -> Reply {
        self.tell(&Event::Asked { by, ask }).reply
    }

    pub(super) fn after(&mut self, span: Duration) -> Decision {
        self.now += span;
        self.tell(&Event::Woke)
    }

    pub(super) fn state(&self) -> &State {
        &self.lead.as_ref().expect("a lead that has arrived").course.state
    }

    fn due(&self, clock: Clock) -> Option<DateTime<Utc>> {
        self.lead.as_ref().and_then(|l| l.course.clocks.due(clock))
    }

    fn claimed() -> Self {
        let mut story = Self::arrives();
        assert!(matches!(story.ask(ANN, Ask::Claim), Reply::Claimed { .. }));
        story
    }

    pub(super) fn person(&mut self, id: PersonId) -> &mut Person {
        self.people.iter_mut().find(|p| p.id == id).expect("one of the story's people")
    }
}

fn log(outcome: Outcome) -> Ask {
    Ask::Log { channel: Channel::Call, outcome, note: None }
}

fn minutes(n: i64) -> Duration {
    Duration::minutes(n)
}

fn disqualify(reason: &str) -> Ask {
    Ask::Disqualify { reason: reason.into(), detail: None, until: None, original: None }
}

#[test]
fn a_new_lead_waits_on_the_first_rung_of_its_team() {
    let story = Story::arrives();
    assert!(matches!(story.state(), State::Waiting { step: 0, .. }));
    assert_eq!(story.due(Clock::Step), Some(story.now + minutes(10)));
}

#[test]
fn nobody_claims_so_the_ladder_climbs_to_the_captain() {
    let mut story = Story::arrives();
    assert_eq!(story.after(minutes(10)).ring, Some(Ring::Team("dach".into())));
    assert_eq!(story.after(minutes(10)).ring, Some(Ring::Managers));
    let given = story.after(minutes(10));
    assert!(matches!(story.state(), State::Owned { by: ANN, touched: false, .. }));
    assert_eq!(given.notices.first().map(|n| &n.to), Some(&Recipient::Person(ANN)));
}

#[test]
fn a_captain_who_is_away_is_not_given_it_and_managers_hear_of_it() {
    let mut story = Story::arrives();
    story.person(ANN).presence = Presence::Away { until: None };
    story.after(minutes(10));
    story.after(minutes(10));
    let decision = story.after(minutes(10));
    assert!(matches!(story.state(), State::Triage { why: TriageWhy::LadderEnded, .. }));
    assert_eq!(decision.notices.iter().map(|n| &n.to).collect::<Vec<_>>(), [&Recipient::Managers]);
    let again = story.after(minutes(60));
    assert_eq!(again.notices.len(), 1, "triage is watched: managers hear of it again");
    assert_eq!(story.due(Clock::Triage), Some(story.now + minutes(60)));
    story.after(minutes(60));
    assert_eq!(story.due(Clock::Triage), Some(story.now + minutes(120)), "and less often the longer it stands");
}

#[test]
fn the_second_to_claim_hears_who_was_first() {
    let mut story = Story::claimed();
    let since = story.now;
    story.now += Duration::milliseconds(400);
    assert_eq!(story.ask(BEN, Ask::Claim), Reply::ClaimedBy { by: ANN, since });
    assert_eq!(story.ask(ANN, Ask::Claim), Reply::AlreadyYours);
    assert_eq!(story.state().owner(), Some(ANN));
}

#[test]
fn who_may_not_have_it_hears_why() {
    let mut story = Story::arrives();
    assert_eq!(story.ask(GUEST, Ask::Claim), Reply::NotAllowed(Need::Rep));
    story.untouched.insert(ANN, 5);
    assert_eq!(story.ask(ANN, Ask::Claim), Reply::NotEligible(Refusal::Full { untouched: 5, cap: 5 }));
    story.person(ANN).memberships[0].cap = Some(6);
    story.person(ANN).memberships[0].paused = Some(Pause { until: None });
    assert_eq!(story.ask(ANN, Ask::Claim), Reply::NotEligible(Refusal::Paused { until: None }));
    story.person(ANN).memberships.clear();
    assert_eq!(story.ask(ANN, Ask::Claim), Reply::NotEligible(Refusal::NotInTeam { team: "dach".into() }));
    let back = story.now + minutes(30);
    story.person(BEN).presence = Presence::Away { until: Some(back) };
    assert_eq!(story.ask(BEN, Ask::Claim), Reply::NotEligible(Refusal::Away { until: Some(back), cover: None }));
    story.now = back;
    assert!(matches!(story.ask(BEN, Ask::Claim), Reply::Claimed { .. }));
}

#[test]
fn a_claim_that_is_never_worked_goes_back_to_the_team() {
    let mut story = Story::claimed();
    let warned = story.after(Duration::seconds(450));
    assert!(matches!(warned.notices[0].news, News::FirstTouchSoon { .. }));
    let late = story.after(Duration::seconds(450));
    assert!(matches!(late.notices[0].news, News::FirstTouchLate { .. }));
    let released = story.after(minutes(15));
    assert_eq!(released.notices[0].news, News::Released);
    assert!(matches!(story.state(), State::Waiting { step: 0, .. }));
    assert!(matches!(story.ask(ANN, Ask::Claim), Reply::NotEligible(Refusal::CoolingOff { .. })));
    assert!(matches!(story.ask(BEN, Ask::Claim), Reply::Claimed { .. }));
}

#[test]
fn who_lost_a_lead_overnight_is_told_so_and_not_first_reminded_of_it() {
    let mut story = Story::claimed();
    let woke = story.after(Duration::hours(9));
    assert_eq!(woke.notices.iter().map(|n| &n.news).collect::<Vec<_>>(), [&News::Released]);
}

#[test]
fn an_attempt_keeps_the_first_touch_promise_and_looking_does_not() {
    let mut story = Story::claimed();
    assert_eq!(story.ask(ANN, Ask::Reveal), Reply::Revealed);
    assert!(story.due(Clock::Release).is_some());
    let reply = story.ask(ANN, log(Outcome::NoAnswer));
    assert_eq!(reply, Reply::Logged { channel: Channel::Call, outcome: Outcome::NoAnswer, tries: 1, first: true });
    assert_eq!(story.due(Clock::Release), None);
    assert!(story.due(Clock::NotReached).is_some(), "an owned lead always has a clock");
}

#[test]
fn a_lead_moved_too_often_by_itself_stands_before_a_manager() {
    let mut story = Story::arrives();
    for owner in [ANN, BEN].into_iter().cycle().take(6) {
        story.now += minutes(61);
        story.person(owner).presence = Presence::Available;
        story.lead.as_mut().unwrap().course.cooling.clear();
        if matches!(story.state(), State::Waiting { .. }) {
            story.ask(owner, Ask::Claim);
        }
        story.after(minutes(31));
    }
    assert!(matches!(story.state(), State::Triage { why: TriageWhy::TooManyMoves, .. }), "{:?}", story.state());
    assert!(matches!(story.ask(MAY, Ask::Route { team: "dach".into() }), Reply::Routed { .. }));
    assert_eq!(story.ask(ANN, Ask::Route { team: "dach".into() }), Reply::NotAllowed(Need::Manager));
}

#[test]
fn only_the_owner_or_a_manager_works_it() {
    let mut story = Story::claimed();
    assert_eq!(story.ask(BEN, log(Outcome::Reached)), Reply::NotAllowed(Need::OwnerOrManager { owner: Some(ANN) }));
    assert_eq!(story.ask(BEN, disqualify("spam")), Reply::NotAllowed(Need::OwnerOrManager { owner: Some(ANN) }));
    assert!(matches!(story.ask(MAY, log(Outcome::Reached)), Reply::Logged { .. }));
    assert_eq!(story.ask(ANN, Ask::Note { text: "asks for a call after three".to_owned() }), Reply::Noted);
}

#[test]
fn reaching_somebody_moves_the_sale_to_contacted() {
    let mut story = Story::claimed();
    story.ask(ANN, log(Outcome::Reached));
    let course = &story.lead.as_ref().unwrap().course;
    assert_eq!(course.stage.as_str(), "contacted");
    assert!(story.due(Clock::Stage).is_some());
}

#[test]
fn a_plan_is_reminded_of_then_questioned_then_released() {
    let mut story = Story::claimed();
    let at = story.now + Duration::days(1);
    assert_eq!(story.ask(ANN, Ask::FollowUp { at, note: None }), Reply::FollowUpSet { at });
    assert_eq!(story.due(Clock::Release), None);
    assert!(matches!(story.after(Duration::days(1)).notices[0].news, News::FollowUpDue { .. }));
    assert!(matches!(story.after(Duration::hours(24)).notices[0].news, News::StillYours { .. }));
    assert_eq!(story.ask(ANN, Ask::StillMine), Reply::StillYours);
    assert!(matches!(story.after(Duration::hours(24)).notices[0].news, News::StillYours { .. }));
    assert_eq!(story.after(Duration::hours(4)).notices[0].news, News::Released);
    assert!(matches!(story.state(), State::Waiting { .. }));
    assert_eq!(story.ask(ANN, Ask::FollowUp { at, note: None }), Reply::NotNow);
}

#[test]
fn a_plan_in_the_past_is_refused() {
    let mut story = Story::claimed();
    let at = story.now;
    assert_eq!(story.ask(ANN, Ask::FollowUp { at, note: None }), Reply::NotInFuture);
}

#[test]
fn each_reason_asks_what_it_needs_and_then_has_its_consequence() {
    let mut story = Story::claimed();
    assert_eq!(story.ask(ANN, disqualify("not_ready")), Reply::ReasonNeeds(ReasonNeed::Date));
    let until = story.now + Duration::days(30);
    let ask = Ask::Disqualify { reason: "not_ready".into(), detail: None, until: Some(until), original: None };
    assert_eq!(story.ask(ANN, ask), Reply::Pooled { until });
    story.now = until;
    let woke = story.tell(&Event::Woke);
    assert_eq!(story.state().owner(), Some(ANN), "the old owner first");
    assert!(woke.notices.iter().any(|n| n.news == News::BackFromPool));

    assert!(matches!(story.ask(ANN, disqualify("unreachable")), Reply::ReasonNeeds(ReasonNeed::MoreTries { .. })));
    assert!(matches!(story.ask(ANN, disqualify("other")), Reply::ReasonNeeds(ReasonNeed::Text { min: 10, .. })));
    assert_eq!(story.ask(ANN, disqualify("duplicate")), Reply::ReasonNeeds(ReasonNeed::Original));
    assert!(matches!(story.ask(ANN, disqualify("no_authority")), Reply::KeptWith { .. }));
    assert_eq!(story.state().owner(), Some(ANN));
    assert_eq!(story.ask(ANN, disqualify("not_interested")), Reply::Closed { exit: Exit::Suppressed });
    assert_eq!(story.ask(MAY, Ask::Reopen), Reply::Suppressed);
}

#[test]
fn unreachable_sleeps_once_and_is_closed_the_second_time() {
    let mut story = Story::claimed();
    for channel in [Channel::Call, Channel::Email, Channel::Call, Channel::Email, Channel::Call] {
        story.ask(ANN, Ask::Log { channel, outcome: Outcome::NoAnswer, note: None });
        story.now += Duration::days(1);
    }
    assert!(matches!(story.ask(ANN, disqualify("unreachable")), Reply::Pooled { .. }));
    story.after(Duration::days(30));
    assert_eq!(story.state().owner(), Some(ANN));
    assert_eq!(story.ask(ANN, disqualify("unreachable")), Reply::Closed { exit: Exit::Unqualified });
}

#[test]
fn spam_gives_the_turn_back_once() {
    let mut story = Story::claimed();
    story.ask(ANN, disqualify("spam"));
    assert!(story.lead.as_ref().unwrap().course.turn_returned);
    assert!(story.lead.as_ref().unwrap().course.clocks.wake_at().is_none(), "a closed lead has no clock");
}

#[test]
fn a_manager_moves_it_and_both_reps_hear_of_it_but_not_the_manager() {
    let mut story = Story::claimed();
    let decision = story.tell(&Event::Asked { by: MAY, ask: Ask::Assign { to: BEN, reason: "speaks French".to_owned() } });
    assert_eq!(decision.reply, Reply::Assigned { to: BEN });
    let told: Vec<_> = decision.notices.iter().map(|n| n.to.clone()).collect();
    assert_eq!(told, [Recipient::Person(BEN), Recipient::Thread, Recipient::Person(ANN)]);
    story.untouched.insert(ANN, 5);
    let refused = story.ask(MAY, Ask::Assign { to: ANN, reason: "back".to_owned() });
    assert!(matches!(refused, Reply::TheyAreNotEligible { who: ANN, .. }));
}

#[test]
fn releasing_is_not_claiming_again_at_once() {
    let mut story = Story::claimed();
    assert_eq!(story.ask(ANN, Ask::Release { reason: "on a train".to_owned() }), Reply::Released);
    assert!(matches!(story.ask(ANN, Ask::Claim), Reply::NotEligible(Refusal::CoolingOff { .. })));
    story.now += minutes(60);
    assert!(matches!(story.ask(ANN, Ask::Claim), Reply::Claimed { .. }));
}

#[test]
fn a_late_process_climbs_one_rung_and_gives_it_its_whole_time() {
    let mut story = Story::arrives();
    story.after(Duration::hours(9));
    assert!(matches!(story.state(), State::Waiting { step: 1, .. }));
    assert_eq!(story.due(Clock::Step), Some(story.now + minutes(10)));
}
