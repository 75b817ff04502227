//! The line that opens a fence: `bash { name=disk kind=diagnose timeout=20s }`.
//!
//! The text of the file is read, not what Markdown makes of it: there `\.` is a dot, and in a regular expression it
//! must stay what it is.

use std::ops::Range;

use super::attribute::Attributes;
use super::finding::{Findings, quote};
use super::json;

/// What the line says.
#[derive(Clone, Debug, Default)]
pub(super) struct Opening {
    /// In lower case; empty where there is none.
    pub(super) language: String,
    pub(super) language_span: Range<usize>,
    /// Present where anything at all follows the language.
    pub(super) attributes: Option<Attributes>,
    /// Everything behind the language.
    pub(super) rest: Range<usize>,
    /// What is wrong with it, if the fence turns out to be ours.
    pub(super) findings: Findings,
}

/// Reads the line.
pub(super) fn read(text: &str, range: Range<usize>) -> Opening {
    let mut cursor = Cursor::new(text, range);
    cursor.skip_spaces();
    let (language, language_span) = cursor.take_while(|it| !it.is_whitespace() && it != '{');
    let mut opening =
        Opening { language: language.to_lowercase(), language_span, ..Opening::default() };
    let spaces = cursor.skip_spaces();
    opening.rest = cursor.at..cursor.end;
    match cursor.peek() {
        None => return opening,
        Some('{') => {
            if spaces == 0 && !opening.language.is_empty() {
                opening
                    .findings
                    .warning(
                        opening.language_span.clone(),
                        "a space is missing between the language and `{`",
                    )
                    .hint(format!("write `{language} {{`, so that the code is highlighted"));
            }
            opening.attributes = Some(braces(&mut cursor, &mut opening.findings));
        }
        Some(_) => {
            let rest = cursor.rest();
            opening.attributes = Some(Attributes::default());
            let hint = if rest.contains('=') {
                "a brace is missing: `{ key=value }`"
            } else {
                "leave it out"
            };
            opening
                .findings
                .error(opening.rest.clone(), format!("{} stands outside of `{{ }}`", quote(rest)))
                .hint(hint);
        }
    }
    opening
}

/// Reads `key=value flag` to the end of the range, as in a comment.
pub(super) fn pairs(text: &str, range: Range<usize>, findings: &mut Findings) -> Attributes {
    let mut cursor = Cursor::new(text, range);
    let mut attributes = Attributes::default();
    loop {
        cursor.skip_spaces();
        if cursor.peek().is_none() || pair(&mut cursor, &mut attributes, findings).is_err() {
            return attributes;
        }
    }
}

fn braces(cursor: &mut Cursor<'_>, findings: &mut Findings) -> Attributes {
    let mut attributes = Attributes::default();
    let open = cursor.at;
    cursor.next();
    cursor.skip_spaces();
    if cursor.peek() == Some('"') {
        if json::object(cursor, &mut attributes, findings).is_err() {
            return attributes;
        }
    } else {
        loop {
            cursor.skip_spaces();
            match cursor.peek() {
                None => {
                    findings
                        .error(open..cursor.end, "`}` is missing")
                        .hint("end the line with ` }`");
                    return attributes;
                }
                Some('}') => break,
                Some(_) => {
                    if pair(cursor, &mut attributes, findings).is_err() {
                        return attributes;
                    }
                }
            }
        }
        cursor.next();
    }
    cursor.skip_spaces();
    if cursor.peek().is_some() {
        findings
            .error(cursor.at..cursor.end, format!("{} stands behind `}}`", quote(cursor.rest())))
            .hint("put it into the braces, or leave it out");
    }
    attributes
}

/// An open quote took the rest of the line; a finding says so.
struct Swallowed;

/// A value and its place; `None` where it is so broken that a finding says all.
type Read = Result<Option<(String, Range<usize>)>, Swallowed>;

/// Reads one `key`, `key=value`, or `#name`. It takes at least one character.
fn pair(
    cursor: &mut Cursor<'_>,
    attributes: &mut Attributes,
    findings: &mut Findings,
) -> Result<(), Swallowed> {
    if cursor.peek() == Some('#') {
        let start = cursor.at;
        cursor.next();
        let (name, span) = cursor.take_while(|it| !it.is_whitespace() && it != '}');
        attributes.add("name", start..start + 1, Some((name.to_owned(), span)), findings);
        return Ok(());
    }
    let (word, key_span) = cursor.take_while(|it| !it.is_whitespace() && !"=}{\"'".contains(it));
    if word.is_empty() {
        let start = cursor.at;
        let wrong = cursor.next().unwrap_or_default();
        let message = format!("{} stands where a key is expected", quote(&wrong.to_string()));
        findings.error(start..cursor.at, message);
        return Ok(());
    }
    if cursor.peek() != Some('=') {
        attributes.add(word, key_span, None, findings);
        return Ok(());
    }
    cursor.next();
    if let Some(value) = value(cursor, word, findings)? {
        attributes.add(word, key_span, Some(value), findings);
    }
    Ok(())
}

