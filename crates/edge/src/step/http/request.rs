//! A request as it is written in a fence, and as it is sent.
//!
//! ```text
//! POST http://$HOST:8080/flags/checkout
//! Authorization: Bearer $TOKEN
//! Content-Type: application/json
//!
//! {"enabled": false, "by": "$RUN_ID"}
//! ```
//!
//! **Invariant:** a value is written so that it stays one value where it stands: it ends no header, no string of JSON and
//! no part of a URL, and it chooses no other machine than the one whose name it is.

use reqwest::header::{CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use serde::de::IgnoredAny;

use super::fill::{self, Place, Unfilled};
use crate::http::{FRAMING, HEADERS_MAX};

const METHODS: [Method; 7] = [
    Method::GET,
    Method::HEAD,
    Method::OPTIONS,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
];

/// A request whose values are filled in.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<String>,
}

/// A request whose parts are told apart.
struct Written<'a> {
    method: Method,
    url: &'a str,
    headers: Vec<(HeaderName, &'a str)>,
    body: Option<&'a str>,
}

impl Request {
    /// Reads a request, with the value of every variable. Complaints name variables and never their values.
    pub(super) fn read(
        text: &str,
        value: &dyn Fn(&str, Place) -> Option<String>,
    ) -> Result<Request, Unfilled> {
        let written = Written::parse(text).map_err(Unfilled::Wrong)?;
        let url = fill::url(written.url, value)?;
        let url = Url::parse(&url)
            .ok()
            .filter(|it| matches!(it.scheme(), "http" | "https") && it.has_host())
            .ok_or_else(|| {
                wrong("its URL must begin with http:// or https:// and name a machine")
            })?;
        let mut headers = HeaderMap::new();
        for (name, text) in written.headers {
            let filled = fill::fill(text, Place::Header, value)?;
            let mut held = HeaderValue::from_str(&filled)
                .map_err(|_| wrong(&format!("the header {name} cannot hold its value")))?;
            held.set_sensitive(true);
            headers.append(name, held);
        }
        let media = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
        let body = match written.body {
            Some(text) => Some(body(text, &media.to_ascii_lowercase(), value)?),
            None => None,
        };
        Ok(Request { method: written.method, url, headers, body })
    }

    /// Whether it only asks, as the standard has it (RFC 9110, 9.2.1).
    pub(super) fn is_safe(&self) -> bool {
        self.method.is_safe()
    }

    /// `http://db-1:8080`, for reasons: the rest of a URL may hold a secret.
    pub(super) fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }
}

impl<'a> Written<'a> {
    fn parse(text: &'a str) -> Result<Written<'a>, String> {
        let mut lines = Lines { rest: text };
        let first = loop {
            match lines.next_line() {
                Some(line) if is_idle(line) => {}
                Some(line) => break line.trim(),
                None => {
                    return Err("there is no request: `GET http://localhost:8080/health`".into());
                }
            }
        };
        let (method, url) = request_line(first)?;
        let mut headers = Vec::new();
        let mut has_body = false;
        while let Some(line) = lines.next_line() {
            if line.trim().is_empty() {
                has_body = true;
                break;
            }
            if line.starts_with('#') {
                continue;
            }
            if headers.len() >= HEADERS_MAX {
                return Err(format!("more than {HEADERS_MAX} headers"));
            }
            headers.push(header(line)?);
        }
        let body = Some(lines.rest).filter(|it| has_body && !it.trim().is_empty());
        if body.is_some() && matches!(method, Method::GET | Method::HEAD | Method::OPTIONS) {
            return Err(format!("a {method} has no body"));
        }
        if body.is_some_and(|it| it.lines().any(|it| it.starts_with("###"))) {
            return Err("one step sends one request; give the other a fence of its own".into());
        }
        if body.is_some() && !headers.iter().any(|(name, _)| name == CONTENT_TYPE) {
            return Err("its body has no `Content-Type:`, such as application/json".into());
        }
        Ok(Written { method, url, headers, body: body.map(|it| it.trim_end_matches(['\r', '\n'])) })
    }
}

/// Lines, and what follows them as it is.
struct Lines<'a> {
    rest: &'a str,
}

impl<'a> Lines<'a> {
    fn next_line(&mut self) -> Option<&'a str> {
        if self.rest.is_empty() {
            return None;
        }
        let (line, rest) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
        self.rest = rest;
        Some(line.trim_end_matches('\r'))
    }
}

/// Blank, or a remark.
fn is_idle(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#') || line.starts_with("//")
}

fn request_line(line: &str) -> Result<(Method, &str), String> {
    let mut words = line.split_whitespace();
    let (first, second) = (words.next().unwrap_or_default(), words.next());
    let version = words.next();
    if words.next().is_some() || version.is_some_and(|it| !it.starts_with("HTTP/")) {
        return Err("its first line is a method and a URL; a blank in a URL is written %20".into());
    }
    let Some(url) = second else {
        return match first.contains("://") || first.starts_with('$') {
            true => Ok((Method::GET, first)),
            false => Err("its first line is a method and a URL".into()),
        };
    };
    let method = METHODS.into_iter().find(|it| it.as_str() == first);
    let method = method.ok_or_else(|| {
        let known: Vec<_> = METHODS.iter().map(Method::as_str).collect();
        format!("{first:?} is no method; there are {}", known.join(", "))
    })?;
    Ok((method, url))
}

fn header(line: &str) -> Result<(HeaderName, &str), String> {
    let (name, value) = line
        .split_once(':')
        .ok_or("a header is written `Name: value`, and an empty line stands before the body")?;
    let known = HeaderName::try_from(name.trim())
        .map_err(|_| "a header is written `Name: value`, with a name that is one".to_owned())?;
    // The machine that is asked is the one that the URL names.
    if FRAMING.contains(&known.as_str()) || known == HOST {
        return Err(format!("the header {known} is written by Matoi itself"));
    }
    Ok((known, value.trim()))
}

