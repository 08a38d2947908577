//! Puts the fields of a lead together: what was mapped, over what the preset knows, over types, over labels, over shapes; the rest stays in order.
//! Invariant: every field that is set has a trace; every answer that is neither technical nor dropped is a field or an extra.

use std::collections::{BTreeMap, BTreeSet};

use serde_json_path::JsonPath;

use super::answers::{self, Answer, Asked, Branch};
use super::claims::{by_shape, claims, in_text};
use super::field::{Certainty, Field, Origin, Trace};
use super::json::{Tree, text_of};
use super::labels::{self, Meaning};
use super::mapping::{Hit, Mapping, place};
use super::preset::{Consents, Preset};
use super::{email, instant, shape};

/// What one payload says.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) values: BTreeMap<Field, String>,
    pub(super) traces: Vec<Trace>,
    pub(super) consent: BTreeMap<String, bool>,
    pub(super) utm: BTreeMap<String, String>,
    pub(super) extras: Vec<(String, String)>,
    /// Question and answer as a person gave them: what makes two deliveries the same where there is no id.
    pub(super) given: Vec<(String, String)>,
    /// What was asked, for a message to the people who mend the mapping.
    pub(super) labels: Vec<String>,
}

/// Puts the fields of one lead together.
pub(super) fn resolve(tree: &Tree, preset: &Preset, own: Option<&Mapping>) -> Found {
    let mut work = Work { answers: answers_of(tree, preset, own), used: BTreeSet::new(), found: Found::default() };
    let dropped = own.into_iter().chain([&preset.mapping]).flat_map(|m| m.dropped(tree)).collect::<Vec<_>>();
    work.drop_under(&dropped);
    for (mapping, origin) in own.map(|m| (m, Origin::Mapping)).into_iter().chain([(&preset.mapping, Origin::Preset)]) {
        for hit in mapping.run(tree) {
            work.take_hit(&hit, origin);
        }
    }
    for mapping in own.into_iter().chain([&preset.mapping]) {
        for (name, answer, paths) in mapping.extras(tree) {
            work.found.extras.push((name, answer));
            work.drop_under(&paths);
        }
    }
    if let Some(consents) = &preset.consents {
        work.take_consents(tree, consents);
    }
    work.take_claims();
    work.take_shapes();
    work.split_names();
    work.campaign_from_pages();
    work.finish()
}

fn answers_of(tree: &Tree, preset: &Preset, own: Option<&Mapping>) -> Vec<Answer> {
    let mut asked = Asked { skip_ticks: preset.skip_ticks, split: preset.split_choices.clone(), ..Asked::default() };
    if let Some(titles) = &preset.titles {
        let text = |node: &Tree, key: &str| node.get(key).and_then(text_of);
        asked.titles = titles
            .from
            .query(tree)
            .all()
            .into_iter()
            .filter_map(|q| Some((text(q, &titles.id)?, text(q, &titles.title)?)))
            .collect();
        asked.title_id = Some(titles.ours.clone());
    }
    let roots: &[JsonPath] = match own {
        Some(own) if !own.answers.is_empty() => &own.answers,
        Some(_) | None => &preset.mapping.answers,
    };
    if roots.is_empty() {
        return answers::find(tree, "$", &asked);
    }
    let nodes = roots.iter().flat_map(|root| root.query_located(tree));
    nodes.flat_map(|node| answers::find(node.node(), &place(node.location()), &asked)).collect()
}

struct Work {
    answers: Vec<Answer>,
    used: BTreeSet<usize>,
    found: Found,
}

impl Work {
    fn drop_under(&mut self, paths: &[String]) {
        for (i, answer) in self.answers.iter().enumerate() {
            if paths.iter().any(|p| related(&answer.path, p)) {
                self.used.insert(i);
            }
        }
    }

