//! Places that only one machine has: somebody's home, or where this checkout happens to be.

use std::path::Path;

use super::{File, Finding};

/// Homes, without the slashes around them. What is at home in every machine (`etc`, `tmp`, `var`, `usr`, …) is fine.
const HOMES: &[&str] = &["home", "root", "Users", "Volumes", "private"];
/// The one person whose home an example may show.
const ANYBODY: &str = "you";
/// Folders that many machines or containers have, so that a checkout in one does not make it a private place.
const EVERYWHERE: &[&str] = &[
    "app",
    "bin",
    "build",
    "builds",
    "code",
    "data",
    "dev",
    "etc",
    "home",
    "lib",
    "media",
    "mnt",
    "opt",
    "proc",
    "project",
    "repo",
    "root",
    "run",
    "src",
    "srv",
    "sys",
    "tmp",
    "usr",
    "var",
    "workspace",
];

/// Does no file name somebody's home?
pub(super) fn check(files: &[File]) -> Vec<Finding> {
    files.iter().flat_map(homes_of).collect()
}

fn homes_of(file: &File) -> Vec<Finding> {
    let of_line = |(index, line): (usize, &str)| {
        let path = absolute_paths(line).into_iter().find(|it| is_private(it))?;
        let message =
            format!("`{path}` is a place of one machine; examples live in /home/{ANYBODY}");
        Some(Finding::new(file, index + 1, message))
    };
    file.text.lines().enumerate().filter_map(of_line).collect()
}

fn is_private(path: &str) -> bool {
    let mut parts = path.split('/').skip(1);
    let (first, second) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    HOMES.contains(&first) && !second.is_empty() && !(first == "home" && second == ANYBODY)
}

/// Does no file name the place of the checkout at `root`?
pub(super) fn checkout(files: &[File], root: &Path) -> Vec<Finding> {
    let Some(place) = place_of(root) else { return Vec::new() };
    let of_file = |file: &File| -> Vec<Finding> {
        let lines = file.text.lines().enumerate();
        let named =
            lines.filter(|(_, line)| absolute_paths(line).iter().any(|it| is_in(it, place)));
        named
            .map(|(index, _)| Finding::new(file, index + 1, "names the place of this checkout"))
            .collect()
    };
    files.iter().flat_map(of_file).collect()
}

/// The folder around the checkout, or the checkout itself where many machines have that folder.
fn place_of(root: &Path) -> Option<&str> {
    let root = root.to_str()?;
    let around = root.rsplit_once('/').map_or("", |(around, _)| around);
    let is_everywhere = |it: &str| EVERYWHERE.contains(&it.trim_start_matches('/'));
    let own = |it: &&str| !it.is_empty() && !is_everywhere(it) && !is_anybodys(it);
    [around, root].into_iter().find(own)
}

/// Whether it lies in the home that examples show.
fn is_anybodys(path: &str) -> bool {
    path.strip_prefix("/home/").is_some_and(|it| it.split('/').next() == Some(ANYBODY))
}

fn is_in(path: &str, place: &str) -> bool {
    path.strip_prefix(place).is_some_and(|it| it.starts_with('/'))
}

/// Paths of a line that begin at the root of a file system rather than of a URL.
fn absolute_paths(line: &str) -> Vec<&str> {
    let starts = line.match_indices('/').filter(|(at, _)| {
        let before = line.get(..*at).and_then(|it| it.chars().next_back());
        !before.is_some_and(|it| it.is_alphanumeric() || "/.-_~}>)]".contains(it))
    });
    let path = |(at, _): (usize, &str)| {
        let rest = line.get(at..).unwrap_or_default();
        let stop = |it: char| !(it.is_ascii_alphanumeric() || "/._-".contains(it));
        rest.get(..rest.find(stop).unwrap_or(rest.len()))
    };
    starts.filter_map(path).collect()
}
