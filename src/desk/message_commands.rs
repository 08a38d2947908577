//! Commands on a message: what it says becomes a note on the lead whose thread or card it is; elsewhere, on the one that is named.

use super::visit::Visit;
use crate::chat::{Answer, Receipt};
use crate::domain::event::Ask;
use crate::domain::text::cut;
use crate::store::StoreError;
use crate::wording::{forms, remarks};

/// The command's name, as the chat shows it.
const LOG_ON_LEAD: &str = "Log on lead";

/// Longest note.
const NOTE_MAX: usize = 4_000;

/// Answers a command on a message.
pub(super) async fn chosen(visit: &Visit<'_>, command: &str, on: &Receipt, content: &str) -> Result<Answer, StoreError> {
    if command != LOG_ON_LEAD {
        return Ok(Answer::Private(remarks::unknown_command()));
    }
    let text = cut(content.trim(), NOTE_MAX);
    if text.is_empty() {
        return Ok(Answer::Private(remarks::no_text()));
    }
    let Some(lead) = visit.desk.store.lead_at(&on.message, &on.channel).await? else {
        return Ok(Answer::Form(forms::note_on(&text)));
    };
    // What stands in the lead's thread may be noted already: each message counts once.
    let visit = &Visit { deed: format!("note:{}", on.message), ..visit.clone() };
    let asked = visit.ask(lead, Ask::Note { text }).await?;
    Ok(Answer::Private(visit.say(&asked).await?))
}
