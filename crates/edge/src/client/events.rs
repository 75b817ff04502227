//! Server-sent events (WHATWG HTML, 9.2), as our own server sends them: one line of JSON each.

use std::time::Duration;

use reqwest::Response;
use serde_json::Value;

use super::{Client, ClientError};

/// The server says something at least every ten seconds; a connection that is silent for longer is none.
const SILENCE_MAX: Duration = Duration::from_secs(30);
/// A part of an output, with every character of it escaped.
const EVENT_BYTES_MAX: usize = 1 << 20;

/// What a server told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Event {
    pub name: String,
    /// To go on with, after a connection that broke.
    pub id: Option<String>,
    pub data: Value,
}

/// A connection over which events come until the server has no more.
pub struct Events {
    client: Client,
    response: Response,
    lines: Lines,
}

impl Events {
    pub(super) fn new(client: Client, response: Response) -> Events {
        Events { client, response, lines: Lines::default() }
    }

    /// The next event; nothing when the server closed the connection.
    ///
    /// Dropping the future loses nothing but the bytes that were not read yet, which the next call reads.
    pub async fn next(&mut self) -> Result<Option<Event>, ClientError> {
        loop {
            if let Some(event) = self.lines.event() {
                return Ok(Some(event));
            }
            if self.lines.waiting.len() > EVENT_BYTES_MAX {
                return Err(self.client.stranger("an event of its has no end"));
            }
            let server = || self.client.caller.address.to_string();
            match tokio::time::timeout(SILENCE_MAX, self.response.chunk()).await {
                Err(_) => return Err(ClientError::Slow { server: server(), within: SILENCE_MAX }),
                Ok(Err(err)) => return Err(self.client.failed(&err)),
                Ok(Ok(None)) => return Ok(None),
                Ok(Ok(Some(chunk))) => self.lines.waiting.extend_from_slice(&chunk),
            }
        }
    }
}

/// Bytes that came, and the event that is being read from them.
#[derive(Default)]
struct Lines {
    waiting: Vec<u8>,
    event: Event,
    has_data: bool,
}

impl Lines {
    /// The next whole event. One without data says nothing.
    fn event(&mut self) -> Option<Event> {
        while let Some(end) = self.waiting.iter().position(|it| *it == b'\n') {
            let line: Vec<u8> = self.waiting.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            let line = line.trim_end_matches(['\r', '\n']);
            if !line.is_empty() {
                self.field(line);
                continue;
            }
            let event = std::mem::take(&mut self.event);
            if std::mem::take(&mut self.has_data) {
                return Some(event);
            }
        }
        None
    }

    fn field(&mut self, line: &str) {
        // A comment, as is sent to keep the connection open, has no name before the colon.
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "event" => value.clone_into(&mut self.event.name),
            "id" => self.event.id = Some(value.to_owned()),
            "data" => {
                self.event.data = serde_json::from_str(value).unwrap_or(Value::Null);
                self.has_data = true;
            }
            _ => (),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn events_are_read_however_they_are_cut() {
        let text = ":\n\nevent: output\nid: 1:4:0\ndata: {\"text\":\"a\\nb\"}\n\n: alive\n\n\
            event:over\r\ndata:{}\r\n\r\nevent: nothing\n\n";
        for size in 1..text.len() {
            let (mut lines, mut events) = (Lines::default(), Vec::new());
            for bytes in text.as_bytes().chunks(size) {
                lines.waiting.extend_from_slice(bytes);
                events.extend(std::iter::from_fn(|| lines.event()));
            }
            let first = Event {
                name: "output".to_owned(),
                id: Some("1:4:0".to_owned()),
                data: json!({ "text": "a\nb" }),
            };
            let second = Event { name: "over".to_owned(), id: None, data: json!({}) };
            assert_eq!(events, [first, second], "in pieces of {size}");
        }
    }
}
