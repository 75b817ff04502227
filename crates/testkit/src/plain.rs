//! HTTP without a library, so that what is measured is the server.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use anyhow::Context as _;
use serde_json::Value;

/// The status line and all that follows.
pub fn get(address: &str, path: &str) -> anyhow::Result<String> {
    ask(address, &format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"))
}

/// The same for an act.
pub fn post(address: &str, path: &str, body: &str) -> anyhow::Result<String> {
    let length = body.len();
    ask(
        address,
        &format!(
            "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nMatoi-Actor: bench\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        ),
    )
}

fn ask(address: &str, request: &str) -> anyhow::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// The JSON of an answer that said yes.
pub fn json(answer: &str) -> anyhow::Result<Value> {
    let (head, body) = answer.split_once("\r\n\r\n").context("the answer has no body")?;
    anyhow::ensure!(head.starts_with("HTTP/1.1 2"), "refused: {answer}");
    Ok(serde_json::from_str(body)?)
}
