//! What could not be read: by source and reason, one of them in detail without what it says, and having it read again.

use std::io::Write as _;
use std::time::Duration;

use serde_json::json;

use super::super::ending::{Ending, Misuse};
use super::super::print::{self, Columns};
use super::super::shell::Shell;
use crate::domain::decision::Replayed;
use crate::domain::ids::{DeliveryId, SourceKey};
use crate::intake::headers::Headers;
use crate::intake::mapping::Mapping;
use crate::intake::masked;
use crate::intake::read::{self, RawDelivery, Reading};
use crate::store::{Asker, QuarantineGroup, Replay, SourceRow, Store};
use crate::wording::quarantine::outcome;

/// Reasons listed at most.
const LISTED_MAX: u32 = 1_000;

/// A running server is waited for so long, looked for so often.
const WAITS: u32 = 50;
const WAIT: Duration = Duration::from_millis(200);

/// Deliveries that are tried with another mapping.
const TRIED_MAX: u32 = 1_000;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: leadbell source quarantine website-demo\n\
                        One of them, without what it says: leadbell source quarantine website-demo --show 17\n\
                        After its mapping was mended: leadbell source quarantine website-demo --replay-all")]
pub(crate) struct Quarantine {
    /// The source [default: all]
    key: Option<String>,
    /// Show the places of this delivery and what kind of thing stands at each
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["replay", "replay_all"])]
    show: Option<i64>,
    /// Have this delivery read again
    #[arg(long, value_name = "NUMBER", conflicts_with = "replay_all")]
    replay: Option<i64>,
    /// Have everything of the source read again
    #[arg(long, requires = "key")]
    replay_all: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Quarantine {
    pub(crate) async fn run(self, shell: &mut Shell) -> anyhow::Result<Ending> {
        let store = shell.store().await?;
        let source = self.key.as_deref().map(|key| super::find(&store, key)).transpose()?;
        match (self.show, self.replay, source) {
            (Some(id), _, _) => self.show(shell, &store, DeliveryId(id)).await,
            (_, Some(id), _) => self.again(shell, &store, Replay::One(DeliveryId(id))).await,
            (_, _, Some(source)) if self.replay_all => self.again(shell, &store, Replay::Source(source.key)).await,
            (_, _, source) => self.list(shell, &store, source.map(|source| source.key)).await,
        }
    }

    async fn list(&self, shell: &mut Shell, store: &Store, source: Option<SourceKey>) -> anyhow::Result<Ending> {
        let groups = store.quarantine(source.as_ref(), LISTED_MAX).await?;
        if self.json {
            let one = |group: &QuarantineGroup| {
                let newest = &group.newest;
                json!({"source": newest.source, "many": group.many, "newest": newest.id, "last_at": newest.received_at, "why": newest.why})
            };
            print::json(&mut shell.out, &groups.iter().map(one).collect::<Vec<_>>())?;
            return Ok(Ending::Well);
        }
        if groups.is_empty() {
            writeln!(shell.out, "Nothing waits: all that came in could be read.")?;
            return Ok(Ending::Well);
        }
        let mut columns = Columns::new(&["SOURCE", "HOW MANY", "NEWEST", "CAME IN", "WHY"]);
        for QuarantineGroup { newest, many } in groups {
            let at = print::when(newest.received_at);
            columns.row([newest.source.to_string(), many.to_string(), newest.id.0.to_string(), at, newest.why]);
        }
        columns.print(&mut shell.out)?;
        Ok(Ending::Well)
    }

    async fn show(&self, shell: &mut Shell, store: &Store, id: DeliveryId) -> anyhow::Result<Ending> {
        let (row, delivery) = (store.quarantined_one(id).await?, store.delivery(id).await?);
        let (Some(row), Some(delivery)) = (row, delivery) else { return Err(no_such(id)) };
        let fields = masked::fields(&delivery.request.body);
        if self.json {
            let places: Vec<_> = fields.iter().map(|field| json!({"place": field.place, "kind": field.kind})).collect();
            let shown = json!({"delivery": id, "source": row.source, "received_at": row.received_at, "why": row.why,
                "content_type": delivery.request.content_type, "fields": places});
            print::json(&mut shell.out, &shown)?;
            return Ok(Ending::Well);
        }
        let out = &mut shell.out;
        writeln!(
            out,
            "Delivery {} from {}, {}\n\n{}\n",
            id.0,
            row.source,
            print::when(row.received_at),
            print::one_line(&row.why)
        )?;
        let mut columns = Columns::new(&["PLACE", "WHAT STANDS THERE"]);
        fields.into_iter().for_each(|field| columns.row([field.place, field.kind]));
        columns.print(out)?;
        writeln!(
            out,
            "\nIf it should have been read, say where things stand: a mapping holds lines such as email = \"$.contact.mail\".\n  \
             leadbell source map {0} mapping.toml\n  leadbell source quarantine {0} --replay-all",
            row.source
        )?;
        Ok(Ending::Well)
    }

    async fn again(&self, shell: &mut Shell, store: &Store, which: Replay) -> anyhow::Result<Ending> {
        let about = format!("{which:?}");
        if let Replay::One(id) = which
            && store.quarantined_one(id).await?.is_none()
        {
            return Err(no_such(id));
        }
        let begun = store.replay(which, Asker { person: None, at: shell.clock.now() }).await?;
        store.note_deed(shell.entry("source.replay", format!("{about}: {}", begun.many))).await?;
        if begun.many == 0 {
            writeln!(shell.out, "Nothing waits: all that came in could be read.")?;
            return Ok(Ending::Well);
        }
        let became = wait(store, begun.replay).await?;
        if self.json {
            let told = became
                .as_ref()
                .map(|b| json!({"leads": b.leads, "repeats": b.repeats, "ignored": b.ignored, "unread": b.unread, "why": b.why}));
            print::json(&mut shell.out, &json!({"deliveries": begun.many, "became": told}))?;
            return Ok(Ending::Well);
        }
        match became {
            None => writeln!(shell.out, "{} wait to be read again: that is done once `leadbell serve` runs.", begun.many)?,
            Some(became) => {
                let why = became.why.as_deref().filter(|_| became.unread > 0);
                let why = why.map(|why| format!(": {}", print::one_line(why))).unwrap_or_default();
                writeln!(shell.out, "Read again: {}{why}", outcome(&became))?;
                return Ok(Ending::of(usize::try_from(became.unread).unwrap_or(1)));
            }
        }
        Ok(Ending::Well)
    }
}

