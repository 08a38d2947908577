//! `/intake …`.

use insta::assert_snapshot;

use super::*;
use crate::store::{NewDelivery, Outcome, Proof};

#[tokio::test]
async fn a_source_is_made_with_its_address_and_its_secret_shown_once() {
    let bed = Bed::new().await;
    let add = || [("key", text("website")), ("preset", text("typeform")), ("name", text("Our website")), ("team", text("World"))];
    assert_snapshot!(seen(&bed.says(ada(), "intake add", add()).await), @r#"
    # New source: ‹Our website›
    Address `https://leads.example.com/hooks/website`
    Secret `611830d3641a68f94a690dcc25d1f4b0dac948325ac18f6dd32564371735f32c`
    The secret is shown this once. Copy it now; leadbell source rotate website makes another.
    1. In Typeform, open the form, then Connect, then Webhooks, then Add a webhook.
    2. Paste the address as the endpoint, and save.
    3. Edit that webhook, paste the secret into Secret, save, and switch it on.
    Its leads go to DACH for now. To send them to World, add this to the playbook and apply it:
    `[[source]]
    key = "website"
    team = "world"`
    "#);
    assert_snapshot!(seen(&bed.says(ada(), "intake add", add()).await), @"There is a source website already, and nothing has changed. Choose another key; /intake sources lists them.");
    assert_snapshot!(seen(&bed.says(ada(), "intake add", [("key", text("zap"))]).await), @r"
    # New source: ‹zap›
    Address `https://leads.example.com/hooks/zap`
    Secret `prOzHBw_NYXqiOUnqBmwYsaASIoNdLIz3MRWaWWJ7w8`
    The secret is shown this once. Copy it now; leadbell source rotate zap makes another.
    1. Where the leads come from, set the address as the webhook's URL, with the method POST.
    2. Send the secret with each request, in a header: Authorization: Bearer, a space, then the secret.
    Its leads go to DACH.
    ");
    assert_snapshot!(seen(&bed.says(ada(), "intake add", [("key", text("My Site"))]).await), @r#""‹My Site›" is no key: a key has 2 to 32 small letters, digits and dashes, such as website or fair-2026."#);
    assert_snapshot!(seen(&bed.says(ada(), "intake add", [("key", text("fax")), ("preset", text("typefrom"))]).await), @r#"There is no preset "‹typefrom›". Did you mean typeform? Choose from those that are offered while you type, or leave it out for anything that sends JSON or a form."#);
    let twilio = [("key", text("line")), ("preset", text("Twilio: text message"))];
    assert_snapshot!(seen(&bed.says(ada(), "intake add", twilio).await), @r"
    Twilio makes its own secret: the Auth Token, on the Account page of Twilio's console.
    A secret must not be sent through a chat. Keep it in a file or a variable of the server, and add the source there:
    `leadbell source add line --preset twilio_sms --secret file:PATH`
    ");
    let unbounce = seen(&bed.says(ada(), "intake add", [("key", text("pages")), ("preset", text("unbounce"))]).await);
    assert!(unbounce.contains("The address holds its own secret") && !unbounce.contains("Secret `"), "{unbounce}");
    assert_snapshot!(seen(&bed.says(may(), "intake sources", []).await), @r"
    # Sources: 3
    • pages ‹pages›, Unbounce, nothing came in yet, unauthenticated
    • website ‹Our website›, Typeform, nothing came in yet
    • zap ‹zap›, Any tool, nothing came in yet
    ");
}

async fn unreadable(bed: &Bed, body: &str) {
    let request = NewDelivery {
        source: "website".into(),
        received_at: bed.now(),
        content_type: "application/json".to_owned(),
        headers: Vec::new(),
        body: body.as_bytes().to_vec(),
        proof: Proof::Signed,
    };
    bed.desk.store.accept(request).await.unwrap();
    let delivery = bed.desk.store.new_deliveries(1).await.unwrap().remove(0);
    let why = Outcome::Quarantined("nothing in it says who it is".to_owned());
    bed.desk.store.delivery_ended(delivery, why, bed.now()).await.unwrap();
}

#[tokio::test]
async fn what_could_not_be_read_is_shown_without_what_it_says() {
    let bed = Bed::new().await;
    bed.says(ada(), "intake add", [("key", text("website"))]).await;
    assert_snapshot!(seen(&bed.says(may(), "intake quarantine", []).await), @"Nothing waits here: all that came in could be read.");
    unreadable(&bed, r#"{"colour":"red","who":{"mail":"dana@example"}}"#).await;
    unreadable(&bed, "nonsense `` from Dana").await;
    let told = seen(&bed.says(may(), "intake quarantine", []).await);
    assert!(!told.contains("Dana") && !told.contains("dana") && !told.contains("red\""), "{told}");
    assert_snapshot!(told, @r#"
    # Could not be read: 2
    2 from website, <~14 09:00>: ‹nothing in it says who it is›
    `xxxxxxxx `` xxxx xxxx`
    1 from website, <~14 09:00>: ‹nothing in it says who it is›
    `{colour: "3 characters", who: {mail: "12 characters"}}`
    Mend the source's mapping, then /intake replay reads them again. Names and values are hidden here.
    "#);
    assert_snapshot!(seen(&bed.says(may(), "intake sources", []).await), @r"
    # Sources: 1
    • website ‹website›, Any tool, 2 deliveries, the last <~14 09:00>, 2 could not be read (/intake quarantine)
    ");
    assert!(seen(&bed.says(may(), "intake quarantine", [("source", text("other"))]).await).starts_with("Nothing waits"));
}

#[tokio::test]
async fn a_delivery_is_read_again_by_number_or_all() {
    let bed = Bed::new().await;
    for _ in 0..3 {
        unreadable(&bed, "{}").await;
    }
    assert_snapshot!(seen(&bed.says(may(), "intake replay", [("delivery", text("2"))]).await), @"1 delivery is read again now. What still cannot be read comes back to /intake quarantine.");
    assert_snapshot!(seen(&bed.says(may(), "intake replay", [("delivery", text("2"))]).await), @"Nothing of that waits in the quarantine. /intake quarantine lists what does, by number.");
    assert_snapshot!(seen(&bed.says(may(), "intake replay", [("delivery", text("all"))]).await), @"2 deliveries are read again now. What still cannot be read comes back to /intake quarantine.");
    assert_snapshot!(seen(&bed.says(may(), "intake replay", [("delivery", text("-1"))]).await), @r#""‹-1›" is no delivery's number. Give a number from /intake quarantine, or all."#);
    assert_eq!(bed.desk.store.new_deliveries(9).await.unwrap().len(), 3);
}
