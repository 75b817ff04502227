//! From the bytes of a file to lines of text, with its secrets hidden.

use std::ops::Range;

use super::reading::Reading;
use super::word::{fold, is_unseen};
use crate::language::Language;
use crate::runbook::parse::secret;

/// A document; forty times the largest that was seen.
pub const DOCUMENT_BYTES_MAX: usize = 4 << 20;
/// Lines of a document.
pub const DOCUMENT_LINES_MAX: usize = 100_000;
/// Characters that nobody sees, told like secrets.
const UNSEEN: &str = "unseen";
/// Invalid bytes beyond this share are no slip of an editor but another encoding.
const BROKEN_SHARE: usize = 50;

/// Why a document is not imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    Empty,
    TooLarge {
        bytes: usize,
    },
    TooManyLines {
        lines: usize,
    },
    /// Not UTF-8.
    NotText,
    /// Neither Japanese nor English.
    Language {
        seems: &'static str,
    },
    /// No severity, no contact, no escalation, no threshold, and no procedure about failures.
    NoResponse,
}

impl Refusal {
    /// Why, as a fragment, and what to do.
    pub fn words(&self, language: Language) -> (String, String) {
        let (ja, en): ((String, &str), (String, &str)) = match self {
            Refusal::Empty => (
                ("ファイルが空です".to_owned(), "文書のファイルを指定してください"),
                ("the file is empty".to_owned(), "name the file that holds the document"),
            ),
            Refusal::TooLarge { bytes } => (
                (format!("{bytes} バイトあり、上限は {DOCUMENT_BYTES_MAX} です"), "章ごとに分けてください"),
                (format!("it has {bytes} bytes; the limit is {DOCUMENT_BYTES_MAX}"), "divide it by chapters"),
            ),
            Refusal::TooManyLines { lines } => (
                (format!("{lines} 行あり、上限は {DOCUMENT_LINES_MAX} です"), "章ごとに分けてください"),
                (format!("it has {lines} lines; the limit is {DOCUMENT_LINES_MAX}"), "divide it by chapters"),
            ),
            Refusal::NotText => (
                ("UTF-8 のテキストではありません".to_owned(), "iconv -f SHIFT_JIS -t UTF-8 などで変換してください"),
                ("it is not text in UTF-8".to_owned(), "convert it, as with iconv -f SHIFT_JIS -t UTF-8"),
            ),
            Refusal::Language { seems } => (
                (format!("日本語でも英語でもないようです（{seems}）"), "日本語または英語の文書を取り込めます"),
                (format!("it seems to be neither Japanese nor English, but {seems}"), "Japanese and English documents can be imported"),
            ),
            Refusal::NoResponse => (
                ("障害対応の文書ではないようです: 重要度・連絡先・エスカレーション・閾値・復旧手順が見つかりません".to_owned(), "何も書き出していません"),
                ("it seems to be no response document: it has no severity, contact, escalation, threshold, or procedure for a failure".to_owned(), "nothing was written"),
            ),
        };
        let (why, hint) = language.pick(ja, en);
        (why, hint.to_owned())
    }
}

/// A document as text.
pub(super) struct Source {
    pub(super) name: String,
    /// With `\n` as line ends, without a byte-order mark, and with every secret hidden.
    pub(super) text: String,
    /// Lines with a secret, and what it seems to be.
    secrets: Vec<(usize, &'static str)>,
    broken: bool,
}

impl Source {
    pub(super) fn read(name: &str, bytes: &[u8]) -> Result<Source, Refusal> {
        if bytes.len() > DOCUMENT_BYTES_MAX {
            return Err(Refusal::TooLarge { bytes: bytes.len() });
        }
        let invalid: usize = bytes.utf8_chunks().map(|it| it.invalid().len()).sum();
        if bytes.contains(&0) || invalid * BROKEN_SHARE > bytes.len() {
            return Err(Refusal::NotText);
        }
        let text = String::from_utf8_lossy(bytes);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        if text.trim().is_empty() {
            return Err(Refusal::Empty);
        }
        let lines = text.lines().count();
        if lines > DOCUMENT_LINES_MAX {
            return Err(Refusal::TooManyLines { lines });
        }
        let mut secrets = Vec::new();
        let mut hidden = String::with_capacity(text.len());
        for (number, line) in (1..).zip(text.split_inclusive('\n')) {
            let shown = without_unseen(line);
            if shown.len() < line.len() {
                secrets.push((number, UNSEEN));
            }
            hidden.push_str(&hide(&shown, |what| secrets.push((number, what))));
        }
        Ok(Source { name: name.to_owned(), text: hidden, secrets, broken: invalid > 0 })
    }

