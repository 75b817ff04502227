//! Far sides for tests: real servers on this machine that behave as badly as a case asks.
//!
//! Each connection is served by a thread of its own with a script. What was heard, what was written, and how many
//! connections are open can be asked, so that a test sees what the client left behind.

#![allow(dead_code, reason = "two test programs include this, and each uses a part")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use matoi_core::id::{IncidentId, PageId};
use matoi_core::page::{Message, Page, Urgency};

pub(crate) mod trust;

/// A server and what it saw.
pub(crate) struct FarSide {
    pub(crate) address: SocketAddr,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    open: AtomicUsize,
    met: AtomicUsize,
    written: AtomicU64,
    heard: Mutex<Vec<String>>,
}

/// What is spoken over: plain or TLS.
pub(crate) trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

/// One connection, in the hands of a script.
pub(crate) struct Line {
    stream: Box<dyn Stream>,
    socket: TcpStream,
    seen: Arc<Seen>,
}

impl FarSide {
    /// Serves every connection with `script`. An error ends the connection and nothing else.
    pub(crate) fn new(
        script: impl Fn(&mut Line) -> io::Result<()> + Send + Sync + 'static,
    ) -> FarSide {
        FarSide::over(|socket| Ok(Box::new(socket)), script)
    }

    /// As `new`, over TLS.
    pub(crate) fn tls(
        config: Arc<rustls::ServerConfig>,
        script: impl Fn(&mut Line) -> io::Result<()> + Send + Sync + 'static,
    ) -> FarSide {
        let wrap = move |socket| -> io::Result<Box<dyn Stream>> {
            let connection =
                rustls::ServerConnection::new(Arc::clone(&config)).map_err(io::Error::other)?;
            Ok(Box::new(rustls::StreamOwned::new(connection, socket)))
        };
        FarSide::over(wrap, script)
    }

    fn over(
        wrap: impl Fn(TcpStream) -> io::Result<Box<dyn Stream>> + Send + 'static,
        script: impl Fn(&mut Line) -> io::Result<()> + Send + Sync + 'static,
    ) -> FarSide {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Seen::default());
        let (script, kept) = (Arc::new(script), Arc::clone(&seen));
        std::thread::spawn(move || {
            for socket in listener.incoming() {
                let socket = socket.unwrap();
                kept.met.fetch_add(1, Ordering::SeqCst);
                kept.open.fetch_add(1, Ordering::SeqCst);
                let stream = wrap(socket.try_clone().unwrap()).unwrap();
                let mut line = Line { stream, socket, seen: Arc::clone(&kept) };
                let script = Arc::clone(&script);
                std::thread::spawn(move || {
                    // Whoever is talked to may leave at any time.
                    let _ = script(&mut line);
                });
            }
        });
        FarSide { address, seen }
    }

    /// An address where nobody listens.
    pub(crate) fn nobody() -> SocketAddr {
        TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Connections that are open now.
    pub(crate) fn open(&self) -> usize {
        self.seen.open.load(Ordering::SeqCst)
    }

    /// Connections that there ever were.
    pub(crate) fn met(&self) -> usize {
        self.seen.met.load(Ordering::SeqCst)
    }

    /// Bytes that the system took from us for the client.
    pub(crate) fn written(&self) -> u64 {
        self.seen.written.load(Ordering::SeqCst)
    }

    /// The requests, in order.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.seen.heard.lock().unwrap().clone()
    }

    /// Waits until the client closed every connection that it made.
    pub(crate) async fn left(&self) {
        wait_until("the client has left", || self.open() == 0).await;
    }
}

impl Line {
    /// Reads until `end` was heard.
    pub(crate) fn until(&mut self, end: &str) -> io::Result<Vec<u8>> {
        let mut heard = Vec::new();
        let mut byte = [0];
        while !heard.ends_with(end.as_bytes()) {
            self.stream.read_exact(&mut byte)?;
            heard.push(byte[0]);
        }
        Ok(heard)
    }

    /// Reads one HTTP request with its body.
    pub(crate) fn request(&mut self) -> io::Result<String> {
        let heard = self.until("\r\n\r\n")?;
        let head = String::from_utf8_lossy(&heard).into_owned();
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
        });
        let mut body = vec![0; length.unwrap_or(0)];
        self.stream.read_exact(&mut body)?;
        let request = head + &String::from_utf8_lossy(&body);
        self.seen.heard.lock().unwrap().push(request.clone());
        Ok(request)
    }

    pub(crate) fn say(&mut self, text: impl AsRef<[u8]>) -> io::Result<()> {
        self.stream.write_all(text.as_ref())?;
        self.stream.flush()?;
        self.seen.written.fetch_add(text.as_ref().len() as u64, Ordering::SeqCst);
        Ok(())
    }

    /// Answers a request that was read: `503 Service Unavailable`, more headers, and a body.
    pub(crate) fn answer(&mut self, status: &str, headers: &str, body: &str) -> io::Result<()> {
        let length = body.len();
        self.say(format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n{headers}\r\n{body}"))
    }

    /// Sends `count` bytes without a line end.
    pub(crate) fn flood(&mut self, count: u64) -> io::Result<()> {
        let chunk = [b'x'; 64 << 10];
        for _ in 0..count / chunk.len() as u64 {
            self.say(chunk)?;
        }
        Ok(())
    }

    /// Sends a byte now and then, for ever.
    pub(crate) fn drip(&mut self) -> io::Result<()> {
        loop {
            self.say("x")?;
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Says nothing until the client leaves.
    pub(crate) fn hang(&mut self) -> io::Result<()> {
        let mut sink = [0; 1024];
        while self.stream.read(&mut sink)? > 0 {}
        Ok(())
    }

    /// Breaks off with a reset instead of a goodbye.
    pub(crate) fn reset(&mut self) -> io::Result<()> {
        Ok(rustix::net::sockopt::set_socket_linger(&self.socket, Some(Duration::ZERO))?)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.seen.open.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Waits until `condition` holds, and panics when it does not within ten seconds.
pub(crate) async fn wait_until(what: &str, condition: impl Fn() -> bool) {
    let started = Instant::now();
    while !condition() {
        assert!(started.elapsed() < Duration::from_secs(10), "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A page to `address`.
pub(crate) fn page(address: &str) -> Page {
    let incident = IncidentId("INC-20260105-001".to_owned());
    Page {
        id: PageId::new(&incident, 4, 0),
        incident: incident.clone(),
        to: "yamada".to_owned(),
        channel: "test".to_owned(),
        address: address.to_owned(),
        message: Message {
            subject: "データベースが応答しません".to_owned(),
            body: "PostgreSQL に接続できません。\n03:00 から\nあなたは当番です。".to_owned(),
            incident,
            severity: "P0".to_owned(),
            url: Some("https://matoi.example/incidents/INC-20260105-001".to_owned()),
            incidents: Vec::new(),
        },
        owed_since: "2026-01-05T03:00:00Z".parse().unwrap(),
        urgency: Urgency::AtOnce,
    }
}
