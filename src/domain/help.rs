//! Help with a lead: its owner asks a colleague or the managers, and goes on working it meanwhile.
//! Whoever was asked is asked once more when nothing comes, then the managers are; the lead stays its owner's, and its promises run on.
//! Invariant: at most one question is open on a lead, and only while the one who had it then has it: it ends with every change of hands.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::asks::{is_blank, with_owner};
use super::clocks::Clock;
use super::decision::{News, Recipient};
use super::draft::Draft;
use super::fact::Fact;
use super::ids::PersonId;
use super::notify::Way;
use super::person::{Person, Rights, Roster};
use super::promises;
use super::reply::{Need, NoHelp, Refusal, Reply, Unknown};

/// A question that nobody has answered yet. What it is stands beside the log, with the line that asked it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Help {
    /// Who asks.
    pub by: PersonId,
    /// Who is asked; the managers, when `None`.
    pub of: Option<PersonId>,
    /// Who was asked first, and may still answer.
    pub first: Option<PersonId>,
    /// Since when.
    pub since: DateTime<Utc>,
    /// How often those who are asked now were asked.
    pub times: u8,
}

/// What somebody asks about help with a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HelpAsk {
    /// For it.
    Ask {
        /// Of whom; of the managers, when `None`.
        of: Option<PersonId>,
        /// What about, in words.
        question: String,
    },
    /// To answer.
    Answer {
        /// In words.
        text: String,
    },
    /// Not to be asked: somebody else may know.
    Decline,
    /// To take the question back.
    Drop,
}

pub(super) fn ask(draft: &mut Draft<'_>, by: &Person, ask: &HelpAsk) -> Reply {
    match ask {
        HelpAsk::Ask { of, question } => with_owner(draft, by, |draft, owner| begin(draft, by, (*of, owner), question)),
        HelpAsk::Answer { text } => answer(draft, by, text),
        HelpAsk::Decline => decline(draft, by),
        HelpAsk::Drop => drop_it(draft, by),
    }
}

fn begin(draft: &mut Draft<'_>, by: &Person, (of, owner): (Option<PersonId>, PersonId), question: &str) -> Reply {
    if let Some(open) = &draft.course().help {
        return Reply::HelpOpen { of: open.of, since: open.since };
    }
    if is_blank(question) {
        return Reply::NoHelp(NoHelp::WithoutQuestion);
    }
    let of = match of {
        Some(of) => match helper(draft, by, (of, owner)) {
            Ok(of) => Some(of),
            Err(reply) => return reply,
        },
        None => None,
    };
    if of.is_none() && managers(draft, by.id).is_empty() {
        return Reply::NoHelp(NoHelp::Nobody);
    }
    draft.words = Some(question.to_owned());
    draft.record(Fact::HelpAsked { by: by.id, of });
    draft.set(Clock::Help, again_at(draft, of));
    press(draft, of);
    Reply::HelpAsked { of, again: draft.course().clocks.due(Clock::Help) }
}

/// The one to ask, or who covers for them; or why nobody of the two can be asked.
fn helper(draft: &Draft<'_>, by: &Person, (of, owner): (PersonId, PersonId)) -> Result<PersonId, Reply> {
    let roster = &draft.snapshot.roster;
    let Some(person) = roster.get(of) else { return Err(Reply::Unknown(Unknown::Person)) };
    if person.left || person.rights < Rights::Rep {
        return Err(Reply::NoHelp(NoHelp::WorksNoLeads { who: of }));
    }
    let keeper = roster.keeper(of, draft.now);
    match person.absence(draft.now) {
        Some(absence) if keeper == of => {
            let why = Refusal::Away { until: absence.until, cover: absence.cover };
            Err(Reply::TheyAreNotEligible { who: of, why })
        }
        Some(_) | None if keeper == by.id || keeper == owner => Err(Reply::NoHelp(NoHelp::Themselves)),
        Some(_) | None => Ok(keeper),
    }
}

fn answer(draft: &mut Draft<'_>, by: &Person, text: &str) -> Reply {
    let Some(help) = draft.course().help.clone() else { return Reply::NoHelp(NoHelp::Over) };
    if !may_answer(&draft.snapshot.roster, &help, by, draft.now) {
        return Reply::NotAllowed(Need::Asked { of: help.of });
    }
    if is_blank(text) {
        return Reply::NoHelp(NoHelp::WithoutAnswer);
    }
    draft.words = Some(text.to_owned());
    draft.record(Fact::HelpAnswered { by: by.id });
    draft.stop(Clock::Help);
    let news = News::HelpAnswered { by: by.id };
    let mut told = vec![help.by];
    told.extend(draft.course().state.owner().filter(|owner| *owner != help.by));
    let reads_along = |who: &PersonId| draft.snapshot.roster.get(*who).is_some_and(|p| p.notify.changes == Way::Thread);
    // Whoever hears of such things in the thread makes it be told there already.
    if !told.iter().any(reads_along) {
        draft.tell(Recipient::Thread, news.clone());
    }
    for who in told {
        draft.tell(Recipient::Person(who), news.clone());
    }
    Reply::HelpGiven { to: help.by }
}

