//! Names that hide the missing noun.

use super::{File, Finding};

/// Modules that would collect what nobody could name.
const MODULES: &[&str] =
    &["common", "errors", "helper", "helpers", "impls", "misc", "traits", "types", "util", "utils"];
/// Ends of type names that say nothing.
const SUFFIXES: &[&str] = &["Data", "Handler", "Impl", "Info", "Manager", "Processor"];

/// Does every module and every type have a name that says what it is?
pub(super) fn check(files: &[File]) -> Vec<Finding> {
    files.iter().flat_map(|it| modules(it).into_iter().chain(items(it))).collect()
}

/// The file and the folders that it is in, in any language.
fn modules(file: &File) -> Option<Finding> {
    let source = [".rs", ".sh", ".py", ".js", ".css"].iter().any(|it| file.path.ends_with(it));
    let mut parts = file.path.split('/').map(|it| it.split('.').next().unwrap_or(it));
    let word = parts.find(|it| MODULES.contains(it)).filter(|_| source)?;
    Some(Finding::new(file, 1, format!("`{word}` hides the missing noun; name the module for it")))
}

fn items(file: &File) -> Vec<Finding> {
    let code = file.rust().map_or("", |it| &it.code);
    let of_line = |(index, line): (usize, &str)| {
        let name = defined(line)?;
        let hollow = MODULES.contains(&name) || SUFFIXES.iter().any(|it| name.ends_with(it));
        let message = format!("`{name}` hides the missing noun; find it");
        hollow.then(|| Finding::new(file, index + 1, message))
    };
    code.lines().enumerate().filter_map(of_line).collect()
}

/// The name that a line defines for a type or a module.
fn defined(line: &str) -> Option<&str> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let keywords = ["enum", "mod", "struct", "trait", "type", "union"];
    let at = words.iter().position(|it| keywords.contains(it))?;
    let name = words.get(at + 1)?;
    let end = name.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(name.len());
    name.get(..end)
}
