//! `kind: webhook`: sends the page as JSON to a URL.
//!
//! ```json
//! { "version": 1, "key": "INC-20260105-001/4/0", "incident": "INC-20260105-001", "severity": "P0",
//!   "subject": "…", "body": "…", "to": "yamada", "address": "…", "url": "https://…",
//!   "incidents": ["INC-20260105-001"] }
//! ```
//!
//! `key` is also the header `Idempotency-Key`: a far side that saw it before has the page already. `url` is null when
//! there is nothing to open. `incidents` are all that it tells of, `incident` the worst of them. Fields may be added under one version, and are never removed or renamed.
//! **Invariant:** whatever the far side sends back, however much and however slowly, costs bounded memory and time.

use std::fmt;
use std::time::Duration;

use futures_util::future::BoxFuture;
use matoi_core::page::{Delivery, Page};
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::config::{ConfigError, Fields};
use crate::fault::Fault;
use crate::http::{self, Redirects, Target};
use crate::notify::webhook::verdict::Verdict;
use crate::notify::{Kind, Notifier, accepts_line};

#[cfg(test)]
mod tests;
mod verdict;

pub(super) const KIND: Kind = Kind {
    name: "webhook",
    summary: "Sends the page as JSON to a URL.",
    example: r#"{ "url": "https://hooks.example/incidents", "headers": { "Authorization": "Bearer …" }, "timeout": "10s" }"#,
    parse: |config| Ok(Box::new(Webhook::parse(config)?)),
    accepts: accepts_line,
};

/// How long the status of an answer is waited for unless the channel says so.
const TIMEOUT: Duration = Duration::from_secs(10);
/// With the text of the answer still below what the caller gives to one try, so that the reason is ours.
const TIMEOUT_MAX: Duration = Duration::from_secs(12);
/// Bytes of an answer that are read.
const ANSWER_BYTES_MAX: usize = 64 << 10;
/// How long the text of an answer is waited for once its status is known. The status decides; the text only explains.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(2);
/// Ours to write.
const OURS: [&str; 2] = ["idempotency-key", "content-type"];

struct Webhook {
    target: Target,
    method: Method,
    timeout: Duration,
}

impl Webhook {
    fn parse(config: &Value) -> Result<Webhook, ConfigError> {
        let fields = Fields::read(config, &["url", "method", "headers", "timeout"])?;
        Ok(Webhook {
            target: Target::parse(&fields, &OURS)?,
            method: match fields.text("method")? {
                None | Some("POST") => Method::POST,
                Some("PUT") => Method::PUT,
                Some(_) => return Err(fields.wrong("method", "must be POST or PUT")),
            },
            timeout: fields.duration("timeout", TIMEOUT_MAX)?.unwrap_or(TIMEOUT),
        })
    }

    async fn deliver(&self, page: &Page) -> Result<Verdict, Fault> {
        let client = http::client(Redirects::Shown)?;
        let request = client
            .request(self.method.clone(), self.target.url.clone())
            .headers(self.target.headers.clone())
            .header(CONTENT_TYPE, "application/json; charset=utf-8")
            .header("idempotency-key", key(page))
            .body(render(page).to_string());
        let mut response = match timeout(self.timeout, request.send()).await {
            Ok(response) => response.map_err(http::fault_of)?,
            Err(_) => {
                return Err(Fault::Theirs(format!("no answer within {:?}", self.timeout)));
            }
        };
        let answer = answer(&mut response).await;
        Ok(Verdict::of(&response, answer))
    }

    fn retry(&self, reason: &str) -> Delivery {
        Delivery::Retry { after: None, reason: format!("{}: {reason}", self.target.origin()) }
    }

    fn delivery(&self, verdict: Verdict) -> Delivery {
        let said = |status: &str, answer: &[u8]| {
            let line = self.target.excerpt_of(answer);
            let colon = if line.is_empty() { "" } else { ": " };
            format!("{} answered {status}{colon}{line}", self.target.origin())
        };
        match verdict {
            Verdict::Taken { reference } => {
                Delivery::Accepted { reference: self.target.hide(&reference) }
            }
            Verdict::Later { after, status, answer } => {
                Delivery::Retry { after, reason: said(&status, &answer) }
            }
            Verdict::Never { status, answer } => {
                Delivery::Rejected { reason: said(&status, &answer) }
            }
        }
    }
}

impl Notifier for Webhook {
    fn send<'a>(&'a self, page: &'a Page) -> BoxFuture<'a, Delivery> {
        Box::pin(async move {
            match self.deliver(page).await {
                Ok(verdict) => self.delivery(verdict),
                Err(Fault::Ours(reason) | Fault::Theirs(reason)) => self.retry(&reason),
            }
        })
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook").finish_non_exhaustive()
    }
}

/// What the answer says, as far as it says it soon.
async fn answer(response: &mut Response) -> Vec<u8> {
    match timeout(ANSWER_TIME_MAX, http::read(response, ANSWER_BYTES_MAX)).await {
        Ok(Ok(body)) => body.bytes,
        Ok(Err(_)) | Err(_) => Vec::new(),
    }
}

/// The page as version 1 of its JSON.
fn render(page: &Page) -> Value {
    let message = &page.message;
    let incidents = match message.incidents.as_slice() {
        [] => std::slice::from_ref(&page.incident),
        all => all,
    };
    json!({
        "version": 1,
        "key": page.id,
        "incident": page.incident,
        "severity": message.severity,
        "subject": message.subject,
        "body": message.body,
        "to": page.to,
        "address": page.address,
        "url": message.url,
        "incidents": incidents,
    })
}

/// The page's id as a header. Ids are ASCII without blanks; anything else is kept out of the header, not escaped.
fn key(page: &Page) -> HeaderValue {
    let id: String = page.id.0.chars().filter(char::is_ascii_graphic).collect();
    HeaderValue::try_from(id).unwrap_or_else(|_| HeaderValue::from_static("invalid"))
}
