//! `/intake …`.

use insta::assert_snapshot;

use super::*;
use crate::chat::action::Verb;
use crate::store::{Holds, NewDelivery, Outcome, Proof, Refusal};

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
    Send something there, then press Test: it says what came of it.
    [Test]
    "#);
    assert_snapshot!(seen(&bed.says(ada(), "intake add", add()).await), @"There is a source website already, and nothing has changed. Choose another key; /intake sources lists them.");
    assert_snapshot!(seen(&bed.says(ada(), "intake add", [("key", text("zap"))]).await), @r"
    # New source: ‹zap›
    Address `https://leads.example.com/hooks/zap`
    Secret `prOzHBw_NYXqiOUnqBmwYsaASIoNdLIz3MRWaWWJ7w8`
    The secret is shown this once. Copy it now; leadbell source rotate zap makes another.
    1. Where the leads come from (Zapier, Make, n8n, your own code), add a step that sends a request: POST, with the answers as JSON or as a form.
    2. Set the address as its URL.
    3. Send the secret with each request, in a header: Authorization: Bearer, a space, then the secret.
    Its leads go to DACH.
    Send something there, then press Test: it says what came of it.
    [Test]
    ");
    assert_snapshot!(seen(&bed.says(ada(), "intake add", [("key", text("My Site"))]).await), @r#""‹My Site›" is no key: a key has 2 to 32 lower-case letters, digits and dashes, such as website or fair-2026."#);
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
    unreadable_for(bed, body, "nothing in it says who it is").await;
}

async fn unreadable_for(bed: &Bed, body: &str, why: &str) {
    let request = NewDelivery {
        source: "website".into(),
        received_at: bed.now(),
        content_type: "application/json".to_owned(),
        headers: Vec::new(),
        body: body.as_bytes().to_vec(),
        proof: Proof::Signed,
        holds: Holds::Leads,
    };
    bed.desk.store.accept(request).await.unwrap();
    let delivery = bed.desk.store.new_deliveries(1).await.unwrap().remove(0);
    let why = Outcome::Quarantined(why.to_owned());
    bed.desk.store.delivery_ended(delivery, why, bed.now()).await.unwrap();
}

#[tokio::test]
async fn what_could_not_be_read_is_shown_without_what_it_says() {
    let bed = Bed::new().await;
    bed.says(ada(), "intake add", [("key", text("website"))]).await;
    assert_snapshot!(seen(&bed.says(may(), "intake quarantine", []).await), @"Nothing waits here: all that came in could be read.");
    unreadable(&bed, r#"{"colour":"red","who":{"mail":"dana@example"}}"#).await;
    bed.passes(Duration::minutes(5));
    unreadable(&bed, "nonsense `` from Dana").await;
    unreadable_for(&bed, "{}", "the body is empty").await;
    let list = bed.says(may(), "intake quarantine", []).await;
    assert_snapshot!(seen(&list), @r"
    # Could not be read: 3
    • 1 from website, the last <~14 09:05>: ‹the body is empty›
    • 2 from website, the last <~14 09:05>: ‹nothing in it says who it is›
    Nothing is lost: choose a reason to see what to do.
    v Choose a reason
      1 from website  (the body is empty)
      2 from website  (nothing in it says who it is)
    ");
    let shown = bed.chooses(may(), "2 from website", view(&list)).await;
    let told = seen(&shown);
    assert!(!told.contains("Dana") && !told.contains("dana") && !told.contains("red\""), "{told}");
    assert_snapshot!(told, @r#"
    # Alarm: Delivery 2 from website, <~14 09:05>
    Why ‹nothing in it says who it is›
    What came, without what it says:
    `xxxxxxxx `` xxxx xxxx`
    What to do If it should have been read: say where things stand, and try that first.
    `# mapping.toml
    email = "$.the.place.above"

    leadbell source preview website payload.json --mapping mapping.toml
    leadbell source map website mapping.toml`
    Then replay it. Reading the same twice makes no second lead.
    [*Replay] [Replay all of website] [All reasons]
    "#);
    let first = bed.presses_token(may(), &Action::on(Verb::QuarantineShow, LeadId(0), 0).with("1").to_string()).await;
    assert_snapshot!(seen(&first), @r#"
    # Alarm: Delivery 1 from website, <~14 09:00>
    Why ‹nothing in it says who it is›
    What came, without what it says:
    `$.colour    text, 3 characters
    $.who.mail  text with @, 12 characters`
    What to do If it should have been read: say where things stand, and try that first.
    `# mapping.toml
    email = "$.the.place.above"

    leadbell source preview website payload.json --mapping mapping.toml
    leadbell source map website mapping.toml`
    Then replay it. Reading the same twice makes no second lead.
    [*Replay] [Replay all of website] [All reasons]
    "#);
    assert!(seen(&bed.presses(may(), "All reasons", view(&first)).await).contains("# Could not be read: 3"));
    assert!(
        seen(&bed.presses(ann(), "Replay", view(&first)).await).contains("is for managers"),
        "rights are checked on the button too"
    );
    assert_snapshot!(seen(&bed.says(may(), "intake sources", []).await), @r"
    # Sources: 1
    • website ‹website›, Any tool, 3 deliveries, the last <~14 09:05>, 3 could not be read (/intake quarantine)
    ");
    assert_snapshot!(seen(&bed.says(may(), "intake quarantine", [("source", text("other"))]).await), @r#"There is no source "‹other›". /intake sources lists them."#);
}

#[tokio::test]
async fn a_delivery_is_read_again_by_number_or_all() {
    let bed = Bed::new().await;
    for _ in 0..3 {
        unreadable(&bed, "{}").await;
    }
    assert_snapshot!(seen(&bed.says(may(), "intake replay", [("delivery", text("2"))]).await), @"1 delivery is read again now. You will be told what became of it.");
    assert_snapshot!(seen(&bed.says(may(), "intake replay", [("delivery", text("2"))]).await), @"Nothing of that waits in the quarantine. /intake quarantine lists what does, by number.");
    assert_snapshot!(seen(&bed.says(may(), "intake replay", [("delivery", text("all"))]).await), @"2 deliveries are read again now. You will be told what became of them.");
    assert_snapshot!(seen(&bed.says(may(), "intake replay", [("delivery", text("-1"))]).await), @r#""‹-1›" is no delivery's number. Give a number from /intake quarantine, or all."#);
    assert_eq!(bed.desk.store.new_deliveries(9).await.unwrap().len(), 3);
}

#[tokio::test]
async fn test_says_what_was_heard_and_leaves_the_secret_where_it_stands() {
    let bed = Bed::new().await;
    let added = bed.says(ada(), "intake add", [("key", text("website")), ("preset", text("typeform"))]).await;
    let tested = bed.presses(ada(), "Test", view(&added)).await;
    assert!(matches!(tested, Answer::Private(_)), "the message with the secret is not replaced: {tested:?}");
    assert_snapshot!(seen(&tested), @r"
    Nothing came from website yet. Send something at the sender, then press Test again.
    [Test]
    ");
    let refusal = Refusal { source: "website".into(), at: bed.now(), why: "typeform-signature is missing".to_owned() };
    bed.desk.store.count_refused(refusal).await.unwrap();
    bed.passes(Duration::minutes(3));
    assert_snapshot!(seen(&bed.presses(ada(), "Test", view(&added)).await), @r"
    Nothing came from website yet. Send something at the sender, then press Test again.
    ‹Address: https://leads.example.com/healthz must answer from anywhere; and the sender must hold exactly this source's address.›
    ‹Secret: a request was refused 3 min ago: typeform-signature is missing. Paste the secret anew, or make another: leadbell source rotate website›
    ‹To try it without the sender: leadbell source send website›
    [Test]
    ");
    unreadable(&bed, "{}").await;
    assert_snapshot!(seen(&bed.presses(ada(), "Test", view(&added)).await), @r"
    Heard from website <~14 09:03>, but it could not be read
    Why ‹nothing in it says who it is›
    See /intake quarantine.
    [Test]
    ");
    assert!(seen(&bed.presses(ann(), "Test", view(&added)).await).contains("is for managers"));
}

#[tokio::test]
async fn a_lead_that_was_heard_is_told_with_what_was_found() {
    let bed = Bed::new().await;
    let added = bed.says(ada(), "intake add", [("key", text("website"))]).await;
    let lead = bed.lead_from("website", "Dana Keller", "Acme").await;
    let lead = bed.desk.store.lead(lead).await.unwrap().unwrap();
    assert_eq!(crate::wording::heard::findings(&lead), "name, e-mail, company, message found; phone not found");
    // It was added by hand: nothing came in at the door.
    assert!(seen(&bed.presses(ada(), "Test", view(&added)).await).starts_with("Nothing came from website yet"));
}
