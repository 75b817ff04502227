//! Taking secrets out of what a step printed.
//!
//! Found are the exact value of a secret and each of its lines, also trimmed, of four bytes or more, and the whole value
//! as it stands in JSON, in an address, in markup, and in base64, wherever that begins.
//!
//! **Limit:** a step that encodes a secret in another way, or cuts it, before it prints it is not seen through.

use std::collections::BTreeMap;
use std::ops::Range;

/// What stands where a secret stood.
const MASK: &[u8] = "•••".as_bytes();
/// Shorter values would mask half of any text, and protect nothing.
const SECRET_BYTES_MIN: usize = 4;

/// Knows what must not be shown.
#[derive(Clone)]
pub(super) struct Redactor {
    /// Longest first, so that a secret that holds another one is masked whole.
    needles: Vec<Vec<u8>>,
}

impl Redactor {
    pub(super) fn new(secrets: &BTreeMap<String, String>) -> Redactor {
        let values = secrets.values().flat_map(|it| std::iter::once(it.as_str()).chain(it.lines()));
        let mut needles: Vec<Vec<u8>> = values
            .flat_map(|it| [it, it.trim()])
            .filter(|it| it.len() >= SECRET_BYTES_MIN)
            .map(|it| it.as_bytes().to_owned())
            .collect();
        let whole = secrets.values().flat_map(|it| [it.as_str(), it.trim()]);
        needles.extend(whole.filter(|it| it.len() >= SECRET_BYTES_MIN).flat_map(encoded));
        needles.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        needles.dedup();
        Redactor { needles }
    }

    /// The longest secret: how much must be read beyond what is shown, so that none is cut in two.
    pub(super) fn longest(&self) -> usize {
        self.needles.first().map_or(0, Vec::len)
    }

    /// How many of the last of `bytes` may be the beginning of a secret.
    pub(super) fn begun(&self, bytes: &[u8]) -> usize {
        let most = self.longest().saturating_sub(1).min(bytes.len());
        let begins = |count: &usize| {
            let end = bytes.get(bytes.len() - count..).unwrap_or_default();
            self.needles.iter().any(|it| it.len() > end.len() && it.starts_with(end))
        };
        (1..=most).rev().find(begins).unwrap_or(0)
    }

    /// What of `bytes` begins in `shown`, without secrets. A secret that begins before or ends behind it is masked.
    pub(super) fn mask(&self, bytes: &[u8], shown: Range<usize>) -> Vec<u8> {
        self.mask_to(bytes, shown).0
    }

    /// The same, and where it ends: with a secret that began in `shown`, that is behind it.
    pub(super) fn mask_to(&self, bytes: &[u8], shown: Range<usize>) -> (Vec<u8>, usize) {
        let mut masked = Vec::new();
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|it| !it.is_empty() && at < shown.end) {
            match self.needles.iter().find(|it| rest.starts_with(it)) {
                Some(needle) => {
                    at += needle.len();
                    if at > shown.start {
                        masked.extend_from_slice(MASK);
                    }
                }
                None => {
                    if at >= shown.start {
                        masked.extend(rest.first());
                    }
                    at += 1;
                }
            }
        }
        (masked, at)
    }

    /// `text` without secrets.
    pub(super) fn text(&self, text: &str) -> String {
        let masked = self.mask(text.as_bytes(), 0..text.len());
        String::from_utf8_lossy(&masked).into_owned()
    }
}

/// A secret as programs write it into JSON, addresses, and headers.
fn encoded(secret: &str) -> Vec<Vec<u8>> {
    let json = serde_json::Value::from(secret).to_string();
    let address = in_address(secret);
    let mut forms = vec![json.trim_matches('"').to_owned(), address.replace("%20", "+"), address];
    let markup = in_markup(secret);
    // Quotes need no name outside of an attribute.
    forms.extend([markup.replace("&quot;", "\"").replace("&#39;", "'"), markup]);
    for before in 0..3 {
        let form = in_base64(secret.as_bytes(), before);
        forms.extend([form.replace('+', "-").replace('/', "_"), form]);
    }
    forms.retain(|it| it.len() >= SECRET_BYTES_MIN);
    forms.into_iter().map(String::into_bytes).collect()
}

