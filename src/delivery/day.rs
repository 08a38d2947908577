//! Tells somebody of their day, as it is when they are told: what was done meanwhile is not on the list, and nothing comes when the day is
//! over, or they are away.

use super::Notices;
use crate::chat::{Place, Platform, SendError};
use crate::domain::day::{self, DayPart};
use crate::domain::decision::{News, Recipient};
use crate::domain::message::View;
use crate::engine::day::tonight;
use crate::store::{NoticeEnd, NoticeRow, StoreError};
use crate::wording::{World, day as words};

impl<P: Platform> Notices<P> {
    /// Tells it, or lets it be; false when that failed.
    pub(super) async fn tell_day(&self, row: &NoticeRow) -> Result<bool, StoreError> {
        let ends = |why: &str| self.0.store.notice_ended(vec![row.id], NoticeEnd::Void(why.to_owned()));
        let Some((place, view)) = self.day(row).await? else {
            ends("nothing to tell any more").await?;
            return Ok(true);
        };
        match self.send(&[row], &place, view).await {
            // It is about no one lead, so there is no thread for it; /me agenda tells the same.
            Err(SendError::Closed) => ends("takes no direct messages").await.map(|()| true),
            sent => self.record(&[row], sent).await,
        }
    }

    async fn day(&self, row: &NoticeRow) -> Result<Option<(Place, View)>, StoreError> {
        let (store, now) = (&self.0.store, self.0.clock.now());
        let (roster, playbook) = (store.roster(), store.playbook());
        let (News::Day { part, day }, Recipient::Person(person)) = (&row.news, &row.to) else { return Ok(None) };
        let Some(person) = roster.get(*person).filter(|person| day::hears(person, *part, now)) else { return Ok(None) };
        let is_it = |shift: &day::Shift| shift.day == *day && now < shift.to;
        let Some(shift) = day::shifts(person, &playbook, now).into_iter().flatten().find(is_it) else { return Ok(None) };
        let tonight = tonight(shift, playbook.company.hours.zone());
        let leads = store.leads_of(person.id, tonight).await?;
        let world = World { playbook: &playbook, roster: &roster, now };
        let view = match part {
            DayPart::Agenda => {
                let (due, _) = day::agenda(&leads, tonight, &playbook);
                let notes = store.plan_notes(day::planned(&due).take(words::NAMED_MAX)).await?;
                (!due.is_empty()).then(|| words::morning((&due, &notes), world))
            }
            DayPart::Sweep => {
                let loose = day::loose(&leads, shift, (now, day::next_morning(person, &playbook, shift)));
                (!loose.is_empty()).then(|| words::evening(&loose, world))
            }
        };
        Ok(view.map(|view| (Place::Direct(person.chat_id.clone()), view)))
    }
}
