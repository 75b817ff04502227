//! `channels`: ways out, of kinds that the edge knows.

use serde_json::{Map, Value as Json};

use crate::plan::Channel;
use crate::plan::finding::Complaint;
use crate::plan::kinds;
use crate::plan::read::field::Fields;
use crate::plan::read::name::CONSOLE;
use crate::plan::read::{Console, Reader};
use crate::plan::yaml::json::object;
use crate::plan::yaml::{Entry, Node};

/// Reads the channels.
pub(super) fn read(reader: &mut Reader<'_>, top: &Fields<'_>) {
    for entry in reader.named(top, "channels") {
        if let Some(channel) = channel(reader, entry) {
            reader.channels.insert(entry.key.clone(), channel);
        }
    }
}

/// Adds the channel that every plan has, last, when it is known whether it is used.
pub(super) fn add_console(reader: &mut Reader<'_>) {
    if reader.console == Console::Used {
        reader.channels.entry(CONSOLE.to_owned()).or_insert_with(|| Channel {
            name: CONSOLE.to_owned(),
            kind: CONSOLE.to_owned(),
            config: Json::Object(Map::new()),
        });
    }
}

fn channel(reader: &mut Reader<'_>, entry: &Entry) -> Option<Channel> {
    let what = format!("the channel \"{}\"", entry.key);
    let fields = reader.open_fields(&entry.value, what, &entry.key_span)?;
    let place = reader.need(&fields, "kind")?;
    let kind = reader.words(place, "\"kind\"")?;
    let others = fields.others(&["kind"]);
    let config = object(others.iter().copied());
    if let Some(asked) = reader.kinds
        && let Err(misfit) = kinds::ask(&config, |it| (asked.channel)(&kind, it))
    {
        let (span, complaint) = misfit.placed(&kind, &others, &place.span);
        reader.findings.error(&span, complaint);
    }
    Some(Channel { name: entry.key.clone(), kind, config })
}

impl Reader<'_> {
    /// Complains of an address that cannot be one of its channel.
    pub(super) fn check_address(&mut self, node: &Node, channel: &str, address: &str) {
        let kind = self.channels.get(channel).map_or(channel, |it| it.kind.as_str());
        if let Some(asked) = self.kinds
            && let Err(problem) = (asked.address)(kind, address)
        {
            let message = format!("the address {address:?} of \"{channel}\" {problem}");
            self.findings.error(&node.span, message);
        }
    }

    /// Complains of a channel that cannot be told what is meant for nobody by name.
    pub(super) fn check_announcement(&mut self, node: &Node, name: &str) {
        if let Some(asked) = self.kinds
            && let Some(channel) = self.channels.get(name)
            && let Err(problem) = (asked.announcement)(&channel.kind, &channel.config)
        {
            let complaint = Complaint::new(format!("the channel \"{name}\" {problem}"));
            self.findings.error(&node.span, complaint);
        }
    }
}
