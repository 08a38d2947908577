//! The first command: asks what is needed, writes settings and playbook, looks whether all is well, registers the commands.
//! Never takes the place of a file that is there, unless it was asked for.

use std::io::{self, Write as _};
use std::path::Path;

use anyhow::Context as _;

use super::ending::{Ending, Misuse, somebody_is_there};
use super::files::{Same, private};
use super::shell::Shell;
use super::{ask, doctor};
use crate::chat::discord::{Registered, register};
use crate::commands::Catalogue;
use crate::playbook::Playbook;
use crate::settings::Settings;

/// Where the token is, unless somebody says otherwise.
const TOKEN_USUAL: &str = "env:DISCORD_TOKEN";

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: leadbell setup\n\
                  For scripts: leadbell setup --yes --public-url https://leads.example.com --guild 900000000000000010 --token env:DISCORD_TOKEN")]
pub(crate) struct Setup {
    /// How form providers reach this server, such as https://leads.example.com
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Where the bot's token is kept: env:NAME or file:PATH [default: env:DISCORD_TOKEN]
    #[arg(long, value_name = "PLACE")]
    token: Option<String>,
    /// The id of the company's Discord server
    #[arg(long, value_name = "ID")]
    guild: Option<String>,
    /// Where this server listens
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: String,
    /// Where the data is kept
    #[arg(long, value_name = "URL", default_value = "sqlite://leadbell.db")]
    database: String,
    /// The playbook, written from the worked example where there is none
    #[arg(long, value_name = "FILE", default_value = "playbook.toml")]
    playbook: String,
    /// Another base for Discord's API, for tests and proxies
    #[arg(long, value_name = "URL")]
    api_url: Option<String>,
    /// Ask nothing
    #[arg(long)]
    yes: bool,
    /// Write the settings anew, even where there are some
    #[arg(long)]
    force: bool,
}

impl Setup {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        let place = shell.settings_place();
        if self.writes(&place)? {
            let text = self.settings_text()?;
            // Read once before it is written: a file that cannot be used is not left behind.
            Settings::read(&place.display().to_string(), &text, &|name| std::env::var(name).ok())?;
            write(&place, &text)?;
            writeln!(shell.out, "Wrote the settings to {}.", place.display())?;
        } else {
            writeln!(shell.out, "Kept the settings in {}; --force writes them anew.", place.display())?;
        }
        let settings = shell.settings_at(&place)?;
        if settings.playbook_file.exists() {
            writeln!(shell.out, "Kept the playbook in {}.", settings.playbook_file.display())?;
        } else {
            write(&settings.playbook_file, Playbook::example())?;
            writeln!(
                shell.out,
                "Wrote a worked example of a playbook to {}: change it into your own.",
                settings.playbook_file.display()
            )?;
        }
        writeln!(shell.out, "\nLooking whether all is well:\n")?;
        let findings = Box::pin(doctor::look(shell)).await;
        doctor::tell(&mut shell.out, &findings)?;
        let registered = Box::pin(register_commands(shell, &settings)).await?;
        writeln!(shell.out, "\n{}", next_steps(&settings, doctor::wrong(&findings)))?;
        Ok(Ending::of(doctor::wrong(&findings) + usize::from(!registered)))
    }

    /// Whether settings are to be written.
    fn writes(&self, place: &Path) -> anyhow::Result<bool> {
        if !place.exists() || self.force {
            return Ok(true);
        }
        let may_ask = !self.yes && somebody_is_there();
        Ok(may_ask && ask::confirm(&format!("{} is there already. Write it anew?", place.display()))?)
    }

    fn settings_text(&self) -> anyhow::Result<String> {
        let asks = !self.yes && somebody_is_there();
        let missing: Vec<&str> = [("--public-url", &self.public_url), ("--guild", &self.guild)]
            .iter()
            .filter(|(_, value)| value.is_none())
            .map(|(flag, _)| *flag)
            .collect();
        if !asks && !missing.is_empty() {
            let why = if self.yes { "nothing is asked with --yes" } else { "nobody is here to be asked" };
            return Err(Misuse::error(format!(
                "{why}, so {} must be given. For example:\n\n  leadbell setup --yes --public-url https://leads.example.com --guild 900000000000000010 \
                 --token env:DISCORD_TOKEN\n\nThe server's id: in Discord, switch on Developer Mode, right-click the server's name, Copy Server ID.",
                missing.join(" and ")
            )));
        }
        let answer = |given: &Option<String>, question: &str, usual: Option<&str>| -> io::Result<String> {
            match given {
                Some(given) => Ok(given.clone()),
                None if asks => needed(question, usual),
                None => Ok(usual.unwrap_or_default().to_owned()),
            }
        };
        let public_url =
            answer(&self.public_url, "How do form providers reach this server, such as https://leads.example.com?", None)?;
        let guild = answer(&self.guild, "Which Discord server? (Developer Mode on, right-click its name, Copy Server ID)", None)?;
        let token = answer(
            &self.token,
            "Where is the bot's token kept? (env:NAME or file:PATH, rather than the token itself)",
            Some(TOKEN_USUAL),
        )?;
        if !token.starts_with("env:") && !token.starts_with("file:") {
            super::print::aside(
                "note: the token itself will stand in the settings; env:NAME or file:PATH keep it out of backups and screens",
            );
        }
        Ok(self.text(&Answers { public_url, guild, token }))
    }

    fn text(&self, answers: &Answers) -> String {
        let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let api_url = self.api_url.as_deref().map(|url| format!("api_url = {}\n", quoted(url))).unwrap_or_default();
        format!(
            "# How this Leadbell runs. `leadbell check` says what is wrong and where each value comes from, `leadbell doctor` whether all works.\n\
             # How the company handles leads is in the playbook.\n\n\
             [http]\nlisten = {}\npublic_url = {}\n\n[database]\nurl = {}\n\n[discord]\ntoken = {}\nguild = {}\n{api_url}\n[playbook]\nfile = {}\n",
            quoted(&self.listen),
            quoted(&answers.public_url),
            quoted(&self.database),
            quoted(&answers.token),
            quoted(&answers.guild),
            quoted(&self.playbook),
        )
    }
}

