//! `/report …`: figures over all leads, as somebody asks for them.

use super::{Call, Stop};
use crate::chat::Answer;
use crate::domain::message::{Attachment, View};
use crate::engine::report::{Against, Counted, Wanted};
use crate::reports::Kind;
use crate::reports::split::By;
use crate::wording::{figures, remarks};

/// A report.
pub(super) async fn run(call: &Call<'_>, kind: &str) -> Result<Answer, Stop> {
    let kind = Kind::from_key(kind).ok_or_else(remarks::unknown_command)?;
    let counted = wanted(call, kind)?.count(&call.desk.store).await?;
    let view = view(call, kind, counted);
    Ok(if call.says("public") { Answer::Public(view) } else { Answer::Private(view) })
}

fn wanted(call: &Call<'_>, kind: Kind) -> Result<Wanted, Stop> {
    let said = call.text("period").filter(|said| !said.trim().is_empty()).unwrap_or_else(|| kind.usual_period());
    let against = if call.says("compare") { Against::Before } else { Against::Nothing };
    let wanted = Wanted::new(kind, said, (call.playbook.clone(), call.now), against);
    let wanted = wanted.map_err(|error| figures::no_period(&error))?;
    let by = match call.text("by") {
        None => By::Usual,
        Some(typed) => By::read(typed, &call.playbook).ok_or_else(|| figures::no_split(typed, &By::all(&call.playbook)))?,
    };
    Ok(Wanted { team: call.team()?.map(|team| team.key.clone()), by, ..wanted })
}

fn view(call: &Call<'_>, kind: Kind, counted: Counted) -> View {
    let Counted { report, before, picture } = counted;
    let mut files = Vec::new();
    let mut missing = Vec::new();
    match picture {
        Some(Ok(bytes)) => {
            let alt = report.chart.as_ref().map(crate::reports::chart::Chart::alt).unwrap_or_default();
            files.push(Attachment { name: format!("{}.png", kind.key()), bytes, alt });
        }
        Some(Err(error)) => {
            tracing::error!(report = kind.key(), error, "a picture could not be drawn");
            missing.push("picture");
        }
        None => {}
    }
    if call.says("csv") {
        let tables = [(Some(&report), ""), (before.as_ref(), "-before")];
        for (report, which) in tables.into_iter().filter_map(|(report, which)| Some((report?, which))) {
            match report.table.csv() {
                Ok(bytes) => files.push(Attachment { name: format!("{}{which}.csv", kind.key()), bytes, alt: String::new() }),
                Err(error) => {
                    tracing::error!(report = kind.key(), %error, "a table could not be written");
                    missing.push("table to download");
                }
            }
        }
    }
    let view = figures::report(&report, before.as_ref(), files);
    missing.into_iter().fold(view, figures::left_out)
}
