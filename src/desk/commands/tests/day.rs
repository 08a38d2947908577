//! `/me status|agenda`.

use insta::assert_snapshot;

use super::*;

#[tokio::test]
async fn whoever_is_away_gets_nothing_new() {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Acme Robotics").await;
    let away = || [("is", text("away")), ("until", text("tomorrow 9:00"))];
    assert_snapshot!(seen(&bed.says(ann(), "me status", away()).await), @"You are away until <15 Sep 07:00> (<~15 07:00>). Nothing new comes to you.");
    assert_snapshot!(seen(&bed.says(ann(), "lead next", []).await), @"You are away until <15 Sep 07:00> (<~15 07:00>). Say /me status with Here first.");
    assert_snapshot!(seen(&bed.says(ann(), "me status", [("is", text("available"))]).await), @"You are here again: new leads come to you whenever your teams are open.");
    assert!(seen(&bed.says(ann(), "lead next", []).await).contains("L-1001"));
    assert_snapshot!(seen(&bed.says(ann(), "me status", [("is", text("away")), ("until", text("2026-01-01"))]).await), @"That time has passed already. Give one that is still to come, such as tomorrow 9:00, or none at all.");
}

#[tokio::test]
async fn a_leave_is_planned_with_who_covers_and_ends_when_they_are_here_again() {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Acme Robotics").await;
    bed.says(ben(), "help", []).await;
    let leave = |to: &str| [("from", text("today 12:00")), ("to", text(to)), ("cover", OptionValue::Person(ben()))];
    assert_snapshot!(seen(&bed.says(ann(), "me leave", leave("tomorrow 9:00")).await), @r"
    You are on leave from <14 Sep 10:00> until <15 Sep 07:00>. Nothing new comes to you then.
    @Ben hears of what your leads need, may work them, and gets those that come back meanwhile.
    ");
    assert!(seen(&bed.says(ben(), "team show", []).await).contains("on leave from <14 Sep 10:00>"));
    bed.passes(Duration::hours(4));
    assert_snapshot!(seen(&bed.says(ann(), "lead next", []).await), @"You are away until <15 Sep 07:00> (<~15 07:00>). @Ben covers for you. Say /me status with Here first.");
    assert!(seen(&bed.says(ben(), "team whoison", []).await).contains("away until <15 Sep 07:00>, covered by @Ben"));
    bed.says(ann(), "me status", [("is", text("available"))]).await;
    assert!(seen(&bed.says(ann(), "lead next", []).await).contains("L-1001"));
    assert_snapshot!(seen(&bed.says(ann(), "me leave", leave("today 9:00")).await), @"That time has passed already. Give one that is still to come, such as tomorrow 9:00, or none at all.");
    let nobody = [("to", text("tomorrow 9:00")), ("cover", OptionValue::Person(ann()))];
    assert_snapshot!(seen(&bed.says(ann(), "me leave", nobody).await), @"You are away then: name a colleague who works leads, not yourself.");
    assert!(seen(&bed.says(ann(), "me leave", [("from", text("in 3 days"))]).await).contains("Say until when you are on leave"));
    assert!(
        seen(&bed.says(ann(), "me leave", [("from", text("in 5 days")), ("to", text("in 3 days"))]).await)
            .contains("end before it begins")
    );
    bed.says(ann(), "me leave", [("from", text("in 3 days")), ("to", text("in 5 days"))]).await;
    let covered = seen(&bed.says(ann(), "me leave", [("cover", OptionValue::Person(ben()))]).await);
    assert!(covered.contains("on leave from <17 Sep") && covered.contains("@Ben hears of"), "the dates stay: {covered}");
    assert!(seen(&bed.says(ann(), "me leave", []).await).contains("Your leave is called off."));
    assert_snapshot!(seen(&bed.says(ann(), "me leave", []).await), @r#"You have no leave planned. Say until when with to, such as "in 2 weeks", and from when with from."#);
}

#[tokio::test]
async fn an_agenda_tells_what_is_due_in_the_order_to_do_it() {
    let bed = Bed::new().await;
    assert_snapshot!(seen(&bed.says(ann(), "me agenda", []).await), @"Nothing is due today. /lead next shows what waits for you.");
    for name in ["Dana Keller", "Evan Moss", "Finn Ode", "Gita Rao"] {
        let id = bed.lead(name, "Acme").await;
        let next = bed.says(ann(), "lead next", []).await;
        bed.presses(ann(), "Claim", view(&next)).await;
        let plan = |when: &str| [("lead", text(&id.to_string())), ("when", text(when))];
        match name {
            "Dana Keller" => drop(bed.says(ann(), "lead follow", plan("in 2 hours")).await),
            "Evan Moss" => drop(bed.says(ann(), "lead follow", plan("in 3 days")).await),
            _ => {}
        }
        bed.passes(Duration::minutes(2));
    }
    let tried = [("lead", text("1004")), ("channel", text("call")), ("outcome", text("no_answer"))];
    bed.says(ann(), "lead log", tried).await;
    bed.passes(Duration::minutes(20));
    assert_snapshot!(seen(&bed.says(ann(), "me agenda", []).await), @r"
    # Your day: 2 due
    Follow-ups
    • L-1001 ‹Dana K.›, ‹Acme›, <11:00> (<~14 11:00>)
    Not touched yet
    • L-1003 ‹Finn O.›, ‹Acme›, late since <09:19> (<~14 09:19>)
    2 things are due later than today.
    [Log L-1001] [Log L-1003]
    ");
    bed.passes(Duration::hours(4));
    let due = seen(&bed.says(ann(), "lead list", [("which", text("due"))]).await);
    assert!(due.contains("L-1001") && !due.contains("L-1002"), "{due}");
}

#[tokio::test]
async fn somebody_keeps_hours_of_their_own_and_everybody_reads_them() {
    let bed = Bed::new().await;
    bed.lead("Dana Keller", "Acme Robotics").await;
    let keep = |hours: &str, zone: &str| [("hours", text(hours)), ("zone", text(zone))];
    assert_snapshot!(seen(&bed.says(ann(), "me hours", keep("Mo-Fr 14:00-18:00; PH off", "")).await), @r"
    You keep your own hours now: Mo-Fr 14:00-18:00; PH off (Europe/Berlin). Your hours begin <14 Sep 12:00> (<~14 12:00>).
    Outside of them nothing new comes to you, and what can wait waits. Promises of leads that you get run in them; those under way stay as they were promised.
    ");
    assert_snapshot!(seen(&bed.says(ann(), "lead next", []).await), @"You are outside your own hours until <14 Sep 12:00> (<~14 12:00>). /me hours changes them.");
    assert_snapshot!(seen(&bed.says(ben(), "team whoison", []).await), @r"
    DACH: 1 of 2 may take a lead, open now
    – @Ann  outside their hours until <14 Sep 12:00>, own hours Mo-Fr 14:00-18:00; PH off (Europe/Berlin)
    • @Ben  0 untouched leads
    ");
    assert_snapshot!(seen(&bed.says(ann(), "me hours", keep("Mo-Fr 09:00-13:00", "Europe/Lisbon")).await), @r"
    You keep your own hours now: Mo-Fr 09:00-13:00 (Europe/Lisbon). You are on now.
    Outside of them nothing new comes to you, and what can wait waits. Promises of leads that you get run in them; those under way stay as they were promised.
    ");
    assert_snapshot!(seen(&bed.says(ben(), "team show", []).await), @r"
    DACH in #leads-dach, Mo-Fr 09:00-18:00; PH off, open now, captain @Ann
    • @Ann  weight 100, cap 5, 0 untouched of 0 owned, own hours Mo-Fr 09:00-13:00 (Europe/Lisbon)
    • @Ben  weight 100, cap 5, 0 untouched of 0 owned
    ");
    assert_snapshot!(seen(&bed.says(ann(), "me status", [("is", text("available"))]).await), @r"
    You are here again: new leads come to you whenever your teams are open.
    You keep your own hours: Mo-Fr 09:00-13:00 (Europe/Lisbon). /me hours changes them.
    ");
    for (hours, zone) in [("Mo-Fr 9am", ""), ("Mo-Fr 09:00-13:00", "Europe/Lisbonn"), ("Mo-Fr off", ""), ("", "Europe/Lisbon")] {
        let said = seen(&bed.says(ann(), "me hours", keep(hours, zone)).await);
        assert!(!said.contains("You keep"), "{hours} {zone}: {said}");
    }
    assert_snapshot!(seen(&bed.says(ann(), "me hours", keep("Mo-Fr 9am", "")).await), @r#"
    These hours cannot be read from "9am" on; write them like "Mo-Fr 09:00-18:00; PH off".
    `Mo-Fr 9am`: it cannot be read from character 7 on. For example: Mo-Th 09:00-13:00; or two shifts and a short Friday: Mo-Th 09:00-12:00,14:00-17:00; Fr 09:00-12:00; PH off.
    "#);
    assert_snapshot!(seen(&bed.says(ann(), "me hours", keep("Mo-Fr 09:00-13:00", "Europe/Lisbonn")).await), @r#"There is no time zone called "Europe/Lisbonn"; did you mean "Europe/Lisbon"?"#);
    assert_snapshot!(seen(&bed.says(ann(), "me hours", [("zone", text("Europe/Lisbon"))]).await), @r"
    Say the hours too: a zone alone says nothing. With neither, your hours are your team's again.
    For example: Mo-Th 09:00-13:00; or two shifts and a short Friday: Mo-Th 09:00-12:00,14:00-17:00; Fr 09:00-12:00; PH off.
    ");
    assert_snapshot!(seen(&bed.says(ann(), "me hours", []).await), @"Your hours are your team's again: DACH Mo-Fr 09:00-18:00; PH off (Europe/Berlin).");
    assert!(seen(&bed.says(ann(), "lead next", []).await).contains("L-1001"));
}

#[tokio::test]
async fn somebody_chooses_how_they_hear_of_things() {
    let bed = Bed::new().await;
    assert_snapshot!(seen(&bed.says(ann(), "me notify", []).await), @r"
    Offers by direct message
    Warnings and reminders by direct message
    Changes to your leads by direct message
    Agenda when your day begins by direct message, when there is something
    Loose ends before it ends by direct message, when there is something
    What can wait would wait for hours of your own: set them with /me hours.
    Warnings that protect a promise always reach you, here or there: they cannot be switched off.
    ");
    let warnings = [("what", text("warnings")), ("by", text("thread")), ("quiet", OptionValue::Flag(false))];
    assert_snapshot!(seen(&bed.says(ann(), "me notify", warnings).await), @r"
    Offers by direct message
    Warnings and reminders in the lead's thread; directly, as long as it has none
    Changes to your leads by direct message
    Agenda when your day begins by direct message, when there is something
    Loose ends before it ends by direct message, when there is something
    Nothing waits: you hear of everything at once, day and night.
    Warnings that protect a promise always reach you, here or there: they cannot be switched off.
    ");
    bed.says(ann(), "me hours", [("hours", text("Mo-Fr 09:00-13:00"))]).await;
    let quiet = [("by", text("direct")), ("quiet", OptionValue::Flag(true))];
    assert_snapshot!(seen(&bed.says(ann(), "me notify", quiet).await), @r"
    Offers by direct message
    Warnings and reminders by direct message
    Changes to your leads by direct message
    Agenda when your day begins by direct message, when there is something
    Loose ends before it ends by direct message, when there is something
    Outside your hours, Mo-Fr 09:00-13:00 (Europe/Berlin), what can wait waits for them.
    Warnings that protect a promise always reach you, here or there: they cannot be switched off.
    ");
}
