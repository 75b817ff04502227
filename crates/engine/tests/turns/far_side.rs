//! A far side for webhooks that behaves as badly as a story asks, and changes its manners while it serves.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

const YES: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n{\"id\": \"x\"}";

/// What it does with a request that it has read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    Takes,
    /// Takes it after half a second.
    Slow,
    Answers(&'static str),
    Hangs,
    Resets,
    /// Says that it failed, in a hundred million bytes.
    Floods,
}

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    pub(crate) key: String,
    pub(crate) body: Value,
    /// Whether it was answered with a yes.
    pub(crate) taken: bool,
}

/// The server.
#[derive(Clone)]
pub(crate) struct FarSide {
    port: u16,
    seen: Arc<Seen>,
}

struct Seen {
    manner: Mutex<Manner>,
    heard: Mutex<Vec<Heard>>,
    written: AtomicU64,
}

impl FarSide {
    pub(crate) fn new(manner: Manner) -> FarSide {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Seen {
            manner: Mutex::new(manner),
            heard: Mutex::default(),
            written: AtomicU64::new(0),
        });
        let kept = Arc::clone(&seen);
        std::thread::spawn(move || {
            for socket in listener.incoming() {
                let seen = Arc::clone(&kept);
                std::thread::spawn(move || {
                    // Whoever is talked to may leave at any time.
                    let _ = socket.and_then(|it| serve(it, &seen));
                });
            }
        });
        FarSide { port, seen }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port)
    }

    pub(crate) fn becomes(&self, manner: Manner) {
        *self.seen.manner.lock().unwrap() = manner;
    }

    /// Requests, in order.
    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.seen.heard.lock().unwrap().clone()
    }

    /// Forgets what it heard.
    pub(crate) fn forgets(&self) {
        self.seen.heard.lock().unwrap().clear();
    }

    pub(crate) fn keys(&self) -> Vec<String> {
        self.heard().into_iter().map(|it| it.key).collect()
    }

    /// Bytes that the system took from us for the client.
    pub(crate) fn written(&self) -> u64 {
        self.seen.written.load(Ordering::SeqCst)
    }
}

fn serve(mut socket: TcpStream, seen: &Seen) -> io::Result<()> {
    let mut reader = BufReader::new(socket.try_clone()?);
    let (mut key, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            if line.trim_end().is_empty() { break } else { continue }
        };
        match name.to_ascii_lowercase().as_str() {
            "idempotency-key" => key = value.trim().to_owned(),
            "content-length" => length = value.trim().parse().map_err(io::Error::other)?,
            _ => (),
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let manner = *seen.manner.lock().unwrap();
    let body = serde_json::from_slice(&body)?;
    seen.heard.lock().unwrap().push(Heard {
        key,
        body,
        taken: matches!(manner, Manner::Takes | Manner::Slow),
    });
    match manner {
        Manner::Takes => socket.write_all(YES),
        Manner::Slow => {
            std::thread::sleep(Duration::from_millis(500));
            socket.write_all(YES)
        }
        Manner::Answers(status) => {
            socket.write_all(format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n").as_bytes())
        }
        Manner::Hangs => reader.read_to_end(&mut Vec::new()).map(drop),
        Manner::Resets => rustix::net::sockopt::set_socket_linger(&socket, Some(Duration::ZERO))
            .map_err(io::Error::from),
        Manner::Floods => flood(&mut socket, seen),
    }
}

fn flood(socket: &mut TcpStream, seen: &Seen) -> io::Result<()> {
    socket.write_all(b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 100000000\r\n\r\n")?;
    let chunk = [b'x'; 64 << 10];
    for _ in 0..100_000_000 / chunk.len() {
        socket.write_all(&chunk)?;
        seen.written.fetch_add(chunk.len() as u64, Ordering::SeqCst);
    }
    Ok(())
}
