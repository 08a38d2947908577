//! A spreadsheet of leads comes in: once, whatever happens, and not those who asked to be left alone.

use std::fmt::Write as _;

use super::bed::Bed;
use super::data::suppressed;

fn bed() -> Bed {
    let bed = Bed::new();
    bed.run(&["source", "add", "fair", "--region", "GB"]).well();
    bed
}

#[tokio::test]
async fn a_file_comes_in_once_and_what_is_refused_says_why() {
    let bed = bed();
    bed.write("leads.csv", "Full name;E-mail;Tel;Notes\r\nAda Lovelace;ada@example.com;020 7946 0123;wants 40 seats\r\n;;;nobody\r\nBen Okri;ben@example.com;;\"two\r\nlines\"\r\na;b;c;d;e\r\n");
    let first = bed.run(&["import", "leads.csv", "--source", "fair", "--refused", "refused.csv"]).well();
    insta::assert_snapshot!(first, @r"
    COLUMN     BECOMES  SURE
    Full name  name     likely
    E-mail     email    likely
    Tel        phone    likely
    Notes      message  likely

    2 leads came in, 0 had come in before, 2 refused.
      line 3: no name, e-mail or phone was found among: Notes
      line 6: 5 cells, but there are 4 columns: is a quote missing, or a separator inside a cell?
    The refused rows are in refused.csv, with reasons: mend them there and import that file.
    ");
    let store = bed.store().await;
    let ada = store.lead("L-1001".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(ada.profile.contact.phone_e164.as_deref(), Some("+442079460123"));
    assert_eq!(store.counts().await.unwrap().leads, 2);

    let again = bed.run(&["import", "leads.csv", "--source", "fair", "--json"]).json();
    assert_eq!((again["came_in"].as_u64(), again["repeats"].as_u64(), again["refused"].as_u64()), (Some(0), Some(2), Some(2)));

    let mended = bed.read("refused.csv").replace(";;;nobody", "Cy Twombly;cy@example.com;;nobody");
    bed.write("mended.csv", &mended);
    let mended = bed.run(&["import", "mended.csv", "--source", "fair", "--json"]).json();
    assert_eq!((mended["came_in"].as_u64(), mended["refused"].as_u64()), (Some(1), Some(1)));
    let cy = bed.store().await.lead("L-1003".parse().unwrap()).await.unwrap().unwrap();
    assert!(cy.profile.extras.is_empty(), "our own columns are no answers: {:?}", cy.profile.extras);
    bed.run(&["audit"]).well();
}

#[tokio::test]
async fn a_dry_run_writes_nothing() {
    let bed = bed();
    bed.write("leads.csv", "Name,E-mail\nAda,ada@example.com\n");
    let out = bed.run(&["import", "leads.csv", "--source", "fair", "--dry-run", "--refused", "refused.csv"]).well();
    assert!(out.contains("1 lead would come in") && out.contains("Nothing was written."), "{out}");
    assert_eq!(bed.store().await.counts().await.unwrap().leads, 0);
}

#[tokio::test]
async fn columns_with_names_of_their_own_are_said_by_hand() {
    let bed = bed();
    bed.write("leads.csv", "X1,\"X2, or so\",Secret\nAda Lovelace,ada@example.com,1234\n");
    let said = bed.run(&["import", "leads.csv", "--source", "fair", "--map", "X3=name"]).refused(2);
    assert!(said.contains("no column \"X3\"") && said.contains("X1, X2, or so, Secret"), "{said}");
    bed.run(&["import", "leads.csv", "--source", "fair", "--map", "X1=name,Secret=-", "--map", "X2, or so=email"]).well();
    let lead = bed.store().await.lead("L-1001".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(lead.profile.contact.full_name().unwrap().raw(), "Ada Lovelace");
    assert!(lead.profile.extras.is_empty(), "{:?}", lead.profile.extras);
}

#[tokio::test]
async fn who_asked_to_be_left_alone_does_not_come_back_with_a_list() {
    let bed = bed();
    bed.write("leads.csv", "Name,E-mail\nAda,ada@example.com\n");
    bed.run(&["import", "leads.csv", "--source", "fair"]).well();
    suppressed(&bed, "L-1001").await;
    bed.write("bought.csv", "Who,Mail\nA. Lovelace,ADA@example.com\nBen,ben@example.com\n");
    let out = bed.run(&["import", "bought.csv", "--source", "fair"]).well();
    assert!(out.contains("1 lead came in") && out.contains("line 2: asked not to be contacted (L-1001)"), "{out}");
}

#[tokio::test]
async fn who_has_a_lead_that_goes_on_does_not_get_a_second_one_from_a_list() {
    let bed = bed();
    bed.write("leads.csv", "Name,E-mail\nAda,ada@example.com\n");
    bed.run(&["import", "leads.csv", "--source", "fair"]).well();
    bed.write("visitors.csv", "Who,Mail,Message\nA. Lovelace,ADA@example.com,Saw you at the fair\nBen,ben@example.com,\n");
    let out = bed.run(&["import", "visitors.csv", "--source", "fair"]).well();
    assert!(out.contains("1 lead came in, 1 joined leads of the same people, 0 had come in before"), "{out}");
    let ada = bed.store().await.lead("L-1001".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!((ada.course.work.submissions, ada.profile.need.unwrap().raw()), (2, "Saw you at the fair"));
}

#[tokio::test]
async fn thousands_of_rows_come_in_and_a_second_try_goes_on_where_the_first_ended() {
    const ROWS: u64 = 1_500;
    let bed = bed();
    let mut half = "Name,E-mail\n".to_owned();
    let mut whole = half.clone();
    for n in 0..ROWS {
        let row = format!("Person {n},p{n}@example.com\n");
        whole.push_str(&row);
        if n < ROWS / 3 {
            write!(half, "{row}").unwrap();
        }
    }
    bed.write("half.csv", &half);
    bed.write("whole.csv", &whole);
    assert_eq!(bed.run(&["import", "half.csv", "--source", "fair", "--json"]).json()["came_in"], ROWS / 3);
    let whole = bed.run(&["import", "whole.csv", "--source", "fair", "--json"]).json();
    assert_eq!((whole["came_in"].as_u64(), whole["repeats"].as_u64()), (Some(ROWS - ROWS / 3), Some(ROWS / 3)));
    assert_eq!(bed.store().await.counts().await.unwrap().leads, i64::try_from(ROWS).unwrap());
}

#[tokio::test]
async fn an_import_that_is_killed_in_the_middle_is_taken_up_without_loss_and_without_doubles() {
    const ROWS: usize = 1_800;
    let bed = bed();
    let mut file = "Name,E-mail\n".to_owned();
    for n in 1..=ROWS {
        // The refused rows are kept as they come: the file that appears with the first of them says how far it is.
        match n {
            700 => writeln!(file, "a,b,c,d").unwrap(),
            _ => writeln!(file, "Person {n},p{n}@example.com").unwrap(),
        }
    }
    bed.write("leads.csv", &file);
    let mut before = 0;
    for (cut, refused) in ["first.csv", "second.csv"].into_iter().enumerate() {
        let mut import = bed.start(&["import", "leads.csv", "--source", "fair", "--refused", refused]);
        while !bed.path(refused).exists() {
            assert!(import.try_wait().unwrap().is_none(), "it ended before it came to the row that is refused");
            std::thread::yield_now();
        }
        import.kill().unwrap();
        assert!(!import.wait().unwrap().success(), "cut {cut} came too late");
        let leads = bed.store().await.counts().await.unwrap().leads;
        assert!((512..1_600).contains(&leads) && leads >= before, "cut {cut} leaves {leads} leads, and there were {before}");
        bed.run(&["audit"]).well();
        before = leads;
    }
    let rest = bed.run(&["import", "leads.csv", "--source", "fair", "--json"]).json();
    let count = |name: &str| rest[name].as_u64().unwrap();
    assert_eq!((count("came_in") + count("repeats"), count("refused")), (1_799, 1));
    assert!(count("repeats") >= u64::try_from(before).unwrap(), "what came in before is known again: {rest}");
    assert_eq!(bed.store().await.counts().await.unwrap().leads, 1_799);
    bed.run(&["audit"]).well();
}

#[test]
fn a_file_in_which_every_row_is_refused_ends_with_one() {
    let bed = bed();
    bed.write("leads.csv", "Colour\nred\n");
    assert_eq!(bed.run(&["import", "leads.csv", "--source", "fair"]).code, 1);
    assert!(bed.run(&["import", "leads.csv", "--source", "nowhere"]).refused(2).contains("leadbell source add nowhere"));
    assert!(bed.run(&["import", "missing.csv", "--source", "fair"]).refused(1).contains("missing.csv cannot be read"));
}
