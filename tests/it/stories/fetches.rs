//! Providers that send ids only are asked for what they stand for, again and again, until there is a lead or a reason.

use chrono::Duration;
use leadbell::domain::ids::SourceKey;
use leadbell::intake::headers::Headers;
use leadbell::intake::signing::{Occasion, Sample, sign};
use leadbell::intake::sources;
use leadbell::intake::verify::{Auth, token_hash};
use leadbell::store::{Asker, Replay, SourceRow};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::bed::Bed;
use crate::bed::provider::{Answer, Provider};

const TOKEN: &str = "EAAB-very-secret-token";

/// What deliveries are signed with: a user and a password too.
const SECRET: &str = "the-apps-secret:x";

/// A bed with a source of this preset, and a token to ask with.
async fn bed(provider: &Provider, preset: &str) -> Bed {
    let bed = without_token(provider, preset).await;
    bed.core.store.set_access_token("ads".into(), TOKEN.into(), bed.by("test")).await.expect("as the story set it up");
    bed
}

async fn without_token(provider: &Provider, preset: &str) -> Bed {
    let bed = Bed::asking(provider.urls()).await;
    let preset = sources::preset(preset).expect("as the story set it up");
    let source = SourceRow {
        key: "ads".into(),
        preset: preset.key.clone(),
        title: preset.title.clone(),
        auth: serde_json::to_string(&preset.auth).expect("as the story set it up"),
        secret: SecretString::from(if preset.auth == Auth::UrlToken { token_hash(&url_token(&bed)) } else { SECRET.to_owned() }),
        secret_before: None,
        before_until: None,
        region: None,
        mapping: None,
        paused: false,
        created_at: bed.clock.now(),
    };
    assert!(bed.core.store.add_source(source, bed.by("test")).await.expect("as the story set it up"));
    bed
}

fn url_token(bed: &Bed) -> String {
    bed.hook("ads").rsplit('/').next().expect("as the story set it up").to_owned()
}

/// The provider sends this, signed as it should be.
async fn rings(bed: &Bed, body: &Value) {
    let sources = bed.core.store.sources();
    let source = sources.iter().find(|s| s.key.as_str() == "ads").expect("as the story set it up");
    let auth: Auth = serde_json::from_str(&source.auth).expect("as the story set it up");
    let url = if auth == Auth::UrlToken { bed.hook("ads") } else { format!("{}/hooks/ads", bed.http) };
    let headers = Headers::new([("Content-Type", "application/json")]);
    let unsigned = Sample { method: "POST", headers, body: body.to_string().into_bytes() };
    let occasion = Occasion { url: &url, now: bed.clock.now(), id: "1" };
    let made = sign(&auth, &SECRET.into(), unsigned, &occasion).expect("as the story set it up");
    let mut request = reqwest::Client::new().post(&url).body(made.body);
    for (name, value) in made.headers.iter() {
        request = request.header(name, value);
    }
    assert_eq!(request.send().await.expect("as the story set it up").status(), 200);
    bed.rest().await;
}

fn leadgen(id: &str) -> Value {
    json!({"object": "page", "entry": [{"id": "1", "changes": [{"field": "leadgen", "value": {"leadgen_id": id, "form_id": "9"}}]}]})
}

fn joao() -> Answer {
    let field = |name: &str, value: &str| json!({"name": name, "values": [value]});
    let fields = [field("full_name", "João Conceição"), field("email", "joao@example.com")];
    Answer::Json(
        200,
        json!({"id": "77", "created_time": "2026-09-14T06:59:40+0000", "field_data": fields, "campaign_name": "Outono"}),
    )
}

fn error(status: u16) -> Answer {
    Answer::Json(status, json!({"error": {"message": "try again", "code": 2}}))
}

async fn quarantined(bed: &Bed) -> Vec<String> {
    bed.core.store.quarantined(10).await.expect("as the story set it up").into_iter().map(|row| row.why).collect()
}

#[tokio::test]
async fn an_id_becomes_a_lead_and_the_token_is_only_in_the_header() {
    let provider = Provider::start().await;
    provider.answers("/v23.0/77", [joao()]);
    let bed = bed(&provider, "meta_lead_ads").await;
    rings(&bed, &leadgen("77")).await;
    let card = bed.card("leads", "João");
    assert!(card.text().contains("Outono"), "{}", card.text());
    let asked = provider.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].headers["authorization"], format!("Bearer {TOKEN}"));
    assert!(
        asked[0].path.starts_with("/v23.0/77?fields=id%2Ccreated_time") && !asked[0].path.contains(TOKEN),
        "{}",
        asked[0].path
    );
    rings(&bed, &leadgen("77")).await;
    assert_eq!(bed.core.store.counts().await.unwrap().leads, 1, "the provider's id makes it one lead");
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_provider_that_is_away_is_asked_again_and_given_the_time_that_it_wants() {
    let provider = Provider::start().await;
    provider.answers("/v23.0/77", [error(500), Answer::Later(120), joao()]);
    let bed = bed(&provider, "meta_lead_ads").await;
    rings(&bed, &leadgen("77")).await;
    bed.forward(Duration::seconds(100)).await;
    assert_eq!(provider.paths().len(), 2, "it asked to be left alone for two minutes");
    bed.forward(Duration::seconds(60)).await;
    bed.card("leads", "João");
    assert_eq!(provider.paths().len(), 3);
    bed.ends_clean().await;
}

