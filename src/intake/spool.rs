//! Where an authentic request goes when the database refuses it: one synced file each, drained once the database takes writes again.
//! A full disk is the usual reason, so the folder may lie on another one.
//! Invariant: `keep` returns `Ok` only when the bytes and their name are on the disk.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::DateTime;
use serde::{Deserialize, Serialize};

use crate::domain::ids::SourceKey;
use crate::store::{Holds, NewDelivery, Proof};

/// Files taken in one pass.
const DRAIN_AT_ONCE: usize = 64;

/// The folder of requests that wait.
#[derive(Debug)]
pub struct Spool {
    folder: PathBuf,
    bytes_max: u64,
    count: AtomicU64,
}

/// A request that waits.
#[derive(Debug)]
pub struct Spooled {
    /// Its file.
    pub file: PathBuf,
    /// As received.
    pub request: NewDelivery,
}

/// The first line of a file; the body follows, byte for byte.
#[derive(Serialize, Deserialize)]
struct Head {
    source: SourceKey,
    received_at: i64,
    content_type: String,
    headers: Vec<(String, String)>,
    signed: bool,
    #[serde(default)]
    signals: bool,
}

impl Spool {
    /// In this folder, which is made when it is needed first, and at most so many bytes.
    #[must_use]
    pub fn new(folder: &Path, bytes_max: u64) -> Self {
        Self { folder: folder.to_owned(), bytes_max, count: AtomicU64::new(0) }
    }

    /// Keeps a request. Blocks until the disk has it.
    ///
    /// # Errors
    /// When the disk does not take it: nothing is kept.
    pub fn keep(&self, request: &NewDelivery) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        if self.used()? > self.bytes_max {
            return Err(io::Error::new(io::ErrorKind::StorageFull, format!("the spool holds its {} bytes", self.bytes_max)));
        }
        let name = self.free_name(request);
        let unfinished = self.folder.join(format!("{name}.part"));
        let head = Head {
            source: request.source.clone(),
            received_at: request.received_at.timestamp_millis(),
            content_type: request.content_type.clone(),
            headers: request.headers.clone(),
            signed: request.proof == Proof::Signed,
            signals: request.holds == Holds::Signals,
        };
        let mut file = File::options().write(true).create_new(true).open(&unfinished)?;
        serde_json::to_writer(&mut file, &head)?;
        file.write_all(b"\n")?;
        file.write_all(&request.body)?;
        file.sync_all()?;
        fs::rename(&unfinished, self.folder.join(format!("{name}.request")))?;
        File::open(&self.folder)?.sync_all()
    }

    /// One that no file has: a process before this one may have had the same number, and its clock may have stood where ours does.
    fn free_name(&self, request: &NewDelivery) -> String {
        loop {
            let count = self.count.fetch_add(1, Ordering::SeqCst);
            let name = format!("{:013}-{}-{count:06}", request.received_at.timestamp_millis(), std::process::id());
            if !self.folder.join(format!("{name}.request")).exists() && !self.folder.join(format!("{name}.part")).exists() {
                return name;
            }
        }
    }

    /// The oldest requests that wait. A file that cannot be read is set aside under another ending and said so.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn waiting(&self) -> io::Result<Vec<Spooled>> {
        let mut files = match fs::read_dir(&self.folder) {
            Ok(entries) => entries.map(|e| e.map(|e| e.path())).collect::<io::Result<Vec<_>>>()?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        files.retain(|file| file.extension().is_some_and(|e| e == "request"));
        files.sort();
        files.truncate(DRAIN_AT_ONCE);
        let mut requests = Vec::with_capacity(files.len());
        for file in files {
            match read(&fs::read(&file)?) {
                Some(request) => requests.push(Spooled { file, request }),
                None => {
                    tracing::error!(file = %file.display(), "a spooled request cannot be read: set aside, look at it by hand");
                    fs::rename(&file, file.with_extension("unreadable"))?;
                }
            }
        }
        Ok(requests)
    }

    fn used(&self) -> io::Result<u64> {
        fs::read_dir(&self.folder)?.try_fold(0, |sum, entry| Ok(sum + entry?.metadata()?.len()))
    }

    /// The request is in the database: its file goes.
    ///
    /// # Errors
    /// When the file cannot be removed; it is then taken once more, and recognised as a repeat.
    pub fn done(&self, spooled: &Spooled) -> io::Result<()> {
        fs::remove_file(&spooled.file)
    }
}

fn read(bytes: &[u8]) -> Option<NewDelivery> {
    let end = bytes.iter().position(|b| *b == b'\n')?;
    let head: Head = serde_json::from_slice(&bytes[..end]).ok()?;
    Some(NewDelivery {
        source: head.source,
        received_at: DateTime::from_timestamp_millis(head.received_at)?,
        content_type: head.content_type,
        headers: head.headers,
        body: bytes[end + 1..].to_vec(),
        proof: if head.signed { Proof::Signed } else { Proof::Url },
        holds: if head.signals { Holds::Signals } else { Holds::Leads },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(body: &[u8]) -> NewDelivery {
        NewDelivery {
            source: "demo".into(),
            received_at: DateTime::from_timestamp_millis(1_789_378_003_000).unwrap(),
            content_type: "application/json".to_owned(),
            headers: vec![("idempotency-key".to_owned(), "7".to_owned())],
            body: body.to_vec(),
            proof: Proof::Signed,
            holds: Holds::Signals,
        }
    }

    #[test]
    fn what_is_kept_comes_back_byte_for_byte_and_once() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::new(&folder.path().join("spool"), 1_000);
        assert!(spool.waiting().unwrap().is_empty());
        spool.keep(&request(b"{\"a\":\n1}\0\xff")).unwrap();
        spool.keep(&request(b"second")).unwrap();
        let waiting = spool.waiting().unwrap();
        assert_eq!(
            waiting.iter().map(|s| s.request.clone()).collect::<Vec<_>>(),
            [request(b"{\"a\":\n1}\0\xff"), request(b"second")]
        );
        spool.done(&waiting[0]).unwrap();
        assert_eq!(spool.waiting().unwrap().len(), 1);
    }

    #[test]
    fn a_second_process_of_the_same_number_in_the_same_instant_keeps_beside_the_first() {
        let folder = tempfile::tempdir().unwrap();
        for body in [b"first", b"other"] {
            Spool::new(folder.path(), 1_000).keep(&request(body)).unwrap();
        }
        let waiting = Spool::new(folder.path(), 1_000).waiting().unwrap();
        assert_eq!(waiting.iter().map(|s| s.request.body.as_slice()).collect::<Vec<_>>(), [b"first", b"other"]);
    }

    #[test]
    fn a_full_spool_takes_nothing_more() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::new(folder.path(), 1_000);
        spool.keep(&request(&[b'x'; 2_000])).unwrap();
        assert_eq!(spool.keep(&request(b"one more")).unwrap_err().kind(), io::ErrorKind::StorageFull);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_set_aside_and_not_lost() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("1.request"), "no head").unwrap();
        assert!(Spool::new(folder.path(), 1_000).waiting().unwrap().is_empty());
        assert!(folder.path().join("1.unreadable").exists());
    }
}
