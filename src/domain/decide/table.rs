//! Every state by everything that can be asked, written out: what each person is answered, and where the lead stands then.
//! A cell reads `Reply`, or `Reply > state` where the state or the owner has changed.

use std::fmt::Write as _;

use chrono::Duration;

use super::tests::{ANN, BEN, MAY, Story};
use crate::domain::event::Ask;
use crate::domain::help::HelpAsk;
use crate::domain::ids::PersonId;
use crate::domain::lead::{Channel, Outcome, State};
use crate::domain::repair::Mending;
use crate::domain::reply::Reply;
use crate::domain::tags::Tag;
use crate::domain::text::Untrusted;

fn dq(reason: &str, story: &Story) -> Ask {
    let until = Some(story.now + Duration::days(30));
    Ask::Disqualify { reason: reason.into(), detail: Some("a long enough reason".to_owned()), until, original: None }
}

/// A lead of Ann's team in each state: untouched, worked, asleep, over in each way.
fn states() -> Vec<(&'static str, Story)> {
    let owned = || {
        let mut story = Story::arrives();
        story.ask(ANN, Ask::Claim);
        story
    };
    let ended = |reason: &str| {
        let mut story = owned();
        let ask = dq(reason, &story);
        story.ask(ANN, ask);
        story
    };
    let mut offered = Story::under_usual(ASKED_FIRST).with_a_lead();
    offered.now += Duration::seconds(1);
    let mut triage = owned();
    triage.ask(ANN, Ask::WrongTeam { reason: "not ours".to_owned() });
    let mut worked = owned();
    worked.ask(ANN, Ask::Log { channel: Channel::Call, outcome: Outcome::Reached, note: None });
    let mut won = owned();
    won.ask(ANN, Ask::Won { value: None });
    vec![
        ("waiting", Story::arrives()),
        ("offered", offered),
        ("untouched", owned()),
        ("worked", worked),
        ("triage", triage),
        ("pooled", ended("not_ready")),
        ("repair", ended("invalid_data")),
        ("lost", ended("not_a_fit")),
        ("left alone", ended("not_interested")),
        ("removed", ended("spam")),
        ("won", won),
    ]
}

/// Ann is asked whether she wants it.
const ASKED_FIRST: &str = r#"ladder = [{ step = "offer", for = "5m" }, { step = "assign", to = "captain" }]"#;

fn asks(story: &Story) -> Vec<(&'static str, Ask)> {
    let reason = || "because".to_owned();
    let tag = Tag::read("vip").expect("a tag");
    vec![
        ("claim", Ask::Claim),
        ("pass", Ask::Pass { reason: None }),
        ("release", Ask::Release { reason: reason() }),
        ("wrong team", Ask::WrongTeam { reason: reason() }),
        ("give to ben", Ask::Assign { to: BEN, reason: reason() }),
        ("route", Ask::Route { team: "dach".into() }),
        ("log", Ask::Log { channel: Channel::Call, outcome: Outcome::NoAnswer, note: None }),
        ("follow up", Ask::FollowUp { at: story.now + Duration::days(1), note: None }),
        ("note", Ask::Note { text: reason() }),
        ("stage", Ask::Stage { to: "qualified".into() }),
        ("not ready", dq("not_ready", story)),
        ("no authority", dq("no_authority", story)),
        ("unreachable", dq("unreachable", story)),
        ("invalid data", dq("invalid_data", story)),
        ("not a fit", dq("not_a_fit", story)),
        ("duplicate", dq("duplicate", story)),
        ("deal", Ask::Deal { value: None }),
        ("won", Ask::Won { value: None }),
        ("mend", Ask::Mend { to: Box::new(Mending { email: Some(Untrusted::new("dana@example.com")), ..Mending::default() }) }),
        ("cannot mend", Ask::CannotMend),
        ("reopen", Ask::Reopen),
        ("reveal", Ask::Reveal),
        ("still mine", Ask::StillMine),
        ("tag", Ask::Tag { tag: tag.clone() }),
        ("untag", Ask::Untag { tag }),
        ("requeue", Ask::Requeue),
        ("stop letters", Ask::StopSequence),
        ("ask for help", Ask::Help(HelpAsk::Ask { of: None, question: reason() })),
        ("give next", Ask::GiveNext),
        ("in thread", Ask::WriteInThread { text: reason() }),
        ("plan is done", Ask::Done { note: None }),
        ("undo", Ask::Undo),
    ]
}

