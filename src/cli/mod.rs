//! What administrators type in a shell: one file for each command.
//! Commands work on the same database as a server that runs; it notices within two seconds, so nothing has to be restarted.
//! Invariant: results go to standard output and everything else to standard error, so that output can be piped.

pub mod demo;
pub mod serve;

mod ask;
mod ending;
mod files;
mod print;
mod secret;
mod shell;
mod times;

mod audit;
mod backup;
mod check;
mod dead;
mod doctor;
mod export;

mod health;
pub(crate) mod import;

mod people;
mod playbook;
mod replay;
mod route;
mod run;
mod setup;
mod source;
mod suppress;

use std::path::PathBuf;
use std::process::ExitCode;

use crate::telemetry;
use anyhow::Context as _;
use clap::{CommandFactory as _, Parser, Subcommand};

use ending::Ending;
use shell::Shell;

/// Leadbell posts every new lead to the team's chat, makes sure that exactly one rep owns it, and keeps the promises made about it.
#[derive(Debug, Parser)]
#[command(
    name = "leadbell",
    version,
    max_term_width = 110,
    after_help = "Begin with `leadbell setup`; `leadbell COMMAND --help` shows an example of each.\n\
                  Ends with 0 when all is well, 1 when something failed or was found, 2 when settings, playbook or arguments are \
                  wrong, and 75 when another program holds the database."
)]
struct Arguments {
    /// The settings [default: leadbell.toml, where there is one; or LEADBELL_CONFIG]
    #[arg(long, global = true, value_name = "FILE", env = "LEADBELL_CONFIG", hide_env = true)]
    config: Option<PathBuf>,
    /// What is logged: error, warn, info, debug, or directives such as info,leadbell=debug
    #[arg(long, global = true, value_name = "LEVEL")]
    log: Option<String>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Ask what is needed, write settings and playbook, register commands
    Setup(setup::Setup),
    /// Run, until told to stop
    Serve(run::Serve),
    /// Try it out against a local stand-in for the chat: no account, no network, nothing kept
    Demo(run::Demo),
    /// Look at settings and playbook without starting anything
    Check(check::Check),
    /// Look at everything that has to work, with a remedy for what does not
    Doctor(doctor::Doctor),
    /// Where leads come from: add, list, rotate, pause, resume, map, preview, send
    #[command(subcommand)]
    Source(source::Source),
    /// The people whom Leadbell has met
    #[command(subcommand)]
    Person(people::PersonCommand),
    /// The teams and who works in them
    #[command(subcommand)]
    Team(people::TeamCommand),
    /// How the company handles leads: show, check, try on one lead or on the past, apply, history, rollback
    #[command(subcommand)]
    Playbook(playbook::PlaybookCommand),

    /// Bring in leads from a CSV file
    Import(import::Import),
    /// Who is never contacted again: add, check, import, remove
    #[command(subcommand)]
    Suppress(suppress::Suppress),
    /// Take leads or their activities out, as CSV or JSON Lines
    Export(export::Export),
    /// Look whether everything holds in the database that must always hold
    Audit(audit::Audit),
    /// Copy the database while it is in use, or look into a copy
    Backup(backup::Backup),
    /// What was given up or could not be read: list it, try it again
    #[command(subcommand)]
    Dead(dead::Dead),
    /// Ask a running server whether it is alive: for container health checks
    Health(health::Health),
}

/// Reads the command line, does it, and says how it went.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(ending) => ending.code(),
        Err(error) => ending::tell(&error),
    }
}

fn run(arguments: Arguments) -> anyhow::Result<Ending> {
    let Some(command) = arguments.command else {
        let help = Arguments::command().render_help();
        print::text(&mut std::io::stdout(), &help.to_string())?;
        return Ok(Ending::Well);
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("the runtime cannot be started")?;
    let mut shell = Shell::new(arguments.config, arguments.log);
    runtime.block_on(Box::pin(perform(command, &mut shell)))
}

async fn perform(command: Command, shell: &mut Shell) -> anyhow::Result<Ending> {
    let command = match command {
        Command::Serve(serve) => return Box::pin(serve.run(shell)).await,
        other => other,
    };
    telemetry::start_quietly(shell.log.as_deref()).map_err(|error| ending::Misuse(error.to_string()))?;
    match command {
        Command::Serve(serve) => Box::pin(serve.run(shell)).await,
        Command::Demo(demo) => Box::pin(demo.run(shell)).await,
        Command::Setup(setup) => Box::pin(setup.run(shell)).await,
        Command::Check(check) => check.run(shell),
        Command::Doctor(doctor) => Box::pin(doctor.run(shell)).await,
        Command::Source(source) => Box::pin(source.run(shell)).await,
        Command::Person(person) => person.run(shell).await,
        Command::Team(team) => team.run(shell).await,
        Command::Playbook(playbook) => Box::pin(playbook.run(shell)).await,

        Command::Import(import) => Box::pin(import.run(shell)).await,
        Command::Suppress(suppress) => Box::pin(suppress.run(shell)).await,
        Command::Export(export) => Box::pin(export.run(shell)).await,
        Command::Audit(audit) => audit.run(shell).await,
        Command::Backup(backup) => backup.run(shell).await,
        Command::Dead(dead) => dead.run(shell).await,
        Command::Health(health) => health.run(shell).await,
    }
}
