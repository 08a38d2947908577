//! Amounts of money: whole numbers of the smallest unit of their currency, so that nothing is ever rounded.
//! Invariant: amounts of two currencies are never added; an amount that was read is more than nothing.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::text::thousands;

/// Every currency that is in use, by its three letters (ISO 4217).
const CODES: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF \
    CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR \
    ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR \
    MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS \
    SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF \
    YER ZAR ZMW ZWG";

/// Those that have no smaller unit, and those that have more than hundredths.
const WHOLE: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
const THOUSANDTHS: &str = "BHD IQD JOD KWD LYD OMR TND";
const TEN_THOUSANDTHS: &str = "CLF UYW";

/// The largest amount that is taken, in smallest units: more is a slip of the finger.
const MOST: i128 = 100_000_000_000_000;

/// A currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// From its three letters, in any case; `None` when no currency has them.
    #[must_use]
    pub fn read(code: &str) -> Option<Self> {
        let code = code.trim().to_ascii_uppercase();
        let known = CODES.split_ascii_whitespace().find(|known| *known == code)?;
        known.as_bytes().try_into().ok().map(Self)
    }

    /// Its three letters.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Digits after the point.
    #[must_use]
    pub fn decimals(self) -> u32 {
        let is_of = |list: &str| list.split_ascii_whitespace().any(|code| code == self.code());
        if is_of(WHOLE) {
            0
        } else if is_of(THOUSANDTHS) {
            3
        } else if is_of(TEN_THOUSANDTHS) {
            4
        } else {
            2
        }
    }

    /// Every one, for whoever looks for the nearest.
    pub fn codes() -> impl Iterator<Item = &'static str> {
        CODES.split_ascii_whitespace()
    }
}

impl TryFrom<String> for Currency {
    type Error = String;

    fn try_from(code: String) -> Result<Self, String> {
        Self::read(&code).ok_or_else(|| format!("no currency has the letters {code:?}"))
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount. Stored: fields are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// In the smallest unit: cents.
    pub minor: i64,
    /// Of what.
    pub currency: Currency,
}

impl Money {
    /// The number as machines read it: `12500.00`.
    #[must_use]
    pub fn plain(&self) -> String {
        let (whole, part, decimals) = self.parts();
        if decimals == 0 { whole.to_string() } else { format!("{whole}.{part:0decimals$}") }
    }

    /// Near enough for rules that ask whether it is more or less than something; nothing is counted with it.
    #[must_use]
    pub fn rough(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "amounts are far below 2^52")]
        let minor = self.minor as f64;
        minor / 10_f64.powi(self.currency.decimals().cast_signed())
    }

    fn parts(&self) -> (u64, u64, usize) {
        let decimals = self.currency.decimals();
        let unit = 10_u64.pow(decimals);
        let minor = self.minor.unsigned_abs();
        (minor / unit, minor % unit, decimals as usize)
    }
}

impl fmt::Display for Money {
    /// `12,500 EUR`, `12,500.50 EUR`: what is not there after the point is not said.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part, decimals) = self.parts();
        let sign = if self.minor < 0 { "-" } else { "" };
        let whole = thousands(whole);
        if part == 0 {
            return write!(f, "{sign}{whole} {}", self.currency);
        }
        write!(f, "{sign}{whole}.{part:0decimals$} {}", self.currency)
    }
}

/// Why an amount cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoMoney {
    /// No number stands in it, or more than one.
    NoNumber,
    /// It could be two numbers: `1.250` of a currency that has thousandths, `1.250k`.
    TwoWays,
    /// It has more digits after the point than the currency.
    TooFine(Currency),
    /// It is nothing, or less.
    Nothing,
    /// It is more than anybody sells for.
    TooMuch,
    /// No currency has these letters, or a sign means several.
    NoCurrency(String),
    /// It names another currency than the one that was said besides.
    Differs(Currency, Currency),
}

