//! The list of those who are never contacted again, as an administrator keeps it.

use super::bed::Bed;
use super::data::suppressed;

fn bed() -> Bed {
    let bed = Bed::new();
    bed.run(&["source", "add", "fair"]).well();
    bed
}

fn import(bed: &Bed, rows: &str) -> String {
    bed.write("leads.csv", rows);
    bed.run(&["import", "leads.csv", "--source", "fair"]).well()
}

#[tokio::test]
async fn a_list_that_is_brought_along_keeps_people_out_and_ends_what_is_under_way() {
    let bed = bed();
    import(&bed, "Name,E-mail\nAda,ada@example.com\nBen,ben@example.com\n");
    bed.write("list.csv", "E-mail,Since\nADA@example.com,2024\n# moved\n+49 30 23125 014\nnobody at all\n\"cy@example.com\"\n");
    let ran = bed.run(&["suppress", "import", "list.csv"]);
    assert_eq!(ran.code, 1, "a line cannot be read: {}", ran.out);
    assert!(ran.out.contains("3 put on the list, 0 were on it, 1 lead under way ended"), "{}", ran.out);
    assert!(ran.out.contains("line 5: \"nobody at all\""), "{}", ran.out);
    let again = bed.run(&["suppress", "add", "ada@example.com", "--json"]).json();
    assert_eq!((again["added"].as_u64(), again["already"].as_u64(), again["leads_ended"].as_u64()), (Some(0), Some(1), Some(0)));
    let out = import(&bed, "Name,E-mail,Phone\nCy,cy@example.com,\nDee,dee@example.com,+49 30 23125 014\nEve,eve@example.com,\n");
    assert!(out.contains("1 lead came in") && out.contains("line 2: asked not to be contacted (on the list since"), "{out}");
    let ada = bed.store().await.lead("L-1001".parse().unwrap()).await.unwrap().unwrap();
    assert!(ada.course.state.is_closed());
    let taken = bed.run(&["export", "leads"]).well();
    assert!(!taken.contains("ada@example.com") && taken.contains("eve@example.com"), "{taken}");
    let log = bed.run(&["export", "activities"]).well();
    assert!(!log.contains("L-1001") && log.contains("L-1002"), "{log}");
    bed.run(&["audit"]).well();
}

#[tokio::test]
async fn what_was_put_on_by_hand_comes_off_by_hand_and_what_they_asked_for_does_not() {
    let bed = bed();
    import(&bed, "Name,E-mail\nAda,ada@example.com\n");
    suppressed(&bed, "L-1001").await;
    let asked = bed.run(&["suppress", "check", "Ada@Example.com"]);
    assert_eq!((asked.code, asked.out.contains("they asked for it with L-1001")), (1, true), "{}", asked.out);
    let refused = bed.run(&["suppress", "remove", "ada@example.com"]).refused(2);
    assert!(refused.contains("only their own new request"), "{refused}");
    bed.run(&["suppress", "add", "ben@example.com"]).well();
    assert_eq!(bed.run(&["suppress", "check", "ben@example.com", "--json"]).code, 1);
    bed.run(&["suppress", "remove", "ben@example.com"]).well();
    assert_eq!(bed.run(&["suppress", "check", "ben@example.com"]).well().trim(), "not on the list");
    let wrong = bed.run(&["suppress", "add", "ben at example"]).refused(2);
    assert!(wrong.contains("neither an e-mail address nor a phone number"), "{wrong}");
}

#[tokio::test]
async fn nobody_can_read_the_list_out_of_the_file() {
    let bed = bed();
    bed.run(&["suppress", "add", "ada@example.com", "+493023125014"]).well();
    let file = std::fs::read(bed.path("leadbell.db")).unwrap();
    let text = String::from_utf8_lossy(&file);
    assert!(!text.contains("ada@example") && !text.contains("3023125014"));
}

#[tokio::test]
async fn what_ended_with_a_mistake_goes_on_when_that_is_mended() {
    let bed = bed();
    import(&bed, "Name,E-mail,Phone\nAda,ada@example.com,+49 30 23125 014\nBen,ben@example.com,\n");
    let course = async || bed.store().await.lead("L-1001".parse().unwrap()).await.unwrap().unwrap().course;
    let before = course().await;
    let said = bed.run(&["suppress", "add", "ada@example.com"]).well();
    assert!(said.contains("1 put on the list, 0 were on it, 1 lead under way ended"), "{said}");
    assert!(course().await.state.is_closed());
    // Whoever has the address has the number.
    for (reach, why) in [("ada@example.com", ": put on by hand"), ("+493023125014", ": another address or number of theirs")] {
        let known = bed.run(&["suppress", "check", reach]);
        assert_eq!((known.code, known.out.contains(why)), (1, true), "{}", known.out);
    }
    let refused = bed.run(&["suppress", "remove", "+493023125014"]).refused(2);
    assert!(refused.contains("came along with another address"), "{refused}");
    let said = bed.run(&["suppress", "remove", "ada@example.com"]).well();
    assert_eq!(said.trim(), "taken off the list; the lead that had ended with that goes on");
    assert_eq!((course().await.state, course().await.clocks), (before.state, before.clocks));
    assert_eq!(bed.run(&["suppress", "check", "+493023125014"]).well().trim(), "not on the list");
    let nothing = bed.run(&["suppress", "remove", "ada@example.com"]).well();
    assert_eq!(nothing.trim(), "was not on the list");
    bed.run(&["audit"]).well();
}

#[tokio::test]
async fn a_mistake_that_is_mended_brings_nobody_back_who_is_on_the_list_for_another_reason() {
    let bed = bed();
    import(&bed, "Name,E-mail,Phone\nAda,ada@example.com,+49 30 23125 014\nBen,ben@example.com,+49 30 23125 014\n");
    let is_over =
        async |lead: &str| bed.store().await.lead(lead.parse().unwrap()).await.unwrap().unwrap().course.state.is_closed();
    bed.run(&["suppress", "add", "+493023125014"]).well();
    // What came along is now meant by itself.
    let said = bed.run(&["suppress", "add", "ada@example.com"]).well();
    assert!(said.contains("0 put on the list, 1 was on it, 0 leads under way ended"), "{said}");
    let said = bed.run(&["suppress", "remove", "+493023125014"]).well();
    assert_eq!(said.trim(), "taken off the list; the lead that had ended with that goes on");
    assert_eq!((is_over("L-1001").await, is_over("L-1002").await), (true, false), "Ada is on it with her address");
    bed.run(&["suppress", "remove", "ada@example.com"]).well();
    assert!(!is_over("L-1001").await);
    import(&bed, "Name,E-mail,Phone\nCy,cy@example.com,+49 30 23125 015\n");
    bed.run(&["suppress", "add", "+493023125015", "cy@example.com"]).well();
    let refused = bed.run(&["suppress", "remove", "+493023125015"]).refused(2);
    assert!(refused.contains("came along with another address"), "{refused}");
    bed.run(&["audit"]).well();
    bed.run(&["suppress", "remove", "cy@example.com"]).well();
    assert_eq!(bed.run(&["suppress", "check", "+493023125015"]).well().trim(), "not on the list");
    bed.run(&["audit"]).well();
}
