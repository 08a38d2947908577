//! Notices: what one person or place is told once, with the buttons that fit.
//! Invariant: contact data stands only in what is told privately; what is told where others read offers to show it instead.
//! Invariant: nothing told in a channel holds a Details control, because a lead's card is found again by that.

mod bundle;
mod buttons;
mod reach;

pub use bundle::bundle;
use reach::{covering, reachable};

use chrono::{DateTime, Utc};

use super::parts::{
    NEED_MAX, callable, count, label, moment, nth, person, public_name, short, short_name, span, stage_name, stands, tries_line,
    where_line,
};
use super::states::{due_line, triage_why};
use super::traces::score_line;
use super::why::{Told, sentence};
use super::{World, day, deals, digests, helping, packet, repair, sequences, signals, skills, source_news, templates, trading};
use crate::domain::clocks::Clock;
use crate::domain::decision::News;
use crate::domain::fact::Fact;
use crate::domain::ids::PersonId;
use crate::domain::lead::{Lead, State};
use crate::domain::message::{Mention, Tone, View};
use crate::domain::person::Roster;
use crate::domain::text::{Span, Text, Untrusted, When};
use crate::playbook::Playbook;

/// Who reads along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// One person alone.
    Private,
    /// A channel or a thread.
    Public,
}

/// What a notice is worded from.
#[derive(Debug, Clone, Copy)]
pub struct NoticeFacts<'a> {
    /// The lead that it is about, as it is now.
    pub lead: Option<&'a Lead>,
    /// Names of teams, reasons and stages.
    pub playbook: &'a Playbook,
    /// Names of people.
    pub roster: &'a Roster,
    /// The time.
    pub now: DateTime<Utc>,
    /// Who reads along.
    pub reach: Reach,
    /// What stands beside the lead, for news that tells of it.
    pub beside: Beside<'a>,
}

/// What stands beside the lead; nothing, for news that tells of the lead alone.
#[derive(Debug, Clone, Copy, Default)]
pub struct Beside<'a> {
    /// Its log, oldest first.
    pub log: &'a [Told],
    /// The other lead, for news that is about two.
    pub other: Option<&'a Lead>,
    /// Who reads it alone.
    pub reader: Option<PersonId>,
    /// What was noted for what is planned, if that was.
    pub plan: Option<&'a str>,
}

/// One piece of news.
#[must_use]
pub fn notice(news: &News, facts: &NoticeFacts<'_>) -> View {
    let world = World { playbook: facts.playbook, roster: facts.roster, now: facts.now };
    let mut view = View { title: title(news, facts.lead, world), tone: tone(news), ..View::default() };
    view.lines = source_news::lines(news, world);
    if let News::DigestNotPosted { schedule, why, .. } = news {
        view.lines = digests::not_posted(*schedule, why);
    }
    let Some(lead) = facts.lead else { return view };
    view.lines = covering(news, lead, world).into_iter().chain(body(news, lead, facts.beside, world)).collect();
    view.lines.extend(noted(news, facts));
    view.lines.extend(reachable(news, lead, facts.reach, world));
    let mut view = view.with_buttons(buttons::beneath(news, lead, facts.reach));
    if let (News::NeedsRouting { .. }, Reach::Public, Some(role)) = (news, facts.reach, &facts.playbook.company.managers) {
        view.mentions.push(Mention::Role(role.clone()));
    }
    view
}

