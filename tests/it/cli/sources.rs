//! Sources are added, shown, changed and tried without a server.

use leadbell::clock::Clock;
use leadbell::intake::verify::token_hash;
use leadbell::store::{Holds, NewDelivery, Outcome, Proof, Refusal};
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::bed::Bed;

#[tokio::test]
async fn a_secret_is_shown_once_and_kept_in_the_form_that_its_sender_wants() {
    let bed = Bed::new();
    let added = bed.run(&["source", "add", "website", "--preset", "standard_webhooks", "--region", "de", "--json"]).json();
    assert_eq!(added["url"], "https://leads.example.com/hooks/website");
    let secret = added["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("whsec_") && secret.len() > 40, "{secret}");
    let out = bed.run(&["source", "add", "fair", "--preset", "jotform"]).well();
    let url = out.lines().find_map(|line| line.trim().strip_prefix("URL ")).unwrap().trim();
    let token = url.strip_prefix("https://leads.example.com/hooks/fair/").unwrap();

    let store = bed.store().await;
    let kept = |key: &str| store.sources().iter().find(|s| s.key.as_str() == key).unwrap().secret.expose_secret().to_owned();
    assert_eq!(kept("website"), secret);
    assert_eq!(kept("fair"), token_hash(token));
    for shown in [bed.run(&["source", "list"]).well(), bed.run(&["source", "list", "--json"]).well()] {
        assert!(shown.contains("website") && !shown.contains(&secret) && !shown.contains("sha256:"), "{shown}");
    }
    assert!(bed.run(&["source", "list"]).well().contains("unauthenticated"));
}

#[tokio::test]
async fn the_senders_own_secret_is_never_taken_from_the_command_line() {
    let bed = Bed::new().with("THEIRS", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD");
    let add = |place: &str| bed.run(&["source", "add", "website", "--preset", "standard_webhooks", "--secret", place]);
    assert!(add("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD").refused(2).contains("others could read it"));
    assert!(add("env:NOBODYS").refused(2).contains("no variable NOBODYS"));
    add("env:THEIRS").well();
    assert_eq!(bed.store().await.sources()[0].secret.expose_secret(), "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD");
}

#[tokio::test]
async fn a_key_is_taken_once_and_a_misspelt_name_is_recognised() {
    let bed = Bed::new();
    bed.run(&["source", "add", "website"]).well();
    assert!(bed.run(&["source", "add", "website"]).refused(2).contains("leadbell source rotate website"));
    assert!(bed.run(&["source", "add", "Web Site"]).refused(2).contains("lower-case letters"));
    assert!(bed.run(&["source", "add", "form", "--preset", "typefrom"]).refused(2).contains("did you mean typeform?"));
    assert!(bed.run(&["source", "rotate", "websit"]).refused(2).contains("did you mean website?"));
}

#[tokio::test]
async fn a_rotation_keeps_the_old_secret_for_a_while_unless_it_has_leaked() {
    let bed = Bed::new();
    let first = bed.run(&["source", "add", "website", "--json"]).json()["secret"].as_str().unwrap().to_owned();
    let second =
        bed.run(&["source", "rotate", "website", "--overlap", "2d", "--json"]).json()["secret"].as_str().unwrap().to_owned();
    assert_ne!(first, second);
    let source = bed.store().await.sources()[0].clone();
    assert_eq!(
        (source.secret.expose_secret(), source.secret_before.as_ref().unwrap().expose_secret()),
        (second.as_str(), first.as_str())
    );
    let left = source.before_until.unwrap() - leadbell::clock::Clock::system().now();
    assert!((chrono::Duration::hours(47)..=chrono::Duration::hours(48)).contains(&left), "{left}");
    assert!(bed.run(&["source", "rotate", "website", "--overlap", "0"]).well().contains("no longer counts"));
    assert!(bed.store().await.sources()[0].before_until.unwrap() <= leadbell::clock::Clock::system().now());
}

#[test]
fn a_preview_says_of_each_field_where_it_came_from() {
    let bed = Bed::new();
    bed.write(
        "lead.json",
        &json!({"Full name": "Ada Lovelace", "E-mail": "ada@example.com", "Tel": "030 901820", "Seats": "40"}).to_string(),
    );
    let out = bed.run(&["source", "preview", "--preset", "generic", "--region", "DE", "lead.json"]).well();
    insta::assert_snapshot!(out, @r"
    Any tool: JSON or form (Zapier, Make, n8n, your own code): one lead

    FIELD           VALUE            FROM            HOW                 SURE
    name            Ada Lovelace     $['Full name']  its name            likely
    email           ada@example.com  $['E-mail']     its name            likely
    phone           030 901820       $['Tel']        its name            likely
    phone, cleaned  +4930901820      phone           worked out          likely
    country         DE               phone           worked out          likely
    zone            Europe/Berlin    country         worked out          likely
    other           Seats: 40                        kept with the lead
    ");
    bed.write("mapping.toml", "company = \"$['Seats']\"\n");
    let mapped = bed.run(&["source", "preview", "--preset", "generic", "--mapping", "mapping.toml", "lead.json"]).well();
    assert!(
        mapped.lines().any(|line| line.starts_with("company") && line.contains("your mapping") && line.ends_with("sure")),
        "{mapped}"
    );
    bed.write("nobody.json", "{\"colour\":\"red\"}");
    let unread = bed.run(&["source", "preview", "--preset", "generic", "nobody.json"]);
    assert_eq!(unread.code, 1);
    assert!(unread.out.contains("no name, e-mail or phone was found among: colour"), "{}", unread.out);
}

#[tokio::test]
async fn a_mapping_is_checked_before_it_is_kept() {
    let bed = Bed::new();
    bed.run(&["source", "add", "website"]).well();
    bed.write("broken.toml", "email = \"$.a[?\"\n");
    assert!(bed.run(&["source", "map", "website", "broken.toml"]).refused(2).contains("`email`: the path `$.a[?`"));
    assert_eq!(bed.store().await.sources()[0].mapping, None);
    bed.write("good.toml", "email = \"$.contact.mail\"\n");
    bed.run(&["source", "map", "website", "good.toml"]).well();
    assert_eq!(bed.store().await.sources()[0].mapping.as_deref(), Some(r#"{"email":"$.contact.mail"}"#));
    bed.run(&["source", "map", "website", "--reset"]).well();
    assert_eq!(bed.store().await.sources()[0].mapping, None);
}

/// A delivery that is on the disk and could not be read.
async fn unreadable(bed: &Bed, body: &str, why: &str) {
    let (store, now) = (bed.store().await, Clock::system().now());
    let request = NewDelivery {
        source: "website".into(),
        received_at: now,
        content_type: "application/json".to_owned(),
        headers: Vec::new(),
        body: body.as_bytes().to_vec(),
        proof: Proof::Signed,
        holds: Holds::Leads,
    };
    store.accept(request).await.unwrap();
    let delivery = store.new_deliveries(9).await.unwrap().pop().unwrap();
    store.delivery_ended(delivery, Outcome::Quarantined(why.to_owned()), now).await.unwrap();
}

#[tokio::test]
async fn what_could_not_be_read_is_shown_masked_and_a_new_mapping_says_what_it_would_mend() {
    let bed = Bed::new();
    bed.run(&["source", "add", "website"]).well();
    assert!(bed.run(&["source", "quarantine", "website"]).well().contains("all that came in could be read"));
    unreadable(&bed, r#"{"n":"dana","note":"call me"}"#, "no name was found").await;
    unreadable(&bed, r#"{"n":"evan"}"#, "no name was found").await;
    unreadable(&bed, r#"{"colour":"red"}"#, "no name was found among: colour").await;
    let listed = bed.run(&["source", "quarantine", "website", "--json"]).json();
    assert_eq!((&listed[0]["many"], &listed[1]["many"], &listed[1]["newest"]), (&json!(1), &json!(2), &json!(2)));
    assert!(bed.run(&["source", "quarantine"]).well().contains("no name was found among: colour"));
    let shown = bed.run(&["source", "quarantine", "--show", "1"]).well();
    assert!(shown.contains("$.note") && shown.contains("text, 7 characters") && !shown.contains("dana"), "{shown}");
    assert!(bed.run(&["source", "quarantine", "--show", "99"]).refused(2).contains("no delivery 99 waits"));
    bed.write("mapping.toml", "name = \"$.n\"\n");
    let mapped = bed.run(&["source", "map", "website", "mapping.toml"]).well();
    assert!(mapped.contains("Of 3 that could not be read before, 2 can be read now; the first of the others:"), "{mapped}");
    assert!(mapped.contains("leadbell source quarantine website --replay-all"), "{mapped}");
}

#[tokio::test]
async fn whoever_waits_for_a_source_is_told_what_came_or_what_to_look_at() {
    let bed = Bed::new();
    bed.run(&["source", "add", "website"]).well();
    let refusal =
        Refusal { source: "website".into(), at: Clock::system().now(), why: "the header authorization is missing".to_owned() };
    bed.store().await.count_refused(refusal).await.unwrap();
    let nothing = bed.run(&["source", "wait", "website", "--for", "0"]);
    assert_eq!(nothing.code, 1, "{}", nothing.out);
    for words in [
        "https://leads.example.com/healthz must answer",
        "authorization is missing",
        "leadbell source rotate website",
        "leadbell source send website",
    ] {
        assert!(nothing.out.contains(words), "{words:?} in {}", nothing.out);
    }
    unreadable(&bed, "{}", "the body is empty").await;
    let heard = bed.run(&["source", "wait", "website"]);
    assert!(heard.code == 1 && heard.out.contains("it could not be read. the body is empty"), "{}", heard.out);
    assert_eq!(bed.store().await.source_figures().await.unwrap()[0].forged, 1);
}

#[tokio::test]
async fn a_source_can_be_left_unwatched() {
    let bed = Bed::new();
    bed.run(&["source", "add", "website"]).well();
    let listed = |bed: &Bed| bed.run(&["source", "list", "--json"]).json()[0].clone();
    assert_eq!((&listed(&bed)["watched"], &listed(&bed)["unauthenticated"]), (&json!(true), &json!(false)));
    assert!(bed.run(&["source", "watch", "website", "--off"]).well().contains("nobody is told"));
    assert_eq!(listed(&bed)["watched"], json!(false));
    bed.run(&["source", "watch", "website"]).well();
    assert_eq!(listed(&bed)["watched"], json!(true));
}
