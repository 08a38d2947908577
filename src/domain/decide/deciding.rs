//! Stories of those who decide for somebody else.

use super::tests::{ANN, BEN, MAY, Story};
use crate::domain::clocks::Clock;
use crate::domain::deciders::{Link, Role};
use crate::domain::decision::{Decision, News, Recipient};
use crate::domain::event::{Ask, Event};
use crate::domain::fact::Fact;
use crate::domain::ids::{LeadId, PersonId};
use crate::domain::lead::{Course, Lead, State};
use crate::domain::reply::Reply;
use crate::domain::submission::Contact;
use crate::domain::text::Untrusted;

const THEIRS: LeadId = LeadId(1002);

fn max() -> Contact {
    let said = |text| Some(Untrusted::new(text));
    Contact { name: said("Max Keller"), email: said("max@acme.example"), ..Contact::default() }
}

fn decided(story: &mut Story, by: PersonId, who: Contact) -> Decision {
    let detail = Some("Max Keller, their CTO".to_owned());
    story.tell(&Event::Asked { by, ask: Ask::DecidedBy { reason: "no_authority".into(), detail, who: Box::new(who) } })
}

/// Ann has a lead whose boss decides; a lead may be made besides.
fn claimed() -> Story {
    let mut story = Story::arrives();
    story.ask(ANN, Ask::Claim);
    story.beside.next = Some(THEIRS);
    story
}

#[test]
fn who_decides_gets_a_lead_of_their_own_with_the_same_rep() {
    let mut story = claimed();
    let decision = decided(&mut story, ANN, max());
    assert!(matches!(decision.reply, Reply::Decided { by: THEIRS, .. }), "{:?}", decision.reply);
    assert_eq!(decision.words.as_deref(), Some("Find the decision-maker: Max Keller, their CTO"));
    let lead = story.lead.clone().unwrap();
    assert!(matches!(lead.course.state, State::Owned { by: ANN, touched: true, .. }) && lead.course.follow_up.is_some());
    assert_eq!(lead.course.links, [Link { lead: THEIRS, role: Role::Decides }]);
    let also = decision.also.expect("another lead");
    let theirs = also.lead.expect("it is new");
    assert_eq!((theirs.id, theirs.rev, theirs.course.state.owner()), (THEIRS, 1, Some(ANN)));
    assert_eq!(theirs.course.links, [Link { lead: LeadId(1001), role: Role::DecidedFor }]);
    assert_eq!(theirs.profile.source.as_str(), "decision_maker", "no source brought it");
    assert!(theirs.course.clocks.due(Clock::FirstTouch).is_some(), "it is to be touched as any other");
    assert!(also.notices.is_empty() && also.turns.is_empty(), "Ann did it herself, and it costs no turn");
    let facts: Vec<_> = also.facts.iter().map(|fact| (story.now, fact)).collect();
    assert_eq!(Course::replay(facts), Some(theirs.course));
}

#[test]
fn a_manager_who_names_them_gives_them_to_the_same_rep_who_hears_of_it() {
    let mut story = claimed();
    let also = decided(&mut story, MAY, max()).also.unwrap();
    assert!(matches!(also.notices[0].news, News::Yours { from: Some(MAY), .. }));
    assert_eq!(also.notices[0].to, Recipient::Person(ANN));
}

#[test]
fn who_is_known_already_is_linked_with_the_lead_that_they_have() {
    let mut story = claimed();
    let mut known: Lead = story.lead.clone().unwrap();
    known.id = LeadId(7);
    known.course.state = State::Owned { by: BEN, since: story.now, touched: true };
    story.beside.other = Some(known);
    let decision = decided(&mut story, ANN, max());
    assert!(matches!(decision.reply, Reply::Decided { by: LeadId(7), .. }));
    let also = decision.also.unwrap();
    assert_eq!(also.facts, [Fact::Linked { lead: LeadId(1001), role: Role::DecidedFor }]);
    assert_eq!(also.notices[0].to, Recipient::Person(BEN));
    assert_eq!(also.notices[0].news, News::Decides { lead: LeadId(1001), owner: ANN });
}

#[test]
fn a_name_alone_is_kept_with_the_task_and_makes_no_lead() {
    let mut story = claimed();
    let decision = decided(&mut story, ANN, Contact { email: None, ..max() });
    assert!(matches!(decision.reply, Reply::KeptWith { .. }));
    assert!(decision.also.is_none() && story.lead.unwrap().course.links.is_empty());
}

#[test]
fn who_asked_to_be_left_alone_is_not_made_a_lead_because_they_decide() {
    let mut story = claimed();
    story.beside.is_left_alone = true;
    let before = story.lead.clone();
    assert_eq!(decided(&mut story, ANN, max()).reply, Reply::DeciderLeftAlone);
    assert_eq!(story.lead, before, "nothing of it is kept");
}

#[test]
fn they_themselves_are_not_linked_with_themselves() {
    let mut story = claimed();
    story.beside.other.clone_from(&story.lead);
    assert!(matches!(decided(&mut story, ANN, max()).reply, Reply::KeptWith { .. }));
}