fn body(
    text: &str,
    media: &str,
    value: &dyn Fn(&str, Place) -> Option<String>,
) -> Result<String, Unfilled> {
    if media.contains("json") {
        let filled = fill::json(text, value)?;
        // The parser's words hold the place and nothing of the text.
        serde_json::from_str::<IgnoredAny>(&filled)
            .map_err(|err| wrong(&format!("its body is not JSON: {err}")))?;
        return Ok(filled);
    }
    let place = if media.contains("x-www-form-urlencoded") {
        Place::Part
    } else if media.contains("xml") || media.contains("html") {
        Place::Markup
    } else {
        Place::Text
    };
    fill::fill(text, place, value)
}

fn wrong(reason: &str) -> Unfilled {
    Unfilled::Wrong(reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# switch it off\nPOST http://$HOST:8080/flags/$FLAG?by=$WHO HTTP/1.1\n\
        Authorization: Bearer $TOKEN\nContent-Type: application/json\n\n\
        {\"on\": $ON, \"by\": \"$WHO\", \"price\": \"$$WHO\"}\n";

    fn read(text: &str, values: &[(&str, &str)]) -> Result<Request, Unfilled> {
        Request::read(text, &|name, _| {
            values.iter().find(|(it, _)| *it == name).map(|(_, value)| (*value).to_owned())
        })
    }

    fn complaint(text: &str, values: &[(&str, &str)]) -> String {
        match read(text, values) {
            Err(Unfilled::Wrong(reason)) => reason,
            Err(Unfilled::Missing(name)) => format!("missing {name}"),
            Ok(request) => panic!("{text:?} was read as {request:?}"),
        }
    }

    #[test]
    fn values_stay_what_they_are_wherever_they_stand() {
        let values = [
            ("HOST", "db-1"),
            ("FLAG", "a/b?c#d é"),
            ("WHO", "\"x\", \"admin\": true\\ &y=1"),
            ("TOKEN", "t"),
            ("ON", "false"),
        ];
        let request = read(TEXT, &values).unwrap();
        assert_eq!(
            request.url.as_str(),
            "http://db-1:8080/flags/a%2Fb%3Fc%23d%20%C3%A9?by=%22x%22%2C%20%22admin%22%3A%20true%5C%20%26y%3D1"
        );
        assert_eq!(request.headers["authorization"], "Bearer t");
        let body: serde_json::Value = serde_json::from_str(&request.body.unwrap()).unwrap();
        assert_eq!(
            body,
            serde_json::json!({ "on": false, "by": values[2].1, "price": "$WHO" }),
            "the value stays in its string, and a doubled dollar is one"
        );
    }

    #[test]
    fn a_value_that_would_say_more_than_itself_is_refused() {
        let with = |name: &str, value: &'static str| {
            let values = [("HOST", "h"), ("FLAG", "f"), ("WHO", "w"), ("TOKEN", "t"), ("ON", "1")];
            let values = values.map(|(it, old)| (it, if it == name { value } else { old }));
            complaint(TEXT, &values)
        };
        assert_eq!(
            with("HOST", "evil.example/x?"),
            "$HOST cannot be part of the name of a machine"
        );
        assert_eq!(with("HOST", "a@evil.example"), "$HOST cannot be part of the name of a machine");
        assert_eq!(with("TOKEN", "t\r\nX: y"), "the header authorization cannot hold its value");
        assert_eq!(
            with("ON", "1, \"admin\": true"),
            "$ON is no number, true, false or null; as a text it stands in quotes"
        );
        assert_eq!(complaint("GET http://$HOST/\n", &[]), "missing HOST");
    }

    #[test]
    fn a_form_and_markup_are_escaped_in_their_own_ways() {
        let sent = |media: &str| {
            let text = format!("PUT $BASE/x\nContent-Type: {media}\n\na=$A\n");
            let values = [("BASE", "https://h.example"), ("A", "<1>&b=2")];
            let request = read(&text, &values).unwrap();
            assert_eq!(request.url.as_str(), "https://h.example/x");
            request.body.unwrap()
        };
        assert_eq!(sent("application/x-www-form-urlencoded"), "a=%3C1%3E%26b%3D2");
        assert_eq!(sent("text/xml; charset=utf-8"), "a=&lt;1&gt;&amp;b=2");
        assert_eq!(sent("text/plain"), "a=<1>&b=2");
    }

    #[test]
    fn what_is_no_request_is_told_with_the_way_out() {
        for (text, words) in [
            ("", "there is no request"),
            ("# only a remark\n", "there is no request"),
            ("health\n", "a method and a URL"),
            ("FETCH http://h/\n", "is no method; there are GET, HEAD"),
            ("get http://h/\n", "is no method"),
            ("GET /health\n", "must begin with http://"),
            ("GET ftp://h/\n", "must begin with http://"),
            ("GET http://h/a b c\n", "%20"),
            ("GET http://h/\nHost: x\n", "the header host is written by Matoi itself"),
            ("GET http://h/\nno header\n", "an empty line stands before the body"),
            ("GET http://h/\n\nbody\n", "a GET has no body"),
            ("POST http://h/\n\nbody\n", "Content-Type"),
            ("POST http://h/\nContent-Type: application/json\n\n{\n", "its body is not JSON"),
            ("POST http://h/\nContent-Type: text/plain\n\na\n###\nGET http://h/\n", "one request"),
        ] {
            let said = complaint(text, &[]);
            assert!(said.contains(words), "{text:?}: {said}");
        }
        assert_eq!(read("http://h/x", &[]).unwrap().method, Method::GET);
    }
}
