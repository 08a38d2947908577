//! Message templates: which there are, and one filled for a lead, with the ways to send it.
//! Invariant: a filled template is shown to one person alone, who may work the lead.

use super::World;
use super::links::{self, Link};
use super::parts::{button, label, lines, may_be_contacted, on, short_name};
use super::pickers::{OPTIONS_MAX, choice, select};
use super::remarks::words;
use crate::chat::action::Verb;
use crate::domain::lead::{Channel, Lead};
use crate::domain::message::{Button, Look, Row, View};
use crate::domain::outgoing::{self, Unsent};
use crate::domain::text::{Span, Text, Untrusted};
use crate::playbook::{Facts, Filled, Template};

/// As much of a template's key as an action can carry.
const PART_MAX: usize = 24;

/// Why a template cannot be used for a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unusable {
    /// They are not to be contacted.
    LeftAlone,
    /// What it would be sent to is not known.
    NoAddress(Channel),
}

/// Where a message over this channel goes; nothing where the rep knows better.
///
/// # Errors
/// Why it can go nowhere.
pub fn address(lead: &Lead, channel: Channel) -> Result<Option<String>, Unusable> {
    if !may_be_contacted(lead) {
        return Err(Unusable::LeftAlone);
    }
    let contact = &lead.profile.contact;
    let known = match channel {
        Channel::Email => contact.email.as_ref().map(|email| email.one_line().raw().to_owned()),
        Channel::Text | Channel::Whatsapp | Channel::Call | Channel::Voicemail => contact.phone_e164.clone(),
        Channel::Linkedin | Channel::Meeting | Channel::Other => return Ok(None),
    };
    known.map(Some).ok_or(Unusable::NoAddress(channel))
}

/// What a template may say of a lead; what is not known is empty.
#[must_use]
pub fn facts(lead: &Lead, world: World<'_>) -> Facts {
    outgoing::facts(lead, (world.playbook, world.roster), lead.course.state.owner_or_last())
}

/// Below a message that nobody sent by hand: how to have no more of them.
#[must_use]
pub fn with_footer(text: &str) -> String {
    format!("{}\n\n-- \nIf you would rather not hear from us, answer with \"unsubscribe\".", text.trim_end())
}

/// The template that a control names.
#[must_use]
pub fn of_part<'a>(part: &str, templates: &'a [Template]) -> Option<&'a Template> {
    let whole = templates.iter().find(|template| template.key == part);
    whole.or_else(|| templates.iter().find(|template| self::part(template) == part))
}

fn part(template: &Template) -> String {
    part_of(&template.key)
}

/// What a control carries of a template's key.
pub(super) fn part_of(key: &str) -> String {
    key.chars().take(PART_MAX).collect()
}

/// Which ones there are.
#[must_use]
pub fn list(world: World<'_>) -> View {
    let templates = &world.playbook.templates;
    if templates.is_empty() {
        return words("The playbook has no templates: add some with [[template]].");
    }
    let line = |template: &Template| {
        let line = Text::default().strong(template.name.clone()).and(format!("  {}", kind(template)));
        line.and("  ").then(Text(vec![Span::Code(template.key.clone())]))
    };
    let mut told: Vec<Text> = templates.iter().map(line).collect();
    told.push("Fill one with /template use, or with More and Template on a card.".into());
    View { title: "Templates".into(), ..lines(told) }
}

/// `E-mail, de`
fn kind(template: &Template) -> String {
    match &template.language {
        Some(language) => format!("{}, {language}", template.channel.words()),
        None => template.channel.words().to_owned(),
    }
}

/// Which one?
#[must_use]
pub fn picker(lead: &Lead, world: World<'_>) -> View {
    let usable = world.playbook.templates.iter().filter(|template| address(lead, template.channel).is_ok());
    let options: Vec<_> = usable.take(OPTIONS_MAX).map(|t| choice(&t.name, &part(t), &kind(t))).collect();
    if options.is_empty() {
        let text = Text::plain("No template can go to ").then(short_name(lead));
        return words(text.and(format!(": no address or number of theirs is known that one could go to. {FIND_IT}")));
    }
    let question = Text::plain("Which message for ").then(short_name(lead)).and("? You see it before anything is sent.");
    View { rows: vec![select(lead, Verb::TemplateUse, "Choose a template", options)], ..lines(vec![question]) }
}