/// Reads an amount as people type it: `12.500,00`, `12,500`, `12k`, `€ 1.2 million`, `12 500 USD`. `said` is the currency that was named
/// besides; `usual` the company's, for when none was.
///
/// # Errors
/// Why it cannot be read without guessing.
pub fn read(typed: &str, said: Option<Currency>, usual: Currency) -> Result<Money, NoMoney> {
    let Pieces { number, words } = Pieces::of(typed)?;
    let (mut times, mut named) = (1_i128, None);
    for word in &words {
        match multiplier(word) {
            Some(more) if times == 1 => times = more,
            Some(_) => return Err(NoMoney::NoNumber),
            None => named = Some(currency(word, said.unwrap_or(usual))?),
        }
    }
    let currency = match (named, said) {
        (Some(named), Some(said)) if named != said => return Err(NoMoney::Differs(named, said)),
        (Some(currency), _) | (None, Some(currency)) => currency,
        (None, None) => usual,
    };
    let (digits, fine) = number_of(&number, currency, times)?;
    let scaled = digits.checked_mul(times * 10_i128.pow(currency.decimals())).ok_or(NoMoney::TooMuch)?;
    let unit = 10_i128.pow(fine);
    if scaled % unit != 0 {
        return Err(NoMoney::TooFine(currency));
    }
    match scaled / unit {
        0 => Err(NoMoney::Nothing),
        minor if minor > MOST => Err(NoMoney::TooMuch),
        minor => i64::try_from(minor).map(|minor| Money { minor, currency }).map_err(|_| NoMoney::TooMuch),
    }
}

/// The one number in it, and the words around.
struct Pieces {
    number: String,
    words: Vec<String>,
}

impl Pieces {
    fn of(typed: &str) -> Result<Self, NoMoney> {
        let typed = typed.trim().trim_end_matches([',', '-', '–', '.']);
        if typed.starts_with(['-', '–', '−']) {
            return Err(NoMoney::Nothing);
        }
        let from = typed.find(|c: char| c.is_ascii_digit()).ok_or(NoMoney::NoNumber)?;
        let rest = &typed[from..];
        let end = rest.find(|c: char| !c.is_ascii_digit() && !is_mark(c)).unwrap_or(rest.len());
        let number = rest[..end].trim_end_matches(is_mark).to_owned();
        let around = format!("{} {}", &typed[..from], &rest[end..]);
        if around.chars().any(|c| c.is_ascii_digit()) {
            return Err(NoMoney::NoNumber);
        }
        let words = around.split_whitespace().map(|word| word.trim_matches(['.', ',']).to_owned());
        Ok(Self { number, words: words.filter(|word| !word.is_empty()).collect() })
    }
}

/// What may stand between digits.
fn is_mark(c: char) -> bool {
    matches!(c, ',' | '.' | '\'' | '’') || c.is_whitespace()
}

fn multiplier(word: &str) -> Option<i128> {
    match word.to_lowercase().as_str() {
        "k" | "tsd" | "thousand" => Some(1_000),
        "m" | "mio" | "mn" | "million" | "millions" => Some(1_000_000),
        _ => None,
    }
}

fn currency(word: &str, usual: Currency) -> Result<Currency, NoMoney> {
    let sign = match word {
        "€" => "EUR",
        "£" => "GBP",
        "₹" => "INR",
        "₩" => "KRW",
        "₺" => "TRY",
        // Many countries write their money like this: it is the company's, where that is one of them.
        "$" if usual.code().ends_with('D') || usual.code() == "MXN" => usual.code(),
        "¥" if matches!(usual.code(), "JPY" | "CNY") => usual.code(),
        letters => letters,
    };
    Currency::read(sign).ok_or_else(|| NoMoney::NoCurrency(word.to_owned()))
}

/// The digits, and how many of them stand after the point.
fn number_of(number: &str, currency: Currency, times: i128) -> Result<(i128, u32), NoMoney> {
    let points = |mark: char| number.matches(mark).count();
    let last = number.rfind([',', '.']);
    let (whole, part) = match (points(','), points('.'), last) {
        (0, 0, _) | (_, _, None) => (number, ""),
        // Of both, the one that comes last is the point, once.
        (1.., 1.., Some(at)) if points(if number[at..].starts_with(',') { ',' } else { '.' }) == 1 => split(number, at),
        (1.., 1.., Some(_)) => return Err(NoMoney::NoNumber),
        (1, 0, Some(at)) | (0, 1, Some(at)) => {
            let (whole, part) = split(number, at);
            let could_group = part.len() == 3 && whole.len() <= 3 && whole.trim_start_matches('0') == whole && !whole.is_empty();
            match could_group {
                true if currency.decimals() >= 3 || times > 1 => return Err(NoMoney::TwoWays),
                true => (number, ""),
                false => (whole, part),
            }
        }
        (_, _, Some(_)) => (number, ""),
    };
    if !part.chars().all(|c| c.is_ascii_digit()) {
        return Err(NoMoney::NoNumber);
    }
    let groups: Vec<&str> = whole.split(is_mark).collect();
    let stands_alone = groups.len() == 1;
    let is_grouped = groups.last().is_some_and(|last| last.len() == 3)
        && groups.iter().skip(1).all(|group| matches!(group.len(), 2 | 3))
        && groups.first().is_some_and(|first| matches!(first.len(), 1..=3));
    if !stands_alone && !is_grouped {
        return Err(NoMoney::NoNumber);
    }
    let digits: String = groups.concat() + part;
    // Nothing that people sell for is longer, whatever stands before and after the point.
    let digits = if digits.len() > 24 { None } else { digits.parse().ok() };
    Ok((digits.ok_or(NoMoney::TooMuch)?, u32::try_from(part.len()).unwrap_or(u32::MAX)))
}

