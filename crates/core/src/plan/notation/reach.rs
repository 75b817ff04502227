//! Ways to a person: `slack:@yamada`, `email:yamada@oneshot.example after 2m`, `console`.

use jiff::SignedDuration;

use crate::plan::finding::Complaint;
use crate::plan::width::{half_width, plain};
use crate::plan::{Reach, duration};

/// What stands where an address should be, until somebody fills it in.
const UNFILLED: [&str; 12] = [
    "todo",
    "tbd",
    "fixme",
    "連絡先",
    "未定",
    "未設定",
    "要記入",
    "記載",
    "〇〇",
    "○○",
    "***",
    "changeme",
];

/// Whether an address is only a reminder to write one.
pub(crate) fn is_placeholder(text: &str) -> bool {
    let plain = plain(text);
    plain.is_empty()
        || holds_brackets(&plain)
        || plain.contains("xxx")
        || UNFILLED.iter().any(|it| plain == *it || (!it.is_ascii() && plain.contains(it)))
        || ["todo", "tbd"].iter().any(|it| plain.starts_with(it) && !plain.contains('@'))
}

/// Whether something stands in brackets that is no IPv6 address.
fn holds_brackets(text: &str) -> bool {
    [('[', ']'), ('<', '>'), ('{', '}'), ('【', '】')].iter().any(|(open, close)| {
        let inside = text.split_once(*open).and_then(|(_, rest)| rest.split_once(*close));
        inside.is_some_and(|(it, _)| it.is_empty() || !it.chars().all(is_of_ipv6))
    })
}

fn is_of_ipv6(it: char) -> bool {
    it.is_ascii_hexdigit() || it == ':' || it == '.'
}

/// Reads one way. The channel is not looked up here.
pub(crate) fn reach(text: &str) -> Result<Reach, Complaint> {
    let text = text.trim();
    let (way, after) = without_delay(text)?;
    let at = way.find([':', '：']);
    let (channel, address) = match at {
        Some(at) => way.split_at(at),
        None => (way, ""),
    };
    let channel = half_width(channel).trim().to_owned();
    let address = address.trim_start_matches([':', '：']).trim().to_owned();
    if channel.is_empty() || channel.contains(char::is_whitespace) {
        let complaint = Complaint::new(format!("\"{text}\" does not say over which channel"));
        return Err(
            complaint.hint("write the channel, a colon and the address: email:ann@example.com")
        );
    }
    Ok(Reach { channel, address, after })
}

/// The way without `after 2m` or `2分後` at its end.
fn without_delay(text: &str) -> Result<(&str, SignedDuration), Complaint> {
    if let Some((way, delay)) = text.rsplit_once(" after ") {
        return Ok((way.trim(), duration::parse(delay)?));
    }
    let last = text.rsplit_once([' ', '\u{3000}']);
    if let Some((way, delay)) = last
        && let Some(delay) = delay.strip_suffix('後')
    {
        return Ok((way.trim(), duration::parse(delay)?));
    }
    Ok((text, SignedDuration::ZERO))
}
