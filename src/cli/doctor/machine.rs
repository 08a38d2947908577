//! Whether this machine lets Leadbell work: database, disk, spool, addresses.

use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::super::serve::database_path;
use super::super::shell::local_url;
use super::super::{health, print};
use super::{Finding, bad, good, note};
use crate::intake::api::Need;
use crate::intake::sources as presets;
use crate::playbook::Playbook;
use crate::settings::Settings;
use crate::store::{Options, Store};

/// Less free space than this is trouble soon: the database grows, and so do backups.
const FREE_MIN: u64 = 256 * 1024 * 1024;

/// The file, its disk, and whether it takes writes.
pub(super) async fn database(settings: &Settings, now: DateTime<Utc>) -> Vec<Finding> {
    let path = match database_path(&settings.database_url) {
        Ok(path) => path,
        Err(why) => return vec![bad(why.to_string(), "")],
    };
    let folder = folder_of(&path);
    let mut findings = vec![writable(&folder), space(&folder)];
    let shown = path.display();
    if !path.exists() {
        findings.push(note(format!("there is no database at {shown} yet"), "`leadbell serve` makes it."));
        return findings;
    }
    let store = match Store::open(&Options { path: path.clone(), seed: Playbook::example().to_owned() }, now).await {
        Ok(store) => store,
        Err(why) => {
            findings.push(bad(
                format!("the database {shown} cannot be opened: {why}"),
                "If it is damaged, go back to a copy: see `leadbell backup --help`.",
            ));
            return findings;
        }
    };
    match store.soundness().await {
        Ok(sound) if sound.broken.is_empty() => {
            findings.push(good(format!("the database {shown} is sound (SQLite {})", sound.version)))
        }
        Ok(sound) => {
            let first = sound.broken.first().cloned().unwrap_or_default();
            findings.push(bad(
                format!("the database {shown} is damaged: {first}"),
                "Stop the server and go back to a copy: see `leadbell backup --help`.",
            ));
        }
        Err(why) => findings.push(bad(format!("the database {shown} cannot be read: {why}"), "")),
    }
    match store.notice_others().await {
        Ok(()) => findings.push(good("the database takes writes")),
        Err(why) => findings.push(bad(format!("the database takes no writes: {why}"), "")),
    }
    findings.extend(waiting(&store).await);
    findings.extend(tokenless(&store).await);
    findings
}

/// Sources whose providers send ids only, and that have nothing to ask with.
async fn tokenless(store: &Store) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in store.sources().iter() {
        let Some(preset) = presets::preset(&source.preset) else { continue };
        let needs = preset.api.as_ref().is_some_and(|api| !api.gets.is_empty() && api.need() == Need::Needed);
        if needs && !matches!(store.access_token(&source.key).await, Ok(Some(_))) {
            findings.push(bad(
                format!("the source {} has no access token: {} sends ids only", source.key, preset.title),
                format!("Store one with `leadbell source token {} env:NAME`.", source.key),
            ));
        }
    }
    findings
}

async fn waiting(store: &Store) -> Option<Finding> {
    let counts = match store.counts().await {
        Ok(counts) => counts,
        Err(why) => return Some(bad(format!("the database cannot be counted: {why}"), "")),
    };
    let given_up = counts.cards_dead + counts.notices_dead;
    if given_up + counts.quarantined == 0 {
        return None;
    }
    let what = format!("{given_up} cards and notices were given up, {} deliveries could not be read", counts.quarantined);
    Some(note(what, "`leadbell dead list` says why; mend that, then `leadbell dead replay`."))
}

fn folder_of(path: &Path) -> PathBuf {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}

/// Made and taken away again: owners, modes, quotas and read-only disks are all asked at once.
fn writable(folder: &Path) -> Finding {
    let probe = folder.join(format!(".leadbell-doctor-{}", std::process::id()));
    match std::fs::write(&probe, b"x").and_then(|()| std::fs::remove_file(&probe)) {
        Ok(()) => good(format!("the folder {} can be written", folder.display())),
        Err(why) => bad(
            format!("the folder {} cannot be written: {why}", folder.display()),
            "Make it, give it to the user that Leadbell runs as, or name another in the settings.",
        ),
    }
}

fn space(folder: &Path) -> Finding {
    match rustix::fs::statvfs(folder) {
        Ok(disk) => {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            let what = format!("{} are free on the disk of {}", print::size(free), folder.display());
            if free < FREE_MIN {
                bad(what, "Free some space: on a full disk leads are only kept in the spool.")
            } else {
                good(what)
            }
        }
        Err(why) => note(format!("the free space of {} cannot be told: {why}", folder.display()), ""),
    }
}

/// Where deliveries go while the database takes none.
pub(super) fn spool(folder: &Path) -> Vec<Finding> {
    match std::fs::read_dir(folder) {
        // It is made when it is needed first.
        Err(why) if why.kind() == ErrorKind::NotFound => vec![writable(&folder_of(folder))],
        Err(why) => vec![bad(
            format!("the spool {} cannot be read: {why}", folder.display()),
            "Give it to the user that Leadbell runs as.",
        )],
        Ok(files) => {
            let names = files.filter_map(|file| Some(file.ok()?.path()));
            let (waiting, unreadable) =
                names.fold((0_u32, 0_u32), |(waiting, unreadable), path| match path.extension().and_then(|e| e.to_str()) {
                    Some("request") => (waiting + 1, unreadable),
                    Some("unreadable") => (waiting, unreadable + 1),
                    Some(_) | None => (waiting, unreadable),
                });
            let mut findings = vec![writable(folder)];
            if waiting > 0 {
                findings.push(note(
                    format!("{waiting} deliveries wait in the spool {}", folder.display()),
                    "A running server takes them in by itself.",
                ));
            }
            if unreadable > 0 {
                findings.push(bad(
                    format!("{unreadable} files in the spool {} cannot be read", folder.display()),
                    "Look at them by hand: each is a delivery after one line of JSON.",
                ));
            }
            findings
        }
    }
}

/// Whether a server can listen, or does.
pub(super) async fn listening(settings: &Settings) -> Finding {
    let listen = settings.http.listen;
    let taken = match TcpListener::bind(listen) {
        Ok(_) => return good(format!("the address {listen} is free")),
        Err(why) => why,
    };
    if taken.kind() == ErrorKind::AddrInUse
        && matches!(health::ask(&local_url(settings), "healthz").await, Ok((true, said)) if said.trim() == "ok")
    {
        return good(format!("a Leadbell serves at {listen}"));
    }
    bad(
        format!("nothing can listen at {listen}: {taken}"),
        "Stop what listens there, or choose another address in [http] listen.",
    )
}

/// Whether others can reach it by what it calls itself.
pub(super) fn public_address(settings: &Settings) -> Option<Finding> {
    let url = url::Url::parse(&settings.http.public_url).ok()?;
    let here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]" | "0.0.0.0"));
    match (here, url.scheme()) {
        (true, _) => Some(note(
            format!("public_url is {url}: nobody outside of this machine can send leads there"),
            "Set [http] public_url to what the world calls this server.",
        )),
        (false, "https") => None,
        (false, _) => Some(note(
            format!("public_url is {url}, without encryption: many providers refuse to send there"),
            "Put a proxy with a certificate before it, and write https.",
        )),
    }
}
