//! One client's conversation, after RFC 5321.
//!
//! ```text
//!  greeted ─EHLO─▶ ready ─MAIL─▶ from ─RCPT─▶ from, to ─DATA─▶ ready
//!                    ▲              └────────────┴── RSET, EHLO ──┘
//! ```

use std::io::{self, Write};
use std::net::TcpStream;

use crate::mail::Shared;
use crate::mail::line::{Line, Lines};

const NAME: &str = "mail-sink.localhost";
/// RFC 5321 asks for 512; extensions lengthen it.
const COMMAND_BYTES_MAX: usize = 4 << 10;
/// RFC 5321 asks for 1000; real clients send longer ones.
const TEXT_LINE_BYTES_MAX: usize = 64 << 10;
const MAIL_BYTES_MAX: usize = 2 << 20;
const RECIPIENTS_MAX: usize = 100;
/// Whoever errs more often is no mail client.
const ERRORS_MAX: usize = 20;

/// What a command leads to.
enum Next {
    Reply(&'static str),
    Text,
    Quit,
}

#[derive(Default)]
struct Envelope {
    from: Option<String>,
    to: Vec<String>,
}

/// Talks to one client until it goes.
pub(super) fn serve(stream: &TcpStream, shared: &Shared) -> io::Result<()> {
    let mut lines = Lines::of(stream, &shared.stopping)?;
    let mut out = stream;
    let mut envelope = Envelope::default();
    let mut errors = 0;
    out.write_all(format!("220 {NAME} ESMTP\r\n").as_bytes())?;
    while errors <= ERRORS_MAX {
        let next = match lines.next(COMMAND_BYTES_MAX)? {
            Line::Whole(line) => command(&line, &mut envelope),
            Line::TooLong => Next::Reply("500 5.5.2 line too long"),
            Line::End => {
                // It may listen no more.
                let _ = out.write_all(b"421 4.4.2 closing\r\n");
                return Ok(());
            }
        };
        let reply = match next {
            Next::Reply(reply) => reply,
            Next::Quit => return out.write_all(b"221 2.0.0 bye\r\n"),
            Next::Text => {
                out.write_all(b"354 go on, end with a dot\r\n")?;
                match text(&mut lines)? {
                    Text::Whole(text) => keep(shared, &std::mem::take(&mut envelope), &text),
                    Text::TooLong => "552 5.3.4 mail too big",
                    // Not a mail, and nobody is there to be told.
                    Text::Cut => return Ok(()),
                }
            }
        };
        if reply.starts_with('5') {
            errors += 1;
        }
        out.write_all(format!("{reply}\r\n").as_bytes())?;
    }
    out.write_all(b"421 4.7.0 too many errors\r\n")
}

fn command(line: &[u8], envelope: &mut Envelope) -> Next {
    let Ok(line) = str::from_utf8(line) else {
        return Next::Reply("500 5.5.2 not UTF-8");
    };
    let line = line.trim_end_matches(['\r', '\n']);
    if line.contains(|it: char| it.is_control()) {
        return Next::Reply("500 5.5.2 control characters");
    }
    let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
    Next::Reply(match verb.to_ascii_uppercase().as_str() {
        "EHLO" => {
            *envelope = Envelope::default();
            "250-mail-sink.localhost\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 2097152"
        }
        "HELO" => {
            *envelope = Envelope::default();
            "250 mail-sink.localhost"
        }
        "MAIL" => mail(rest, envelope),
        "RCPT" => recipient(rest, envelope),
        "DATA" if envelope.from.is_none() => "503 5.5.1 MAIL first",
        "DATA" if envelope.to.is_empty() => "554 5.5.1 no valid recipients",
        "DATA" => return Next::Text,
        "RSET" => {
            *envelope = Envelope::default();
            "250 2.0.0 forgotten"
        }
        "NOOP" => "250 2.0.0 well",
        "VRFY" => "252 2.1.5 send it and see",
        "QUIT" => return Next::Quit,
        _ => "502 5.5.1 no such command",
    })
}

fn mail(rest: &str, envelope: &mut Envelope) -> &'static str {
    if envelope.from.is_some() {
        return "503 5.5.1 one mail at a time";
    }
    let Some((address, parameters)) = path(rest, "FROM:") else {
        return "501 5.1.7 MAIL FROM:<address>";
    };
    let size = parameters.split(' ').find_map(|it| it.strip_prefix("SIZE="));
    if size.and_then(|it| it.parse().ok()).is_some_and(|it: usize| it > MAIL_BYTES_MAX) {
        return "552 5.3.4 mail too big";
    }
    envelope.from = Some(address.to_owned());
    "250 2.1.0 sender ok"
}

fn recipient(rest: &str, envelope: &mut Envelope) -> &'static str {
    if envelope.from.is_none() {
        return "503 5.5.1 MAIL first";
    }
    if envelope.to.len() >= RECIPIENTS_MAX {
        return "452 4.5.3 too many recipients";
    }
    match path(rest, "TO:") {
        Some((address, _)) if address.contains('@') => {
            envelope.to.push(address.to_owned());
            "250 2.1.5 recipient ok"
        }
        _ => "501 5.1.3 RCPT TO:<address>",
    }
}

/// The address between the brackets, and the parameters behind them. The sender's may be empty.
fn path<'a>(rest: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
    let (before, after) = rest.split_at_checked(word.len())?;
    if !before.eq_ignore_ascii_case(word) {
        return None;
    }
    let (address, parameters) = after.trim_start().strip_prefix('<')?.split_once('>')?;
    (!address.contains(['<', ' '])).then_some((address, parameters.trim()))
}

/// What came after DATA.
enum Text {
    Whole(Vec<u8>),
    /// It was read to its end and thrown away.
    TooLong,
    /// The client went before the end.
    Cut,
}

/// Reads a mail up to the line with the dot. Only a dot between two proper line ends counts: servers that accept
/// others can be told two mails where the sender meant one.
fn text(lines: &mut Lines<'_>) -> io::Result<Text> {
    let mut text = Vec::new();
    let mut too_long = false;
    let mut after_proper_end = true;
    loop {
        let line = match lines.next(TEXT_LINE_BYTES_MAX)? {
            Line::Whole(line) => line,
            Line::TooLong => {
                too_long = true;
                continue;
            }
            Line::End => return Ok(Text::Cut),
        };
        if after_proper_end && line == b".\r\n" {
            return Ok(if too_long { Text::TooLong } else { Text::Whole(text) });
        }
        after_proper_end = line.ends_with(b"\r\n");
        let stuffed = line.strip_prefix(b".").unwrap_or(&line);
        too_long |= text.len() + stuffed.len() > MAIL_BYTES_MAX;
        if !too_long {
            text.extend_from_slice(stuffed);
        }
    }
}

/// Keeps a mail below its envelope, as a server does that delivers.
fn keep(shared: &Shared, envelope: &Envelope, text: &[u8]) -> &'static str {
    let from = envelope.from.as_deref().unwrap_or_default();
    let mut mail = format!("Return-Path: <{from}>\r\n").into_bytes();
    for to in &envelope.to {
        mail.extend_from_slice(format!("Delivered-To: {to}\r\n").as_bytes());
    }
    mail.extend_from_slice(text);
    match shared.keep(&mail) {
        Ok(()) => "250 2.0.0 kept",
        Err(_) => "451 4.3.0 cannot keep it now",
    }
}
