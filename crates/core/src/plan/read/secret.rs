//! `secrets`: where they come from.
//!
//! ```yaml
//! secrets: { from: env }
//! secrets: { from: { files: /run/secrets } }
//! secrets: { from: { command: [vault, read, -field=value] } }
//! ```

use crate::plan::SecretSource;
use crate::plan::finding::Complaint;
use crate::plan::read::Reader;
use crate::plan::read::field::Fields;
use crate::plan::width::plain;
use crate::plan::yaml::{Node, Value};

pub(super) const KEYS: &[&str] = &["from"];
const SOURCES: &[&str] = &["files", "command"];

pub(super) fn read(reader: &mut Reader<'_>, top: &Fields<'_>) -> SecretSource {
    let source = top.get("secrets").and_then(|it| source(reader, it, top));
    source.unwrap_or_default()
}

fn source(reader: &mut Reader<'_>, node: &Node, top: &Fields<'_>) -> Option<SecretSource> {
    let fields = reader.fields(node, "\"secrets\"", &top.place("secrets"), KEYS)?;
    let from = reader.need(&fields, "from")?;
    if let Value::Plain(_) | Value::Quoted(_) = from.value {
        return reader.parsed(from, "\"from\"", word);
    }
    let fields = reader.fields(from, "\"from\"", &fields.place("from"), SOURCES)?;
    match (fields.get("files"), fields.get("command")) {
        (Some(node), None) => reader.words(node, "\"files\"").map(SecretSource::Files),
        (None, Some(node)) => reader.command(node, "command", WAYS).map(SecretSource::Command),
        (None, None) if SOURCES.iter().any(|it| fields.slipped(it)) => None,
        (None, None) | (Some(_), Some(_)) => {
            let complaint = Complaint::new("secrets come from one place");
            reader.findings.error(&from.span, complaint.hint(WAYS));
            None
        }
    }
}

const WAYS: &str = "write env, { files: DIRECTORY } or { command: [PROGRAM, ARGUMENT] }";

fn word(text: &str) -> Result<SecretSource, Complaint> {
    match plain(text).as_str() {
        "env" | "environment" | "環境変数" => Ok(SecretSource::Env),
        _ => {
            let complaint = Complaint::new(format!("secrets cannot come from \"{text}\""));
            Err(complaint.hint(WAYS))
        }
    }
}