fn no_such(id: DeliveryId) -> anyhow::Error {
    Misuse::error(format!("no delivery {} waits: `leadbell source quarantine --json` lists what does, by number", id.0))
}

/// What became of it, as soon as a running server has read it; `None` where none does.
async fn wait(store: &Store, replay: i64) -> anyhow::Result<Option<Replayed>> {
    for _ in 0..WAITS {
        if let Some(became) = store.replay_outcome(replay).await? {
            return Ok(Some(became));
        }
        tokio::time::sleep(WAIT).await;
    }
    Ok(None)
}

/// How many of the unreadable deliveries of a source could be read as it is set now: of how many, and why the first of the others cannot.
pub(super) async fn try_again(store: &Store, source: &SourceRow) -> anyhow::Result<(usize, usize, Option<String>)> {
    let preset = super::preset(&source.preset)?;
    let mapping = source.mapping.as_deref().map(Mapping::from_json).transpose()?;
    let settings = read::Settings { key: source.key.clone(), default_region: source.region.clone(), mapping };
    let (mut readable, mut all, mut first) = (0, 0, None);
    for row in store.quarantined(TRIED_MAX).await?.into_iter().filter(|row| row.source == source.key) {
        let Some(delivery) = store.delivery(row.id).await? else { continue };
        let request = &delivery.request;
        let headers = Headers::new(request.headers.iter().cloned());
        let raw = RawDelivery {
            headers: &headers,
            content_type: &request.content_type,
            body: &request.body,
            received_at: request.received_at,
        };
        all += 1;
        match read::read(preset, &settings, &raw) {
            Reading::Unreadable(fault) => first = first.or(Some(fault.to_string())),
            Reading::Leads { left_out, .. } if !left_out.is_empty() => {
                first = first.or(left_out.first().map(ToString::to_string))
            }
            Reading::Leads { .. } | Reading::Ignored { .. } => readable += 1,
        }
    }
    Ok((readable, all, first))
}
