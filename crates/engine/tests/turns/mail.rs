//! A mail server that is away: the page is owed, everybody is told, and the mail arrives once it is back.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use matoi_core::incident::PageState;
use matoi_engine::health::State;
use serde_json::Value;

use crate::proof::{everything_adds_up, nothing_is_owed};
use crate::stage::{Stage, wait_until};
use crate::story::PLAN;
use crate::webhook::part;

const SERVER: &str = include_str!("../../../edge/src/notify/email/tests/sink.py");

#[tokio::test]
async fn a_mail_server_that_is_away_gets_the_mail_once_when_it_is_back() {
    let sink = Sink::new();
    let door = Door::before(sink.port);
    let channel = format!(
        "hook: {{ kind: email, host: 127.0.0.1, port: {}, tls: none, from: matoi@ops.example }}",
        door.port
    );
    let text = PLAN
        .replace(r#"hook: { kind: webhook, url: "{HOOK}", timeout: 1s }"#, &channel)
        .replace("hook:ann", "hook:ann@ops.example");
    let stage = Stage::new(&text, &[]);
    std::fs::write(stage.file("well"), "").unwrap();
    let mut engine = stage.open().await;
    let id = engine.declare("it is down").await;
    stage.settle(&mut engine).await;
    stage.live(&mut engine, 90, 3).await;

    let incident = engine.incident(&id).await;
    let (_, page) = incident.owed().next().unwrap();
    assert!(
        page.tries > 1 && page.trouble.is_some(),
        "the incident says that it is owed: {page:?}"
    );
    let outbox = part(&engine, "outbox").await;
    assert_eq!(outbox.0, State::Degraded, "{outbox:?}");

    door.opens();
    stage.live(&mut engine, 120, 60).await;
    wait_until("the mail is there", async || !sink.mails().is_empty()).await;
    assert_eq!(sink.mails().len(), 1);
    assert_eq!(sink.mails()[0]["rcpt_to"][0], "ann@ops.example");
    let incident = engine.incident(&id).await;
    assert!(incident.pages.values().all(|it| it.state == PageState::Delivered));
    everything_adds_up(&engine.handle).await;
    nothing_is_owed(&engine.handle).await;
    engine.close().await;
}

/// A door before a server: who knocks while it is shut is sent away.
struct Door {
    port: u16,
    open: Arc<AtomicBool>,
}

impl Door {
    fn before(port: u16) -> Door {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let door = Door { port: listener.local_addr().unwrap().port(), open: Arc::default() };
        let open = Arc::clone(&door.open);
        std::thread::spawn(move || {
            for socket in listener.incoming() {
                if open.load(Ordering::SeqCst) {
                    let (here, there) =
                        (socket.unwrap(), TcpStream::connect(("127.0.0.1", port)).unwrap());
                    pipe(here.try_clone().unwrap(), there.try_clone().unwrap());
                    pipe(there, here);
                }
            }
        });
        door
    }

    fn opens(&self) {
        self.open.store(true, Ordering::SeqCst);
    }
}

fn pipe(mut from: TcpStream, mut to: TcpStream) {
    std::thread::spawn(move || {
        // Either side may hang up.
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(std::net::Shutdown::Write);
    });
}

/// A real mail server: `aiosmtpd`, a Python library, in a process of its own.
struct Sink {
    port: u16,
    process: Child,
    mails: Arc<Mutex<Vec<Value>>>,
}

impl Sink {
    fn new() -> Sink {
        let mut process = Command::new(python())
            .args(["-c", SERVER])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        writeln!(process.stdin.as_mut().unwrap(), "{{}}").unwrap();
        let mut said = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = said.next().unwrap().unwrap().parse().unwrap();
        let mails = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&mails);
        std::thread::spawn(move || {
            for line in said.map_while(Result::ok) {
                kept.lock().unwrap().push(serde_json::from_str(&line).unwrap());
            }
        });
        Sink { port, process, mails }
    }

    fn mails(&self) -> Vec<Value> {
        self.mails.lock().unwrap().clone()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A Python that has `aiosmtpd`.
fn python() -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "set by `cargo xtask test`")]
    if let Some(python) = std::env::var_os("MATOI_TEST_PYTHON") {
        return python.into();
    }
    let workspace = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let python = workspace.join("target/test-tools/venv/bin/python");
    assert!(python.exists(), "no Python with aiosmtpd: run `cargo xtask test`");
    python
}
