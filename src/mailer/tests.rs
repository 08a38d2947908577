//! The mailer against a mail server on this machine: what it is sent, and what each of its answers means.

use std::sync::Mutex;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;

use super::*;

/// A mail server that answers each step as it is told, and keeps what it is sent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Postman {
    /// What it says to a recipient, in turn; then that it takes them.
    pub(crate) to_recipients: Arc<Mutex<Vec<&'static str>>>,
    /// What it says to a message, in turn; then that it took it. Nothing: it hangs up.
    pub(crate) to_messages: Arc<Mutex<Vec<Option<&'static str>>>>,
    /// The messages that it took.
    pub(crate) taken: Arc<Mutex<Vec<String>>>,
}

impl Postman {
    /// Listens; the settings that lead to it.
    pub(crate) async fn opens(&self) -> Smtp {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let postman = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let postman = postman.clone();
                tokio::spawn(async move { drop(postman.serves(stream).await) });
            }
        });
        let from = "Acme Sales <sales@acme.example>".parse().unwrap();
        Smtp { host: "127.0.0.1".to_owned(), port, transport: Transport::Local, from, login: None }
    }

    async fn serves(&self, stream: tokio::net::TcpStream) -> std::io::Result<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 post.example\r\n").await?;
        while let Some(line) = lines.next_line().await? {
            let said = match line.split([' ', ':']).next().unwrap_or_default().to_uppercase().as_str() {
                "EHLO" => "250-post.example\r\n250 8BITMIME".to_owned(),
                "RCPT" => first(&self.to_recipients).unwrap_or("250 2.1.5 ok").to_owned(),
                "DATA" => {
                    write.write_all(b"354 go on\r\n").await?;
                    let mut message = String::new();
                    while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                        message += &line;
                        message.push('\n');
                    }
                    match first(&self.to_messages).unwrap_or(Some("250 2.0.0 taken")) {
                        Some(said) => {
                            if said.starts_with('2') {
                                self.taken.lock().unwrap().push(message);
                            }
                            said.to_owned()
                        }
                        None => return Ok(()),
                    }
                }
                "QUIT" => {
                    write.write_all(b"221 bye\r\n").await?;
                    return Ok(());
                }
                _ => "250 ok".to_owned(),
            };
            write.write_all(format!("{said}\r\n").as_bytes()).await?;
        }
        Ok(())
    }
}

fn first<T>(answers: &Mutex<Vec<T>>) -> Option<T> {
    let mut answers = answers.lock().unwrap();
    if answers.is_empty() { None } else { Some(answers.remove(0)) }
}

fn mail() -> Mail {
    Mail {
        from: None,
        to: "dana@example.com".to_owned(),
        subject: "Your request – Zoë".to_owned(),
        text: "Hello Dana,\n\n.a line that begins with a dot\n\nAnn".to_owned(),
        id: "abc-123".to_owned(),
        at: "2026-09-14T09:00:00Z".parse().unwrap(),
        kind: Kind::Personal,
    }
}

async fn mailer(postman: &Postman) -> Mailer {
    let mailer = Mailer::default();
    mailer.connect(postman.opens().await);
    mailer
}

#[tokio::test]
async fn a_mail_goes_out_as_it_was_written() {
    let postman = Postman::default();
    let mailer = mailer(&postman).await;
    mailer.check().await.unwrap();
    mailer.send(&mail()).await.unwrap();
    let taken = postman.taken.lock().unwrap().clone();
    assert_eq!(taken.len(), 1);
    let head = taken[0].split("\n\n").next().unwrap();
    for line in [
        "From: \"Acme Sales\" <sales@acme.example>",
        "To: dana@example.com",
        "Date: Mon, 14 Sep 2026 09:00:00 +0000",
        "Message-ID: <abc-123@acme.example>",
        "Content-Type: text/plain; charset=utf-8",
    ] {
        assert!(head.lines().any(|written| written == line), "{line} in\n{head}");
    }
    let read = mail_parser::MessageParser::default().parse(taken[0].as_bytes()).unwrap();
    assert_eq!(read.subject(), Some("Your request – Zoë"));
    assert!(taken[0].contains("\n..a line that begins with a dot"), "a dot of ours does not end the message");
}

#[tokio::test]
async fn each_answer_says_what_may_be_done_about_it() {
    let postman = Postman::default();
    *postman.to_recipients.lock().unwrap() =
        vec!["550 5.1.1 <dana@example.com>: no such user here", "451 4.7.1 greylisted, try dana@example.com again"];
    *postman.to_messages.lock().unwrap() = vec![Some("554 5.7.1 spam"), Some("452 full"), None];
    let mailer = mailer(&postman).await;
    let mut told = Vec::new();
    for _ in 0..6 {
        told.push(mailer.send(&mail()).await);
    }
    let refused = |code: &str| Err(MailError::Refused(code.to_owned()));
    let later = |why: &str| Err(MailError::Later(why.to_owned()));
    assert_eq!(told[0], refused("550 5.1.1"), "an address of theirs is not repeated");
    assert_eq!(told[1], later("it answers 451 4.7.1"));
    assert_eq!(told[2], refused("554 5.7.1"));
    assert_eq!(told[3], later("it answers 452"));
    assert!(matches!(told[4], Err(MailError::Unsure(_))), "it hung up after it had the message: {:?}", told[4]);
    assert_eq!(told[5], Ok(()));
    assert_eq!(postman.taken.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_tried_again_later() {
    let mailer = Mailer::default();
    assert!(!mailer.is_there() && matches!(mailer.send(&mail()).await, Err(MailError::Later(_))));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let from = "sales@acme.example".parse().unwrap();
    mailer.connect(Smtp { host: "127.0.0.1".to_owned(), port, transport: Transport::Local, from, login: None });
    assert_eq!(mailer.check().await, Err(MailError::Later("it cannot be reached, or hung up".to_owned())));
}

/// Against a mail server that others wrote: it refuses `refused@…` for good, `later@…` once, and takes all others.
#[tokio::test]
#[ignore = "needs a mail server on this machine: bash .ci/run smtp"]
async fn a_real_mail_server_takes_refuses_and_puts_off() {
    let port = std::env::var("LEADBELL_SMTP_PORT").expect("LEADBELL_SMTP_PORT names its port").parse().unwrap();
    let mailer = Mailer::default();
    let from = "Acme Sales <sales@acme.example>".parse().unwrap();
    mailer.connect(Smtp { host: "127.0.0.1".to_owned(), port, transport: Transport::Local, from, login: None });
    mailer.check().await.unwrap();
    let to = |to: &str| Mail { to: to.to_owned(), ..mail() };
    assert_eq!(mailer.send(&to("dana@example.com")).await, Ok(()));
    assert_eq!(mailer.send(&Mail { kind: Kind::OfASequence, ..to("list@example.com") }).await, Ok(()));
    assert_eq!(mailer.send(&to("refused@example.com")).await, Err(MailError::Refused("550 5.1.1".to_owned())));
    assert!(matches!(mailer.send(&to("later@example.com")).await, Err(MailError::Later(_))));
    assert_eq!(mailer.send(&to("later@example.com")).await, Ok(()));
    // It takes this one, and says only later that nobody is there.
    assert_eq!(mailer.send(&to("gone@example.com")).await, Ok(()));
    let returned = std::env::var("LEADBELL_SMTP_RETURNED").expect("LEADBELL_SMTP_RETURNED names the file of its report");
    let report = crate::intake::mime::tree(&std::fs::read(returned).unwrap()).unwrap();
    assert_eq!(report["undelivered"][0]["email"], "gone@example.com", "{report:#}");
}