/// `text` between the tags of markup, or in an attribute of one.
pub(super) fn in_markup(text: &str) -> String {
    let mut markup = String::with_capacity(text.len());
    let pairs = [('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&quot;"), ('\'', "&#39;")];
    for it in text.chars() {
        match pairs.iter().find(|(plain, _)| *plain == it) {
            Some((_, name)) => markup.push_str(name),
            None => markup.push(it),
        }
    }
    markup
}

/// `text` as one part of an address: everything but what never means anything there (RFC 3986, 2.3) is encoded.
pub(super) fn in_address(text: &str) -> String {
    let encoded = |byte: u8| match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encoded).collect()
}

/// The letters that say `bytes` alone, where `before` other bytes stand before them in a group of three.
fn in_base64(bytes: &[u8], before: usize) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bit = |at: usize| {
        let byte = at.checked_sub(before * 8).and_then(|it| bytes.get(it / 8));
        byte.map_or(0, |it| usize::from(it >> (7 - at % 8) & 1))
    };
    let (first, end) = ((before * 8).div_ceil(6), (before + bytes.len()) * 8 / 6);
    let letter = |place: usize| (place * 6..place * 6 + 6).fold(0, |sum, at| sum * 2 + bit(at));
    (first..end).filter_map(|it| LETTERS.get(letter(it))).map(|it| char::from(*it)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(secrets: &[&str], text: &str, shown: std::ops::Range<usize>, expect: &str) {
        let secrets = secrets.iter().enumerate().map(|(n, it)| (n.to_string(), (*it).to_owned()));
        let masked = Redactor::new(&secrets.collect()).mask(text.as_bytes(), shown);
        assert_eq!(String::from_utf8(masked).unwrap(), expect, "{text:?}");
    }

    #[test]
    fn secrets_are_masked_wherever_they_stand() {
        let all = 0..1000;
        check(&["hunter2"], "pw=hunter2;", all.clone(), "pw=•••;");
        check(&["hunter2"], "hunter2hunter2", all.clone(), "••••••");
        check(&["hunter2", "hunter2000"], "hunter2000 hunter2", all.clone(), "••• •••");
        check(&["abc"], "abc is too short to be one", all.clone(), "abc is too short to be one");
        check(&[""], "an empty one masks nothing", all.clone(), "an empty one masks nothing");
        check(&["line one\nline two\n"], "> line two <", all.clone(), "> ••• <");
        check(&["line one\nline two\n"], "line one\nline two\n", all.clone(), "•••");
        check(&["秘密の鍵"], "鍵は秘密の鍵です", all, "鍵は•••です");
    }

    #[test]
    fn secrets_are_masked_in_the_usual_wrappings() {
        let secret = &["p\"ss w\u{f6}rd/1"];
        let all = 0..1000;
        check(secret, r#"{"pw":"p\"ss wörd/1"}"#, all.clone(), r#"{"pw":"•••"}"#);
        check(
            secret,
            "https://db/?pw=p%22ss%20w%C3%B6rd%2F1&x",
            all.clone(),
            "https://db/?pw=•••&x",
        );
        check(secret, "pw=p%22ss+w%C3%B6rd%2F1", all.clone(), "pw=•••");
        check(secret, "<pw v='p&quot;ss wörd/1'/>", all.clone(), "<pw v='•••'/>");
        check(&["a&b<\"c\">"], "<pw>a&amp;b&lt;\"c\"&gt;</pw>", all.clone(), "<pw>•••</pw>");
        // `printf 'USER:hunter2-long!' | base64`, with users of no, one, two and three letters.
        let hunter = &["hunter2-long!"];
        check(hunter, "aHVudGVyMi1sb25nIQ==", all.clone(), "•••Q==");
        check(hunter, "Omh1bnRlcjItbG9uZyE=", all.clone(), "Om•••E=");
        check(hunter, "bTpodW50ZXIyLWxvbmch", all.clone(), "bTp•••");
        check(hunter, "bWU6aHVudGVyMi1sb25nIQ==", all.clone(), "bWU6•••Q==");
        check(&["???>>>???"], "Pz8_Pj4-Pz8_ Pz8/Pj4+Pz8/", all, "••• •••");
    }

    #[test]
    fn a_secret_on_the_edge_is_not_shown_in_part() {
        check(&["hunter2"], "hunter2 rest", 3..12, "••• rest");
        check(&["hunter2"], "text hunter2", 0..7, "text •••");
        check(&["hunter2"], "hunter2 rest", 7..12, " rest");
    }
}
