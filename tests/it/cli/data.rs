//! Data goes out, is copied, and is looked through.

use leadbell::chat::Visitor;
use leadbell::clock::Clock;
use leadbell::domain::decide::decide;
use leadbell::domain::event::{Ask, Event};
use leadbell::domain::lead::Exit;
use leadbell::domain::person::Rights;
use leadbell::store::{Cause, Target};
use serde_json::Value;

use super::bed::Bed;

/// A lead of Ann's who asks not to be contacted again.
pub(super) async fn suppressed(bed: &Bed, lead: &str) {
    let (store, now) = (bed.store().await, Clock::system().now());
    let visitor = Visitor {
        chat_id: "900000000000000101".to_owned(),
        handle: "ann".to_owned(),
        name: "Ann".to_owned(),
        roles: Vec::new(),
        administers: false,
        locale: "en-US".to_owned(),
        in_guild: true,
    };
    let ann = store.meet(visitor, Rights::Manager, vec!["dach".into()], now).await.unwrap();
    let id = lead.parse().unwrap();
    let asks = [
        Ask::Assign { to: ann, reason: "hers".to_owned() },
        Ask::Disqualify { reason: "not_interested".into(), detail: None, until: None, original: None },
    ];
    for (nth, ask) in asks.into_iter().enumerate() {
        let event = Event::Asked { by: ann, ask };
        let cause = Cause::Deed(format!("{lead}-{nth}"));
        store.apply(cause, Target::Lead(id), now, move |snapshot| decide(snapshot, &event, now)).await.unwrap();
    }
    let state = store.lead(id).await.unwrap().unwrap().course.state;
    assert!(matches!(state, leadbell::domain::lead::State::Closed { exit: Exit::Suppressed, .. }), "{state:?}");
}

/// Somebody who has pressed a button.
async fn met(bed: &Bed, handle: &str, chat_id: &str) {
    let visitor = Visitor {
        chat_id: chat_id.to_owned(),
        handle: handle.to_owned(),
        name: handle.to_owned(),
        roles: Vec::new(),
        administers: false,
        locale: "en-US".to_owned(),
        in_guild: true,
    };
    bed.store().await.meet(visitor, Rights::Rep, vec!["dach".into()], Clock::system().now()).await.unwrap();
}

