//! A record: the values of a row or of an index entry.

/// Columns of a record; the bot's have six.
const COLUMNS_MAX: usize = 64;

/// A value of a record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Integer(i64),
    Text(String),
    /// A real, a blob, or a text that is not UTF-8: the bot writes none.
    Other,
}

/// Reads a whole record; none when it makes no sense.
pub(crate) fn decode(payload: &[u8]) -> Option<Vec<Value>> {
    let (header_bytes, mut at) = varint(payload)?;
    let header = payload.get(..usize::try_from(header_bytes).ok()?)?;
    let mut body = payload.get(header.len()..)?;
    let mut values = Vec::new();
    while at < header.len() {
        let (serial, count) = varint(header.get(at..)?)?;
        at += count;
        let (bytes, rest) = body.split_at_checked(length_of(serial)?)?;
        body = rest;
        values.push(value(serial, bytes));
        if values.len() > COLUMNS_MAX {
            return None;
        }
    }
    body.is_empty().then_some(values)
}

/// A number of one to nine bytes, and how many they were.
pub(crate) fn varint(bytes: &[u8]) -> Option<(i64, usize)> {
    let mut value: u64 = 0;
    for (index, byte) in bytes.iter().take(8).enumerate() {
        value = value << 7 | u64::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            return Some((value.cast_signed(), index + 1));
        }
    }
    let last = bytes.get(8)?;
    Some(((value << 8 | u64::from(*last)).cast_signed(), 9))
}

/// How many bytes a value of this serial type takes.
fn length_of(serial: i64) -> Option<usize> {
    match serial {
        0 | 8 | 9 => Some(0),
        1..=4 => usize::try_from(serial).ok(),
        5 => Some(6),
        6 | 7 => Some(8),
        12.. => usize::try_from((serial - 12) / 2).ok(),
        // 10 and 11 are SQLite's own, and negative ones are garbage.
        _ => None,
    }
}

fn value(serial: i64, bytes: &[u8]) -> Value {
    match serial {
        0 => Value::Null,
        1..=6 => Value::Integer(integer(bytes)),
        8 => Value::Integer(0),
        9 => Value::Integer(1),
        13.. if serial % 2 == 1 => {
            String::from_utf8(bytes.to_vec()).map_or(Value::Other, Value::Text)
        }
        _ => Value::Other,
    }
}

/// Big-endian, in two's complement, of up to eight bytes.
fn integer(bytes: &[u8]) -> i64 {
    let negative = bytes.first().is_some_and(|it| it & 0x80 != 0);
    bytes.iter().fold(if negative { -1 } else { 0 }, |value, byte| value << 8 | i64::from(*byte))
}
