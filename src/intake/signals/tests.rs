//! Signals as they are sent, in our own form and by providers.

use super::super::headers::Headers;
use super::super::sources::preset;
use super::*;
use crate::domain::ids::LeadId;

const KINDS: [&str; 5] = ["opened", "clicked", "visited", "replied", "bounced"];

fn raw<'a>(headers: &'a Headers, body: &'a str) -> RawDelivery<'a> {
    let content_type = if body.starts_with(['{', '[']) { "application/json" } else { "application/x-www-form-urlencoded" };
    RawDelivery { headers, content_type, body: body.as_bytes(), received_at: DateTime::UNIX_EPOCH }
}

fn own(body: &str) -> Reading {
    let settings = Settings { key: "web".into(), default_region: Some("DE".to_owned()), mapping: None };
    read(&settings, &raw(&Headers::default(), body), &KINDS).unwrap()
}

/// Whose it is and of what kind, what it is about, when it was, and the sender's id.
type Told = (String, Option<String>, Option<String>, Option<String>);

fn of(preset_key: &str, body: &str) -> Vec<Told> {
    let heard = events(preset(preset_key).unwrap(), &raw(&Headers::default(), body), &KINDS);
    let whom = |of: Whose| match of {
        Whose::Lead(id) => id.to_string(),
        Whose::Person(who) => who.email.map(|email| email.raw().to_owned()).or(who.phone_e164).unwrap_or_default(),
    };
    heard.into_iter().map(|h| (format!("{} {}", whom(h.of), h.kind), h.what, h.at.map(|at| at.to_rfc3339()), h.id)).collect()
}

fn why(body: &str) -> String {
    let reading = own(body);
    assert_eq!(reading.heard, [], "{body}");
    reading.left_out[0].to_string()
}

