//! Where a server is: loopback over HTTP, or anywhere over TLS.

use std::fmt;

use reqwest::Url;

use super::{ClientError, joined};

/// The address of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    url: Url,
    reach: Reach,
}

/// Whether a server is on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    Loopback,
    Network,
}

/// Why a text is no address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    #[error("{text:?} is no address of a server")]
    NoAddress { text: String },
    /// A token would be sent for everybody on the way to read.
    #[error("{text} is not on this machine and has no TLS")]
    Unprotected { text: String },
}

impl Address {
    /// Reads `http://127.0.0.1:8119`, `https://matoi.example/ops`, or, on this machine, `127.0.0.1:8119`.
    pub fn parse(text: &str) -> Result<Address, AddressError> {
        let none = || AddressError::NoAddress { text: text.to_owned() };
        let whole = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let url = Url::parse(&whole).map_err(|_| none())?;
        let host = url.host_str().ok_or_else(none)?;
        let plain = url.username().is_empty() && url.password().is_none();
        if !plain || url.query().is_some() || url.fragment().is_some() {
            return Err(none());
        }
        let reach = if is_loopback(host) { Reach::Loopback } else { Reach::Network };
        match (url.scheme(), reach) {
            ("https", _) | ("http", Reach::Loopback) => Ok(Address { url, reach }),
            ("http", Reach::Network) => Err(AddressError::Unprotected { text: text.to_owned() }),
            (_, _) => Err(none()),
        }
    }

    /// Whether the server is on this machine.
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// The address of `path`, below `/api/v1`, with every part percent-encoded.
    pub(super) fn url(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Url, ClientError> {
        joined(&self.url, path, query)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.url.as_str().trim_end_matches('/'))
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<std::net::IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => bare.eq_ignore_ascii_case("localhost"),
    }
}