#[tokio::test]
async fn what_is_not_there_yet_is_waited_for() {
    let provider = Provider::start().await;
    let unknown = || Answer::Json(400, json!({"error": {"message": "Unsupported get request", "code": 100}}));
    provider.answers("/v23.0/77", [Answer::Json(404, json!({})), unknown(), joao()]);
    let bed = bed(&provider, "meta_lead_ads").await;
    rings(&bed, &leadgen("77")).await;
    bed.forward(Duration::seconds(30)).await;
    bed.card("leads", "João");
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_lead_that_is_never_there_is_given_up_with_a_reason() {
    let provider = Provider::start().await;
    let bed = bed(&provider, "meta_lead_ads").await;
    rings(&bed, &leadgen("77")).await;
    bed.forward(Duration::minutes(30)).await;
    assert_eq!(provider.paths().len(), 8);
    assert_eq!(
        quarantined(&bed).await,
        [
            "Meta lead ads (Facebook, Instagram) does not have the lead that it announced: it answered 404. Check at the provider that it is still there, then replay this delivery."
        ]
    );
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_refused_token_is_told_to_managers_and_a_new_one_brings_the_lead() {
    let provider = Provider::start().await;
    let expired = json!({"error": {"message": format!("Session of {TOKEN} has expired"), "code": 190}});
    provider.answers("/v23.0/77", [Answer::Json(401, expired)]);
    let bed = bed(&provider, "meta_lead_ads").await;
    rings(&bed, &leadgen("77")).await;
    bed.forward(Duration::minutes(5)).await;
    assert_eq!(provider.paths().len(), 3);
    let why = "Meta lead ads (Facebook, Instagram) refuses the access token of this source: it answered 401: Session of … has expired. \
               Store a new one with `leadbell source token ads env:NAME`, then replay this delivery.";
    assert_eq!(quarantined(&bed).await, [why]);
    let told = bed.channel("bosses");
    assert!(told.len() == 1 && told[0].text().contains("refuses the access token"), "{told:?}");
    assert!(!told[0].text().contains(TOKEN));

    provider.answers("/v23.0/77", [joao()]);
    bed.core.store.replay(Replay::Source(SourceKey::from("ads")), Asker { person: None, at: bed.clock.now() }).await.unwrap();
    bed.rest().await;
    bed.card("leads", "João");
    bed.ends_clean().await;
}

#[tokio::test]
async fn without_a_token_nobody_is_asked_and_it_is_said_at_once() {
    let provider = Provider::start().await;
    let bed = without_token(&provider, "meta_lead_ads").await;
    rings(&bed, &leadgen("77")).await;
    assert!(quarantined(&bed).await[0].contains("this source has no access token to ask with. Store a new one with"));
    assert!(provider.asked().is_empty());
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_new_process_goes_on_where_the_one_before_died() {
    let provider = Provider::start().await;
    provider.answers("/v23.0/77", [error(503), error(503), joao()]);
    let bed = bed(&provider, "meta_lead_ads").await;
    rings(&bed, &leadgen("77")).await;
    let bed = bed.restart().await;
    bed.forward(Duration::seconds(30)).await;
    bed.card("leads", "João");
    assert_eq!(provider.paths().len(), 3);
    bed.ends_clean().await;
}

#[tokio::test]
async fn an_hour_in_vain_is_the_most() {
    let provider = Provider::start().await;
    provider.answers(
        "/v23.0/77",
        [Answer::Huge(1024 * 1024 + 1), Answer::Elsewhere(format!("{}/elsewhere", provider.url)), error(500)],
    );
    let bed = bed(&provider, "meta_lead_ads").await;
    rings(&bed, &leadgen("77")).await;
    bed.forward(Duration::minutes(50)).await;
    assert!(quarantined(&bed).await.is_empty());
    bed.forward(Duration::minutes(20)).await;
    assert!(quarantined(&bed).await[0].contains("for an hour in vain: it answered 500: try again"));
    assert!(!provider.paths().iter().any(|path| path.contains("elsewhere")), "no redirect is followed");
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_form_and_its_answers_are_put_together() {
    let provider = Provider::start().await;
    let text = |n: u8, answer: &str| json!({"questionId": n, "answerDetails": {"textQuestionAnswer": {"answer": answer}}});
    let lead =
        json!({"id": "5f1e", "formResponse": {"answers": [text(1, "Ingrid"), text(2, "ingrid@example.org"), text(3, "soon")]}});
    let question = |n: u8, field: &str| json!({"questionId": n, "predefinedField": field});
    let own = json!({"questionId": 3, "question": {"localized": {"en_US": "When?"}}});
    let form = json!({"name": "Whitepaper", "content": {"questions": [question(1, "FIRST_NAME"), question(2, "EMAIL"), own]}});
    provider.answers("/rest/leadFormResponses/5f1e", [Answer::Json(200, lead)]);
    provider.answers("/rest/leadForms/3162", [Answer::Json(200, form)]);
    let bed = bed(&provider, "linkedin_lead_gen").await;
    let event = |action: &str| {
        json!({"type": "LEAD_ACTION", "leadGenFormResponse": "urn:li:leadGenFormResponse:5f1e", "leadAction": action,
               "leadGenForm": "urn:li:versionedLeadGenForm:(urn:li:leadGenForm:3162,1)", "occurredAt": 1_789_378_000_000_u64})
    };
    rings(&bed, &event("CREATED")).await;
    let card = bed.card("leads", "Ingrid");
    assert!(card.text().contains("Whitepaper"), "{}", card.text());
    assert!(provider.asked().iter().all(|asked| asked.headers["linkedin-version"] == "202608"));
    rings(&bed, &event("DELETED")).await;
    assert_eq!((provider.paths().len(), bed.core.store.counts().await.unwrap().leads), (2, 1), "a deletion is never a lead");
    bed.ends_clean().await;
}

#[tokio::test]
async fn one_contact_of_many_that_is_missing_keeps_nobody_else_out() {
    let provider = Provider::start().await;
    let contact = |email: &str| Answer::Json(200, json!({"properties": {"email": email, "firstname": null}}));
    let empty = Answer::Json(200, json!({"properties": {"email": null, "firstname": null}}));
    provider.answers("/crm/v3/objects/contacts/1", [empty, contact("one@example.com")]);
    provider.answers("/crm/v3/objects/contacts/3", [contact("three@example.com")]);
    let bed = bed(&provider, "hubspot_webhooks_v3").await;
    let event = |id: u8| json!({"subscriptionType": "contact.creation", "objectId": id, "portalId": 4});
    let changed = json!({"subscriptionType": "contact.propertyChange", "objectId": 4});
    rings(&bed, &json!([event(1), event(2), event(3), changed])).await;
    assert!(provider.asked().is_empty(), "a new contact is given a moment for its properties");
    bed.forward(Duration::minutes(30)).await;
    assert_eq!(bed.core.store.counts().await.unwrap().leads, 2);
    assert!(quarantined(&bed).await[0].starts_with("1 of 3 leads in it cannot be read; the first: lead 2: HubSpot app webhooks"));

    provider.answers("/crm/v3/objects/contacts/2", [contact("two@example.com")]);
    bed.core.store.replay(Replay::All, Asker { person: None, at: bed.clock.now() }).await.unwrap();
    bed.forward(Duration::minutes(1)).await;
    assert_eq!(bed.core.store.counts().await.unwrap().leads, 3, "the one before it in the list was never taken for it");
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_webhook_that_says_enough_is_a_lead_whatever_its_provider_answers() {
    let provider = Provider::start().await;
    provider.answers("/open_api/v1.3/lead/get/", [Answer::Json(200, json!({"code": 40105, "message": "no"}))]);
    let changes = json!([{"field": "name", "value": "Huong Nguyen"}, {"field": "email", "value": "huong@example.com"}]);
    let event = |id: &str| json!({"object": 1, "entry": [{"id": id, "changes": changes}]});
    let quiet = without_token(&provider, "tiktok_lead_gen").await;
    rings(&quiet, &event("1")).await;
    quiet.card("leads", "Huong");
    assert!(provider.asked().is_empty());
    quiet.ends_clean().await;

    let bed = bed(&provider, "tiktok_lead_gen").await;
    rings(&bed, &event("1")).await;
    bed.forward(Duration::minutes(2)).await;
    assert_eq!(provider.asked()[0].headers["access-token"], TOKEN);
    bed.card("leads", "Huong");
    bed.ends_clean().await;
}

#[tokio::test]
async fn what_came_by_webhook_is_not_brought_in_again_by_a_pull() {
    let provider = Provider::start().await;
    provider.answers("/v23.0/77", [joao()]);
    let item = |id: &str| {
        let field = json!([{"name": "email", "values": [format!("{id}@example.com")]}]);
        json!({"id": id, "created_time": "2026-09-14T06:59:40+0000", "field_data": field})
    };
    let page = |ids: &[&str], after: &str| {
        let items: Vec<Value> = ids.iter().map(|id| item(id)).collect();
        Answer::Json(200, json!({"data": items, "paging": {"cursors": {"after": after}}}))
    };
    provider.answers("/v23.0/9/leads", [page(&["77", "78"], "A"), page(&["79"], "B"), page(&[], "C")]);
    let bed = bed(&provider, "meta_lead_ads").await;
    rings(&bed, &leadgen("77")).await;
    let arguments = ["source", "pull", "ads", "--since", "2026-09-01", "--of", "9", "--dry-run"];
    let out = bed.program(&arguments, &[("LEADBELL_PROVIDERS_META_URL", &provider.url)]).await;
    assert_eq!(out, "2 leads would come in, 1 had come in before, 0 refused.\nNothing was written.\n");
    assert_eq!(bed.core.store.counts().await.unwrap().leads, 1);
    bed.ends_clean().await;
}
