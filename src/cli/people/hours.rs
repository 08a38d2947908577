//! The hours that somebody keeps.

use std::io::Write as _;

use super::super::ending::Ending;
use super::super::shell::Shell;
use super::known;
use crate::domain::hours::{Hours, HoursError};
use crate::problem::{Problem, Problems};
use crate::wording::hours as words;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: leadbell person hours ann \"Mo-Fr 09:00-13:00; PH off\" --zone Europe/Lisbon\n\
                  Without hours it says which they keep; --clear makes their team's count again.")]
pub(crate) struct OwnHours {
    /// What they are called in chat
    #[arg(value_name = "HANDLE")]
    handle: String,
    /// As the playbook writes them
    #[arg(value_name = "HOURS", conflicts_with = "clear")]
    hours: Option<String>,
    /// Their time zone [default: the company's]
    #[arg(long, value_name = "ZONE", requires = "hours")]
    zone: Option<String>,
    /// Their team's count again
    #[arg(long)]
    clear: bool,
}

impl OwnHours {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        let store = shell.store().await?;
        let (roster, playbook) = (store.roster(), store.playbook());
        let person = known(&roster, &self.handle)?;
        let company = &playbook.company.hours;
        let hours = match &self.hours {
            Some(typed) => {
                let hours = Hours::own(typed, self.zone.as_deref(), company).map_err(|why| unreadable(typed, &why))?;
                let entry = shell.entry("person.hours", format!("person {} {}", person.id.0, words::written(&hours)));
                store.set_hours(person.id, Some(hours.clone()), entry).await?;
                Some(hours)
            }
            None if self.clear => {
                let entry = shell.entry("person.hours", format!("person {} the team's", person.id.0));
                store.set_hours(person.id, None, entry).await?;
                None
            }
            None => person.hours.clone(),
        };
        let hours = hours.as_ref().map_or_else(|| "their team's".to_owned(), words::written);
        writeln!(shell.out, "{}: {hours}", person.handle)?;
        Ok(Ending::Well)
    }
}

/// With a pointer at what is wrong.
fn unreadable(typed: &str, why: &HoursError) -> Problems {
    let problem = match why {
        HoursError::Expression { at, .. } => Problem::at(at.clone(), why.to_string()),
        HoursError::Zone(_) | HoursError::Country { .. } => Problem::anywhere(why.to_string()),
    };
    Problems::new("hours", typed, vec![problem])
}
