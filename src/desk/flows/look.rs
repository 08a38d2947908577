//! Looking at a lead. Looking is never a touch; who looked at contact data that is not theirs is kept.

use crate::chat::Answer;
use crate::desk::press::{Press, route};
use crate::desk::visit::Visit;
use crate::domain::customers;
use crate::domain::event::Ask;
use crate::domain::fact::Fact;
use crate::domain::ids::LeadId;
use crate::domain::lead::Lead;
use crate::domain::message::View;
use crate::domain::reply::{Need, Reply};
use crate::store::{AuditEntry, StoreError};
use crate::wording::details::{self, Sight};
use crate::wording::{World, card, helping, kinship, pickers, remarks, why};

/// What else can be done?
pub(in crate::desk) async fn more(press: &Press<'_>) -> Result<Answer, StoreError> {
    let visit = press.visit;
    let lead = match visit.lead(press.action.lead).await? {
        Ok(lead) => lead,
        Err(none) => return Ok(press.private(none)),
    };
    if let Some(Reply::NotAllowed(Need::OwnerOrManager { owner: Some(owner) })) = visit.refusal(&lead) {
        let (roster, playbook) = (visit.desk.store.roster(), visit.desk.store.playbook());
        let world = World { playbook: &playbook, roster: &roster, now: visit.now };
        return press.show(&lead, pickers::more_of_anothers(&lead, owner, world)).await;
    }
    press.offer(&lead, pickers::more(&lead)).await
}

/// One of those.
pub(in crate::desk) async fn more_chosen(press: Press<'_>) -> Result<Answer, StoreError> {
    match pickers::read_more(press.choice()) {
        Some(verb) => Box::pin(route(press.meaning(verb))).await,
        None => Ok(press.private(remarks::unknown_choice())),
    }
}

/// Everything that they may see. A list of leads names the one that is meant by what is chosen.
pub(in crate::desk) async fn details(press: &Press<'_>) -> Result<Answer, StoreError> {
    let (id, is_chosen) = match (press.action.lead, press.choice().parse()) {
        (LeadId(0), Ok(chosen)) => (chosen, true),
        (id, _) => (id, false),
    };
    let lead = match press.visit.lead(id).await? {
        Ok(lead) => lead,
        Err(none) => return Ok(press.private(none)),
    };
    let (state, me) = (&lead.course.state, press.visit.person.id);
    let roster = press.visit.desk.store.roster();
    let theirs = state.owner().map(|owner| roster.keeper(owner, press.visit.now)).or(state.asked());
    let steps = card::steps(&lead).filter(|_| is_chosen && [theirs, state.owner()].contains(&Some(me)));
    let mut view = shown(press.visit, lead).await?;
    // Whoever chose it from a list has no card before them.
    view.rows.splice(0..0, steps);
    Ok(press.private(view))
}

/// A lead's details for this person. When they see contact data of a lead that is not theirs, that is kept.
pub(in crate::desk) async fn shown(visit: &Visit<'_>, lead: Lead) -> Result<View, StoreError> {
    let (roster, playbook) = (visit.desk.store.roster(), visit.desk.store.playbook());
    let world = World { playbook: &playbook, roster: &roster, now: visit.now };
    let sight = Sight::of(&visit.person, &lead, world);
    let mut log = visit.log(lead.id).await?;
    let mut lead = lead;
    let is_theirs =
        [lead.course.state.keeper(), customers::keeper(&lead, (&playbook, &roster), visit.now)].contains(&Some(visit.person.id));
    let was_kept = log.iter().flat_map(|told| &told.facts).any(|fact| *fact == Fact::Revealed { by: visit.person.id });
    if sight == Sight::Whole && !is_theirs && !was_kept {
        if lead.course.state.owner().is_some() {
            let asked = visit.ask(lead.id, Ask::Reveal).await?;
            lead = asked.lead.unwrap_or(lead);
            log = visit.log(lead.id).await?;
        } else {
            let (actor, about) = (visit.person.handle.clone(), lead.id.to_string());
            visit.desk.store.note_deed(AuditEntry { at: visit.now, actor, deed: "lead.reveal".to_owned(), about }).await?;
        }
    }
    let family = visit.desk.store.family(&lead).await?;
    for other in &family.merged {
        log.extend(why::standing(visit.log(other.id).await?));
    }
    let mut log = why::standing(log);
    log.sort_by_key(|told| told.at);
    let mut view = details::details(&lead, &log, sight, world);
    let (asked, answers) = helping::open(&lead, &log, &visit.person, world);
    view.lines.extend(asked);
    let (lines, others) = kinship::family(&lead, &family, (&visit.person, sight), world);
    view.lines.extend(lines);
    Ok(view.with_buttons(answers).with_buttons(others))
}

/// Its story.
pub(in crate::desk) async fn why(press: &Press<'_>) -> Result<Answer, StoreError> {
    let visit = press.visit;
    let lead = match visit.lead(press.action.lead).await? {
        Ok(lead) => lead,
        Err(none) => return Ok(press.private(none)),
    };
    let (roster, playbook) = (visit.desk.store.roster(), visit.desk.store.playbook());
    let world = World { playbook: &playbook, roster: &roster, now: visit.now };
    Ok(press.private(why::why(&lead, &visit.log(lead.id).await?, world)))
}
