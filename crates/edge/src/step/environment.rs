//! What a step sees of the world around it: a short list of the server's variables, and what the call brings.

use std::collections::BTreeMap;
use std::ffi::OsString;

use super::Call;
use super::attempt::{Attempt, OUTPUTS};

/// The server's variables that steps see, beside `LC_…`. Everything else, above all its secrets, they do not.
const INHERITED: &[&str] =
    &["PATH", "HOME", "USER", "LANG", "TZ", "SHELL", "TMPDIR", "SSH_AUTH_SOCK"];
/// Where programs are when the server was started without a `PATH`.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// Variables that make a shell or the loader run something else. An output `env` of a step `bash` would be one.
const REFUSED: &[&str] = &["ENV", "SHELLOPTS", "BASHOPTS", "GCONV_PATH", "GLIBC_TUNABLES"];
const REFUSED_PREFIXES: &[&str] = &["BASH_", "LD_"];

/// The whole environment of the step, or why it cannot have it.
pub(super) fn of(call: &Call, attempt: &Attempt) -> Result<BTreeMap<OsString, OsString>, String> {
    check_all(call)?;
    let mut environment: BTreeMap<OsString, OsString> = inherited();
    for (name, value) in call.environment.iter().chain(&call.secrets) {
        environment.insert(name.into(), value.into());
    }
    environment.insert("STEP_OUTPUT".into(), attempt.path(OUTPUTS).into());
    Ok(environment)
}

/// Refuses a call of which one value cannot be given to its step.
pub(super) fn check_all(call: &Call) -> Result<(), String> {
    let mut values = call.environment.iter().chain(&call.secrets);
    values.try_for_each(|(name, value)| check(name, value))
}

/// Refuses what no process can be given, or what would run something else than the script.
///
/// A value is never named in a complaint: it may be a secret.
fn check(name: &str, value: &str) -> Result<(), String> {
    if !is_name(name) {
        return Err(format!("{name:?} cannot be the name of an environment variable"));
    }
    if REFUSED.contains(&name) || REFUSED_PREFIXES.iter().any(|it| name.starts_with(it)) {
        return Err(format!("{name} may not be set for a step: it changes what is run"));
    }
    if value.contains('\0') {
        return Err(format!("{name} holds a NUL character, which no environment can"));
    }
    Ok(())
}

/// Whether `name` is one in every shell.
pub(super) fn is_name(name: &str) -> bool {
    let starts = name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_');
    starts && name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
}

/// The server's variables that every step sees.
pub(super) fn inherited() -> BTreeMap<OsString, OsString> {
    let ours = std::env::vars_os();
    let mut kept: BTreeMap<_, _> = ours
        .filter(|(name, _)| {
            name.to_str().is_some_and(|it| INHERITED.contains(&it) || it.starts_with("LC_"))
        })
        .collect();
    kept.entry("PATH".into()).or_insert_with(|| PATH.into());
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_and_values_reach_a_step() {
        let cases = [
            ("HOST", "db-1", true),
            ("_x9", "", true),
            ("SNAP_LABEL", "日本語\nzweite Zeile", true),
            ("", "x", false),
            ("9LIVES", "x", false),
            ("A=B", "x", false),
            ("BASH_FUNC_ls%%", "() { rm -rf /; }", false),
            ("BASH_ENV", "/tmp/evil", false),
            ("LD_PRELOAD", "/tmp/evil.so", false),
            ("SHELLOPTS", "xtrace", false),
            ("NAME", "a\0b", false),
            ("名前", "x", false),
        ];
        for (name, value, fine) in cases {
            assert_eq!(check(name, value).is_ok(), fine, "{name}={value:?}");
        }
    }
}
