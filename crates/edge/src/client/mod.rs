//! Speaks the HTTP interface of our own server, for the commands.
//!
//! **Invariant:** a token leaves this machine only through TLS: plain HTTP goes to loopback alone, and no redirect is
//! followed.
//! **Invariant:** nothing is sent twice. Whether an act is repeated is the person's decision.

use std::time::Duration;

use matoi_core::language::Language;
use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, RequestBuilder, Response, Url, redirect, retry};
use serde_json::Value;

pub mod address;
pub mod events;
pub mod shape;

mod actor;

#[cfg(test)]
mod tests;

use address::Address;
use events::Events;
use shape::No;

/// A server on this machine that does not take a connection by then never will.
const CONNECT_MAX: Duration = Duration::from_secs(5);
/// One answer. A reload reads two thousand files; everything else is quicker.
const ANSWER_MAX: Duration = Duration::from_secs(30);
/// An answer that is larger is not one of ours: the longest list is fifty runs of five hundred steps.
const ANSWER_BYTES_MAX: usize = 64 << 20;
/// Nobody watches for longer.
const FOLLOW_MAX: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Nobody listens there, or the connection broke.
    #[error("cannot reach {server}: {why}")]
    Unreachable { server: String, why: String },
    #[error("{server} did not answer within {} s", .within.as_secs())]
    Slow { server: String, within: Duration },
    /// The server said no. Nothing was changed, except that `unavailable` leaves it open.
    #[error("{}", .0.detail)]
    No(Box<No>),
    /// Something answered that does not speak as `docs/api.md` says.
    #[error("{server} does not answer as Matoi does: {why}")]
    Stranger { server: String, why: String },
    /// A name that cannot stand in an address, so that nothing can have it.
    #[error("there is nothing named {name:?}")]
    NoName { name: String },
    #[error("no client for HTTP can be made: {why}")]
    NoClient { why: String },
}

/// Who asks, and where.
#[derive(Clone)]
pub struct Caller {
    pub address: Address,
    pub token: Option<String>,
    /// Who acts; reading needs nobody.
    pub actor: Option<String>,
    /// In which language Matoi's own words shall come; otherwise in the plan's.
    pub language: Option<Language>,
}

/// A server to talk to.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    caller: Caller,
}

impl Client {
    /// Makes ready to talk; nothing is sent yet.
    pub fn new(caller: Caller) -> Result<Client, ClientError> {
        // An error means that another provider was installed before, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .connect_timeout(CONNECT_MAX)
            .timeout(ANSWER_MAX)
            .user_agent(concat!("matoi/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|err| ClientError::NoClient { why: cause(&err) })?;
        Ok(Client { http, caller })
    }

    /// Asks for what is at `path`, below `/api/v1`.
    pub async fn get(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Value, ClientError> {
        let request = self.request(Method::GET, path, query)?;
        self.answer(request).await
    }

    /// Asks for events, which come until the server has no more.
    pub async fn follow(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Events, ClientError> {
        let request = self.request(Method::GET, path, query)?.timeout(FOLLOW_MAX);
        let sending = tokio::time::timeout(ANSWER_MAX, request.send()).await;
        let slow = |_| {
            let server = self.caller.address.to_string();
            ClientError::Slow { server, within: ANSWER_MAX }
        };
        let mut response = sending.map_err(slow)?.map_err(|err| self.failed(&err))?;
        match response.status().is_success() {
            true => Ok(Events::new(self.clone(), response)),
            false => Err(self.no(&mut response).await?),
        }
    }

    /// Acts.
    pub async fn post(&self, path: &[&str], body: &Value) -> Result<Value, ClientError> {
        let request = self.request(Method::POST, path, &[])?;
        self.answer(request.header(CONTENT_TYPE, "application/json").body(body.to_string())).await
    }

    /// Takes away what is at `path`.
    pub async fn delete(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Value, ClientError> {
        let request = self.request(Method::DELETE, path, query)?;
        self.answer(request).await
    }

    /// Who asks, and where.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    fn request(
        &self,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<RequestBuilder, ClientError> {
        let url = self.caller.address.url(path, query)?;
        let mut request = self.http.request(method, url).header(ACCEPT, "application/json");
        if let Some(token) = &self.caller.token {
            let value = HeaderValue::try_from(format!("Bearer {token}"));
            let mut value = value.map_err(|_| self.stranger("the token is not one of ours"))?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        if let Some(actor) = &self.caller.actor {
            request = request.header("Matoi-Actor", actor::encoded(actor));
        }
        if let Some(language) = self.caller.language {
            request = request.header(ACCEPT_LANGUAGE, language.pick("ja", "en"));
        }
        Ok(request)
    }

    async fn answer(&self, request: RequestBuilder) -> Result<Value, ClientError> {
        let mut response = request.send().await.map_err(|err| self.failed(&err))?;
        if !response.status().is_success() {
            return Err(self.no(&mut response).await?);
        }
        let bytes = self.body(&mut response).await?;
        serde_json::from_slice(&bytes)
            .map_err(|err| self.stranger(format!("its answer is no JSON: {err}")))
    }

    /// What a server that said no has to say about it.
    async fn no(&self, response: &mut Response) -> Result<ClientError, ClientError> {
        let status = response.status();
        let bytes = self.body(response).await?;
        Ok(match serde_json::from_slice::<No>(&bytes) {
            Ok(no) => ClientError::No(Box::new(no)),
            Err(_) => self.stranger(format!("it answered {status}")),
        })
    }

    async fn body(&self, response: &mut Response) -> Result<Vec<u8>, ClientError> {
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|err| self.failed(&err))? {
            if bytes.len() + chunk.len() > ANSWER_BYTES_MAX {
                return Err(self.stranger(format!(
                    "its answer is longer than {} MiB",
                    ANSWER_BYTES_MAX >> 20
                )));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    fn failed(&self, err: &reqwest::Error) -> ClientError {
        let server = self.caller.address.to_string();
        // A connection that was never made is told as such, even where it was time that ran out.
        if err.is_timeout() && !err.is_connect() {
            return ClientError::Slow { server, within: ANSWER_MAX };
        }
        ClientError::Unreachable { server, why: cause(err) }
    }

    fn stranger(&self, why: impl Into<String>) -> ClientError {
        ClientError::Stranger { server: self.caller.address.to_string(), why: why.into() }
    }
}

/// Shows no token.
impl std::fmt::Debug for Caller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Caller")
            .field("address", &self.address)
            .field("token", &self.token.as_ref().map(|_| "…"))
            .field("actor", &self.actor)
            .field("language", &self.language)
            .finish()
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Client").field(&self.caller).finish()
    }
}

/// The innermost cause, which is the one that says something: `Connection refused (os error 111)`.
fn cause(err: &dyn std::error::Error) -> String {
    let mut innermost = err;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// The whole address of `path`, for tests and for telling people.
fn joined(base: &Url, path: &[&str], query: &[(&str, &str)]) -> Result<Url, ClientError> {
    let mut url = base.clone();
    // A parser of addresses takes these for steps up and down, whatever is done to hide them.
    if let Some(name) = path.iter().find(|it| matches!(**it, "" | "." | "..")) {
        return Err(ClientError::NoName { name: (*name).to_owned() });
    }
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(["api", "v1"]).extend(path);
    }
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    Ok(url)
}
