//! `kind: email`: sends the page as a mail.
//!
//! All mails of an incident make one thread, and a mail that is sent again has the `Message-ID` that it had before.
//! **Invariant:** mail goes over TLS with a verified certificate, unless the server is this machine or the channel says
//! `insecure: true`; a server that does not offer what is configured gets nothing.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use futures_util::future::BoxFuture;
use lettre::Address;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use matoi_core::page::{Delivery, Page};
use serde_json::Value;
use tokio::time::timeout;

use crate::config::{ConfigError, Fields};
use crate::excerpt::{excerpt, hide, is_unsafe};
use crate::notify::email::session::{Failure, Security, Server};
use crate::notify::{Kind, Notifier};

mod letter;
mod line;
mod session;
#[cfg(test)]
mod tests;

pub(super) const KIND: Kind = Kind {
    name: "email",
    summary: "Sends the page as a mail over SMTP.",
    example: r#"{ "host": "smtp.example.com", "port": 587, "tls": "starttls", "username": "matoi", "password": "…", "from": "matoi@example.com", "from_name": "Matoi" }"#,
    parse: |config| Ok(Box::new(Email::parse(config)?)),
    accepts: |text| addresses(text).map(drop),
};

/// People that one address names; a longer list is the mail server's to keep.
const ADDRESSES_MAX: usize = 20;
/// How long one try takes: shorter than the caller's limit, so that the reason is ours.
const TIMEOUT: Duration = Duration::from_secs(12);
const KNOWN: [&str; 9] =
    ["host", "port", "tls", "insecure", "username", "password", "from", "from_name", "to"];

struct Email {
    server: Server,
    from: Mailbox,
    /// Who hears of announcements, which name nobody.
    to: Option<String>,
    /// Kept out of every reason.
    password: Option<String>,
}

impl Email {
    fn parse(config: &Value) -> Result<Email, ConfigError> {
        let fields = Fields::read(config, &KNOWN)?;
        let host = fields.required_text("host")?;
        if !host.chars().all(|it| it.is_ascii_alphanumeric() || ".-_:".contains(it)) {
            return Err(fields.wrong("host", "must be the name or the address of a machine"));
        }
        let security = security(&fields, host)?;
        let port = fields.whole("port", 1..=65_535)?.and_then(|it| u16::try_from(it).ok());
        let login = match (fields.text("username")?, fields.text("password")?) {
            (Some(username), Some(password)) => Some((username.to_owned(), password.to_owned())),
            (None, None) => None,
            (Some(_), None) => return Err(fields.wrong("password", "is missing beside username")),
            (None, Some(_)) => return Err(fields.wrong("username", "is missing beside password")),
        };
        let server = Server {
            host: host.to_owned(),
            port: port.unwrap_or(security.port()),
            security,
            credentials: login.clone().map(Credentials::from),
        };
        let to = fields.text("to")?.map(str::to_owned);
        if let Some(problem) = to.as_deref().and_then(|it| addresses(it).err()) {
            return Err(fields.wrong("to", &problem));
        }
        let password = login.map(|(_, password)| password);
        Ok(Email { server, from: sender(&fields)?, to, password })
    }

    async fn deliver(&self, page: &Page) -> Result<String, Failure> {
        let everybody = self.to.as_deref().filter(|_| page.address.is_empty());
        let to = addresses(everybody.unwrap_or(&page.address))
            .map_err(|problem| Failure::Never(format!("the address {problem}")))?;
        let letter = letter::write(page, &self.from, &to)
            .map_err(|err| Failure::Never(format!("cannot be written as a mail: {err}")))?;
        self.server.take(&letter).await
    }

    fn say(&self, reason: &str) -> String {
        format!("{}: {}", self.server.host, hide(reason, self.password.as_deref()))
    }
}

impl Notifier for Email {
    fn send<'a>(&'a self, page: &'a Page) -> BoxFuture<'a, Delivery> {
        Box::pin(async move {
            match timeout(TIMEOUT, self.deliver(page)).await {
                Ok(Ok(reference)) => {
                    Delivery::Accepted { reference: hide(&reference, self.password.as_deref()) }
                }
                Ok(Err(Failure::Later(reason))) => {
                    Delivery::Retry { after: None, reason: self.say(&reason) }
                }
                Ok(Err(Failure::Never(reason))) => Delivery::Rejected { reason: self.say(&reason) },
                Err(_) => {
                    let reason = self.say(&format!("no answer within {TIMEOUT:?}"));
                    Delivery::Retry { after: None, reason }
                }
            }
        })
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Email").finish_non_exhaustive()
    }
}

fn security(fields: &Fields<'_>, host: &str) -> Result<Security, ConfigError> {
    let security = match fields.text("tls")? {
        None | Some("starttls") => Security::Starttls,
        Some("tls") => Security::Tls,
        Some("none") => Security::None,
        Some(_) => return Err(fields.wrong("tls", "must be starttls, tls or none")),
    };
    let insecure = fields.truth("insecure")?;
    if insecure.is_some() && security != Security::None {
        return Err(fields.wrong("insecure", "only goes with tls: none"));
    }
    if security == Security::None && insecure != Some(true) && !is_this_machine(host) {
        let problem =
            "none sends mail and password in the clear; write insecure: true if you mean it";
        return Err(fields.wrong("tls", problem));
    }
    Ok(security)
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|it| it.is_loopback())
}

fn sender(fields: &Fields<'_>) -> Result<Mailbox, ConfigError> {
    let from = address(fields.required_text("from")?).map_err(|it| fields.wrong("from", it))?;
    let name = fields.text("from_name")?;
    if name.is_some_and(|name| name.contains(is_unsafe)) {
        return Err(fields.wrong("from_name", "contains a control character"));
    }
    Ok(Mailbox::new(name.map(str::to_owned), from))
}

/// Reads `yamada@example.com, suzuki@example.com`.
fn addresses(text: &str) -> Result<Vec<Address>, String> {
    let mut addresses = Vec::new();
    for part in text.split(',') {
        addresses.push(address(part.trim())?);
        if addresses.len() > ADDRESSES_MAX {
            return Err(format!("names more than {ADDRESSES_MAX} people"));
        }
    }
    Ok(addresses)
}

fn address(text: &str) -> Result<Address, String> {
    if !text.is_ascii() {
        return Err("has letters outside ASCII, which many mail servers refuse".to_owned());
    }
    if text.contains(|it: char| it.is_ascii_control() || it == ' ') {
        return Err("has a blank or a control character".to_owned());
    }
    text.parse().map_err(|err: lettre::address::AddressError| {
        format!("is not a mail address: {}", excerpt(&err.to_string().to_lowercase()))
    })
}
