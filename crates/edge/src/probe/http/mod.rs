//! `kind: http`: does a URL answer as it should?
//!
//! A redirect is an answer of its own unless `follow_redirects` is set: a login or maintenance page with status 200 at
//! the end of a redirect would look well.
//! **Invariant:** what is well is said by the watch, never guessed from the answer.

use std::fmt;
use std::time::Instant;

use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use matoi_core::signal::{Answer, Measured};
use reqwest::{Method, Response};
use serde_json::Value;

use crate::config::{ConfigError, Fields};
use crate::fault::Fault;
use crate::http::{self, Body, Extent, Redirects, Target};
use crate::probe::http::expect::Expect;
use crate::probe::{Kind, Probe};

mod expect;
#[cfg(test)]
mod tests;

pub(super) const KIND: Kind = Kind {
    name: "http",
    summary: "Asks a URL and looks at the status and the text of the answer.",
    example: r#"{ "url": "https://shop.example/health", "headers": { "Accept": "text/plain" }, "expect": { "status": "200-299", "text": "ok" } }"#,
    parse: |config| Ok(Box::new(Http::parse(config)?)),
};

/// Bytes of a body that are read; a page that says more about its health says it too late.
const BODY_BYTES_MAX: usize = 1 << 20;

struct Http {
    target: Target,
    method: Method,
    body: Option<String>,
    redirects: Redirects,
    expect: Expect,
}

impl Http {
    fn parse(config: &Value) -> Result<Http, ConfigError> {
        let known = ["url", "method", "headers", "body", "expect", "follow_redirects"];
        let fields = Fields::read(config, &known)?;
        let http = Http {
            target: Target::parse(&fields, &[])?,
            method: match fields.text("method")? {
                None | Some("GET") => Method::GET,
                Some("HEAD") => Method::HEAD,
                Some("POST") => Method::POST,
                Some(_) => return Err(fields.wrong("method", "must be GET, HEAD or POST")),
            },
            body: fields.text("body")?.map(str::to_owned),
            redirects: match fields.truth("follow_redirects")? {
                Some(true) => Redirects::Followed,
                Some(false) | None => Redirects::Shown,
            },
            expect: Expect::parse(&fields)?,
        };
        if http.body.is_some() && http.method != Method::POST {
            return Err(fields.wrong("body", "needs method: POST"));
        }
        if http.expect.text.is_some() && http.method == Method::HEAD {
            return Err(fields.wrong("expect.text", "cannot be seen with method: HEAD"));
        }
        Ok(http)
    }

    async fn look(&self) -> Result<Answer, Fault> {
        let started = Instant::now();
        let client = http::client(self.redirects)?;
        let mut request = client
            .request(self.method.clone(), self.target.url.clone())
            .headers(self.target.headers.clone());
        if let Some(body) = &self.body {
            request = request.body(body.clone());
        }
        let mut response = request.send().await.map_err(http::fault_of)?;
        let body = http::read(&mut response, BODY_BYTES_MAX).await.map_err(http::fault_of)?;
        Ok(self.judge(&response, &body, started))
    }

    fn judge(&self, response: &Response, body: &Body, started: Instant) -> Answer {
        let took = SignedDuration::try_from(started.elapsed()).unwrap_or(SignedDuration::MAX);
        let measured = Measured::from([
            ("http.duration".to_owned(), took.as_secs_f64() * 1_000.0),
            ("http.status".to_owned(), f64::from(response.status().as_u16())),
        ]);
        match self.complaint(response, body) {
            None => Answer::Well { took, measured },
            Some(complaint) => {
                let reason = format!("{} {complaint}", self.target.origin());
                Answer::Unwell { reason, measured }
            }
        }
    }

    fn complaint(&self, response: &Response, body: &Body) -> Option<String> {
        let status = response.status();
        if !self.expect.status.contains(status.as_u16()) {
            let said = self.quote(body);
            return Some(format!("answered {status}, expected {}{said}", self.expect.status));
        }
        let text = self.expect.text.as_deref()?;
        if contains(&body.bytes, text.as_bytes()) {
            return None;
        }
        let extent = match body.extent {
            Extent::Whole => "",
            Extent::Beginning => " in its first 1 MiB",
        };
        Some(format!("answered {status} without the expected text{extent}{}", self.quote(body)))
    }

    /// What the answer says for itself; a page of HTML says nothing in its first line.
    fn quote(&self, body: &Body) -> String {
        let line = self.target.excerpt_of(&body.bytes);
        if line.is_empty() || line.starts_with('<') { String::new() } else { format!(": {line}") }
    }
}

impl Probe for Http {
    fn ask(&self) -> BoxFuture<'_, Answer> {
        Box::pin(async move {
            let answer = self.look().await;
            answer.unwrap_or_else(|fault| fault.into_answer(&self.target.origin()))
        })
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").finish_non_exhaustive()
    }
}

fn contains(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}
