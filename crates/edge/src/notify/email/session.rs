//! One conversation with a mail server.
//!
//! Of several recipients some may be refused: the others get the mail, and the reference names those that did not. Asking
//! the server again would send a copy to everybody who has it.

use std::error::Error as _;
use std::time::Duration;

use lettre::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::crypto;
use crate::excerpt::excerpt;
use crate::fault::root_of;
use crate::notify::email::line::Line;

/// How long a goodbye is waited for. The mail is the server's by then, and a lost goodbye must not send it again.
const GOODBYE_TIME_MAX: Duration = Duration::from_millis(100);

/// How the connection is kept from others' eyes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Security {
    /// TLS after a greeting in the clear; nothing of the mail is said before.
    Starttls,
    /// TLS from the first byte.
    Tls,
    None,
}

impl Security {
    pub(super) fn port(self) -> u16 {
        match self {
            Security::Starttls => 587,
            Security::Tls => 465,
            Security::None => 25,
        }
    }
}

/// A mail server and how to speak with it.
pub(super) struct Server {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) security: Security,
    pub(super) credentials: Option<Credentials>,
}

/// Why a mail was not taken.
#[derive(Debug)]
pub(super) enum Failure {
    Later(String),
    Never(String),
}

impl Server {
    /// Hands `letter` over, and says what the server calls it.
    pub(super) async fn take(&self, letter: &Message) -> Result<String, Failure> {
        let mut connection = self.connect().await?;
        if let Some(credentials) = &self.credentials {
            connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials).await?;
        }
        let reference = hand_over(&mut connection, letter).await?;
        let _ = timeout(GOODBYE_TIME_MAX, connection.quit()).await;
        Ok(reference)
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Failure> {
        let address = (self.host.as_str(), self.port);
        let stream = TcpStream::connect(address).await.map_err(|err| later(&err))?;
        let peer = stream.peer_addr().map_err(|err| later(&err))?;
        let line: Box<dyn AsyncTokioStream> = match self.security {
            Security::Starttls | Security::None => Box::new(Line::new(stream, peer)),
            Security::Tls => Box::new(Line::new(self.encrypt(stream).await?, peer)),
        };
        let name = ClientId::default();
        let mut connection = AsyncSmtpConnection::connect_with_transport(line, &name).await?;
        if self.security == Security::Starttls {
            let host = self.host.clone();
            let parameters = read_certificates(|| TlsParameters::new(host)).await??;
            connection.starttls(parameters, &name).await?;
        }
        Ok(connection)
    }

    async fn encrypt(
        &self,
        stream: TcpStream,
    ) -> Result<tokio_rustls::client::TlsStream<TcpStream>, Failure> {
        let name = ServerName::try_from(self.host.clone()).map_err(|err| later(&err))?;
        let config = read_certificates(crypto::client_config).await?.map_err(|err| later(&err))?;
        TlsConnector::from(config).connect(name, stream).await.map_err(|err| later(&err))
    }
}

/// Reads the machine's certificates: blocking, and anew each time, so that a renewed authority is trusted at once.
async fn read_certificates<T: Send + 'static>(
    read: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(read).await.map_err(|err| later(&err))
}

async fn hand_over(
    connection: &mut AsyncSmtpConnection,
    letter: &Message,
) -> Result<String, Failure> {
    let envelope = letter.envelope();
    connection.command(Mail::new(envelope.from().cloned(), Vec::new())).await?;
    let mut refusals = Vec::new();
    for to in envelope.to() {
        match connection.command(Rcpt::new(to.clone(), Vec::new())).await {
            Ok(_) => {}
            Err(err) if err.status().is_some() => {
                refusals.push((err.is_transient(), format!("{to}: {}", said(&err))));
            }
            Err(err) => return Err(err.into()),
        }
    }
    let reasons: Vec<&str> = refusals.iter().map(|(_, reason)| reason.as_str()).collect();
    let reasons = reasons.join("; ");
    if refusals.len() == envelope.to().len() {
        let may_pass = refusals.iter().any(|(is_transient, _)| *is_transient);
        return Err(if may_pass { Failure::Later(reasons) } else { Failure::Never(reasons) });
    }
    connection.command(Data).await?;
    let response = connection.message(&letter.formatted()).await?;
    let refused = if reasons.is_empty() { String::new() } else { format!("; refused: {reasons}") };
    Ok(format!("{}{refused}", queued(&response)))
}

/// `250 2.0.0 Ok: queued as 4F1A`.
fn queued(response: &Response) -> String {
    let said = excerpt(response.first_line().unwrap_or_default());
    format!("{} {said}", response.code()).trim_end().to_owned()
}

/// `550 no such user`.
fn said(err: &Error) -> String {
    let text = err.source().map(|it| excerpt(&it.to_string())).unwrap_or_default();
    match err.status() {
        Some(code) => format!("{code} {text}").trim_end().to_owned(),
        None => excerpt(&err.to_string()),
    }
}

fn later(err: &(dyn std::error::Error + 'static)) -> Failure {
    Failure::Later(excerpt(&root_of(err)))
}

impl From<Error> for Failure {
    fn from(err: Error) -> Failure {
        // The client refuses when the server does not offer what is configured: TLS, or a way to log in.
        if err.is_permanent() || err.is_client() {
            return Failure::Never(said(&err));
        }
        if err.status().is_some() { Failure::Later(said(&err)) } else { later(&err) }
    }
}
