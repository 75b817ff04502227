//! Fences by their language: what is a step, and of which kind.

use super::{card, param, shell, spoken};
use crate::import::model::{Step, StepKind};
use crate::import::outline::{Block, Fence, Line};
use crate::import::reading::Reading;
use crate::import::word::subject::Subject;

const SHELLS: [&str; 8] =
    ["bash", "sh", "shell", "zsh", "console", "shell-session", "terminal", "cmd"];
const QUERIES: [&str; 5] = ["sql", "psql", "mysql", "postgresql", "sqlite"];
const CODE: [&str; 16] = [
    "typescript",
    "ts",
    "tsx",
    "javascript",
    "js",
    "jsx",
    "python",
    "py",
    "ruby",
    "rb",
    "go",
    "java",
    "php",
    "powershell",
    "solidity",
    "rust",
];
/// Programs that untagged fences begin with.
const PROGRAMS: [&str; 36] = [
    "docker",
    "docker-compose",
    "kubectl",
    "systemctl",
    "service",
    "journalctl",
    "curl",
    "ssh",
    "psql",
    "pg_dump",
    "pg_restore",
    "mysql",
    "redis-cli",
    "git",
    "npm",
    "npx",
    "pnpm",
    "yarn",
    "python",
    "python3",
    "node",
    "make",
    "df",
    "du",
    "ps",
    "free",
    "tail",
    "cat",
    "grep",
    "ls",
    "cp",
    "sudo",
    "aws",
    "gcloud",
    "terraform",
    "helm",
];

/// What a fence is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Shell,
    Query,
    Code,
    Card,
    None,
}

fn sort(fence: &Fence) -> Sort {
    let tag = fence.tag.as_str();
    if SHELLS.contains(&tag) {
        Sort::Shell
    } else if QUERIES.contains(&tag) {
        Sort::Query
    } else if CODE.contains(&tag) {
        Sort::Code
    } else if card::is_card(fence) {
        Sort::Card
    } else if tag.is_empty() && is_of_commands(fence) {
        Sort::Shell
    } else {
        Sort::None
    }
}

/// Whether a fence holds something to do.
pub(super) fn is_step(fence: &Fence) -> bool {
    sort(fence) != Sort::None
        && fence.body.iter().any(|it| !it.text.trim().is_empty())
        && !is_file_map(fence)
}

/// Lines that begin with a program, or with a prompt.
fn is_of_commands(fence: &Fence) -> bool {
    let lines: Vec<&str> =
        fence.body.iter().map(|it| it.text.trim()).filter(|it| !it.is_empty()).collect();
    let is_command = |it: &&&str| {
        let bare = it.strip_prefix("$ ").unwrap_or(it);
        it.starts_with("$ ")
            || PROGRAMS.contains(&bare.split_whitespace().next().unwrap_or_default())
    };
    let commands = lines.iter().filter(is_command).count();
    commands > 0 && commands * 2 >= lines.len()
}

/// Paths with remarks are a list of places, not commands.
pub(super) fn is_file_map(fence: &Fence) -> bool {
    let lines: Vec<&str> = fence
        .body
        .iter()
        .map(|it| it.text.trim())
        .filter(|it| !it.is_empty() && !it.starts_with('#'))
        .collect();
    let is_place = |it: &&&str| {
        let (path, remark) = it.split_once('#').unwrap_or((it, ""));
        let path = path.trim();
        let is_path = path.starts_with("./") || path.starts_with("~/") || path.starts_with('/');
        let is_script = path.ends_with(".sh") || path.contains(' ');
        is_path && !is_script && !remark.is_empty()
    };
    !lines.is_empty() && lines.iter().filter(is_place).count() * 3 >= lines.len() * 2
}

/// The steps of a fence.
pub(super) fn steps(reading: &mut Reading<'_>, fence: &Fence, block: &Block) -> Vec<Step> {
    if !is_step(fence) {
        return Vec::new();
    }
    match sort(fence) {
        Sort::Shell => {
            let check = reading.is_below(block.section, Subject::Verification);
            shell::steps(reading, &fence.body, check)
        }
        Sort::Query => {
            let parts = shell::paragraphs(&fence.body, "--");
            parts.into_iter().map(|it| written(it, StepKind::Sql, "sql")).collect()
        }
        Sort::Code => {
            let hash = matches!(fence.tag.as_str(), "python" | "py" | "ruby" | "rb" | "powershell");
            let parts = shell::paragraphs(&fence.body, if hash { "#" } else { "//" });
            parts.into_iter().map(|it| coded(it, &fence.tag)).collect()
        }
        Sort::Card => card::steps(fence),
        Sort::None => Vec::new(),
    }
}

/// A program in a language that no step runs: a person does it, with the code before them.
fn coded(part: shell::Part, language: &str) -> Step {
    let mut step = written(part, StepKind::Code, language);
    step.title = step.title.or_else(|| {
        let lead = step.text.lines().find_map(|it| it.trim().strip_prefix("//"));
        lead.map(|it| it.trim().to_owned())
    });
    step
}

pub(super) fn written(part: shell::Part, kind: StepKind, language: &str) -> Step {
    let is_blank = |it: &&Line| it.text.trim().is_empty();
    let lead = part.lines.iter().take_while(is_blank).count();
    let trail = part.lines.iter().rev().take_while(is_blank).count();
    // Lines and numbers go together, so blank ends go from both.
    let kept: Vec<&Line> =
        part.lines.iter().take(part.lines.len().saturating_sub(trail)).skip(lead).collect();
    let text: Vec<&str> = kept.iter().map(|it| it.text.as_str()).collect();
    let text = text.join("\n");
    let params = param::named(&text);
    let lines: Vec<usize> = kept.iter().map(|it| it.number).collect();
    let expect = spoken::expectation(&text);
    Step {
        kind,
        title: part.title,
        phase: None,
        language: Some(language.to_owned()),
        text,
        seconds: None,
        expect,
        danger: None,
        params,
        undo: None,
        lines,
    }
}
