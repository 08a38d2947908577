//! Everything that is kept: one SQLite file, one writer, many readers.
//! Statements are named constants; none of them tells the time or decides anything.
//! Invariant: an answer from the writer means that the bytes are on the disk.

mod accounts;
mod apply;
mod arrivals;
mod audit;
mod backup;
mod cards;
mod choices;
mod deals;
mod deliveries;
mod error;
mod export;
mod fetches;
mod later;
mod lead_row;
mod ledger;
mod mails;
mod matching;
mod migrations;
mod notices;
mod open;
mod own;
mod past;
mod people;
mod plans;
mod playbooks;
mod quarantine;
mod reads;
mod refusals;
mod report_rows;
mod report_turns;
mod silence;
mod skills;
mod sources;
mod tags;
#[cfg(test)]
mod tests;
mod time;
mod writer;

pub use accounts::{Linked, Other};
pub use apply::{Applied, Cause, Changed, Part, Rest, Target};
pub use arrivals::{Arrival, Became};
pub use audit::Finding;
pub use backup::{Backup, BackupError, Existing, Soundness};
pub use cards::{CardAt, CardWork, Posted};
pub use deliveries::{DeliveryRow, NewDelivery, Outcome, Proof};
pub use error::StoreError;
pub use export::{Activity, Extent, GivenUp, Suppressed, Undelivered};
pub use fetches::{FetchEnd, FetchRow};
pub use later::Later;
pub use ledger::Turns;
pub use mails::{MailEnd, MailRow, NewMail};
pub use matching::{Family, Request};
pub use notices::{NewNotice, NoticeEnd, NoticeRow, Together};
pub use open::{Lock, Options, Store};
pub use past::{After, TurnsOf};
pub use people::{AuditEntry, PlaceChange};
pub use playbooks::PlaybookVersion;
pub use quarantine::{Asker, Begun, QuarantineGroup, QuarantinedRow, Replay};
pub use reads::{ActivityRow, Counts, LeadFilter};
pub use refusals::Refusal;
pub use report_rows::{Detail, Load, ReportRows, SourceFeed};
pub use report_turns::Moved;
pub use skills::Grant;
pub use sources::{SourceChange, SourceFigures, SourceRow, Watch};