fn value(cursor: &mut Cursor<'_>, word: &str, findings: &mut Findings) -> Read {
    match cursor.peek() {
        Some('"') => quoted(cursor, findings),
        Some('\'') => {
            let (_, span) = cursor.take_while(|it| it != '}');
            findings.error(span, "single quotes do not hold a value").hint("write `\"…\"`");
            Ok(None)
        }
        Some('/') if word == "expect" => pattern(cursor, findings),
        Some(_) | None => Ok(bare(cursor, word, findings)),
    }
}

fn quoted(cursor: &mut Cursor<'_>, findings: &mut Findings) -> Read {
    let open = cursor.at;
    cursor.next();
    let start = cursor.at;
    let mut value = String::new();
    loop {
        let at = cursor.at;
        match cursor.next() {
            None => {
                findings.error(open..cursor.end, "the quote is never closed").hint("write `\"…\"`");
                return Err(Swallowed);
            }
            Some('"') => {
                behind_quote(cursor, findings);
                return Ok(Some((value, start..at)));
            }
            Some('\\') if matches!(cursor.peek(), Some('"' | '\\')) => value.extend(cursor.next()),
            Some(it) => value.push(it),
        }
    }
}

fn behind_quote(cursor: &mut Cursor<'_>, findings: &mut Findings) {
    let (rest, span) = cursor.take_while(|it| !it.is_whitespace() && it != '}');
    if !rest.is_empty() {
        findings
            .error(span, format!("{} stands right behind a closing quote", quote(rest)))
            .hint("put a space between");
    }
}

fn pattern(cursor: &mut Cursor<'_>, findings: &mut Findings) -> Read {
    let start = cursor.at;
    cursor.next();
    loop {
        match cursor.next() {
            None => {
                findings
                    .error(start..cursor.end, "the regular expression is never closed")
                    .hint("write `expect=/…/`");
                return Err(Swallowed);
            }
            Some('/') => break,
            Some('\\') => drop(cursor.next()),
            Some(_) => (),
        }
    }
    let span = start..cursor.at;
    let text = cursor.text.get(span.clone()).unwrap_or_default().to_owned();
    behind_quote(cursor, findings);
    Ok(Some((text, span)))
}

fn bare(
    cursor: &mut Cursor<'_>,
    word: &str,
    findings: &mut Findings,
) -> Option<(String, Range<usize>)> {
    let start = cursor.at;
    let mut stray = None;
    while let Some(it) = cursor.peek() {
        if it.is_whitespace() || it == '}' {
            break;
        }
        let at = cursor.at;
        cursor.next();
        // `${HOST}` is a variable; its brace does not end the attributes.
        if it == '$' && cursor.peek() == Some('{') {
            cursor.take_while(|it| it != '}' && !it.is_whitespace());
            if cursor.peek() == Some('}') {
                cursor.next();
            }
        } else if "{\"'".contains(it) {
            stray = stray.or(Some((at..cursor.at, it)));
        }
    }
    if let Some((span, it)) = stray {
        findings.error(span, format!("`{it}` in a value that is not quoted")).hint("write `\"…\"`");
        return None;
    }
    if start == cursor.at {
        findings
            .error(start.saturating_sub(1)..start, format!("`{word}` needs a value"))
            .hint(format!("`{word}=…`"));
        return None;
    }
    let span = start..cursor.at;
    Some((cursor.text.get(span.clone()).unwrap_or_default().to_owned(), span))
}

/// A place in the file that moves forward to `end`.
pub(super) struct Cursor<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) end: usize,
}

impl<'a> Cursor<'a> {
    fn new(text: &'a str, range: Range<usize>) -> Cursor<'a> {
        Cursor { text, at: range.start, end: range.end.min(text.len()) }
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..self.end).unwrap_or_default()
    }

    /// The next character.
    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Takes the next character.
    pub(super) fn next(&mut self) -> Option<char> {
        let it = self.peek()?;
        self.at += it.len_utf8();
        Some(it)
    }

    /// Takes characters for as long as they are wanted.
    pub(super) fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> (&'a str, Range<usize>) {
        let rest = self.rest();
        let length = rest.find(|it| !wanted(it)).unwrap_or(rest.len());
        let start = self.at;
        self.at += length;
        (rest.get(..length).unwrap_or_default(), start..self.at)
    }

    /// Skips spaces, the ideographic one too, and says how many bytes.
    pub(super) fn skip_spaces(&mut self) -> usize {
        self.take_while(char::is_whitespace).1.len()
    }
}
