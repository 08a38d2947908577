//! Public holidays of countries, where they are known.

use chrono::NaiveDate;
use opening_hours::localization::Country;

/// Is it a public holiday in the country with these two letters? Never, where none are known.
#[must_use]
pub fn is_holiday(country: &str, date: NaiveDate) -> bool {
    let country: Option<Country> = country.trim().to_uppercase().parse().ok();
    country.is_some_and(|country| country.holidays().get_public().contains(date))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_countrys_holidays_are_its_own() {
        let day = |text: &str| text.parse().unwrap();
        assert!(is_holiday("de", day("2026-10-03")) && is_holiday("US", day("2026-11-26")));
        assert!(!is_holiday("DE", day("2026-11-26")) && !is_holiday("XX", day("2026-12-25")));
    }
}
