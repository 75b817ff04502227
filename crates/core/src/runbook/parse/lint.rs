//! What a script does that its author may regret at night.
//!
//! Only warnings, except where a step that runs by itself cannot be meant as it is written.

use std::ops::Range;

use crate::runbook::{Act, Kind, is_shell};

use super::draft::Draft;
use super::finding::{Findings, quote};
use super::placeholder;
use super::secret;
use super::shell::{self, Command};

/// Lints one step.
pub(super) fn step(draft: &Draft, findings: &mut Findings) {
    let Act::Perform { language, script } = &draft.step.act else { return };
    let mut lint = Lint { draft, kind: draft.step.kind, findings };
    lint.hidden(script);
    for (span, what) in placeholder::find(script) {
        lint.placeholder(span, what);
    }
    for (span, what) in secret::find(script) {
        lint.warn(
            span,
            format!("{what} stands in the file"),
            "list it under `secrets:` and use the variable",
        );
    }
    if let Some(span) = drops(script) {
        lint.dangerous(span, "destroys data");
    }
    if is_shell(language) {
        lint.prompts(script);
        for command in shell::commands(script) {
            lint.command(&command);
        }
    }
    if language == "http" {
        lint.request(script);
    }
    if language == "sql" && !draft.step.extra.contains_key("on") {
        let findings = lint.findings;
        findings.warning(draft.span.clone(), "no database is named").hint("`on=NAME`");
    }
}

/// What is known of a command that never returns, asks, or destroys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Danger {
    /// With what to write instead.
    NeverReturns(&'static str),
    Asks,
    Destroys(&'static str),
}

/// The dangers of a script of the shell, by place.
pub(crate) fn dangers(script: &str) -> Vec<(Range<usize>, Danger)> {
    let mut found = Vec::new();
    for command in shell::commands(script) {
        if let Some(hint) = never_returns(&command) {
            found.push((command.span(), Danger::NeverReturns(hint)));
        }
        if asks(&command) {
            found.push((command.span(), Danger::Asks));
        }
        if let Some(what) = destroys(&command) {
            found.push((command.span(), Danger::Destroys(what)));
        }
    }
    found.extend(drops(script).map(|it| (it, Danger::Destroys("destroys data"))));
    found
}

struct Lint<'a> {
    draft: &'a Draft,
    kind: Kind,
    findings: &'a mut Findings,
}

impl Lint<'_> {
    fn warn(&mut self, span: Range<usize>, message: String, hint: &str) {
        self.findings.warning(self.draft.script.place(span), message).hint(hint);
    }

    fn command(&mut self, command: &Command) {
        if let Some(hint) = never_returns(command) {
            let message = format!(
                "`{}` never returns by itself, so the step runs into its timeout",
                command.program()
            );
            self.warn(command.span(), message, hint);
        }
        if asks(command) {
            let message =
                format!("`{}` waits for somebody to type, and nobody can", command.program());
            self.warn(command.span(), message, "standard input of a step is closed");
        }
        if let Some(what) = destroys(command) {
            self.dangerous(command.span(), what);
        } else if disturbs(command) && matches!(self.kind, Kind::Diagnose | Kind::Verify) {
            let message = format!(
                "a `{}` step changes nothing and may be repeated, but `{}` does",
                self.kind.word(),
                text(command)
            );
            self.warn(command.span(), message, "make it a `recover` step of its own");
        }
    }

    /// The method of a request says what it is for (RFC 9110, 9.3).
    fn request(&mut self, script: &str) {
        let mut at = 0;
        for line in script.split_inclusive('\n') {
            let word = line.trim_start();
            let begins = at + line.len() - word.len();
            at += line.len();
            if word.is_empty() || word.starts_with(['#', '/']) {
                continue;
            }
            let method = word.split_whitespace().next().unwrap_or_default();
            let span = begins..begins + method.len();
            match (method, self.kind) {
                ("DELETE", _) => self.dangerous(span, "deletes what its URL names"),
                ("POST" | "PUT" | "PATCH", Kind::Diagnose | Kind::Verify) => {
                    let message = format!(
                        "a `{}` step changes nothing and may be repeated, but {method} is for changes",
                        self.kind.word()
                    );
                    self.warn(
                        span,
                        message,
                        "if it only asks, leave it; else it is a `recover` step",
                    );
                }
                _ => {}
            }
            return;
        }
    }

    /// A destroying command is a surprise where nobody armed the step, or where it is said to change nothing.
    fn dangerous(&mut self, span: Range<usize>, what: &str) {
        let message = match self.kind {
            Kind::Click => format!("this {what}, and one click performs it"),
            Kind::Diagnose | Kind::Verify => {
                format!(
                    "this {what}, but a `{}` step changes nothing and may be repeated",
                    self.kind.word()
                )
            }
            Kind::Backup | Kind::Recover | Kind::Undo | Kind::Handler | Kind::Durable => return,
        };
        self.warn(
            span,
            message,
            "an example belongs into a `text` fence; a step that is meant so has `kind=recover`",
        );
    }

    fn placeholder(&mut self, span: Range<usize>, what: &str) {
        let message = format!("{} is a placeholder", quote(what));
        let span = self.draft.script.place(span);
        let hint = "make it a parameter: `params:`, then `$NAME`";
        if self.kind == Kind::Click {
            self.findings.warning(span, message).hint(hint);
        } else {
            self.findings.error(span, message).hint(hint);
        }
    }

    /// Characters that make a script look other than it is.
    fn hidden(&mut self, script: &str) {
        let hidden =
            |it: char| matches!(it, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\0');
        if let Some(at) = script.find(hidden) {
            let place = self.draft.script.place(at..at + 1);
            self.findings
                .error(place, "a character that nobody sees changes what is read here")
                .hint("take it out");
        }
    }

    /// Prompts are performed as they are written; taking `$` away could take a variable away.
    fn prompts(&mut self, script: &str) {
        let mut at = 0;
        for line in script.split_inclusive('\n') {
            if line.starts_with("$ ") {
                self.warn(
                    at..at + 2,
                    "a prompt is part of the command here".to_owned(),
                    "leave `$ ` out",
                );
                return;
            }
            at += line.len();
        }
    }
}

