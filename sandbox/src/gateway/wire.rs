//! How frames are written: as text, each compressed, or all in one compressed stream.

use std::io::Write;

use flate2::write::ZlibEncoder;
use flate2::{Compress, Compression, FlushCompress};
use tokio_tungstenite::tungstenite::Message;

/// A payload that is compressed by itself has more bytes than this; smaller ones come as text, whatever was asked for.
const LARGE: usize = 8_192;

/// The way a connection asked for.
pub(crate) enum Wire {
    Text,
    /// `compress: true` in IDENTIFY: each large payload by itself.
    Payload,
    /// `compress=zlib-stream` in the URL: one context for the whole connection.
    Stream(Compress),
}

impl Wire {
    /// The way that the URL's query asks for.
    pub(crate) fn of_query(query: &str) -> Self {
        if query.split('&').any(|pair| pair == "compress=zlib-stream") {
            Self::Stream(Compress::new(Compression::fast(), true))
        } else {
            Self::Text
        }
    }

    /// Takes up payload compression; a compressed stream stays what it is.
    pub(crate) fn compress_payloads(&mut self) {
        if matches!(self, Self::Text) {
            *self = Self::Payload;
        }
    }

    /// Writes one frame.
    pub(crate) fn encode(&mut self, text: String) -> Message {
        match self {
            Self::Text => Message::Text(text),
            Self::Payload if text.len() <= LARGE => Message::Text(text),
            Self::Payload => {
                let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
                encoder.write_all(text.as_bytes()).expect("writing to memory cannot fail");
                Message::Binary(encoder.finish().expect("writing to memory cannot fail"))
            }
            Self::Stream(context) => Message::Binary(sync_flush(context, text.as_bytes())),
        }
    }
}

/// Compresses a message so that the reader can decode all of it at once.
fn sync_flush(context: &mut Compress, input: &[u8]) -> Vec<u8> {
    let mut output = Vec::with_capacity(input.len() / 2 + 64);
    let start = context.total_in();
    loop {
        let done = usize::try_from(context.total_in() - start).expect("a message fits in memory");
        context.compress_vec(&input[done..], &mut output, FlushCompress::Sync).expect("compressing in memory cannot fail");
        let all_in = context.total_in() - start == input.len() as u64;
        // Room left over means that the flush is complete.
        if all_in && output.len() < output.capacity() {
            return output;
        }
        output.reserve(output.capacity().max(256));
    }
}
