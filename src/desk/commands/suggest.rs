//! What could be typed, for the options that only commands have: periods, zones, presets, sources, deliveries, commands.

use super::super::visit::Visit;
use crate::commands::Catalogue;
use crate::domain::hours::Zone;
use crate::domain::money::Currency;
use crate::domain::text::cut;
use crate::intake::sources;
use crate::reports::Kind;
use crate::reports::split::By;
use crate::store::StoreError;
use crate::wording::digests;

/// A chat shows no more.
const CHOICES_MAX: usize = 25;

/// Periods that are offered.
const PERIODS: &[&str] = &[
    "this week",
    "last week",
    "today",
    "yesterday",
    "last 7 days",
    "last 30 days",
    "this month",
    "last month",
    "this quarter",
    "this year",
];

/// Label and value of what fits; nothing for other options.
///
/// # Errors
/// When the store cannot be read.
pub async fn suggest(visit: &Visit<'_>, option: &str, typed: &str) -> Result<Vec<(String, String)>, StoreError> {
    let store = &visit.desk.store;
    let all: Vec<(String, String)> = match option {
        "period" => PERIODS.iter().map(|p| ((*p).to_owned(), (*p).to_owned())).collect(),
        "by" => By::all(&store.playbook()),
        "report" => Kind::ALL.iter().map(|kind| (kind.key().to_owned(), kind.key().to_owned())).collect(),
        "at" => digests::times(),
        "digest" if visit.person.manages() => {
            store.schedules().await?.iter().map(|one| (digests::label(one), one.id.to_string())).collect()
        }
        "zone" => Zone::names().into_iter().map(|name| (name.clone(), name)).collect(),
        "preset" => sources::presets().iter().map(|p| (p.title.clone(), p.key.clone())).collect(),
        "source" if visit.person.manages() => {
            store.sources().iter().map(|s| (format!("{} ({})", s.title, s.key), s.key.to_string())).collect()
        }
        "delivery" if visit.person.manages() => {
            let waiting = store.quarantined(50).await?;
            let each = waiting.iter().map(|d| (format!("{} from {}: {}", d.id.0, d.source, d.why), d.id.0.to_string()));
            std::iter::once(("all".to_owned(), "all".to_owned())).chain(each).collect()
        }
        "currency" => {
            let usual = store.playbook().company.currency.to_string();
            let others = Currency::codes().filter(|code| *code != usual).map(|code| (code.to_owned(), code.to_owned()));
            std::iter::once((format!("{usual} (the company's)"), usual.clone())).chain(others).collect()
        }
        "tag" => store.known_tags(typed.trim(), 25).await?.into_iter().map(|tag| (tag.clone(), tag)).collect(),
        "command" => {
            let entries = Catalogue::built_in().for_rights(visit.person.rights);
            entries.map(|e| (format!("{e}: {}", e.description), e.path.join(" "))).collect()
        }
        _ => Vec::new(),
    };
    let typed = typed.trim().to_lowercase();
    let fits = |(name, value): &(String, String)| name.to_lowercase().contains(&typed) || value.to_lowercase().contains(&typed);
    Ok(all.into_iter().filter(fits).take(CHOICES_MAX).map(|(name, value)| (cut(&name, 100), value)).collect())
}
