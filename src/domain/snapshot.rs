//! Everything that one decision may look at.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::fairness::Ledger;
use super::ids::{LeadId, PersonId, TeamKey};
use super::lead::Lead;
use super::matching::{Account, Relations};
use super::merge::Line;
use super::person::Roster;
use super::taken::Taken;
use crate::playbook::Playbook;

/// What the store read for one decision.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The id that the lead has, or will have when the decision makes one.
    pub id: LeadId,
    /// The lead; `None` when there is none of that id yet.
    pub lead: Option<Lead>,
    /// All people.
    pub roster: Arc<Roster>,
    /// Untouched leads per owner.
    pub untouched: BTreeMap<PersonId, u32>,
    /// How this company handles leads.
    pub playbook: Arc<Playbook>,
    /// What stands beside the lead.
    pub beside: Beside,
}

/// What stands beside the lead, as far as the decision needs it.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    /// What everybody got of each team.
    pub ledger: Arc<Ledger>,
    /// What everybody took of each team lately.
    pub taken: Arc<Taken>,
    /// Leads that each is asked about now.
    pub asked: BTreeMap<PersonId, u32>,
    /// Leads that wait in each team for somebody to take them.
    pub waiting: BTreeMap<TeamKey, u32>,
    /// When the last of those leads is let go that wait for their team to be there.
    pub releases: Arc<BTreeMap<TeamKey, DateTime<Utc>>>,
    /// Who looks after the company already, when somebody comes in.
    pub account: Option<Account>,
    /// Others of the same company, and who looks like the same person, when somebody comes in.
    pub relations: Relations,
    /// They are on the list of those who are never contacted again: looked up when somebody comes in, gives a signal, is mended or named as
    /// who decides, and for a lead that is over or in a sequence.
    pub is_left_alone: bool,
    /// The other lead of a decision about two.
    pub other: Option<Lead>,
    /// The number of a lead that may be made besides.
    pub next: Option<LeadId>,
    /// The lead's log, oldest first, when something of it may be undone.
    pub log: Vec<Line>,
    /// The other lead's.
    pub other_log: Vec<Line>,
}
