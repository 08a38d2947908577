//! The rungs of a team: who may take a lead, who is rung, and who gets it in the end.
//! Invariant: a ladder ends with a person, so that no lead waits for ever.

use super::defaults::{self, Rings};
use super::model::{Step, Whom};
use crate::document::span::Counted;
use crate::document::{Mistakes, Table};
use crate::problem::Problem;

/// Most rungs; more than that is an accident.
const RUNGS_MAX: usize = 20;

/// Most people who are asked one after the other on one rung.
const OFFERS_MAX: u32 = 20;

#[derive(Clone, Copy)]
enum Kind {
    Open,
    Mention,
    Assign,
    Offer,
}

#[derive(Clone, Copy)]
enum To {
    Captain,
    Next,
    Person,
    Team,
}

pub(super) fn read(team: &Table<'_>, mistakes: &Mistakes, rings: Rings) -> Vec<Step> {
    if !team.has("ladder") {
        return defaults::ladder(rings);
    }
    let rungs = team.tables("ladder", "this step");
    if rungs.len() > RUNGS_MAX {
        team.note(format!("the ladder has {} steps", rungs.len()), format!("use at most {RUNGS_MAX}"));
    }
    let last = rungs.len().saturating_sub(1);
    let steps: Vec<Option<Step>> = rungs
        .iter()
        .enumerate()
        .map(|(n, rung)| {
            let step = step(rung, mistakes, rings);
            rung.finish();
            let ends = matches!(step, Some(Step::AssignToCaptain | Step::HandToTeam { .. }));
            let gives = ends || matches!(step, Some(Step::AssignToNext | Step::AssignToPerson { .. }));
            if ends && n < last {
                rung.note("nothing after this step would ever happen", "put { step = \"assign\" } last");
            }
            // A last step that could not be read has been told already.
            if n == last && !gives && step.is_some() {
                rung.note(
                    "the ladder ends without giving the lead to anybody",
                    "end it with { step = \"assign\", to = \"captain\" }",
                );
            }
            step
        })
        .collect();
    if steps.is_empty() {
        team.note("the ladder has no steps", "leave `ladder` out to use the usual one");
    }
    steps.into_iter().flatten().collect()
}

fn step(rung: &Table<'_>, mistakes: &Mistakes, rings: Rings) -> Option<Step> {
    let kinds = [("open", Kind::Open), ("mention", Kind::Mention), ("assign", Kind::Assign), ("offer", Kind::Offer)];
    rung.need("step", "add step = \"open\", \"offer\", \"mention\" or \"assign\"");
    let Some(kind) = rung.choice("step", &kinds) else {
        rung.excuse(&["for", "whom", "to", "times", "person", "team"]);
        return None;
    };
    match kind.value {
        Kind::Open => lasts(rung).map(|lasts| Step::Open { lasts }),
        Kind::Mention => mention(rung, mistakes, rings),
        Kind::Assign => assign(rung),
        Kind::Offer => {
            let times = rung.whole("times", &(1..=OFFERS_MAX)).map_or(1, |given| u8::try_from(given.value).unwrap_or(1));
            lasts(rung).map(|lasts| Step::Offer { lasts, times })
        }
    }
}

fn assign(rung: &Table<'_>) -> Option<Step> {
    rung.refuse("for", "is not for this step: it does not last");
    rung.need("to", "add to = \"captain\", \"next\", \"person\" or \"team\"");
    let whom = [("captain", To::Captain), ("next", To::Next), ("person", To::Person), ("team", To::Team)];
    let Some(to) = rung.choice("to", &whom) else {
        rung.excuse(&["person", "team"]);
        return None;
    };
    if !matches!(to.value, To::Person) {
        rung.refuse("person", "is only for to = \"person\"");
    }
    if !matches!(to.value, To::Team) {
        rung.refuse("team", "is only for to = \"team\"");
    }
    match to.value {
        To::Captain => Some(Step::AssignToCaptain),
        To::Next => Some(Step::AssignToNext),
        To::Person => {
            let person = rung.needed_text("person", "name the person: person = \"ann\"")?;
            Some(Step::AssignToPerson { handle: person.value.trim().trim_start_matches('@').to_owned() })
        }
        To::Team => {
            let team = rung.needed_text("team", "name the team: team = \"world\"")?;
            Some(Step::HandToTeam { team: team.value.as_str().into() })
        }
    }
}

fn mention(rung: &Table<'_>, mistakes: &Mistakes, rings: Rings) -> Option<Step> {
    rung.need("whom", "add whom = \"team\" or \"managers\"");
    let whom = rung.choice("whom", &[("team", Whom::Team), ("managers", Whom::Managers)]);
    let lasts = lasts(rung);
    let whom = whom?;
    let nobody = match whom.value {
        Whom::Team if !rings.team => Some(("the team has no role that could be mentioned", "add role = \"sales\" to the team")),
        Whom::Managers if !rings.managers => {
            Some(("the company names no role of managers", "add managers = \"sales-managers\" to [company]"))
        }
        Whom::Team | Whom::Managers => None,
    };
    if let Some((message, remedy)) = nobody {
        mistakes.note(Problem::at(whom.place, message).remedy(remedy));
    }
    Some(Step::Mention { whom: whom.value, lasts: lasts? })
}

fn lasts(rung: &Table<'_>) -> Option<chrono::Duration> {
    if !rung.has("for") {
        rung.note("this step does not say how long it lasts", "add for = \"10m\"");
    }
    rung.span("for", Counted::Business).map(|given| given.value)
}
