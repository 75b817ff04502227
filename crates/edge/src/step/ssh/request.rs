//! Values for the helper: assignments whose right sides are octal numbers, so that nothing in them is ever read as shell.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;

use super::Remote;

/// The text that `run` is followed by.
pub(super) fn run(remote: &Remote, script: &str, values: &BTreeMap<OsString, OsString>) -> String {
    let mut text = String::new();
    let seconds = |ms: u64| ms.div_ceil(1000);
    line(&mut text, &format!("limit={}", seconds(remote.timeout_ms)));
    line(&mut text, &format!("grace={}", seconds(remote.grace_ms)));
    arguments(&mut text, &remote.command, remote.cwd.as_deref());
    if remote.has_text {
        line(&mut text, &format!("printf '{}' >\"$dir/script.$$\"", octal(script.as_bytes())));
        line(&mut text, "mv \"$dir/script.$$\" \"$dir/script\" && set -- \"$@\" \"$dir/script\"");
    }
    line(&mut text, "environment() {");
    line(&mut text, ":");
    for name in &remote.forward {
        let Some(it) = values.get(OsStr::new(name)) else { continue };
        assign(&mut text, name, it);
        line(&mut text, &format!("export {name}"));
    }
    line(&mut text, "}");
    line(&mut text, "whole=yes");
    text
}

/// The text that `examine` is followed by.
pub(super) fn examine(programs: &[String], cwd: Option<&str>) -> String {
    let mut text = String::new();
    arguments(&mut text, programs, cwd);
    text
}

fn arguments(text: &mut String, words: &[String], cwd: Option<&str>) {
    assign(text, "cwd", OsStr::new(cwd.unwrap_or_default()));
    line(text, "set --");
    for word in words {
        assign(text, "_matoi_word", OsStr::new(word));
        line(text, "set -- \"$@\" \"$_matoi_word\"");
    }
}

/// The `x` keeps line ends, which a substitution would drop.
fn assign(text: &mut String, name: &str, value: &OsStr) {
    line(text, &format!("{name}=$(printf '{}x')", octal(value.as_bytes())));
    line(text, &format!("{name}=${{{name}%x}}"));
}

fn octal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 4), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "\\{byte:03o}");
        text
    })
}

fn line(text: &mut String, it: &str) {
    text.push_str(it);
    text.push('\n');
}
