//! `kind: console`: writes the page where the server writes, for a first look and for terminals that somebody watches.
//!
//! **Invariant:** a page is written in one piece, so that two pages, or a page and a log line, do not mix.

use std::fmt;
use std::fmt::Write as _;
use std::io::{self, Write as _};

use futures_util::future::BoxFuture;
use matoi_core::page::{Delivery, Page};
use serde_json::Value;

use crate::aside::aside;
use crate::config::{ConfigError, Fields};
use crate::excerpt::{excerpt, is_unsafe};
use crate::notify::{Kind, Notifier, accepts_line};

#[cfg(test)]
mod tests;

pub(super) const KIND: Kind = Kind {
    name: "console",
    summary: "Writes the page to the server's standard output.",
    example: "{}",
    parse: |config| Ok(Box::new(Console::parse(config)?)),
    accepts: accepts_line,
};

/// Lines of a frame are drawn at the left only: how wide a Japanese letter is, only the terminal knows.
const TOP: &str = "┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━";
const SIDE: &str = "┃";
const RULE: &str =
    "┠──────────────────────────────────────────────────────────────────────────────";
const BOTTOM: &str =
    "┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━";

#[derive(Debug)]
struct Console;

impl Console {
    fn parse(config: &Value) -> Result<Console, ConfigError> {
        Fields::read(config, &[]).map(|_| Console)
    }
}

impl Notifier for Console {
    fn send<'a>(&'a self, page: &'a Page) -> BoxFuture<'a, Delivery> {
        let block = Block(page).to_string();
        Box::pin(async move {
            // A pipe that nobody reads blocks who writes to it.
            match aside("standard output", move || write(&block)).await {
                Ok(Ok(())) => Delivery::Accepted { reference: "console".to_owned() },
                Ok(Err(err)) => retry(&err.to_string()),
                Err(stuck) => retry(&stuck.to_string()),
            }
        })
    }
}

fn write(block: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(block.as_bytes())?;
    stdout.flush()
}

fn retry(reason: &str) -> Delivery {
    Delivery::Retry { after: None, reason: format!("standard output: {}", excerpt(reason)) }
}

/// A page in its frame.
struct Block<'a>(&'a Page);

impl fmt::Display for Block<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Block(page) = self;
        let message = &page.message;
        let to = match page.address.as_str() {
            "" => page.to.clone(),
            address => format!("{} <{address}>", page.to),
        };
        writeln!(f, "{TOP}")?;
        line(f, &message.subject)?;
        line(f, &format!("→ {to}"))?;
        writeln!(f, "{RULE}")?;
        for text in message.body.lines() {
            line(f, text)?;
        }
        if let Some(url) = &message.url
            && !message.body.contains(url.as_str())
        {
            line(f, url)?;
        }
        writeln!(f, "{BOTTOM}")
    }
}

/// One line of the frame. The text comes from outside, and must not move the cursor out of it.
fn line(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let text = text.replace(is_unsafe, " ");
    f.write_str(SIDE)?;
    if !text.trim().is_empty() {
        write!(f, " {}", text.trim_end())?;
    }
    f.write_char('\n')
}
