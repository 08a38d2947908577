//! What is known of a person is wrong: a teammate looks for what is right, and the lead goes back to whose it was.
//! Two pairs of eyes are worth a day: whoever gave a lead up as wrong does not look a second time.
//! Invariant: being asked to mend costs no turn, and whoever mends a lead does not get it by that.

use chrono::{DateTime, Duration, Utc};

use super::clocks::Clock;
use super::company;
use super::decision::{News, Recipient};
use super::dispositions;
use super::draft::Draft;
use super::fact::Fact;
use super::ids::{PersonId, TeamKey};
use super::ladder;
use super::lead::{Exit, State};
use super::person::{Person, Roster};
use super::promises;
use super::reply::{Need, NoMending, Reply};
use super::scoring;
use super::skills;
use super::submission::Contact;
use super::text::Untrusted;
use crate::playbook::{Matching, Reason};

/// What is right about a person, cleaned as what comes in is. What is empty is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mending {
    /// The whole name.
    pub name: Option<Untrusted>,
    /// Lower-cased and checked.
    pub email: Option<Untrusted>,
    /// As typed.
    pub phone: Option<Untrusted>,
    /// The number as it is dialled from anywhere.
    pub phone_e164: Option<String>,
    /// The company.
    pub company: Option<Untrusted>,
    /// ISO 3166 alpha-2, where the number tells.
    pub country: Option<String>,
    /// IANA zone, where the country tells.
    pub zone: Option<String>,
}

impl Mending {
    /// By what somebody can be found who is known already.
    #[must_use]
    pub fn contact(&self) -> Contact {
        let (name, email, company) = (self.name.clone(), self.email.clone(), self.company.clone());
        Contact { name, email, phone: self.phone.clone(), phone_e164: self.phone_e164.clone(), company, ..Contact::default() }
    }

    /// What is known of somebody once this is right.
    #[must_use]
    pub fn of(&self, known: &Contact, matching: &Matching) -> Contact {
        let mut contact = known.clone();
        if self.name.as_ref().map(Untrusted::raw) != known.full_name().as_ref().map(Untrusted::raw) {
            contact.name.clone_from(&self.name);
            (contact.first_name, contact.last_name) = (None, None);
        }
        if self.email != known.email {
            contact.email.clone_from(&self.email);
            contact.domain = self.email.as_ref().and_then(|email| company::domain(email.raw(), matching));
        }
        let is_other = match (&self.phone_e164, &known.phone_e164) {
            (None, None) => self.phone != known.phone,
            (now, before) => now != before,
        };
        if is_other {
            contact.phone.clone_from(&self.phone);
            contact.phone_e164.clone_from(&self.phone_e164);
            contact.country = self.country.clone().or(contact.country);
            contact.zone = self.zone.clone().or(contact.zone);
        }
        contact.company.clone_from(&self.company);
        contact
    }
}

/// Sends a lead whose owner says that it is wrong to a teammate, for so much business time.
pub(super) fn send(draft: &mut Draft<'_>, reason: &Reason, owner: PersonId, within: Duration) -> Reply {
    let Some(team) = draft.course().team.clone() else { return dispositions::close(draft, reason, Exit::Unqualified) };
    let fixer = next_fixer(draft, &team, owner);
    let until = promises::team_hours(draft).add(draft.now, within);
    draft.record(Fact::SentToRepair { team, owner, fixer, reason: reason.key.clone() });
    if !crate::planted::is("repair-without-end") {
        draft.set(Clock::Repair, until);
    }
    if let Some(fixer) = fixer {
        // They are sent the contact data with the question.
        draft.record(Fact::Revealed { by: fixer });
        let what = draft.words.clone().unwrap_or_default();
        draft.tell(Recipient::Person(fixer), News::MendAsked { owner, what, until });
    }
    Reply::InRepair { fixer, until }
}

/// Whose turn it is among those of the team who can be asked now: neither whose it is nor who gave it up.
fn next_fixer(draft: &Draft<'_>, team: &TeamKey, owner: PersonId) -> Option<PersonId> {
    let snapshot = draft.snapshot;
    let order = skills::order(snapshot, &draft.lead, (team, draft.now), &snapshot.beside.asked);
    let other = |who: &PersonId| (*who != owner && draft.actor != Some(*who)) || crate::planted::is("mended-by-its-owner");
    order
        .iter()
        .map(|turn| turn.person)
        .filter(other)
        .find(|who| snapshot.roster.get(*who).is_some_and(|person| is_here(person, team, draft.now)))
}

/// In the team, and to be asked for something now.
fn is_here(person: &Person, team: &TeamKey, now: DateTime<Utc>) -> bool {
    let Some(place) = person.membership(team) else { return false };
    let is_paused = place.paused.as_ref().is_some_and(|pause| pause.until.is_none_or(|until| now < until));
    !person.left && !is_paused && person.absence(now).is_none() && person.off_until(now).is_none()
}

/// May somebody mend a lead in this state at `now`? Who is asked, whose it is, and managers; while whoever is asked is not there, or
/// nobody is asked, all of the team.
#[must_use]
pub fn may_mend(state: &State, person: &Person, roster: &Roster, now: DateTime<Utc>) -> bool {
    let State::Repair { team, owner, fixer, .. } = state else { return false };
    let is_asked = |who: &PersonId| roster.get(*who).is_some_and(|asked| !asked.left && asked.absence(now).is_none());
    let for_all = fixer.filter(is_asked).is_none() && person.membership(team).is_some();
    person.manages() || *owner == person.id || *fixer == Some(person.id) || for_all
}

