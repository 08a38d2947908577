//! Commands: what people type. One file each; here they are told apart, and here their rights are checked.
//! A command reads, or asks the one door for a change; what is said stands with the words.
//! Invariant: the catalogue's right is checked on every use, whatever the menu showed.
//! Invariant: an answer is private unless `public` was set.

mod choices;
mod digest;
mod drafts;
mod fairness;
mod fetch;
mod figures;
mod given;
mod help;
mod intake;
mod lead;
mod lead_work;
mod me;
mod playbook;
mod quarantine;
mod queue;
mod replay;
mod route;
mod segment;
mod sequence;
mod skill;
mod stats;
mod suggest;
mod team;
mod template;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

pub use drafts::Drafts;
pub use fetch::Fetch;
pub use intake::pressed as source_pressed;
pub(super) use lead::urgency;
pub use playbook::{not_for_managers, pressed as playbook_pressed, propose_reason};
pub use quarantine::pressed as quarantine_pressed;
pub use queue::pressed as drain_pressed;
pub use suggest::suggest;

use super::Desk;
use super::visit::Visit;
use crate::chat::{Answer, OptionValue};
use crate::commands::Catalogue;
use crate::domain::message::View;
use crate::domain::person::{Person, Roster};
use crate::playbook::Playbook;
use crate::store::{AuditEntry, StoreError};
use crate::wording::{World, help as help_words, remarks};

/// One command, as somebody gave it.
struct Call<'a> {
    visit: &'a Visit<'a>,
    desk: &'a Desk,
    by: &'a Person,
    options: &'a BTreeMap<String, OptionValue>,
    now: DateTime<Utc>,
    roster: Arc<Roster>,
    playbook: Arc<Playbook>,
}

/// Why a command goes no further.
enum Stop {
    /// The answer is this.
    Told(Box<View>),
    /// The store refused.
    Store(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Stop::Store(error)
    }
}

impl From<View> for Stop {
    fn from(view: View) -> Self {
        Stop::Told(Box::new(view))
    }
}

impl<'a> Call<'a> {
    fn new(visit: &'a Visit<'a>, options: &'a BTreeMap<String, OptionValue>) -> Self {
        let (roster, playbook) = (visit.desk.store.roster(), visit.desk.store.playbook());
        Self { visit, desk: visit.desk, by: &visit.person, options, now: visit.now, roster, playbook }
    }

    fn world(&self) -> World<'_> {
        World { playbook: &self.playbook, roster: &self.roster, now: self.now }
    }

    /// The line in the audit for something that is about no lead.
    fn deed(&self, deed: &str, about: String) -> AuditEntry {
        AuditEntry { at: self.now, actor: self.by.handle.clone(), deed: deed.to_owned(), about }
    }
}

/// Answers a command.
///
/// # Errors
/// When the store cannot be read or written: then nothing has changed.
pub async fn run(visit: &Visit<'_>, path: &[String], options: &BTreeMap<String, OptionValue>) -> Result<Answer, StoreError> {
    let Some(entry) = Catalogue::built_in().find(path) else { return Ok(Answer::Private(remarks::unknown_command())) };
    let call = Call::new(visit, options);
    if call.by.left || call.by.rights < entry.rights {
        return Ok(Answer::Private(help_words::not_yours(entry, call.by, call.world())));
    }
    match dispatch(&call, path).await {
        Ok(answer) => Ok(answer),
        Err(Stop::Told(view)) => Ok(Answer::Private(*view)),
        Err(Stop::Store(error)) => Err(error),
    }
}

