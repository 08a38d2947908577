//! What is said in a lead's thread becomes notes, and signs become attempts; nobody enters it twice.

use chrono::Duration;
use leadbell::domain::ids::LeadId;
use leadbell::domain::lead::{Channel, Lead};
use sandbox::{Act, Deed, Snowflake};

use crate::bed::{Answered, Bed, SOON};

/// Ann has L-1001; Ben and May are known.
async fn claimed() -> Bed {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Need it").await;
    for who in ["ben", "may"] {
        bed.somebody(who).command("help", &[]).await;
    }
    bed.somebody("ann").press(&bed.card("leads", "Dana"), "Claim").await;
    bed
}

fn thread(bed: &Bed) -> Snowflake {
    let leads = bed.sandbox.channel_by_name("leads").expect("a channel");
    bed.sandbox.threads(leads)[0]["id"].as_str().and_then(|id| id.parse().ok()).expect("a thread")
}

async fn writes(bed: &Bed, who: &str, text: &str) -> Snowflake {
    let outcome = bed.sandbox.act(Act::write(bed.somebody(who).id(), thread(bed), text)).await;
    let id = outcome.message.as_ref().and_then(|m| m["id"].as_str()).and_then(|id| id.parse().ok());
    id.unwrap_or_else(|| panic!("it is written: {outcome:?}"))
}

async fn reacts(bed: &Bed, who: &str, (channel, message): (Snowflake, Snowflake), emoji: &str) {
    let deed = Deed::React { channel, message, emoji: emoji.to_owned(), remove: false };
    assert!(bed.sandbox.act(Act::new(bed.somebody(who).id(), deed)).await.ok);
}

async fn takes_back(bed: &Bed, who: &str, (channel, message): (Snowflake, Snowflake), emoji: &str) {
    let deed = Deed::React { channel, message, emoji: emoji.to_owned(), remove: true };
    assert!(bed.sandbox.act(Act::new(bed.somebody(who).id(), deed)).await.ok);
}

/// Does the bot show that it was written down?
fn is_marked(sandbox: &sandbox::Sandbox, message: Snowflake) -> bool {
    let message = sandbox.message(message).expect("a message");
    message["reactions"].as_array().into_iter().flatten().any(|r| r["emoji"]["name"] == "📝" && r["me"] == true)
}

async fn until_marked(bed: &Bed, message: Snowflake) {
    let seen = bed.sandbox.wait_for(SOON, |s| is_marked(s, message).then_some(())).await;
    assert!(seen.is_some(), "{:?}", bed.sandbox.message(message));
    bed.rest().await;
}

/// Ann chooses it under More.
async fn told_on_the_card(bed: &Bed, what: &str) -> Answered {
    let ann = bed.somebody("ann");
    let more = ann.press(&bed.card("leads", "Dana"), "More").await.private();
    ann.choose(&more, what).await
}

async fn dana(bed: &Bed) -> Lead {
    bed.core.store.lead(LeadId(1001)).await.expect("the store").expect("a lead")
}

async fn notes(bed: &Bed) -> Vec<String> {
    let log = bed.core.store.log(LeadId(1001)).await.expect("the log");
    log.into_iter().filter_map(|line| line.words).collect()
}

