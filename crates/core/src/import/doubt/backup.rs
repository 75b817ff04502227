//! Restores from what nobody writes, and ages that a command reads otherwise than its comment.

use crate::import::model::StepKind;
use crate::import::reading::Reading;
use crate::import::word::{figure, fold};

pub(super) fn read(reading: &mut Reading<'_>) {
    restores(reading);
    ages(reading);
}

/// A line of a script with its number.
fn lines(reading: &Reading<'_>) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for block in &reading.outline.blocks {
        let crate::import::outline::Kind::Fence(fence) = &block.kind else { continue };
        let is_shell = matches!(fence.tag.as_str(), "bash" | "sh" | "shell" | "zsh" | "console");
        if is_shell && !reading.is_form(block.lines.start) {
            lines.extend(fence.body.iter().map(|it| (it.number, it.text.clone())));
        }
    }
    lines
}

/// A path with its variables as `*`.
fn pattern(path: &str) -> String {
    let (mut pattern, mut rest) = (String::new(), path.trim_matches(['"', '\'', ',']));
    while let Some((before, after)) = rest.split_once('$') {
        pattern.push_str(before);
        pattern.push('*');
        rest = match after.strip_prefix('{') {
            Some(inside) => inside.split_once('}').map_or("", |it| it.1),
            None => after.trim_start_matches(|it: char| it.is_ascii_alphanumeric() || it == '_'),
        };
    }
    pattern.push_str(rest);
    pattern.trim_start_matches("./").to_owned()
}

/// Whether two paths may be the same, where `*` stands for anything.
fn may_be(written: &str, read: &str) -> bool {
    let Some((lead, _)) = written.split_once('*') else {
        return written.trim_end_matches('/') == read
            || read.starts_with(&format!("{}/", written.trim_end_matches('/')));
    };
    !lead.is_empty() && read.starts_with(lead)
}

fn restores(reading: &mut Reading<'_>) {
    let lines = lines(reading);
    let mut variables: Vec<(String, String)> = Vec::new();
    let mut written: Vec<String> = Vec::new();
    let mut read: Vec<(String, usize)> = Vec::new();
    for (number, text) in &lines {
        let text = text.trim();
        if text.starts_with('#') {
            continue;
        }
        if let Some((name, value)) = text
            .split_once('=')
            .filter(|it| it.0.bytes().all(|it| it.is_ascii_uppercase() || it == b'_'))
        {
            variables.push((name.to_owned(), pattern(value)));
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        let paths = words.iter().map(|it| resolve(it, &variables));
        let of_backup = |it: &String| it.to_lowercase().contains("backup") || it.ends_with(".dump");
        let program = words.first().copied().unwrap_or_default();
        match program {
            "cp" | "mv" | "rsync" => {
                let paths: Vec<String> = paths
                    .skip(1)
                    .filter(|it| !it.starts_with('-') && !it.starts_with("2>") && *it != "#")
                    .collect();
                if let [source, .., target] = paths.as_slice() {
                    if of_backup(target) {
                        written.push(target.clone());
                    } else if of_backup(source) {
                        read.push((source.clone(), *number));
                    }
                }
            }
            "mkdir" => written.extend(paths.skip(1).filter(of_backup)),
            _ => {
                let dumps = text.contains("pg_dump")
                    || text.contains("mysqldump")
                    || text.contains("tar c");
                let restores =
                    text.contains("pg_restore") || text.contains("restore") && text.contains('<');
                if dumps {
                    written.extend(paths.filter(|it| of_backup(it) || it.contains(".sql")));
                } else if restores {
                    read.extend(
                        paths
                            .filter(|it| it.contains('/') && of_backup(it))
                            .map(|it| (it, *number)),
                    );
                }
            }
        }
    }
    let mut told: Vec<String> = Vec::new();
    for (path, number) in read {
        if told.contains(&path) || written.iter().any(|it| may_be(it, &path)) {
            continue;
        }
        told.push(path.clone());
        let text = reading.language.pick(
            format!("復元に使う {path} を書き出す手順がありません"),
            format!("a restore reads {path}, and nothing in the document writes it"),
        );
        reading.contradict(text, &[number]);
    }
}

/// A word with the variables that are known.
fn resolve(word: &str, variables: &[(String, String)]) -> String {
    let bare = word.trim_matches(['"', '\'', ';', ',']);
    for (name, value) in variables {
        let plain = [format!("${name}"), format!("${{{name}}}")];
        if let Some(rest) = plain.iter().find_map(|it| bare.strip_prefix(it.as_str())) {
            return format!("{value}{}", rest.trim_matches('"'));
        }
    }
    pattern(bare)
}

/// `-mtime +1` removes what is older than two days, whatever the comment above says.
fn ages(reading: &mut Reading<'_>) {
    let mut above: Option<(usize, i64)> = None;
    let mut told = Vec::new();
    for (number, text) in lines(reading) {
        let trimmed = text.trim();
        if let Some(comment) = trimmed.strip_prefix('#') {
            let says = comment.contains("以上前")
                || comment.contains("より古い")
                || comment.contains("older");
            let figure = says.then(|| figure::first(&fold(comment))).flatten();
            above = figure.and_then(|it| it.seconds).map(|it| (number, it));
            continue;
        }
        let days = trimmed
            .split_once("-mtime +")
            .and_then(|it| it.1.split_whitespace().next().and_then(|it| it.parse::<i64>().ok()));
        if let (Some(days), Some((line, seconds))) = (days, above) {
            let hours = days.saturating_add(1).saturating_mul(24);
            if hours.saturating_mul(3_600) != seconds {
                told.push((hours, seconds / 3_600, [line, number]));
            }
        }
        if !trimmed.is_empty() {
            above = None;
        }
    }
    for (hours, said, lines) in told {
        let text = reading.language.pick(
            format!("コメントは{said}時間ですが、`-mtime` は{hours}時間より古いものを対象にします"),
            format!("the comment says {said} h, but `-mtime` takes what is older than {hours} h"),
        );
        reading.contradict(text, &lines);
    }
}

/// Whether anything in the document makes a backup.
pub(super) fn is_backed_up(reading: &Reading<'_>) -> bool {
    let steps = reading.document.procedures.iter().flat_map(|it| &it.steps);
    let speaks = |text: &str| {
        let text = fold(text);
        text.contains("backup") || text.contains("バックアップ") || text.contains("pg_dump")
    };
    steps.filter(|it| it.kind == StepKind::Command).any(|it| speaks(&it.text))
        || reading.document.schedules.iter().any(|it| speaks(&it.task))
}
