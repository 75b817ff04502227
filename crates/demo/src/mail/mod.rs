//! A mail sink: an SMTP server on this machine that takes every mail and keeps it as a file.
//!
//! **Invariant:** a mail is a file under its own name before its sender hears `250`.
//! **Invariant:** whatever a client sends, and however little of it, costs a bounded amount of memory and time.

use std::fs;
use std::io::{self, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::durable::{self, Readers};

mod line;
mod session;

/// Clients at one time; the next is told to come again.
const CLIENTS_MAX: usize = 16;
/// How long a farewell may take to leave.
const FAREWELL: Duration = Duration::from_secs(1);

/// A running sink. Dropping it stops it and waits for its threads.
#[derive(Debug)]
pub struct MailSink {
    /// Where it listens, on 127.0.0.1.
    pub port: u16,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

/// What the threads of a sink share.
#[derive(Debug)]
struct Shared {
    folder: PathBuf,
    /// The number of the next mail.
    next: Mutex<u64>,
    kept: AtomicUsize,
    refused: AtomicUsize,
    stopping: AtomicBool,
}

impl MailSink {
    /// Starts a sink on a free port that keeps its mails in `folder`.
    pub fn start(folder: &Path) -> io::Result<MailSink> {
        MailSink::start_refusing(folder, 0)
    }

    /// Starts a sink that turns the first `connections` away, as a mail server does that is overrun.
    pub fn start_refusing(folder: &Path, connections: usize) -> io::Result<MailSink> {
        fs::create_dir_all(folder)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared {
            next: Mutex::new(next_number(folder)?),
            folder: folder.to_owned(),
            kept: AtomicUsize::new(0),
            refused: AtomicUsize::new(0),
            stopping: AtomicBool::new(false),
        });
        let acceptor = thread::Builder::new().name("mail-sink".to_owned()).spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listener, &shared, connections)
        })?;
        Ok(MailSink { port, shared, acceptor: Some(acceptor) })
    }

    /// How many mails were taken.
    pub fn count(&self) -> usize {
        self.shared.kept.load(Ordering::Acquire)
    }

    /// How many connections were turned away.
    pub fn refused(&self) -> usize {
        self.shared.refused.load(Ordering::Acquire)
    }

    /// The mails in the folder, in the order in which they came.
    pub fn mails(&self) -> io::Result<Vec<PathBuf>> {
        mails(&self.shared.folder)
    }
}

impl Drop for MailSink {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::Release);
        // Wakes the acceptor, which sees the flag. Were it gone already, there would be nothing to wake.
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let _ = TcpStream::connect_timeout(&address, FAREWELL);
        if let Some(acceptor) = self.acceptor.take() {
            // A panic in there is not passed on from a drop.
            let _ = acceptor.join();
        }
    }
}

fn mails(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut mails = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "eml") {
            mails.push(path);
        }
    }
    mails.sort_unstable();
    Ok(mails)
}

/// Takes connections until the sink is dropped, and then waits for those that are open.
fn accept(listener: &TcpListener, shared: &Arc<Shared>, refuse: usize) {
    let mut sessions: Vec<JoinHandle<()>> = Vec::new();
    for stream in listener.incoming() {
        if shared.stopping.load(Ordering::Acquire) {
            break;
        }
        let Ok(stream) = stream else {
            // Out of descriptors, most likely: accepting again at once would spin.
            thread::sleep(Duration::from_millis(50));
            continue;
        };
        sessions.retain(|it| !it.is_finished());
        if shared.refused.load(Ordering::Acquire) < refuse || sessions.len() >= CLIENTS_MAX {
            turn_away(stream);
            shared.refused.fetch_add(1, Ordering::AcqRel);
            continue;
        }
        let shared = Arc::clone(shared);
        let name = "mail-session".to_owned();
        let session = thread::Builder::new().name(name).spawn(move || {
            // A client that goes away in the middle is a client that goes away.
            let _ = session::serve(&stream, &shared);
        });
        sessions.extend(session);
    }
    for session in sessions {
        let _ = session.join();
    }
}

fn turn_away(mut stream: TcpStream) {
    let _ = stream.set_write_timeout(Some(FAREWELL));
    // Whether the client reads it or not, it is turned away.
    let _ = stream.write_all(b"421 4.3.2 too busy, come again later\r\n");
}

impl Shared {
    /// Keeps a mail. Names follow the order of arrival, over restarts too.
    fn keep(&self, mail: &[u8]) -> io::Result<()> {
        // Held while writing: a later mail never appears before an earlier one.
        let mut next = self.next.lock().map_err(|_| io::Error::other("a session panicked"))?;
        let path = self.folder.join(format!("{:04}.eml", *next));
        durable::write(&path, mail, Readers::Everybody)?;
        *next += 1;
        self.kept.fetch_add(1, Ordering::AcqRel);
        Ok(())
    }
}

/// The number after the highest in the folder.
fn next_number(folder: &Path) -> io::Result<u64> {
    let numbers =
        mails(folder)?.into_iter().filter_map(|it| it.file_stem()?.to_str()?.parse().ok());
    Ok(numbers.max().map_or(1, |it: u64| it.saturating_add(1)))
}

#[cfg(test)]
mod tests;
