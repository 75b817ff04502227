//! What is at home in one layer and forbidden in the others.

use super::{File, Finding};

/// Calls that read the clock.
const CLOCK: &[&str] = &["Timestamp::now", "Zoned::now", "SystemTime::now"];
/// Where the clock is read. The demo's patient stands for a system that is not ours, so it has its own.
const CLOCK_HOMES: &[&str] = &["crates/engine/src/clock.rs", "crates/demo/src/clock.rs"];

/// Crates that speak SQL: the store, the probes and steps that ask databases, and the demo's patient.
/// The import reads SQL in documents, and knows its dangerous words.
const SQL_HOMES: &[&str] =
    &["crates/store/", "crates/edge/", "crates/demo/", "crates/core/src/import/procedure/"];
/// What an SQL statement begins with, and what must follow somewhere, since English selects and updates, too.
const SQL: &[(&str, &str)] = &[
    ("select ", " from "),
    ("insert into ", " values"),
    ("insert into ", " select "),
    ("insert or ", " into "),
    ("update ", " set "),
    ("delete from ", ""),
    ("create table ", ""),
    ("create index ", ""),
    ("create unique index ", ""),
    ("alter table ", ""),
    ("drop table ", ""),
    ("pragma ", ""),
    ("begin immediate", ""),
];

/// Is the clock read only where it may be?
pub(super) fn clock(files: &[File]) -> Vec<Finding> {
    let elsewhere = files.iter().filter(|it| !CLOCK_HOMES.contains(&it.path.as_str()));
    elsewhere.flat_map(clock_of).collect()
}

fn clock_of(file: &File) -> Vec<Finding> {
    let code = file.rust().map_or("", |it| &it.code);
    let of_line = |(index, line): (usize, &str)| {
        let call = CLOCK.iter().find(|it| line.contains(*it))?;
        let message = format!("`{call}` reads the clock; `now` is an argument");
        Some(Finding::new(file, index + 1, message))
    };
    code.lines().enumerate().filter_map(of_line).collect()
}

/// Is SQL written only where it is at home? Tests may look into a database as an outsider would.
pub(super) fn sql(files: &[File]) -> Vec<Finding> {
    let elsewhere = |it: &&File| {
        it.path.starts_with("crates/")
            && !it.is_test()
            && !SQL_HOMES.iter().any(|home| it.path.starts_with(home))
    };
    files.iter().filter(elsewhere).flat_map(sql_of).collect()
}

fn sql_of(file: &File) -> Vec<Finding> {
    let strings = file.rust().map(|it| it.strings()).unwrap_or_default();
    let statements = strings.into_iter().filter(|(_, text)| is_sql(text));
    statements.map(|(line, _)| Finding::new(file, line, "SQL lives in the store")).collect()
}

fn is_sql(text: &str) -> bool {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let text = format!("{} ", words.join(" "));
    SQL.iter().any(|(start, then)| text.starts_with(start) && text.contains(then))
}
