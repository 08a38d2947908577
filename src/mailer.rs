//! Sends an e-mail through the company's own mail server.
//! One connection for each message: a team writes few, and nothing has to be kept alive. What went wrong is told apart by what may be done
//! about it, because a mail that has perhaps gone out must not go out again.
//! Invariant: neither the password nor an address of a lead is part of an error.

#[cfg(test)]
pub(crate) mod tests;

use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use secrecy::ExposeSecret as _;

use crate::settings::{Smtp, Transport};

/// The longest that a mail server is waited for, at each step.
const PATIENCE: Duration = Duration::from_secs(30);

/// An e-mail to a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Whom it is from; the address in the settings, when `None`.
    pub from: Option<String>,
    /// The lead's address.
    pub to: String,
    /// On one line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same for every try: whoever gets it twice sees that it is one.
    pub id: String,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// Who wrote it.
    pub kind: Kind,
}

/// Who wrote a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A person.
    Personal,
    /// A sequence: mail programs offer not to get any more.
    OfASequence,
}

/// Where mail programs write to when somebody wants no more of it.
#[derive(Debug, Clone)]
struct ListUnsubscribe(String);

impl Header for ListUnsubscribe {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.clone())
    }
}

/// Why a mail did not go out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// It has not gone out; later it may.
    #[error("{0}")]
    Later(String),
    /// It will never go out: the server's code.
    #[error("refused: {0}")]
    Refused(String),
    /// Nobody said whether it has gone out.
    #[error("no answer to the message: {0}")]
    Unsure(String),
}

/// The company's mail server, once one is named.
#[derive(Debug, Clone, Default)]
pub struct Mailer(Arc<OnceLock<Smtp>>);

impl Mailer {
    /// From now on mails go through this server. The first that is named stays.
    pub fn connect(&self, smtp: Smtp) {
        drop(self.0.set(smtp));
    }

    /// Can mails be sent?
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.0.get().is_some()
    }

    /// Connects, signs in and hangs up.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub async fn check(&self) -> Result<(), MailError> {
        let smtp = self.smtp()?;
        let mut server = open(smtp).await?;
        server.quit().await.map_err(|error| before(&error)).map(drop)
    }

    /// Sends one mail.
    ///
    /// # Errors
    /// Why it did not go out, or that nobody knows.
    pub async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let smtp = self.smtp()?;
        let message = written(mail, &smtp.from)?;
        let mut server = open(smtp).await?;
        let envelope = message.envelope();
        server.command(MailFrom::new(envelope.from().cloned(), Vec::new())).await.map_err(|error| before(&error))?;
        for to in envelope.to() {
            server.command(Rcpt::new(to.clone(), Vec::new())).await.map_err(|error| before(&error))?;
        }
        server.command(Data).await.map_err(|error| before(&error))?;
        server.message(&message.formatted()).await.map_err(|error| match before(&error) {
            // The server said so itself; anything else may have come after it took the message.
            told @ (MailError::Later(_) | MailError::Refused(_)) if error.status().is_some() => told,
            told => MailError::Unsure(told.to_string()),
        })?;
        // It is the server's now; how it says good-bye does not matter.
        drop(server.quit().await);
        Ok(())
    }

    fn smtp(&self) -> Result<&Smtp, MailError> {
        self.0.get().ok_or_else(|| MailError::Later("no mail server is named in the settings".to_owned()))
    }
}

/// Connected, encrypted as the settings say, and signed in.
async fn open(smtp: &Smtp) -> Result<AsyncSmtpConnection, MailError> {
    let tls = || TlsParameters::new(smtp.host.clone()).map_err(|error| before(&error));
    let hello = ClientId::default();
    let wrapped = if smtp.transport == Transport::Tls { Some(tls()?) } else { None };
    let connected = AsyncSmtpConnection::connect_tokio1((smtp.host.as_str(), smtp.port), Some(PATIENCE), &hello, wrapped, None);
    let late = |_| MailError::Later("it does not answer".to_owned());
    let mut server = tokio::time::timeout(PATIENCE, connected).await.map_err(late)?.map_err(|error| before(&error))?;
    if smtp.transport == Transport::StartTls {
        server.starttls(tls()?, &hello).await.map_err(|error| before(&error))?;
    }
    if let Some((user, password)) = &smtp.login {
        let login = Credentials::new(user.clone(), password.expose_secret().to_owned());
        let signed = server.auth(&[Mechanism::Plain, Mechanism::Login], &login).await;
        // A wrong password is mended in the settings; the mail waits for that.
        signed.map_err(|error| {
            MailError::Later(format!("signing in failed: {}", code(&error).unwrap_or_else(|| "it ended".to_owned())))
        })?;
    }
    Ok(server)
}

/// What an error says before the message was handed over. What servers write in their own words may name the address, and is left out.
fn before(error: &lettre::transport::smtp::Error) -> MailError {
    match code(error) {
        Some(code) if error.is_permanent() => MailError::Refused(code),
        Some(code) => MailError::Later(format!("it answers {code}")),
        None if error.is_timeout() => MailError::Later("it does not answer in time".to_owned()),
        None if error.is_tls() => MailError::Later("its certificate cannot be trusted, or it cannot encrypt".to_owned()),
        None if error.is_client() => MailError::Later("it does not do what the settings ask for".to_owned()),
        None => MailError::Later("it cannot be reached, or hung up".to_owned()),
    }
}

/// `550`, and `550 5.1.1` where the server says more.
fn code(error: &lettre::transport::smtp::Error) -> Option<String> {
    use std::error::Error as _;
    let status = error.status()?;
    let said = error.source().map(ToString::to_string).unwrap_or_default();
    let more = said.split([' ', '(', ')', ':', '-']).find(|word| {
        word.split('.').count() == 3
            && word.starts_with(['2', '4', '5'])
            && word.split('.').all(|part| part.parse::<u16>().is_ok())
    });
    Some(more.map_or_else(|| status.to_string(), |more| format!("{status} {more}")))
}

/// The message as it goes out: plain text, by the rules, with an id of its own.
fn written(mail: &Mail, from: &Mailbox) -> Result<Message, MailError> {
    let from = mail.from.as_deref().and_then(|own| own.parse().ok()).unwrap_or_else(|| from.clone());
    let unreadable = |_| MailError::Refused("its address is no e-mail address".to_owned());
    let to = mail.to.parse().map(|address| Mailbox::new(None, address)).map_err(unreadable)?;
    let unsubscribe = ListUnsubscribe(format!("<mailto:{}?subject=unsubscribe>", from.email));
    let builder = match mail.kind {
        Kind::Personal => Message::builder(),
        Kind::OfASequence => Message::builder().header(unsubscribe),
    };
    builder
        .message_id(Some(format!("<{}@{}>", mail.id, from.email.domain())))
        .from(from)
        .to(to)
        .subject(mail.subject.clone())
        .date(SystemTime::from(mail.at))
        .header(ContentType::TEXT_PLAIN)
        .body(mail.text.clone())
        .map_err(|_| MailError::Refused("it cannot be written as an e-mail".to_owned()))
}
