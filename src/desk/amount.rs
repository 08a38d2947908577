//! Reads an amount of money as it was typed, or says what is wrong with it.

use crate::domain::message::View;
use crate::domain::money::{self, Currency, Money, NoMoney};
use crate::wording::deals;

/// The amount; `None` when nothing was typed. `currency` is what was typed besides.
pub(super) fn read(typed: Option<&str>, currency: Option<&str>, usual: Currency) -> Result<Option<Money>, Box<View>> {
    let Some(typed) = typed else { return Ok(None) };
    let refused = |why| Box::new(deals::unreadable(typed, &why, usual));
    let said = match currency {
        Some(letters) => Some(Currency::read(letters).ok_or_else(|| refused(NoMoney::NoCurrency(letters.to_owned())))?),
        None => None,
    };
    // The field comes filled with the usual one: who types another beside the amount means that.
    let said = said.filter(|said| *said != usual);
    money::read(typed, said, usual).map(Some).map_err(refused)
}
