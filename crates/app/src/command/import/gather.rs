//! The documents that are meant: those that were named, and with `--follow` those that they link to.

use std::collections::{BTreeSet, VecDeque};
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use matoi_core::import::{self, DOCUMENT_BYTES_MAX, DOCUMENTS_MAX, Document, Refusal};
use matoi_core::language::Language;

use crate::argument::import::ImportArgs;
use crate::exit::{ExitKind, Failure};

use super::Desk;

/// Reads them all. One that was named has to be a document; one that is only linked to is left out with a remark.
pub(super) fn gather(desk: &Desk, args: &ImportArgs) -> Result<Vec<Document>, Failure> {
    let mut documents = Vec::new();
    for file in &args.files {
        documents.push(read(desk, file)?);
    }
    if args.follow {
        Follower::new(&args.files).follow(desk, &mut documents);
    }
    Ok(documents)
}

/// Goes from link to link.
struct Follower {
    /// Nothing outside of it is read, whatever a document links to.
    root: PathBuf,
    seen: BTreeSet<PathBuf>,
}

impl Follower {
    /// Within the directory that this was called in, or else within that of the first document.
    fn new(files: &[PathBuf]) -> Follower {
        let whole = |it: &Path| fs::canonicalize(it).unwrap_or_else(|_| it.to_owned());
        let seen: BTreeSet<PathBuf> = files.iter().map(|it| whole(it)).collect();
        let here = whole(Path::new("."));
        let first = files.first().map(|it| whole(it)).unwrap_or_default();
        let root = if first.starts_with(&here) {
            here
        } else {
            first.parent().map(Path::to_owned).unwrap_or_default()
        };
        Follower { root, seen }
    }

    fn follow(mut self, desk: &Desk, documents: &mut Vec<Document>) {
        let mut queue: VecDeque<PathBuf> = documents.iter().flat_map(linked).collect();
        while let Some(path) = queue.pop_front() {
            // One that is not there stays a question of the document that names it.
            let Ok(whole) = fs::canonicalize(&path) else { continue };
            if !self.seen.insert(whole.clone()) {
                continue;
            }
            let name = path.display();
            if !whole.starts_with(&self.root) {
                let root = self.root.display();
                desk.remark(&format!("{name} is left out: it is not below {root}"));
                continue;
            }
            if documents.len() >= DOCUMENTS_MAX {
                desk.remark(&format!("{name} is left out: {DOCUMENTS_MAX} documents are read"));
                continue;
            }
            match read(desk, &path) {
                Ok(document) => {
                    queue.extend(linked(&document));
                    documents.push(document);
                }
                Err(failure) => desk.remark(&format!("left out: {}", failure.message)),
            }
        }
    }
}

/// Where a document's links lead.
fn linked(document: &Document) -> Vec<PathBuf> {
    let from = Path::new(&document.document).parent().unwrap_or(Path::new(""));
    let mut paths: Vec<PathBuf> = Vec::new();
    for link in document.links.iter().filter_map(import::Link::document) {
        let path = plain(&from.join(link));
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    paths
}

/// A path without `.` and `a/..`, as people write it.
fn plain(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => (),
            Component::ParentDir if plain.file_name().is_some() => drop(plain.pop()),
            Component::ParentDir
            | Component::Normal(_)
            | Component::RootDir
            | Component::Prefix(_) => plain.push(part),
        }
    }
    plain
}

/// Reads at most what is needed to know that it is too much.
fn read(desk: &Desk, file: &Path) -> Result<Document, Failure> {
    let name = file.display().to_string();
    let language = desk.terminal.language(Language::En);
    let unreadable = |err: std::io::Error| {
        Failure::new(ExitKind::Plan, format!("{name}: {err}"))
            .hint("name the file that holds the document")
    };
    let opened = fs::File::open(file).map_err(unreadable)?;
    let size = opened.metadata().map(|it| it.len()).unwrap_or_default();
    let limit = u64::try_from(DOCUMENT_BYTES_MAX).unwrap_or(u64::MAX) + 1;
    let mut bytes = Vec::new();
    opened.take(limit).read_to_end(&mut bytes).map_err(unreadable)?;
    import::read_in(&name, &bytes, desk.terminal.wanted()).map_err(|refusal| {
        let whole = usize::try_from(size).unwrap_or(usize::MAX);
        let refusal = match refusal {
            Refusal::TooLarge { .. } => Refusal::TooLarge { bytes: whole.max(bytes.len()) },
            Refusal::Empty
            | Refusal::TooManyLines { .. }
            | Refusal::NotText
            | Refusal::Language { .. }
            | Refusal::NoResponse => refusal,
        };
        let (why, hint) = refusal.words(language);
        Failure::new(ExitKind::Plan, format!("{name}: {why}")).hint(hint)
    })
}
