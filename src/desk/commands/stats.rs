//! `/me stats`: one's own figures, against the period before.

use super::me::owned;
use super::{Call, Stop};
use crate::chat::Answer;
use crate::domain::lead::State;
use crate::engine::report::with_zone;
use crate::reports::period::Period;
use crate::reports::stats::Stats;
use crate::wording::figures;
use crate::wording::stats::{self, Now};

/// Own figures of a period, and of the one before.
pub(super) async fn run(call: &Call<'_>) -> Result<Answer, Stop> {
    let said = call.text("period").unwrap_or("this week");
    let period = with_zone(call.zone(), |zone| Period::read(said, call.now, zone)).map_err(|error| figures::no_period(&error))?;
    let before = with_zone(call.zone(), |zone| period.before(zone));
    let deeds = call.desk.store.deeds_of(call.by.id, before.from).await?;
    let (this, that) = (Stats::of(&deeds, &period), Stats::of(&deeds, &before));
    let owned = owned(call).await?;
    let untouched = owned.iter().filter(|lead| matches!(lead.course.state, State::Owned { touched: false, .. })).count();
    let deals = owned.iter().filter(|lead| lead.course.open_deal().is_some()).count();
    let now = Now { owned: owned.len(), untouched, deals };
    Ok(Answer::Private(stats::own((&period, &this), (&before, &that), &now)))
}
