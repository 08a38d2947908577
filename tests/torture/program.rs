//! The real program, started and stopped from outside as an operating system would.

use std::fs::File;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::process::{Child, Command};

use crate::company::Company;

/// How long a start and an end may take before it is called a fault.
const PATIENCE: Duration = Duration::from_secs(20);

/// How often a program that starts is asked whether it is ready.
const ASK_EVERY: Duration = Duration::from_millis(5);

/// A running `leadbell serve`. It is killed when this is dropped.
pub(crate) struct Program(Child);

impl Program {
    /// Starts it; `before` are words that start the rest of the line in their own way, such as `strace -D`.
    pub(crate) fn start(binary: &Path, company: &Company, before: &[String]) -> Self {
        let line = before.iter().map(AsRef::as_ref).chain([binary.as_os_str()]);
        let line: Vec<&std::ffi::OsStr> = line.collect();
        let log = File::options().create(true).append(true).open(company.path("log")).expect("the log opens");
        let mut command = Command::new(line[0]);
        command.args(&line[1..]).arg("serve").arg("--config").arg(company.path("leadbell.toml"));
        command.current_dir(company.path("")).stdin(Stdio::null()).kill_on_drop(true);
        command.stdout(log.try_clone().expect("a second handle")).stderr(log);
        Self(command.spawn().unwrap_or_else(|error| panic!("{} starts: {error}", line[0].display())))
    }

    /// Waits until it answers.
    pub(crate) async fn ready(&mut self, company: &Company) {
        let asking = async {
            loop {
                let answer = company.http().get(company.url("/healthz")).send().await;
                if answer.is_ok_and(|a| a.status().is_success()) {
                    return;
                }
                assert!(self.ended().is_none(), "it ended while it started; see {}", company.path("log").display());
                tokio::time::sleep(ASK_EVERY).await;
            }
        };
        tokio::time::timeout(PATIENCE, asking).await.expect("it starts in time");
    }

    /// How it ended, when it has.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().expect("a child can be asked")
    }

    /// Sends a signal, by its name: `KILL`, `TERM`, `STOP`, `CONT`.
    pub(crate) async fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.id().to_string()).status().await;
        assert!(sent.expect("kill can be run").success(), "{name} reaches it");
    }

    /// Waits until it has ended.
    pub(crate) async fn wait(mut self) -> ExitStatus {
        tokio::time::timeout(PATIENCE, self.0.wait()).await.expect("it ends in time").expect("a child can be waited for")
    }

    pub(crate) fn id(&self) -> u32 {
        self.0.id().expect("it was not waited for")
    }
}
