//! The JSON form of attributes: `{"name": "disk", "timeout": "20s"}`.
//!
//! Whoever writes JSON gets JSON: the first thing that is none ends the reading with an error at its place, instead
//! of being taken for something else.

use std::ops::Range;

use super::attribute::Attributes;
use super::finding::{Findings, quote};
use super::opening::Cursor;

/// The object cannot be read on; a finding says why.
pub(super) struct Broken;

/// Reads the pairs of an object whose `{` is behind the cursor, and its `}`.
pub(super) fn object(
    cursor: &mut Cursor<'_>,
    attributes: &mut Attributes,
    findings: &mut Findings,
) -> Result<(), Broken> {
    loop {
        cursor.skip_spaces();
        let (key, key_span) = string(cursor, findings)?;
        expect(cursor, ':', findings)?;
        let value = value(cursor, findings)?;
        attributes.add(&key, key_span, Some(value), findings);
        cursor.skip_spaces();
        match cursor.peek() {
            Some(',') => drop(cursor.next()),
            Some('}') => {
                cursor.next();
                return Ok(());
            }
            Some(_) | None => return Err(broken(cursor, "`,` or `}` is missing", findings)),
        }
    }
}

fn value(
    cursor: &mut Cursor<'_>,
    findings: &mut Findings,
) -> Result<(String, Range<usize>), Broken> {
    cursor.skip_spaces();
    match cursor.peek() {
        Some('"') => string(cursor, findings),
        Some('[') => list(cursor, findings),
        Some(_) | None => {
            let (word, span) = cursor.take_while(|it| !it.is_whitespace() && !",}]".contains(it));
            let value: Option<serde_json::Value> = serde_json::from_str(word).ok();
            if value.is_some_and(|it| it.is_number() || it.is_boolean()) {
                return Ok((word.to_owned(), span));
            }
            findings
                .error(span, format!("{} is no value of JSON", quote(word)))
                .hint("put it into quotes, or write the attributes as `{ key=value }`");
            Err(Broken)
        }
    }
}

/// Reads `["a", "b"]` as `a,b`.
fn list(
    cursor: &mut Cursor<'_>,
    findings: &mut Findings,
) -> Result<(String, Range<usize>), Broken> {
    let start = cursor.at;
    cursor.next();
    let mut parts = Vec::new();
    loop {
        cursor.skip_spaces();
        parts.push(string(cursor, findings)?.0);
        cursor.skip_spaces();
        match cursor.next() {
            Some(',') => (),
            Some(']') => return Ok((parts.join(","), start..cursor.at)),
            Some(_) | None => return Err(broken(cursor, "`,` or `]` is missing", findings)),
        }
    }
}

/// Reads a string; the place is that of its text, without the quotes.
fn string(
    cursor: &mut Cursor<'_>,
    findings: &mut Findings,
) -> Result<(String, Range<usize>), Broken> {
    let start = cursor.at;
    if cursor.peek() != Some('"') {
        return Err(broken(cursor, "a string in quotes is expected", findings));
    }
    cursor.next();
    loop {
        match cursor.next() {
            Some('"') => break,
            Some('\\') => drop(cursor.next()),
            Some(_) => (),
            None => {
                findings
                    .error(start..cursor.end, "the quote is never closed")
                    .hint("write `\"…\"`");
                return Err(Broken);
            }
        }
    }
    let raw = cursor.text.get(start..cursor.at).unwrap_or_default();
    match serde_json::from_str::<String>(raw) {
        Ok(text) => Ok((text, start + 1..cursor.at - 1)),
        Err(_) => {
            findings.error(start..cursor.at, format!("{} is no string of JSON", quote(raw)));
            Err(Broken)
        }
    }
}

fn expect(cursor: &mut Cursor<'_>, wanted: char, findings: &mut Findings) -> Result<(), Broken> {
    cursor.skip_spaces();
    if cursor.peek() == Some(wanted) {
        cursor.next();
        return Ok(());
    }
    Err(broken(cursor, &format!("`{wanted}` is missing"), findings))
}

fn broken(cursor: &Cursor<'_>, message: &str, findings: &mut Findings) -> Broken {
    findings
        .error(cursor.at..cursor.end, message)
        .hint("attributes are either one JSON object or `{ key=value flag }`");
    Broken
}
