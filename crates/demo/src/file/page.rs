//! A page as a node of a b-tree: its kind, its cells, its children.

use crate::file::Image;
use crate::file::record::varint;

/// No record of the bot comes near; a larger length is garbage.
const PAYLOAD_BYTES_MAX: usize = 1 << 20;

/// The kinds of nodes, by the first byte of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    IndexInterior,
    TableInterior,
    IndexLeaf,
    TableLeaf,
}

impl Kind {
    fn of(byte: u8) -> Option<Kind> {
        match byte {
            0x02 => Some(Kind::IndexInterior),
            0x05 => Some(Kind::TableInterior),
            0x0A => Some(Kind::IndexLeaf),
            0x0D => Some(Kind::TableLeaf),
            _ => None,
        }
    }

    pub(crate) fn is_leaf(self) -> bool {
        match self {
            Kind::IndexLeaf | Kind::TableLeaf => true,
            Kind::IndexInterior | Kind::TableInterior => false,
        }
    }

    fn header_bytes(self) -> usize {
        if self.is_leaf() { 8 } else { 12 }
    }
}

/// A node.
pub(crate) struct Page<'a> {
    bytes: &'a [u8],
    kind: Kind,
    /// 100 on the first page, behind the header of the file.
    start: usize,
    cells: Vec<usize>,
}

/// An entry of a leaf or an index node.
pub(crate) struct Cell {
    /// The row's id; index entries have theirs in the payload.
    pub(crate) rowid: Option<i64>,
    /// Whole, or nothing when the chain of its overflow pages is broken.
    pub(crate) payload: Option<Vec<u8>>,
}

impl<'a> Page<'a> {
    /// Reads a node; none unless its header and every pointer to a cell make sense.
    pub(crate) fn read(bytes: &'a [u8], number: u32, usable: usize) -> Option<Page<'a>> {
        let start = if number == 1 { 100 } else { 0 };
        let kind = Kind::of(*bytes.get(start)?)?;
        let count = usize::from(u16_at(bytes, start + 3)?);
        let first = start + kind.header_bytes();
        let end = first + 2 * count;
        if end > usable {
            return None;
        }
        let cells = (0..count)
            .map(|index| u16_at(bytes, first + 2 * index).map(usize::from))
            .map(|it| it.filter(|offset| (end..usable).contains(offset)))
            .collect::<Option<Vec<usize>>>()?;
        Some(Page { bytes, kind, start, cells })
    }

    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    /// The nodes below, in the order of their keys; of a leaf, none.
    pub(crate) fn children(&self) -> Vec<u32> {
        if self.kind.is_leaf() {
            return Vec::new();
        }
        let rightmost = u32_at(self.bytes, self.start + 8);
        self.cells.iter().filter_map(|it| u32_at(self.bytes, *it)).chain(rightmost).collect()
    }

    /// The entries; of a node that only leads further, none.
    pub(crate) fn cells(&self, image: &Image) -> Vec<Cell> {
        self.cells.iter().filter_map(|it| self.cell(*it, image)).collect()
    }

    fn cell(&self, offset: usize, image: &Image) -> Option<Cell> {
        let offset = match self.kind {
            Kind::TableInterior => return None,
            Kind::IndexInterior => offset + 4,
            Kind::IndexLeaf | Kind::TableLeaf => offset,
        };
        let (length, mut at) = varint_at(self.bytes, offset)?;
        let length = usize::try_from(length).ok().filter(|it| *it <= PAYLOAD_BYTES_MAX);
        let rowid = match self.kind {
            Kind::TableLeaf => {
                let (rowid, after) = varint_at(self.bytes, at)?;
                at = after;
                Some(rowid)
            }
            Kind::IndexLeaf | Kind::IndexInterior | Kind::TableInterior => None,
        };
        let payload = length.and_then(|length| self.payload(at, length, image));
        Some(Cell { rowid, payload })
    }

    /// The payload at `at`: what is on this page, and then the chain of overflow pages.
    fn payload(&self, at: usize, length: usize, image: &Image) -> Option<Vec<u8>> {
        let here = self.length_here(length, image.usable());
        let end = at.checked_add(here)?;
        let mut payload = self.bytes.get(..image.usable())?.get(at..end)?.to_vec();
        let mut next = if here < length { u32_at(self.bytes, end)? } else { 0 };
        // Each page takes something off the rest, so a chain that runs in a circle ends too.
        while payload.len() < length {
            let bytes = image.bytes(next)?;
            let rest = (length - payload.len()).min(image.usable() - 4);
            payload.extend_from_slice(bytes.get(4..4 + rest)?);
            next = u32_at(bytes, 0)?;
        }
        Some(payload)
    }

    /// How much of a payload stays on the page of its cell; the arithmetic is the format's own.
    fn length_here(&self, length: usize, usable: usize) -> usize {
        let whole_max = match self.kind {
            Kind::TableLeaf => usable - 35,
            Kind::IndexLeaf | Kind::IndexInterior | Kind::TableInterior => {
                (usable - 12) * 64 / 255 - 23
            }
        };
        if length <= whole_max {
            return length;
        }
        let least = (usable - 12) * 32 / 255 - 23;
        let here = least + (length - least) % (usable - 4);
        if here <= whole_max { here } else { least }
    }
}

/// The number at `at`, and where the next thing begins.
fn varint_at(bytes: &[u8], at: usize) -> Option<(i64, usize)> {
    let (value, count) = varint(bytes.get(at..)?)?;
    Some((value, at + count))
}

pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let it = bytes.get(at..at.checked_add(2)?)?;
    it.try_into().ok().map(u16::from_be_bytes)
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let it = bytes.get(at..at.checked_add(4)?)?;
    it.try_into().ok().map(u32::from_be_bytes)
}
