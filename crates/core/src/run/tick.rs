//! Ticks as they are stored: by the number of the item, as text.
//!
//! The keys of a JSON object are texts, and inside a tagged enum they are never read as numbers.

use std::collections::BTreeMap;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

pub(super) fn serialize<S: Serializer>(
    ticked: &BTreeMap<usize, String>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(ticked.iter().map(|(item, by)| (item.to_string(), by)))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<usize, String>, D::Error> {
    let ticked = BTreeMap::<String, String>::deserialize(deserializer)?;
    let number = |(item, by): (String, String)| match item.parse() {
        Ok(item) => Ok((item, by)),
        Err(_) => Err(D::Error::custom(format!("{item:?} is no number of an item"))),
    };
    ticked.into_iter().map(number).collect()
}
