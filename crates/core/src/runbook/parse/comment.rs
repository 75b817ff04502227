//! What HTML comments say to Matoi: `steps: off`, `budget=30m`, `step name=banner optional`.
//!
//! People who read the file on a code host do not see them. Comments that are not for us stay what they are.

use std::ops::Range;

use super::suggest::half_width;

/// A comment as it concerns us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Comment {
    /// Until the next heading, nothing is a step.
    StepsOff,
    StepsOn,
    /// The duration's place.
    Budget(Range<usize>),
    /// The place of the attributes of a task.
    Step(Range<usize>),
    /// It begins like one of ours and is none.
    Broken,
    /// For people.
    Prose,
}

/// The insides of all comments of a range.
pub(super) fn find(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = range.start;
    while let Some(rest) = text.get(at..range.end) {
        let Some(open) = rest.find("<!--").map(|it| at + it + 4) else { break };
        let inside = text.get(open..range.end).unwrap_or_default();
        let close = inside.find("-->").map_or(range.end, |it| open + it);
        found.push(open..close);
        at = close;
    }
    found
}

/// Reads the inside of a comment.
pub(super) fn read(text: &str, inside: Range<usize>) -> Comment {
    let content = text.get(inside.clone()).unwrap_or_default();
    let lead = content.len() - content.trim_start().len();
    let word_length = content
        .trim_start()
        .find(|it: char| !it.is_ascii_alphanumeric())
        .unwrap_or(content.trim_start().len());
    let word_end = inside.start + lead + word_length;
    let word = content.get(lead..lead + word_length).unwrap_or_default();
    let rest = content.get(lead + word_length..).unwrap_or_default();
    let sign = rest.trim_start().chars().next().map(half_width);
    match word {
        "steps" => steps(rest),
        "step" if sign == Some(':') => Comment::Broken,
        "step" if is_attributes(rest) => Comment::Step(word_end..inside.end),
        "budget" if matches!(sign, Some('=' | ':')) => {
            let before = rest.len() - rest.trim_start().len();
            let width = rest.trim_start().chars().next().map_or(0, char::len_utf8);
            Comment::Budget(word_end + before + width..inside.end)
        }
        _ => Comment::Prose,
    }
}

fn steps(rest: &str) -> Comment {
    let folded: String = rest.chars().take(40).map(half_width).collect();
    let (sign, word) = match folded.trim().strip_prefix(':') {
        Some(word) => (true, word.trim()),
        None => (false, folded.trim()),
    };
    match word.to_ascii_lowercase().as_str() {
        "off" if sign => Comment::StepsOff,
        "on" if sign => Comment::StepsOn,
        "off" | "on" => Comment::Broken,
        _ if sign => Comment::Broken,
        _ => Comment::Prose,
    }
}

/// Whether what follows `step` is attributes and no sentence.
fn is_attributes(rest: &str) -> bool {
    rest.contains('=') || rest.split_whitespace().next() == Some("optional")
}

#[cfg(test)]
mod tests {
    use super::{Comment, find, read};

    fn only(text: &str) -> Comment {
        let inside = find(text, 0..text.len());
        assert_eq!(inside.len(), 1, "{text}");
        read(text, inside[0].clone())
    }

    #[test]
    fn ours_are_told_from_those_for_people() {
        for (text, expected) in [
            ("<!-- steps: off -->", Comment::StepsOff),
            ("<!--steps：OFF-->", Comment::StepsOff),
            ("<!-- steps: on -->", Comment::StepsOn),
            ("<!-- steps off -->", Comment::Broken),
            ("<!-- steps: of -->", Comment::Broken),
            ("<!-- step: name=a -->", Comment::Broken),
            ("<!-- step name=a optional -->", Comment::Step(9..26)),
            ("<!-- step optional -->", Comment::Step(9..19)),
            ("<!-- budget=30m -->", Comment::Budget(12..16)),
            ("<!-- budget: 30分 -->", Comment::Budget(12..19)),
            ("<!-- steps below were tested in May -->", Comment::Prose),
            ("<!-- step by step -->", Comment::Prose),
            ("<!-- budget for next year -->", Comment::Prose),
            ("<!-- -->", Comment::Prose),
            ("<!-- steps: off", Comment::StepsOff),
        ] {
            assert_eq!(only(text), expected, "{text}");
        }
    }
}
