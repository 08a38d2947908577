//! Who decides, when it is not the one who asked: known already, or a lead of their own from now on, with the same rep.
//! Invariant: two leads that are linked name each other, or neither does; both are written in one decision.

use serde::{Deserialize, Serialize};

use super::decide;
use super::decision::{News, Recipient};
use super::draft::Draft;
use super::fact::Fact;
use super::ids::{LeadId, PersonId, SourceKey};
use super::lead::{Lead, Profile};
use super::promises;
use super::reply::Reply;
use super::submission::Contact;

/// The source of leads that a colleague named as who decides. No source of the company's own can have this key: it has an underscore.
pub const NAMED: &str = "decision_maker";

/// Most links of one lead that are kept.
pub const LINKS_MAX: usize = 5;

/// Another lead that belongs to this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Which.
    pub lead: LeadId,
    /// What it is to this one.
    pub role: Role,
}

/// What another lead is to this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// It decides for this one.
    Decides,
    /// This one decides for it.
    DecidedFor,
}

/// Can they be reached?
#[must_use]
pub fn is_reachable(who: &Contact) -> bool {
    who.email.is_some() || who.phone_e164.is_some()
}

/// Are they to be left alone?
pub(super) fn is_left_alone(draft: &Draft<'_>, who: &Contact) -> bool {
    is_reachable(who) && draft.snapshot.beside.is_left_alone
}

/// Links the lead with who decides for it: with their lead, where they have one; else with a new one of the same owner's.
pub(super) fn link(draft: &mut Draft<'_>, who: &Contact, owner: PersonId) -> Option<LeadId> {
    if !is_reachable(who) {
        return None;
    }
    let beside = &draft.snapshot.beside;
    match (beside.other.clone(), beside.next) {
        (Some(known), _) if known.id == draft.lead.id => None,
        (Some(known), _) => Some(with_known(draft, known, owner)),
        (None, Some(id)) => Some(with_new(draft, id, who, owner)),
        (None, None) => None,
    }
}

fn with_known(draft: &mut Draft<'_>, known: Lead, owner: PersonId) -> LeadId {
    let id = known.id;
    draft.record(Fact::Linked { lead: id, role: Role::Decides });
    let mut other = Draft::new(draft.snapshot, known, draft.actor, draft.now);
    back(&mut other, draft.lead.id);
    if let Some(theirs) = other.course().state.owner().filter(|theirs| *theirs != owner) {
        other.tell(Recipient::Person(theirs), News::Decides { lead: draft.lead.id, owner });
    }
    draft.also(other.done(Reply::Nobody));
    id
}

fn with_new(draft: &mut Draft<'_>, id: LeadId, who: &Contact, owner: PersonId) -> LeadId {
    draft.record(Fact::Linked { lead: id, role: Role::Decides });
    let mut profile = Profile::blank(SourceKey::from(NAMED), draft.now);
    profile.is_test = draft.lead.profile.is_test;
    profile.contact = who.clone();
    let asked_by = &draft.lead.profile.contact;
    profile.contact.company = who.company.clone().or_else(|| asked_by.company.clone());
    profile.need.clone_from(&draft.lead.profile.need);
    let mut other = decide::begin(draft.snapshot, (id, profile), draft.actor, draft.now);
    back(&mut other, draft.lead.id);
    super::scoring::renew(&mut other);
    let team = draft.course().team.clone();
    let fact =
        if draft.actor == Some(owner) { Fact::Claimed { by: owner } } else { Fact::Assigned { to: owner, by: draft.actor } };
    if let Some(team) = team {
        other.record(Fact::Waits { team, step: 0, until_open: false });
    }
    let due = promises::team_hours(&other).add(draft.now, promises::first_touch(&other));
    other.record(Fact::FirstTouchPromised { due });
    promises::own(&mut other, owner, fact);
    draft.also(other.done(Reply::Nobody));
    id
}

/// The other one knows of it too.
fn back(other: &mut Draft<'_>, lead: LeadId) {
    if !crate::planted::is("linked-one-way") {
        other.record(Fact::Linked { lead, role: Role::DecidedFor });
    }
}
