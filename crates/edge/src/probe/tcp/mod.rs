//! `kind: tcp`: does a port accept a connection?

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Instant;

use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use matoi_core::signal::{Answer, Measured};
use serde_json::Value;
use tokio::net::{TcpStream, lookup_host};

use crate::config::{ConfigError, Fields};
use crate::excerpt::excerpt;
use crate::fault::Fault;
use crate::probe::{Kind, Probe};

#[cfg(test)]
mod tests;

pub(super) const KIND: Kind = Kind {
    name: "tcp",
    summary: "Opens a TCP connection and closes it again.",
    example: r#"{ "address": "db.internal:5432" }"#,
    parse: |config| Ok(Box::new(Tcp::parse(config)?)),
};

struct Tcp {
    /// `host:port`; the host may be `[::1]`.
    address: String,
}

impl Tcp {
    fn parse(config: &Value) -> Result<Tcp, ConfigError> {
        let fields = Fields::read(config, &["address"])?;
        let address = fields.required_text("address")?;
        if !is_address(address) {
            return Err(fields.wrong("address", "must be host:port, such as db.internal:5432"));
        }
        Ok(Tcp { address: address.to_owned() })
    }

    async fn connect(&self) -> Result<(), Fault> {
        let addresses = lookup_host(&self.address).await.map_err(|err| {
            Fault::Ours(format!("the name does not resolve: {}", excerpt(&err.to_string())))
        })?;
        let mut fault = Fault::Ours("the name has no address".to_owned());
        for address in addresses {
            match reach(address).await {
                Ok(()) => return Ok(()),
                // One address that refuses outweighs others that we have no route to.
                Err(err) if !matches!(fault, Fault::Theirs(_)) => fault = Fault::of_io(&err),
                Err(_) => {}
            }
        }
        Err(fault)
    }
}

impl Probe for Tcp {
    fn ask(&self) -> BoxFuture<'_, Answer> {
        Box::pin(async move {
            let started = Instant::now();
            match self.connect().await {
                Ok(()) => Answer::Well {
                    took: SignedDuration::try_from(started.elapsed())
                        .unwrap_or(SignedDuration::MAX),
                    measured: Measured::new(),
                },
                Err(fault) => fault.into_answer(&self.address),
            }
        })
    }
}

impl fmt::Debug for Tcp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tcp").finish_non_exhaustive()
    }
}

async fn reach(address: SocketAddr) -> io::Result<()> {
    let stream = TcpStream::connect(address).await?;
    // A connection to a closed port of this machine may meet itself, when the system gives it that port to come from.
    if stream.local_addr()? == stream.peer_addr()? {
        return Err(io::ErrorKind::ConnectionRefused.into());
    }
    Ok(())
}

fn is_address(text: &str) -> bool {
    let Some((host, port)) = text.rsplit_once(':') else { return false };
    let host = host.strip_prefix('[').and_then(|it| it.strip_suffix(']')).unwrap_or_else(|| {
        // A bare `::1` could be read in two ways.
        if host.contains(':') { "" } else { host }
    });
    let is_host =
        !host.is_empty() && host.chars().all(|it| it.is_alphanumeric() || ".-_:%".contains(it));
    is_host && port.parse::<u16>().is_ok_and(|port| port != 0)
}
