//! `/playbook …`.

use insta::assert_snapshot;

use super::*;

/// The chat keeps this file.
pub(super) fn attach(bed: &Bed, written: String) {
    bed.desk.fetch.connect(move |url| {
        assert_eq!(url, "https://cdn.example/playbook.toml");
        let bytes = written.clone().into_bytes();
        Box::pin(async move { Ok(bytes) })
    });
}

pub(super) fn file() -> [(&'static str, OptionValue); 1] {
    let (name, url) = ("playbook.toml".to_owned(), "https://cdn.example/playbook.toml".to_owned());
    [("file", OptionValue::File { name, url, size: 4_000 })]
}

fn changed() -> String {
    Playbook::example().replace("untouched_max = 5", "untouched_max = 3")
}

#[tokio::test]
async fn a_playbook_is_checked_shown_and_applied_when_asked_twice() {
    let bed = Bed::new().await;
    attach(&bed, changed());
    assert_snapshot!(seen(&bed.says(may(), "playbook check", file()).await), @r"
    # Good: This playbook is right. It would change:
    most untouched leads per rep: 5 → 3
    Nothing was applied. An administrator can do that with /playbook apply.
    ");
    assert!(seen(&bed.says(may(), "playbook apply", file()).await).contains("is for administrators"));
    let asked = bed.says(ada(), "playbook apply", file()).await;
    assert_snapshot!(seen(&asked), @r"
    # This playbook is right. It would change:
    most untouched leads per rep: 5 → 3
    Leads under way keep the due times that they were promised. This question waits for 15 minutes.
    [*Apply] [Drop]
    ");
    assert_eq!(bed.desk.store.playbook().promises.untouched_max, 5, "nothing has changed yet");
    let done = bed.presses(ada(), "Apply", view(&asked)).await;
    assert_snapshot!(seen(&done), @r"
    Version 2 is in force now.
    An administrator can undo it: /playbook rollback 1.
    ");
    assert_eq!(bed.desk.store.playbook().promises.untouched_max, 3);
    assert!(seen(&bed.presses(ada(), "Apply", view(&asked)).await).contains("not kept any more"), "a second press does nothing");
    bed.passes(Duration::hours(1));
    assert_snapshot!(seen(&bed.says(may(), "playbook history", []).await), @r"
    # Versions of the playbook
    2  Applied <14 Sep 09:00> by ‹ada›, 1 change
    1  Applied <14 Sep 09:00> by ‹the first start›
    /playbook show with a version gives you its file; /playbook rollback puts it back in force.
    ");
    assert!(seen(&bed.says(ada(), "playbook apply", file()).await).contains("in force already"));
    let back = bed.says(ada(), "playbook rollback", [("version", OptionValue::Integer(1))]).await;
    assert_snapshot!(seen(&back), @r"
    # Back to version 1? It would change:
    most untouched leads per rep: 3 → 5
    Leads under way keep the due times that they were promised. This question waits for 15 minutes.
    [*Apply] [Drop]
    ");
    assert_snapshot!(seen(&bed.presses(ada(), "Apply", view(&back)).await), @r"
    Version 3 is in force now, the same as version 1.
    An administrator can undo it: /playbook rollback 2.
    ");
    assert_eq!(bed.desk.store.playbook().promises.untouched_max, 5);
    let shown = bed.says(may(), "playbook show", [("version", OptionValue::Integer(2))]).await;
    assert_eq!(view(&shown).files[0].bytes, changed().into_bytes());
}

#[tokio::test]
async fn a_question_is_only_for_whoever_asked_it_and_only_while_it_is_true() {
    let bed = Bed::new().await;
    attach(&bed, changed());
    let eve = || Visitor { administers: true, ..visitor("eve", &[]) };
    let adas = bed.says(ada(), "playbook apply", file()).await;
    assert!(seen(&bed.presses(eve(), "Apply", view(&adas)).await).contains("not kept any more"));
    let demoted = Visitor { administers: false, ..visitor("ada", &["sales-dach"]) };
    assert!(seen(&bed.presses(demoted, "Apply", view(&adas)).await).contains("/playbook apply is for administrators"));
    let eves = bed.says(eve(), "playbook apply", file()).await;
    bed.presses(ada(), "Apply", view(&adas)).await;
    assert_snapshot!(seen(&bed.presses(eve(), "Apply", view(&eves)).await), @"Somebody has put version 2 in force meanwhile, so what you were shown is not what would change. Nothing was applied: compare with that version, then /playbook apply again.");
    let rollback = bed.says(eve(), "playbook rollback", [("version", OptionValue::Integer(1))]).await;
    assert_snapshot!(seen(&bed.presses(eve(), "Drop", view(&rollback)).await), @"Dropped. Version 2 stays in force.");
    let late = bed.says(eve(), "playbook rollback", [("version", OptionValue::Integer(1))]).await;
    bed.passes(Duration::minutes(15));
    assert!(seen(&bed.presses(eve(), "Apply", view(&late)).await).contains("not kept any more"));
    assert_eq!(bed.desk.store.playbook().version, 2);
}

#[tokio::test]
async fn a_wrong_playbook_is_answered_with_its_mistakes() {
    let bed = Bed::new().await;
    let team = "[[team]]\nkey = \"dach\"\nchannel = \"leads\"\ncaptain = \"ann\"\n";
    let company = "[company]\nname = \"Acme\"\ntimezone = \"UTC\"\n";
    attach(&bed, format!("{company}{team}[promises]\nuntouched_max = \"five\"\nwarn = 1\n"));
    assert_snapshot!(seen(&bed.says(may(), "playbook check", file()).await), @r"
    # Alarm: This playbook has 2 mistakes
    • ‹line 9, column 17: `untouched_max` is a text, expected a whole number from 1 to 1000›
    • ‹line 10, column 1: [promises] has no key `warn`; did you mean `warn_at`?›
    Nothing has changed. Mend the file and give it again.
    ");
    assert_eq!(seen(&bed.says(ada(), "playbook apply", file()).await), seen(&bed.says(may(), "playbook check", file()).await));
    let large = OptionValue::File { name: "film.toml".to_owned(), url: "https://cdn.example/film".to_owned(), size: 9_000_000 };
    assert_snapshot!(seen(&bed.says(ada(), "playbook apply", [("file", large)]).await), @"‹film.toml› is too large for a playbook: at most 256 KiB.");
    assert_snapshot!(seen(&bed.says(ada(), "playbook rollback", [("version", OptionValue::Integer(9))]).await), @"There is no version 9; the newest is 1. /playbook history lists them.");
}

#[tokio::test]
async fn a_file_that_cannot_be_fetched_is_said_to_be_so() {
    let bed = Bed::new().await;
    assert_snapshot!(seen(&bed.says(ada(), "playbook apply", file()).await), @"‹playbook.toml› could not be fetched: ‹no chat is connected›. Attach it again.");
}
