//! A real mail server for tests: `aiosmtpd`, a Python library, in a process of its own.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::far_side::wait_until;

const SERVER: &str = include_str!("sink.py");

/// A running mail server and what it was given.
pub(super) struct Sink {
    pub(super) port: u16,
    process: Child,
    mails: Arc<Mutex<Vec<Value>>>,
}

impl Sink {
    /// Starts a server. `options`: `tls` (`starttls` or `tls`) with the `folder` of its certificate, `users` who must log
    /// in, and answers to give instead of "yes": `mail`, `data`, and `rcpt` by address.
    pub(super) fn new(options: Value) -> Sink {
        let mut process = Command::new(python())
            .args(["-c", SERVER])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        writeln!(process.stdin.as_mut().unwrap(), "{options}").unwrap();
        let mut said = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = said.next().unwrap().unwrap().parse().unwrap();
        let mails = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&mails);
        std::thread::spawn(move || {
            for line in said {
                kept.lock().unwrap().push(serde_json::from_str(&line.unwrap()).unwrap());
            }
        });
        Sink { port, process, mails }
    }

    /// The first `count` mails.
    pub(super) async fn mails(&self, count: usize) -> Vec<Value> {
        wait_until("the mails are there", || self.mails.lock().unwrap().len() >= count).await;
        self.mails.lock().unwrap().clone()
    }

    /// Checks that no mail came, by sending a last one that must be the first.
    pub(super) async fn heard_nothing(&self) {
        let config = super::plain(self.port);
        super::sent(&config, &crate::far_side::page("last@ops.example")).await;
        assert_eq!(self.mails(1).await[0]["rcpt_to"], json!(["last@ops.example"]));
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
