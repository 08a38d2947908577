//! What never came by webhook is brought in from the provider's lists, once.

use leadbell::intake::sources;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::bed::Bed;
use crate::bed::provider::{Answer, Provider};

/// A folder with a source of this preset and a token, asking the stand-in.
fn bed(provider: &Provider, preset: &str) -> Bed {
    let names = ["META", "LINKEDIN", "HUBSPOT", "JOTFORM", "TYPEFORM"];
    let bed = names.iter().fold(Bed::new(), |bed, name| bed.with(&format!("LEADBELL_PROVIDERS_{name}_URL"), &provider.url));
    let bed = bed.with("TOKEN", "very-secret-token").with("SECRET", "the-apps-secret");
    let mut add = vec!["source", "add", "ads", "--preset", preset, "--access-token", "env:TOKEN"];
    if sources::preset(preset).is_some_and(|p| p.secret_from.is_some()) {
        add.extend(["--secret", "env:SECRET"]);
    }
    bed.run(&add).well();
    bed
}

fn meta_lead(id: u32, at: &str) -> Value {
    let field = |name: &str, value: String| json!({"name": name, "values": [value]});
    let fields = [field("full_name", format!("Lead {id}")), field("email", format!("lead{id}@example.com"))];
    json!({"id": id.to_string(), "created_time": at, "form_id": "9", "campaign_name": "Autumn", "field_data": fields})
}

fn page(leads: &[Value], after: &str) -> Answer {
    Answer::Json(200, json!({"data": leads, "paging": {"cursors": {"after": after}, "next": "https://elsewhere.example"}}))
}

const NEW: &str = "2126-09-14T06:59:40+0000";

