//! The SQLite file format, as far as it takes to read rows from a file that SQLite itself gives up on.
//!
//! **Invariant:** every byte is outside text: nothing is indexed without a check, nothing loops without a bound.
//! **Invariant:** reading changes nothing, not even the write-ahead log that belongs to the file.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context as _, ensure};

use crate::durable::with_suffix;
use crate::file::page::Page;

pub(crate) mod page;
pub(crate) mod record;
pub(crate) mod wal;

/// The page size of the bot's databases, for files whose first page is gone.
pub(crate) const PAGE_SIZE: usize = 4096;
/// A file is read into memory; the bot's history is a hundred times smaller.
const FILE_BYTES_MAX: u64 = 512 << 20;

/// A database file and its write-ahead log, as one set of pages.
pub(crate) struct Image {
    page_size: usize,
    usable: usize,
    main: Vec<u8>,
    /// Newer pages from the log, by number.
    newer: BTreeMap<u32, Vec<u8>>,
    pages: u32,
}

impl Image {
    /// Reads `database` and its log. A file that is not there has no pages.
    pub(crate) fn read(database: &Path) -> anyhow::Result<Image> {
        let main = read_bounded(database)?;
        let log = read_bounded(&with_suffix(database, "-wal"))?;
        Ok(Image::of(main, &log))
    }

    fn of(main: Vec<u8>, log: &[u8]) -> Image {
        let from_header = page_size_of(&main);
        let committed = wal::committed(log, from_header);
        let page_size = from_header.or(committed.page_size).unwrap_or(PAGE_SIZE);
        let in_main = u32::try_from(main.len().div_ceil(page_size)).unwrap_or(u32::MAX);
        let reserved = main.get(20).copied().filter(|_| from_header.is_some()).unwrap_or(0);
        Image {
            page_size,
            usable: page_size - usize::from(reserved),
            pages: committed.pages.unwrap_or(in_main),
            newer: committed.newer,
            main,
        }
    }

    /// Bytes of a page that hold content.
    pub(crate) fn usable(&self) -> usize {
        self.usable
    }

    /// Bytes of a page.
    pub(crate) fn page_size(&self) -> usize {
        self.page_size
    }

    /// How many pages there are.
    pub(crate) fn pages(&self) -> u32 {
        self.pages
    }

    /// The pages that the log has newer than the file.
    pub(crate) fn newer(&self) -> &BTreeMap<u32, Vec<u8>> {
        &self.newer
    }

    /// The bytes of a page, counted from 1; none beyond the end or where the file was cut off.
    pub(crate) fn bytes(&self, number: u32) -> Option<&[u8]> {
        if number == 0 || number > self.pages {
            return None;
        }
        if let Some(newer) = self.newer.get(&number) {
            return Some(newer);
        }
        let start = usize::try_from(number - 1).ok()?.checked_mul(self.page_size)?;
        self.main.get(start..start.checked_add(self.page_size)?)
    }

    /// A page as a node of a b-tree, if it can be one.
    pub(crate) fn page(&self, number: u32) -> Option<Page<'_>> {
        Page::read(self.bytes(number)?, number, self.usable)
    }

    /// Pages that hold nothing now, although the rows of another time may still be written on them.
    pub(crate) fn free(&self) -> BTreeSet<u32> {
        let mut free = BTreeSet::new();
        let mut trunk = self.bytes(1).and_then(|it| page::u32_at(it, 32)).unwrap_or(0);
        while let Some(bytes) = self.bytes(trunk) {
            if !free.insert(trunk) {
                break;
            }
            let count = page::u32_at(bytes, 4).unwrap_or(0) as usize;
            let leaves = (0..count.min(self.usable / 4))
                .filter_map(|index| page::u32_at(bytes, 8 + 4 * index))
                .filter(|leaf| *leaf <= self.pages);
            free.extend(leaves);
            trunk = page::u32_at(bytes, 0).unwrap_or(0);
        }
        free
    }

    /// The leaves below `root`, from the lowest key to the highest.
    pub(crate) fn leaves(&self, root: u32) -> Vec<u32> {
        let mut leaves = Vec::new();
        let mut seen = BTreeSet::new();
        let mut waiting = vec![root];
        while let Some(number) = waiting.pop() {
            let Some(page) = self.page(number).filter(|_| seen.insert(number)) else { continue };
            if page.kind().is_leaf() {
                leaves.push(number);
            } else {
                waiting.extend(page.children().into_iter().rev());
            }
        }
        leaves
    }
}

/// The page size that the header of a database says, if it has one.
fn page_size_of(main: &[u8]) -> Option<usize> {
    if !main.starts_with(b"SQLite format 3\0") {
        return None;
    }
    match page::u16_at(main, 16)? {
        // 65536 does not fit into the two bytes.
        1 => Some(65_536),
        size => Some(usize::from(size)).filter(|it| *it >= 512 && it.is_power_of_two()),
    }
}

fn read_bounded(path: &Path) -> anyhow::Result<Vec<u8>> {
    let length = match fs::metadata(path) {
        Ok(it) => it.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    ensure!(
        length <= FILE_BYTES_MAX,
        "{} has {length} bytes; at most {FILE_BYTES_MAX} are read",
        path.display()
    );
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|it| it.take(FILE_BYTES_MAX).read_to_end(&mut bytes))
        .with_context(|| format!("cannot read {}", path.display()))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
