//! `http`: one request, and what its answer must be.
//!
//! The server itself sends. What it saw decides what is said:
//!
//! | seen | said |
//! | --- | --- |
//! | no connection: no name, refused, bad TLS | failed: certainly nothing was sent |
//! | a status that was expected | done, and what `json` and `expect` say counts |
//! | another, for a request that only asks | failed |
//! | 400 to 499 but 408, for one that changes | failed: it was refused |
//! | another, for one that changes | lost: a gateway's 502 does not tell whether it took effect |
//! | cut off, for one that changes; or time is up | lost, or timed out: nobody can tell |
//!
//! A redirect is an answer and is not followed: the other place may be another machine.

use std::collections::BTreeMap;
use std::path::PathBuf;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use matoi_core::gate::Permitted;
use matoi_core::run::event::Finding;

use super::{Call, Keeper, Kind, Performed, Step, here};
use crate::config::ConfigError;

mod answer;
mod examine;
mod fill;
mod request;
mod send;
mod settings;

use fill::{Place, Unfilled};
use request::Request;
use settings::Settings;

pub(super) const KIND: Kind = Kind {
    name: "http",
    summary: "Sends one request, and looks at the status and the text of the answer.",
    example: "```http { name=ready kind=verify retry=12 every=5s json=$.state expect=ready }\nGET http://localhost:8080/health\nAccept: application/json\n```\n",
    keeper: Keeper::Server,
    check,
    make: |_| Box::new(Http),
};

/// A step that is a request.
struct Http;

impl Step for Http {
    fn perform(&self, call: Permitted<Call>) -> BoxFuture<'_, Performed> {
        run(call.into_inner()).boxed()
    }

    fn examine(&self, call: Call) -> BoxFuture<'_, Finding> {
        async move { examine::examine(&call).await }.boxed()
    }

    fn cancel(&self, folder: PathBuf) -> BoxFuture<'_, Result<(), String>> {
        super::cancel(folder).boxed()
    }
}

async fn run(call: Call) -> Performed {
    let runtime = tokio::runtime::Handle::current();
    let ready = |call: &Call| {
        let settings = Settings::read(&call.extra).map_err(|err| err.to_string())?;
        let request = ready(call).map_err(|err| err.to_string())?;
        Ok((settings::client(call)?, request, settings))
    };
    here::perform(call, ready, move |call, attempt, (client, request, settings), streams| {
        runtime.block_on(send::send(call, attempt, client, request, &settings, streams))
    })
    .await
}

/// The request with the values of this run.
fn ready(call: &Call) -> Result<Request, Unfilled> {
    Request::read(&call.script, &|name, _| {
        call.secrets.get(name).or_else(|| call.environment.get(name)).cloned()
    })
}

fn check(script: &str, extra: &BTreeMap<String, String>) -> Result<(), ConfigError> {
    Settings::read(extra)?;
    let read = Request::read(script, &|_, place| Some(stand_in(place).to_owned()));
    read.map(drop).map_err(|err| ConfigError::new("", err.to_string()))
}

/// A value that fits where values of a run will stand.
fn stand_in(place: Place) -> &'static str {
    match place {
        Place::Base => "http://matoi.example",
        Place::Machine
        | Place::Part
        | Place::Header
        | Place::Quoted
        | Place::Bare
        | Place::Markup
        | Place::Text => "1",
    }
}
