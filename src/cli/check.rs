//! Looks at settings and playbook without starting anything: what is wrong, and where each value comes from.

use std::io::{self, Write as _};

use serde_json::json;

use super::ending::{Ending, paint};
use super::print::{self, Columns};
use super::shell::{Shell, read_playbook};
use crate::problem::Problems;
use crate::settings::{Explained, Settings};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: leadbell --config leadbell.toml check\nEnds with 2 when something is wrong; `leadbell doctor` also looks whether it works."
)]
pub(crate) struct Check {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(crate) fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        let settings = shell.settings();
        let wrong = wrong(settings.as_ref());
        let explained = settings.as_ref().map(Settings::explain).unwrap_or_default();
        if self.json {
            let one = |line: &Explained| json!({"key": line.key, "value": line.value, "from": line.from});
            let settings: Vec<_> = explained.iter().map(one).collect();
            let problems: Vec<String> = wrong.iter().flat_map(Problems::lines).collect();
            print::json(&mut shell.out, &json!({"settings": settings, "problems": problems}))?;
        } else {
            tell(shell, explained, &wrong)?;
        }
        Ok(if wrong.is_empty() { Ending::Well } else { Ending::Wrong })
    }
}

/// Everything that is wrong with settings and playbook.
pub(super) fn wrong(settings: Result<&Settings, &Problems>) -> Vec<Problems> {
    let settings = match settings {
        Ok(settings) => settings,
        Err(problems) => return vec![problems.clone()],
    };
    let discord = settings.discord().err().cloned();
    let playbook = read_playbook(&settings.playbook_file).err();
    discord.into_iter().chain(playbook).collect()
}

fn tell(shell: &mut Shell, explained: &[Explained], wrong: &[Problems]) -> io::Result<()> {
    let mut columns = Columns::new(&["SETTING", "VALUE", "FROM"]);
    for line in explained {
        columns.row([line.key.clone(), line.value.clone(), line.from.clone()]);
    }
    if !columns.is_empty() {
        columns.print(&mut shell.out)?;
        writeln!(shell.out)?;
    }
    for problems in wrong {
        writeln!(shell.out, "{}\n", problems.render(paint(&shell.out)))?;
    }
    let count: usize = wrong.iter().map(|problems| problems.list().len()).sum();
    match count {
        0 => writeln!(shell.out, "Settings and playbook are right. Whether everything works: leadbell doctor"),
        1 => writeln!(shell.out, "One thing is wrong."),
        n => writeln!(shell.out, "{n} things are wrong."),
    }
}
