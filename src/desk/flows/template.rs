//! A message template: chosen, filled for the lead, and logged once the rep has sent it.

use crate::chat::Answer;
use crate::desk::press::Press;
use crate::desk::visit::Visit;
use crate::domain::event::Ask;
use crate::domain::lead::{Channel, Lead, Outcome, State};
use crate::domain::message::View;
use crate::playbook::Template;
use crate::store::{Changed, NewMail, Reach, StoreError};
use crate::wording::templates::{Post, Unusable};
use crate::wording::{World, remarks, templates};

/// Which one?
pub(in crate::desk) async fn choose(press: &Press<'_>) -> Result<Answer, StoreError> {
    let (roster, playbook) = (press.visit.desk.store.roster(), press.visit.desk.store.playbook());
    let world = World { playbook: &playbook, roster: &roster, now: press.visit.now };
    match press.visit.lead(press.action.lead).await? {
        Ok(lead) => press.offer(&lead, templates::picker(&lead, world)).await,
        Err(none) => Ok(press.private(none)),
    }
}

/// This one.
pub(in crate::desk) async fn chosen(press: &Press<'_>) -> Result<Answer, StoreError> {
    let playbook = press.visit.desk.store.playbook();
    let Some(template) = templates::of_part(press.choice(), &playbook.templates) else {
        return Ok(press.private(remarks::unknown_choice()));
    };
    match press.visit.lead(press.action.lead).await? {
        Ok(lead) => Ok(press.private(filled(press.visit, lead, template).await?)),
        Err(none) => Ok(press.private(none)),
    }
}

/// It was sent.
pub(in crate::desk) async fn sent(press: &Press<'_>) -> Result<Answer, StoreError> {
    let playbook = press.visit.desk.store.playbook();
    let Some(template) = templates::of_part(press.choice(), &playbook.templates) else {
        return Ok(press.private(remarks::unknown_choice()));
    };
    let note = Some(templates::note(template));
    press.act(Ask::Log { channel: template.channel, outcome: Outcome::LeftMessage, note }).await
}

/// Send it: what goes out is filled anew, as the lead is now.
pub(in crate::desk) async fn send(press: &Press<'_>) -> Result<Answer, StoreError> {
    let visit = press.visit;
    let (roster, playbook) = (visit.desk.store.roster(), visit.desk.store.playbook());
    let Some(template) = templates::of_part(press.choice(), &playbook.templates).filter(|_| visit.desk.mailer.is_there()) else {
        return Ok(press.private(remarks::unknown_choice()));
    };
    let lead = match visit.lead(press.action.lead).await? {
        Ok(lead) => lead,
        Err(none) => return Ok(press.private(none)),
    };
    if is_left_alone(visit, &lead, template).await? {
        return Ok(press.private(templates::unusable(&lead, template, &Unusable::LeftAlone)));
    }
    let to = match templates::address(&lead, template.channel) {
        Ok(Some(to)) => to,
        Ok(None) => return Ok(press.private(remarks::unknown_choice())),
        Err(why) => return Ok(press.private(templates::unusable(&lead, template, &why))),
    };
    let world = World { playbook: &playbook, roster: &roster, now: visit.now };
    let filled = match template.fill(&templates::facts(&lead, world)) {
        Ok(filled) => filled,
        Err(why) => return Ok(press.private(templates::broken(template, &why))),
    };
    let mail = NewMail {
        by: visit.person.id,
        template: template.name.clone(),
        to: to.clone(),
        subject: filled.subject.unwrap_or_default(),
        text: filled.text,
        sequence: None,
    };
    let note = Some(templates::note(template));
    let ask = Ask::Log { channel: template.channel, outcome: Outcome::LeftMessage, note };
    let asked = visit.mail(lead.id, ask, mail).await?;
    let said = visit.say(&asked).await?;
    let words = if asked.changed == Changed::Yes { templates::on_its_way(&to, said) } else { said };
    press.answered(&asked, words).await
}

/// The template for this lead, or why not. It shows contact data: when the lead is not theirs, that is kept.
pub(in crate::desk) async fn filled(visit: &Visit<'_>, lead: Lead, template: &Template) -> Result<View, StoreError> {
    if is_left_alone(visit, &lead, template).await? {
        return Ok(templates::unusable(&lead, template, &Unusable::LeftAlone));
    }
    let to = match templates::address(&lead, template.channel) {
        Ok(to) => to,
        Err(why) => return Ok(templates::unusable(&lead, template, &why)),
    };
    // Who had it may write to them while it sleeps.
    let had =
        matches!(lead.course.state, State::Pooled { owner, .. } if owner == Some(visit.person.id) || visit.person.manages());
    if let Some(refusal) = visit.refusal(&lead).filter(|_| !had) {
        return Ok(visit.word(&refusal, Some(&lead), &[]));
    }
    let is_theirs = had || lead.course.state.owner() == Some(visit.person.id);
    let lead = if is_theirs { lead } else { visit.ask(lead.id, Ask::Reveal).await?.lead.unwrap_or(lead) };
    let (roster, playbook) = (visit.desk.store.roster(), visit.desk.store.playbook());
    let world = World { playbook: &playbook, roster: &roster, now: visit.now };
    Ok(match template.fill(&templates::facts(&lead, world)) {
        Ok(filled) => {
            let post = if visit.desk.mailer.is_there() { Post::Ours } else { Post::Theirs };
            templates::filled(&lead, template, (&filled, to.as_deref()), post)
        }
        Err(why) => templates::broken(template, &why),
    })
}

/// Whether nobody is to be contacted like this: by an address that is on the list, or by a number.
async fn is_left_alone(visit: &Visit<'_>, lead: &Lead, template: &Template) -> Result<bool, StoreError> {
    let contact = &lead.profile.contact;
    let reach = match template.channel {
        Channel::Email => contact.email.as_ref().map(|email| Reach::Email(email.raw().to_owned())),
        Channel::Call | Channel::Voicemail | Channel::Text | Channel::Whatsapp => contact.phone_e164.clone().map(Reach::Phone),
        Channel::Linkedin | Channel::Meeting | Channel::Other => {
            return Ok(visit.desk.store.asked_to_be_left_alone(contact).await?.is_some());
        }
    };
    let Some(reach) = reach else { return Ok(false) };
    Ok(visit.desk.store.is_left_alone_at(reach).await?.is_some())
}
