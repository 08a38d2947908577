//! Whether the mail server that the settings name takes mails from us.

use super::super::shell::read_playbook;
use super::{Finding, bad, good, note};
use crate::mailer::Mailer;
use crate::settings::{Settings, Smtp};

/// Connects, signs in and hangs up; nothing is sent.
pub(super) async fn server(smtp: &Smtp) -> Finding {
    let mailer = Mailer::default();
    mailer.connect(smtp.clone());
    let (host, port) = (&smtp.host, smtp.port);
    match mailer.check().await {
        Ok(()) => good(format!("the mail server {host}, port {port}, lets us in")),
        Err(why) => bad(
            format!("the mail server {host}, port {port}, does not let us in: {why}"),
            "Check [smtp] in the settings; mails wait for about an hour before they are given up.",
        ),
    }
}

/// Sequences write e-mails by themselves, where a mail server is named.
pub(super) fn sequences(settings: &Settings) -> Option<Finding> {
    let (_, playbook) = read_playbook(&settings.playbook_file).ok()?;
    let is_silent = settings.smtp.is_none() && !playbook.sequences.is_empty();
    is_silent.then(|| {
        note(
            "the playbook has sequences, and no mail server is named that would send their messages",
            "Name one under [smtp] in the settings; until then who had the lead is told when a message is due, and sends it.",
        )
    })
}
