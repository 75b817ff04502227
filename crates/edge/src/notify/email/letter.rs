//! A page, written as a mail.
//!
//! **Invariant:** the same page gives the same mail, byte for byte; its date is when the page became owed.
//! **Invariant:** no text of a page can begin a header or a line of its own.

use std::error::Error;
use std::time::SystemTime;

use jiff::Timestamp;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, SinglePart};
use lettre::{Address, Message};
use matoi_core::limits;
use matoi_core::page::Page;

use crate::excerpt::is_unsafe;

/// Characters of a subject; a longer one makes lines that servers refuse.
const SUBJECT_CHARS_MAX: usize = 200;

/// Writes `page` from `from` to everybody of `to`.
pub(super) fn write(
    page: &Page,
    from: &Mailbox,
    to: &[Address],
) -> Result<Message, lettre::error::Error> {
    let message = &page.message;
    let domain = from.email.domain();
    let thread = identifier(&page.incident.0, domain);
    let subject = message.subject.replace(is_unsafe, " ");
    let date = SystemTime::from(page.owed_since.max(Timestamp::UNIX_EPOCH));
    to.iter()
        .fold(Message::builder(), |letter, to| letter.to(Mailbox::new(None, to.clone())))
        .from(from.clone())
        .subject(limits::cut(&subject, SUBJECT_CHARS_MAX))
        .date(date)
        .message_id(Some(identifier(&page.id.0, domain)))
        .in_reply_to(thread.clone())
        .references(thread)
        .header(AutoSubmitted)
        .singlepart(SinglePart::plain(body(page)))
}

fn body(page: &Page) -> String {
    let message = &page.message;
    let mut body: String = message.body.lines().fold(String::new(), |body, line| {
        body + &line.replace(|it| it != '\t' && is_unsafe(it), " ") + "\n"
    });
    if let Some(url) = &message.url
        && !body.contains(url.as_str())
    {
        body += &format!("\n{}\n", url.replace(is_unsafe, " "));
    }
    body
}

/// `INC-20260105-001/4/0` as `<INC-20260105-001.4.0@example.com>`.
fn identifier(id: &str, domain: &str) -> String {
    let safe = |it: char| if it.is_ascii_alphanumeric() || it == '-' { it } else { '.' };
    let id: String = id.chars().map(safe).collect();
    format!("<{id}@{domain}>")
}

/// Asks that no machine answers, as in "I am on holiday".
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<AutoSubmitted, Box<dyn Error + Send + Sync>> {
        Ok(AutoSubmitted)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
