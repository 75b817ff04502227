//! Whether a request could be sent: it is one, and the machine takes a connection. Nothing is sent.

use std::time::Duration;

use matoi_core::run::event::Finding;
use tokio::net::TcpStream;

use super::fill::Unfilled;
use super::{Settings, ready, settings};
use crate::excerpt::excerpt;
use crate::step::{Call, environment};

/// How long a connection is waited for.
const CONNECT_MAX: Duration = Duration::from_secs(10);

pub(super) async fn examine(call: &Call) -> Finding {
    let lacks = |what: String| Finding::Lacks { what };
    if let Err(err) = Settings::read(&call.extra) {
        return lacks(err.to_string());
    }
    if let Err(what) = environment::check_all(call) {
        return lacks(what);
    }
    let request = match ready(call) {
        Ok(request) => request,
        Err(Unfilled::Missing(name)) => {
            return Finding::Unproved { why: format!("${name} has no value before the run") };
        }
        Err(Unfilled::Wrong(reason)) => return lacks(reason),
    };
    if let Err(reason) = settings::client(call) {
        return lacks(reason);
    }
    let (Some(host), Some(port)) = (request.url.host_str(), request.url.port_or_known_default())
    else {
        return lacks("its URL names no machine".to_owned());
    };
    let machine = format!("{}:{port}", host.trim_matches(['[', ']']));
    let address = (host.trim_matches(['[', ']']), port);
    match tokio::time::timeout(CONNECT_MAX, TcpStream::connect(address)).await {
        Ok(Ok(_)) => Finding::Ready,
        Ok(Err(err)) => lacks(format!("{machine}: {}", excerpt(&err.to_string()))),
        Err(_) => lacks(format!("{machine} takes no connection")),
    }
}
