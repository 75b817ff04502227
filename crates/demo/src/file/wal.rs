//! The write-ahead log: what was committed and is not yet in the file.
//!
//! **Invariant:** a frame counts only when its salts and the running checksum are right and a commit follows it, as
//! SQLite itself has it. A log of another time, or cut off in the middle of a commit, adds nothing.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use anyhow::Context as _;

use crate::file::Image;
use crate::file::page::u32_at;

const HEADER_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 24;
/// The lowest bit says in which order of bytes the checksums are taken.
const MAGIC: u32 = 0x377F_0682;

/// What a log holds.
#[derive(Default)]
pub(crate) struct Committed {
    pub(crate) page_size: Option<usize>,
    /// The newest version of each page.
    pub(crate) newer: BTreeMap<u32, Vec<u8>>,
    /// The size of the database after the last commit; none without a commit.
    pub(crate) pages: Option<u32>,
}

/// Reads the committed frames of `log`. A log for another page size belongs to another file.
pub(crate) fn committed(log: &[u8], page_size: Option<usize>) -> Committed {
    read(log, page_size).unwrap_or_default()
}

fn read(log: &[u8], wanted: Option<usize>) -> Option<Committed> {
    let (header, mut rest) = log.split_at_checked(HEADER_BYTES)?;
    let order = Order::of(u32_at(header, 0)?)?;
    let page_size = usize::try_from(u32_at(header, 8)?).ok()?;
    if !page_size.is_power_of_two() || !(512..=65_536).contains(&page_size) {
        return None;
    }
    let mut sum = order.add((0, 0), header.get(..24)?);
    if sum != (u32_at(header, 24)?, u32_at(header, 28)?) || wanted.is_some_and(|it| it != page_size)
    {
        return None;
    }
    let mut found = Committed { page_size: Some(page_size), ..Committed::default() };
    let mut open = BTreeMap::new();
    while let Some((frame, after)) = rest.split_at_checked(FRAME_HEADER_BYTES + page_size) {
        let (head, page) = frame.split_at(FRAME_HEADER_BYTES);
        sum = order.add(order.add(sum, head.get(..8)?), page);
        if head.get(8..16)? != header.get(16..24)? || sum != (u32_at(head, 16)?, u32_at(head, 20)?)
        {
            break;
        }
        open.insert(u32_at(head, 0)?, page.to_vec());
        let pages_after = u32_at(head, 4)?;
        if pages_after != 0 {
            found.newer.append(&mut open);
            found.pages = Some(pages_after);
        }
        rest = after;
    }
    Some(found)
}

/// The order of bytes in which checksums are taken.
#[derive(Clone, Copy)]
enum Order {
    Little,
    Big,
}

impl Order {
    fn of(magic: u32) -> Option<Order> {
        match magic.checked_sub(MAGIC)? {
            0 => Some(Order::Little),
            1 => Some(Order::Big),
            _ => None,
        }
    }

    fn add(self, sum: (u32, u32), bytes: &[u8]) -> (u32, u32) {
        bytes.chunks_exact(8).fold(sum, |(first, second), pair| {
            let (left, right) = pair.split_at(4);
            let first = first.wrapping_add(self.word(left)).wrapping_add(second);
            (first, second.wrapping_add(self.word(right)).wrapping_add(first))
        })
    }

    fn word(self, bytes: &[u8]) -> u32 {
        let bytes = bytes.try_into().unwrap_or_default();
        match self {
            Order::Little => u32::from_le_bytes(bytes),
            Order::Big => u32::from_be_bytes(bytes),
        }
    }
}

/// Writes what the log of `database` holds into the file, so that the file alone is the whole database.
///
/// Killed anywhere, it can be done again: the log is left as it is.
pub(crate) fn fold(database: &Path) -> anyhow::Result<()> {
    let image = Image::read(database)?;
    if image.newer().is_empty() {
        return Ok(());
    }
    write_pages(database, &image)
        .with_context(|| format!("cannot fold the log into {}", database.display()))
}

fn write_pages(database: &Path, image: &Image) -> io::Result<()> {
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(database)?;
    let size = image.page_size() as u64;
    for (number, bytes) in image.newer().range(1..=image.pages()) {
        file.write_all_at(bytes, u64::from(number - 1) * size)?;
    }
    file.set_len(u64::from(image.pages()) * size)?;
    file.sync_all()
}
