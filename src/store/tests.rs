//! The store against its promises: what is answered is on the disk, what is not answered has not happened.

use std::path::Path;

use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use sqlx::{ConnectOptions as _, Row as _};

use super::{Applied, Cause, Holds, NewDelivery, Options, Posted, Proof, Store, StoreError, Target};
use crate::chat::{Receipt, Visitor};
use crate::domain::decide::decide;
use crate::domain::event::{Ask, Event};
use crate::domain::ids::{LeadId, PersonId};
use crate::domain::lead::{Channel, Outcome, Profile};
use crate::domain::person::Rights;
use crate::domain::submission::{Contact, DedupeKey, Submission};
use crate::playbook::Playbook;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_789_378_000 + seconds, 0).unwrap()
}

async fn open(folder: &Path) -> Store {
    let options = Options { path: folder.join("leadbell.db"), seed: Playbook::example().to_owned() };
    Store::open(&options, at(0)).await.unwrap()
}

fn delivery(body: Vec<u8>) -> NewDelivery {
    NewDelivery {
        source: "demo".into(),
        received_at: at(1),
        content_type: "application/json".to_owned(),
        headers: Vec::new(),
        body,
        proof: Proof::Signed,
        holds: Holds::Leads,
    }
}

async fn pages(store: &Store, limit: Limit) {
    store
        .write(move |tx| {
            async move {
                let now: i64 = sqlx::query("PRAGMA page_count").fetch_one(&mut tx.conn).await?.try_get(0)?;
                let sql = match limit {
                    Limit::Now => format!("PRAGMA max_page_count = {now}"),
                    Limit::Lifted => "PRAGMA max_page_count = 1000000".to_owned(),
                };
                sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut tx.conn).await?;
                Ok(())
            }
            .boxed()
        })
        .await
        .unwrap();
}

#[derive(Clone, Copy)]
enum Limit {
    Now,
    Lifted,
}

async fn kept_according_to_somebody_else(folder: &Path) -> i64 {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.join("leadbell.db")).read_only(true);
    let mut other = options.connect().await.unwrap();
    sqlx::query("SELECT count(*) FROM delivery").fetch_one(&mut other).await.unwrap().try_get(0).unwrap()
}

#[tokio::test]
async fn after_a_full_disk_every_answer_is_true_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    store.accept(delivery(vec![1; 100])).await.unwrap();
    pages(&store, Limit::Now).await;
    let refused = store.accept(delivery(vec![2; 900_000])).await;
    assert_eq!(refused, Err(StoreError::Full));
    // The connection that met the full disk is gone, and the limit with it where it was set on the connection alone.
    pages(&store, Limit::Lifted).await;
    let mut answered = 1;
    for n in 0..20 {
        if store.accept(delivery(vec![n; 2_000])).await.is_ok() {
            answered += 1;
        }
    }
    assert_eq!(answered, 21, "the store serves again");
    assert_eq!(kept_according_to_somebody_else(folder.path()).await, answered, "what was answered is in the file");
}

#[tokio::test]
async fn a_batch_that_meets_a_full_disk_tells_all_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    pages(&store, Limit::Now).await;
    let small = (0..8).map(|n| store.accept(delivery(vec![n; 10])));
    let large = store.accept(delivery(vec![9; 900_000]));
    let (small, large) = tokio::join!(futures_util::future::join_all(small), large);
    assert_eq!(large, Err(StoreError::Full));
    let answered = i64::try_from(small.iter().filter(|s| s.is_ok()).count()).unwrap();
    assert_eq!(kept_according_to_somebody_else(folder.path()).await, answered);
}

#[tokio::test]
async fn one_job_that_fails_takes_no_other_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let good = store.accept(delivery(vec![1]));
    let bad = store.write(|tx| {
        async move {
            sqlx::query("INSERT INTO delivery (id) VALUES (1)").execute(&mut tx.conn).await?;
            Ok(())
        }
        .boxed()
    });
    let also_good = store.accept(delivery(vec![2]));
    let (good, bad, also_good) = tokio::join!(good, bad, also_good);
    assert!(good.is_ok() && also_good.is_ok());
    assert!(bad.is_err());
    assert_eq!(kept_according_to_somebody_else(folder.path()).await, 2);
}

#[tokio::test]
async fn who_is_met_is_known_at_once_although_the_same_transaction_has_looked_people_up_since() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let ann = Visitor {
        chat_id: "21".to_owned(),
        handle: "ann".to_owned(),
        name: "Ann Berg".to_owned(),
        roles: Vec::new(),
        administers: false,
        locale: "en-US".to_owned(),
        in_guild: true,
    };
    let met = store.meet(ann, Rights::Rep, Vec::new(), at(0));
    let looked_up = store.write(|tx| async move { tx.roster().await }.boxed());
    let (met, looked_up) = tokio::join!(met, looked_up);
    assert!(looked_up.unwrap().get(met.clone().unwrap()).is_some());
    assert!(store.roster().get(met.unwrap()).is_some());
}

