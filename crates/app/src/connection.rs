//! The way from a command to the server.
//!
//! **Invariant:** a token that was found in a data directory goes to loopback only.

use std::path::{Path, PathBuf};

use matoi_core::language::Language;
use matoi_edge::client::address::{Address, Reach};
use matoi_edge::client::events::{Event, Events};
use matoi_edge::client::shape::shaped;
use matoi_edge::client::{Caller, Client};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::argument::Everywhere;
use crate::exit::{ExitKind, Failure};
use crate::surroundings::Surroundings;

/// Where a server listens that was not told otherwise.
const DEFAULT: &str = "http://127.0.0.1:8119";

/// A server, ready to be asked.
pub(crate) struct Connection {
    client: Client,
    runtime: Runtime,
}

impl Connection {
    /// Finds the server; nothing is sent yet.
    pub(crate) fn open(
        everywhere: &Everywhere,
        surroundings: &Surroundings,
        language: Option<Language>,
    ) -> Result<Connection, Failure> {
        let data = data_dir(everywhere, surroundings);
        let text = match &everywhere.server {
            Some(server) => server.clone(),
            None => data
                .as_deref()
                .and_then(|it| read(&it.join("address")))
                .unwrap_or_else(|| DEFAULT.to_owned()),
        };
        let address = Address::parse(&text).map_err(|err| {
            Failure::new(ExitKind::Usage, err.to_string())
                .hint("http://127.0.0.1:8119 on this machine, https://… anywhere")
        })?;
        let token = match surroundings.get("MATOI_TOKEN") {
            Some(token) => Some(token.to_owned()),
            None if address.reach() == Reach::Loopback => {
                data.as_deref().and_then(|it| read(&it.join("token")))
            }
            None => None,
        };
        let actor = everywhere.actor.clone().or_else(|| surroundings.user());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(anyhow::Error::from)?;
        let caller = Caller { address, token, actor, language };
        Ok(Connection { client: Client::new(caller)?, runtime })
    }

    /// Asks, and answers what the server said.
    pub(crate) fn get(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Value, Failure> {
        Ok(self.runtime.block_on(self.client.get(path, query))?)
    }

    /// Asks, and understands the answer.
    pub(crate) fn get_as<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<T, Failure> {
        self.understood(self.get(path, query)?)
    }

    /// Asks for events.
    pub(crate) fn follow(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Events, Failure> {
        Ok(self.runtime.block_on(self.client.follow(path, query))?)
    }

    /// The same, and nothing when none comes within `time`.
    pub(crate) fn next_within(
        &self,
        events: &mut Events,
        time: std::time::Duration,
    ) -> Result<Option<Next>, Failure> {
        self.runtime.block_on(async {
            match tokio::time::timeout(time, next(events)).await {
                Ok(next) => next.map(Some),
                Err(_) => Ok(None),
            }
        })
    }

    /// Waits for the next event, unless the person ends it.
    pub(crate) fn next(&self, events: &mut Events) -> Result<Next, Failure> {
        self.runtime.block_on(next(events))
    }

    /// Acts.
    pub(crate) fn post(&self, path: &[&str], body: &Value) -> Result<Value, Failure> {
        Ok(self.runtime.block_on(self.client.post(path, body))?)
    }

    /// Takes away.
    pub(crate) fn delete(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Value, Failure> {
        Ok(self.runtime.block_on(self.client.delete(path, query))?)
    }

    /// An answer in the shape that `docs/api.md` describes.
    pub(crate) fn understood<T: DeserializeOwned>(&self, answer: Value) -> Result<T, Failure> {
        Ok(shaped(&self.client, answer)?)
    }

    /// Waits a little, unless the person ends it.
    pub(crate) fn pause(&self, time: std::time::Duration) -> Paused {
        self.runtime.block_on(async {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => Paused::Ended,
                () = tokio::time::sleep(time) => Paused::Over,
            }
        })
    }
}

async fn next(events: &mut Events) -> Result<Next, Failure> {
    tokio::select! {
        biased;
        _ = tokio::signal::ctrl_c() => Ok(Next::Ended),
        event = events.next() => Ok(event?.map_or(Next::Closed, Next::Event)),
    }
}

/// Whether a server was named, or keeps its data on this machine.
pub(crate) fn is_known(everywhere: &Everywhere, surroundings: &Surroundings) -> bool {
    let address = || data_dir(everywhere, surroundings).and_then(|it| read(&it.join("address")));
    everywhere.server.is_some() || address().is_some()
}

/// What came of waiting for an event.
pub(crate) enum Next {
    Event(Event),
    /// The server has no more, or goes away.
    Closed,
    /// Ctrl-C.
    Ended,
}

/// How a pause ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paused {
    Over,
    /// Ctrl-C.
    Ended,
}

/// The data directory that is meant.
pub(crate) fn data_dir(everywhere: &Everywhere, surroundings: &Surroundings) -> Option<PathBuf> {
    everywhere.data.clone().or_else(|| surroundings.data_dir())
}

/// A small file of one line; one that is not there, or not ours to read, says nothing.
fn read(path: &Path) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    let line = text.trim();
    (!line.is_empty()).then(|| line.to_owned())
}