struct Answers {
    public_url: String,
    guild: String,
    token: String,
}

/// Asks until something is answered.
fn needed(question: &str, usual: Option<&str>) -> io::Result<String> {
    loop {
        let answer = ask::line(question, usual)?;
        if !answer.is_empty() {
            return Ok(answer);
        }
    }
}

/// Readable by its owner alone: there may be a token in it.
fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    let failed = || format!("{} cannot be written", file.display());
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(failed)?;
    }
    private(file, Same::Goes)?.write_all(text.as_bytes()).with_context(failed)
}

/// Puts the commands into the chat's menu; `serve` does it as well, but here its answer is seen.
async fn register_commands(shell: &mut Shell, settings: &Settings) -> anyhow::Result<bool> {
    let Ok(chat) = settings.discord() else { return Ok(false) };
    let Ok(discord) = doctor::reach(chat) else { return Ok(false) };
    let said = match register(&discord, Catalogue::built_in().registration()).await {
        Ok(Registered::Replaced) => Ok("The commands are registered: type / in Discord to see them.".to_owned()),
        Ok(Registered::Unchanged) => Ok("The commands were registered already.".to_owned()),
        Err(why) => Err(format!("The commands could not be registered: {why}. `leadbell serve` tries again.")),
    };
    let (well, line) = said.map_or_else(|why| (false, why), |line| (true, line));
    writeln!(shell.out, "\n{line}")?;
    Ok(well)
}

fn next_steps(settings: &Settings, wrong: usize) -> String {
    let playbook = settings.playbook_file.display();
    let first = if wrong == 0 {
        String::new()
    } else {
        "  - Do what stands beside each BAD above, and look again: leadbell doctor\n".to_owned()
    };
    format!(
        "Next:\n{first}  - Write your teams, channels and hours into {playbook}, and look at it: leadbell check\n  - Start it: leadbell serve\n  \
         - Let leads in: leadbell source add website-demo --preset generic\n  - Try it: leadbell source send website-demo"
    )
}