#[test]
fn our_own_form_is_an_object_a_list_or_a_form() {
    let one = own(
        r#"{"email":"Dana@Example.com","kind":"Visited","seconds":42.5,"page":"https://acme.example/pricing?x=1","at":"2026-09-14T09:26:40Z","id":"e1"}"#,
    );
    let heard = &one.heard[0];
    assert_eq!(
        (heard.kind.as_str(), heard.seconds, heard.what.as_deref(), heard.id.as_deref()),
        ("visited", Some(42), Some("pricing"), Some("e1"))
    );
    assert_eq!(heard.at.map(|at| at.to_rfc3339()).as_deref(), Some("2026-09-14T09:26:40+00:00"));
    assert!(matches!(&heard.of, Whose::Person(who) if who.email.as_ref().unwrap().raw() == "dana@example.com"));
    let several = own(r#"[{"lead":"L-1042","kind":"replied"},{"phone":"030 23125014","kind":"opened"}]"#);
    assert_eq!(several.heard[0].of, Whose::Lead(LeadId(1042)));
    assert!(matches!(&several.heard[1].of, Whose::Person(who) if who.phone_e164.as_deref() == Some("+493023125014")));
    assert_eq!(several.heard.iter().map(|h| h.nth).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(own("email=dana%40example.com&kind=clicked").heard.len(), 1);
}

#[test]
fn what_cannot_be_taken_says_why_and_what_to_do() {
    assert!(
        why(r#"{"email":"dana@example.com"}"#).contains("Send a `kind`: opened, clicked"),
        "{}",
        why(r#"{"email":"a@example.com"}"#)
    );
    let unknown = why(r#"{"email":"dana@example.com","kind":"visted"}"#);
    assert!(unknown.starts_with("no signal is called \"visted\". Did you mean visited?"), "{unknown}");
    assert!(why(r#"{"kind":"opened"}"#).starts_with("it does not say who did it. Send the `email`"));
    assert!(why(r#"{"kind":"opened","email":"nobody"}"#).starts_with("`email` is no e-mail address"));
    assert!(why(r#"{"kind":"opened","lead":"Acme"}"#).starts_with("`lead` is no number of a lead"));
    assert!(why(r#"{"kind":"opened","email":"a@example.com","at":"yesterday"}"#).starts_with("`at` is no time"));
    let mixed = own(r#"[{"kind":"opened","email":"a@example.com"},{"kind":"opened"}]"#);
    assert_eq!((mixed.heard.len(), mixed.left_out[0].place.as_str()), (1, "signal 2"));
    let settings = Settings { key: "web".into(), default_region: None, mapping: None };
    let many = format!("[{}]", vec!["{}"; 501].join(","));
    assert!(
        read(&settings, &raw(&Headers::default(), &many), &KINDS).unwrap_err().to_string().starts_with("501 signals at once")
    );
}

#[test]
fn events_of_providers_are_signals_where_that_is_plain() {
    let at = Some("2026-09-14T09:26:40+00:00".to_owned());
    let opened = r#"{"RecordType":"Open","FirstOpen":true,"Recipient":"dana@example.com","MessageID":"m1","ReceivedAt":"2026-09-14T09:26:40Z"}"#;
    assert_eq!(
        of("email_postmark", opened),
        [("dana@example.com opened".to_owned(), None, at.clone(), Some("opened m1".to_owned()))]
    );
    let clicked = r#"[{"email":"dana@example.com","event":"click","timestamp":1789378000,"url":"https://acme.example/pricing","sg_event_id":"s1"},{"email":"dana@example.com","event":"processed","timestamp":1789378000}]"#;
    let pricing = Some("pricing".to_owned());
    assert_eq!(
        of("email_sendgrid", clicked),
        [("dana@example.com clicked".to_owned(), pricing, at.clone(), Some("clicked s1".to_owned()))]
    );
    let mailgun = r#"{"signature":{"timestamp":"1789378000","token":"t","signature":"s"},"event-data":{"event":"opened","id":"g1","timestamp":1789378000.5,"recipient":"dana@example.com"}}"#;
    assert_eq!(
        of("email_mailgun", mailgun),
        [("dana@example.com opened".to_owned(), None, at.clone(), Some("opened g1".to_owned()))]
    );
    let read = r#"{"entry":[{"changes":[{"value":{"statuses":[{"id":"w1","status":"read","timestamp":"1789378000","recipient_id":"12025550159"},{"id":"w1","status":"delivered","timestamp":"1789378000","recipient_id":"12025550159"}]}}]}]}"#;
    assert_eq!(of("whatsapp_cloud", read), [("+12025550159 opened".to_owned(), None, at, Some("opened w1".to_owned()))]);
    let replied = "type=reply&contact%5Bemail%5D=dana%40example.com";
    assert_eq!(of("activecampaign", replied)[0].0, "dana@example.com replied");
    let said =
        r#"{"topic":"conversation.user.replied","id":"n1","data":{"item":{"source":{"author":{"email":"dana@example.com"}}}}}"#;
    assert_eq!(of("intercom", said)[0].0, "dana@example.com replied");
    assert_eq!(of("calendly", r#"{"event":"invitee.canceled","payload":{"email":"dana@example.com"}}"#), []);
}

#[test]
fn what_a_provider_tells_besides_is_neither_a_lead_nor_a_signal() {
    for (key, body) in [
        ("email_postmark", r#"{"RecordType":"Delivery","Recipient":"dana@example.com","MessageID":"m1"}"#),
        ("email_postmark", r#"{"RecordType":"Open","Recipient":"dana@example.com","MessageID":"m1"}"#),
        ("email_sendgrid", r#"[{"email":"dana@example.com","event":"delivered","timestamp":1789378000}]"#),
        ("email_mailgun", r#"{"event-data":{"event":"delivered","recipient":"dana@example.com"}}"#),
    ] {
        let settings = Settings { key: "web".into(), default_region: None, mapping: None };
        let headers = Headers::default();
        let read = super::super::read::read(preset(key).unwrap(), &settings, &raw(&headers, body));
        assert!(matches!(read, super::super::read::Reading::Ignored { .. }), "{key}: {read:?}");
    }
}

#[test]
fn a_sample_of_a_signal_is_genuine_at_every_source_and_reads_back() {
    use super::super::recipe::KeyForm;
    use super::super::signing::{Occasion, signal};
    use super::super::sources::presets;
    use super::super::verify::{Auth, Request, Secrets, Verdict, token_hash, verify};
    let now = DateTime::from_timestamp(1_789_378_000, 0).unwrap();
    for preset in presets() {
        let is_hex = matches!(&preset.auth, Auth::Hmac(recipe) if recipe.key == KeyForm::Hex);
        let secret = if is_hex { "40414243" } else { "whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=" };
        let secret = secrecy::SecretString::from(secret);
        let url = "https://leads.example.com/signals/web/tok";
        let made = signal(&preset.auth, &secret, ("visited", "L-1042"), &Occasion { url, now, id: "sample-1" }).unwrap();
        let current = if preset.auth == Auth::UrlToken { token_hash("tok").into() } else { secret };
        let request = Request { method: made.method, url, token: Some("tok"), headers: &made.headers, body: &made.body };
        let verdict = verify(&preset.auth, &Secrets { current, previous: None }, &request, now);
        assert!(matches!(verdict, Verdict::Genuine(_) | Verdict::Unauthenticated(_)), "{}: {verdict:?}", preset.key);
        let settings = Settings { key: "web".into(), default_region: None, mapping: None };
        let content_type = made.headers.once("Content-Type").unwrap();
        let raw = RawDelivery { headers: &made.headers, content_type, body: &made.body, received_at: now };
        let playbook = Playbook::read(Playbook::example()).unwrap();
        let reading = hear(preset, &settings, &raw, &playbook).unwrap();
        assert_eq!(
            reading.heard.iter().map(|heard| heard.of.clone()).collect::<Vec<_>>(),
            [Whose::Lead(LeadId(1042))],
            "{}",
            preset.key
        );
    }
}

#[test]
fn mailgun_signs_its_events_in_an_object_of_their_own() {
    use super::super::recipe::Hash;
    use super::super::verify::{Request, Secrets, Verdict, key, mac, verify};
    let preset = preset("email_mailgun").unwrap();
    let now = DateTime::from_timestamp(1_789_378_000, 0).unwrap();
    let tag = hex::encode(mac(Hash::Sha256, &key(&super::super::recipe::KeyForm::Utf8, "s3cret").unwrap(), b"1789378000tok"));
    let body = |tag: &str| {
        format!(
            r#"{{"signature":{{"timestamp":"1789378000","token":"tok","signature":"{tag}"}},"event-data":{{"event":"opened"}}}}"#
        )
    };
    let headers = Headers::new([("Content-Type", "application/json")]);
    let verdict = |body: &str| {
        let request = Request { method: "POST", url: "https://x.example", token: None, headers: &headers, body: body.as_bytes() };
        verify(&preset.auth, &Secrets { current: "s3cret".to_owned().into(), previous: None }, &request, now)
    };
    assert!(matches!(verdict(&body(&tag)), Verdict::Genuine(_)), "{:?}", verdict(&body(&tag)));
    assert!(matches!(verdict(&body(&tag.replace('a', "b"))), Verdict::Forged(_)));
}
