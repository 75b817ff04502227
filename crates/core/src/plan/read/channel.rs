//! `channels`: ways out, of kinds that the edge knows.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use crate::plan::Channel;
use crate::plan::read::field::Fields;
use crate::plan::read::name::CONSOLE;
use crate::plan::read::{Console, Reader};
use crate::plan::yaml::Entry;
use crate::plan::yaml::json::object;

/// Reads the channels; last, when it is known whether the console is used.
pub(super) fn read(reader: &mut Reader<'_>, top: &Fields<'_>) -> BTreeMap<String, Channel> {
    let mut channels: BTreeMap<String, Channel> = BTreeMap::new();
    for entry in reader.named(top, "channels") {
        if let Some(channel) = channel(reader, entry) {
            channels.insert(entry.key.clone(), channel);
        }
    }
    if reader.console == Console::Used {
        channels.entry(CONSOLE.to_owned()).or_insert_with(|| Channel {
            name: CONSOLE.to_owned(),
            kind: CONSOLE.to_owned(),
            config: Json::Object(Map::new()),
        });
    }
    channels
}

fn channel(reader: &mut Reader<'_>, entry: &Entry) -> Option<Channel> {
    let what = format!("the channel \"{}\"", entry.key);
    let fields = reader.open_fields(&entry.value, what, &entry.key_span)?;
    let kind = reader.need(&fields, "kind")?;
    let kind = reader.words(kind, "\"kind\"")?;
    let config = object(fields.others(&["kind"]));
    Some(Channel { name: entry.key.clone(), kind, config })
}
