//! Deliveries of kinds that the samples of providers do not hold: test buttons, partial answers, moved meetings, pings, opt-outs,
//! batches, automatic mail, and bytes that senders write when something is wrong with them. Each is written from what the provider says of it.

use chrono::DateTime;

use super::headers::Headers;
use super::preset::Kind;
use super::read::{Lead, RawDelivery, Reading, Settings, read};
use super::sources::preset;
use crate::domain::submission::DedupeKey;
use crate::domain::text::Untrusted;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

fn read_as(key: &str, content_type: &str, body: &[u8]) -> Reading {
    let headers = Headers::new([("Content-Type", content_type)]);
    let settings = Settings { key: "web".into(), default_region: Some("GB".to_owned()), mapping: None };
    let raw = RawDelivery { headers: &headers, content_type, body, received_at: DateTime::UNIX_EPOCH };
    read(preset(key).unwrap(), &settings, &raw)
}

fn leads(key: &str, content_type: &str, body: &[u8]) -> Vec<Lead> {
    match read_as(key, content_type, body) {
        Reading::Leads { leads, left_out } if left_out.is_empty() => leads,
        other => panic!("{key}: {other:?}"),
    }
}

fn only(key: &str, content_type: &str, body: &[u8]) -> Lead {
    let mut leads = leads(key, content_type, body);
    assert_eq!(leads.len(), 1, "{key}");
    leads.remove(0)
}

fn email_of(lead: &Lead) -> &str {
    lead.submission.person.email.as_ref().map(Untrusted::raw).unwrap_or_default()
}

fn extras(lead: &Lead) -> Vec<(&str, &str)> {
    lead.submission.extras.iter().map(|(q, a)| (q.raw(), a.raw())).collect()
}

