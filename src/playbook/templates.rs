//! The message templates: the usual four, changed by what the playbook says about them, and the company's own.
//! A section with a known key changes that template, or drops it with `offered = false`; another key adds one.

use super::defaults;
use super::model::CustomField;
use super::read::Keys;
use super::template::{BYTES_MAX, FACTS, Fillable, Template};
use crate::document::{Given, Mistakes, Table};
use crate::domain::lead::Channel;
use crate::problem::Problem;

/// A list in chat shows no more.
const TEMPLATES_MAX: usize = 25;

/// How a message can be sent.
const CHANNELS: [(&str, Channel); 4] =
    [("email", Channel::Email), ("text", Channel::Text), ("whatsapp", Channel::Whatsapp), ("linkedin", Channel::Linkedin)];

/// Longest name of a language, such as `pt-BR`.
const LANGUAGE_MAX: usize = 10;

pub(super) fn read(root: &Table<'_>, mistakes: &Mistakes, fields: &[CustomField]) -> Vec<Template> {
    let mut templates = defaults::templates();
    let mut keys = Keys::new("template");
    let names: Vec<&str> = FACTS.iter().map(|(name, _)| *name).chain(fields.iter().map(|field| field.key.as_str())).collect();
    for table in root.tables("template", "this template") {
        let key = keys.read(&table, mistakes, "introduction");
        let offered = table.flag("offered").unwrap_or(true);
        let known = templates.iter().position(|template| template.key == key);
        let written = Written { table: &table, mistakes, names: &names };
        let new = written.template(key, known.map(|at| &templates[at]));
        match (known, offered) {
            (Some(at), false) => drop(templates.remove(at)),
            (Some(at), true) => templates[at] = new.unwrap_or_else(|| templates[at].clone()),
            (None, true) => templates.extend(new),
            (None, false) => {}
        }
        table.finish();
    }
    if templates.len() > TEMPLATES_MAX {
        root.note(
            format!("there are {} templates", templates.len()),
            format!("keep to {TEMPLATES_MAX}; drop some with offered = false"),
        );
    }
    templates
}

/// One section.
struct Written<'a> {
    table: &'a Table<'a>,
    mistakes: &'a Mistakes,
    names: &'a [&'a str],
}

impl Written<'_> {
    /// The template; parts that are not written stay as they were. Nothing when it has no text, which has been told then.
    fn template(&self, key: String, before: Option<&Template>) -> Option<Template> {
        let table = self.table;
        let name = table.text("name").map(|given| given.value).or_else(|| before.map(|t| t.name.clone()));
        let channel = table.choice("channel", &CHANNELS).map(|given| given.value);
        let channel = channel.or_else(|| before.map(|t| t.channel)).unwrap_or(Channel::Email);
        let text = self.fillable("text").or_else(|| before.map(|t| t.text.clone()));
        if text.is_none() && !table.has("text") {
            table.note("a template of your own needs a text", "add text = \"Hello {{ first_name }}, …\"");
        }
        let subject = if channel == Channel::Email {
            let subject = self.fillable("subject").or_else(|| before.and_then(|t| t.subject.clone()));
            if subject.is_none() && !table.has("subject") {
                table.note("an e-mail needs a subject", "add subject = \"Your request\"");
            }
            subject
        } else {
            table.refuse("subject", "is only for channel = \"email\"");
            None
        };
        let language = table.text("language");
        if language.as_ref().is_some_and(|language| language.value.len() > LANGUAGE_MAX) {
            table.note("the language is too long", "name it in short: language = \"de\"");
        }
        let language = language.map(|given| given.value).or_else(|| before.and_then(|t| t.language.clone()));
        Some(Template { name: name.unwrap_or_else(|| key.clone()), key, channel, language, subject, text: text? })
    }

    /// A text with gaps, or its fault with its place in the file.
    fn fillable(&self, key: &'static str) -> Option<Fillable> {
        let Given { value, place } = self.table.text(key)?;
        if value.len() > BYTES_MAX {
            self.mistakes.note(Problem::at(place, format!("`{key}` is longer than {BYTES_MAX} bytes")));
            return None;
        }
        match Fillable::compile(&value, self.names) {
            Ok(fillable) => Some(fillable),
            Err(fault) => {
                let place = self.table.place_inside(&Given { value, place }, &fault.at);
                let problem = Problem::at(place, fault.message);
                self.mistakes.note(match &fault.unknown {
                    Some((unknown, known)) => problem.nearest(unknown, known.iter().map(String::as_str)),
                    None => problem,
                });
                None
            }
        }
    }
}