#[tokio::test]
async fn what_the_owner_writes_in_the_thread_is_a_note_and_what_others_write_is_not() {
    let bed = claimed().await;
    let others = writes(&bed, "ben", "nice one!").await;
    let hers = writes(&bed, "ann", "Lee decides, **not** Dana").await;
    until_marked(&bed, hers).await;
    let manager = writes(&bed, "may", "offer them 5 %").await;
    until_marked(&bed, manager).await;
    assert!(!is_marked(&bed.sandbox, others));
    assert_eq!(notes(&bed).await, ["Lee decides, **not** Dana", "offer them 5 %"]);
    let thread = bed.thread("leads");
    assert_eq!(thread.len(), 3, "the bot says nothing: {:?}", thread.iter().map(crate::bed::Seen::text).collect::<Vec<_>>());
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_sign_in_the_thread_or_at_the_card_is_an_attempt() {
    let bed = claimed().await;
    let message = writes(&bed, "ann", "nobody there").await;
    until_marked(&bed, message).await;
    let card = bed.card("leads", "Dana");
    reacts(&bed, "ben", (card.channel(), card.id()), "📞").await;
    reacts(&bed, "ann", (card.channel(), card.id()), "📞").await;
    until_marked(&bed, card.id()).await;
    let work = dana(&bed).await.course.work;
    assert_eq!((work.attempts.get(&Channel::Call), work.tries(), work.reached_at), (Some(&1), 1, None), "Ben's does not count");
    let second = writes(&bed, "ann", "got through").await;
    until_marked(&bed, second).await;
    reacts(&bed, "ann", (thread(&bed), second), "📝").await;
    reacts(&bed, "ann", (thread(&bed), second), "✉️").await;
    reacts(&bed, "ann", (thread(&bed), second), "✅").await;
    settles(&bed, |lead| lead.course.work.reached_at.is_some()).await;
    let work = dana(&bed).await.course.work;
    assert_eq!((work.attempts.get(&Channel::Email), work.tries()), (Some(&1), 3), "who clicks the bot's own mark logs nothing");
    bed.ends_clean().await;
}

/// What was heard is worked in order, so that the last of it is waited for.
async fn settles(bed: &Bed, is_so: impl Fn(&Lead) -> bool) {
    let settled = async {
        while !is_so(&dana(bed).await) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(SOON, settled).await.expect("it is heard");
    bed.rest().await;
}

#[tokio::test]
async fn a_sign_that_is_taken_away_at_once_was_none_and_later_it_stays() {
    let bed = claimed().await;
    let card = bed.card("leads", "Dana");
    let at = (card.channel(), card.id());
    reacts(&bed, "ann", at, "📞").await;
    settles(&bed, |lead| lead.course.work.tries() == 1).await;
    bed.forward(Duration::seconds(20)).await;
    takes_back(&bed, "ann", at, "📞").await;
    settles(&bed, |lead| lead.course.work.tries() == 0).await;
    assert!(dana(&bed).await.course.work.first_attempt_at.is_none(), "the promise runs on");
    reacts(&bed, "ann", at, "📞").await;
    settles(&bed, |lead| lead.course.work.tries() == 1).await;
    bed.forward(Duration::seconds(40)).await;
    takes_back(&bed, "ann", at, "📞").await;
    reacts(&bed, "ann", at, "📞").await;
    reacts(&bed, "ann", at, "✅").await;
    settles(&bed, |lead| lead.course.work.reached_at.is_some()).await;
    assert_eq!(dana(&bed).await.course.work.tries(), 2, "the call stayed, and is not counted again");
    bed.ends_clean().await;
}

#[tokio::test]
async fn what_was_said_elsewhere_is_noted_on_the_lead_that_is_named() {
    let bed = claimed().await;
    let ann = bed.somebody("ann");
    let general = bed.sandbox.channel_by_name("general").expect("a channel");
    let outcome =
        bed.sandbox.act(Act::write(bed.somebody("ben").id(), general, "Dana called the office: send the contract")).await;
    let message = outcome.message.as_ref().and_then(|m| m["id"].as_str()?.parse().ok()).expect("it is written");
    let form = ann.menu("Log on lead", general, message).await;
    let typed = [("original", "the Keller one"), ("text", "Dana called the office: send the contract")];
    let refused = ann.send(&form, &typed).await.private();
    assert!(refused.plain().contains("\"the Keller one\" is no lead's number. Write it like L-1042."), "{}", refused.plain());
    let again = ann.press(&refused, "Type it again").await;
    assert!(again.form().to_string().contains("send the contract"), "nothing typed is lost");
    let refused = ann.send(&again, &[("original", "L-7"), typed[1]]).await.private();
    assert!(refused.plain().contains("There is no lead L-7"), "{}", refused.plain());
    let again = ann.press(&refused, "Type it again").await;
    let noted = ann.send(&again, &[("original", "L-1001"), typed[1]]).await.private().plain();
    assert!(noted.contains("Noted on L-1001 Dana K."), "{noted}");
    assert_eq!(notes(&bed).await, ["Dana called the office: send the contract"]);
    let written = writes(&bed, "ben", "she is in the office until three").await;
    for _ in 0..2 {
        let said = ann.menu("Log on lead", thread(&bed), written).await.private().plain();
        assert!(said.contains("Noted on L-1001"), "{said}");
    }
    let form = told_on_the_card(&bed, "Add a note").await;
    let blank = ann.send(&form, &[("text", "   ")]).await.private().plain();
    assert!(blank.contains("There is nothing in it to note"), "{blank}");
    assert_eq!(notes(&bed).await.len(), 2, "a message is noted once");
    bed.ends_clean().await;
}
