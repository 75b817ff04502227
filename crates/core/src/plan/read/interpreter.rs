//! `interpreters`: programs for languages that Matoi does not perform by itself.
//!
//! ```yaml
//! interpreters:
//!   zsh: [zsh, -e]
//!   python: { run: [python3, -u], check: [python3, -m, ast] }
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::plan::Interpreter;
use crate::plan::finding::Complaint;
use crate::plan::read::Reader;
use crate::plan::read::field::Fields;
use crate::plan::yaml::{Node, Value};
use crate::runbook::parse::language;

pub(super) const KEYS: &[&str] = &["run", "check"];

const WAYS: &str = "write [PROGRAM, ARGUMENT]; the path of the script comes last";

/// The names that a plan gives to its interpreters, whatever else is wrong with it.
pub(crate) fn languages(tree: &Node) -> BTreeSet<String> {
    let Value::Map(entries) = &tree.value else { return BTreeSet::new() };
    let section = entries.iter().find(|it| it.key == "interpreters").map(|it| &it.value.value);
    let Some(Value::Map(entries)) = section else { return BTreeSet::new() };
    let fit = entries.iter().filter(|it| unfit(&it.key).is_none());
    fit.map(|it| it.key.clone()).collect()
}

/// Why a word cannot be the language of a fence that a plan names an interpreter for.
fn unfit(word: &str) -> Option<&'static str> {
    let is_plain = word.starts_with(|it: char| it.is_ascii_lowercase())
        && word
            .chars()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || "+-_".contains(it));
    if !is_plain || word.len() > WORD_BYTES_MAX {
        return Some("is no word of a fence: write it small, in letters, digits, + - and _");
    }
    language::refusal(word)
}

/// Longer than any language's name.
const WORD_BYTES_MAX: usize = 32;

pub(super) fn read(reader: &mut Reader<'_>, top: &Fields<'_>) -> BTreeMap<String, Interpreter> {
    let mut interpreters = BTreeMap::new();
    for entry in reader.entries(top, "interpreters") {
        if let Some(why) = unfit(&entry.key) {
            let complaint = Complaint::new(format!("\"{}\" {why}", entry.key));
            let hint =
                "call it after its program, and write that behind the backticks of its fences";
            reader.findings.error(&entry.key_span, complaint.hint(hint));
            continue;
        }
        if let Some(it) = interpreter(reader, &entry.value, &entry.key, &entry.key_span) {
            interpreters.insert(entry.key.clone(), it);
        }
    }
    interpreters
}

fn interpreter(
    reader: &mut Reader<'_>,
    node: &Node,
    name: &str,
    span: &Range<usize>,
) -> Option<Interpreter> {
    let Value::Map(_) = node.value else {
        return Some(Interpreter { run: program(reader, node, "run", WAYS)?, check: Vec::new() });
    };
    let what = format!("the interpreter \"{name}\"");
    let fields = reader.fields(node, &what, span, KEYS)?;
    let run = reader.need(&fields, "run")?;
    let run = program(reader, run, "run", WAYS)?;
    let check = fields.get("check").map(|it| program(reader, it, "check", WAYS));
    Some(Interpreter { run, check: check.unwrap_or_else(|| Some(Vec::new()))? })
}

/// A command whose program is found in the same way wherever a step works.
pub(super) fn program(
    reader: &mut Reader<'_>,
    node: &Node,
    key: &str,
    ways: &str,
) -> Option<Vec<String>> {
    let command = reader.command(node, key, ways)?;
    let program = command.first().map(String::as_str).unwrap_or_default();
    let problem = if program.contains(char::is_whitespace) {
        format!("\"{program}\" is one program with spaces in its name")
    } else if program.contains('/') && !program.starts_with('/') {
        format!("\"{program}\" is found in one directory only, and steps may work in others")
    } else {
        return Some(command);
    };
    let hint = "write each argument by itself, and the program by its name or by its path from /";
    reader.findings.error(&node.span, Complaint::new(problem).hint(hint));
    None
}
