//! `/digest set|list|remove`: reports that come by themselves.

use chrono::NaiveTime;

use super::{Call, Stop};
use crate::chat::{Answer, OptionValue};
use crate::domain::schedule::{Every, Rhythm};
use crate::reports::Kind;
use crate::store::Schedule;
use crate::wording::digests as words;
use crate::wording::{lists, remarks};

/// So many are kept.
const MANY_MAX: usize = 50;

/// When nobody says at which time.
const USUAL: NaiveTime = NaiveTime::from_hms_opt(9, 0, 0).expect("a time of the day");

/// One more, or another time for one that is there.
pub(super) async fn set(call: &Call<'_>) -> Result<Answer, Stop> {
    let typed = call.needed("report")?;
    let report = Kind::from_key(&typed.to_lowercase()).ok_or_else(|| words::no_report(typed))?;
    let every = Every::from_key(call.needed("every")?).ok_or_else(remarks::unknown_choice)?;
    let at = match call.text("at") {
        None => USUAL,
        Some(typed) => time(typed).ok_or_else(|| words::no_time(typed))?,
    };
    let channel = match call.options.get("channel") {
        Some(OptionValue::Channel { id, name }) => Some((id.clone(), name.clone())),
        _ => None,
    };
    let team = call.team()?.map(|team| team.key.clone());
    if call.desk.store.schedules().await?.len() >= MANY_MAX {
        return Err(words::too_many(MANY_MAX).into());
    }
    let rhythm = Rhythm { every, at };
    let next_at = rhythm.next(call.zone(), call.now);
    let schedule = Schedule { id: 0, report, rhythm, channel, team, by: call.by.id, next_at };
    let about = format!("{} every {} at {}", report.key(), every.key(), at.format("%H:%M"));
    call.desk.store.add_schedule(schedule.clone(), call.deed("digest.set", about)).await?;
    Ok(Answer::Private(words::set(&schedule, call.world())))
}

/// All of them.
pub(super) async fn list(call: &Call<'_>) -> Result<Answer, Stop> {
    Ok(Answer::Private(words::list(&call.desk.store.schedules().await?, call.world())))
}

/// One less.
pub(super) async fn remove(call: &Call<'_>) -> Result<Answer, Stop> {
    let typed = call.text("digest").ok_or_else(|| lists::left_out("digest"))?;
    let id: i64 = typed.parse().map_err(|_| words::unknown(typed))?;
    if !call.desk.store.remove_schedule(id, call.deed("digest.remove", id.to_string())).await? {
        return Err(words::unknown(typed).into());
    }
    Ok(Answer::Private(words::removed(id)))
}

/// A time as somebody types it: `9`, `9:00`, `09.30`, `17h`.
fn time(typed: &str) -> Option<NaiveTime> {
    let typed = typed.trim().to_lowercase();
    let typed = typed.trim_end_matches(['h', ' ']);
    let (hour, minute) = typed.split_once([':', '.', 'h']).unwrap_or((typed, "0"));
    NaiveTime::from_hms_opt(hour.trim().parse().ok()?, minute.trim().parse().ok()?, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_people_type_it() {
        for (typed, wanted) in [("9", Some((9, 0))), ("09:30", Some((9, 30))), (" 17h ", Some((17, 0))), ("8.15", Some((8, 15)))]
        {
            assert_eq!(time(typed), wanted.and_then(|(hour, minute)| NaiveTime::from_hms_opt(hour, minute, 0)), "{typed}");
        }
        for typed in ["", "25", "9:99", "noon", "-1"] {
            assert_eq!(time(typed), None, "{typed}");
        }
    }
}
