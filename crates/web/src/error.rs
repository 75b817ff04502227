//! Noes, as people and programs read them.

use std::time::Duration;

use axum::Json;
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use matoi_core::incident::command::Refusal as IncidentRefusal;
use matoi_core::run::command::Refusal as RunRefusal;
use matoi_core::run::start::StartRefusal;
use matoi_engine::TellError;
use matoi_store::StoreError;
use serde::Serialize;

/// Longer than a report of a long incident takes; whoever waits longer should look at /api/health.
const REQUEST_MAX: Duration = Duration::from_secs(30);

/// A no.
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    code: Code,
    detail: String,
    hint: Option<String>,
}

/// What kind of no, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Code {
    Refused,
    Missing,
    Invalid,
    Unauthorized,
    Forbidden,
    Busy,
    Unavailable,
    TooLarge,
}

/// The body of RFC 9457.
#[derive(Serialize)]
struct Body {
    title: &'static str,
    status: u16,
    detail: String,
    code: Code,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl ApiError {
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> ApiError {
        ApiError { code, detail: detail.into(), hint: None }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> ApiError {
        self.hint = Some(hint.into());
        self
    }
}

impl Code {
    fn status(self) -> StatusCode {
        match self {
            Code::Refused => StatusCode::CONFLICT,
            Code::Missing => StatusCode::NOT_FOUND,
            Code::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Code::Unauthorized => StatusCode::UNAUTHORIZED,
            Code::Forbidden => StatusCode::FORBIDDEN,
            Code::Busy | Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Code::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Code::Refused => "refused",
            Code::Missing => "not there",
            Code::Invalid => "not understood",
            Code::Unauthorized => "who are you?",
            Code::Forbidden => "not from there",
            Code::Busy => "too many changes at once",
            Code::Unavailable => "unavailable",
            Code::TooLarge => "too large",
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.code.status();
        let body = Body {
            title: self.code.title(),
            status: status.as_u16(),
            detail: self.detail,
            code: self.code,
            hint: self.hint,
        };
        (status, [(header::CONTENT_TYPE, "application/problem+json")], Json(body)).into_response()
    }
}

impl From<TellError<IncidentRefusal>> for ApiError {
    fn from(err: TellError<IncidentRefusal>) -> ApiError {
        told(err, |refusal| match refusal {
            IncidentRefusal::NoSuchSeverity { .. }
            | IncidentRefusal::NoSuchPerson { .. }
            | IncidentRefusal::NoSuchService { .. }
            | IncidentRefusal::NoSuchScope { .. }
            | IncidentRefusal::NotBegun { .. }
            | IncidentRefusal::NoSuchRunbook { .. }
            | IncidentRefusal::NoSuchCondition { .. }
            | IncidentRefusal::Empty { .. } => Code::Invalid,
            IncidentRefusal::AlreadyAcknowledged { .. }
            | IncidentRefusal::NotOpen
            | IncidentRefusal::AlreadyOpen { .. }
            | IncidentRefusal::NotResolved
            | IncidentRefusal::SameSeverity { .. }
            | IncidentRefusal::NoFurtherLevel
            | IncidentRefusal::NotVerified { .. }
            | IncidentRefusal::TooMany { .. } => Code::Refused,
        })
    }
}

impl From<TellError<RunRefusal>> for ApiError {
    fn from(err: TellError<RunRefusal>) -> ApiError {
        told(err, |refusal| match refusal {
            RunRefusal::NoSuchItem { .. } | RunRefusal::Empty { .. } => Code::Invalid,
            RunRefusal::Ended
            | RunRefusal::NotWaiting { .. }
            | RunRefusal::MayNotVote { .. }
            | RunRefusal::SecondPerson { .. }
            | RunRefusal::VotedAlready { .. }
            | RunRefusal::TickedAlready { .. }
            | RunRefusal::NothingToUndo { .. } => Code::Refused,
        })
    }
}

impl From<TellError<StartRefusal>> for ApiError {
    fn from(err: TellError<StartRefusal>) -> ApiError {
        told(err, |refusal| match refusal {
            StartRefusal::Unsound { .. } | StartRefusal::UnderWay { .. } => Code::Refused,
            StartRefusal::Missing { .. }
            | StartRefusal::Unknown { .. }
            | StartRefusal::Wrong { .. } => Code::Invalid,
        })
    }
}

fn told<R: std::error::Error + 'static>(err: TellError<R>, code: impl Fn(&R) -> Code) -> ApiError {
    match err {
        TellError::Refused(refusal) => ApiError::new(code(&refusal), refusal.to_string()),
        TellError::Missing { what } => ApiError::new(Code::Missing, format!("there is no {what}")),
        TellError::Busy => ApiError::new(Code::Busy, "too many changes at once").hint("try again"),
        TellError::Broken { what } => {
            ApiError::new(Code::Unavailable, what).hint("see /api/health and the server's log")
        }
        TellError::Store(err) => store(&err),
    }
}

/// A store that does not work now; the cause goes to the log, and in short to the person.
pub(crate) fn store(err: &StoreError) -> ApiError {
    let cause = std::error::Error::source(err).map_or_else(String::new, |it| format!(": {it}"));
    tracing::error!("a request was not carried out: {err}{cause}");
    ApiError::new(Code::Unavailable, format!("{err}{cause}"))
        .hint("nothing may have been stored; look again before you repeat it")
}

pub(crate) async fn no_such_place() -> ApiError {
    ApiError::new(Code::Missing, "there is nothing at this address")
        .hint("docs/api.md lists every address")
}

/// The address is right, and what is to be done with it is not known.
pub(crate) async fn no_such_method(method: Method) -> ApiError {
    ApiError::new(Code::Missing, format!("there is nothing at this address for {method}"))
        .hint("docs/api.md lists what can be asked of every address")
}

/// A request that ended in a bug of ours. Whether something was stored before is for the caller to look.
pub(crate) fn bug(panic: Box<dyn std::any::Any + Send>) -> Response {
    let what = matoi_engine::supervisor::words(&*panic);
    tracing::error!("a bug in answering a request: {what}");
    ApiError::new(Code::Unavailable, "a bug was met while answering")
        .hint("look again before you repeat it, and report the line in the server's log")
        .into_response()
}

/// Ends a request that takes too long, such as one that waits for a disk that hangs.
pub(crate) async fn in_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(REQUEST_MAX, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::error!("a request had no answer within {REQUEST_MAX:?}");
            ApiError::new(Code::Unavailable, format!("no answer within {REQUEST_MAX:?}"))
                .hint("something may have been stored; look again before you repeat it")
                .into_response()
        }
    }
}