/// What happened, in one line that is understood without the others.
fn title(news: &News, lead: Option<&Lead>, world: World<'_>) -> Text {
    let who = lead.map_or_else(|| Text::plain("A lead"), short_name);
    match news {
        News::Yours { from: Some(from), .. } => person(who.and(" is yours: "), *from, world).and(" gave it to you"),
        News::Yours { from: None, .. } => who.and(" is yours"),
        News::Offered { until } => who.and(" is offered to you, answer due ").at(*until, When::Relative),
        News::NoLongerYours { to: Some(to) } => person(who.and(" is no longer yours: it is with "), *to, world),
        News::NoLongerYours { to: None } => who.and(" is no longer yours"),
        News::AsBefore => who.and(" is as it was: what was done to it was taken back"),
        News::OfferGone { to: Some(to) } => person(who.and(" is no longer offered to you: it is with "), *to, world),
        News::OfferGone { to: None } => who.and(" is no longer offered to you"),
        News::FirstTouchSoon { due, .. } => who.and(" waits for your first touch, due ").at(*due, When::Relative),
        News::FirstTouchLate { .. } => who.and(" is late: no first touch yet"),
        News::Released => who.and(" went back to the team: nothing happened for too long"),
        News::NotReached { tries: 0 } => who.and(" was not reached yet: nothing was tried"),
        News::NotReached { tries } => who.and(format!(" was not reached yet, after {}", count(*tries, "try", "tries"))),
        News::FollowUpDue { at } => who.and(": the follow-up planned for ").at(*at, When::DateTime).and(" is due"),
        News::StillYours { .. } => who.and(": still yours?"),
        News::StageOverdue { days } => {
            let stage = lead.map_or_else(String::new, |lead| format!(" in {}", stage_name(&lead.course.stage, world)));
            who.and(format!(" is quiet: nothing happened for {}{stage}", count(*days, "day", "days")))
        }
        News::BackFromPool => who.and(" is back from its sleep, and yours"),
        News::CustomerQuiet { since } => who.and(", a customer, is quiet: nothing happened since ").at(*since, When::Date),
        News::NeedsRouting { .. } => who.and(" needs somebody to route it"),
        News::Handoff { to, .. } => person(who.and(" is now with "), *to, world),
        News::DuplicateOfYours { duplicate } => who.and(format!(" came in again, as {duplicate}")),
        News::CameAgain { nth: n, since, at } => who.and(format!(" asked again: {} request in {}", nth(*n), span(*at - *since))),
        News::LooksLike { other } => who.and(format!(" looks like {other}")),
        News::Signalled { kind, what, hot: true, .. } => {
            who.and(" turned hot: they ").then(signals::deed(kind, what.as_deref(), world))
        }
        News::SequenceStep { template, .. } => {
            Text::plain(format!("\"{}\" is due for ", sequences::template_name(template, world))).then(who)
        }
        News::Signalled { kind, hot: false, .. } if signals::came_back(kind) => {
            Text::plain("What was written to ").then(who).and(" came back")
        }
        News::Signalled { kind, what, hot: false, .. } => who.and(" ").then(signals::deed(kind, what.as_deref(), world)),
        News::MailUnsent { template, .. } => Text::plain(format!("\"{template}\" did not go out to ")).then(who),
        News::RuleBroken { rule, .. } => Text::plain("The rule \"").data(&Untrusted::new(rule)).and("\" cannot be judged"),
        News::MergeUndone { lead } => who.and(format!(": {lead} is a lead of its own again")),
        News::HelpWanted { by } => person(Text::default(), *by, world).and(" asks for help with ").then(who),
        News::HelpAnswered { by } => person(Text::default(), *by, world).and(" answers about ").then(who),
        News::PlanIsOff => who.and(", a customer, asked to be left alone: what was planned is off"),
        News::HelpOver { by } => person(Text::default(), *by, world).and(" needs no help any more with ").then(who),
        News::HelpDeclined { by } => person(Text::default(), *by, world).and(" cannot help with ").then(who),
        News::TradeOffered { by, with, until } => person(Text::default(), *by, world)
            .and(format!(" would trade {with} for "))
            .then(who)
            .and(", answer due ")
            .at(*until, When::Relative),
        News::TradeOver { with, how } => who.and(format!(": the trade for {with} {}", trading::over_words(*how))),
        News::Day { part, .. } => day::headline(*part),
        News::Digest { report, every, .. } => digests::headline(*every, report),
        News::OtherNotes { count: many } => {
            Text::plain(format!("{} ended as \"other\" since the last time", count(*many, "lead", "leads")))
        }
        News::DigestNotPosted { report, every, .. } => digests::headline(*every, report).and(" could not be posted"),
        News::CardsRefused { .. }
        | News::SourceSilent { .. }
        | News::SourceHeardAgain { .. }
        | News::Replayed(_)
        | News::Quarantined { .. } => source_news::headline(news),
        News::MendAsked { .. } | News::MendOver | News::Mended { .. } | News::NotMended { .. } | News::Decides { .. } => {
            repair::title(news, who, world)
        }
    }
}

