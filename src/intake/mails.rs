//! Mail as people, forms and machines send it: who it is from, what it says, and what comes with it.

use chrono::DateTime;
use proptest::prelude::*;

use super::headers::Headers;
use super::preset::Kind;
use super::read::{Lead, RawDelivery, Reading, Settings, read};
use super::sources::preset;
use super::{body, mime};
use crate::domain::submission::{DedupeKey, Submission};
use crate::domain::text::Untrusted;

fn read_as(key: &str, content_type: &str, body: &[u8]) -> Reading {
    let headers = Headers::new([("Content-Type", content_type)]);
    let settings = Settings { key: "mail".into(), default_region: Some("DE".to_owned()), mapping: None };
    let raw = RawDelivery { headers: &headers, content_type, body, received_at: DateTime::UNIX_EPOCH };
    read(preset(key).unwrap(), &settings, &raw)
}

fn lead_as(key: &str, content_type: &str, body: &[u8]) -> Submission {
    match read_as(key, content_type, body) {
        Reading::Leads { mut leads, left_out } if leads.len() == 1 && left_out.is_empty() => {
            let Lead { submission, .. } = leads.remove(0);
            submission
        }
        other => panic!("{other:?}"),
    }
}

fn mail(text: &[u8]) -> Submission {
    lead_as("email_raw", "message/rfc822", text)
}

/// Name, e-mail, phone, company, message.
fn said(s: &Submission) -> [String; 5] {
    let text = |t: &Option<Untrusted>| t.as_ref().map(|t| t.raw().to_owned()).unwrap_or_default();
    [text(&s.person.full_name()), text(&s.person.email), text(&s.person.phone), text(&s.person.company), text(&s.message)]
}

#[test]
fn a_letter_is_a_lead_of_whoever_wants_to_be_answered() {
    let letter = "From: Website <noreply@example.org>\r\nReply-To: =?UTF-8?B?TMOpYQ==?= Dubois <Lea@example.com>\r\nTo: Sales <leads@in.example.org>\r\nSubject: =?iso-8859-1?Q?Gr=F6=DFe?=\r\nDate: Mon, 14 Sep 2026 11:26:40 +0200\r\nMessage-ID: <m1@example.com>\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nBonjour,\r\nnous cherchons 12 bureaux =E0 Lyon.\r\n-- \r\nLea\r\n> quoted\r\n";
    let s = mail(letter.as_bytes());
    assert_eq!(said(&s), ["Léa Dubois", "lea@example.com", "", "", "Bonjour,\nnous cherchons 12 bureaux à Lyon."]);
    assert_eq!(s.dedupe_key, DedupeKey::Provider("<m1@example.com>".to_owned()));
    assert_eq!(s.source_detail, Some(Untrusted::new("leads@in.example.org")));
    assert_eq!(s.submitted_at.map(|t| t.to_rfc3339()).as_deref(), Some("2026-09-14T09:26:40+00:00"));
    assert!(s.extras.contains(&(Untrusted::new("subject"), Untrusted::new("Größe"))), "{:?}", s.extras);
}

#[test]
fn a_form_that_writes_mail_is_read_by_its_questions() {
    let head = "From: \"Website\" <wordpress@example.org>\r\nTo: leads@example.org\r\nMessage-ID: <m2@example.org>\r\nAuto-Submitted: auto-generated\r\n";
    let lines = "Name: Lea Brandt\r\nE-Mail: lea.brandt@example.org\r\nTelefon: 030 23125 400\r\nFirma: Brandt Optik\r\nNachricht: Bitte Katalog senden\r\n";
    let wanted = ["Lea Brandt", "lea.brandt@example.org", "030 23125 400", "Brandt Optik", "Bitte Katalog senden"];
    let table = "<html><head><style>td { x }</style></head><table><tr><td>Name</td><td>Lea Brandt</td></tr><tr><td><b>E-Mail:</b></td><td><a href=\"mailto:x@example.net\">lea.brandt@example.org</a></td></tr><tr><td>Telefon</td><td>030 23125 400</td></tr><tr><td>Firma</td><td>Brandt Optik</td></tr><tr><td>Nachricht</td><td>Bitte Katalog senden</td></tr></table></html>";
    for text in [
        format!("{head}\r\n{lines}"),
        format!("{head}\r\nSie haben eine neue Anfrage von der Website\r\n\r\n{lines}-- \r\nGesendet von example.org\r\n"),
        format!("{head}Content-Type: text/html; charset=utf-8\r\n\r\n{table}"),
        format!(
            "{head}Content-Type: multipart/alternative; boundary=B\r\n\r\n--B\r\nContent-Type: text/plain\r\n\r\n{lines}\r\n--B\r\nContent-Type: text/html\r\n\r\n<p>Name: Nobody</p>\r\n--B--\r\n"
        ),
    ] {
        assert_eq!(said(&mail(text.as_bytes())), wanted, "{text}");
    }
}

