//! The disk is full, and free again: what is proven is taken all the while, kept beside the database, and becomes a lead once there
//! is room, without a restart.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;

use super::{binary, log, words, works};
use crate::bed::Seen;
use crate::company::{Company, Pace};
use crate::program::Program;

/// Deliveries that the database refuses before there is room again.
const REFUSED: usize = 12;

/// More deliveries than fit.
const MANY: u64 = 400;

/// How long the program may take to come to itself once there is room.
const RECOVERS_WITHIN: Duration = Duration::from_secs(30);

/// How often it is looked.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// No file may grow past so many KiB; the database's log is the first to reach it.
const FILE_MAX: u32 = 700;

#[tokio::test]
async fn a_database_that_may_not_grow_loses_nothing() {
    let company = Company::new(1, Pace::Calm).await;
    // Soft, so that it can be lifted; the signal that would end the program is ignored, as a full disk sends none.
    let limited = format!("trap '' XFSZ; ulimit -S -f {FILE_MAX}; exec \"$0\" \"$@\"");
    let mut program = Program::start(binary(), &company, &words(&["bash", "-c", &limited]));
    program.ready(&company).await;
    let sent = send_until_refused(&company).await;
    let lifted = Command::new("prlimit").args(["--pid", &program.id().to_string(), "--fsize=unlimited"]).status();
    assert!(lifted.expect("prlimit is part of util-linux").success());
    comes_to_itself(&company, sent).await;
    program.signal("TERM").await;
    assert!(program.wait().await.success(), "{}", log(&company));
}

#[tokio::test]
async fn a_database_on_a_disk_that_is_full_loses_nothing() {
    let mount = ["unshare", "--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"];
    if !works(&mount) {
        println!("skipped: nobody may mount a small disk here; the limit on files tells the same story");
        return;
    }
    let company = Company::new(1, Pace::Calm).await;
    let data = company.path("data").display().to_string();
    let small = "mount -t tmpfs -o size=3000k tmpfs \"$DATA\" && cp -a \"$DATA.kept/.\" \"$DATA\" \
        && head -c 2000000 /dev/zero >\"$DATA/ballast\" && exec \"$0\" \"$@\"";
    std::fs::rename(&data, format!("{data}.kept")).expect("the folder is moved");
    std::fs::create_dir(&data).expect("a folder");
    let set = format!("DATA={data}");
    let before = ["env", &set, "unshare", "--user", "--map-root-user", "--mount", "bash", "-c", small];
    let mut program = Program::start(binary(), &company, &words(&before));
    program.ready(&company).await;
    let sent = send_until_refused(&company).await;
    // The small disk is seen by the program alone, so it is reached through it.
    let ballast = format!("/proc/{}/root{data}/ballast", program.id());
    std::fs::remove_file(&ballast).unwrap_or_else(|error| panic!("{ballast}: {error}"));
    comes_to_itself(&company, sent).await;
    program.signal("TERM").await;
    assert!(program.wait().await.success(), "{}", log(&company));
}

/// Sends until some are kept beside the database; every one is answered "taken". How many were sent.
async fn send_until_refused(company: &Company) -> u64 {
    for number in 0..MANY {
        let answer = company.send(number).await;
        assert_eq!(answer, Some(200), "delivery {number}\n{}", log(company));
        if spooled(company) >= REFUSED {
            return number + 1;
        }
    }
    panic!("{MANY} deliveries found room\n{}", log(company));
}

fn spooled(company: &Company) -> usize {
    std::fs::read_dir(company.path("spool")).map_or(0, Iterator::count)
}

/// What was kept beside the database goes into it, and every delivery has one card; and what comes next is taken as ever.
async fn comes_to_itself(company: &Company, sent: u64) {
    let drained = async {
        while spooled(company) > 0 || cards(company).len() < usize::try_from(sent).expect("a few") {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    let in_time = tokio::time::timeout(RECOVERS_WITHIN, drained).await;
    assert!(in_time.is_ok(), "{} of {sent} cards, {} spooled\n{}", cards(company).len(), spooled(company), log(company));
    assert_eq!(company.send(sent).await, Some(200));
    assert_eq!(spooled(company), 0, "the database takes it");
    let cards = cards(company);
    let twice: Vec<_> = cards.iter().filter(|(_, count)| **count != 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
    println!("full disk: {sent} deliveries taken, {REFUSED} of them while the database refused; {} cards", cards.len());
}

/// The first lines of the cards, and how often each stands in the channel.
fn cards(company: &Company) -> BTreeMap<String, u32> {
    let channel = company.sandbox.channel_by_name("leads").expect("a channel");
    let mut cards = BTreeMap::new();
    for message in company.sandbox.messages(channel).into_iter().map(Seen) {
        let title = message.text().lines().next().unwrap_or_default().to_owned();
        *cards.entry(title).or_default() += 1;
    }
    cards
}