fn tone(news: &News) -> Tone {
    match news {
        News::Offered { .. } | News::MendAsked { .. } | News::AsBefore | News::HelpWanted { .. } | News::TradeOffered { .. } => {
            Tone::New
        }
        News::Mended { .. } | News::Yours { .. } | News::BackFromPool | News::Handoff { .. } => Tone::Claimed,
        News::FirstTouchSoon { .. }
        | News::NotReached { .. }
        | News::FollowUpDue { .. }
        | News::StageOverdue { .. }
        | News::CustomerQuiet { .. }
        | News::CameAgain { .. }
        | News::Signalled { .. }
        | News::SequenceStep { .. }
        | News::LooksLike { .. }
        | News::MergeUndone { .. }
        | News::HelpDeclined { .. }
        | News::Decides { .. }
        | News::DuplicateOfYours { .. } => Tone::Working,
        News::StillYours { .. }
        | News::FirstTouchLate { .. }
        | News::NeedsRouting { .. }
        | News::RuleBroken { .. }
        | News::MailUnsent { .. }
        | News::DigestNotPosted { .. }
        | News::CardsRefused { .. }
        | News::SourceSilent { .. }
        | News::Quarantined { .. } => Tone::Alarm,
        News::Day { .. } | News::Digest { .. } | News::OtherNotes { .. } => Tone::Plain,
        News::Replayed(replayed) if replayed.unread > 0 => Tone::Alarm,
        News::SourceHeardAgain { .. } | News::Replayed(_) | News::HelpAnswered { .. } => Tone::Good,
        News::NoLongerYours { .. }
        | News::OfferGone { .. }
        | News::HelpOver { .. }
        | News::PlanIsOff
        | News::Released
        | News::MendOver
        | News::NotMended { .. }
        | News::TradeOver { .. } => Tone::Over,
    }
}

