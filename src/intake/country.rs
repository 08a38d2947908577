//! Countries by what people call them, and the zone of those that have only one.
//! Invariant: a zone is named only where every clock in the country shows the same; a wrong zone rings somebody at night.

use std::sync::LazyLock;

use super::labels::plain;

/// Code, zone or `-`, names separated by `|`.
const TABLE: &str = include_str!("countries.tsv");

struct Country {
    code: &'static str,
    zone: Option<&'static str>,
    names: Vec<String>,
}

static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| {
    let rows = TABLE.lines().filter_map(|line| {
        let mut cells = line.split('\t');
        let (code, zone, names) = (cells.next()?, cells.next()?, cells.next()?);
        Some(Country { code, zone: Some(zone).filter(|z| *z != "-"), names: names.split('|').map(plain).collect() })
    });
    rows.collect()
});

/// ISO 3166 alpha-2 of a code or a name: `gb`, `Deutschland`, `United States of America`.
#[must_use]
pub fn code(text: &str) -> Option<&'static str> {
    let text = text.trim();
    if text.len() == 2
        && let Some(country) = COUNTRIES.iter().find(|c| c.code.eq_ignore_ascii_case(text))
    {
        return Some(country.code);
    }
    let name = plain(text);
    COUNTRIES.iter().find(|c| c.names.contains(&name)).map(|c| c.code)
}

/// The zone of a country by its code, where there is only one.
#[must_use]
pub fn zone(code: &str) -> Option<&'static str> {
    COUNTRIES.iter().find(|c| c.code == code)?.zone
}

/// An IANA zone as written in a field, when there is such a zone.
#[must_use]
pub fn zone_named(text: &str) -> Option<String> {
    let text = text.trim();
    if !text.contains('/') {
        return None;
    }
    jiff::tz::TimeZone::get(text).ok()?.iana_name().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_known_by_code_and_by_name() {
        for (text, known) in [
            ("gb", Some("GB")),
            ("UK", Some("GB")),
            ("Deutschland", Some("DE")),
            ("côte d'ivoire", Some("CI")),
            ("日本", Some("JP")),
            ("Narnia", None),
            ("", None),
        ] {
            assert_eq!(code(text), known, "{text}");
        }
    }

    #[test]
    fn a_zone_is_named_only_where_it_is_certain() {
        for (country, known) in [
            ("GB", Some("Europe/London")),
            ("DE", Some("Europe/Berlin")),
            ("IN", Some("Asia/Kolkata")),
            ("US", None),
            ("AU", None),
            ("ES", None),
        ] {
            assert_eq!(zone(country), known, "{country}");
        }
        assert_eq!(zone_named("africa/accra").as_deref(), Some("Africa/Accra"));
        assert_eq!(zone_named("Mars/Base"), None);
    }

    #[test]
    fn every_zone_in_the_table_exists() {
        assert_eq!(COUNTRIES.len(), 249);
        for country in COUNTRIES.iter() {
            assert!(country.zone.is_none_or(|z| zone_named(z).is_some()), "{}", country.code);
        }
    }
}
