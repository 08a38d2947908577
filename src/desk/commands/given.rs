//! What was given with a command, read: a wrong thing becomes an answer that says what would do.

use chrono::{DateTime, Duration, NaiveTime, Utc};

use super::{Call, Stop};
use crate::chat::{OptionValue, Visitor};
use crate::desk::{amount, when};
use crate::domain::hours::Zone;
use crate::domain::ids::LeadId;
use crate::domain::lead::Lead;
use crate::domain::message::View;
use crate::domain::money::Money;
use crate::domain::reply::{Reply, Unknown};
use crate::playbook::Team;
use crate::store::LeadFilter;
use crate::wording::{lists, remarks};

/// Leads shown when a text fits several.
const CANDIDATES: u32 = 10;

impl Call<'_> {
    /// Text, trimmed; nothing when it was left empty.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        match self.options.get(name) {
            Some(OptionValue::Text(text)) => Some(text.trim()).filter(|t| !t.is_empty()),
            _ => None,
        }
    }

    /// Text that Discord asks for by itself.
    pub(super) fn needed(&self, name: &'static str) -> Result<&str, Stop> {
        self.text(name).ok_or_else(|| lists::left_out(name).into())
    }

    /// A whole number, where it is one that the option can mean.
    pub(super) fn whole(&self, name: &str) -> Option<u32> {
        match self.options.get(name) {
            Some(OptionValue::Integer(number)) => u32::try_from(*number).ok(),
            _ => None,
        }
    }

    /// Yes; anything else is no.
    pub(super) fn says(&self, name: &str) -> bool {
        matches!(self.options.get(name), Some(OptionValue::Flag(true)))
    }

    /// A person.
    pub(super) fn visitor(&self, name: &'static str) -> Result<&Visitor, Stop> {
        match self.options.get(name) {
            Some(OptionValue::Person(visitor)) => Ok(visitor),
            _ => Err(lists::left_out(name).into()),
        }
    }

    /// The team in `team`, by key or name.
    pub(super) fn team(&self) -> Result<Option<&Team>, Stop> {
        let Some(typed) = self.text("team") else { return Ok(None) };
        let typed = typed.to_lowercase();
        let is_it = |team: &&Team| team.key.as_str().to_lowercase() == typed || team.name.to_lowercase() == typed;
        match self.playbook.teams.iter().find(is_it) {
            Some(team) => Ok(Some(team)),
            None => Err(self.reply(&Reply::Unknown(Unknown::Team(typed)), None).into()),
        }
    }

    /// The team in `team`; else those that they work in; else, for managers who work in none, all.
    pub(super) fn teams(&self) -> Result<Vec<&Team>, Stop> {
        if let Some(team) = self.team()? {
            return Ok(vec![team]);
        }
        let own: Vec<&Team> = self.playbook.teams.iter().filter(|t| self.by.membership(&t.key).is_some()).collect();
        Ok(if own.is_empty() && self.by.manages() { self.playbook.teams.iter().collect() } else { own })
    }

    /// The company's clock.
    pub(super) fn zone(&self) -> &Zone {
        self.playbook.company.hours.zone()
    }

    /// Midnight, on the company's clock.
    pub(super) fn end_of_day(&self) -> DateTime<Utc> {
        let zone = self.zone();
        zone.instant((zone.local(self.now).date() + Duration::days(1)).and_time(NaiveTime::MIN))
    }

    /// A time as typed, on the clock of that zone.
    pub(super) fn time(&self, name: &str, zone: &Zone) -> Result<Option<DateTime<Utc>>, Stop> {
        let Some(typed) = self.text(name) else { return Ok(None) };
        when::read(typed, zone, self.now).map(Some).ok_or_else(|| remarks::unreadable_time(typed).into())
    }

    /// The amount in `value`, in the currency in `currency`; the company's, where neither names one.
    pub(super) fn amount(&self) -> Result<Option<Money>, Stop> {
        let usual = self.playbook.company.currency;
        amount::read(self.text("value"), self.text("currency"), usual).map_err(Stop::Told)
    }

    /// The lead in an option: its number, or a name or company that only one lead has.
    pub(super) async fn lead(&self, name: &'static str) -> Result<Lead, Stop> {
        let typed = self.needed(name)?;
        if let Ok(id) = typed.parse::<LeadId>() {
            let lead = self.desk.store.lead(id).await?;
            return lead.ok_or_else(|| self.reply(&Reply::Unknown(Unknown::Lead(id)), None).into());
        }
        let filter = LeadFilter { text: Some(typed.to_owned()), limit: CANDIDATES, ..LeadFilter::default() };
        let mut fits = self.desk.store.find_leads(&filter).await?;
        match fits.len() {
            0 => Err(lists::none_fits(typed).into()),
            1 => Ok(fits.remove(0)),
            _ => Err(lists::several_fit(typed, &fits, &self.visit.person, self.world()).into()),
        }
    }

    /// The words for a reply of the rules.
    pub(super) fn reply(&self, reply: &Reply, lead: Option<&Lead>) -> View {
        self.visit.word(reply, lead, &[])
    }
}
