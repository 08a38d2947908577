//! Each question with its choices.

use insta::assert_snapshot;

use super::*;
use crate::domain::event::Ask;
use crate::domain::text::Untrusted;
use crate::wording::forms;
use crate::wording::plain::{print, print_form};
use crate::wording::samples::{ANN, BEN, MAY, Story};

fn claimed() -> Story {
    let mut story = Story::arrives();
    story.ask(ANN, Ask::Claim);
    story
}

#[test]
fn an_attempt_is_two_taps() {
    let story = claimed();
    let taps = [channels(&story.lead), outcomes(&story.lead, Channel::Call), outcomes(&story.lead, Channel::Email)];
    assert_snapshot!(taps.iter().map(print).collect::<String>(), @r#"
    How did you try to reach L-1042 ‹Dana K.›?
    [Call] [Voicemail] [E-mail] [Text message]
    [WhatsApp] [LinkedIn] [Meeting] [Other]
    Call: how did it go with L-1042 ‹Dana K.›?
    [No answer] [Left a message] [Reached] [Wrong number]
    E-mail: how did it go with L-1042 ‹Dana K.›?
    [Sent, no answer yet] [Reached] [Bounced]
    "#);
    for channel in Channel::ALL {
        for outcome in Outcome::ALL {
            let extra = format!("{}.{}", channel.key(), outcome.key());
            assert!(extra.len() <= 24, "{extra}");
            assert_eq!(read_attempt(&extra), Some((*channel, *outcome)));
        }
    }
}

#[test]
fn a_follow_up_is_offered_on_their_clocks() {
    let story = claimed();
    assert_snapshot!(print(&follow_up(&story.lead, story.world())), @r#"
    When shall L-1042 ‹Dana K.› be contacted next?
    v Choose a time
      In an hour  (Mon 14 Sep, 06:00 in New York)
      This afternoon, 15:00  (Mon 14 Sep, 15:00 in New York)
      Tomorrow, 09:00  (Tue 15 Sep, 09:00 in New York)
      In 3 days, 09:00  (Thu 17 Sep, 09:00 in New York)
      Next week, Monday 09:00  (Mon 21 Sep, 09:00 in New York)
      Another time  (You type it, with a note if you like)
    "#);
    let mut at_home = claimed();
    at_home.lead.profile.contact.zone = None;
    at_home.now = "2026-09-14T13:00:00Z".parse().unwrap();
    let shown = print(&follow_up(&at_home.lead, at_home.world()));
    assert!(shown.contains("Tue 15 Sep, 09:00 in Berlin") && !shown.contains("afternoon"), "{shown}");
}

#[test]
fn each_reason_says_what_it_makes_of_the_lead() {
    let story = claimed();
    assert_snapshot!(print(&reasons(&story.lead, &story.playbook)), @r#"
    Why does work on L-1042 ‹Dana K.› end?
    v Choose a reason
      Not ready  (Sleeps until a day you name, usually 30 days; then back to its owner)
      No budget  (Sleeps until a day you name, usually 90 days; then back to its owner)
      No authority  (Stays with its owner, with a task: Find the decision-maker)
      Unreachable  (After 5 attempts on 5 days: sleeps 30 days, then one more try)
      Invalid data  (A teammate mends it within 8 h of work; then back to its owner)
      Not a fit  (Closed; can be reopened)
      Not interested  (Closed; never contacted again)
      Duplicate  (Closed; you name the lead that goes on)
      Spam or test  (Removed; counts in no figure)
      Bought elsewhere  (Closed; can be reopened)
      Other  (Closed; can be reopened)
    "#);
}

#[test]
fn only_reasons_after_which_it_comes_back_let_it_sleep() {
    let mut story = claimed();
    assert_snapshot!(print(&sleeps(&story.lead, &story.playbook)), @r"
    Why shall L-1042 ‹Dana K.› sleep?
    v Choose a reason
      Not ready  (Sleeps until a day you name, usually 30 days; then back to its owner)
      No budget  (Sleeps until a day you name, usually 90 days; then back to its owner)
    ");
    let playbook = std::sync::Arc::make_mut(&mut story.playbook);
    playbook.reasons.retain(|reason| reason.becomes != Becomes::PooledUntil);
    assert!(print(&sleeps(&story.lead, playbook)).contains("Disqualify lists those there are"));
}

#[test]
fn each_reason_asks_only_what_it_needs() {
    let story = claimed();
    let usual = chrono::NaiveDate::from_ymd_opt(2026, 10, 14);
    let forms: Vec<String> = story
        .playbook
        .reasons
        .iter()
        .map(|reason| match forms::disqualify(&story.lead, reason, usual) {
            Some(form) => print_form(&form),
            None => format!("# {}: nothing\n", reason.name),
        })
        .collect();
    assert_snapshot!(forms.concat(), @r#"
    # L-1042 Not ready
    When shall it come back?* [2026-10-14]
    What did they say? [e.g. Asked to call again after the trade fair]
    # L-1042 No budget
    When shall it come back?* [2026-10-14]
    What did they say? [e.g. Asked to call again after the trade fair]
    # L-1042 No authority
    Who decides, if you know? [e.g. Max Keller, their CTO]
    Their e-mail, if you know [e.g. ]
    Their phone, if you know [e.g. ]
    # Unreachable: nothing
    # L-1042 Invalid data
    What is wrong?* [e.g. ]
    # L-1042 Not a fit
    What does not fit?* [e.g. ]
    # L-1042 Not interested
    Why, if they said? [e.g. ]
    # L-1042 Duplicate
    Which lead is it the same as?* [e.g. L-1042]
    # Spam or test: nothing
    # L-1042 Bought elsewhere
    From whom?* [e.g. ]
    # L-1042 Other
    What happened?* [e.g. ]
    "#);
}

#[test]
fn the_other_forms_ask_for_a_reason() {
    let story = claimed();
    let forms = [
        forms::wrong_team(&story.lead),
        forms::release(&story.lead),
        forms::assign(&story.lead, BEN, "Ben"),
        forms::note(&story.lead),
        forms::follow_up(&story.lead, "New York", ""),
    ];
    assert_snapshot!(forms.iter().map(print_form).collect::<String>(), @r"
    # L-1042 Not for us
    Why is it another team's?* [e.g. They are in Austria]
    # L-1042 Release
    Why do you give it back?* [e.g. In meetings all day]
    # L-1042 Hand over to Ben
    Why them?* [e.g. Knows the industry]
    # L-1042 Note
    What should the next one know?* [e.g. ]
    # L-1042 Follow up
    When? Time in New York* [e.g. tomorrow 9, fri 14:30, in 3 days, 9 my time]
    What for? [e.g. Send the offer first]
    ");
}

#[test]
fn more_offers_what_the_card_has_no_room_for() {
    assert_snapshot!(print(&more(&claimed().lead)), @r"
    What about L-1042 ‹Dana K.›?
    v Choose what to do
      Details  (Everything that is known about it)
      Show contact  (E-mail and phone; who looked is kept)
      Template  (A message with what is known filled in)
      Add a note  (For whoever works it next)
      Stage  (Where the sale stands)
      Help  (Ask a colleague or the managers; it stays where it is)
      Hand over  (Give it to somebody, with a reason)
      Trade  (Exchange it for a lead of somebody else's)
      Release  (Back to the team, with a reason)
      Let it sleep  (Until a day that you name; then it comes back to its owner)
      Wrong team  (Managers route it anew)
      Merge  (It is the same person as another lead)
      Convert  (A deal comes of it: it stays where it is, with a value)
      Won  (They became a customer)
      Undo  (Takes back what you did to it within the last half minute)
      Why?  (Its story so far: who, when, and by which rule)
    ");
    for option in ["details", "reveal", "note", "stage", "assign", "release", "notus", "pool", "convert", "undo", "why"] {
        assert!(read_more(option).is_some(), "{option}");
    }
    assert_eq!(read_more("claim"), None);
}

#[test]
fn people_who_can_have_it_come_first() {
    let story = claimed();
    let all: Vec<Candidate<'_>> = [(ANN, Some("Away")), (MAY, None), (BEN, None)]
        .into_iter()
        .map(|(id, against)| Candidate { person: story.roster.get(id).unwrap(), against: against.map(str::to_owned) })
        .collect();
    assert_snapshot!(print(&people(&story.lead, &all)), @r#"
    Who shall have L-1042 ‹Dana K.›? They will be told.
    v Choose a person
      Ben  (Can have it now)
      May  (Can have it now)
      Ann  (Away)
    "#);
    let crowd = vec![all[1].clone(); 40];
    let Row::Select(select) = &people(&story.lead, &crowd).rows[0] else { panic!("no list") };
    assert_eq!(select.options.len(), OPTIONS_MAX);
}

#[test]
fn stages_and_teams_are_chosen_by_name() {
    let story = claimed();
    assert_snapshot!(print(&stages(&story.lead, story.world())), @r#"
    Where does L-1042 ‹Dana K.› stand? Now: Open.
    v Choose a stage
      Open  (A next step is expected within 1 day)
      Contacted  (A next step is expected within 7 days)
      Nurture  (A next step is expected within 30 days)
      Qualified  (A next step is expected within 14 days)
      Trial  (A next step is expected within 30 days)
      Negotiation  (A next step is expected within 21 days)
    "#);
    assert_snapshot!(print(&teams(&story.lead, &story.playbook)), @r#"
    Which team shall have L-1042 ‹Dana K.›?
    v Choose a team
      DACH  (#leads-dach)
      World  (#leads-world)
    "#);
}

#[test]
fn a_long_key_of_a_reason_still_fits_a_token() {
    let mut playbook = (*Story::arrives().playbook).clone();
    playbook.reasons[0].key = "bought_from_a_competitor_already".into();
    let form = forms::disqualify(&Story::arrives().lead, &playbook.reasons[0], None).unwrap();
    let action = crate::chat::action::Action::read(&form.action).unwrap();
    assert_eq!(reason_of(&action.extra.unwrap(), &playbook).map(|r| r.key.as_str()), Some("bought_from_a_competitor_already"));
}

#[test]
fn what_they_wrote_never_becomes_our_words() {
    let mut story = claimed();
    story.lead.profile.contact.name = Some(Untrusted::new("**@everyone** X"));
    assert!(print(&channels(&story.lead)).contains("‹**@everyone** X.›"));
}
