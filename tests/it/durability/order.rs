//! The order of system calls: for each answer "taken", the disk had the delivery before the first byte of the answer left.

use futures_util::future::join_all;

use super::trace::{self, Call};
use super::{binary, log, words, works};
use crate::company::{Company, Pace, submission};
use crate::program::Program;

/// Deliveries that come one after another, and those that come at once.
const ALONE: u64 = 20;
const AT_ONCE: u64 = 20;
const CROWDS: u64 = 4;

/// Size of the header before each page in the log of writes; its second word is not zero where a transaction ends.
const FRAME_HEADER: usize = 24;

#[tokio::test]
async fn every_delivery_is_on_the_disk_before_its_answer_begins() {
    if !works(&["strace", "-f", "-o", "/dev/null", "true"]) {
        assert!(std::env::var_os("CI").is_none(), "strace does not work here: install it, and allow it to trace");
        println!("skipped: strace does not work here");
        return;
    }
    let company = Company::new(1, Pace::Hasty).await;
    let trace = company.path("trace").display().to_string();
    let calls = "trace=pwrite64,write,writev,sendto,sendmsg,recvfrom,fsync,fdatasync";
    let strace = words(&["strace", "-D", "-f", "-yy", "-s", "5000", "-o", &trace, "-e", calls, "-e", "signal=none"]);
    let mut program = Program::start(binary(), &company, &strace);
    program.ready(&company).await;
    for number in 0..ALONE {
        assert_eq!(company.send(number).await, Some(200), "{}", log(&company));
    }
    for crowd in 0..CROWDS {
        let first = ALONE + crowd * AT_ONCE;
        let answers = join_all((first..first + AT_ONCE).map(|number| company.send(number))).await;
        assert!(answers.iter().all(|answer| *answer == Some(200)), "{answers:?}\n{}", log(&company));
    }
    program.signal("TERM").await;
    assert!(program.wait().await.success(), "{}", log(&company));
    let written = String::from_utf8_lossy(&std::fs::read(&trace).expect("strace wrote it")).into_owned();
    let calls = trace::read(&written);
    let all = ALONE + CROWDS * AT_ONCE;
    let wrong: Vec<_> = (0..all).filter_map(|number| on_disk_first(&calls, &submission(number)).err()).collect();
    assert!(wrong.is_empty(), "of {all}:\n  {}", wrong.join("\n  "));
    println!("order: {all} deliveries, each synced before its answer; {} calls looked at", calls.len());
}

/// Whether the transaction that holds this text was synced before the request with it was answered.
fn on_disk_first(calls: &[Call], text: &str) -> Result<(), String> {
    let request = calls.iter().find(|call| call.name == "recvfrom" && call.arguments.contains(text));
    let request = request.ok_or_else(|| format!("{text}: the request is not seen"))?;
    let answer = calls.iter().find(|call| call.began > request.came_back && call.on == request.on && answers(call));
    let answer = answer.ok_or_else(|| format!("{text}: the answer is not seen"))?;
    let mut log = calls.iter().filter(|call| call.on.ends_with(".db-wal") && call.began < answer.began).peekable();
    while log.next_if(|call| !(call.name == "pwrite64" && call.arguments.contains(text))).is_some() {}
    let page = log.peek().ok_or_else(|| format!("{text}: answered before it was written"))?;
    let mut written = vec![page.came_back];
    // The header that ends the transaction stands before the last of its pages; that may be this page.
    let before = calls.iter().rfind(|call| call.on == page.on && call.came_back < page.began && call.name == "pwrite64");
    let mut ends = before.is_some_and(ends_transaction);
    log.next();
    while !ends {
        let header = log.next().ok_or_else(|| format!("{text}: answered before its transaction was written"))?;
        ends = header.name == "pwrite64" && ends_transaction(header);
        if ends {
            written.extend(log.next().map(|page| page.came_back));
        }
    }
    let written = written.into_iter().max().expect("there is one");
    let synced = log.any(|call| {
        let syncs = matches!(call.name.as_str(), "fsync" | "fdatasync");
        syncs && call.succeeded && call.began > written && call.came_back < answer.began
    });
    if synced { Ok(()) } else { Err(format!("{text}: answered before it was synced")) }
}

fn answers(call: &Call) -> bool {
    matches!(call.name.as_str(), "sendto" | "sendmsg" | "write" | "writev") && call.arguments.contains("HTTP/1.1 2")
}

fn ends_transaction(call: &Call) -> bool {
    let bytes = call.bytes();
    bytes.len() == FRAME_HEADER && bytes[4..8] != [0; 4]
}

#[test]
fn an_answer_before_the_sync_or_before_the_end_of_the_transaction_is_told() {
    let calls = |lines: &[&str]| trace::read(&lines.join("\n"));
    let request = r#"1 recvfrom(5<TCP:[a->b]>, "POST /hooks x-7", 100, 0, NULL, NULL) = 15"#;
    let middle = r#"2 pwrite64(9</d/l.db-wal>, "\0\0\0\1\0\0\0\0abcdefghijklmnop", 24, 0) = 24"#;
    let end = r#"2 pwrite64(9</d/l.db-wal>, "\0\0\0\1\0\0\0\7abcdefghijklmnop", 24, 0) = 24"#;
    let page = r#"2 pwrite64(9</d/l.db-wal>, "page with x-7", 4096, 24) = 4096"#;
    let other = r#"2 pwrite64(9</d/l.db-wal>, "another page", 4096, 24) = 4096"#;
    let sync = "2 fdatasync(9</d/l.db-wal>) = 0";
    let answer = r#"1 sendto(5<TCP:[a->b]>, "HTTP/1.1 200 OK", 15, 0, NULL, 0) = 15"#;
    for (told, lines) in [
        (None, vec![request, end, page, sync, answer]),
        (None, vec![request, middle, page, end, other, sync, answer]),
        (Some("synced"), vec![request, end, page, answer, sync]),
        (Some("synced"), vec![request, sync, end, page, answer]),
        (Some("its transaction was written"), vec![request, middle, page, sync, answer, end, other, sync]),
        (Some("before it was written"), vec![request, answer, end, page, sync]),
        (Some("synced"), vec![request, end, page, "2 fdatasync(9</d/l.db-wal>) = -1 EIO (x)", answer]),
    ] {
        let judged = on_disk_first(&calls(&lines), "x-7");
        match told {
            None => assert_eq!(judged, Ok(()), "{lines:?}"),
            Some(words) => assert!(judged.as_ref().is_err_and(|why| why.contains(words)), "{judged:?} {lines:?}"),
        }
    }
}