/// Who was asked, who covers for them, and managers, who may answer everything.
#[must_use]
pub fn may_answer(roster: &Roster, help: &Help, by: &Person, now: DateTime<Utc>) -> bool {
    let is_asked = [help.of, help.first].into_iter().flatten().any(|of| of == by.id || roster.keeper(of, now) == by.id);
    (is_asked || by.manages()) && help.by != by.id
}

fn decline(draft: &mut Draft<'_>, by: &Person) -> Reply {
    let Some(help) = draft.course().help.clone() else { return Reply::NoHelp(NoHelp::Over) };
    if help.of.is_none() || !may_answer(&draft.snapshot.roster, &help, by, draft.now) {
        return Reply::NotAllowed(Need::Asked { of: help.of });
    }
    draft.record(Fact::HelpDeclined { by: by.id });
    draft.tell(Recipient::Person(help.by), News::HelpDeclined { by: by.id });
    to_managers(draft);
    Reply::HelpPassedOn
}

fn drop_it(draft: &mut Draft<'_>, by: &Person) -> Reply {
    let Some(help) = draft.course().help.clone() else { return Reply::NoHelp(NoHelp::Over) };
    let is_theirs = help.by == by.id || draft.course().state.owner() == Some(by.id);
    if !is_theirs && !by.manages() {
        return Reply::NotAllowed(Need::OwnerOrManager { owner: draft.course().state.owner() });
    }
    draft.record(Fact::HelpDropped { by: by.id });
    draft.stop(Clock::Help);
    Reply::HelpDropped
}

/// Somebody was asked before, and need not answer any more: they hear so, unless they have answered.
pub(super) fn tell_of_its_end(draft: &mut Draft<'_>) {
    let Some(help) = draft.was.help.clone().filter(|_| draft.course().help.is_none()) else { return };
    let asked = help.of.map(|of| draft.snapshot.roster.keeper(of, draft.now));
    if let Some(asked) = asked.filter(|asked| draft.course().state.owner() != Some(*asked) && *asked != help.by) {
        draft.tell(Recipient::Person(asked), News::HelpOver { by: help.by });
    }
}

/// The question is open again: whoever heard that it was over is asked once more.
pub(super) fn ask_anew(draft: &mut Draft<'_>) {
    if let Some(of) = draft.course().help.as_ref().and_then(|help| help.of) {
        press(draft, Some(of));
    }
}

/// Nothing came for too long: the same once more, then the managers, then where all managers read.
pub(super) fn due(draft: &mut Draft<'_>) {
    let Some(help) = draft.course().help.clone() else { return };
    match (help.of, help.times) {
        (Some(of), 0..=1) => {
            draft.record(Fact::HelpAskedAgain { of: Some(of) });
            draft.set(Clock::Help, again_at(draft, Some(of)));
            press(draft, Some(of));
        }
        (Some(_), _) => to_managers(draft),
        (None, _) => {
            draft.record(Fact::HelpAskedAgain { of: None });
            draft.tell(Recipient::Managers, News::HelpWanted { by: help.by });
        }
    }
}

fn to_managers(draft: &mut Draft<'_>) {
    draft.record(Fact::HelpAskedAgain { of: None });
    draft.set(Clock::Help, again_at(draft, None));
    press(draft, None);
}

/// Tells those who are asked.
fn press(draft: &mut Draft<'_>, of: Option<PersonId>) {
    let Some(help) = draft.course().help.clone() else { return };
    let news = News::HelpWanted { by: help.by };
    let asked = of.map_or_else(|| managers(draft, help.by), |of| vec![draft.snapshot.roster.keeper(of, draft.now)]);
    if asked.is_empty() {
        draft.tell(Recipient::Managers, news);
        return;
    }
    for who in asked {
        draft.tell(Recipient::Person(who), news.clone());
    }
}

/// The managers of the lead's team; where it has none, all. Those who are away are asked only when nobody else is there.
fn managers(draft: &Draft<'_>, but: PersonId) -> Vec<PersonId> {
    let all: Vec<&Person> = draft.snapshot.roster.managers().filter(|person| person.id != but).collect();
    let is_of = |person: &&&Person| draft.course().team.as_ref().is_some_and(|team| person.membership(team).is_some());
    let own: Vec<&Person> = all.iter().filter(is_of).copied().collect();
    let these = if own.is_empty() { all } else { own };
    let here: Vec<PersonId> = these.iter().filter(|p| p.absence(draft.now).is_none()).map(|p| p.id).collect();
    if here.is_empty() { these.iter().map(|p| p.id).collect() } else { here }
}

/// When they are asked again: counted in the hours of whoever is asked.
fn again_at(draft: &Draft<'_>, of: Option<PersonId>) -> DateTime<Utc> {
    let own = of.and_then(|of| draft.snapshot.roster.get(of)).and_then(|person| person.hours.as_ref());
    own.unwrap_or_else(|| promises::hours(draft)).add(draft.now, draft.playbook().promises.help_after)
}
