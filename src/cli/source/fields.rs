//! A lead as it was read, field by field, in words.

use crate::cli::print;
use crate::domain::submission::Submission;
use crate::domain::text::Untrusted;
use crate::intake::field::{Certainty, Field, Origin, Trace};
use crate::intake::read::Lead;

/// A field as it is shown.
pub(super) struct Line {
    /// Its name.
    pub(super) field: String,
    /// What it holds.
    pub(super) value: String,
    /// Where that stands.
    pub(super) from: String,
    /// How it was found.
    pub(super) how: &'static str,
    /// How sure that is.
    pub(super) sure: &'static str,
}

/// Widest that a value is shown.
const VALUE_MAX: usize = 60;

/// All that is known of a lead: fields that were found, what follows from them, the rest.
pub(super) fn lines(lead: &Lead) -> Vec<Line> {
    let submission = &lead.submission;
    let mut lines: Vec<Line> = lead.traces.iter().map(|trace| line(trace, submission)).collect();
    let made = |field: &str, value: &Option<String>, from: &str| {
        value.as_ref().map(|value| Line {
            field: field.to_owned(),
            value: value.clone(),
            from: from.to_owned(),
            how: "worked out",
            sure: "likely",
        })
    };
    let person = &submission.person;
    lines.extend(made("phone, cleaned", &person.phone_e164, "phone"));
    let said = |field: Field| lead.traces.iter().any(|trace| trace.field == field);
    lines.extend(made("country", &person.country, "phone").filter(|_| !said(Field::Country)));
    lines.extend(made("zone", &person.zone, "country").filter(|_| !said(Field::Zone)));
    let other = |(question, answer): &(Untrusted, Untrusted)| Line {
        field: "other".to_owned(),
        value: format!("{}: {}", question.cut(VALUE_MAX).raw(), answer.one_line().cut(VALUE_MAX).raw()),
        from: String::new(),
        how: "kept with the lead",
        sure: "",
    };
    lines.extend(submission.extras.iter().map(other));
    lines
}

fn line(trace: &Trace, submission: &Submission) -> Line {
    let from = if trace.label.is_empty() || trace.path.contains(&format!("'{}'", trace.label)) {
        trace.path.clone()
    } else {
        format!("{} \"{}\"", trace.path, Untrusted::new(&trace.label).cut(VALUE_MAX).raw())
    };
    Line {
        field: field_word(trace.field),
        value: value(trace, submission),
        from,
        how: how(trace.origin),
        sure: sure(trace.certainty),
    }
}

/// As it is written in mappings.
pub(in crate::cli) fn field_word(field: Field) -> String {
    serde_json::to_value(field).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

fn value(trace: &Trace, submission: &Submission) -> String {
    let person = &submission.person;
    let text = |text: &Option<Untrusted>| text.as_ref().map(|t| t.one_line().cut(VALUE_MAX).raw().to_owned()).unwrap_or_default();
    match trace.field {
        Field::Name => text(&person.name),
        Field::FirstName => text(&person.first_name),
        Field::LastName => text(&person.last_name),
        Field::Email => text(&person.email),
        Field::Phone => text(&person.phone),
        Field::Company => text(&person.company),
        Field::Title => text(&person.title),
        Field::Country => person.country.clone().unwrap_or_default(),
        Field::Zone => person.zone.clone().unwrap_or_default(),
        Field::Website => text(&person.website),
        Field::Message => text(&submission.message),
        Field::SubmittedAt => submission.submitted_at.map(print::when).unwrap_or_default(),
        Field::SourceDetail => text(&submission.source_detail),
        Field::Id => "tells repeats apart".to_owned(),
        Field::Test => if submission.is_test { "yes" } else { "no" }.to_owned(),
        Field::Consent => submission.consent.get(&trace.label).map_or("", |given| if *given { "yes" } else { "no" }).to_owned(),
        Field::Utm => {
            submission.utm.iter().map(|(name, value)| format!("{name}={}", value.one_line().raw())).collect::<Vec<_>>().join(" ")
        }
    }
}

fn how(origin: Origin) -> &'static str {
    match origin {
        Origin::Mapping => "your mapping",
        Origin::Preset => "the preset",
        Origin::TypeHint => "its type",
        Origin::Label => "its name",
        Origin::Shape => "how it looks",
    }
}

/// For people.
pub(in crate::cli) fn sure(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Guess => "a guess",
        Certainty::Likely => "likely",
        Certainty::Sure => "sure",
    }
}