/// Puts right what is known of the person.
pub(super) fn mend(draft: &mut Draft<'_>, by: &Person, to: &Mending) -> Reply {
    let State::Repair { owner, .. } = draft.course().state else { return Reply::NotNow };
    if let Some(refusal) = refusal(draft, by) {
        return refusal;
    }
    let contact = to.of(&draft.lead.profile.contact, &draft.playbook().matching);
    if contact == draft.lead.profile.contact {
        return Reply::NotMended(NoMending::Same);
    }
    if contact.email.is_none() && contact.phone.is_none() && contact.phone_e164.is_none() {
        return Reply::NotMended(NoMending::Unreachable);
    }
    let other = draft.snapshot.beside.other.as_ref().filter(|other| other.id != draft.lead.id && !other.course.state.is_closed());
    if draft.snapshot.beside.is_left_alone {
        return Reply::NotMended(NoMending::LeftAlone);
    }
    let same = other.map(|other| other.id);
    draft.lead.profile.contact = contact;
    draft.record(Fact::Mended { by: Some(by.id) });
    if let Some(same) = same.filter(|same| !draft.course().looks_like.contains(same)) {
        draft.record(Fact::LooksLike { lead: same });
    }
    give_back(draft, owner);
    if let (Some(other), Some(owner)) = (same, draft.course().state.owner()) {
        draft.tell(Recipient::Person(owner), News::LooksLike { other });
    }
    Reply::Mended { same }
}

/// They asked again while it was to be mended, and said something else than before: that is right.
/// False when they said nothing new.
pub(super) fn mended_itself(draft: &mut Draft<'_>, before: &Contact, said: &Contact) -> bool {
    let State::Repair { owner, .. } = draft.course().state else { return false };
    let domain = draft.snapshot.beside.relations.domain.clone();
    let now = &mut draft.lead.profile.contact;
    overwrite(now, said, domain);
    if now == before {
        return false;
    }
    let by = draft.actor;
    draft.record(Fact::Mended { by });
    give_back(draft, owner);
    true
}

/// What they say now counts, where it was known to be wrong.
fn overwrite(known: &mut Contact, said: &Contact, domain: Option<String>) {
    if said.full_name().is_some() {
        known.name.clone_from(&said.name);
        (known.first_name, known.last_name) = (said.first_name.clone(), said.last_name.clone());
    }
    if said.email.is_some() && said.email != known.email {
        known.email.clone_from(&said.email);
        known.domain = domain.or_else(|| said.domain.clone());
    }
    if said.phone.is_some() {
        (known.phone, known.phone_e164) = (said.phone.clone(), said.phone_e164.clone());
        known.country = said.country.clone().or(known.country.take());
        known.zone = said.zone.clone().or(known.zone.take());
    }
    known.company = said.company.clone().or(known.company.take());
}

/// Back to whose it was, with a fresh promise; to who covers for them, or to the ladder, when they may not have it any more.
fn give_back(draft: &mut Draft<'_>, owner: PersonId) {
    scoring::renew(draft);
    let actor = draft.actor;
    let by = if crate::planted::is("mended-for-the-fixer") { actor } else { promises::owner_or_cover(draft, owner) };
    match by {
        Some(back) if actor == Some(back) => promises::own(draft, back, Fact::Claimed { by: back }),
        Some(back) => {
            promises::own(draft, back, Fact::Assigned { to: back, by: None });
            let due = draft.course().clocks.due(Clock::FirstTouch);
            draft.instead_of_yours(News::Mended { by: actor, due });
        }
        None => ladder::restart(draft),
    }
}

/// Somebody looked, and found nothing: it is over.
pub(super) fn give_up(draft: &mut Draft<'_>, by: &Person) -> Reply {
    if let Some(refusal) = refusal(draft, by) {
        return refusal;
    }
    over(draft, Some(by.id));
    Reply::Closed { exit: Exit::Unqualified }
}

/// The time for it is over: so is the lead. The turn that it cost is given back, and it counts against its source.
pub(super) fn over(draft: &mut Draft<'_>, by: Option<PersonId>) {
    let State::Repair { owner, reason, .. } = draft.course().state.clone() else { return };
    draft.record(Fact::NotMended { by });
    let reason = draft.playbook().reason(&reason).cloned().unwrap_or_else(|| dispositions::forgotten(reason));
    if !crate::planted::is("unmended-turn-kept") {
        dispositions::return_turn(draft, &reason, Some(owner));
    }
    dispositions::close(draft, &reason, Exit::Unqualified);
    draft.tell(Recipient::Person(owner), News::NotMended { by });
}

/// Why they may not mend it.
fn refusal(draft: &Draft<'_>, by: &Person) -> Option<Reply> {
    let state = &draft.course().state;
    if !matches!(state, State::Repair { .. }) {
        return Some(Reply::NotNow);
    }
    let may = may_mend(state, by, &draft.snapshot.roster, draft.now);
    (!may).then(|| Reply::NotAllowed(Need::Fixer { fixer: state.fixer() }))
}

/// It was to be mended before, and is not any more: whoever was asked hears of it, and whose it was when somebody else has it now.
pub(super) fn tell_of_its_end(draft: &mut Draft<'_>) {
    let Some(State::Repair { owner, fixer, .. }) = draft.snapshot.lead.as_ref().map(|lead| lead.course.state.clone()) else {
        return;
    };
    if matches!(draft.course().state, State::Repair { .. }) {
        return;
    }
    let now = draft.course().state.owner();
    if let Some(fixer) = fixer.filter(|fixer| now != Some(*fixer)) {
        draft.tell(Recipient::Person(fixer), News::MendOver);
    }
    if now != Some(owner) && !draft.course().state.is_closed() {
        draft.tell(Recipient::Person(owner), News::NoLongerYours { to: now });
    }
}
