//! A provider: signed requests over one connection that is kept, and no more work than that, since it runs on the cores it measures.

use anyhow::{Context as _, Result, ensure};
use chrono::{DateTime, Utc};
use leadbell::intake::headers::Headers;
use leadbell::intake::signing::{Occasion, Sample, sign};
use leadbell::intake::sources;
use secrecy::SecretString;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::bed::{PUBLIC_URL, SECRET, SOURCE};

/// A request, ready to be sent.
pub(crate) fn request(id: &str, now: DateTime<Utc>) -> Result<Vec<u8>> {
    let preset = sources::preset("standard_webhooks").context("it is built in")?;
    let plain = Sample {
        method: "POST",
        headers: Headers::new([("Content-Type", "application/json")]),
        body: body(id, now).into_bytes(),
    };
    let occasion = Occasion { url: PUBLIC_URL, now, id };
    let signed = sign(&preset.auth, &SecretString::from(SECRET), plain, &occasion).map_err(|why| anyhow::anyhow!("{why}"))?;
    let mut request = format!("POST /hooks/{SOURCE} HTTP/1.1\r\nHost: localhost\r\n");
    for (name, value) in signed.headers.iter() {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str(&format!("User-Agent: bench\r\nContent-Length: {}\r\n\r\n", signed.body.len()));
    let mut request = request.into_bytes();
    request.extend_from_slice(&signed.body);
    Ok(request)
}

/// What a form sends: about 700 bytes. The id stands where the card shows it.
fn body(id: &str, now: DateTime<Utc>) -> String {
    serde_json::json!({"type": "lead.created", "timestamp": now.to_rfc3339(), "data": {
        "full_name": format!("Dana {id}"), "email": format!("dana.{id}@example.com"), "phone": "+12025550159", "company": "Whitlock Studio",
        "message": format!("{id} We need scheduling for 120 technicians in two countries before March, with single sign-on."),
        "job_title": "Head of operations", "country": "US", "employees": "51-200", "budget": "20-50k", "newsletter": "no",
        "page": "https://www.example.com/pricing/teams?plan=large", "utm_source": "newsletter", "utm_medium": "email",
        "utm_campaign": "autumn", "form": "Talk to sales", "referrer": "https://www.example.org/compare", "consent": "yes",
    }})
    .to_string()
}

/// One connection.
#[derive(Debug)]
pub(crate) struct Provider {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Provider {
    /// Connects.
    pub(crate) async fn new(to: std::net::SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(to).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, answer: Vec::with_capacity(1_024) })
    }

    /// Sends a request and reads its answer, which must be a yes.
    pub(crate) async fn send(&mut self, request: &[u8]) -> Result<()> {
        self.stream.write_all(request).await?;
        self.answer.clear();
        loop {
            ensure!(self.stream.read_buf(&mut self.answer).await? > 0, "the connection was closed");
            let Some(head) = self.answer.windows(4).position(|w| w == b"\r\n\r\n") else { continue };
            let text = std::str::from_utf8(&self.answer[..head])?;
            ensure!(text.starts_with("HTTP/1.1 2"), "answered {text}");
            let length = text.lines().find_map(|l| l.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
            if self.answer.len() >= head + 4 + length.unwrap_or(0) {
                return Ok(());
            }
        }
    }
}