#[tokio::test]
async fn the_log_can_be_neither_changed_nor_skipped() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let add = |rev: i64| {
        store.write(move |tx| {
            async move {
                let sql = "INSERT INTO activity (lead, rev, at, kind, facts) VALUES (7, $1, 0, 'noted', '[]')";
                sqlx::query(sql).bind(rev).execute(&mut tx.conn).await?;
                Ok(())
            }
            .boxed()
        })
    };
    add(1).await.unwrap();
    assert!(add(3).await.unwrap_err().to_string().contains("skipped"));
    let change = store.write(|tx| {
        async move { super::cards::done(sqlx::query("UPDATE activity SET kind = 'x'").execute(&mut tx.conn).await) }.boxed()
    });
    assert!(change.await.unwrap_err().to_string().contains("changed"));
}

#[tokio::test]
async fn a_lead_without_its_line_in_the_log_cannot_be_committed() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let sql = "INSERT INTO lead (id, rev, epoch, state, touched, stage, wake_at, course, received_at, source, is_test, unauthenticated, contact, answers, tries, since, piled)
        VALUES (1, 1, 0, 'waiting', 0, 'open', 5, '{}', 0, 'demo', 0, 0, '{}', '{}', 0, 0, 0)";
    let written =
        store.write(move |tx| async move { super::cards::done(sqlx::query(sql).execute(&mut tx.conn).await) }.boxed()).await;
    assert!(written.is_err());
    for broken in ["'owned', 0, 'open', 5", "'closed', 0, 'open', 5", "'waiting', 0, 'open', NULL"] {
        let sql = sql.replace("'waiting', 0, 'open', 5", broken);
        let written = store
            .write(move |tx| {
                async move { super::cards::done(sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut tx.conn).await) }.boxed()
            })
            .await;
        assert!(written.unwrap_err().to_string().contains("CHECK"), "{broken}");
    }
}

#[tokio::test]
async fn a_second_process_is_kept_away() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("leadbell.db");
    let first = super::Lock::take(&path).unwrap();
    assert!(matches!(super::Lock::take(&path), Err(StoreError::InUse(_))));
    drop(first);
    assert!(super::Lock::take(&path).is_ok());
}

#[tokio::test]
async fn many_requests_in_one_statement_keep_their_own_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let ids = futures_util::future::join_all((0..75).map(|n| store.accept(delivery(vec![n])))).await;
    for (n, id) in (0..).zip(ids) {
        assert_eq!(store.delivery(id.unwrap()).await.unwrap().unwrap().request.body, [n]);
    }
}

const PLAYBOOK: &str = r#"
[company]
name = "Acme"
timezone = "UTC"
hours = "24/7"

[[team]]
key = "dach"
channel = "leads"
role = "sales"
captain = "ann"
"#;

async fn company(folder: &Path) -> (Store, PersonId) {
    let options = Options { path: folder.join("leadbell.db"), seed: PLAYBOOK.to_owned() };
    let store = Store::open(&options, at(0)).await.unwrap();
    let ann = crate::chat::Visitor {
        chat_id: "71".to_owned(),
        handle: "ann".to_owned(),
        name: "Ann".to_owned(),
        roles: Vec::new(),
        administers: false,
        locale: "en-US".to_owned(),
        in_guild: true,
    };
    let ann = store.meet(ann, Rights::Rep, vec!["dach".into()], at(0)).await.unwrap();
    (store, ann)
}

async fn arrives(store: &Store, key: &str) -> Applied {
    let submission = Submission {
        source: "demo".into(),
        source_detail: None,
        dedupe_key: DedupeKey::Provider(key.to_owned()),
        submitted_at: None,
        is_test: false,
        person: Contact::default(),
        message: None,
        utm: std::collections::BTreeMap::new(),
        consent: std::collections::BTreeMap::new(),
        extras: Vec::new(),
    };
    let profile = Profile::of(&submission, at(0));
    let event = Event::Arrived { profile: Box::new(profile), taken_by: None };
    let cause = Cause::Submitted { part: None, submission: Box::new(submission) };
    store.apply(cause, Target::New, at(0), move |snapshot| decide(snapshot, &event, at(0))).await.unwrap()
}

async fn asks(store: &Store, lead: LeadId, by: PersonId, ask: Ask) {
    let cause = Cause::Deed(format!("{lead} {ask:?}"));
    let event = Event::Asked { by, ask };
    store.apply(cause, Target::Lead(lead), at(5), move |snapshot| decide(snapshot, &event, at(5))).await.unwrap();
}