/// The name of the variant, and of what it holds where that says why.
fn short(reply: &Reply) -> String {
    let text = match reply {
        Reply::NotEligible(why) | Reply::TheyAreNotEligible { why, .. } => format!("{why:?}"),
        Reply::NotUndone(why) => format!("No{why:?}"),
        Reply::ReasonNeeds(need) => format!("Needs{need:?}"),
        other => format!("{other:?}"),
    };
    text.split([' ', '(', '{']).next().unwrap_or_default().to_owned()
}

fn stands(state: &State) -> String {
    match state.owner() {
        Some(ANN) => "ann's".to_owned(),
        Some(BEN) => "ben's".to_owned(),
        Some(_) => "may's".to_owned(),
        None => state.word().to_owned(),
    }
}

fn table(by: PersonId) -> String {
    let columns = states();
    let mut text = format!("{:13}", "");
    for (name, _) in &columns {
        write!(text, "{name:22}").expect("a string takes text");
    }
    let rows = asks(&columns[0].1).len();
    for row in 0..rows {
        let name = asks(&columns[0].1)[row].0;
        write!(text, "\n{name:13}").expect("a string takes text");
        for (_, story) in &columns {
            let mut story = story.clone();
            let before = story.state().clone();
            let ask = asks(&story).swap_remove(row).1;
            let reply = story.ask(by, ask);
            let after = story.state();
            let moved = if stands(&before) == stands(after) { String::new() } else { format!(" > {}", stands(after)) };
            write!(text, "{:22}", format!("{}{moved}", short(&reply))).expect("a string takes text");
        }
    }
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

#[test]
fn what_the_owner_of_a_lead_may_ask() {
    insta::assert_snapshot!(table(ANN), @r#"
                 waiting               offered               untouched             worked                triage                pooled                repair                lost                  left alone            removed               won
    claim        Claimed > ann's       Claimed > ann's       AlreadyYours          AlreadyYours          NotAllowed            NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    pass         NotNow                Passed > ann's        NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    release      NotNow                NotNow                Released > waiting    Released > waiting    NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    wrong team   SentToTriage > triage SentToTriage > triage SentToTriage > triage SentToTriage > triage NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    give to ben  NotAllowed            NotAllowed            Assigned > ben's      Assigned > ben's      NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed
    route        NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed
    log          NotNow                NotNow                Logged                Logged                NotNow                Logged                NotNow                NotNow                NotNow                NotNow                Logged
    follow up    NotNow                NotNow                FollowUpSet           FollowUpSet           NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                FollowUpSet
    note         Noted                 Noted                 Noted                 Noted                 Noted                 Noted                 Noted                 Noted                 Noted                 Noted                 Noted
    stage        NotNow                NotNow                StageSet              StageSet              NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    not ready    NotNow                NotNow                Pooled > pooled       Pooled > pooled       NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    no authority NotNow                NotNow                KeptWith              KeptWith              NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    unreachable  NotNow                NotNow                NeedsMoreTries        NeedsMoreTries        NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    invalid data NotNow                NotNow                InRepair > repair     InRepair > repair     NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    not a fit    NotNow                NotNow                Closed > closed       Closed > closed       NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    duplicate    NotNow                NotNow                NeedsOriginal         NeedsOriginal         NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    deal         NotNow                NotNow                DealMade              DealMade              NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    won          NotNow                NotNow                Closed > closed       Closed > closed       NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    mend         NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                Mended > ann's        NotNow                NotNow                NotNow                NotNow
    cannot mend  NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                Closed > closed       NotNow                NotNow                NotNow                NotNow
    reopen       NotNow                NotNow                AlreadyYours          AlreadyYours          NotNow                Reopened > ann's      Reopened > ann's      Reopened > ann's      Suppressed            Reopened > ann's      Reopened > ann's
    reveal       NotNow                NotNow                Revealed              Revealed              NotNow                NotNow                Revealed              NotNow                NotNow                NotNow                Revealed
    still mine   NotNow                NotNow                StillYours            StillYours            NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    tag          Tagged                Tagged                Tagged                Tagged                Tagged                Tagged                Tagged                Tagged                Suppressed            Tagged                Tagged
    untag        Untagged              Untagged              Untagged              Untagged              Untagged              Untagged              Untagged              Untagged              Suppressed            Untagged              Untagged
    requeue      NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed
    stop letters NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    ask for help NotNow                NotNow                HelpAsked             HelpAsked             NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    give next    NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed
    in thread    NotNow                NotNow                Noted                 Noted                 NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    plan is done NotNow                NotNow                NothingPlanned        NothingPlanned        NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NothingPlanned
    undo         NoNothing             NoNothing             NoNothing             NoNothing             NoNothing             NoNothing             NoNothing             NoNothing             NoNothing             NoNothing             NoNothing
    "#);
}

#[test]
fn what_a_colleague_may_ask() {
    insta::assert_snapshot!(table(BEN), @r#"
                 waiting               offered               untouched             worked                triage                pooled                repair                lost                  left alone            removed               won
    claim        Claimed > ben's       OfferedTo             ClaimedBy             ClaimedBy             NotAllowed            NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    pass         NotNow                OfferedTo             NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    release      NotNow                NotNow                NotAllowed            NotAllowed            NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    wrong team   SentToTriage > triage SentToTriage > triage NotAllowed            NotAllowed            NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    give to ben  NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed
    route        NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed
    log          NotNow                NotNow                NotAllowed            NotAllowed            NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotAllowed
    follow up    NotNow                NotNow                NotAllowed            NotAllowed            NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotAllowed
    note         Noted                 Noted                 Noted                 Noted                 Noted                 Noted                 Noted                 Noted                 Noted                 Noted                 Noted
    stage        NotNow                NotNow                NotAllowed            NotAllowed            NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    not ready    NotNow                NotNow                NotAllowed            NotAllowed            NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    no authority NotNow                NotNow                NotAllowed            NotAllowed            NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    unreachable  NotNow                NotNow                NotAllowed            NotAllowed            NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    invalid data NotNow                NotNow                NotAllowed            NotAllowed            NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    not a fit    NotNow                NotNow                NotAllowed            NotAllowed            NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    duplicate    NotNow                NotNow                NotAllowed            NotAllowed            NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    deal         NotNow                NotNow                NotAllowed            NotAllowed            NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    won          NotNow                NotNow                NotAllowed            NotAllowed            NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    mend         NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                Mended > ann's        NotNow                NotNow                NotNow                NotNow
    cannot mend  NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                Closed > closed       NotNow                NotNow                NotNow                NotNow
    reopen       NotNow                NotNow                ClaimedBy             ClaimedBy             NotNow                Reopened > ben's      NotAllowed            NotAllowed            Suppressed            NotAllowed            NotAllowed
    reveal       NotNow                NotNow                NotAllowed            NotAllowed            NotNow                NotNow                Revealed              NotNow                NotNow                NotNow                NotAllowed
    still mine   NotNow                NotNow                NotAllowed            NotAllowed            NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    tag          Tagged                Tagged                Tagged                Tagged                Tagged                Tagged                Tagged                Tagged                Suppressed            Tagged                Tagged
    untag        Untagged              Untagged              Untagged              Untagged              Untagged              Untagged              Untagged              Untagged              Suppressed            Untagged              Untagged
    requeue      NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed
    stop letters NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    ask for help NotNow                NotNow                NotAllowed            NotAllowed            NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    give next    NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed            NotAllowed
    in thread    NotNow                NotNow                NotAllowed            NotAllowed            NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    plan is done NotNow                NotNow                NotAllowed            NotAllowed            NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotAllowed
    undo         NoNothing             NoNothing             NoNothing             NoNothing             NoNothing             NoNothing             NoNothing             NoNothing             NoNothing             NoNothing             NoNothing
    "#);
}

#[test]
fn what_a_manager_may_ask() {
    insta::assert_snapshot!(table(MAY), @r#"
                 waiting               offered               untouched             worked                triage                pooled                repair                lost                  left alone            removed               won
    claim        Claimed > may's       Claimed > may's       ClaimedBy             ClaimedBy             Claimed > may's       NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    pass         NotNow                Passed > ann's        NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    release      NotNow                NotNow                Released > waiting    Released > waiting    NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    wrong team   SentToTriage > triage SentToTriage > triage SentToTriage > triage SentToTriage > triage NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    give to ben  Assigned > ben's      Assigned > ben's      Assigned > ben's      Assigned > ben's      Assigned > ben's      Assigned > ben's      Assigned > ben's      Assigned > ben's      Suppressed            Assigned > ben's      Assigned > ben's
    route        Routed                Routed                NotNow                NotNow                Routed > waiting      NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    log          NotNow                NotNow                Logged                Logged                NotNow                Logged                NotNow                NotNow                NotNow                NotNow                Logged
    follow up    NotNow                NotNow                FollowUpSet           FollowUpSet           NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                FollowUpSet
    note         Noted                 Noted                 Noted                 Noted                 Noted                 Noted                 Noted                 Noted                 Noted                 Noted                 Noted
    stage        NotNow                NotNow                StageSet              StageSet              NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    not ready    NotNow                NotNow                Pooled > pooled       Pooled > pooled       NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    no authority NotNow                NotNow                KeptWith              KeptWith              NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    unreachable  NotNow                NotNow                NeedsMoreTries        NeedsMoreTries        NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    invalid data NotNow                NotNow                InRepair > repair     InRepair > repair     NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    not a fit    NotNow                NotNow                Closed > closed       Closed > closed       NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    duplicate    NotNow                NotNow                NeedsOriginal         NeedsOriginal         NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    deal         NotNow                NotNow                DealMade              DealMade              NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    won          NotNow                NotNow                Closed > closed       Closed > closed       NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    mend         NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                Mended > ann's        NotNow                NotNow                NotNow                NotNow
    cannot mend  NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                Closed > closed       NotNow                NotNow                NotNow                NotNow
    reopen       NotNow                NotNow                ClaimedBy             ClaimedBy             NotNow                Reopened > may's      Reopened > may's      Reopened > may's      Suppressed            Reopened > may's      Reopened > may's
    reveal       NotNow                NotNow                Revealed              Revealed              NotNow                NotNow                Revealed              NotNow                NotNow                NotNow                Revealed
    still mine   NotNow                NotNow                NotAllowed            NotAllowed            NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    tag          Tagged                Tagged                Tagged                Tagged                Tagged                Tagged                Tagged                Tagged                Suppressed            Tagged                Tagged
    untag        Untagged              Untagged              Untagged              Untagged              Untagged              Untagged              Untagged              Untagged              Suppressed            Untagged              Untagged
    requeue      NotNow                NotNow                NotNow                NotNow                NotNow                Requeued > waiting    Requeued > waiting    Requeued > waiting    Suppressed            NotNow                NotNow
    stop letters NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    ask for help NotNow                NotNow                NoHelp                NoHelp                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    give next    Assigned > ann's      Assigned > ann's      NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    in thread    NotNow                NotNow                Noted                 Noted                 NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NotNow
    plan is done NotNow                NotNow                NothingPlanned        NothingPlanned        NotNow                NotNow                NotNow                NotNow                NotNow                NotNow                NothingPlanned
    undo         NoNothing             NoNothing             NoNothing             NoNothing             NoNothing             NoNothing             NoNothing             NoNothing             NoNothing             NoNothing             NoNothing
    "#);
}
