//! Who may ask: whoever has the token, or, in development, anybody on this machine.

use std::net::Ipv4Addr;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::Site;
use crate::error::{ApiError, Code};

/// What is asked of a request.
#[derive(Clone)]
pub enum Access {
    /// A bearer token of this server.
    Token(String),
    /// Nothing, which is right on loopback and in development only.
    Open,
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Access::Token(_) => "Token(…)",
            Access::Open => "Open",
        })
    }
}

/// Lets a request pass that carries the token.
pub(crate) async fn guard(State(site): State<Site>, request: Request, next: Next) -> Response {
    let allowed = match site.access.as_ref() {
        Access::Open => true,
        Access::Token(token) => {
            bearer(request.headers()).is_some_and(|it| same(it.as_bytes(), token.as_bytes()))
        }
    };
    if !allowed {
        return ApiError::new(Code::Unauthorized, "a token is needed")
            .hint("send `Authorization: Bearer TOKEN`; the token is in the file `token` of the data directory")
            .into_response();
    }
    // A page of another site can post a form without asking first, but no JSON.
    if request.method() == Method::POST && !is_json_or_empty(request.headers()) {
        return ApiError::new(Code::Invalid, "the body must be JSON")
            .hint("send `Content-Type: application/json`")
            .into_response();
    }
    next.run(request).await
}

/// Refuses what a page of another site made this machine's browser send: its `Host` is not ours, since the name of the
/// site was bound to this machine, or it comes from a page that is not ours.
pub(crate) async fn only_this_host(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let host = text(headers, header::HOST).unwrap_or_default();
    if !is_loopback(host) {
        return ApiError::new(Code::Forbidden, "this server answers to loopback names only")
            .hint("use 127.0.0.1 or localhost")
            .into_response();
    }
    // Reading is safe: without our leave, no browser shows the answer to another site.
    if !request.method().is_safe() && is_of_another_site(headers, host) {
        return ApiError::new(Code::Forbidden, "a page of another site may not act here")
            .hint("use the commands, or send the request without `Origin`")
            .into_response();
    }
    next.run(request).await
}

/// Whether a `Host` names this machine, as an address or as the one name that no resolver is asked for.
fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|it| it.is_ascii_digit()) => name,
        Some(_) | None => host,
    };
    // Whoever speaks so old a protocol that there is no host is no browser.
    name.is_empty()
        || name == "[::1]"
        || name.eq_ignore_ascii_case("localhost")
        || name.parse::<Ipv4Addr>().is_ok_and(|it| it.is_loopback())
}

fn is_of_another_site(headers: &HeaderMap, host: &str) -> bool {
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    let elsewhere = site.is_some_and(|it| it != b"same-origin" && it != b"none");
    let origin = headers.get(header::ORIGIN).map(HeaderValue::as_bytes);
    let ours = format!("http://{host}");
    elsewhere || origin.is_some_and(|it| it != ours.as_bytes())
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

fn is_json_or_empty(headers: &HeaderMap) -> bool {
    let empty = headers.get(header::CONTENT_LENGTH).is_none_or(|it| it == "0");
    let json =
        headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok()).is_some_and(|it| {
            it.split(';')
                .next()
                .is_some_and(|it| it.trim().eq_ignore_ascii_case("application/json"))
        });
    json || (empty && headers.get(header::TRANSFER_ENCODING).is_none())
}

/// Compares in a time that does not tell how much was right.
fn same(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len()
        && left.iter().zip(right).fold(0, |sum, (left, right)| sum | (left ^ right)) == 0
}

/// Who acts.
pub(crate) struct Actor(pub(crate) String);

/// A name as people write it, not a document.
const NAME_CHARS_MAX: usize = 100;

impl FromRequestParts<Site> for Actor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Site) -> Result<Actor, ApiError> {
        let raw =
            parts.headers.get("matoi-actor").and_then(|it| it.to_str().ok()).unwrap_or_default();
        let name = decoded(raw).ok_or_else(|| {
            ApiError::new(Code::Invalid, "Matoi-Actor is not percent-encoded UTF-8")
        })?;
        let name = name.trim();
        if name.is_empty() {
            return Err(ApiError::new(Code::Invalid, "nobody says who acts")
                .hint("send `Matoi-Actor: NAME`; the commands take it from --as"));
        }
        if name.chars().count() > NAME_CHARS_MAX || name.chars().any(char::is_control) {
            return Err(ApiError::new(Code::Invalid, "Matoi-Actor is no name"));
        }
        Ok(Actor(name.to_owned()))
    }
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next()?, rest.next()?];
        bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::{decoded, is_loopback, same};

    #[test]
    fn names_of_all_scripts_come_through() {
        assert_eq!(decoded("%E5%B1%B1%E7%94%B0 taro").as_deref(), Some("山田 taro"));
        assert_eq!(decoded("%E5%B1"), None);
        assert_eq!(decoded("%4"), None);
        assert_eq!(decoded("%zz"), None);
    }

    #[test]
    fn only_the_same_token_is_the_same() {
        assert!(same(b"abc", b"abc"));
        assert!(!same(b"abc", b"abd"));
        assert!(!same(b"abc", b"ab"));
    }

    #[test]
    fn only_loopback_is_ours() {
        for host in ["localhost", "LocalHost:8119", "127.0.0.1:8119", "127.9.9.9", "[::1]:8119", ""]
        {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "127.evil.example",
            "127.0.0.1.evil.example:80",
            "localhost.evil.example",
            "10.0.0.1",
            "[::2]",
            "::1:x",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
