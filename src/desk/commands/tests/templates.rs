//! `/template list|use`, and More and Template on a card.

use insta::assert_snapshot;

use super::*;
use crate::domain::lead::Channel;

fn with(id: LeadId, template: &str) -> [(&'static str, OptionValue); 2] {
    [("lead", text(&id.to_string())), ("template", text(template))]
}

/// A lead of Ann's, with an e-mail address and without a number.
async fn claimed(bed: &Bed) -> LeadId {
    let id = bed.lead("Dana Keller", "Acme Robotics").await;
    let next = bed.says(ann(), "lead next", []).await;
    bed.presses(ann(), "Claim", view(&next)).await;
    id
}

#[tokio::test]
async fn a_template_is_filled_for_its_owner_and_logged_when_it_was_sent() {
    let bed = Bed::new().await;
    let id = claimed(&bed).await;
    assert_snapshot!(seen(&bed.says(ann(), "template list", []).await), @r"
    # Templates
    Introduction  E-mail  `introduction`
    Meeting invitation  E-mail  `meeting`
    Thanks  E-mail  `thanks`
    Product news  E-mail  `news`
    Fill one with /template use, or with More and Template on a card.
    ");
    let filled = bed.says(ann(), "template use", with(id, "introduction")).await;
    assert_snapshot!(seen(&filled), @r"
    # Introduction for L-1001 ‹Dana K.›
    To ‹dana@example.com›
    Subject ‹Your request to Acme›
    `Hello Dana,

    thank you for getting in touch. I look after your request at Acme and would like to understand what you need at Acme Robotics.

    When is a good time for a short call?

    Ann
    Acme`
    Open <mailto:dana@example.com?subject=Your%20request%20to%20Acme&body=Hello%20Dana%2C%0D%0A%0D%0Athank%20you%20for%20getting%20in%20touch.%20I%20look%20after%20your%20request%20at%20Acme%20and%20would%20like%20to%20understand%20what%20you%20need%20at%20Acme%20Robotics.%0D%0A%0D%0AWhen%20is%20a%20good%20time%20for%20a%20short%20call%3F%0D%0A%0D%0AAnn%0D%0AAcme>
    Nothing was sent yet. When you have sent it, log it, so that it counts as an attempt.
    [*Log as sent] [Another one]
    ");
    let logged = bed.presses(ann(), "Log as sent", view(&filled)).await;
    assert_snapshot!(seen(&logged), @r"
    Logged for L-1001 ‹Dana K.›: e-mail, sent, no answer yet. 1 try so far. That was the first touch.
    [Follow up] [Add a note]
    ");
    let lead = bed.desk.store.lead(id).await.unwrap().unwrap();
    assert_eq!(lead.course.work.attempts.get(&Channel::Email), Some(&1));
    let details = seen(&bed.says(ann(), "lead show", [("lead", text(&id.to_string()))]).await);
    assert!(details.contains("Template: Introduction"), "{details}");
}

#[tokio::test]
async fn a_template_is_chosen_under_more() {
    let bed = Bed::new().await;
    let id = claimed(&bed).await;
    let epoch = bed.desk.store.lead(id).await.unwrap().unwrap().course.epoch;
    let more = bed.presses_token(ann(), &Action::on(crate::chat::action::Verb::More, id, epoch).to_string()).await;
    let templates = bed.chooses(ann(), "Template", view(&more)).await;
    assert_snapshot!(seen(&templates), @r"
    Which message for L-1001 ‹Dana K.›? You see it before anything is sent.
    v Choose a template
      Introduction  (E-mail)
      Meeting invitation  (E-mail)
      Thanks  (E-mail)
      Product news  (E-mail)
    ");
    let filled = bed.chooses(ann(), "Thanks", view(&templates)).await;
    assert!(seen(&filled).starts_with("# Thanks for L-1001"), "{}", seen(&filled));
}

#[tokio::test]
async fn a_template_is_for_those_who_may_work_the_lead_and_can_reach_it() {
    let bed = Bed::new().await;
    let id = claimed(&bed).await;
    assert_snapshot!(seen(&bed.says(ben(), "template use", with(id, "thanks")).await), @"Only @Ann or a manager can do that: it is their lead.");
    assert_snapshot!(seen(&bed.says(ann(), "template use", with(id, "thx")).await), @r#"There is no template "‹thx›": /template list shows which there are."#);
    let hello = "[[template]]\nkey = \"hello\"\nchannel = \"whatsapp\"\ntext = \"Hi {{ first_name }}\"\n";
    let entry =
        crate::store::AuditEntry { at: bed.now(), actor: "ada".into(), deed: "playbook.apply".into(), about: String::new() };
    bed.desk.store.apply_playbook(format!("{}\n{hello}", Playbook::example()), entry).await.unwrap();
    assert_snapshot!(seen(&bed.says(ann(), "template use", with(id, "hello")).await), @r#""hello" goes by WhatsApp, and no number of L-1001 ‹Dana K.› is known that could be dialled from everywhere. Disqualify with Invalid data asks a teammate to find it."#);
    let by_manager = bed.says(may(), "template use", with(id, "thanks")).await;
    assert!(seen(&by_manager).contains("dana@example.com"));
    let log = bed.desk.store.log(id).await.unwrap();
    let looked = log.iter().flat_map(|row| &row.facts).any(|fact| matches!(fact, crate::domain::fact::Fact::Revealed { .. }));
    assert!(looked, "who looked at contact data that is not theirs is kept");
    let dq = [("lead", text(&id.to_string())), ("reason", text("not_interested"))];
    bed.says(ann(), "lead dq", dq).await;
    assert_snapshot!(seen(&bed.says(ann(), "template use", with(id, "thanks")).await), @r#"L-1001 ‹Dana K.› is not to be contacted: "Thanks" is not for them."#);
}