fn text(command: &Command) -> String {
    command.words.iter().take(3).map(|it| it.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// What to write instead of a command that goes on for ever.
fn never_returns(command: &Command) -> Option<&'static str> {
    let follows = command.has_option('f') || command.has_option('F') || command.has("--follow");
    let tail = command.words.iter().any(|it| it.text == "tail" || it.text.ends_with("/tail"));
    match command.program() {
        "timeout" => None,
        "top" if !command.has_option('b') => Some("`top -b -n 1`"),
        "htop" | "watch" | "less" | "more" | "vi" | "vim" | "nano" => {
            Some("it is made for people at a terminal")
        }
        "ping" if !command.has_option('c') => Some("`ping -c 3`"),
        "journalctl" if follows => Some("`journalctl -n 200 --no-pager`"),
        "docker" | "docker-compose" | "podman"
            if command.has("stats") && !command.has("--no-stream") =>
        {
            Some("`docker stats --no-stream`")
        }
        "docker" | "docker-compose" | "podman" | "kubectl" if command.has("logs") && follows => {
            Some("`logs --tail 200`")
        }
        _ if tail && follows => Some("`tail -n 200`"),
        _ => None,
    }
}

/// Whether a command wants a terminal.
fn asks(command: &Command) -> bool {
    let runs = command.has("exec") || command.has("run");
    match command.program() {
        "read" => true,
        "docker" | "podman" | "kubectl" => {
            runs && command.has_option('i') && command.has_option('t')
        }
        _ => false,
    }
}

/// What a command does that cannot be taken back.
fn destroys(command: &Command) -> Option<&'static str> {
    match command.program() {
        "rm" => {
            let recursive =
                command.has_option('r') || command.has_option('R') || command.has("--recursive");
            let wide = |it: &str| it.starts_with(['/', '~', '*', '$']) || it == "." || it == "..";
            let target = command.arguments().iter().any(|it| wide(&it.text));
            (recursive && target).then_some("deletes a whole tree")
        }
        "kubectl" if command.has("delete") => {
            let whole = ["ns", "namespace", "namespaces", "pv", "pvc", "--all"];
            whole.iter().any(|it| command.has(it)).then_some("deletes what others run in")
        }
        "docker" | "podman" if command.has("prune") => {
            Some("deletes every volume or image that is unused now")
        }
        "pkill" if command.has_option('f') => {
            Some("kills every process whose command line has that text")
        }
        "killall" => Some("kills every process of that name"),
        "mkfs" | "wipefs" => Some("destroys a file system"),
        "dd" if command.arguments().iter().any(|it| it.text.starts_with("of=/dev/")) => {
            Some("overwrites a device")
        }
        _ => None,
    }
}

/// Whether a command changes what runs.
fn disturbs(command: &Command) -> bool {
    let verbs =
        ["restart", "stop", "start", "down", "up", "delete", "scale", "apply", "kill", "rm"];
    match command.program() {
        "docker" | "docker-compose" | "podman" | "kubectl" | "systemctl" | "service" => {
            // The verb stands among the first words; later ones belong to what runs inside.
            command.arguments().iter().take(2).any(|it| verbs.contains(&it.text.as_str()))
        }
        "kill" | "pkill" | "reboot" | "shutdown" => true,
        _ => false,
    }
}

/// The place of a statement that throws data away.
fn drops(script: &str) -> Option<Range<usize>> {
    let mut before: Option<(Range<usize>, String)> = None;
    let mut at = 0;
    for word in script.split_inclusive(|it: char| !it.is_ascii_alphanumeric()) {
        let bare = word.trim_end_matches(|it: char| !it.is_ascii_alphanumeric());
        let span = at..at + bare.len();
        at += word.len();
        if bare.is_empty() {
            continue;
        }
        let lower = bare.to_ascii_lowercase();
        if let Some((start, verb)) = &before {
            let object = ["table", "database", "schema", "index", "view", "role", "user", "column"]
                .contains(&lower.as_str());
            if (verb == "drop" && object) || (verb == "truncate" && lower == "table") {
                return Some(start.start..span.end);
            }
        }
        before = Some((span, lower));
    }
    None
}
