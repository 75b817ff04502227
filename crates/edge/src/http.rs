//! HTTP as a client: the one way in which anything here speaks it.
//!
//! **Invariant:** no proxy. `HTTP_PROXY` and the like in the server's environment are not looked at, because an answer
//! from a proxy says nothing about the target, and a page must not depend on a variable that nobody remembers.
//! **Invariant:** nothing is kept open between requests and nothing is sent twice: a kept connection would hide that new
//! ones fail, and repeating is the engine's to decide.
//! **Invariant:** what is shown of a URL is its origin. Its path and query may be a secret, as in a Slack webhook.

use std::sync::OnceLock;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Certificate, Client, Response, Url, redirect, retry};

use crate::config::{ConfigError, Fields};
use crate::crypto::install_crypto;
use crate::excerpt::{self, excerpt};
use crate::fault::{Fault, root_of};

pub(crate) mod status;
#[cfg(test)]
mod tests;

/// Headers that one request may be given.
pub(crate) const HEADERS_MAX: usize = 32;
/// Redirects that are followed; a browser stops at twenty, a health check has no use for so many.
const REDIRECTS_MAX: usize = 5;
/// The caller's time is nearly always shorter; this ends an attempt to connect that nobody waits for any more.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
/// Headers that say how the request is framed. They are the client's to write.
pub(crate) const FRAMING: [&str; 6] =
    ["content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer"];
/// Headers that are no secret, so that the far side may repeat them.
const OPEN: [&str; 5] = ["accept", "accept-language", "content-type", "host", "user-agent"];

/// What becomes of an answer that points elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Redirects {
    /// It is the answer.
    Shown,
    /// The other place is asked instead.
    Followed,
}

/// The client for `redirects`. Reads the machine's certificates once.
pub(crate) fn client(redirects: Redirects) -> Result<&'static Client, Fault> {
    static SHOWN: OnceLock<Client> = OnceLock::new();
    static FOLLOWED: OnceLock<Client> = OnceLock::new();
    let (cell, policy) = match redirects {
        Redirects::Shown => (&SHOWN, redirect::Policy::none()),
        Redirects::Followed => (&FOLLOWED, redirect::Policy::limited(REDIRECTS_MAX)),
    };
    if let Some(client) = cell.get() {
        return Ok(client);
    }
    // A failure is not kept: the certificates may be installed while we run.
    let client = build(policy, Vec::new()).map_err(|err| Fault::Ours(excerpt(&root_of(&err))))?;
    Ok(cell.get_or_init(|| client))
}

/// A client that also trusts `certificates`.
pub(crate) fn build(
    policy: redirect::Policy,
    certificates: Vec<Certificate>,
) -> reqwest::Result<Client> {
    install_crypto();
    let builder = match certificates.is_empty() {
        true => Client::builder(),
        false => Client::builder().tls_certs_merge(certificates),
    };
    builder
        .no_proxy()
        .pool_max_idle_per_host(0)
        .retry(retry::never())
        .redirect(policy)
        .referer(false)
        .connect_timeout(CONNECT_TIMEOUT)
        .user_agent(concat!("matoi/", env!("CARGO_PKG_VERSION")))
        .build()
}

/// Where requests go, and what they carry.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
}

impl Target {
    /// Reads `url` and `headers`. The headers `ours` are written by the kind itself.
    pub(crate) fn parse(fields: &Fields<'_>, ours: &[&str]) -> Result<Target, ConfigError> {
        let url = fields.required_text("url")?;
        let url = Url::parse(url)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .ok_or_else(|| fields.wrong("url", "must be a URL with http:// or https://"))?;
        Ok(Target { url, headers: headers(fields, ours)? })
    }

    /// What is shown of it: `https://shop.example`.
    pub(crate) fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// The first that the far side said, without what may be a secret of ours.
    pub(crate) fn excerpt_of(&self, bytes: &[u8]) -> String {
        // Before it is cut: of a secret that is cut in two, the rest would be shown.
        excerpt(&self.hide(&String::from_utf8_lossy(bytes)))
    }

    /// `text` of the far side with everything removed that may be a secret of ours: a rude server repeats what it was
    /// sent.
    pub(crate) fn hide(&self, text: &str) -> String {
        let mut words: Vec<&str> = vec![
            self.url.as_str(),
            self.url.path().trim_start_matches('/'),
            self.url.query().unwrap_or_default(),
            self.url.username(),
            self.url.password().unwrap_or_default(),
        ];
        for (_, value) in self.headers.iter().filter(|(name, _)| !OPEN.contains(&name.as_str())) {
            let value = value.to_str().unwrap_or_default();
            words.push(value);
            words.extend(value.split_whitespace());
        }
        excerpt::hide(text, words)
    }
}

fn headers(fields: &Fields<'_>, ours: &[&str]) -> Result<HeaderMap, ConfigError> {
    let mut headers = HeaderMap::new();
    for (key, value) in fields.pairs("headers", HEADERS_MAX)? {
        let at = format!("headers.{}", excerpt(key));
        let name = HeaderName::try_from(key)
            .map_err(|_| fields.wrong(&at, "is not the name of a header"))?;
        if FRAMING.contains(&name.as_str()) || ours.contains(&name.as_str()) {
            return Err(fields.wrong(&at, "is written by Matoi itself"));
        }
        let mut value = HeaderValue::try_from(value)
            .map_err(|_| fields.wrong(&at, "cannot stand in a header: it breaks the line"))?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(headers)
}

/// The beginning of a body.
pub(crate) struct Body {
    pub(crate) bytes: Vec<u8>,
    pub(crate) extent: Extent,
}

/// How much of a body was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    Whole,
    /// There was more than may be read.
    Beginning,
}

/// Reads at most `bytes_max` of the body, and leaves the rest unread.
pub(crate) async fn read(response: &mut Response, bytes_max: usize) -> reqwest::Result<Body> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        let room = bytes_max - bytes.len();
        if chunk.len() > room {
            bytes.extend(chunk.iter().take(room));
            return Ok(Body { bytes, extent: Extent::Beginning });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Body { bytes, extent: Extent::Whole })
}

/// Judges a request that got no answer.
pub(crate) fn fault_of(err: reqwest::Error) -> Fault {
    // The URL may hold a secret, and the client's messages repeat it.
    let err = err.without_url();
    let reason = excerpt(&root_of(&err));
    if err.is_dns() {
        return Fault::Ours(format!("the name does not resolve: {reason}"));
    }
    if err.is_builder() {
        return Fault::Ours(reason);
    }
    if err.is_timeout() {
        return Fault::Theirs("timed out".to_owned());
    }
    io_error_in(&err).map_or(Fault::Theirs(reason), Fault::of_io)
}

/// What the system said, if it was the system that failed.
fn io_error_in<'a>(err: &'a (dyn std::error::Error + 'static)) -> Option<&'a std::io::Error> {
    let mut next = Some(err);
    while let Some(err) = next {
        match err.downcast_ref::<std::io::Error>() {
            Some(io) => return Some(io),
            None => next = err.source(),
        }
    }
    None
}
