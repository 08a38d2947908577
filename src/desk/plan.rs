//! What a plan is held against: whose it is, their hours and leave, where the lead is, and what else is planned.

use chrono::{DateTime, Utc};

use super::visit::{Asked, Visit};
use super::when::Clocks;
use crate::domain::customers;
use crate::domain::diary::Diary;
use crate::domain::hours::Zone;
use crate::domain::lead::Lead;
use crate::domain::message::View;
use crate::domain::person::Person;
use crate::domain::reply::Reply;
use crate::store::{LeadFilter, StoreError};
use crate::wording::plans::{Against, with_clashes};
use crate::wording::{World, pickers};

/// Plans of one person that are looked through.
const PLANS_MAX: u32 = 2_000;

impl Visit<'_> {
    /// Whose clocks a time about this lead may be said on.
    pub(super) fn clocks(&self, lead: &Lead) -> Clocks {
        let playbook = self.desk.store.playbook();
        let company = || Zone::parse(&playbook.company.zone).unwrap_or_else(|_| Zone::utc());
        let own = self.person.hours.as_ref().map(|hours| hours.zone().clone());
        let team = || {
            let place = self.person.memberships.first()?;
            playbook.team(&place.team).map(|team| team.hours.zone().clone())
        };
        Clocks { theirs: pickers::zone_of(lead, &playbook), own: own.or_else(team).unwrap_or_else(company) }
    }

    /// The answer to a plan, with what stands against its time.
    pub(super) async fn say_plan(&self, asked: &Asked) -> Result<View, StoreError> {
        let view = self.say(asked).await?;
        let (Some(Reply::FollowUpSet { at }), Some(lead)) = (&asked.reply, &asked.lead) else { return Ok(view) };
        let roster = self.desk.store.roster();
        let playbook = self.desk.store.playbook();
        let keeper = customers::keeper(lead, (&playbook, &roster), self.now);
        let Some(person) = lead.course.state.owner().or(keeper).and_then(|id| roster.get(id)) else { return Ok(view) };
        let against = self.against(lead, person, *at).await?;
        Ok(with_clashes(view, lead, &against, World { playbook: &playbook, roster: &roster, now: self.now }))
    }

    async fn against(&self, lead: &Lead, person: &Person, at: DateTime<Utc>) -> Result<Against, StoreError> {
        let filter = LeadFilter { planned_by: Some(person.id), limit: PLANS_MAX, ..LeadFilter::default() };
        let planned = self.desk.store.find_leads(&filter).await?;
        // A plan of which they were reminded is not in the way of another.
        let others = planned.iter().filter(|other| other.id != lead.id && may_be_theirs(other, person));
        let others =
            others.filter_map(|other| Some((other.id, other.course.follow_up.as_ref().filter(|plan| !plan.reminded)?.at)));
        let playbook = self.desk.store.playbook();
        let team = lead.course.team.as_ref().and_then(|key| playbook.team(key));
        let team_hours = team.map_or(&playbook.company.hours, |team| &team.hours);
        let contact = &lead.profile.contact;
        let diary = Diary {
            person,
            hours: person.hours.as_ref().unwrap_or(team_hours),
            there: contact.zone.as_deref().and_then(|name| Zone::parse(name).ok()),
            country: contact.country.clone(),
            others: others.collect(),
        };
        let clashes = diary.clashes(at);
        let free = if clashes.is_empty() { None } else { diary.next_free(at) };
        Ok(Against { person: person.id, reader: self.person.id, at, clashes, free })
    }
}

/// Theirs still, or a customer of theirs.
fn may_be_theirs(lead: &Lead, person: &Person) -> bool {
    lead.course.state.owner().is_none_or(|owner| owner == person.id)
}
