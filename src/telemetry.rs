//! The log: what is said, how a line looks, and that a bug is said without anybody's data.
//! Lines go to standard error, so that what a command prints stays clean. Libraries speak from `warn` on: what they say below that may
//! hold requests, and requests hold people.
//! Invariant: the payload of a panic is never logged; it may quote what somebody wrote.

use std::io::IsTerminal as _;
use std::panic::{self, PanicHookInfo};

use tracing_subscriber::filter::EnvFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::settings::{LogFormat, Settings};

/// Libraries, unless a directive after these says otherwise.
const LIBRARIES: &str = "serenity=warn,hyper=warn,hyper_util=warn,reqwest=warn,rustls=warn,sqlx=warn,tungstenite=warn,\
                         tokio_tungstenite=warn,tower=warn,h2=warn,charts_rs=warn";

/// Why nothing is logged.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The level cannot be read.
    #[error(
        "the log level \"{level}\" cannot be read: write error, warn, info, debug or trace, or directives such as \"info,leadbell=debug\""
    )]
    Level {
        /// As written.
        level: String,
    },
    /// A log was started before.
    #[error("the log was started twice")]
    Twice,
}

/// Starts the log of a server: as the settings say, with `level` over theirs. Where they say nothing of the format, terminals get text
/// and everything else JSON.
///
/// # Errors
/// When the level cannot be read.
pub fn start(settings: &Settings, level: Option<&str>) -> Result<(), TelemetryError> {
    let said = settings.explain().iter().any(|line| line.key == "log.format" && line.from != "usual");
    let format = match (said, std::io::stderr().is_terminal()) {
        (true, _) => settings.log.format,
        (false, true) => LogFormat::Text,
        (false, false) => LogFormat::Json,
    };
    begin(format, level.unwrap_or(&settings.log.level))
}

/// Starts the log of a command that ends by itself: text, and warnings only, unless `level` says otherwise.
///
/// # Errors
/// When the level cannot be read.
pub fn start_quietly(level: Option<&str>) -> Result<(), TelemetryError> {
    begin(LogFormat::Text, level.unwrap_or("warn"))
}

fn begin(format: LogFormat, level: &str) -> Result<(), TelemetryError> {
    let filter = filter(level)?;
    let lines = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let begun = match format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).finish().try_init(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(false).with_span_list(false).finish().try_init(),
    };
    begun.map_err(|_| TelemetryError::Twice)?;
    panic::set_hook(Box::new(tell_panic));
    Ok(())
}

fn filter(level: &str) -> Result<EnvFilter, TelemetryError> {
    let unreadable = || TelemetryError::Level { level: level.to_owned() };
    // Without a level of its own a word is taken for a target, and that would log everything there.
    let known = ["error", "warn", "info", "debug", "trace", "off"];
    let sound =
        |directive: &str| known.contains(&directive.rsplit('=').next().unwrap_or_default().trim().to_lowercase().as_str());
    if !level.split(',').all(sound) {
        return Err(unreadable());
    }
    EnvFilter::builder().parse(format!("{LIBRARIES},{level}")).map_err(|_| unreadable())
}

fn tell_panic(info: &PanicHookInfo<'_>) {
    let (file, line) = info.location().map_or(("somewhere", 0), |place| (place.file(), place.line()));
    tracing::error!(
        file,
        line,
        "a bug: a part stopped here; what it was doing is tried again or was not begun. Please report the place"
    );
}

#[cfg(test)]
mod tests {
    use super::filter;

    #[test]
    fn libraries_whisper_unless_they_are_asked_to_speak() {
        let usual = filter("debug").unwrap().to_string();
        assert!(usual.contains("serenity=warn") && usual.contains("debug"), "{usual}");
        let asked = filter("info,serenity=trace").unwrap().to_string();
        assert!(asked.contains("serenity=trace") && !asked.contains("serenity=warn"), "{asked}");
    }

    #[test]
    fn a_misspelt_level_is_refused_and_not_taken_for_the_name_of_a_part() {
        let said = filter("inof").unwrap_err().to_string();
        assert!(said.starts_with("the log level \"inof\" cannot be read"), "{said}");
        assert!(filter("info,leadbell=").is_err());
    }
}