#[tokio::test]
async fn what_the_writer_remembers_is_what_the_file_says() {
    let folder = tempfile::tempdir().unwrap();
    let (store, ann) = company(folder.path()).await;
    for (key, deeds) in [("a", 0), ("b", 1), ("c", 2), ("d", 3), ("e", 1)] {
        let arrived = arrives(&store, key).await;
        let lead = arrived.lead().unwrap().id;
        let log = Ask::Log { channel: Channel::Call, outcome: Outcome::Reached, note: None };
        for ask in [Ask::Claim, log, Ask::Release { reason: "ill".to_owned() }].into_iter().take(deeds) {
            asks(&store, lead, ann, ask).await;
        }
        assert!(matches!(arrives(&store, key).await, Applied::Stale { .. }), "the same again");
    }
    let (remembered, read) = store
        .write(|tx| {
            async move {
                let remembered = (tx.next_lead().await?, tx.untouched().await?);
                tx.forget();
                Ok((remembered, (tx.next_lead().await?, tx.untouched().await?)))
            }
            .boxed()
        })
        .await
        .unwrap();
    let said = |untouched: &std::collections::BTreeMap<PersonId, u32>| untouched.get(&ann).copied().unwrap_or_default();
    assert_eq!((remembered.0, said(&remembered.1)), (read.0, said(&read.1)));
    assert_eq!((read.0, said(&read.1)), (LeadId(1006), 2));
}

#[tokio::test]
async fn a_card_that_is_there_is_posted_anew_when_it_rings_and_one_that_is_not_only_rings() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = company(folder.path()).await;
    let (posted, waiting) = (arrives(&store, "a").await, arrives(&store, "b").await);
    let [first, second] = store.due_cards(at(0), 9).await.unwrap().try_into().unwrap();
    let there = Receipt { channel: "1".to_owned(), message: "2".to_owned() };
    let posted_at = at(0);
    store
        .card_posted(first.id, Posted { copy: first.copy_wanted, at: there, shown: 1, rang: first.rings, posted_at })
        .await
        .unwrap();
    let later = at(3_600);
    for lead in [posted, waiting] {
        let (lead, rev) = (lead.lead().unwrap().id, lead.lead().unwrap().rev);
        let rung = store.apply(Cause::Due { rev }, Target::Lead(lead), later, move |s| decide(s, &Event::Woke, later)).await;
        assert_eq!(rung.unwrap().lead().unwrap().rev, 2);
    }
    let [again, still] = store.due_cards(later, 9).await.unwrap().try_into().unwrap();
    assert_eq!((still.lead, still.copy_wanted, still.nonce == second.nonce), (second.lead, 1, true));
    assert_eq!((again.lead, again.copy_wanted, again.wanted, again.nonce == first.nonce), (first.lead, 2, 2, false));
    assert_eq!(again.ring, still.ring);
    assert!(again.ring.is_some());
}

#[tokio::test]
async fn a_rule_that_breaks_is_told_once_a_day_however_many_leads_it_breaks_on() {
    let folder = tempfile::tempdir().unwrap();
    let broken = "[[field]]\nkey = \"seats\"\nkind = \"number\"\n\n[[score]]\nwhen = \"lead.seats * 2 > 10\"\npoints = 5\nwhy = \"many seats\"\n";
    let options = Options { path: folder.path().join("leadbell.db"), seed: format!("{PLAYBOOK}\n{broken}") };
    let store = Store::open(&options, at(0)).await.unwrap();
    for key in ["a", "b", "c"] {
        arrives(&store, key).await;
    }
    let due = store.due_notices(at(1), 10).await.unwrap();
    let news: Vec<String> = due.iter().map(|notice| format!("{:?}", notice.news)).collect();
    assert_eq!(news.len(), 1, "{news:?}");
    assert!(news[0].contains("many seats") && news[0].contains("lead.seats * 2 > 10"), "{news:?}");
}

#[tokio::test]
async fn the_ledger_is_kept_with_the_move_and_read_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let (store, ann) = company(folder.path()).await;
    let lead = arrives(&store, "a").await.lead().unwrap().id;
    asks(&store, lead, ann, Ask::Claim).await;
    let turns = |store: &Store| {
        let store = store.clone();
        async move { store.turns(at(1)).await.unwrap().ledger.standing(&"dach".into(), ann) }
    };
    assert_eq!(turns(&store).await.turns, 1);
    asks(&store, lead, ann, Ask::Disqualify { reason: "spam".into(), detail: None, until: None, original: None }).await;
    assert_eq!(turns(&store).await.turns, 0, "it never was a lead");
    drop(store);
    let (store, _) = company(folder.path()).await;
    let again = arrives(&store, "b").await.lead().unwrap().id;
    asks(&store, again, ann, Ask::Claim).await;
    assert_eq!(turns(&store).await.turns, 1);
    let findings = store.audit(at(2)).await.unwrap();
    assert!(
        findings.iter().all(|finding| finding.holds != "the ledger sums to the moves that made it" || finding.broken.is_empty())
    );
}
