//! `kind: dns`: does a name have the records that it should have?
//!
//! | seen | answer |
//! | --- | --- |
//! | the records, and among them what is expected | `Well` |
//! | an answer that the name or the records do not exist, other records than expected | `Unwell` |
//! | no answer, a refusal, or nonsense from the server that the watch names | `Unwell` |
//! | the same from this machine's own resolver | `Unknown` |

use std::fmt;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use hickory_resolver::config::{NameServerConfig, ResolveHosts, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::rr::RecordType;
use hickory_resolver::{ResolverBuilder, TokioResolver};
use jiff::SignedDuration;
use matoi_core::signal::{Answer, Measured};
use serde_json::Value;

use crate::config::{ConfigError, Fields};
use crate::excerpt::excerpt;
use crate::fault::Fault;
use crate::probe::{Kind, Probe};

#[cfg(test)]
mod tests;

pub(super) const KIND: Kind = Kind {
    name: "dns",
    summary: "Looks a name up, and compares its records if an answer is expected.",
    example: r#"{ "name": "shop.example.com", "record": "A", "server": "192.0.2.53:53", "expect": "192.0.2.7" }"#,
    parse: |config| Ok(Box::new(Dns::parse(config)?)),
};

/// One try at one server; a lost packet is asked for again.
const TRY_MAX: Duration = Duration::from_secs(1);
/// Tries after the first, so that an answer comes well before the usual time limit of a watch.
const TRIES: usize = 1;
/// Records that a reason repeats.
const RECORDS_SHOWN: usize = 5;

#[derive(Clone)]
struct Dns {
    name: String,
    record: RecordType,
    /// This machine's own resolver unless one is named.
    server: Option<SocketAddr>,
    /// One of the records must be this.
    expect: Option<String>,
}

impl Dns {
    fn parse(config: &Value) -> Result<Dns, ConfigError> {
        let fields = Fields::read(config, &["name", "record", "server", "expect"])?;
        let name = fields.required_text("name")?;
        if name.is_empty() || name.len() > 253 || name.contains(char::is_whitespace) {
            return Err(fields.wrong("name", "must be a name such as shop.example.com"));
        }
        let record = match fields.text("record")?.unwrap_or("A") {
            "A" => RecordType::A,
            "AAAA" => RecordType::AAAA,
            "CNAME" => RecordType::CNAME,
            "MX" => RecordType::MX,
            "NS" => RecordType::NS,
            "SRV" => RecordType::SRV,
            "TXT" => RecordType::TXT,
            _ => return Err(fields.wrong("record", "must be A, AAAA, CNAME, MX, NS, SRV or TXT")),
        };
        let server = fields.text("server")?.map(str::parse).transpose();
        let server = server
            .map_err(|_| fields.wrong("server", "must be address:port, such as 192.0.2.53:53"))?;
        let expect = fields.text("expect")?.map(str::to_owned);
        Ok(Dns { name: name.to_owned(), record, server, expect })
    }

    /// The records, in words.
    async fn look_up(&self) -> Result<Vec<String>, Fault> {
        let resolver = self.resolver().map_err(|err| Fault::Ours(excerpt(&err.to_string())))?;
        // With a dot at the end, no search list of this machine is tried.
        let name = format!("{}.", self.name.trim_end_matches('.'));
        let found = resolver.lookup(name, self.record).await.map_err(|err| self.fault(&err))?;
        let of_kind = found.answers().iter().filter(|it| it.record_type() == self.record);
        Ok(of_kind.map(|it| it.data.to_string()).collect())
    }

    fn resolver(&self) -> Result<TokioResolver, NetError> {
        let mut builder: ResolverBuilder<TokioRuntimeProvider> = match self.server {
            None => TokioResolver::builder_tokio()?,
            Some(address) => {
                let mut server = NameServerConfig::udp_and_tcp(address.ip());
                for connection in &mut server.connections {
                    connection.port = address.port();
                }
                let config = ResolverConfig::from_name_servers(vec![server]);
                TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
            }
        };
        let options = builder.options_mut();
        options.timeout = TRY_MAX;
        options.attempts = TRIES;
        // What was true at the last look is not what is asked.
        options.cache_size = 0;
        options.use_hosts_file = ResolveHosts::Never;
        builder.build()
    }

    fn fault(&self, err: &NetError) -> Fault {
        if let NetError::Dns(DnsError::NoRecordsFound(none)) = err {
            let code = none.response_code;
            return Fault::Theirs(format!("there is no {} record ({code})", self.record));
        }
        let silent = matches!(err, NetError::Timeout);
        let reason = if silent { "no answer".to_owned() } else { excerpt(&err.to_string()) };
        // A server that the watch names is itself the one that is asked about.
        if self.server.is_some() { Fault::Theirs(reason) } else { Fault::Ours(reason) }
    }

    fn judge(&self, records: &[String]) -> Result<(), Fault> {
        if records.is_empty() {
            return Err(Fault::Theirs(format!("there is no {} record", self.record)));
        }
        let Some(expect) = &self.expect else { return Ok(()) };
        let same = |it: &String| {
            it.trim_end_matches('.').eq_ignore_ascii_case(expect.trim_end_matches('.'))
        };
        if records.iter().any(same) {
            return Ok(());
        }
        let shown: Vec<String> = records.iter().take(RECORDS_SHOWN).map(|it| excerpt(it)).collect();
        let more = records.len().saturating_sub(RECORDS_SHOWN);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        Err(Fault::Theirs(format!("the answer is {}{more}", shown.join(", "))))
    }
}

impl Probe for Dns {
    fn ask(&self) -> BoxFuture<'_, Answer> {
        Box::pin(async move {
            let started = Instant::now();
            let looked_up = self.look_up().await;
            match looked_up.and_then(|records| self.judge(&records)) {
                Ok(()) => {
                    let took =
                        SignedDuration::try_from(started.elapsed()).unwrap_or(SignedDuration::MAX);
                    let measured =
                        Measured::from([("dns.duration".to_owned(), took.as_secs_f64() * 1e3)]);
                    Answer::Well { took, measured }
                }
                Err(fault) => fault.into_answer(&self.name),
            }
        })
    }
}

impl fmt::Debug for Dns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dns").finish_non_exhaustive()
    }
}