#[test]
fn what_is_delivered_and_is_no_new_lead_is_known_for_what_it_is() {
    let form = |fields: &[(&str, &str)]| url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let json = [
        // Answers that are not finished; the whole follows.
        (
            "typeform",
            r#"{"event_id":"e","event_type":"form_response_partial","form_response":{"token":"t","answers":[{"type":"email","email":"a@example.com","field":{"ref":"x","type":"email"}}]}}"#,
            Kind::Partial,
        ),
        (
            "paperform",
            r#"{"trigger":"partial_submission","submission_id":"s","data":[{"title":"Email","type":"email","key":"b","value":"a@example.com"}]}"#,
            Kind::Partial,
        ),
        // Meetings that move, or fall away.
        (
            "calendly",
            r#"{"event":"invitee.created","payload":{"uri":"https://api.calendly.com/i/2","email":"a@example.com","name":"Ana","old_invitee":"https://api.calendly.com/i/1"}}"#,
            Kind::Changed,
        ),
        (
            "calendly",
            r#"{"event":"invitee.canceled","payload":{"uri":"https://api.calendly.com/i/1","email":"a@example.com","rescheduled":true}}"#,
            Kind::Changed,
        ),
        (
            "cal_com",
            r#"{"triggerEvent":"BOOKING_RESCHEDULED","payload":{"uid":"u","attendees":[{"email":"a@example.com","name":"Ana"}]}}"#,
            Kind::Changed,
        ),
        (
            "cal_com",
            r#"{"triggerEvent":"BOOKING_CANCELLED","payload":{"uid":"u","attendees":[{"email":"a@example.com","name":"Ana"}]}}"#,
            Kind::Changed,
        ),
        // A provider that tries the address.
        (
            "cal_com",
            r#"{"triggerEvent":"PING","createdAt":"2026-09-14T09:26:40Z","payload":{"type":"Test","attendees":[{"email":"test@example.com","name":"Test"}]}}"#,
            Kind::Ping,
        ),
        (
            "intercom",
            r#"{"type":"notification_event","topic":"ping","data":{"item":{"type":"ping","message":"hello"}}}"#,
            Kind::Ping,
        ),
        ("intercom", r#"{"topic":"conversation.user.replied","data":{"item":{"id":"1","email":"a@example.com"}}}"#, Kind::Other),
        // What became of a message of ours.
        (
            "whatsapp_cloud",
            r#"{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":{"statuses":[{"id":"wamid.1","status":"delivered","recipient_id":"12025550148"}]}}]}]}"#,
            Kind::Status,
        ),
        // An entry that was changed later.
        ("cognito_forms", r#"{"Email":"a@example.com","Entry":{"Number":1,"Action":"Update"}}"#, Kind::Changed),
    ];
    let forms = [
        ("mailchimp", form(&[("type", "unsubscribe"), ("data[email]", "a@example.com"), ("data[id]", "1")]), Kind::Changed),
        ("mailchimp", form(&[("type", "cleaned"), ("data[email]", "a@example.com"), ("data[reason]", "hard")]), Kind::Changed),
        (
            "activecampaign",
            form(&[("type", "unsubscribe"), ("contact[email]", "a@example.com"), ("contact[id]", "1")]),
            Kind::Changed,
        ),
        (
            "twilio_sms",
            form(&[("MessageSid", "SM1"), ("From", "+12025550148"), ("Body", "STOP"), ("OptOutType", "STOP")]),
            Kind::Status,
        ),
        ("twilio_sms", form(&[("MessageSid", "SM1"), ("From", "+12025550148"), ("Body", " Stop. ")]), Kind::Status),
        ("twilio_sms", form(&[("MessageSid", "SM1"), ("From", "+12025550148"), ("Body", "UNSUBSCRIBE")]), Kind::Status),
        ("twilio_missed_call", form(&[("CallSid", "CA1"), ("From", "+12025550148"), ("CallStatus", "completed")]), Kind::Status),
        (
            "twilio_missed_call",
            form(&[("CallSid", "CA1"), ("From", "+12025550148"), ("CallStatus", "in-progress"), ("DialCallStatus", "completed")]),
            Kind::Status,
        ),
        ("twilio_missed_call", form(&[("CallSid", "CA1"), ("From", "anonymous"), ("CallStatus", "no-answer")]), Kind::Other),
        ("twilio_missed_call", form(&[("CallSid", "CA1"), ("From", "+266696687"), ("CallStatus", "busy")]), Kind::Other),
    ];
    let all = json.iter().map(|(key, body, kind)| (*key, JSON, (*body).to_owned(), *kind));
    for (key, content_type, body, wanted) in all.chain(forms.into_iter().map(|(key, body, kind)| (key, FORM, body, kind))) {
        match read_as(key, content_type, body.as_bytes()) {
            Reading::Ignored { kind, .. } => assert_eq!(kind, wanted, "{key}: {body}"),
            other => panic!("{key}: {body}\n{other:?}"),
        }
    }
}

#[test]
fn a_text_that_only_holds_the_word_stop_is_a_lead() {
    let lead = only("twilio_sms", FORM, b"MessageSid=SM1&From=whatsapp%3A%2B447400123456&Body=Please+stop+by+tomorrow");
    assert_eq!(lead.submission.person.phone_e164.as_deref(), Some("+447400123456"));
}

#[test]
fn a_call_that_was_passed_on_and_not_answered_is_a_lead() {
    let lead =
        only("twilio_missed_call", FORM, b"CallSid=CA1&From=%2B12025550148&CallStatus=in-progress&DialCallStatus=no-answer");
    assert_eq!(lead.submission.person.phone_e164.as_deref(), Some("+12025550148"));
}

#[test]
fn a_test_button_makes_a_lead_that_is_called_a_test() {
    let google = r#"{"lead_id":"TeSter-123-ABCDEFGHIJKLMNOPQRSTUVWXYZ-abcdefghijklmnopqrstuvwxyz-0123456789-AaBbCcDdEeFfGgHhIiJjKkLl","user_column_data":[{"column_name":"Full Name","string_value":"FirstName LastName","column_id":"FULL_NAME"},{"column_name":"User Phone","string_value":"1-650-555-0123","column_id":"PHONE_NUMBER"},{"column_name":"User Email","string_value":"test@example.com","column_id":"EMAIL"}],"api_version":"1.0","form_id":0,"campaign_id":1234567890,"google_key":"k","is_test":true,"gcl_id":"","adgroup_id":0,"creative_id":0}"#;
    let lead = only("google_ads_lead_form", JSON, google.as_bytes());
    assert!(lead.submission.is_test);
    assert_eq!(email_of(&lead), "test@example.com");
    // The other test tool has no mark but its dummy values, of which a phone number may be one.
    for body in [
        r#"{"id":"1","field_data":[{"name":"full_name","values":["<test lead: dummy data for full_name>"]},{"name":"email","values":["test@example.com"]},{"name":"phone_number","values":["<test lead: dummy data for phone_number>"]}]}"#,
        r#"{"id":"1","field_data":[{"name":"full_name","values":["<test lead: dummy data for full_name>"]},{"name":"phone_number","values":["<test lead: dummy data for phone_number>"]}]}"#,
    ] {
        let lead = only("generic", JSON, body.as_bytes());
        assert!(lead.submission.is_test, "{body}");
        assert_eq!(lead.submission.person.phone, None);
    }
}

#[test]
fn a_batch_makes_as_many_leads_each_with_a_key_of_its_own() {
    let lead = |n: usize| format!(r#"{{"id":"n8n-{n}","name":"Person {n}","email":"p{n}@example.com"}}"#);
    let body = format!("[{}]", (0..40).map(lead).collect::<Vec<_>>().join(","));
    let leads = leads("generic", JSON, body.as_bytes());
    let keys: std::collections::BTreeSet<String> = leads.iter().map(|l| format!("{:?}", l.submission.dedupe_key)).collect();
    assert_eq!((leads.len(), keys.len(), email_of(&leads[39])), (40, 40, "p39@example.com"));
}

#[test]
fn several_messages_of_one_person_are_one_lead_and_those_of_two_are_two() {
    let one = r#"{"entry":[{"changes":[{"value":{"contacts":[{"profile":{"name":"Ana"},"wa_id":"5511955550123"}],"messages":[{"from":"5511955550123","id":"wamid.1","timestamp":"1789378000","type":"text","text":{"body":"Hi"}},{"from":"5511955550123","id":"wamid.2","timestamp":"1789378003","type":"text","text":{"body":"a quote please"}}]}}]}]}"#;
    let lead = only("whatsapp_cloud", JSON, one.as_bytes());
    assert_eq!(lead.submission.message, Some(Untrusted::new("Hi\na quote please")));
    assert_eq!(lead.submission.dedupe_key, DedupeKey::Provider("wamid.1".to_owned()));
    let two = r#"{"entry":[{"changes":[{"value":{"contacts":[{"profile":{"name":"Ana"},"wa_id":"5511955550123"},{"profile":{"name":"Ben"},"wa_id":"447400123456"}],"messages":[{"from":"447400123456","id":"wamid.1","timestamp":"1789378000","type":"text","text":{"body":"Hi"}},{"from":"5511955550123","id":"wamid.2","timestamp":"1789378003","type":"text","text":{"body":"Oi"}}]}}]}]}"#;
    let said: Vec<_> = leads("whatsapp_cloud", JSON, two.as_bytes())
        .into_iter()
        .map(|l| (l.submission.person.name, l.submission.person.phone_e164, l.submission.message, l.submission.dedupe_key))
        .collect();
    let person = |name: &str, phone: &str, message: &str, id: &str| {
        let text = |t: &str| Some(Untrusted::new(t));
        (text(name), Some(phone.to_owned()), text(message), DedupeKey::Provider(id.to_owned()))
    };
    assert_eq!(said, [person("Ben", "+447400123456", "Hi", "wamid.1"), person("Ana", "+5511955550123", "Oi", "wamid.2")]);
}

#[test]
fn keys_that_repeat_or_stand_in_brackets_lose_nothing() {
    let body = b"contact%5Bemail%5D=a%40example.com&contact[name]=Ana&interest=x&interest=y&size%5B%5D=S&size%5B%5D=M&a[b]=1&a=2";
    let lead = only("generic", FORM, body);
    assert_eq!(email_of(&lead), "a@example.com");
    let wanted = [("interest", "x, y"), ("size", "S, M")];
    assert!(wanted.iter().all(|pair| extras(&lead).contains(pair)), "{:?}", extras(&lead));
    let all: String = extras(&lead).iter().map(|(_, a)| *a).collect::<Vec<_>>().join(" ");
    assert!(all.contains('1') && all.contains('2'), "{all}");
}

#[test]
fn a_nul_and_half_a_surrogate_pair_cost_only_themselves() {
    let body = r#"{"na\u0000me":"An\u0000a\ud800 K","email":"a@example.com\u0000","note":"\udc00x\u0000","lone":"\ud83d","\u0000":"\u0000","pair":"\ud83d\ude00"}"#;
    let lead = only("generic", JSON, body.as_bytes());
    assert_eq!(email_of(&lead), "a@example.com");
    let kept = format!("{:?}", lead.submission);
    assert!(!kept.contains("\\0") && !kept.contains("\\u{0}"), "{kept}");
    assert!(extras(&lead).contains(&("pair", "😀")), "{kept}");
}

#[test]
fn an_id_of_nineteen_digits_keeps_them_all() {
    let body =
        r#"{"id":9007199254740993123,"email":"a@example.com","form":{"id":18446744073709551615},"account":9223372036854775807}"#;
    let lead = only("generic", JSON, body.as_bytes());
    let DedupeKey::Provider(key) = &lead.submission.dedupe_key else { panic!("{:?}", lead.submission.dedupe_key) };
    assert!(key.starts_with("9007199254740993123"), "{key}");
    let google = r#"{"lead_id":"l","campaign_id":9007199254740993,"user_column_data":[{"column_id":"EMAIL","string_value":"a@example.com"}]}"#;
    let lead = only("google_ads_lead_form", JSON, google.as_bytes());
    assert_eq!(lead.submission.source_detail, Some(Untrusted::new("campaign 9007199254740993")));
    let jotform = "submissionID=9123456789012345678&rawRequest=%7B%22q4_email%22%3A%22a%40example.com%22%2C%22q5_ref%22%3A9123456789012345679%7D";
    let lead = only("jotform", FORM, jotform.as_bytes());
    assert_eq!(lead.submission.dedupe_key, DedupeKey::Provider("9123456789012345678".to_owned()));
    assert!(extras(&lead).contains(&("ref", "9123456789012345679")), "{:?}", extras(&lead));
}

#[test]
fn old_alphabets_are_read_as_they_are_named() {
    let western = only(
        "generic",
        "application/x-www-form-urlencoded; charset=iso-8859-1",
        b"Nom=Dubois&Pr%E9nom=L%E9a&Courriel=a%40example.com",
    );
    assert_eq!(western.submission.person.full_name(), Some(Untrusted::new("Léa Dubois")));
    let cyrillic =
        only("generic", "application/x-www-form-urlencoded; charset=windows-1251", b"email=a%40example.com&name=%C0%ED%ED%E0");
    assert_eq!(cyrillic.submission.person.name, Some(Untrusted::new("Анна")));
    let body = b"--B\r\nContent-Disposition: form-data; name=\"name\"\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\nJ\xfcrgen\r\n--B\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\na@example.com\r\n--B--\r\n";
    let part = only("generic", "multipart/form-data; boundary=B", body);
    assert_eq!(part.submission.person.name, Some(Untrusted::new("Jürgen")));
    let mail = b"--B\r\nContent-Disposition: form-data; name=\"headers\"\r\n\r\nMessage-ID: <1@example.com>\r\n\r\n--B\r\nContent-Disposition: form-data; name=\"from\"\r\n\r\nHanako <h@example.com>\r\n--B\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n\x8d\xb2\x93\xa1\x82\xc5\x82\xb7\r\n--B\r\nContent-Disposition: form-data; name=\"charsets\"\r\n\r\n{\"text\":\"shift_jis\",\"from\":\"UTF-8\"}\r\n--B--\r\n";
    let japanese = only("email_sendgrid", "multipart/form-data; boundary=B", mail);
    assert!(format!("{:?}", japanese.submission).contains("佐藤です"), "{:?}", japanese.submission);
}

#[test]
fn what_is_empty_is_absent_however_it_is_written() {
    let empty = [r#""""#, "null", r#""  ""#, "[]", "{}", r#"[""]"#, "[null]", r#"{"value":""}"#];
    for nothing in empty {
        let body = format!(
            r#"{{"email":"a@example.com","name":{nothing},"phone":{nothing},"company":{nothing},"message":{nothing},"Colour":{nothing}}}"#
        );
        let s = only("generic", JSON, body.as_bytes()).submission;
        let person = (s.person.full_name(), s.person.phone, s.person.company, s.message, s.extras.len());
        assert_eq!(person, (None, None, None, None, 0), "{nothing}");
    }
    let s = only("generic", FORM, b"email=a%40example.com&name=&phone=+&company=%20&Colour").submission;
    assert_eq!((s.person.name, s.person.phone, s.person.company, s.extras.len()), (None, None, None, 0));
}

#[test]
fn the_fields_of_a_signature_count_in_a_form_of_parts_as_well() {
    use super::verify::{Request, Secrets, Verdict, Which, verify};
    let (key, preset) = ("mailgun-key", preset("email_mailgun").unwrap());
    let now = DateTime::from_timestamp(1_789_378_003, 0).unwrap();
    let mut mac = <hmac::Hmac<sha2::Sha256> as hmac::KeyInit>::new_from_slice(key.as_bytes()).unwrap();
    hmac::Mac::update(&mut mac, b"1789378003token");
    let signature = hex::encode(hmac::Mac::finalize(mac).into_bytes());
    let part = |name: &str, value: &str| format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let body =
        [part("timestamp", "1789378003"), part("token", "token"), part("signature", &signature), "--B--\r\n".to_owned()].concat();
    let headers = Headers::new([("Content-Type", "multipart/form-data; boundary=B")]);
    let request =
        Request { method: "POST", url: "https://x.example/hooks/m", token: None, headers: &headers, body: body.as_bytes() };
    let secrets = Secrets { current: key.to_owned().into(), previous: None };
    assert_eq!(verify(&preset.auth, &secrets, &request, now), Verdict::Genuine(Which::Current));
}

#[test]
fn mail_that_a_machine_wrote_is_never_a_lead() {
    let postmark = |headers: &str, from: &str, text: &str| {
        let text = serde_json::to_string(text).unwrap();
        format!(
            r#"{{"From":"{from}","FromFull":{{"Email":"{from}","Name":"Ana"}},"Subject":"Re: quote","MessageID":"1","TextBody":{text},"Headers":[{headers}]}}"#
        )
    };
    let header = |name: &str, value: &str| format!(r#"{{"Name":"{name}","Value":"{value}"}}"#);
    let away = "I am away until Monday.";
    for (headers, from) in [
        (header("Auto-Submitted", "auto-replied (vacation)"), "a@example.com"),
        (header("auto-submitted", "AUTO-GENERATED"), "a@example.com"),
        (header("Precedence", "bulk"), "a@example.com"),
        (header("Precedence", "auto_reply"), "a@example.com"),
        (header("Precedence", "list"), "a@example.com"),
        (header("List-Id", "<news.example.com>"), "a@example.com"),
        (header("X-Autoreply", "yes"), "a@example.com"),
        (header("Return-Path", "<>"), "a@example.com"),
        (header("Content-Type", "multipart/report; report-type=delivery-status"), "a@example.com"),
        (header("X-Failed-Recipients", "b@example.com"), "a@example.com"),
        (String::new(), "MAILER-DAEMON@mx.example.com"),
        (String::new(), "postmaster@example.com"),
    ] {
        let body = postmark(&headers, from, away);
        let reading = read_as("email_postmark", JSON, body.as_bytes());
        assert!(matches!(reading, Reading::Ignored { kind: Kind::Automatic, .. }), "{headers} {from}: {reading:?}");
    }
    // People, and forms that send their answers by mail, are let through.
    let form = "Name: Ana Ruiz\nE-mail: a@example.com\nMessage: a quote please";
    for (headers, text) in [
        (header("Auto-Submitted", "no"), away),
        (header("Precedence", "first-class"), away),
        (header("Auto-Submitted", "auto-generated"), form),
        (header("Precedence", "bulk"), form),
    ] {
        assert_eq!(
            email_of(&only("email_postmark", JSON, postmark(&headers, "a@example.com", text).as_bytes())),
            "a@example.com"
        );
    }
    let reading =
        read_as("email_postmark", JSON, postmark(&header("Auto-Submitted", "auto-replied"), "a@example.com", form).as_bytes());
    assert!(
        matches!(reading, Reading::Ignored { kind: Kind::Automatic, .. }),
        "an answer that quotes a form is no form: {reading:?}"
    );
}

#[test]
fn every_mail_service_says_it_in_its_own_way_and_is_understood() {
    let mailgun = [
        ("from", "Ana <a@example.com>"),
        ("stripped-text", "I am away."),
        ("message-headers", r#"[["Auto-Submitted","auto-replied"],["Date","Mon, 14 Sep 2026 09:26:40 +0000"]]"#),
    ];
    let mailgun = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(mailgun).finish();
    let sendgrid = [
        ("from", "Ana <a@example.com>"),
        ("text", "I am away."),
        ("headers", "Message-ID: <1@example.com>\nX-Long: a\n\tAuto-Submitted: no\nPrecedence:\n bulk\n"),
    ];
    let sendgrid = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(sendgrid).finish();
    for (key, body) in [("email_mailgun", mailgun), ("email_sendgrid", sendgrid)] {
        let reading = read_as(key, FORM, body.as_bytes());
        assert!(matches!(reading, Reading::Ignored { kind: Kind::Automatic, .. }), "{key}: {reading:?}");
    }
}