fn imported(rows: &str) -> Bed {
    let bed = Bed::new();
    bed.run(&["source", "add", "fair"]).well();
    bed.write("leads.csv", rows);
    bed.run(&["import", "leads.csv", "--source", "fair"]).well();
    bed
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn an_export_is_safe_to_open_and_leaves_out_those_who_want_no_contact() {
    let bed = imported("Name,E-mail,Note\n=cmd|' /C calc'!A0,ada@example.com,\"hi, \"\"there\"\"\"\nBen,ben@example.com,\n");
    suppressed(&bed, "L-1002").await;
    let csv = bed.run(&["export", "leads"]).well();
    assert!(csv.starts_with("\u{FEFF}lead,received_at,source,"), "{csv}");
    assert!(csv.contains(",'=cmd|' /C calc'!A0,") && csv.contains("\"hi, \"\"there\"\"\""), "{csv}");
    assert!(!csv.contains("ben@example.com"), "{csv}");
    let all = lines(&bed.run(&["export", "leads", "--format", "jsonl", "--with-suppressed"]).well());
    assert_eq!(
        all.iter().map(|lead| lead["person"]["email"].as_str().unwrap()).collect::<Vec<_>>(),
        ["ada@example.com", "ben@example.com"]
    );
    assert_eq!(all[1]["exit"], "suppressed");

    let activities = lines(&bed.run(&["export", "activities", "--format", "jsonl"]).well());
    assert!(activities.iter().all(|line| line["lead"] == "L-1001"), "{activities:?}");
    let all = lines(&bed.run(&["export", "activities", "--format", "jsonl", "--with-suppressed"]).well());
    assert!(all.iter().any(|line| line["lead"] == "L-1002" && line["by"] == "ann"), "{all:?}");
}

#[test]
fn an_export_into_a_file_is_for_its_owners_eyes_and_takes_no_others_place() {
    let bed = imported("Name,E-mail\nAda,ada@example.com\n");
    bed.run(&["export", "leads", "--out", "leads-out.csv", "--since", "1d"]).well();
    assert!(bed.read("leads-out.csv").contains("ada@example.com"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(bed.path("leads-out.csv")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert!(bed.run(&["export", "leads", "--out", "leads-out.csv"]).refused(2).contains("--force"));
    let later = bed.run(&["export", "leads", "--format", "jsonl", "--since", "2999-01-01"]).well();
    assert_eq!(later, "");
    assert!(bed.run(&["export", "leads", "--since", "yesterday"]).refused(2).contains("write a day such as"));
}

#[test]
fn a_copy_is_made_beside_work_and_looked_through() {
    let bed = imported("Name,E-mail\nAda,ada@example.com\n");
    let made = bed.run(&["backup", "copy.db", "--json"]).json();
    assert_eq!(
        (made["leads"].as_u64(), made["bytes"].as_u64()),
        (Some(1), Some(std::fs::metadata(bed.path("copy.db")).unwrap().len()))
    );
    assert!(bed.run(&["backup", "copy.db"]).refused(1).contains("--force"));
    assert!(bed.run(&["backup", "leadbell.db", "--force"]).refused(2).contains("the database itself"));
    bed.run(&["backup", "copy.db", "--force"]).well();
    assert!(bed.run(&["backup", "verify", "copy.db"]).well().contains("Everything holds."));
    assert!(!bed.path("copy.db-wal").exists() && !bed.path("copy.db-shm").exists(), "nothing is left beside a copy");

    let whole = std::fs::read(bed.path("copy.db")).unwrap();
    std::fs::write(bed.path("torn.db"), &whole[..whole.len() / 2]).unwrap();
    assert_eq!(bed.run(&["backup", "verify", "torn.db"]).code, 1);
    bed.write("not.db", "Dear database,");
    assert!(bed.run(&["backup", "verify", "not.db"]).refused(1).contains("no sound copy"));

    // Going back: the copy in the place of the database.
    for name in ["leadbell.db-wal", "leadbell.db-shm"] {
        drop(std::fs::remove_file(bed.path(name)));
    }
    std::fs::copy(bed.path("copy.db"), bed.path("leadbell.db")).unwrap();
    assert!(bed.run(&["export", "leads"]).well().contains("ada@example.com"));
    bed.run(&["audit", "--json"]).json();
}

#[tokio::test]
async fn what_somebody_can_do_is_said_read_and_taken_away() {
    let bed = imported("Name,E-mail\nAda,ada@example.com\n");
    suppressed(&bed, "L-1001").await;
    assert!(bed.run(&["person", "skill", "ann", "--add", "german"]).refused(2).contains("add a section [[skill]]"));
    let skills = "[[skill]]\nkey = \"german\"\n\n[[skill]]\nkey = \"polish\"\n\n[promises]";
    bed.write("playbook.toml", &bed.read("playbook.toml").replace("[promises]", skills));
    bed.run(&["playbook", "apply", "playbook.toml", "--yes"]).well();
    let said = bed.run(&["person", "skill", "@ann", "--add", "german", "--add", "polish"]).well();
    assert_eq!(said, "ann: german, polish\n");
    assert_eq!(bed.run(&["person", "skill", "ann", "--remove", "polish"]).well(), "ann: german\n");
    let unknown = bed.run(&["person", "skill", "ann", "--add", "germann", "--remove", "german"]).refused(2);
    assert!(unknown.contains("names no skill \"germann\"; did you mean `german`?"), "{unknown}");
    assert_eq!(bed.run(&["person", "skill", "ann"]).well(), "ann: german\n", "nothing was taken away besides");
    assert!(bed.run(&["person", "skill", "anna"]).refused(2).contains("did you mean ann?"));
    assert_eq!(bed.run(&["person", "list", "--json"]).json()[0]["skills"][0], "german");
    assert!(bed.run(&["person", "list"]).well().contains("german"));
}

#[tokio::test]
async fn the_hours_that_somebody_keeps_are_set_read_and_cleared() {
    let bed = imported("Name,E-mail\nAda,ada@example.com\n");
    suppressed(&bed, "L-1001").await;
    assert_eq!(bed.run(&["person", "hours", "ann"]).well(), "ann: their team's\n");
    let set = bed.run(&["person", "hours", "ann", "Mo-Fr 09:00-13:00; PH off", "--zone", "Europe/Lisbon"]).well();
    assert_eq!(set, "ann: Mo-Fr 09:00-13:00; PH off (Europe/Lisbon)\n");
    let wrong = bed.run(&["person", "hours", "ann", "Mo-Fr 9am"]).refused(2);
    assert!(wrong.contains("cannot be read from \"9am\" on") && wrong.contains("^^^"), "{wrong}");
    assert_eq!(bed.run(&["person", "hours", "ann"]).well(), set, "it stays");
    assert_eq!(bed.run(&["person", "list", "--json"]).json()[0]["hours"], "Mo-Fr 09:00-13:00; PH off (Europe/Lisbon)");
    assert_eq!(bed.run(&["person", "hours", "ann", "--clear"]).well(), "ann: their team's\n");
}

#[tokio::test]
async fn somebody_acts_from_a_second_account_that_is_nobody_elses() {
    let bed = imported("Name,E-mail\nAda,ada@example.com\n");
    suppressed(&bed, "L-1001").await;
    met(&bed, "ben", "900000000000000102").await;
    let linked = bed.run(&["person", "link", "ann", "<@900000000000000777>"]).well();
    assert_eq!(linked, "ann: discord 900000000000000101 (main), discord 900000000000000777\n");
    assert_eq!(bed.run(&["person", "link", "ann", "900000000000000777"]).well(), linked, "twice is once");
    let people = bed.run(&["person", "list", "--json"]).json();
    assert_eq!(people[0]["accounts"][0]["chat_id"], "900000000000000777");
    let theirs = bed.run(&["person", "link", "ben", "900000000000000777"]).refused(2);
    assert!(theirs.contains("is ann's already") && theirs.contains("person unlink ann 900000000000000777"), "{theirs}");
    let person = bed.run(&["person", "link", "ann", "900000000000000102"]).refused(2);
    assert!(person.contains("that account is ben, a person of their own") && person.contains("--retire"), "{person}");
    assert!(bed.run(&["person", "link", "ann", "ben"]).refused(2).contains("is no account's id"));
    assert!(bed.run(&["person", "link", "ann", "900000000000000102", "--retire"]).well().contains("000102"));
    assert!(bed.run(&["person", "list"]).well().contains("left the company"));
    assert!(bed.run(&["person", "unlink", "ben", "900000000000000777"]).refused(2).contains("is not ben's"));
    bed.run(&["person", "unlink", "ann", "900000000000000777"]).well();
    assert!(bed.run(&["person", "unlink", "ann", "900000000000000101"]).refused(2).contains("main account"));
}

#[tokio::test]
async fn people_and_teams_are_listed() {
    let bed = imported("Name,E-mail\nAda,ada@example.com\n");
    assert!(bed.run(&["person", "list"]).well().contains("Nobody has been met yet"));
    suppressed(&bed, "L-1001").await;
    let people = bed.run(&["person", "list", "--json"]).json();
    assert_eq!(
        (people[0]["handle"].as_str(), people[0]["rights"].as_str(), people[0]["teams"][0]["team"].as_str()),
        (Some("ann"), Some("manager"), Some("dach"))
    );
    let teams = bed.run(&["team", "list"]).well();
    insta::assert_snapshot!(teams, @r"
    TEAM   NAME   CHANNEL      ROLE         CAPTAIN  PEOPLE
    dach   DACH   leads-dach   sales-dach   ann      ann
    world  World  leads-world  sales-world  bob      nobody yet
    ");
}

#[test]
fn commands_that_need_a_database_say_how_to_get_one() {
    let bed = Bed::new();
    for arguments in [&["audit"][..], &["source", "list"], &["export", "leads"], &["dead", "list"], &["backup", "copy.db"]] {
        assert!(bed.run(arguments).refused(2).contains("there is no database at leadbell.db"), "{arguments:?}");
    }
    assert!(!bed.path("leadbell.db").exists());
}
