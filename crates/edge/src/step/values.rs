//! What a step publishes: `key=value` lines, or `key<<END` with lines up to `END`.

use std::collections::BTreeMap;

use matoi_core::limits::OUTPUTS_PER_STEP_MAX;

use super::environment::is_name;

/// Bytes of the file that are looked at.
pub(super) const BYTES_MAX: usize = 256 << 10;
/// A longer value does not fit into an environment variable of the next step.
const VALUE_BYTES_MAX: usize = 64 << 10;
/// Complaints that are shown; one mistake in a loop should not fill a page.
const COMPLAINTS_MAX: usize = 5;

/// Reads what was published, with a complaint for everything that is left out.
pub(super) fn parse(text: &str) -> (BTreeMap<String, String>, Vec<String>) {
    let mut values = BTreeMap::new();
    let mut complaints = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let number = number + 1;
        let pair = match (named(line, "="), named(line, "<<")) {
            (Some((key, value)), _) => Ok((key, value.to_owned())),
            (None, Some((key, end))) => until(&mut lines, end)
                .map(|value| (key, value))
                .ok_or_else(|| format!("line {number} opens {key} and never closes it")),
            (None, None) if line.trim().is_empty() => continue,
            (None, None) => Err(format!("line {number} is not name=value")),
        };
        match pair {
            Ok((key, value)) if value.len() > VALUE_BYTES_MAX => {
                complaints.push(format!("{key} is longer than {VALUE_BYTES_MAX} bytes"));
            }
            Ok((key, _)) if values.len() >= OUTPUTS_PER_STEP_MAX && !values.contains_key(key) => {
                complaints.push(format!("{key} is beyond the {OUTPUTS_PER_STEP_MAX} that may be"));
            }
            Ok((key, value)) => {
                values.insert(key.to_owned(), value);
            }
            Err(complaint) => complaints.push(complaint),
        }
    }
    if complaints.len() > COMPLAINTS_MAX {
        let more = complaints.split_off(COMPLAINTS_MAX).len();
        complaints.push(format!("{more} more like these"));
    }
    (values, complaints)
}

fn named<'a>(line: &'a str, separator: &str) -> Option<(&'a str, &'a str)> {
    line.split_once(separator).filter(|(key, _)| is_name(key))
}

/// The lines up to `end`; nothing when it never comes.
fn until<'a>(lines: &mut impl Iterator<Item = (usize, &'a str)>, end: &str) -> Option<String> {
    let mut value: Vec<&str> = Vec::new();
    for (_, line) in lines {
        if line == end {
            return Some(value.join("\n"));
        }
        value.push(line);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[(&str, &str)], complaints: &[&str]) {
        let (values, complained) = parse(text);
        let values: Vec<_> = values.iter().map(|(key, it)| (key.as_str(), it.as_str())).collect();
        assert_eq!(values, expect, "{text:?}");
        assert_eq!(complained, complaints, "{text:?}");
    }

    #[test]
    fn values_are_read_as_written() {
        check("", &[], &[]);
        check("a=1\nb=x=y\n\nc=\n", &[("a", "1"), ("b", "x=y"), ("c", "")], &[]);
        check("a=1\na=2\n", &[("a", "2")], &[]);
        check("a= spaces stay \n", &[("a", " spaces stay ")], &[]);
        check("t<<END\none\n\ntwo=2\nEND\nb=1\n", &[("b", "1"), ("t", "one\n\ntwo=2")], &[]);
        check("t<<E=F\nx\nE=F\n", &[("t", "x")], &[]);
        check("t<<END\nEND\n", &[("t", "")], &[]);
    }

    #[test]
    fn what_is_left_out_is_told() {
        check("hello\n", &[], &["line 1 is not name=value"]);
        check("a b=1\nc=2\n", &[("c", "2")], &["line 1 is not name=value"]);
        check("t<<END\none\n", &[], &["line 1 opens t and never closes it"]);
        check("•••=1\n", &[], &["line 1 is not name=value"]);
        let long = "x".repeat(VALUE_BYTES_MAX + 1);
        check(&format!("a={long}\n"), &[], &["a is longer than 65536 bytes"]);
        let (values, complaints) =
            parse(&(0..150).map(|it| format!("k{it:03}=v\n")).collect::<String>());
        assert_eq!((values.len(), complaints.len()), (100, 6));
        assert_eq!(complaints[0], "k100 is beyond the 100 that may be");
        assert_eq!(complaints[5], "45 more like these");
    }
}
