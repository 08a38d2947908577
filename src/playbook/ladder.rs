//! The rungs of a team: who may take a lead, who is rung, and who gets it in the end.
//! Invariant: a ladder ends with a person, so that no lead waits for ever.

use super::defaults::{self, Rings};
use super::model::{Step, Whom};
use crate::document::span::Counted;
use crate::document::{Mistakes, Table};
use crate::problem::Problem;

/// Most rungs; more than that is an accident.
const RUNGS_MAX: usize = 20;

#[derive(Clone, Copy)]
enum Kind {
    Open,
    Mention,
    Assign,
    Offer,
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
            let ends = step == Some(Step::AssignToCaptain);
            if ends && n < last {
                rung.note("nothing after this step would ever happen", "put { step = \"assign\" } last");
            }
            // A last step that could not be read has been told already.
            if n == last && !ends && step.is_some() {
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
    rung.need("step", "add step = \"open\", \"mention\" or \"assign\"");
    let Some(kind) = rung.choice("step", &kinds) else {
        rung.excuse(&["for", "whom", "to", "times"]);
        return None;
    };
    match kind.value {
        Kind::Open => lasts(rung).map(|lasts| Step::Open { lasts }),
        Kind::Mention => mention(rung, mistakes, rings),
        Kind::Assign => {
            rung.refuse("for", "is not for the last step: it does not end");
            rung.need("to", "add to = \"captain\"");
            rung.choice("to", &[("captain", ())]).map(|_| Step::AssignToCaptain)
        }
        Kind::Offer => {
            let problem = Problem::at(kind.place, "offering a lead to one rep at a time is not available in this version");
            mistakes.note(problem.remedy("use { step = \"open\", for = \"10m\" } for now"));
            rung.excuse(&["for", "times"]);
            None
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