/// What follows from it, and what to do now.
fn body(news: &News, lead: &Lead, beside: Beside<'_>, world: World<'_>) -> Vec<Text> {
    let back = |at: DateTime<Utc>| Text::plain("If nothing happens, it goes back to the team ").at(at, When::Relative).and(".");
    match news {
        News::Offered { .. } => {
            let mut body: Vec<Text> = need(lead).into_iter().collect();
            body.extend(score_line(lead, world));
            body.extend(where_line(lead, world));
            body.extend(skills::needs(lead, world).map(|needs| Text::plain(format!("It {needs}, which you have."))));
            body.push("It is your turn. Pass costs nothing: the next one is asked, and your turn is kept.".into());
            body
        }
        News::Yours { due, .. } => {
            let mut body: Vec<Text> = need(lead).into_iter().collect();
            body.extend(due.map(|due| label("Promised").and("first touch ").at(due, When::Relative)));
            body
        }
        News::BackFromPool => slept(beside.log, world).into_iter().chain(need(lead)).chain(promised(lead)).collect(),
        News::NoLongerYours { to: Some(_) } => vec!["There is nothing left for you to do.".into()],
        News::NoLongerYours { to: None } => {
            vec![Text::plain("It ").then(stands(lead, beside.reader, world)).and(". There is nothing left for you to do.")]
        }
        News::AsBefore => {
            let stands = Text::plain("It ").then(stands(lead, beside.reader, world));
            let state = &lead.course.state;
            let back = state.owner_or_last().filter(|_| !state.is_closed() && state.owner().is_none());
            let stands = match back {
                Some(owner) if beside.reader == Some(owner) => stands.and(", then it comes back to you."),
                Some(owner) => person(stands.and(", then it comes back to "), owner, world).and("."),
                None => stands.and("."),
            };
            [Some(stands), due_line(lead, world)].into_iter().flatten().collect()
        }
        News::OfferGone { to: Some(_) } => vec!["Your turn is kept.".into()],
        News::OfferGone { to: None } => {
            vec![Text::plain("It ").then(stands(lead, beside.reader, world)).and(". Your turn is kept.")]
        }
        News::FirstTouchSoon { release_at, .. } | News::FirstTouchLate { release_at } => {
            vec![how_to_touch(lead, world), back(*release_at)]
        }
        News::Released => {
            vec![
                Text::plain("It ").then(stands(lead, beside.reader, world)).and(". It costs you nothing; you may claim another."),
            ]
        }
        News::NotReached { .. } => {
            let mut body: Vec<Text> = tries_line(lead).into_iter().collect();
            body.push("Try another channel or another time of the day, or plan a follow-up.".into());
            body
        }
        News::FollowUpDue { .. } => vec!["Say how it went, or move it.".into()],
        News::StillYours { release_at } => {
            let mut body: Vec<Text> = Vec::new();
            body.extend(lead.course.follow_up.as_ref().map(|plan| moment(Text::plain("A follow-up was planned for "), plan.at)));
            body.push(back(*release_at));
            body
        }
        News::StageOverdue { .. } => vec!["Plan the next step, move it to another stage, or end it with a reason.".into()],
        News::CustomerQuiet { .. } => customer_quiet(lead, world),
        News::NeedsRouting { why } => {
            let mut body = vec![label("Why").then(triage_why(*why, beside.log, world)), label("Who").then(public_name(lead))];
            body.extend(skills::needs(lead, world).map(|needs| Text::plain(format!("It {needs}: /team show says who has it."))));
            body.extend(need(lead));
            body
        }
        News::Handoff { to, .. } => packet::packet(lead, beside.log, *to, world),
        News::DuplicateOfYours { duplicate } => {
            vec![Text::plain(format!(
                "{duplicate} was closed as a duplicate of it. They asked again: a good moment to get in touch."
            ))]
        }
        News::CameAgain { .. } => {
            let asks = match need(lead) {
                Some(need) => Text::plain("Now asks for: ").then(need),
                None => "They wrote nothing with it: a good moment to get in touch.".into(),
            };
            [Some(asks), promised(lead)].into_iter().flatten().collect()
        }
        News::SequenceStep { sequence, .. } => vec![sequences::by_hand(sequence, world)],
        News::Signalled { kind, .. } if signals::came_back(kind) => {
            vec!["The address may be wrong: reach them another way, or log it as bounced.".into()]
        }
        News::Signalled { at, .. } => {
            let when = Text::plain("That was ").at(*at, When::Relative).and(". ");
            let mut body = vec![when.and(if lead.course.state.is_closed() {
                "The lead is closed: answer them, and reopen it if there is more to do."
            } else {
                "A good moment to get in touch."
            })];
            body.extend(score_line(lead, world));
            body.extend(promised(lead));
            body
        }
        News::LooksLike { .. } => {
            vec!["The names and the companies are alike. If it is the same person, merge them: nothing is lost.".into()]
        }
        News::RuleBroken { clause, why, .. } => vec![
            Text(vec![Span::Code(clause.clone())]).and(": ").data(&Untrusted::new(why)),
            Text::plain("It counted as not holding for ")
                .then(short_name(lead))
                .and(". Mend it in the playbook; this is told once a day."),
        ],
        News::MailUnsent { unsent, .. } => vec![Text::plain(templates::unsent_remedy(unsent))],
        News::MergeUndone { .. } => vec!["The merge was taken back. Both are as they were.".into()],
        News::HelpWanted { .. } | News::HelpAnswered { .. } => helping::body(news, lead, beside, world),
        News::HelpDeclined { .. } => vec!["The managers are asked now.".into()],
        News::PlanIsOff => vec!["They stay a customer. Do not get in touch: only their own new request changes that.".into()],
        News::HelpOver { .. } => vec!["It was settled without you. There is nothing left for you to do.".into()],
        News::TradeOffered { with, .. } => trading::offer(lead, *with, beside, world),
        News::TradeOver { .. } => vec!["It stays with you.".into()],
        News::CardsRefused { .. }
        | News::SourceSilent { .. }
        | News::SourceHeardAgain { .. }
        | News::Replayed(_)
        | News::Day { .. }
        | News::Digest { .. }
        | News::OtherNotes { .. }
        | News::DigestNotPosted { .. }
        | News::Quarantined { .. } => Vec::new(),
        News::MendAsked { .. } | News::MendOver | News::Mended { .. } | News::NotMended { .. } | News::Decides { .. } => {
            repair::body(news)
        }
    }
}

