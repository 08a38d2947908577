//! Sources are added, shown, changed and tried without a server.

use leadbell::intake::verify::token_hash;
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
    assert!(bed.run(&["source", "add", "Web Site"]).refused(2).contains("small letters"));
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