    fn take_hit(&mut self, hit: &Hit, origin: Origin) {
        if self.found.values.contains_key(&hit.field) {
            return;
        }
        let label = hit.paths.first().map(|p| last_step(p)).unwrap_or_default();
        let taken = match hit.field {
            Field::Consent => hit.texts.first().and_then(|t| labels::truth(t)).map(|truth| {
                self.found.consent.insert(label.clone(), truth);
            }),
            Field::Utm => labels::utm(&labels::plain(&label)).map(|name| {
                self.found.utm.insert(name.to_owned(), hit.texts[0].clone());
            }),
            field => value(field, &hit.texts).map(|value| {
                self.found.values.insert(field, value);
            }),
        };
        if taken.is_some() {
            let path = hit.paths.first().cloned().unwrap_or_default();
            self.found.traces.push(Trace { field: hit.field, origin, certainty: Certainty::Sure, path, label });
            self.drop_under(&hit.paths);
        }
    }

    fn take_consents(&mut self, tree: &Tree, consents: &Consents) {
        for node in consents.from.query_located(tree) {
            let text = |key: &str| node.node().get(key).and_then(text_of);
            let (Some(label), Some(truth)) = (text(&consents.question), text(&consents.truth)) else { continue };
            let Some(truth) = labels::truth(&truth) else { continue };
            let path = place(node.location());
            self.drop_under(std::slice::from_ref(&path));
            self.found.consent.insert(label.clone(), truth);
            let (field, origin, certainty) = (Field::Consent, Origin::Preset, Certainty::Sure);
            self.found.traces.push(Trace { field, origin, certainty, path, label });
        }
    }

    fn take_claims(&mut self) {
        for claim in claims(&self.answers) {
            let answer = &self.answers[claim.answer];
            if self.used.contains(&claim.answer) {
                continue;
            }
            let label = answer.label.clone();
            match claim.field {
                Field::Consent => {
                    let Some(truth) = labels::truth(&answer.joined()) else { continue };
                    self.found.consent.insert(label.clone(), truth);
                }
                Field::Utm => {
                    let names = [Some(&answer.label), answer.key.as_ref()];
                    let Some(name) = names.into_iter().flatten().find_map(|l| labels::utm(&labels::plain(l))) else { continue };
                    self.found.utm.entry(name.to_owned()).or_insert_with(|| answer.joined());
                }
                field => {
                    let Some(value) = value(field, &answer.texts) else { continue };
                    // The same value under another label says nothing new; another value stays as an extra.
                    if let Some(known) = self.found.values.get(&field) {
                        if *known == value {
                            self.used.insert(claim.answer);
                        }
                        continue;
                    }
                    self.found.values.insert(field, value);
                }
            }
            self.found.traces.push(Trace {
                field: claim.field,
                origin: claim.origin,
                certainty: claim.certainty,
                path: answer.path.clone(),
                label,
            });
            self.used.insert(claim.answer);
        }
    }

    fn take_shapes(&mut self) {
        for field in [Field::Email, Field::Phone] {
            if self.found.values.contains_key(&field) {
                continue;
            }
            if let Some(i) = by_shape(field, &self.answers, |i| !self.used.contains(&i)) {
                let Some(value) = value(field, &self.answers[i].texts) else { continue };
                self.guess(field, i, value);
                self.used.insert(i);
            } else if let Some(text) = self.found.values.get(&Field::Message)
                && let Some(value) = in_text(field, text)
            {
                let path =
                    self.found.traces.iter().find(|t| t.field == Field::Message).map(|t| t.path.clone()).unwrap_or_default();
                self.found.values.insert(field, value);
                self.found.traces.push(Trace {
                    field,
                    origin: Origin::Shape,
                    certainty: Certainty::Guess,
                    path,
                    label: String::new(),
                });
            }
        }
        let beside = self.answers.iter().position(|a| {
            let named = a.texts.first().and_then(|t| email::display_name(t)).is_some();
            a.branch != Branch::Technical
                && named
                && a.texts.first().and_then(|t| email::address(t)).as_ref() == self.found.values.get(&Field::Email)
        });
        let nameless = ![Field::Name, Field::FirstName, Field::LastName].iter().any(|f| self.found.values.contains_key(f));
        if let (true, Some(i)) = (nameless, beside)
            && let Some(name) = email::display_name(&self.answers[i].texts[0])
        {
            self.guess(Field::Name, i, name);
        }
    }

