//! What the attributes of a fence say about a request.

use std::collections::BTreeMap;
use std::path::Path;

use reqwest::{Certificate, Client, redirect};
use serde_json::Value;
use serde_json_path::JsonPath;

use crate::config::ConfigError;
use crate::http::{self, Redirects, status::Statuses};
use crate::step::Call;

/// A file of certificates that is larger is none.
const CERTIFICATES_BYTES_MAX: u64 = 1 << 20;

/// What an answer must be, and whom to trust.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) status: Statuses,
    /// Where in the JSON of the answer the value stands that counts (RFC 9535).
    pub(super) json: Option<JsonPath>,
}

impl Settings {
    pub(super) fn read(extra: &BTreeMap<String, String>) -> Result<Settings, ConfigError> {
        if extra.contains_key("on") {
            return Err(ConfigError::new("on", "has no meaning here; the URL says where"));
        }
        if extra.contains_key("cwd") {
            return Err(ConfigError::new("cwd", "has no meaning here"));
        }
        let status = match extra.get("status") {
            None => Statuses::fine(),
            Some(text) => {
                let list = text.split(',').map(|it| Value::from(it.trim())).collect();
                Statuses::parse(&Value::Array(list)).ok_or_else(|| {
                    ConfigError::new("status", "is no status such as 200, 200-299 or 200,404")
                })?
            }
        };
        let json = match extra.get("json") {
            None => None,
            Some(text) => Some(JsonPath::parse(text).map_err(|err| {
                ConfigError::new("json", format!("is no path such as $.state: {}", err.message()))
            })?),
        };
        Ok(Settings { status, json })
    }
}

/// Who sends: the usual client, or one that also trusts the certificates of `ca`, a file of the plan's directory.
pub(super) fn client(call: &Call) -> Result<Client, String> {
    let Some(written) = call.attribute("ca") else {
        return http::client(Redirects::Shown).cloned().map_err(|fault| fault.reason().to_owned());
    };
    let trusted =
        certificates(&call.cwd.join(&written)).map_err(|err| format!("{written}: {err}"))?;
    http::build(redirect::Policy::none(), trusted).map_err(|err| err.to_string())
}

fn certificates(path: &Path) -> Result<Vec<Certificate>, String> {
    let length = path.metadata().map_err(|err| err.to_string())?.len();
    if length > CERTIFICATES_BYTES_MAX {
        return Err("too large for a file of certificates".to_owned());
    }
    let text = std::fs::read(path).map_err(|err| err.to_string())?;
    let found = Certificate::from_pem_bundle(&text).map_err(|err| err.to_string())?;
    if found.is_empty() { Err("it holds no certificate".to_owned()) } else { Ok(found) }
}