#[test]
fn what_a_colleague_passes_on_is_from_whoever_wrote_it() {
    let colleague = "From: Rep One <rep@ours.example>\r\nReply-To: rep@ours.example\r\nTo: leads@ours.example\r\nMessage-ID: <f@ours.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nFor you!\r\n\r\n";
    let letter = format!(
        "{colleague}---------- Forwarded message ---------\r\nFrom: Ana Ruiz <ana@example.com>\r\nDate: Mon, 14 Sep 2026\r\nSubject: A quote\r\nTo: <info@ours.example>\r\n\r\nCould you call me?\r\n"
    );
    assert_eq!(said(&mail(letter.as_bytes())), ["Ana Ruiz", "ana@example.com", "", "", "Could you call me?"]);
    let form = format!(
        "{colleague}-------- Weitergeleitete Nachricht --------\r\nBetreff: Anfrage\r\nVon: Website <noreply@ours.example>\r\n\r\nName: Lea Brandt\r\nE-Mail: lea@example.com\r\nNachricht: Bitte Katalog\r\n"
    );
    assert_eq!(said(&mail(form.as_bytes())), ["Lea Brandt", "lea@example.com", "", "", "Bitte Katalog"]);
}

#[test]
fn files_are_named_and_not_kept() {
    let text = "From: Ana <a@example.com>\r\nSubject: plans\r\nMessage-ID: <m@example.com>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"B\"\r\n\r\n--B\r\nContent-Type: text/plain\r\n\r\nSee the plans.\r\n--B\r\nContent-Type: application/pdf; name=\"plans.pdf\"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"plans.pdf\"\r\n\r\nSEVMTE8gU0VDUkVU\r\n--B--\r\n";
    let s = mail(text.as_bytes());
    assert_eq!(said(&s)[4], "See the plans.");
    assert!(s.extras.contains(&(Untrusted::new("attachments"), Untrusted::new("plans.pdf"))), "{:?}", s.extras);
    let kept = format!("{s:?}");
    assert!(!kept.contains("SECRET") && !kept.contains("SEVM"), "{kept}");
}

#[test]
fn old_alphabets_of_mail_are_read() {
    let head = b"From: =?shift_jis?B?jbKToQ==?= <s@example.com>\r\nMessage-ID: <j@example.com>\r\nContent-Type: text/plain; charset=shift_jis\r\n\r\n";
    assert_eq!(
        said(&mail(&[&head[..], b"\x8d\xb2\x93\xa1\x82\xc5\x82\xb7"].concat())),
        ["佐藤", "s@example.com", "", "", "佐藤です"]
    );
}

#[test]
fn mail_of_machines_is_never_a_lead() {
    for headers in [
        "From: Ana <a@example.com>\r\nAuto-Submitted: auto-replied",
        "From: Ana <a@example.com>\r\nPrecedence: bulk",
        "From: Ana <a@example.com>\r\nList-Id: <news.example.com>",
        "From: Ana <a@example.com>\r\nReturn-Path: <>",
        "From: Mail Delivery System <MAILER-DAEMON@mx.example.com>",
        "From: a@example.com\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=B",
    ] {
        let text = format!("{headers}\r\nMessage-ID: <1@example.com>\r\nSubject: Re: quote\r\n\r\nI am away.\r\n");
        let reading = read_as("email_raw", "message/rfc822", text.as_bytes());
        assert!(matches!(reading, Reading::Ignored { kind: Kind::Automatic, .. }), "{headers}: {reading:?}");
    }
}