fn split(number: &str, at: usize) -> (&str, &str) {
    (&number[..at], &number[at + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_a_company_of(usual: &str, typed: &str) -> String {
        match read(typed, None, Currency::read(usual).unwrap()) {
            Ok(money) => money.to_string(),
            Err(why) => format!("{why:?}"),
        }
    }

    #[test]
    fn amounts_are_read_as_people_type_them() {
        for (typed, meant) in [
            ("12500", "12,500 EUR"),
            ("12.500,00", "12,500 EUR"),
            ("12,500.00", "12,500 EUR"),
            ("12,500", "12,500 EUR"),
            ("12.500", "12,500 EUR"),
            ("12.500,5", "12,500.50 EUR"),
            ("12500,-", "12,500 EUR"),
            ("1.250.000", "1,250,000 EUR"),
            ("12,50,000", "1,250,000 EUR"),
            ("12 500", "12,500 EUR"),
            ("12'500.20", "12,500.20 EUR"),
            ("12k", "12,000 EUR"),
            ("12.5 k", "12,500 EUR"),
            ("1,2 Mio", "1,200,000 EUR"),
            ("€ 12.500", "12,500 EUR"),
            ("12.500 €", "12,500 EUR"),
            ("€12k", "12,000 EUR"),
            ("usd 900", "900 USD"),
            ("£99.99", "99.99 GBP"),
            ("0,99", "0.99 EUR"),
            ("1200 jpy", "1,200 JPY"),
            ("7.1234 KWD", "TooFine(Currency([75, 87, 68]))"),
            ("12.50 KWD", "12.500 KWD"),
        ] {
            assert_eq!(in_a_company_of("EUR", typed), meant, "{typed}");
        }
        assert_eq!(in_a_company_of("CAD", "$12,500"), "12,500 CAD");
        assert_eq!(in_a_company_of("JPY", "12,500"), "12,500 JPY");
    }

    #[test]
    fn what_could_be_two_amounts_or_none_is_not_guessed() {
        let eur = Currency::read("EUR").unwrap();
        for (typed, why) in [
            ("", NoMoney::NoNumber),
            ("a lot", NoMoney::NoNumber),
            ("10-20k", NoMoney::NoNumber),
            ("1.2.3", NoMoney::NoNumber),
            ("1,2,3.4.5", NoMoney::NoNumber),
            ("12,5000.00", NoMoney::NoNumber),
            ("1.250 KWD", NoMoney::TwoWays),
            ("1.250k", NoMoney::TwoWays),
            ("12.505,555", NoMoney::TooFine(eur)),
            ("12.5 JPY", NoMoney::TooFine(Currency::read("JPY").unwrap())),
            ("0", NoMoney::Nothing),
            ("-5", NoMoney::Nothing),
            ("9999999 million", NoMoney::TooMuch),
            ("99999999999999999999999999", NoMoney::TooMuch),
            ("$500", NoMoney::NoCurrency("$".to_owned())),
            ("500 bucks", NoMoney::NoCurrency("bucks".to_owned())),
        ] {
            assert_eq!(read(typed, None, eur), Err(why), "{typed}");
        }
        let usd = Currency::read("usd").unwrap();
        assert_eq!(read("500 EUR", Some(usd), eur), Err(NoMoney::Differs(eur, usd)));
    }

    #[test]
    fn an_amount_is_kept_in_the_smallest_unit_and_reads_back() {
        let money = read("1.234,05", None, Currency::read("EUR").unwrap()).unwrap();
        assert_eq!((money.minor, money.plain().as_str()), (123_405, "1234.05"));
        let text = serde_json::to_string(&money).unwrap();
        assert_eq!(text, r#"{"minor":123405,"currency":"EUR"}"#);
        assert_eq!(serde_json::from_str::<Money>(&text).unwrap(), money);
        assert!(serde_json::from_str::<Money>(r#"{"minor":1,"currency":"XXQ"}"#).is_err());
    }
}
