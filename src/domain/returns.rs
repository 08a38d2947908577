//! The same person again. Their submission joins the lead that they have; what slept or was over goes on.
//! Invariant: what is known is never overwritten; what was asked last is what is shown.
//! Invariant: who asked to be left alone is left alone until they ask by themselves; no import and no colleague speaks for them.

use chrono::{DateTime, Utc};

use super::customers;
use super::deals;
use super::decision::{Decision, News, Recipient, Ring};
use super::draft::Draft;
use super::eligibility;
use super::fact::Fact;
use super::ids::PersonId;
use super::ladder;
use super::lead::{Exit, Lead, Profile, State};
use super::matching::KIN_MAX;
use super::promises;
use super::repair;
use super::reply::Reply;
use super::scoring;
use super::sequences::{self, Ended};
use super::snapshot::{Beside, Snapshot};
use super::submission::Contact;
use super::trade;
use crate::playbook::{Becomes, StageKind};

/// Most answers to questions that a lead carries.
const ANSWERS_MAX: usize = 60;

/// Who speaks for the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Voice {
    /// They themselves.
    Theirs,
    /// A colleague who met them, and takes them.
    Colleague(PersonId),
    /// A file from elsewhere.
    File,
}

impl Voice {
    pub(super) fn taker(self) -> Option<PersonId> {
        match self {
            Voice::Colleague(by) => Some(by),
            Voice::Theirs | Voice::File => None,
        }
    }
}

/// Who else is of the company, and who looks like the same person, for a lead that is new.
pub(super) fn relate(draft: &mut Draft<'_>) {
    let Beside { relations, .. } = &draft.snapshot.beside;
    draft.lead.profile.contact.domain.clone_from(&relations.domain);
    if !relations.kin.is_empty() {
        let count = u32::try_from(relations.kin.len()).unwrap_or(u32::MAX);
        draft.record(Fact::CompanyKnown { count, leads: relations.kin.iter().take(KIN_MAX).cloned().collect() });
    }
    for alike in &relations.alike {
        draft.record(Fact::LooksLike { lead: alike.lead });
    }
}

/// Whoever has it for the first time hears of leads that look like the same person.
pub(super) fn hint(draft: &mut Draft<'_>, owner: PersonId) {
    if draft.course().work.claimed_at != Some(draft.now) {
        return;
    }
    for other in draft.course().looks_like.clone() {
        draft.inform(Recipient::Person(owner), News::LooksLike { other });
    }
}

/// They have a lead: the submission joins it.
pub(super) fn came_again(snapshot: &Snapshot, lead: Lead, profile: &Profile, voice: Voice, now: DateTime<Utc>) -> Decision {
    let is_left_alone = matches!(lead.course.state, State::Closed { exit: Exit::Suppressed, .. });
    let is_listed = snapshot.beside.is_left_alone;
    if (is_left_alone || is_listed) && voice != Voice::Theirs {
        return Decision::only(Reply::Suppressed);
    }
    let mut draft = Draft::new(snapshot, lead, voice.taker(), now);
    let before = draft.lead.profile.contact.clone();
    fill(&mut draft.lead.profile, profile, snapshot);
    draft.record(Fact::CameAgain { source: profile.source.clone() });
    if is_listed && !draft.course().state.is_closed() {
        draft.record(Fact::CameBack { after: Exit::Suppressed, themselves: true });
    }
    scoring::renew(&mut draft);
    match draft.course().state.clone() {
        State::Waiting { .. } | State::Offered { .. } | State::Triage { .. } if take(&mut draft, voice.taker()) => {}
        State::Waiting { team, step, .. } => ladder::ring_again(&mut draft, &team, step),
        State::Offered { to, .. } => {
            draft.ring(Ring::Card);
            tell(&mut draft, Recipient::Person(to));
        }
        State::Triage { .. } => {
            draft.ring(Ring::Card);
            tell(&mut draft, Recipient::Managers);
        }
        State::Owned { by, .. } => {
            draft.ring(Ring::Card);
            if !crate::planted::is("came-again-untold") {
                let keeper = snapshot.roster.keeper(by, now);
                tell(&mut draft, Recipient::Person(keeper));
            }
        }
        State::Pooled { .. } if crate::planted::is("came-again-wakes-nobody") => {}
        State::Repair { .. } if voice != Voice::File && repair::mended_itself(&mut draft, &before, &profile.contact) => {}
        State::Repair { owner, fixer, .. } => {
            draft.ring(Ring::Card);
            tell(&mut draft, Recipient::Person(fixer.unwrap_or(owner)));
        }
        State::Pooled { owner, .. } => {
            sequences::end(&mut draft, Ended::Answered);
            draft.record(Fact::WokeUp);
            go_on(&mut draft, voice.taker().or(owner));
        }
        State::Closed { exit, owner, .. } => {
            draft.record(Fact::CameBack { after: exit, themselves: voice == Voice::Theirs });
            // Who bought stays a customer, whatever they ask for next.
            if let (Some(stage), false) = (draft.playbook().stage_of_kind(StageKind::Open), exit == Exit::Converted) {
                draft.record(Fact::StageSet { to: stage.key.clone() });
            }
            customers::back_from_inactive(&mut draft);
            go_on(&mut draft, voice.taker().or(owner));
        }
    }
    ladder::tell_of_a_lost_offer(&mut draft);
    repair::tell_of_its_end(&mut draft);
    let reply = match voice.taker() {
        Some(by) => match draft.course().state {
            State::Owned { by: owner, touched: false, since } if owner == by && since == now => {
                Reply::Claimed { due: draft.course().clocks.due(super::clocks::Clock::FirstTouch) }
            }
            _ => Reply::KnownAlready { nth: draft.course().work.submissions },
        },
        None => Reply::Nobody,
    };
    draft.done(reply)
}

