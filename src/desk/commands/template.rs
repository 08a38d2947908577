//! `/template list|use`: messages that are written again and again.

use super::{Call, Stop};
use crate::chat::Answer;
use crate::desk::flows;
use crate::playbook::Template;
use crate::wording::templates;

/// Which ones there are.
pub(super) fn list(call: &Call<'_>) -> Answer {
    Answer::Private(templates::list(call.world()))
}

/// One of them, for one lead.
pub(super) async fn fill(call: &Call<'_>) -> Result<Answer, Stop> {
    let lead = call.lead("lead").await?;
    let typed = call.needed("template")?;
    let small = typed.to_lowercase();
    let is_it = |template: &&Template| template.key == small || template.name.to_lowercase() == small;
    let template = call.playbook.templates.iter().find(is_it).ok_or_else(|| templates::unknown(typed))?;
    Ok(Answer::Private(flows::template::filled(call.visit, lead, template).await?))
}
