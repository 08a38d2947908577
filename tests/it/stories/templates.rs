//! Messages that are written again and again, and tags: what the owner does with a lead besides calling.

use crate::bed::Bed;

#[tokio::test]
async fn a_template_is_chosen_under_more_filled_for_its_owner_alone_and_logged() {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Need it").await;
    let ann = bed.somebody("ann");
    ann.press(&bed.card("leads", "Dana"), "Claim").await;
    let more = ann.press(&bed.card("leads", "Dana"), "More").await;
    let templates = ann.choose(&more.private(), "Template").await;
    let filled = ann.choose(&templates.private(), "Introduction").await;
    let said = filled.private().text();
    assert!(said.contains("Hello Dana,\n\nthank you for getting in touch."), "{said}");
    assert!(said.contains("`mailto:") && said.contains("?subject=Your%20request%20to%20"), "a link to copy: {said}");
    assert!(!filled.private().buttons().contains(&"Send".to_owned()), "no mail server is named");
    let logged = ann.press(&filled.private(), "Log as sent").await;
    assert!(logged.private().text().contains("That was the first touch."), "{}", logged.private().text());
    let card = bed.card("leads", "Dana").text();
    assert!(card.contains("1 (e-mail 1)") && !card.contains("mailto"), "{card}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_tag_stands_on_the_card() {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Need it").await;
    let ann = bed.somebody("ann");
    ann.press(&bed.card("leads", "Dana"), "Claim").await;
    let said = ann.command("lead tag", &[("lead", "L-1001"), ("tag", "VIP Customer")]).await;
    assert!(said.private().text().contains("carries the tag vip-customer"), "{}", said.private().text());
    let card = bed.card("leads", "Dana").text();
    assert!(card.contains("Tags") && card.contains("vip-customer"), "{card}");
    bed.ends_clean().await;
}
