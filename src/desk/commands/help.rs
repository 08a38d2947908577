//! `/help`: what can be done, from the same catalogue that the rights are checked with.

use super::Call;
use crate::chat::Answer;
use crate::commands::{Catalogue, Entry};
use crate::wording::help;

pub(super) fn run(call: &Call<'_>) -> Answer {
    let catalogue = Catalogue::built_in();
    let Some(typed) = call.text("command") else {
        return Answer::Private(help::all(catalogue.for_rights(call.by.rights), call.by));
    };
    let words: Vec<&str> = typed.trim_start_matches('/').split_whitespace().collect();
    let on_a_message = catalogue.for_rights(crate::domain::person::Rights::Admin).find(|entry| entry.path == [typed.trim()]);
    let view = match (catalogue.find(&words).or(on_a_message), below(catalogue, &words)) {
        (Some(entry), _) => help::one(entry, call.by, call.world()),
        (None, below) if !below.is_empty() => help::all(below.into_iter(), call.by),
        (None, _) => help::none(typed),
    };
    Answer::Private(view)
}

/// The commands that begin with these words.
fn below<'a>(catalogue: &'a Catalogue, words: &[&str]) -> Vec<&'a Entry> {
    let begins = |entry: &&Entry| entry.path.len() >= words.len() && entry.path.iter().zip(words).all(|(a, b)| a == b);
    catalogue.for_rights(crate::domain::person::Rights::Admin).filter(begins).collect()
}