    fn guess(&mut self, field: Field, i: usize, value: String) {
        let answer = &self.answers[i];
        self.found.values.insert(field, value);
        let trace = Trace {
            field,
            origin: Origin::Shape,
            certainty: Certainty::Guess,
            path: answer.path.clone(),
            label: answer.label.clone(),
        };
        self.found.traces.push(trace);
    }

    /// `nome` beside `cognome` is a given name, and `nom` beside `prénom` a family name: only a common word that was found by its label is moved.
    fn split_names(&mut self) {
        let has = |f: Field| self.found.values.contains_key(&f);
        let moved_to = match (has(Field::FirstName), has(Field::LastName)) {
            (false, true) => Field::FirstName,
            (true, false) => Field::LastName,
            (true, true) | (false, false) => return,
        };
        let Some(trace) = self.found.traces.iter_mut().find(|t| t.field == Field::Name && t.origin == Origin::Label) else {
            return;
        };
        if !matches!(labels::meaning(&trace.label), Meaning::Bare(_)) {
            return;
        }
        trace.field = moved_to;
        if let Some(name) = self.found.values.remove(&Field::Name) {
            self.found.values.insert(moved_to, name);
        }
    }

    fn campaign_from_pages(&mut self) {
        let pages = self.answers.iter().flat_map(|a| &a.texts).filter(|t| t.starts_with("http") && t.contains("utm_"));
        for page in pages {
            let Ok(page) = url::Url::parse(page) else { continue };
            for (key, value) in page.query_pairs() {
                if let Some(name) = labels::utm(&labels::plain(&key)).filter(|_| !value.is_empty()) {
                    self.found.utm.entry(name.to_owned()).or_insert_with(|| value.into_owned());
                }
            }
        }
    }

    fn finish(mut self) -> Found {
        let timed: BTreeSet<&str> = self
            .found
            .traces
            .iter()
            .filter(|t| matches!(t.field, Field::SubmittedAt | Field::Test | Field::Id))
            .map(|t| t.path.as_str())
            .collect();
        for (i, answer) in self.answers.iter().enumerate() {
            let label = if answer.label.is_empty() { answer.path.clone() } else { answer.label.clone() };
            let technical = answer.branch == Branch::Technical || labels::meaning(&answer.label) == Meaning::Technical;
            if technical {
                continue;
            }
            if !timed.contains(answer.path.as_str()) {
                self.found.given.push((labels::plain(&answer.label), answer.joined()));
            }
            self.found.labels.push(label.clone());
            let pair = (label, answer.joined());
            if !self.used.contains(&i) && !self.found.extras.contains(&pair) {
                self.found.extras.push(pair);
            }
        }
        self.found.given.sort();
        self.found
    }
}

/// A value in the form in which a field is kept; `None` when it cannot be that field.
fn value(field: Field, texts: &[String]) -> Option<String> {
    let first = texts.first()?;
    match field {
        Field::Email => texts.iter().find_map(|t| email::address(t)),
        Field::Message => Some(texts.join("\n")),
        Field::SubmittedAt => Some(first.clone()).filter(|t| instant::read(t, instant::Zoneless::Utc).is_some()),
        Field::Phone => texts.iter().find(|t| shape::fits(Field::Phone, t)).cloned(),
        Field::Country | Field::Zone | Field::Test => Some(first.clone()).filter(|t| shape::fits(field, t)),
        Field::Name
        | Field::FirstName
        | Field::LastName
        | Field::Company
        | Field::Title
        | Field::Website
        | Field::SourceDetail
        | Field::Id
        | Field::Consent
        | Field::Utm => Some(first.clone()),
    }
}

/// One place holds the other.
fn related(answer: &str, path: &str) -> bool {
    let within =
        |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('['));
    within(answer, path) || within(path, answer)
}

fn last_step(path: &str) -> String {
    path.rsplit_once("['").map_or(path, |(_, rest)| rest.trim_end_matches("']")).to_owned()
}
