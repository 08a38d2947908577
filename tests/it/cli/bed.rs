//! A folder with settings, and the program run in it.

use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use leadbell::clock::Clock;
use leadbell::playbook::Playbook;
use leadbell::store::{Options, Store};
use serde_json::Value;
use tempfile::TempDir;

/// What a command did.
#[derive(Debug)]
pub(super) struct Ran {
    pub(super) code: i32,
    pub(super) out: String,
    pub(super) err: String,
}

impl Ran {
    /// Its output; the command must have ended well.
    #[track_caller]
    pub(super) fn well(self) -> String {
        assert_eq!(self.code, 0, "out:\n{}\nerr:\n{}", self.out, self.err);
        self.out
    }

    /// Its JSON; the command must have ended well.
    #[track_caller]
    pub(super) fn json(self) -> Value {
        serde_json::from_str(&self.well()).unwrap()
    }

    /// What it said on standard error; the command must have ended with this number.
    #[track_caller]
    pub(super) fn refused(self, code: i32) -> String {
        assert_eq!(self.code, code, "out:\n{}\nerr:\n{}", self.out, self.err);
        self.err
    }
}

/// A folder of its own, with nothing of the machine's settings.
pub(super) struct Bed {
    folder: TempDir,
    env: Vec<(String, String)>,
}

impl Bed {
    /// With nothing in it.
    pub(super) fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), env: Vec::new() }
    }

    /// With settings and the worked example; Discord is nowhere.
    pub(super) fn new() -> Self {
        let bed = Self::empty();
        bed.write("leadbell.toml", "[http]\npublic_url = \"https://leads.example.com\"\n");
        bed.write("playbook.toml", Playbook::example());
        bed
    }

    /// With a variable of the environment.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub(super) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_leadbell"));
        command.args(arguments).current_dir(self.folder.path()).env_clear().envs(self.env.iter().cloned());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs to the end.
    pub(super) fn run(&self, arguments: &[&str]) -> Ran {
        ran(self.command(arguments).output().unwrap())
    }

    /// Starts, and leaves it running.
    pub(super) fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).spawn().unwrap()
    }

    /// The database as the program left it.
    pub(super) async fn store(&self) -> Store {
        let options = Options { path: self.path("leadbell.db"), seed: Playbook::example().to_owned() };
        Store::open(&options, Clock::system().now()).await.unwrap()
    }
}

pub(super) fn ran(output: Output) -> Ran {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}
