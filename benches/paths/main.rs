//! The paths that people wait for, measured: each figure stands beside what the same machine did bare, in the same run.
//! `cargo bench --bench paths -- [intake|card|claim|start|alarms|import|routing|replay]… [--quick]`; all of them, when none is named.
//! Absolute figures say something about the machine, ratios about us.

mod alarms;
mod bed;
mod card;
mod claim;
mod client;
mod figures;
mod fill;
mod import;
mod intake;
mod replay;
mod routing;
mod start;

use anyhow::{Result, bail};

use self::bed::Size;

const ALL: [&str; 8] = ["intake", "card", "claim", "start", "alarms", "import", "routing", "replay"];

fn main() -> Result<()> {
    // Cargo says `--bench` to every benchmark.
    let args: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let size = if args.iter().any(|a| a == "--quick") { Size::Quick } else { Size::Full };
    let named: Vec<&str> = args.iter().map(String::as_str).filter(|a| *a != "--quick").collect();
    match named.as_slice() {
        [] => apart(&ALL, size),
        [one] => tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(run(one, size)),
        several => apart(several, size),
    }
}

/// Each in a process of its own, so that none finds the memory or the disk cache of another.
fn apart(names: &[&str], size: Size) -> Result<()> {
    for name in names {
        let mut command = std::process::Command::new(std::env::current_exe()?);
        command.arg(name);
        if size == Size::Quick {
            command.arg("--quick");
        }
        let status = command.status()?;
        if !status.success() {
            bail!("{name} ended with {status}");
        }
    }
    Ok(())
}

async fn run(name: &str, size: Size) -> Result<()> {
    let rows = match name {
        "intake" => intake::measure(size).await?,
        "card" => card::measure(size).await?,
        "claim" => claim::measure(size).await?,
        "start" => start::measure(size).await?,
        "alarms" => alarms::measure(size).await?,
        "import" => import::measure(size).await?,
        "routing" => routing::measure(size).await?,
        "replay" => replay::measure(size).await?,
        other => bail!("there is no benchmark {other:?}: name some of {ALL:?}"),
    };
    figures::print(name, &rows);
    Ok(())
}
