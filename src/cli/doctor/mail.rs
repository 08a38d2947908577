//! Whether the mail server that the settings name takes mails from us.

use super::{Finding, bad, good};
use crate::mailer::Mailer;
use crate::settings::Smtp;

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
