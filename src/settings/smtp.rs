//! The mail server that e-mails to leads go through, from what is written about it.
//! Invariant: a password never crosses a network in the clear: only on this machine itself is a connection not encrypted.

use lettre::message::Mailbox;
use url::{Host, Url};

use super::keys;
use super::read::{Env, Reader, problem};
use super::{Smtp, Transport, secret};

/// What a server's address looks like.
const EXPECTED: &str = "\"smtps://mail.acme.example\" (encrypted, port 465) or \"smtp://mail.acme.example\" (STARTTLS, port 587)";

impl Reader<'_> {
    /// Nothing where no server is named, or where something about it is wrong, which has been told then.
    pub(super) fn smtp(&self, env: Env<'_>) -> Option<Smtp> {
        let named = self.find(&keys::SMTP_URL).text.is_some();
        for key in [&keys::SMTP_FROM, &keys::SMTP_USER, &keys::SMTP_PASSWORD] {
            let found = self.find(key);
            if !named && found.text.is_some() {
                let lonely = problem(key, found, &format!("`{}` stands without a mail server", key.name));
                self.mistakes.note(lonely.remedy(format!("add url = {EXPECTED}")));
            }
        }
        let (host, port, transport) = self.parsed(&keys::SMTP_URL, server)?;
        let from = self.parsed(&keys::SMTP_FROM, mailbox);
        if self.find(&keys::SMTP_FROM).text.is_none() {
            let silent = problem(&keys::SMTP_URL, self.find(&keys::SMTP_URL), "[smtp] does not say whom mails are from");
            self.mistakes.note(silent.remedy("add from = \"Acme Sales <sales@acme.example>\""));
        }
        let user = self.parsed(&keys::SMTP_USER, |text| Ok(text.to_owned()));
        let password = self.password(env);
        if user.is_some() != self.find(&keys::SMTP_PASSWORD).text.is_some() {
            let half =
                problem(&keys::SMTP_URL, self.find(&keys::SMTP_URL), "[smtp] needs both `user` and `password`, or neither");
            self.mistakes.note(half);
        }
        Some(Smtp { host, port, transport, from: from?, login: user.zip(password) })
    }

    fn password(&self, env: Env<'_>) -> Option<secrecy::SecretString> {
        let found = self.find(&keys::SMTP_PASSWORD);
        match secret::resolve(found.text.as_deref()?, env, "") {
            Ok(password) => Some(password),
            Err(why) => {
                self.mistakes.note(problem(&keys::SMTP_PASSWORD, found, &format!("smtp.password: {why}")));
                None
            }
        }
    }
}

fn server(text: &str) -> Result<(String, u16, Transport), String> {
    let expected = || EXPECTED.to_owned();
    let url = Url::parse(text).map_err(|_| expected())?;
    let is_bare =
        url.username().is_empty() && url.password().is_none() && matches!(url.path(), "" | "/") && url.query().is_none();
    // What is no address of the web is not read as an IP address by itself.
    let host = url.host_str().filter(|host| !host.is_empty() && is_bare).ok_or_else(expected)?;
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let is_local = match Host::parse(&host) {
        Ok(Host::Domain(name)) => name == "localhost",
        Ok(Host::Ipv4(address)) => address.is_loopback(),
        Ok(Host::Ipv6(address)) => address.is_loopback(),
        Err(_) => host == "::1",
    };
    match url.scheme() {
        "smtps" => Ok((host, url.port().unwrap_or(465), Transport::Tls)),
        "smtp" if is_local => Ok((host, url.port().unwrap_or(25), Transport::Local)),
        "smtp" => Ok((host, url.port().unwrap_or(587), Transport::StartTls)),
        _ => Err(expected()),
    }
}

fn mailbox(text: &str) -> Result<Mailbox, String> {
    text.parse().map_err(|_| "an address such as \"Acme Sales <sales@acme.example>\"".to_owned())
}
