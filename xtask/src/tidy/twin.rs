//! Documents in two languages: `X.md` and `X.ja.md` are one document.

use super::markdown::Document;
use super::{File, Finding};

/// Languages of fences that hold commands.
const COMMANDS: &[&str] = &["bash", "console", "sh", "shell"];

/// Do both of a pair have the same headings and commands, and does the front page have both?
pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let find = |path: &str| files.iter().find(|it| it.path == path);
    let mut findings = Vec::new();
    for file in files.iter().filter(|it| it.is_document()) {
        if let Some(stem) = file.path.strip_suffix(".ja.md") {
            match find(&format!("{stem}.md")) {
                Some(twin) => findings.extend(compare(file, twin)),
                None => findings.push(Finding::new(file, 1, format!("{stem}.md is missing"))),
            }
        }
    }
    if let (Some(front), None) = (find("README.md"), find("README.ja.md")) {
        findings.push(Finding::new(front, 1, "README.ja.md is missing"));
    }
    findings
}

fn compare(file: &File, twin: &File) -> Option<Finding> {
    let (ours, theirs) = (Document::read(&file.text), Document::read(&twin.text));
    let levels = |it: &Document| it.headings.iter().map(|it| it.level).collect::<Vec<_>>();
    let (own, other) = (levels(&ours), levels(&theirs));
    if own != other {
        let same = own.iter().zip(&other).take_while(|(own, other)| own == other).count();
        let line = ours.headings.get(same).map_or(1, |it| it.line);
        let message = format!(
            "{} headings, {} has {}, and they part at the {}th",
            own.len(),
            twin.path,
            other.len(),
            same + 1
        );
        return Some(Finding::new(file, line, message));
    }
    let (own, other) = (commands(&ours), commands(&theirs));
    let differs = own.iter().find(|it| !other.contains(it));
    let differs = differs.or_else(|| other.iter().find(|it| !own.contains(it)));
    if let Some(command) = differs {
        let message = format!("`{command}` is in only one of this and {}", twin.path);
        return Some(Finding::new(file, 1, message));
    }
    let message = format!("the commands of {} come in another order or number", twin.path);
    (own != other).then(|| Finding::new(file, 1, message))
}

/// The lines of all fences with commands, without comments, which may be translated.
fn commands(document: &Document) -> Vec<String> {
    let fences = document.fences.iter().filter(|it| COMMANDS.contains(&it.language.as_str()));
    let lines = fences.flat_map(|it| it.text.lines());
    let bare = lines.map(|it| it.split(" #").next().unwrap_or(it).trim_end());
    bare.filter(|it| !it.is_empty() && !it.trim_start().starts_with('#'))
        .map(str::to_owned)
        .collect()
}