#[tokio::test(flavor = "multi_thread")]
async fn two_pages_come_in_and_what_was_there_before_stays_one_lead() {
    let provider = Provider::start().await;
    let bed = bed(&provider, "meta_lead_ads");
    provider.answers("/v23.0/9/leads", [page(&[meta_lead(1, NEW), meta_lead(2, NEW)], "A")]);
    bed.run(&["source", "pull", "ads", "--since", "7d", "--of", "9", "--json"]).json();

    // The first of them is there now, as if its webhook had come.
    let pages = || {
        [
            page(&[meta_lead(1, NEW), meta_lead(3, NEW)], "A"),
            page(&[meta_lead(4, NEW), meta_lead(5, "2001-01-01T00:00:00+0000")], "B"),
            page(&[], "C"),
        ]
    };
    provider.answers("/v23.0/9/leads", pages());
    let dry = bed.run(&["source", "pull", "ads", "--since", "7d", "--of", "9", "--dry-run"]).well();
    assert_eq!(dry, "2 leads would come in, 1 had come in before, 0 refused.\nNothing was written.\n");
    provider.answers("/v23.0/9/leads", pages());
    let counts = bed.run(&["source", "pull", "ads", "--since", "7d", "--of", "9", "--json"]).json();
    assert_eq!((&counts["came_in"], &counts["repeats"], &counts["older"]), (&json!(2), &json!(1), &json!(1)), "{counts}");
    assert_eq!(bed.store().await.counts().await.unwrap().leads, 4);
    let asked = provider.asked();
    let last = &asked[asked.len() - 1];
    assert!(last.path.contains("after=B") && !last.path.contains("very-secret"), "{}", last.path);
    assert_eq!(last.headers["authorization"], "Bearer very-secret-token");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_answers_is_completed_with_its_form_which_is_asked_for_once() {
    let provider = Provider::start().await;
    let bed = bed(&provider, "linkedin_lead_gen");
    let text = |n: u8, answer: String| json!({"questionId": n, "answerDetails": {"textQuestionAnswer": {"answer": answer}}});
    let element = |id: u8| {
        json!({"id": format!("r{id}"), "submittedAt": 4_000_000_000_000_u64, "versionedLeadGenFormUrn": "urn:li:versionedLeadGenForm:(urn:li:leadGenForm:3162,1)",
               "formResponse": {"answers": [text(1, format!("Name{id}")), text(2, format!("n{id}@example.org"))]}})
    };
    let elements = |list: &[Value]| Answer::Json(200, json!({"elements": list, "paging": {"total": 3}}));
    provider.answers("/rest/leadFormResponses?", [elements(&[element(1), element(2)]), elements(&[element(3)]), elements(&[])]);
    let question = |n: u8, field: &str| json!({"questionId": n, "predefinedField": field});
    let form = json!({"name": "Whitepaper", "content": {"questions": [question(1, "LAST_NAME"), question(2, "EMAIL")]}});
    provider.answers("/rest/leadForms/3162", [Answer::Json(200, form)]);
    let out = bed.run(&["source", "pull", "ads", "--since", "2026-01-01", "--of", "urn:li:sponsoredAccount:5"]).well();
    assert_eq!(out, "3 leads came in, 0 had come in before, 0 refused.\n");
    let forms = provider.paths().iter().filter(|path| path.starts_with("/rest/leadForms")).count();
    let starts: Vec<bool> = ["&start=2", "&start=3"].iter().map(|s| provider.paths().iter().any(|p| p.ends_with(s))).collect();
    assert_eq!((forms, starts), (1, vec![true, true]));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_provider_with_a_list_is_read_as_its_webhook_would_be() {
    let provider = Provider::start().await;
    let contact = json!({"id": "41", "createdAt": NEW, "properties": {"firstname": "Priya", "email": "priya@example.net"}});
    let results = json!({"total": 1, "results": [contact]});
    provider.answers("/crm/v3/objects/contacts/search", [Answer::Json(200, results)]);
    let typeform = bed(&provider, "hubspot_webhooks_v3");
    assert!(typeform.run(&["source", "pull", "ads", "--since", "1d"]).well().starts_with("1 lead came in"));
    assert!(provider.asked()[0].body.contains("\"propertyName\":\"createdate\""), "{:?}", provider.asked());

    let definition = json!({"id": "f", "title": "Talk to sales", "fields": [{"id": "a", "ref": "r1", "type": "email", "title": "Work email"}]});
    let answers = json!([{"type": "email", "email": "emil@example.com", "field": {"id": "a", "type": "email", "ref": "r1"}}]);
    let item = json!({"token": "t1", "submitted_at": NEW, "answers": answers});
    provider.answers("/forms/f", [Answer::Json(200, definition)]);
    provider.answers(
        "/forms/f/responses",
        [Answer::Json(200, json!({"total_items": 1, "items": [item]})), Answer::Json(200, json!({"items": []}))],
    );
    let typeform = bed(&provider, "typeform");
    assert!(typeform.run(&["source", "pull", "ads", "--since", "1d", "--of", "f"]).well().starts_with("1 lead came in"));

    let answers = json!({"3": {"name": "name", "text": "Name", "answer": {"first": "Ruth", "last": "Adeyemi"}}, "4": {"name": "email", "text": "Email", "answer": "ruth@example.com"}});
    let content = json!({"content": [{"id": "6000000000000000001", "answers": answers}]});
    provider.answers("/form/7", [Answer::Json(200, json!({"content": {"title": "Quote"}}))]);
    provider.answers("/form/7/submissions", [Answer::Json(200, content), Answer::Json(200, json!({"content": []}))]);
    let jotform = bed(&provider, "jotform");
    assert!(jotform.run(&["source", "pull", "ads", "--since", "1d", "--of", "7"]).well().starts_with("1 lead came in"));
    let leads = jotform.run(&["export", "leads"]);
    let all = format!("{}{}", leads.out, leads.err);
    assert!(all.contains("Adeyemi") && all.contains("ruth@example.com"), "{all}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_for_a_pull_is_said_before_anything_is_asked() {
    let provider = Provider::start().await;
    let bed = bed(&provider, "meta_lead_ads");
    assert!(
        bed.run(&["source", "pull", "ads", "--since", "7d"])
            .refused(2)
            .contains("say with --of what the list is of: a lead form's id")
    );
    bed.run(&["source", "add", "website"]).well();
    assert!(bed.run(&["source", "pull", "website", "--since", "7d"]).refused(2).contains("only these have: meta_lead_ads"));
    assert!(bed.run(&["source", "token", "website", "env:TOKEN"]).refused(2).contains("is never asked"));
    bed.run(&["source", "add", "form", "--preset", "typeform"]).well();
    assert!(
        bed.run(&["source", "pull", "form", "--since", "7d", "--of", "f"])
            .refused(2)
            .contains("leadbell source token form env:NAME")
    );
    assert!(provider.asked().is_empty());
    let expired = json!({"error": {"message": "very-secret-token has expired", "code": 190}});
    provider.answers("/v23.0/9/leads", [Answer::Json(400, expired)]);
    let refused = bed.run(&["source", "pull", "ads", "--since", "7d", "--of", "9"]).refused(1);
    assert!(refused.contains("the access token is refused: it answered 400: … has expired"), "{refused}");
}

#[tokio::test]
async fn a_verify_token_is_shown_with_the_steps_and_changes_with_the_secret() {
    let bed = Bed::new().with("SECRET", "one").with("NEXT", "two").with("TOKEN", "very-secret-token");
    let add = ["source", "add", "ads", "--preset", "meta_lead_ads", "--secret", "env:SECRET"];
    let out = bed.run(&add).well();
    let doctor = || bed.run(&["doctor"]).out;
    assert!(doctor().contains("the source ads has no access token"), "{}", doctor());
    let step = out.lines().find(|line| line.contains("verify token")).unwrap();
    let word = step.split(' ').find(|word| word.len() == 32).unwrap();
    assert_eq!(word.len(), 32, "{step}");
    assert!(out.contains("leadbell source token ads file:PATH"), "{out}");
    let rotated = bed.run(&["source", "rotate", "ads", "--secret", "env:NEXT", "--json"]).json();
    let next = rotated["verify_token"].as_str().unwrap();
    assert!(next.len() == 32 && next != word);
    let said = bed.run(&["source", "token", "ads", "env:TOKEN"]).well();
    assert!(said.contains("leadbell dead replay --source ads") && !said.contains("very-secret"));
    assert!(!doctor().contains("access token"), "{}", doctor());
    assert!(bed.run(&["source", "add", "web", "--access-token", "env:TOKEN"]).refused(2).contains("is never asked"));
    let kept = bed.store().await.access_token(&"ads".into()).await.unwrap().unwrap();
    assert_eq!(kept.expose_secret(), "very-secret-token");
    let shown = bed.run(&["source", "list", "--json"]).well();
    assert!(!shown.contains("very-secret") && !shown.contains(next), "{shown}");
}

#[test]
fn a_preview_shows_what_a_fetch_makes_of_an_id() {
    let bed = Bed::new();
    bed.write("lead.json", r#"{"entry":[{"changes":[{"field":"leadgen","value":{"leadgen_id":"77"}}]}]}"#);
    let preview = |more: &[&str]| bed.run(&[&["source", "preview", "--preset", "meta_lead_ads", "lead.json"], more].concat());
    assert!(preview(&[]).out.contains("no name, e-mail or phone was found"), "{}", preview(&[]).out);
    bed.write("fetched.json", &json!({"lead": meta_lead(77, NEW)}).to_string());
    let out = preview(&["--fetched", "fetched.json"]).well();
    assert!(out.contains("lead77@example.com") && out.contains("Autumn"), "{out}");
    bed.write("fetched.json", "[]");
    assert!(preview(&["--fetched", "fetched.json"]).refused(2).contains("the name of each request and its answer"));
}
