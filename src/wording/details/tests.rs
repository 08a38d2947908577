//! Who sees what of one lead.

use chrono::Duration;
use insta::assert_snapshot;

use super::*;
use crate::domain::event::Ask;
use crate::domain::lead::{Channel, Outcome};
use crate::wording::plain::print;
use crate::wording::samples::{ANN, BEN, MAY, Story};

fn worked() -> Story {
    let mut story = Story::arrives();
    story.after(Duration::minutes(2));
    story.ask(ANN, Ask::Claim);
    story.after(Duration::minutes(5));
    story.ask(ANN, Ask::Log { channel: Channel::Call, outcome: Outcome::NoAnswer, note: Some("rang twice".to_owned()) });
    story.ask(BEN, Ask::Note { text: "I know their CTO".to_owned() });
    story
}

#[test]
fn the_owner_sees_everything() {
    let story = worked();
    let sight = Sight::of(story.roster.get(ANN).unwrap(), &story.lead, story.world());
    assert_snapshot!(print(&details(&story.lead, &story.log, sight, story.world())), @r#"
    # Working: WORKING  L-1042  ‹Dana K.› (‹VP Ops›), ‹Acme Robotics›
    "‹We need scheduling for 120 technicians
    before March.›"
    Name ‹Dana Keller›, ‹VP Ops›, ‹Acme Robotics›
    E-mail ‹dana@acme-robotics.example›
    Phone ‹+12025550123›
    Where New York, US, Mon 05:07 there now: outside the usual hours for a call
    Source typeform "‹Demo›", ‹google›/‹cpc›, unauthenticated
    Came in <14 Sep 09:00>
    Owner @Ann, got it <~14 09:02>, stage Open
    Tries 1 (call 1), last <~14 09:07>
    Due next try <~15 08:07>
    First touch <14 Sep 09:07>, in time
    Answers
    • ‹How many technicians?›: ‹120›
    • ‹A second number?›: ‹(202) 555-0188›
    • ‹Whom shall we copy?›: ‹lee@acme-robotics.example›
    So far
    • <14 Sep 09:02> @Ann claimed it
    • <14 Sep 09:07> @Ann tried by call: no answer: "‹rang twice›"
    • <14 Sep 09:07> @Ben noted: "‹I know their CTO›"
    [Why?]
    "#);
}

#[test]
fn others_see_all_but_how_to_reach_them() {
    let story = worked();
    let sight = Sight::of(story.roster.get(BEN).unwrap(), &story.lead, story.world());
    let shown = print(&details(&story.lead, &story.log, sight, story.world()));
    assert!(!shown.contains("@acme") && !shown.contains("555"), "{shown}");
    assert_snapshot!(shown, @r#"
    # Working: WORKING  L-1042  ‹Dana K.› (‹VP Ops›), ‹Acme Robotics›
    "‹We need scheduling for 120 technicians
    before March.›"
    Where New York, US, their 09:00 to 18:00 is <13:00> to <22:00> for you
    Source typeform "‹Demo›", ‹google›/‹cpc›, unauthenticated
    Came in <14 Sep 09:00>
    Owner @Ann, got it <~14 09:02>, stage Open
    Tries 1 (call 1), last <~14 09:07>
    Due next try <~15 08:07>
    First touch <14 Sep 09:07>, in time
    Answers
    • ‹How many technicians?›: ‹120›
    • ‹A second number?›: (for its owner)
    • ‹Whom shall we copy?›: (for its owner)
    So far
    • <14 Sep 09:02> @Ann claimed it
    • <14 Sep 09:07> @Ann tried by call: no answer: "‹rang twice›"
    • <14 Sep 09:07> @Ben noted: "‹I know their CTO›"
    E-mail and phone are shown to its owner and to managers.
    [Why?]
    "#);
}

#[test]
fn managers_see_what_owners_see() {
    let story = worked();
    assert_eq!(Sight::of(story.roster.get(MAY).unwrap(), &story.lead, story.world()), Sight::Whole);
}

#[test]
fn whoever_sold_to_a_customer_still_sees_how_to_reach_them() {
    let mut story = worked();
    story.ask(ANN, Ask::Won { value: None });
    let sight = |who| Sight::of(story.roster.get(who).unwrap(), &story.lead, story.world());
    assert_eq!((sight(ANN), sight(BEN)), (Sight::Whole, Sight::Public));
}
