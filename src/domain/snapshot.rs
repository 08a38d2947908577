//! Everything that one decision may look at.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ids::{LeadId, PersonId};
use super::lead::Lead;
use super::person::Roster;
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
}