/// Why it slept, in the words of whoever put it to sleep.
fn slept(log: &[Told], world: World<'_>) -> Option<Text> {
    let told = log.iter().rfind(|told| told.facts.iter().any(|fact| matches!(fact, Fact::Pooled { .. })))?;
    Some(label("Slept").then(sentence(told, world)?))
}

/// By when whoever has it is to get in touch for the first time, while they have not.
fn promised(lead: &Lead) -> Option<Text> {
    let is_untouched = matches!(lead.course.state, State::Owned { touched: false, .. });
    let due = lead.course.clocks.due(Clock::FirstTouch).filter(|_| is_untouched)?;
    Some(Text::plain("It is with you now, and a first touch is promised ").at(due, When::Relative).and("."))
}

/// What they noted for it; nothing where others read along, because anything may stand in a note.
fn noted(news: &News, facts: &NoticeFacts<'_>) -> Option<Text> {
    let is_about_it = matches!(news, News::FollowUpDue { .. } | News::StillYours { .. }) && facts.reach == Reach::Private;
    let note = facts.beside.plan.filter(|_| is_about_it)?;
    Some(label("Plan").data(&Untrusted::new(note).one_line().cut(NEED_MAX)))
}

/// Nobody is asked to call where it is night.
fn how_to_touch(lead: &Lead, world: World<'_>) -> Text {
    let contact = &lead.profile.contact;
    let (by_phone, in_words) = (contact.phone.is_some() || contact.phone_e164.is_some(), contact.email.is_some());
    match (by_phone, in_words, callable(lead, world)) {
        (false, true, _) => "Write, then log it: the first attempt keeps the promise.".into(),
        (true, false, true) => "Call, then log it: the first attempt keeps the promise.".into(),
        (_, _, true) => "Call or write, then log it: the first attempt keeps the promise.".into(),
        (true, false, false) => {
            "It is too early or too late to call them: send a text, or plan when to call. Either keeps the promise.".into()
        }
        (_, _, false) => {
            "It is too early or too late to call them: write, then log it. The first attempt keeps the promise.".into()
        }
    }
}

/// Who sold what to them, and what to do.
fn customer_quiet(lead: &Lead, world: World<'_>) -> Vec<Text> {
    let mut body: Vec<Text> = deals::value_line(lead).into_iter().collect();
    if let State::Closed { owner: Some(owner), at, .. } = lead.course.state {
        body.push(person(label("Sold").and("by "), owner, world).and(", ").at(at, When::Date));
    }
    body.push("They count as inactive now. A call or a message makes them a customer again: plan a check-in.".into());
    body
}

fn need(lead: &Lead) -> Option<Text> {
    lead.profile.need.as_ref().map(|need| Text::plain("\"").data(&need.one_line().cut(NEED_MAX)).and("\""))
}

/// A first sentence to begin with, once the owner is known; none after somebody has spoken with them.
pub(super) fn opener(lead: &Lead, world: World<'_>) -> Option<Text> {
    if lead.course.work.reached_at.is_some() {
        return None;
    }
    let owner = world.roster.get(lead.course.state.owner()?)?;
    let contact = &lead.profile.contact;
    let full = contact.full_name()?;
    let first =
        contact.first_name.clone().unwrap_or_else(|| Untrusted::new(full.raw().split_whitespace().next().unwrap_or_default()));
    let begin = label("Begin").and("\"Hi ").data(&short(&first));
    let company = &world.playbook.company.name;
    Some(begin.and(format!(", this is {} from {company}. Thanks for asking; when is a good moment to talk?\"", owner.name)))
}

#[cfg(test)]
mod tests;
