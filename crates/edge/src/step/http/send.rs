//! Sending, and waiting for the answer, for the end of the time, or for a person who cancels.

use std::io::Write;
use std::time::{Duration, Instant};

use reqwest::{Client, Response};

use super::Settings;
use super::answer::{self, Answer};
use super::request::Request;
use crate::excerpt::excerpt;
use crate::fault::root_of;
use crate::http::fault_of;
use crate::step::Call;
use crate::step::attempt::Attempt;
use crate::step::attempt::claim::Acted;
use crate::step::attempt::exit::How;
use crate::step::attempt::stream::Streams;
use crate::step::bash::milliseconds;

/// How often the folder is asked whether it was cancelled.
const ASK_EVERY: Duration = Duration::from_millis(50);
/// The most of an answer in which a value of JSON is looked for.
const JSON_BYTES_MAX: usize = 8 << 20;

/// Sends once. Everything that it saw is in the streams when it returns.
pub(super) async fn send(
    call: &Call,
    attempt: &Attempt,
    client: Client,
    request: Request,
    settings: &Settings,
    streams: &mut Streams,
) -> Acted {
    let time = Duration::try_from(call.timeout).unwrap_or_default();
    let how = tokio::select! {
        how = exchange(&client, request, settings, attempt, streams) => how,
        () = tokio::time::sleep(time) => How::TimedOut { after_ms: milliseconds(call.timeout) },
        () = cancelled(attempt) => How::Cancelled,
    };
    Acted { how, left: 0 }
}

async fn cancelled(attempt: &Attempt) {
    while !attempt.is_cancelled() {
        tokio::time::sleep(ASK_EVERY).await;
    }
}

async fn exchange(
    client: &Client,
    request: Request,
    settings: &Settings,
    attempt: &Attempt,
    streams: &mut Streams,
) -> How {
    let (origin, is_safe) = (request.origin(), request.is_safe());
    let begun = Instant::now();
    let mut sending = client.request(request.method, request.url).headers(request.headers);
    if let Some(body) = request.body {
        sending = sending.body(body);
    }
    let response = match sending.send().await {
        Ok(response) => response,
        Err(err) => {
            let never_sent = err.is_connect() || err.is_builder();
            let reason = fault_of(err).reason().to_owned();
            say(streams, &format!("{origin}: {reason}"));
            return match never_sent || is_safe {
                true => How::Exited { code: 1 },
                false => How::Lost { reason: format!("no answer came: {reason}") },
            };
        }
    };
    let head = Answer::of(&response, is_safe);
    say(
        streams,
        &format!("{origin} answered {} after {} ms", head.status, begun.elapsed().as_millis()),
    );
    let (text, cut_off) = body(response, settings.json.is_some(), streams).await;
    let mut judged = answer::judge(&head, settings, text.as_deref());
    if let Some(reason) = cut_off {
        say(streams, &format!("the answer is not whole: {reason}"));
        // What only asks is worth its answer; of what changes, the status has told what there was to tell.
        if is_safe {
            judged.how = How::Exited { code: 1 };
        }
    }
    if settings.json.is_some() {
        let shown = judged.value.as_deref().or(text.as_deref());
        print(streams, shown.unwrap_or_default().as_bytes());
    }
    if let Some(reason) = &judged.complaint {
        say(streams, reason);
    }
    if let Err(err) = answer::publish(attempt, &head, judged.value.as_deref()) {
        say(streams, &format!("what it publishes could not be written: {err}"));
    }
    judged.how
}

/// The whole text where it is looked into, or nothing, printed as it comes; and why it broke off.
async fn body(
    mut response: Response,
    kept: bool,
    streams: &mut Streams,
) -> (Option<String>, Option<String>) {
    let mut bytes: Vec<u8> = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if kept && bytes.len() + chunk.len() > JSON_BYTES_MAX => {
                print(streams, &bytes);
                let most = JSON_BYTES_MAX >> 20;
                return (None, Some(format!("more than {most} MiB are not looked into")));
            }
            Ok(Some(chunk)) if kept => bytes.extend_from_slice(&chunk),
            Ok(Some(chunk)) => {
                print(streams, &chunk);
                streams.bound();
            }
            Ok(None) => break,
            Err(err) => return (whole(bytes, kept), Some(excerpt(&root_of(&err.without_url())))),
        }
    }
    (whole(bytes, kept), None)
}

fn whole(bytes: Vec<u8>, kept: bool) -> Option<String> {
    kept.then(|| String::from_utf8_lossy(&bytes).into_owned())
}

/// That it cannot be printed does not change what was done.
fn print(streams: &Streams, bytes: &[u8]) {
    let printed = streams.stdout.share().and_then(|mut it| it.write_all(bytes));
    if let Err(err) = printed {
        say(streams, &format!("the answer could not be written: {err}"));
    }
}

fn say(streams: &Streams, line: &str) {
    // Nothing is left to say it with.
    drop(streams.stderr.share().and_then(|mut it| writeln!(it, "{line}")));
}