#[test]
fn the_raw_mail_of_both_services_is_read_in_its_own_alphabet() {
    let raw = b"From: Website <noreply@example.org>\r\nReply-To: Hanako <h@example.com>\r\nMessage-ID: <r@example.org>\r\nDate: Mon, 14 Sep 2026 09:26:40 +0000\r\nContent-Type: text/plain; charset=shift_jis\r\n\r\n\x8d\xb2\x93\xa1\x82\xc5\x82\xb7\r\n";
    let part = |name: &str, value: &[u8]| {
        [format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n").as_bytes(), value, b"\r\n"].concat()
    };
    let end = b"--B--\r\n".to_vec();
    let sendgrid = [
        part("email", raw),
        part("from", b"Website <noreply@example.org>"),
        part("subject", b"x"),
        part("envelope", br#"{"to":["leads@example.org"]}"#),
        end.clone(),
    ]
    .concat();
    let mailgun =
        [part("body-mime", raw), part("from", b"Website <noreply@example.org>"), part("recipient", b"leads@example.org"), end]
            .concat();
    for (key, body) in
        [("email_sendgrid", &sendgrid), ("email_mailgun", &mailgun), ("email_raw", &sendgrid), ("email_raw", &mailgun)]
    {
        let s = lead_as(key, "multipart/form-data; boundary=B", body);
        assert_eq!(said(&s), ["Hanako", "h@example.com", "", "", "佐藤です"], "{key}");
        assert_eq!(s.dedupe_key, DedupeKey::Provider("<r@example.org>".to_owned()), "{key}");
        assert_eq!(s.source_detail, Some(Untrusted::new("leads@example.org")), "{key}");
        assert!(s.submitted_at.is_some(), "{key}");
    }
}

#[test]
fn a_form_sent_through_a_service_is_not_from_the_form() {
    let postmark = r#"{"From":"noreply@example.org","FromName":"Website","FromFull":{"Email":"noreply@example.org","Name":"Website","MailboxHash":""},"ReplyTo":"","MessageID":"1","TextBody":"Name: Lea Brandt\nE-Mail: lea@example.com\nNachricht: Bitte Katalog"}"#;
    assert_eq!(
        said(&lead_as("email_postmark", "application/json", postmark.as_bytes())),
        ["Lea Brandt", "lea@example.com", "", "", "Bitte Katalog"]
    );
    let mailgun = [
        ("from", "Website <noreply@example.org>"),
        ("stripped-text", "Name: Lea Brandt\nE-Mail: lea@example.com\nNachricht: Bitte Katalog"),
        ("Message-Id", "<1>"),
    ];
    let mailgun = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(mailgun).finish();
    assert_eq!(
        said(&lead_as("email_mailgun", "application/x-www-form-urlencoded", mailgun.as_bytes())),
        ["Lea Brandt", "lea@example.com", "", "", "Bitte Katalog"]
    );
}

#[test]
fn a_field_that_only_seems_to_hold_a_mail_keeps_its_text() {
    let form = [("email", "work: a@example.com\nhome: none"), ("name", "Ana Ruiz")];
    let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let s = lead_as("generic", "application/x-www-form-urlencoded", form.as_bytes());
    assert_eq!(said(&s)[0], "Ana Ruiz");
    assert!(format!("{s:?}").contains("work: a@example.com"), "{s:?}");
}

#[test]
fn a_mail_that_would_take_long_is_refused_and_says_why() {
    let nested = "--A\r\nContent-Type: multipart/mixed; boundary=Z\r\n\r\n".repeat(1_000);
    let text = format!("From: a@example.com\r\nContent-Type: multipart/mixed; boundary=A\r\n\r\n{nested}");
    assert_eq!(mime::tree(text.as_bytes()).unwrap_err(), "more than 32 parts that are made of parts");
    let fault = body::read("message/rfc822", b"no mail at all").unwrap_err().to_string();
    assert!(fault.starts_with("there are no headers, as a mail has them."), "{fault}");
    assert_eq!(mime::tree(&vec![b'a'; 9 * 1024 * 1024]).unwrap_err(), "a mail of more than 8 MiB");
}

#[test]
fn only_what_begins_with_a_header_is_taken_for_mail() {
    for (text, is_mail) in [
        ("From: a@example.com\r\n\r\nx", true),
        ("Received: by x\n y", true),
        ("a@example.com", false),
        ("note: one line", false),
        ("Hi there: how are you\nx", false),
        ("", false),
    ] {
        assert_eq!(mime::looks_like_mail(text.as_bytes()), is_mail, "{text}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_a_mail_or_a_fault(bytes in proptest::collection::vec(any::<u8>(), 0..300), head in "(From|Content-Type|Reply-To|Subject): .{0,60}\r\n") {
        let _ = mime::tree(&bytes);
        let _ = read_as("email_raw", "message/rfc822", &[head.as_bytes(), &bytes].concat());
    }
}
