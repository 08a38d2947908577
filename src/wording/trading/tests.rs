//! Offers as they are read.

use chrono::Duration;
use insta::assert_snapshot;

use super::*;
use crate::domain::decision::News;
use crate::domain::event::Ask;
use crate::domain::trade::Trade;
use crate::wording::notices::{NoticeFacts, Reach, notice};
use crate::wording::plain::print;
use crate::wording::samples::{ANN, BEN, Story};
use crate::wording::why::Told;

const HERS: LeadId = LeadId(1001);

/// Ben has L-1042, and Ann would have it for L-1001.
fn wanted() -> Story {
    let mut story = Story::arrives();
    story.ask(BEN, Ask::Claim);
    let offered = Fact::TradeOffered { by: ANN, with: HERS, side: Side::Wanted };
    story.lead.course.trade = Some(Trade { with: HERS, by: ANN, side: Side::Wanted });
    let words = Some("Dana is in my city".to_owned());
    story.log.push(Told { at: story.now, actor: Some(ANN), facts: vec![offered], words });
    story
}

#[test]
fn whoever_is_asked_reads_what_they_give_and_what_they_get() {
    let story = wanted();
    let other = story.another();
    let beside = Beside { log: &story.log, other: Some(&other), reader: Some(BEN), plan: None };
    let (until, reach) = (story.now + Duration::hours(4), Reach::Private);
    let facts =
        NoticeFacts { lead: Some(&story.lead), playbook: &story.playbook, roster: &story.roster, now: story.now, reach, beside };
    assert_snapshot!(print(&notice(&News::TradeOffered { by: ANN, with: HERS, until }, &facts)), @r#"
    # New: @Ann would trade L-1001 for L-1042 ‹Dana K.›, answer due <~14 13:00>
    Why "‹Dana is in my city›"
    You give L-1042 ‹Dana K.›
    You get L-1001 ‹Dana K.› (‹VP Ops›), ‹Acme Robotics›
    Wants "‹We need scheduling for 120 technicians before March.›"
    Stage Open
    Nobody's turn changes. Both get the whole story of what they get.
    [*Trade] [No, thanks]
    "#);
}

#[test]
fn a_trade_that_is_open_says_so_with_what_can_be_done() {
    let mut story = wanted();
    assert_snapshot!(print(&open(&story.lead).unwrap()), @r"
    L-1042 ‹Dana K.› is wanted, for L-1001.
    A lead is in one trade at a time.
    [*Trade] [No, thanks]
    ");
    story.lead.course.trade = Some(Trade { with: HERS, by: BEN, side: Side::Offered });
    assert_snapshot!(print(&open(&story.lead).unwrap()), @r"
    L-1042 ‹Dana K.› is offered for L-1001.
    A lead is in one trade at a time.
    [Take the offer back]
    ");
    story.lead.course.trade = None;
    assert_eq!(open(&story.lead), None);
}
