//! What steps print, over HTTP: part by part, or as it comes, as server-sent events (WHATWG HTML, 9.2).

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::stream::{self, Stream as Events};
use matoi_core::id::RunId;
use matoi_engine::{Followed, OutputReader, Part, Place, Read, Stream};
use serde::{Deserialize, Serialize};
use tokio::sync::OwnedSemaphorePermit;

use crate::Site;
use crate::address::{StepOf, Wanted};
use crate::error::{ApiError, Code};

/// More people than this do not watch one server; each costs a look at a file and at a row four times a second.
pub(crate) const FOLLOWERS_MAX: usize = 64;

/// Shorter than what proxies allow a connection to be silent.
const ALIVE: Duration = Duration::from_secs(10);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    attempt: Option<u32>,
    stream: Option<Stream>,
    from: Option<u64>,
    last: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FollowAsked {
    attempt: Option<u32>,
    /// The `id` of the last event.
    after: Option<String>,
}

/// A part of one stream.
#[derive(Serialize)]
pub(crate) struct Shown {
    attempt: u32,
    stream: Stream,
    text: String,
    from: u64,
    next: u64,
    dropped: u64,
    bytes: u64,
}

/// A part that was asked for.
#[derive(Serialize)]
pub(crate) struct Answer {
    #[serde(flatten)]
    shown: Shown,
    /// Whether nothing more will come.
    over: bool,
}

pub(crate) async fn show(
    State(site): State<Site>,
    StepOf { run, step }: StepOf,
    Wanted(asked): Wanted<Asked>,
) -> Result<Json<Answer>, ApiError> {
    let place = match (asked.from, asked.last) {
        (from, None) => Place::From(from.unwrap_or(0)),
        (None, Some(last)) => Place::Last(last),
        (Some(_), Some(_)) => {
            return Err(ApiError::new(Code::Invalid, "`from` and `last` are two places")
                .hint("ask with one of them"));
        }
    };
    let reader = site.engine.output(&RunId(run), &step, asked.attempt).await?;
    let stream = asked.stream.unwrap_or(Stream::Stdout);
    // Asked first: what is printed in between is then read too.
    let over = reader.is_over().await?;
    let part = reader.read(stream, place).await?;
    let over = over && part.text.is_empty() && part.dropped == 0;
    Ok(Json(Answer { shown: shown(reader.attempt(), stream, part), over }))
}

pub(crate) async fn follow(
    State(site): State<Site>,
    StepOf { run, step }: StepOf,
    Wanted(asked): Wanted<FollowAsked>,
    headers: HeaderMap,
) -> Result<Sse<impl Events<Item = Result<Event, axum::Error>>>, ApiError> {
    // A browser that lost the connection says by itself what it saw last.
    let last = headers.get("last-event-id").and_then(|it| it.to_str().ok()).map(str::to_owned);
    let cursor = last.or(asked.after).map(|it| Cursor::read(&it)).transpose()?;
    let attempt = cursor.map(|it| it.attempt).or(asked.attempt);
    let permit = site.followers.clone().try_acquire_owned().map_err(|_| {
        let detail = format!("{FOLLOWERS_MAX} people follow outputs already");
        ApiError::new(Code::Busy, detail).hint("read it part by part, without /follow")
    })?;
    let reader = site.engine.output(&RunId(run), &step, attempt).await?;
    let read = cursor.map(|it| it.read).unwrap_or_default();
    let follower = Follower { reader, read, _permit: permit };
    let events = stream::unfold(Some(follower), async |it| it?.event().await);
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE)))
}

/// Somebody who watches.
struct Follower {
    reader: OutputReader,
    read: Read,
    _permit: OwnedSemaphorePermit,
}

type Told = (Result<Event, axum::Error>, Option<Follower>);

impl Follower {
    /// The next event, and who waits for another one.
    async fn event(mut self) -> Option<Told> {
        let attempt = self.reader.attempt();
        match self.reader.next(&mut self.read).await {
            Ok(Followed::Part(stream, part)) => {
                let id = Cursor { attempt, read: self.read }.write();
                let event = Event::default().event("output").id(id);
                Some((event.json_data(shown(attempt, stream, part)), Some(self)))
            }
            Ok(Followed::Over) => {
                let data = serde_json::json!({ "attempt": attempt });
                Some((Event::default().event("over").json_data(data), None))
            }
            // Whoever watches asks the next server.
            Ok(Followed::Stopping) => None,
            Err(err) => {
                let data = serde_json::json!({ "detail": err.to_string() });
                Some((Event::default().event("failed").json_data(data), None))
            }
        }
    }
}

/// What a follower has: `1:2048:0` is attempt 1, 2048 bytes of standard output, and nothing of standard error.
#[derive(Clone, Copy)]
struct Cursor {
    attempt: u32,
    read: Read,
}

impl Cursor {
    fn read(text: &str) -> Result<Cursor, ApiError> {
        let mut parts = text.split(':');
        let mut part = || parts.next().and_then(|it| it.parse::<u64>().ok());
        let (attempt, stdout, stderr) = (part(), part(), part());
        match (attempt.and_then(|it| u32::try_from(it).ok()), stdout, stderr, parts.next()) {
            (Some(attempt), Some(stdout), Some(stderr), None) => {
                Ok(Cursor { attempt, read: Read { stdout, stderr } })
            }
            _ => Err(ApiError::new(Code::Invalid, format!("\"{text}\" is no id of an event"))
                .hint("leave it out to begin at the beginning")),
        }
    }

    fn write(self) -> String {
        format!("{}:{}:{}", self.attempt, self.read.stdout, self.read.stderr)
    }
}

fn shown(attempt: u32, stream: Stream, part: Part) -> Shown {
    let Part { text, from, next, dropped, bytes } = part;
    Shown { attempt, stream, text, from, next, dropped, bytes }
}
