//! What people type, press and write, and what comes back to them.

use chrono::{DateTime, Duration};

use super::choice;
use crate::chat::action::Action;
use crate::chat::discord;
use crate::desk;
use crate::domain::hours::{Hours, Zone};
use crate::domain::money::{self, Currency, NoMoney};
use crate::domain::text::Untrusted;
use crate::playbook::Playbook;

/// An interaction, as the chat's HTTP door takes it.
pub(super) fn interaction(bytes: &[u8]) {
    discord::interaction_of(bytes);
}

/// A token of a button: what is read says the same when it is written again.
pub(super) fn token(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Some(action) = Action::read(text) {
        assert_eq!(Action::read(&action.to_string()), Some(action), "{text:?} changes when it is written again");
    }
}

/// A time in words, in a zone (first byte) and at a moment (second); or an amount of money, whose fields are as free.
pub(super) fn when(bytes: &[u8]) {
    const ZONES: [&str; 6] =
        ["UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe", "America/St_Johns"];
    let (zone, rest) = choice(bytes, ZONES.len());
    let (day, rest) = choice(rest, 256);
    let Ok(zone) = Zone::parse(ZONES[zone]) else { return };
    let now = DateTime::UNIX_EPOCH + Duration::days(20_000 + i64::try_from(day).unwrap_or(0)) + Duration::minutes(150);
    let typed = String::from_utf8_lossy(rest);
    let _ = desk::when::read(&typed, &zone, now);
    for usual in ["EUR", "JPY", "KWD"].into_iter().filter_map(Currency::read) {
        if let Ok(money) = money::read(&typed, None, usual) {
            assert!(money.minor > 0, "{typed:?} is read as nothing or less");
            let again = money::read(&money.to_string(), None, usual);
            // Three digits after the point may as well be thousands: those are asked again, and never guessed.
            let is_asked = money.currency.decimals() == 3 && again == Err(NoMoney::TwoWays);
            assert!(is_asked || again == Ok(money), "{typed:?}, shown as {money}, is read as {again:?}");
        }
    }
}

/// A playbook, or opening hours where the first byte says so.
pub(super) fn playbook(bytes: &[u8]) {
    let (which, rest) = choice(bytes, 4);
    let text = String::from_utf8_lossy(rest);
    let at = DateTime::UNIX_EPOCH + Duration::days(20_700);
    match which {
        0 | 1 => match Playbook::read(&text) {
            Ok(_) => {}
            Err(problems) => assert!(!problems.to_string().trim().is_empty(), "it is refused without a word"),
        },
        with_holidays => {
            let holidays = (with_holidays == 2).then_some("DE");
            if let Ok(hours) = Hours::parse(&text, "Europe/Berlin", holidays) {
                let _ = (hours.is_open(at), hours.ever_open(), hours.closes_at(at));
                assert!(hours.next_open(at) >= at, "hours open before now");
                assert!(hours.add(at, Duration::minutes(90)) >= at, "a promise is due before it was made");
            }
        }
    }
}

/// Somebody else's words on their way into the chat: they stay words.
pub(super) fn escape(bytes: &[u8]) {
    let written = Untrusted::new(&String::from_utf8_lossy(bytes));
    let shown = discord::shown(&written);
    let low = shown.to_lowercase();
    assert!(!low.contains("@everyone") && !low.contains("@here"), "{shown:?} rings everybody");
    // Mentions are read before backslashes are.
    for (at, _) in shown.match_indices("<@") {
        let next = shown[at + 2..].chars().next();
        assert!(next.is_none_or(|c| !c.is_ascii_digit() && !matches!(c, '!' | '&')), "{shown:?} mentions somebody");
    }
    let mut signs = shown.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '\\' => {
                signs.next();
            }
            '*' | '_' | '~' | '`' | '|' | '<' | '>' | '[' | ']' => panic!("{shown:?} holds a sign that acts: {sign}"),
            ':' if signs.peek() == Some(&'/') => {
                let rest: String = signs.clone().take(2).collect();
                assert!(rest != "//", "{shown:?} holds a link");
            }
            _ => {}
        }
    }
}