/// The message, and the ways to send it.
#[must_use]
pub fn filled(lead: &Lead, template: &Template, (filled, to): (&Filled, Option<&str>), post: Post) -> View {
    let subject = filled.subject.as_deref().unwrap_or_default();
    let mut told = Vec::new();
    told.extend(to.map(|to| label("To").data(&Untrusted::new(to))));
    told.extend(filled.subject.as_ref().map(|subject| label("Subject").data(&Untrusted::new(subject))));
    // Several lines are a block, which is shown as it is and copied with one tap.
    let block = if filled.text.contains('\n') { filled.text.clone() } else { format!("{}\n", filled.text) };
    told.push(Text(vec![Span::Code(block)]));
    let link = match (template.channel, to) {
        (Channel::Email, Some(to)) => Some(links::mailto(to, subject, &filled.text)),
        (Channel::Whatsapp, Some(to)) => Some(links::whatsapp(to, &filled.text)),
        (Channel::Text, Some(to)) => Some(links::sms(to, &filled.text)),
        _ => None,
    };
    told.extend(link.map(|link| match link {
        Link::Whole(address) => label("Open").then(Text(vec![Span::Link(address)])),
        Link::Bare(address) => {
            label("Open").then(Text(vec![Span::Link(address)])).and(" and put the text in: it is too long for a link.")
        }
    }));
    let named = |label: &str, verb, look| {
        let action = on(verb, lead).with(&part(template)).to_string();
        Button { label: label.to_owned(), action, look }
    };
    let mut buttons = Vec::new();
    if post == Post::Ours && template.channel == Channel::Email {
        told.push(
            "Nothing was sent yet. Send it as it is, or from your own mail program; then log it, so that it counts.".into(),
        );
        buttons.push(named("Send", Verb::TemplateSend, Look::Primary));
        buttons.push(named("Log as sent", Verb::TemplateSent, Look::Plain));
    } else {
        told.push("Nothing was sent yet. When you have sent it, log it, so that it counts as an attempt.".into());
        buttons.push(named("Log as sent", Verb::TemplateSent, Look::Primary));
    }
    buttons.push(button("Another one", Look::Plain, Verb::Template, lead));
    View {
        title: Text::plain(format!("{} for ", template.name)).then(short_name(lead)),
        rows: vec![Row::Buttons(buttons)],
        ..lines(told)
    }
}

/// What is noted when it was sent.
#[must_use]
pub fn note(template: &Template) -> String {
    format!("Template: {}", template.name)
}

/// Why it did not go out.
pub(super) fn unsent_words(unsent: &Unsent) -> String {
    match unsent {
        Unsent::Refused { code } => format!("the mail server refused it, with {code}"),
        Unsent::GivenUp => "the mail server took none for too long".to_owned(),
        Unsent::Unsure => "the mail server did not say whether it took it".to_owned(),
    }
}

/// And what to do about it.
pub(super) fn unsent_remedy(unsent: &Unsent) -> String {
    let why = unsent_words(unsent);
    match unsent {
        Unsent::Refused { .. } => {
            format!("It came back: {why}. The address may be wrong: reach them another way, or log it as bounced.")
        }
        Unsent::GivenUp => format!("It was given up: {why}. Send it again later, or from your own mail program."),
        Unsent::Unsure => {
            format!("It may have gone out: {why}, and it is not tried again. Look into the mailbox that it is sent from.")
        }
    }
}

/// It is on its way, above what the rules said of the attempt.
#[must_use]
pub fn on_its_way(to: &str, mut said: View) -> View {
    let line = Text::plain("On its way to ").data(&Untrusted::new(to)).and(". If it does not go out, you hear of it.");
    said.lines.insert(0, line);
    said
}

/// How a filled message can go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Post {
    /// We send it: a mail server is named.
    Ours,
    /// The rep sends it.
    Theirs,
}

/// What can be done about an address that nobody has.
const FIND_IT: &str = "Disqualify with Invalid data asks a teammate to find it.";

/// It cannot be used for this lead.
#[must_use]
pub fn unusable(lead: &Lead, template: &Template, why: &Unusable) -> View {
    let template = format!("\"{}\"", template.name);
    words(match why {
        Unusable::LeftAlone => short_name(lead).and(format!(" is not to be contacted: {template} is not for them.")),
        Unusable::NoAddress(Channel::Email) => Text::plain(format!("{template} is an e-mail, and no e-mail address of "))
            .then(short_name(lead))
            .and(format!(" is known. {FIND_IT}")),
        Unusable::NoAddress(channel) => {
            let how = channel.words();
            Text::plain(format!("{template} goes by {how}, and no number of "))
                .then(short_name(lead))
                .and(format!(" is known that could be dialled from everywhere. {FIND_IT}"))
        }
    })
}

/// There is none of that name.
#[must_use]
pub fn unknown(typed: &str) -> View {
    let typed = Untrusted::new(typed).one_line().cut(60);
    words(Text::plain("There is no template \"").data(&typed).and("\": /template list shows which there are."))
}

/// It could not be filled, although it was tried when the playbook was read.
#[must_use]
pub fn broken(template: &Template, why: &str) -> View {
    let why = Untrusted::new(why).one_line().cut(200);
    words(Text::plain(format!("\"{}\" could not be filled for this lead: ", template.name)).data(&why).and("."))
}
