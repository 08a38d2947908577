//! The example playbooks under `deploy/playbooks`: each is read, and tried with the leads that its comments invent.

use std::collections::BTreeSet;

use super::{Playbook, Step};
use crate::domain::lead::Profile;
use crate::domain::text::Untrusted;
use crate::domain::{portrait, routing, scoring};
use crate::problem::Paint;

/// Begins a comment that invents a lead: `# For instance: country=DE; Budget=80000 -> the route that it takes`.
const INSTANCE: &str = "# For instance: ";

fn examples() -> Vec<(String, String)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/playbooks");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let read = |path: std::path::PathBuf| {
        (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap())
    };
    files.into_iter().map(read).collect()
}

/// The lead that a comment invents, and how often they asked.
fn invented(spec: &str) -> (Profile, u32) {
    let mut profile = Profile::blank("website".into(), "2026-09-14T09:00:00Z".parse().unwrap());
    let mut requests = 1;
    for part in spec.split("; ") {
        let (name, value) = part.trim().split_once('=').unwrap_or_else(|| panic!("\"{part}\" is not name=value"));
        let said = || Some(Untrusted::new(value));
        match name {
            "source" => profile.source = value.into(),
            "country" => profile.contact.country = Some(value.to_owned()),
            "domain" => profile.contact.domain = Some(value.to_owned()),
            "phone" => profile.contact.phone = said(),
            "title" => profile.contact.title = said(),
            "need" => profile.need = said(),
            "requests" => requests = value.parse().unwrap(),
            question => profile.extras.push((Untrusted::new(question), Untrusted::new(value))),
        }
    }
    (profile, requests)
}

#[test]
fn every_example_reads_and_every_rule_of_it_holds_for_a_lead_that_it_invents() {
    let files = examples();
    assert!(files.len() >= 4, "{files:?}");
    for (name, text) in files {
        let playbook = Playbook::read(&text).unwrap_or_else(|problems| panic!("{name}: {}", problems.render(Paint::Plain)));
        let (mut taken, mut scored) = (BTreeSet::new(), BTreeSet::new());
        for spec in text.lines().filter_map(|line| line.strip_prefix(INSTANCE)) {
            let (spec, route) = spec.split_once(" -> ").unwrap_or_else(|| panic!("{name}: \"{spec}\" names no route"));
            let (profile, requests) = invented(spec);
            let values = portrait::values(&profile, requests, &playbook);
            let (score, broken) = scoring::score(&profile, &values, &playbook);
            assert!(broken.is_empty(), "{name}: {broken:?}");
            let routed = routing::route(&values, &score, &playbook).unwrap();
            assert_eq!(routed.rule, route, "{name}: {spec}");
            assert!(routed.tried.iter().all(|tried| tried.broken.is_none()), "{name}: {spec}: {routed:?}");
            taken.insert(routed.rule);
            scored.extend(score.parts.into_iter().map(|part| part.why));
        }
        let idle: Vec<_> = playbook.routes.iter().filter(|route| !taken.contains(&route.name)).map(|r| &r.name).collect();
        assert!(idle.is_empty(), "{name}: no invented lead takes {idle:?}");
        let asked = |skill| playbook.routes.iter().any(|route| route.require.contains(skill) || route.prefer.contains(skill));
        let idle: Vec<_> = playbook.skills.iter().filter(|skill| !asked(&skill.key)).map(|s| &s.name).collect();
        assert!(idle.is_empty(), "{name}: no route asks for {idle:?}");
        let idle: Vec<_> = playbook.scoring.rules.iter().filter(|rule| !scored.contains(&rule.why)).map(|r| &r.why).collect();
        assert!(idle.is_empty(), "{name}: no invented lead scores {idle:?}");
    }
}

#[test]
fn an_example_shows_skills_and_companies_that_are_one() {
    let shows = |(_, text): &(String, String)| {
        let playbook = Playbook::read(text).unwrap();
        let house = |domain: &str| playbook.matching.group(domain).map(|group| group.name.clone());
        let in_german = playbook.routes.iter().any(|route| route.require.iter().any(|skill| skill.as_str() == "german"));
        in_german && house("example-logistics.de").is_some_and(|name| house("example-holding.com") == Some(name))
    };
    assert_eq!(
        examples().iter().filter(|example| shows(example)).map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
        ["saas.toml"]
    );
}

#[test]
fn every_example_shows_routes_that_end_offers_and_days_that_are_full() {
    for (name, text) in examples() {
        let playbook = Playbook::read(&text).unwrap();
        assert!(playbook.routes.last().is_some_and(|route| route.when.is_none()), "{name}: the last route is for everybody");
        assert!(text.contains("name = \"everything else\""), "{name}: it says so itself");
        let gives = |step: &Step| matches!(step, Step::Offer { .. } | Step::AssignToNext);
        assert!(playbook.teams.iter().all(|team| team.ladder.iter().any(gives)), "{name}: work is given in turn");
        assert!(playbook.promises.daily_max.is_some(), "{name}");
        for section in ["[[field]]", "[[score]]", "[[route]]", "[[reason]]", "[[stage]]", "[promises]"] {
            assert!(text.contains(section), "{name} shows no {section}");
        }
    }
}
