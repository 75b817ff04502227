//! What an HTTP answer means for a page.
//!
//! | status | verdict |
//! | --- | --- |
//! | 2xx | taken |
//! | 408, 425, 429, 5xx | later; 429 and 503 may say when |
//! | anything else, redirects too | never: the URL is wrong or the far side wants something else |

use jiff::{SignedDuration, Timestamp};
use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use serde_json::Value;

use crate::excerpt::excerpt;

/// A far side may ask for patience, but not for a whole night.
const RETRY_AFTER_MAX: SignedDuration = SignedDuration::from_mins(10);

/// What became of a page, with what the far side said.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It was taken; `200 OK, id 17`.
    Taken { reference: String },
    /// It may be taken later.
    Later {
        after: Option<SignedDuration>,
        status: String,
        answer: Vec<u8>,
    },
    /// It will not be taken.
    Never { status: String, answer: Vec<u8> },
}

impl Verdict {
    pub(super) fn of(response: &Response, answer: Vec<u8>) -> Verdict {
        let status = response.status();
        if status.is_success() {
            let id = id_in(&answer).map(|id| format!(", id {id}")).unwrap_or_default();
            return Verdict::Taken { reference: format!("{status}{id}") };
        }
        let may_say_when =
            matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE);
        let is_passing = status.is_server_error()
            || matches!(
                status,
                StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS
            );
        if is_passing {
            let after = if may_say_when { retry_after(response.headers()) } else { None };
            return Verdict::Later { after, status: status.to_string(), answer };
        }
        Verdict::Never { status: status.to_string(), answer }
    }
}

/// The far side's own name for the page: the `id` of a JSON answer.
fn id_in(answer: &[u8]) -> Option<String> {
    let answer: Value = serde_json::from_slice(answer).ok()?;
    let id = answer.get("id")?;
    let id = id.as_str().map(str::to_owned).or_else(|| id.as_u64().map(|it| it.to_string()))?;
    Some(excerpt(&id)).filter(|id| !id.is_empty())
}

/// `Retry-After`, as seconds or as a date.
///
/// A date is compared with the far side's own `Date`, so that it does not matter how wrong either clock is; without one
/// it says nothing.
fn retry_after(headers: &HeaderMap) -> Option<SignedDuration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let is_seconds = !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    let after = if is_seconds {
        // A number that does not fit is longer than the limit.
        text.parse().map_or(SignedDuration::MAX, SignedDuration::from_secs)
    } else {
        date(headers, RETRY_AFTER)?.duration_since(date(headers, DATE)?)
    };
    Some(after.clamp(SignedDuration::ZERO, RETRY_AFTER_MAX))
}

fn date(headers: &HeaderMap, name: HeaderName) -> Option<Timestamp> {
    let text = headers.get(name)?.to_str().ok()?;
    jiff::fmt::rfc2822::parse(text).ok().map(|it| it.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(headers: &[(HeaderName, &str)]) -> Option<i64> {
        let pairs = headers.iter().map(|(name, text)| (name.clone(), text.parse().unwrap()));
        retry_after(&pairs.collect()).map(|it| it.as_secs())
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_and_never_long() {
        let date = (DATE, "Mon, 05 Jan 2026 03:00:00 GMT");
        for (headers, expected) in [
            (vec![], None),
            (vec![(RETRY_AFTER, "30")], Some(30)),
            (vec![(RETRY_AFTER, "0")], Some(0)),
            (vec![(RETRY_AFTER, "86400")], Some(600)),
            (vec![(RETRY_AFTER, "99999999999999999999999999")], Some(600)),
            (vec![(RETRY_AFTER, "-5")], None),
            (vec![(RETRY_AFTER, "soon")], None),
            (vec![date.clone(), (RETRY_AFTER, "Mon, 05 Jan 2026 03:01:30 GMT")], Some(90)),
            (vec![date.clone(), (RETRY_AFTER, "Mon, 05 Jan 2026 02:00:00 GMT")], Some(0)),
            (vec![date.clone(), (RETRY_AFTER, "Tue, 06 Jan 2026 03:00:00 GMT")], Some(600)),
            (vec![(RETRY_AFTER, "Mon, 05 Jan 2026 03:01:30 GMT")], None),
        ] {
            assert_eq!(after(&headers), expected, "{headers:?}");
        }
    }

    #[test]
    fn the_far_sides_own_id_is_kept() {
        for (answer, expected) in [
            (r#"{"id": "msg-17"}"#, Some("msg-17")),
            (r#"{"id": 17}"#, Some("17")),
            (r#"{"id": {"deep": 1}}"#, None),
            (r#"{"id": ""}"#, None),
            ("ok", None),
            ("[1, 2]", None),
            ("", None),
        ] {
            assert_eq!(id_in(answer.as_bytes()).as_deref(), expected, "{answer}");
        }
    }
}
