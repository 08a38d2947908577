//! One's own figures in words.

use super::parts::{count, lines};
use crate::domain::message::View;
use crate::domain::text::Text;
use crate::reports::period::Period;
use crate::reports::stats::Stats;
use crate::reports::words::against;

/// How it stands now.
#[derive(Debug, Clone, Copy)]
pub struct Now {
    /// Leads owned.
    pub owned: usize,
    /// Of those, the ones not touched yet.
    pub untouched: usize,
    /// Of those, the ones with an open deal.
    pub deals: usize,
}

/// What they did in a period, against the one before.
#[must_use]
pub fn own((period, this): (&Period, &Stats), (before, that): (&Period, &Stats), now: &Now) -> View {
    let line = |name: &str, this: u64, that: u64| Text::plain(format!("{name} {}", against(this, that)));
    let mut told = vec![
        line("Taken", this.taken, that.taken),
        line("Attempts", this.tries, that.tries),
        line("Reached", this.reached, that.reached),
        line("Planned", this.planned, that.planned),
        line("Plans done", this.done, that.done),
        line("Deals made", this.deals, that.deals),
        Text::plain(format!("Won {} (before {})", this.won.words(), that.won.words())),
        line("Ended or put to sleep", this.ended, that.ended),
        line("Given back or passed", this.given_back, that.given_back),
    ];
    let leads = count(u32::try_from(now.owned).unwrap_or(u32::MAX), "lead", "leads");
    told.push(Text::plain(format!("Now: {leads}, {} untouched, {} with an open deal.", now.untouched, now.deals)));
    told.push(Text::plain(format!("Against {}. Only you see this.", before.words())));
    View { title: Text::plain(format!("Your figures, {}", period.words())), ..lines(told) }
}
