//! Which backups scripts write, and which they restore from.
//!
//! It reads lines, not bash: what it misreads costs a warning at most.

/// The paths that are restored from and that no line writes, each with the mark of its first line.
///
/// `lines` are those of all scripts in order, with a mark each; comments are skipped.
pub(crate) fn unwritten(lines: &[(usize, String)]) -> Vec<(usize, String)> {
    let mut shelf = Shelf::default();
    for (mark, text) in lines {
        let text = text.trim();
        if !text.starts_with('#') {
            shelf.line(*mark, text);
        }
    }
    let mut told: Vec<(usize, String)> = Vec::new();
    for (mark, path) in shelf.read {
        let is_known = told.iter().any(|it| it.1 == path);
        if !is_known && !shelf.written.iter().any(|it| may_be(it, &path)) {
            told.push((mark, path));
        }
    }
    told
}

/// Names and paths that are remembered; more is no set of procedures.
const KEPT_MAX: usize = 2_000;

/// What was written and read so far.
#[derive(Default)]
struct Shelf {
    variables: Vec<(String, String)>,
    written: Vec<String>,
    read: Vec<(usize, String)>,
}

impl Shelf {
    fn line(&mut self, mark: usize, text: &str) {
        if self.variables.len() + self.written.len() + self.read.len() > KEPT_MAX {
            return;
        }
        let is_name = |it: &str| it.bytes().all(|it| it.is_ascii_uppercase() || it == b'_');
        if let Some((name, value)) = text.split_once('=').filter(|it| is_name(it.0)) {
            self.variables.push((name.to_owned(), pattern(value)));
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        let paths: Vec<String> = words.iter().map(|it| self.resolve(it)).collect();
        match words.first().copied().unwrap_or_default() {
            "cp" | "mv" | "rsync" => self.copy(mark, &paths),
            "mkdir" => {
                self.written.extend(paths.into_iter().skip(1).filter(|it| is_of_backup(it)));
            }
            _ => self.dump(mark, text, paths),
        }
    }

    fn copy(&mut self, mark: usize, paths: &[String]) {
        let is_path = |it: &&String| !it.starts_with('-') && !it.starts_with("2>") && *it != "#";
        let paths: Vec<&String> = paths.iter().skip(1).filter(is_path).collect();
        let [source, .., target] = paths.as_slice() else { return };
        if is_of_backup(target) {
            self.written.push((*target).clone());
        } else if is_of_backup(source) {
            self.read.push((mark, (*source).clone()));
        }
    }

    fn dump(&mut self, mark: usize, text: &str, paths: Vec<String>) {
        let dumps = ["pg_dump", "mysqldump", "tar c"].iter().any(|it| text.contains(it));
        let restores =
            text.contains("pg_restore") || text.contains("restore") && text.contains('<');
        if dumps {
            let is_target = |it: &String| is_of_backup(it) || it.contains(".sql");
            self.written.extend(paths.into_iter().filter(is_target));
        } else if restores {
            let is_source = |it: &String| it.contains('/') && is_of_backup(it);
            self.read.extend(paths.into_iter().filter(is_source).map(|it| (mark, it)));
        }
    }

    /// A word with the variables that are known.
    fn resolve(&self, word: &str) -> String {
        let bare = word.trim_matches(['"', '\'', ';', ',']);
        for (name, value) in &self.variables {
            let plain = [format!("${name}"), format!("${{{name}}}")];
            if let Some(rest) = plain.iter().find_map(|it| bare.strip_prefix(it.as_str())) {
                return format!("{value}{}", rest.trim_matches('"'));
            }
        }
        pattern(bare)
    }
}

fn is_of_backup(path: &str) -> bool {
    path.to_lowercase().contains("backup") || path.ends_with(".dump")
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
    let whole = written.trim_end_matches('/');
    match written.split_once('*') {
        None => whole == read || read.strip_prefix(whole).is_some_and(|it| it.starts_with('/')),
        Some((lead, _)) => !lead.is_empty() && read.starts_with(lead),
    }
}

#[cfg(test)]
mod tests {
    use super::unwritten;

    #[test]
    fn a_restore_is_held_against_what_is_written() {
        let check = |script: &str, expected: &[&str]| {
            let lines: Vec<_> = (1..).zip(script.lines().map(str::to_owned)).collect();
            let found: Vec<String> = unwritten(&lines).into_iter().map(|it| it.1).collect();
            assert_eq!(found, expected, "{script}");
        };
        check("pg_dump db > /backup/a.dump\npg_restore -d db /backup/a.dump", &[]);
        check("pg_dump db > /backup/a.dump\npg_restore -d db /backup/b.dump", &["/backup/b.dump"]);
        check("D=backup_$(date)\nmkdir -p \"$D\"\ncp a.db \"$D/\"\ncp backup_1/a.db .", &[]);
        check("cp backup/latest.db a.db\n# cp a.db backup/latest.db", &["backup/latest.db"]);
    }
}