    /// Each secret is a danger, told without its text.
    pub(super) fn tell_secrets(&self, reading: &mut Reading<'_>) {
        for (line, what) in &self.secrets {
            let text = match *what {
                UNSEEN => reading.language.pick(
                    "見えない文字が読み方を変えています（取り除きました）".to_owned(),
                    "characters that nobody sees change what is read; they were taken out"
                        .to_owned(),
                ),
                what => reading.language.pick(
                    format!("{}が文書に書かれています（伏せて取り込みました）", in_japanese(what)),
                    format!("{what} stands in the document; it is hidden here"),
                ),
            };
            reading.danger(text, &[*line]);
        }
        if self.broken {
            let text = reading.language.pick(
                "UTF-8 として読めない文字がありました".to_owned(),
                "some bytes are no UTF-8 and were replaced".to_owned(),
            );
            reading.ask(text, &[]);
        }
    }
}

/// What turns the direction of a text, and control characters that no text needs.
fn without_unseen(line: &str) -> std::borrow::Cow<'_, str> {
    let is_gone = |it: char| is_unseen(it) && !matches!(it, '\n' | '\t');
    if line.contains(is_gone) { line.replace(is_gone, "").into() } else { line.into() }
}

fn in_japanese(what: &str) -> &'static str {
    match what {
        "a password in an address" => "URL 中のパスワード",
        "a private key" => "秘密鍵",
        "the address of a webhook" => "Webhook の URL",
        _ => "認証情報",
    }
}

/// `line` without its secrets.
fn hide<'l>(line: &'l str, mut tell: impl FnMut(&'static str)) -> std::borrow::Cow<'l, str> {
    if !may_hold_a_secret(line) {
        return line.into();
    }
    let mut spans: Vec<(Range<usize>, &'static str)> =
        secret::find(line).into_iter().map(|(span, what)| (value_of(line, &span), what)).collect();
    spans.extend(webhook(line).map(|it| (it, "the address of a webhook")));
    spans.extend(in_words(line).map(|it| (it, "a password")));
    if spans.is_empty() {
        return line.into();
    }
    spans.sort_by_key(|it| it.0.start);
    let (mut text, mut at) = (String::new(), 0);
    for (span, what) in spans {
        if span.start < at || span.is_empty() {
            continue;
        }
        text.push_str(line.get(at..span.start).unwrap_or_default());
        text.push_str("***");
        at = span.end;
        tell(what);
    }
    text.push_str(line.get(at..).unwrap_or_default());
    text.into()
}

/// Most lines cannot: a secret stands behind a sign, or begins as tokens do.
fn may_hold_a_secret(line: &str) -> bool {
    let signs = line.bytes().any(|it| matches!(it, b'=' | b'@' | b'_'));
    let begins = ["://", "AKIA", "glpat-", "xoxb-", "-----BEGIN"];
    signs
        || line.contains([':', '：']) && in_words(line).is_some()
        || begins.iter().any(|it| line.contains(it))
}

/// The part of what was found that is secret: behind `=`, or between `:` and `@`.
fn value_of(line: &str, span: &Range<usize>) -> Range<usize> {
    let word = line.get(span.clone()).unwrap_or_default();
    if let Some((scheme, rest)) = word.split_once("://")
        && let Some((user, _)) = rest.split_once('@')
        && let Some((name, password)) = user.split_once(':')
    {
        let start = span.start + scheme.len() + 3 + name.len() + 1;
        return start..start + password.len();
    }
    let Some((name, value)) = word.split_once('=') else { return span.clone() };
    let start = span.start + name.len() + 1;
    let bare = value.trim_end();
    if !matches!(bare, "\"" | "'" | "") {
        return start..start + bare.len();
    }
    // In quotes the value stands behind the word.
    let behind = line.get(span.end..).unwrap_or_default();
    let end = behind.find(['"', '\'', '\n']).unwrap_or(behind.len());
    span.end..span.end + end
}

/// The path of a chat's webhook: whoever has it may post.
fn webhook(line: &str) -> Option<Range<usize>> {
    const LEAD: &str = "hooks.slack.com/services/";
    let start = line.find(LEAD)? + LEAD.len();
    let rest = line.get(start..)?;
    let end =
        rest.find(|it: char| !(it.is_ascii_alphanumeric() || it == '/')).unwrap_or(rest.len());
    (end > 8).then_some(start..start + end)
}

/// `パスワード: hunter2`, `password: hunter2` in prose.
fn in_words(line: &str) -> Option<Range<usize>> {
    let folded = fold(line);
    // Full-width text changes its length, so only the label is looked for in it.
    let speaks = ["パスワード", "password", "passwd"].iter().any(|it| folded.contains(it));
    let at = line.find([':', '：']).filter(|_| speaks)?;
    let label = fold(line.get(..at)?);
    if !["パスワード", "password", "passwd"].iter().any(|it| label.trim_end().ends_with(it)) {
        return None;
    }
    let behind = line.get(at..)?;
    let lead = behind.find(|it: char| !matches!(it, ':' | '：' | ' ' | '*' | '`' | '\u{3000}'))?;
    let value = behind.get(lead..)?;
    let end = value.find(|it: char| it.is_whitespace() || it == '`').unwrap_or(value.len());
    let value = value.get(..end)?;
    let is_value = value.len() >= 4
        && value.bytes().all(|it| it.is_ascii_graphic())
        && !value.starts_with(['<', '[', '{', '$', '*', '(']);
    is_value.then_some(at + lead..at + lead + end)
}
