//! What a notice says, from what is stored now.

use super::Notices;
use crate::chat::Platform;
use crate::domain::decision::{News, Recipient};
use crate::domain::lead::Lead;
use crate::domain::message::View;
use crate::store::{NoticeRow, StoreError};
use crate::wording::notices::{Beside, NoticeFacts, Reach, bundle, notice};
use crate::wording::why::{Told, standing};

impl<P: Platform> Notices<P> {
    /// Several pieces of news for one person. What is one thing in truth, said several times, is told as that, with what can be done.
    pub(super) async fn view_of_all(&self, rows: &[NoticeRow]) -> Result<View, StoreError> {
        let mut told = Vec::new();
        for row in rows {
            told.push((row.news.clone(), self.lead_of(row).await?));
        }
        if let ([row, others @ ..], [(_, lead), ..]) = (rows, told.as_slice())
            && others.iter().all(|other| (&other.news, other.lead) == (&row.news, row.lead))
        {
            return self.view(row, lead.as_ref(), Reach::Private).await;
        }
        Ok(bundle(&told, &self.0.store.playbook(), &self.0.store.roster(), self.0.clock.now()))
    }

    /// What was noted for the plan that they are reminded of.
    async fn plan_of(&self, row: &NoticeRow, lead: Option<&Lead>) -> Result<Option<String>, StoreError> {
        let is_about_it = matches!(row.news, News::FollowUpDue { .. } | News::StillYours { .. });
        match lead.filter(|_| is_about_it) {
            Some(lead) => self.0.store.plan_note(lead).await,
            None => Ok(None),
        }
    }

    /// One piece of news, as its recipient reads it there.
    pub(super) async fn view(&self, row: &NoticeRow, lead: Option<&Lead>, reach: Reach) -> Result<View, StoreError> {
        let (roster, playbook) = (self.0.store.roster(), self.0.store.playbook());
        let log = match lead {
            Some(lead) if row.news.tells_the_story() => self.0.store.log(lead.id).await?,
            Some(_) | None => Vec::new(),
        };
        let log = standing(log.into_iter().map(Told::from).collect());
        let other = match row.news.other_lead() {
            Some(other) => self.0.store.lead(other).await?,
            None => None,
        };
        let reader = match (&row.to, reach) {
            (Recipient::Person(person), Reach::Private) => Some(*person),
            (Recipient::Person(_) | Recipient::Thread | Recipient::Managers | Recipient::Channel(_), _) => None,
        };
        let plan = if reach == Reach::Private { self.plan_of(row, lead).await? } else { None };
        let beside = Beside { log: &log, other: other.as_ref(), reader, plan: plan.as_deref() };
        Ok(notice(&row.news, &NoticeFacts { lead, playbook: &playbook, roster: &roster, now: self.0.clock.now(), reach, beside }))
    }
}
