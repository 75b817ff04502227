//! From a raise to the first send: an incident is declared over HTTP, and a webhook hears of it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use matoi_testkit::figures;
use matoi_testkit::plain::post;
use matoi_testkit::product::Product;
use serde_json::{Value, json};

use crate::start::PLAN;

/// Incidents that are raised, one after the other.
const RAISES: usize = 300;
/// A page that takes longer has failed.
const ARRIVES_WITHIN: Duration = Duration::from_secs(10);

pub(super) fn measure(product: &Product) -> anyhow::Result<Value> {
    let root = tempfile::tempdir()?;
    let (plan, data) = (root.path().join("plan"), root.path().join("data"));
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    let arrivals = listen(listener);
    std::fs::create_dir_all(&plan)?;
    std::fs::write(plan.join("matoi.yaml"), PLAN.replace("PORT", &port.to_string()))?;
    let running = product.serve(&plan, &data)?;
    let mut times = Vec::new();
    for number in 0..RAISES {
        let body = json!({ "title": format!("raise {number}"), "severity": "P0" }).to_string();
        let begun = Instant::now();
        let answer = post(&running.address, "/api/v1/incidents", &body)?;
        ensure!(answer.contains(" 201 "), "the raise was refused: {answer}");
        let arrived = arrivals.recv_timeout(ARRIVES_WITHIN).context("no page arrived")?;
        times.push(arrived.duration_since(begun));
    }
    Ok(figures::of(times))
}

/// A webhook that notes when a request begins to arrive, and takes everything.
fn listen(listener: TcpListener) -> Receiver<Instant> {
    let (tell, arrivals) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let _ = tell.send(Instant::now());
            // What the client makes of a broken answer is its own concern.
            let _ = take(stream);
        }
    });
    arrivals
}

fn take(stream: TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    reader.get_mut().write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
}
