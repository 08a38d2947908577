//! Somebody asks for help with their lead, and it stays theirs.

use chrono::Duration;

use crate::bed::Bed;

/// Ann has a lead; Ben and May are known.
async fn claimed() -> Bed {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Need it").await;
    for who in ["ben", "may"] {
        bed.somebody(who).command("help", &[]).await;
    }
    bed.somebody("ann").press(&bed.card("leads", "Dana"), "Claim").await;
    bed
}

/// Under More, of somebody of that name.
async fn asks(bed: &Bed, whom: &str) {
    let ann = bed.somebody("ann");
    let more = ann.press(&bed.card("leads", "Dana"), "More").await;
    let people = ann.choose(&more.private(), "Help").await;
    let form = ann.choose(&people.private(), whom).await;
    let said = ann.send(&form, &[("text", "May I give **20 %**? @everyone")]).await.private().text();
    assert!(said.contains("It stays yours"), "{said}");
}

#[tokio::test]
async fn a_colleague_answers_and_the_answer_is_with_the_owner_and_in_the_thread() {
    let bed = claimed().await;
    let (ann, ben) = (bed.somebody("ann"), bed.somebody("ben"));
    asks(&bed, "Ben Ruiz").await;
    let asked = ben.last_direct();
    let told = asked.plain();
    assert!(told.contains("Ann Berg asks for help with L-1001") && told.contains("20 %") && told.contains("Need it"), "{told}");
    assert!(!asked.raw().contains("dana.keller@"), "it is not his lead: {told}");
    let form = ben.press(&asked, "Answer").await;
    ben.send(&form, &[("text", "Ten at most.")]).await;
    let heard = ann.last_direct().plain();
    assert!(heard.contains("Ben Ruiz answers") && heard.contains("Ten at most."), "{heard}");
    let thread = bed.thread("leads").pop().expect("a message in the thread");
    assert!(thread.plain().contains("Ten at most.") && thread.rings().is_empty(), "{}", thread.plain());
    assert!(bed.card("leads", "Dana").text().contains("Ann Berg"), "it stays hers");
    let late = ben.press(&asked, "Answer").await.private().text();
    assert!(late.contains("Nobody waits for an answer any more"), "{late}");
    bed.ends_clean().await;
}

#[tokio::test]
async fn managers_see_contact_data_when_they_are_asked() {
    let bed = claimed().await;
    asks(&bed, "managers").await;
    assert!(bed.somebody("may").last_direct().raw().contains("dana.keller@"));
    assert!(bed.somebody("ben").direct().is_empty());
    bed.ends_clean().await;
}

#[tokio::test]
async fn who_does_not_answer_is_asked_again_and_then_the_managers_are() {
    let bed = claimed().await;
    let (ann, ben, may) = (bed.somebody("ann"), bed.somebody("ben"), bed.somebody("may"));
    ann.command("lead log", &[("lead", "L-1001"), ("channel", "call"), ("outcome", "no_answer")]).await;
    ann.command("lead help", &[("lead", "L-1001"), ("question", "Do we deliver to Malta?"), ("who", "ben")]).await;
    let count = |all: Vec<crate::bed::Seen>| all.iter().filter(|m| m.text().contains("asks for help")).count();
    assert_eq!((count(ben.direct()), count(may.direct())), (1, 0));
    bed.forward(Duration::hours(2)).await;
    assert_eq!((count(ben.direct()), count(may.direct())), (2, 0));
    bed.forward(Duration::hours(2)).await;
    assert_eq!((count(ben.direct()), count(may.direct())), (2, 1));
    bed.forward(Duration::hours(2)).await;
    assert_eq!(count(bed.channel("bosses")), 1, "where all managers read");
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_question_goes_with_the_lead_when_it_moves_on() {
    let bed = claimed().await;
    let (ann, ben) = (bed.somebody("ann"), bed.somebody("ben"));
    asks(&bed, "Ben Ruiz").await;
    let question = ben.last_direct();
    ann.command("lead release", &[("lead", "L-1001"), ("reason", "on the road")]).await;
    assert!(ben.last_direct().plain().contains("Ann Berg needs no help any more with L-1001"), "{}", ben.last_direct().plain());
    let said = ben.press(&question, "Answer").await.private().text();
    assert!(said.contains("Nobody waits for an answer any more"), "{said}");
    let before = ben.direct().len();
    bed.forward(Duration::hours(5)).await;
    assert_eq!(ben.direct().iter().skip(before).filter(|m| m.text().contains("asks for help")).count(), 0);
    bed.ends_clean().await;
}

#[tokio::test]
async fn a_question_is_taken_back_before_another_is_asked() {
    let bed = claimed().await;
    let ann = bed.somebody("ann");
    asks(&bed, "Ben Ruiz").await;
    let more = ann.press(&bed.card("leads", "Dana"), "More").await;
    let open = ann.choose(&more.private(), "Help").await.private();
    assert!(open.plain().contains("asked Ben Ruiz") && open.plain().contains("20 %"), "{}", open.plain());
    let said = ann.press(&open, "Take it back").await.private().text();
    assert!(said.contains("taken back"), "{said}");
    asks(&bed, "managers").await;
    bed.ends_clean().await;
}

#[tokio::test]
async fn who_cannot_help_says_so_with_one_press() {
    let bed = claimed().await;
    let (ann, ben, may) = (bed.somebody("ann"), bed.somebody("ben"), bed.somebody("may"));
    asks(&bed, "Ben Ruiz").await;
    ben.press(&ben.last_direct(), "Cannot help").await;
    assert!(ann.last_direct().plain().contains("Ben Ruiz cannot help"), "{}", ann.last_direct().plain());
    assert!(may.last_direct().plain().contains("asks for help"), "{}", may.last_direct().plain());
    bed.ends_clean().await;
}
