//! Tries a lead on the rules, those in force or a draft's: what it would be worth, where it would go, who would get it. Writes nothing.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};

use super::ending::{Ending, Misuse};
use super::print;
use super::shell::{Shell, read_playbook};
use super::source::preview as payload;
use crate::domain::ids::LeadId;
use crate::domain::lead::Lead;
use crate::domain::preview::{self, Candidate, Preview};
use crate::intake::read::Reading;
use crate::playbook::Playbook;
use crate::store::Store;
use crate::wording::World;
use crate::wording::trials::{self, Rules};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: leadbell playbook route --lead L-1042 --draft playbook.toml\n\
                  Before a lead is there: leadbell playbook route --source website --payload lead.json")]
pub(crate) struct Trial {
    /// A lead that is there
    #[arg(long, value_name = "LEAD", required_unless_present = "payload", conflicts_with = "payload")]
    lead: Option<String>,
    /// What somebody would send; - reads standard input
    #[arg(long, value_name = "FILE", requires = "source")]
    payload: Option<PathBuf>,
    /// The source to which it would be sent
    #[arg(long, value_name = "KEY", requires = "payload")]
    source: Option<String>,
    /// A playbook that is not in force
    #[arg(long, value_name = "FILE")]
    draft: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Trial {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        let store = shell.store().await?;
        let now = shell.clock.now();
        let (playbook, rules) = match &self.draft {
            Some(file) => (Arc::new(read_playbook(file)?.1), Rules::Draft),
            None => (store.playbook(), Rules::InForce),
        };
        let leads = self.leads(shell, &store, &playbook).await?;
        let mut told = Vec::new();
        for lead in &leads {
            let mut snapshot = store.glance(now).await?;
            snapshot.beside.account = store.family(lead).await?.relations.account();
            snapshot.playbook = playbook.clone();
            let preview = preview::preview(&snapshot, lead, now).ok_or_else(|| Misuse::error("that playbook has no team"))?;
            let world = World { playbook: &playbook, roster: &snapshot.roster, now };
            if self.json {
                told.push(as_json(lead, &preview, world));
                continue;
            }
            let view = trials::tried(lead, &preview, rules, world);
            writeln!(shell.out, "{}", print::words(&view.title))?;
            for line in &view.lines {
                writeln!(shell.out, "{}", print::words(line))?;
            }
        }
        if self.json {
            print::json(&mut shell.out, &told)?;
        }
        Ok(Ending::Well)
    }

    async fn leads(&self, shell: &Shell, store: &Store, playbook: &Playbook) -> anyhow::Result<Vec<Lead>> {
        if let (Some(file), Some(key)) = (&self.payload, &self.source) {
            return match payload::reading(shell, key.clone(), file.clone()).await? {
                Reading::Ignored { why, .. } => Err(Misuse::error(format!("that is not a lead: {why}"))),
                Reading::Unreadable(fault) => Err(Misuse::error(format!("that cannot be read: {fault}"))),
                Reading::Leads { leads, .. } => {
                    let lead = |lead: crate::intake::read::Lead| preview::submitted(lead.submission, playbook, shell.clock.now());
                    Ok(leads.into_iter().map(lead).collect())
                }
            };
        }
        let typed = self.lead.as_deref().unwrap_or_default();
        let id: LeadId =
            typed.parse().map_err(|_| Misuse::error(format!("\"{typed}\" is no lead's number: write it like L-1042")))?;
        let lead = store.lead(id).await?.ok_or_else(|| Misuse::error(format!("there is no lead {id}")))?;
        Ok(vec![lead])
    }
}

fn as_json(lead: &Lead, preview: &Preview, world: World<'_>) -> Value {
    let candidate = |Candidate { turn, preferred, refusal }: &Candidate| {
        json!({
            "person": turn.person.0,
            "weight": turn.weight,
            "turns": turn.standing.turns,
            "credit_micro": turn.standing.credit_micro,
            "asked": turn.asked,
            "shortfall_micro": turn.shortfall_micro,
            "preferred": preferred,
            "not_now": refusal.as_ref().map(|refusal| print::words(&trials::refusal(refusal, world))),
        })
    };
    let account = preview
        .account
        .as_ref()
        .map(|(account, team)| json!({"owner": account.owner.0, "lead": account.lead.to_string(), "team": team}));
    json!({
        "lead": (lead.id.0 != 0).then(|| lead.id.to_string()),
        "score": preview.score,
        "broken": preview.broken,
        "routed": preview.routed,
        "account_owner": account,
        "candidates": preview.candidates.iter().map(candidate).collect::<Vec<_>>(),
    })
}