/// Commands are large; each is put on the heap by itself.
async fn dispatch(call: &Call<'_>, path: &[String]) -> Result<Answer, Stop> {
    let words: Vec<&str> = path.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["lead", "next"] => Box::pin(lead::next(call)).await,
        ["lead", "list"] => Box::pin(lead::list(call)).await,
        ["lead", "show"] => Box::pin(lead::show(call)).await,
        ["lead", "why"] => Box::pin(lead::why(call)).await,
        ["lead", "add"] => Box::pin(lead_work::add(call)).await,
        ["lead", "log"] => Box::pin(lead_work::log(call)).await,
        ["lead", "note"] => Box::pin(lead_work::note(call)).await,
        ["lead", "follow"] => Box::pin(lead_work::follow(call)).await,
        ["lead", "release"] => Box::pin(lead_work::release(call)).await,
        ["lead", "dq"] => Box::pin(lead_work::disqualify(call)).await,
        ["lead", "stage"] => Box::pin(lead_work::stage(call)).await,
        ["lead", "convert"] => Box::pin(lead_work::convert(call)).await,
        ["lead", "won"] => Box::pin(lead_work::won(call)).await,
        ["lead", "assign"] => Box::pin(lead_work::assign(call)).await,
        ["lead", "undo"] => Box::pin(lead_work::undo(call)).await,
        ["lead", "help"] => Box::pin(lead_work::help(call)).await,
        ["lead", "trade"] => Box::pin(lead_work::trade(call)).await,
        ["lead", "merge"] => Box::pin(lead_work::merge(call)).await,
        ["me", "status"] => Box::pin(me::status(call)).await,
        ["me", "leave"] => Box::pin(me::leave(call)).await,
        ["me", "hours"] => Box::pin(choices::hours(call)).await,
        ["me", "notify"] => Box::pin(choices::notify(call)).await,
        ["me", "agenda"] => Box::pin(me::agenda(call)).await,
        ["me", "stats"] => Box::pin(stats::run(call)).await,
        ["queue", "show"] => Box::pin(queue::show(call)).await,
        ["queue", "triage"] => Box::pin(queue::triage(call)).await,
        ["queue", "drain"] => Box::pin(queue::drain(call)).await,
        ["team", "show"] => Box::pin(team::show(call)).await,
        ["team", "whoison"] => Box::pin(team::who_is_on(call)).await,
        ["team", "add"] => Box::pin(team::add(call)).await,
        ["team", "remove"] => Box::pin(team::remove(call)).await,
        ["team", "weight"] => Box::pin(team::weight(call)).await,
        ["team", "cap"] => Box::pin(team::cap(call)).await,
        ["team", "skill"] => Box::pin(skill::run(call)).await,
        ["team", "pause"] => Box::pin(team::pause(call)).await,
        ["fairness"] => Box::pin(fairness::run(call)).await,
        ["route", "list"] => Ok(route::list(call)),
        ["route", "test"] => Box::pin(route::test(call)).await,
        ["route", "replay"] => Box::pin(replay::run(call)).await,
        ["lead", "tag"] => Box::pin(lead_work::tag(call)).await,
        ["segment", "list"] => Box::pin(segment::list(call)).await,
        ["segment", "run"] => Box::pin(segment::run(call)).await,
        ["sequence", "list"] => Box::pin(sequence::list(call)).await,
        ["sequence", "stop"] => Box::pin(sequence::stop(call)).await,
        ["template", "list"] => Ok(template::list(call)),
        ["template", "use"] => Box::pin(template::fill(call)).await,
        ["report", kind] => Box::pin(figures::run(call, kind)).await,
        ["digest", "set"] => Box::pin(digest::set(call)).await,
        ["digest", "list"] => Box::pin(digest::list(call)).await,
        ["digest", "remove"] => Box::pin(digest::remove(call)).await,
        ["intake", "add"] => Box::pin(intake::add(call)).await,
        ["intake", "sources"] => Box::pin(intake::sources(call)).await,
        ["intake", "quarantine"] => Box::pin(quarantine::list(call)).await,
        ["intake", "replay"] => Box::pin(quarantine::replay(call)).await,
        ["playbook", "show"] => Box::pin(playbook::show(call)).await,
        ["playbook", "check"] => Box::pin(playbook::check(call)).await,
        ["playbook", "apply"] => Box::pin(playbook::apply(call)).await,
        ["playbook", "history"] => Box::pin(playbook::history(call)).await,
        ["playbook", "rollback"] => Box::pin(playbook::rollback(call)).await,
        ["help"] => Ok(help::run(call)),
        _ => Ok(Answer::Private(remarks::unknown_command())),
    }
}

#[cfg(test)]
mod tests;
