//! What the team reads.

use chrono::Duration;

use crate::bed::Bed;

#[tokio::test]
async fn a_form_fill_becomes_a_card_in_the_teams_channel_without_contact_data() {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "We need scheduling for 120 technicians before March.").await;
    let card = bed.card("leads", "Dana K.");
    assert!(card.text().contains("L-1001"), "{}", card.text());
    assert!(card.text().contains("120 technicians"));
    assert!(!card.raw().contains("@example.com") && !card.raw().contains("23125"), "no contact data in public: {}", card.raw());
    assert_eq!(card.buttons(), ["Claim", "Not for us", "Details"]);
    assert!(card.text().lines().count() <= 9, "at most eight lines below the title:\n{}", card.text());
    assert!(bed.channel("world").is_empty());
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_source_goes_to_the_team_that_the_playbook_names() {
    let bed = Bed::new().await;
    let body = r#"{"name":"Hana Suzuki","phone":"+1 202 555 0111"}"#;
    assert_eq!(bed.post(&bed.hook("fair"), "application/json", body).await, 200);
    bed.rest().await;
    bed.card("world", "Hana S.");
    assert!(bed.channel("leads").is_empty());
    bed.ends_clean().await;
}

#[tokio::test]
async fn what_a_lead_writes_is_shown_harmlessly() {
    let bed = Bed::new().await;
    bed.lead(
        "Mallory <@everyone>",
        "@everyone @here <@&1> **now** [bank](https://evil.example) `x` \u{202E}gnp || > # https://evil.example/a",
    )
    .await;
    let card = bed.card("leads", "L-1001");
    assert!(card.rings().is_empty());
    assert!(!card.0["mention_everyone"].as_bool().unwrap_or(false));
    let shown = card.0["embeds"][0]["description"].as_str().unwrap();
    assert!(shown.contains(r"\*\*now") && shown.contains(r"\[bank\]") && !shown.contains('\u{202E}'), "{shown}");
    assert!(!shown.contains("@everyone") || shown.contains("@\u{200B}everyone"), "{shown}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn ten_changes_make_one_card_that_shows_the_last() {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Need it").await;
    let ann = bed.somebody("ann");
    ann.press(&bed.card("leads", "Dana"), "Claim").await;
    for n in 0..5 {
        ann.command(
            "lead log",
            &[("lead", "L-1001"), ("channel", "call"), ("outcome", "no_answer"), ("note", &format!("try {n}"))],
        )
        .await;
    }
    let card = bed.card("leads", "Dana");
    assert!(card.text().contains('5'), "{}", card.text());
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_card_that_somebody_deleted_comes_back() {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Need it").await;
    let card = bed.card("leads", "Dana");
    assert!(bed.sandbox.delete_message_as_human(card.channel(), card.id()));
    assert!(bed.channel("leads").is_empty());
    // The next change finds it gone.
    bed.forward(Duration::minutes(1)).await;
    bed.somebody("ann").command("lead note", &[("lead", "L-1001"), ("text", "called our line")]).await;
    bed.card("leads", "Dana");
    bed.ends_clean().await;
}

#[tokio::test]
async fn at_night_a_card_makes_no_sound_and_its_clocks_wait_for_the_morning() {
    let bed = Bed::new().await;
    bed.forward(Duration::hours(13)).await;
    bed.lead("Dana Keller", "Late").await;
    let card = bed.card("leads", "Dana");
    assert_eq!(card.0["flags"].as_u64().unwrap_or(0) & 4096, 4096, "quiet");
    bed.forward(Duration::hours(10)).await;
    assert!(bed.card("leads", "Dana").rings().is_empty(), "nobody is rung before opening");
    bed.forward(Duration::hours(2)).await;
    assert!(
        !bed.card("leads", "Dana").text().contains("NEW"),
        "by eleven the ladder has ended with the captain: {}",
        bed.card("leads", "Dana").text()
    );
    bed.ends_clean().await;
}