/// They are never to be contacted again, as they said with another lead, or as a list says that was brought along: what is under way with them is over.
pub(super) fn left_alone(snapshot: &Snapshot, now: DateTime<Utc>) -> Decision {
    let Some(lead) = snapshot.lead.clone() else { return Decision::only(Reply::NotNow) };
    if customers::is_customer(&lead.course) {
        let mut draft = Draft::new(snapshot, lead, None, now);
        customers::left_alone(&mut draft);
        return draft.done(Reply::NotNow);
    }
    if lead.course.state.is_closed() {
        return Decision::only(Reply::NotNow);
    }
    let (owner, trade) = (lead.course.state.keeper(), lead.course.trade.clone());
    let mut draft = Draft::new(snapshot, lead, None, now);
    let exit = Exit::Suppressed;
    let reason = draft.playbook().reasons.iter().find(|reason| reason.becomes == Becomes::Closed(exit));
    let reason = reason.map(|reason| reason.key.clone());
    if let Some(stage) = draft.playbook().stage_of_kind(StageKind::Unqualified) {
        draft.record(Fact::StageSet { to: stage.key.clone() });
    }
    deals::lose(&mut draft);
    draft.record(Fact::Closed { exit, reason, original: None });
    ladder::tell_of_a_lost_offer(&mut draft);
    super::help::tell_of_its_end(&mut draft);
    repair::tell_of_its_end(&mut draft);
    if let Some(owner) = owner {
        draft.tell(Recipient::Person(owner), News::NoLongerYours { to: None });
    }
    trade::follow(&mut draft, trade.as_ref());
    draft.done(Reply::Closed { exit })
}

/// Somebody who met them takes it, if they may have it.
fn take(draft: &mut Draft<'_>, taker: Option<PersonId>) -> bool {
    let Some(by) = taker.filter(|by| may_have(draft, *by)) else { return false };
    promises::own(draft, by, Fact::Claimed { by });
    true
}

/// It is worked again, and whoever has it hears why.
fn go_on(draft: &mut Draft<'_>, first: Option<PersonId>) {
    wake(draft, first);
    draft.instead_of_yours(asked_again(draft));
}

/// It is worked again: by the one who had it, or who met them, if they may have it; else by whom the ladder finds.
pub(super) fn wake(draft: &mut Draft<'_>, first: Option<PersonId>) {
    let actor = draft.actor;
    match first.and_then(|first| promises::owner_or_cover(draft, first)) {
        Some(by) if actor == Some(by) => promises::own(draft, by, Fact::Claimed { by }),
        Some(by) => promises::own(draft, by, Fact::Assigned { to: by, by: None }),
        None => ladder::restart(draft),
    }
}

fn may_have(draft: &Draft<'_>, who: PersonId) -> bool {
    let person = draft.snapshot.roster.get(who);
    person
        .zip(draft.course().team.clone())
        .is_some_and(|(person, team)| eligibility::check(draft.snapshot, &draft.lead, &team, person, draft.now).is_ok())
}

fn tell(draft: &mut Draft<'_>, to: Recipient) {
    draft.tell(to, asked_again(draft));
}

fn asked_again(draft: &Draft<'_>) -> News {
    News::CameAgain { nth: draft.course().work.submissions, since: draft.lead.profile.received_at, at: draft.now }
}

/// What was empty is filled.
fn fill(known: &mut Profile, said: &Profile, snapshot: &Snapshot) {
    let Contact { name, first_name, last_name, email, phone, phone_e164, company, title, country, zone, website, domain } =
        said.contact.clone();
    let contact = &mut known.contact;
    if contact.full_name().is_none() {
        (contact.name, contact.first_name, contact.last_name) = (name, first_name, last_name);
    }
    if contact.email.is_none() && email.is_some() {
        contact.email = email;
        contact.domain = snapshot.beside.relations.domain.clone().or(domain);
    }
    contact.phone = contact.phone.take().or(phone);
    contact.phone_e164 = contact.phone_e164.take().or(phone_e164);
    contact.company = contact.company.take().or(company);
    contact.title = contact.title.take().or(title);
    contact.country = contact.country.take().or(country);
    contact.zone = contact.zone.take().or(zone);
    contact.website = contact.website.take().or(website);
    known.need = said.need.clone().or(known.need.take());
    for (question, answer) in &said.extras {
        let is_new = known.extras.iter().all(|(asked, _)| asked != question);
        if is_new && known.extras.len() < ANSWERS_MAX {
            known.extras.push((question.clone(), answer.clone()));
        }
    }
    for (name, value) in &said.utm {
        known.utm.entry(name.clone()).or_insert_with(|| value.clone());
    }
    // What cannot prove who sends may have filled something in.
    known.unauthenticated |= said.unauthenticated;
}
