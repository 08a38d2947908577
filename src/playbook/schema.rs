//! The playbook described for editors, which complete its keys and mark what is wrong while it is written.
//! The reader knows more: it follows names and tries rules. Invariant: the two know the same keys, which the tests compare.

#[cfg(test)]
mod tests;

use super::Playbook;

impl Playbook {
    /// JSON Schema of a playbook, as `leadbell playbook schema` prints it.
    #[must_use]
    pub fn schema() -> &'static str {
        include_str!("../../deploy/playbook.schema.json")
    }
}
