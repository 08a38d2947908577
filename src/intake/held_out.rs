//! Payloads that no table was written for: what matters is that nothing wrong comes out.

use chrono::DateTime;

use super::headers::Headers;
use super::read::{Lead, RawDelivery, Reading, Settings, read};
use super::sources::preset;

fn read_any(content_type: &str, body: &str) -> Lead {
    let settings = Settings { key: "web".into(), default_region: None, mapping: None };
    let headers = Headers::default();
    let raw = RawDelivery { headers: &headers, content_type, body: body.as_bytes(), received_at: DateTime::UNIX_EPOCH };
    match read(preset("generic").unwrap(), &settings, &raw) {
        Reading::Leads { mut leads, .. } => leads.remove(0),
        other => panic!("{other:?}"),
    }
}

fn person(body: &str) -> [String; 4] {
    let content_type = if body.starts_with(['{', '[']) { "application/json" } else { "application/x-www-form-urlencoded" };
    let person = read_any(content_type, body).submission.person;
    let text = |t: Option<crate::domain::text::Untrusted>| t.map(|t| t.raw().to_owned()).unwrap_or_default();
    [text(person.full_name()), text(person.email.clone()), text(person.phone.clone()), text(person.company)]
}

#[test]
fn names_of_other_things_are_not_the_person() {
    for (body, wanted) in [
        (r#"{"form":{"name":"Contact us","id":1},"data":{"email":"a@example.com"}}"#, ["", "a@example.com", "", ""]),
        (
            r#"{"name":"Newsletter form","fields":{"e-mail":"a@example.com","Nachname":"Keller","Vorname":"Dana"}}"#,
            ["Dana Keller", "a@example.com", "", ""],
        ),
        (
            r#"{"product":{"name":"Desk"},"customer":{"name":"Dana Keller","email":"a@example.com"}}"#,
            ["Dana Keller", "a@example.com", "", ""],
        ),
        (
            r#"{"email":"a@example.com","assigned_to":{"name":"Rep One","email":"rep@example.org"}}"#,
            ["", "a@example.com", "", ""],
        ),
        (r#"{"Event name":"Open day","Pet's name":"Rex","Email":"a@example.com"}"#, ["", "a@example.com", "", ""]),
        (
            r#"{"email":"a@example.com","Company size":"11-50","How many employees?":"20","Company website":"https://example.com"}"#,
            ["", "a@example.com", "", ""],
        ),
        (
            r#"{"owner":{"name":"Rep One","email":"rep@example.org","phone":"+12025550100"},"lead":{"fullname":"Dana Keller","mail":"a@example.com"}}"#,
            ["Dana Keller", "a@example.com", "", ""],
        ),
        (
            r#"{"Emergency contact name":"Mum","Email":"a@example.com","name":"Dana Keller"}"#,
            ["Dana Keller", "a@example.com", "", ""],
        ),
        ("Nome=Giulia&Cognome=Ricci&Email=a%40example.com", ["Giulia Ricci", "a@example.com", "", ""]),
        (
            "Nom=Dubois&Pr%C3%A9nom=L%C3%A9a&Courriel=a%40example.com&Soci%C3%A9t%C3%A9=Atelier",
            ["Léa Dubois", "a@example.com", "", "Atelier"],
        ),
    ] {
        assert_eq!(person(body), wanted.map(str::to_owned), "{body}");
    }
}

#[test]
fn numbers_and_addresses_of_other_things_are_not_the_person() {
    for (body, wanted) in [
        (r#"{"name":"Dana Keller","order_id":"0123456789","budget":"100000"}"#, ["Dana Keller", "", "", ""]),
        (
            r#"{"name":"Dana Keller","email":"a@example.com","referred_by_email":"b@example.com"}"#,
            ["Dana Keller", "a@example.com", "", ""],
        ),
        (r#"{"name":"Dana Keller","email":"not an address","Fax":"+442079460123"}"#, ["Dana Keller", "", "", ""]),
        (
            r#"{"name":"Dana Keller","preferred phone time":"0900-1200","email":"a@example.com"}"#,
            ["Dana Keller", "a@example.com", "", ""],
        ),
        (r#"{"email":"a@example.com","account_manager_email":"rep@example.org"}"#, ["", "a@example.com", "", ""]),
        (
            r#"{"contact":{"first_name":"Dana","last_name":"Keller"},"emails":["a@example.com"],"phones":["+12025550159"]}"#,
            ["Dana Keller", "a@example.com", "+12025550159", ""],
        ),
        (
            r#"{"to":"sales@example.org","from":"Dana Keller <a@example.com>","subject":"Hi","text":"Please call"}"#,
            ["Dana Keller", "a@example.com", "", ""],
        ),
    ] {
        assert_eq!(person(body), wanted.map(str::to_owned), "{body}");
    }
}

#[test]
fn what_was_answered_and_not_understood_stays_in_order() {
    let lead = read_any(
        "application/json",
        r#"{"Zweck":"Kauf","email":"a@example.com","Farbe":["rot","blau"],"Menge":12,"Newsletter":"ja"}"#,
    );
    let extras: Vec<(&str, &str)> = lead.submission.extras.iter().map(|(q, a)| (q.raw(), a.raw())).collect();
    assert_eq!(extras, [("Zweck", "Kauf"), ("Farbe", "rot, blau"), ("Menge", "12")]);
    assert_eq!(lead.submission.consent.get("Newsletter"), Some(&true));
}
