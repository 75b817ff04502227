//! What an answer says about what became of the request.

use std::fs::OpenOptions;
use std::io::{self, Write};

use reqwest::header::LOCATION;
use reqwest::{Response, StatusCode};
use serde_json::Value;

use super::Settings;
use crate::excerpt::excerpt;
use crate::step::attempt::exit::How;
use crate::step::attempt::{Attempt, OUTPUTS};

/// A longer value is printed and not published.
const PUBLISHED_BYTES_MAX: usize = 64 << 10;

/// The head of an answer.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// Whether the request only asked.
    is_safe: bool,
    /// Where it points.
    location: Option<String>,
}

/// What follows from an answer.
pub(super) struct Judged {
    pub(super) how: How,
    /// What `json` found.
    pub(super) value: Option<String>,
    pub(super) complaint: Option<String>,
}

impl Answer {
    pub(super) fn of(response: &Response, is_safe: bool) -> Answer {
        let location = response.headers().get(LOCATION).and_then(|it| it.to_str().ok());
        Answer { status: response.status(), is_safe, location: location.map(excerpt) }
    }

    /// Whether it certainly changed nothing.
    fn refuses(&self) -> bool {
        self.status.is_client_error() && self.status != StatusCode::REQUEST_TIMEOUT
    }
}

/// `text` is the whole answer, where it is looked into.
pub(super) fn judge(answer: &Answer, settings: &Settings, text: Option<&str>) -> Judged {
    if !settings.status.contains(answer.status.as_u16()) {
        let whither = answer.location.as_ref().map(|it| format!(", and points to {it}"));
        let whither = whither.unwrap_or_default();
        let complaint = format!("{}, expected {}{whither}", answer.status, settings.status);
        let how = match answer.is_safe || answer.refuses() {
            true => How::Exited { code: 1 },
            false => How::Lost {
                reason: format!(
                    "answered {}, which does not tell whether it took effect",
                    answer.status
                ),
            },
        };
        return Judged { how, value: None, complaint: Some(complaint) };
    }
    let Some(path) = &settings.json else {
        return Judged { how: How::Exited { code: 0 }, value: None, complaint: None };
    };
    let found = match text.map(serde_json::from_str::<Value>) {
        None => Err("the answer could not be looked into".to_owned()),
        Some(Err(err)) => Err(format!("the answer is not JSON: {err}")),
        Some(Ok(value)) => match path.query(&value).all() {
            found if found.is_empty() => Err(format!("the answer has nothing at {path}")),
            found => Ok(found.into_iter().map(shown).collect::<Vec<_>>().join("\n")),
        },
    };
    match found {
        Ok(value) => Judged { how: How::Exited { code: 0 }, value: Some(value), complaint: None },
        Err(reason) => {
            Judged { how: How::Exited { code: 1 }, value: None, complaint: Some(reason) }
        }
    }
}

/// A text without its quotes, and everything else as JSON.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.to_string()
        }
    }
}

/// `status`, and the `value` that `json` found.
pub(super) fn publish(attempt: &Attempt, answer: &Answer, value: Option<&str>) -> io::Result<()> {
    let mut file = OpenOptions::new().append(true).open(attempt.path(OUTPUTS))?;
    writeln!(file, "status={}", answer.status.as_u16())?;
    let Some(value) = value.filter(|it| it.len() <= PUBLISHED_BYTES_MAX) else { return Ok(()) };
    // A line that ends the value and is none of its own lines.
    let mut end = "END".to_owned();
    while value.lines().any(|it| it == end) {
        end.push('_');
    }
    writeln!(file, "value<<{end}\n{value}\n{end}")
}
