//! `matoi`, `name`, `timezone`, `language`, `scopes`: what the plan says about itself.

use std::collections::BTreeMap;

use jiff::tz::{TimeZone, TimeZoneDatabase};

use crate::language::Language;
use crate::plan::finding::Complaint;
use crate::plan::guess;
use crate::plan::read::Reader;
use crate::plan::read::field::Fields;
use crate::plan::width::plain;

/// The version of the format that is read here.
const VERSION: &str = "1";

pub(super) struct Head {
    pub(super) name: String,
    pub(super) zone: TimeZone,
    pub(super) language: Language,
}

pub(super) fn read(reader: &mut Reader<'_>, top: &Fields<'_>) -> Head {
    if let Some(node) = reader.need(top, "matoi") {
        reader.parsed(node, "\"matoi\"", version);
    }
    let name = reader.need(top, "name").and_then(|it| reader.words(it, "\"name\""));
    let zone = reader.need(top, "timezone").and_then(|it| reader.parsed(it, "\"timezone\"", zone));
    let language = top.get("language").and_then(|it| reader.parsed(it, "\"language\"", language));
    Head {
        name: name.unwrap_or_default(),
        zone: zone.unwrap_or(TimeZone::UTC),
        language: language.unwrap_or_default(),
    }
}

/// The second axis: what a label covers.
pub(super) fn scopes(reader: &mut Reader<'_>, top: &Fields<'_>) -> BTreeMap<String, String> {
    let mut scopes = BTreeMap::new();
    for entry in reader.named(top, "scopes") {
        let what = format!("the scope \"{}\"", entry.key);
        if let Some(meaning) = reader.words(&entry.value, &what) {
            scopes.insert(entry.key.clone(), meaning);
        }
    }
    scopes
}

fn version(text: &str) -> Result<(), Complaint> {
    if text.trim() == VERSION {
        return Ok(());
    }
    let complaint = Complaint::new(format!("the format \"{text}\" is not known"));
    Err(complaint.hint(format!("this version reads \"matoi: {VERSION}\"")))
}

fn language(text: &str) -> Result<Language, Complaint> {
    match plain(text).as_str() {
        "ja" | "japanese" | "日本語" => Ok(Language::Ja),
        "en" | "english" | "英語" => Ok(Language::En),
        _ => {
            let complaint = Complaint::new(format!("the language \"{text}\" is not known"));
            Err(complaint.hint("write ja or en"))
        }
    }
}

/// Looks a zone up in the bundled database, so that a plan means the same on every machine.
fn zone(text: &str) -> Result<TimeZone, Complaint> {
    let name = text.trim();
    let database = TimeZoneDatabase::bundled();
    if let Ok(zone) = database.get(name) {
        return Ok(zone);
    }
    let known: Vec<String> = database.available().map(|it| it.as_str().to_owned()).collect();
    let place = known
        .iter()
        .find(|it| it.rsplit('/').next().is_some_and(|place| place.eq_ignore_ascii_case(name)));
    let meant = match name {
        "JST" | "日本" | "日本標準時" | "東京" => Some("Asia/Tokyo"),
        _ => place.map(String::as_str),
    };
    let meant = meant.or_else(|| guess::closest(name, known.iter().map(String::as_str)));
    let complaint = Complaint::new(format!("there is no time zone \"{name}\""));
    Err(complaint.hint(match meant {
        Some(it) => format!("did you mean \"{it}\"?"),
        None => "write a name such as Asia/Tokyo or Europe/London".to_owned(),
    }))
}
