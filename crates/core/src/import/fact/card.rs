//! Contacts as cards: a heading, or an item of a list, and below it lines that say a name, a number and hours.

use super::contact::{HOURS, add_ways, put};
use crate::import::model::Contact;
use crate::import::outline::{Block, Kind};
use crate::import::reading::Reading;
use crate::import::word::label::label;
use crate::import::word::subject::Subject;
use crate::import::word::{fold, labelled};
use crate::plan::notation::reach::is_placeholder;

const NAME: [&str; 8] =
    ["氏名", "名前", "担当者", "担当者名", "name", "full name", "person", "contact person"];
const WAY: [&str; 22] = [
    "電話",
    "電話番号",
    "携帯",
    "携帯電話",
    "内線",
    "メール",
    "メールアドレス",
    "連絡先",
    "連絡方法",
    "連絡手段",
    "phone",
    "telephone",
    "tel",
    "mobile",
    "cell",
    "email",
    "e-mail",
    "mail",
    "slack",
    "teams",
    "pager",
    "pagerduty",
];
const ROLE: [&str; 6] = ["役割", "役職", "責務", "role", "title", "responsibility"];
/// A title is a role or a name, and no sentence.
const TITLE_CHARS_MAX: usize = 40;

/// What one line of a card says.
enum Field {
    Name,
    Way,
    Hours,
    /// What somebody is there for; the title says whom it is about.
    Role,
}

/// A card that is being read.
struct Card {
    title: String,
    /// The depth of the item that it stands below; absent below a heading.
    depth: Option<usize>,
    section: usize,
    name: Option<String>,
    contact: Contact,
}

pub(super) fn read(reading: &mut Reading<'_>) {
    let mut card: Option<Card> = None;
    for (_, block) in reading.plain_blocks() {
        let is_inside = |it: &Card| it.section == block.section && is_below(it, block);
        let texts = fields(block);
        if !texts.is_empty()
            && let Some(card) = card.as_mut().filter(|it| is_inside(it))
        {
            for (field, text) in texts {
                card.take(&field, &text);
            }
            card.contact.lines.extend(block.lines.clone());
            continue;
        }
        let goes_on = card.as_ref().is_some_and(|it| it.depth.is_none() && is_inside(it))
            && !matches!(block.kind, Kind::Heading | Kind::Item(_));
        if !goes_on {
            finish(reading, card.take());
            card = begun(reading, block);
        }
    }
    finish(reading, card);
}

/// The fields of a block: an item is one, and a paragraph may hold several lines.
fn fields(block: &Block) -> Vec<(Field, String)> {
    if !matches!(block.kind, Kind::Item(_) | Kind::Paragraph) {
        return Vec::new();
    }
    let lines: Vec<&str> = block.text.lines().filter(|it| !it.trim().is_empty()).collect();
    let read: Vec<(Field, String)> = lines.iter().filter_map(|it| field(it)).collect();
    // A paragraph that also says something else is no card.
    if read.len() == lines.len() { read } else { Vec::new() }
}

fn field(line: &str) -> Option<(Field, String)> {
    let (name, text) = labelled(line)?;
    let name = fold(name.replace("**", "").trim());
    let is = |words: &[&str]| words.contains(&name.as_str());
    let field = if is(&WAY) {
        Field::Way
    } else if is(&NAME) {
        Field::Name
    } else if is(&HOURS) || is(&["対応可能時間帯", "勤務時間", "勤務体制", "working hours"])
    {
        Field::Hours
    } else if is(&ROLE) {
        Field::Role
    } else {
        return None;
    };
    (!text.trim().is_empty()).then(|| (field, text.replace("**", "").trim().to_owned()))
}

fn is_below(card: &Card, block: &Block) -> bool {
    match (&block.kind, card.depth) {
        (Kind::Item(item), Some(depth)) => item.depth > depth,
        (_, None) => true,
        (_, Some(_)) => false,
    }
}

/// A card begins with a heading within the contacts, or with an item of theirs that is a title.
fn begun(reading: &Reading<'_>, block: &Block) -> Option<Card> {
    let outline = reading.outline;
    let (title, depth) = match &block.kind {
        Kind::Heading => {
            let above = outline.sections.get(block.section)?.parent?;
            if !reading.is_below(above, Subject::Contact) {
                return None;
            }
            (outline.title(block.section).to_owned(), None)
        }
        Kind::Item(item) if reading.is_below(block.section, Subject::Contact) => {
            (block.text.clone(), Some(item.depth))
        }
        Kind::Item(_) | Kind::Paragraph | Kind::Table(_) | Kind::Fence(_) | Kind::Other => {
            return None;
        }
    };
    let title = title.replace("**", "").trim().trim_end_matches([':', '：']).trim().to_owned();
    let is_title = !title.is_empty()
        && !title.contains('\n')
        && title.chars().count() <= TITLE_CHARS_MAX
        && labelled(&title).is_none()
        && label(&title).is_none();
    let is_template = reading.is_below(block.section, Subject::Template);
    let contact = Contact {
        outside: reading.is_below(block.section, Subject::Outside),
        lines: block.lines.clone().collect(),
        ..Contact::default()
    };
    (is_title && !is_template).then_some(Card {
        title,
        depth,
        section: block.section,
        name: None,
        contact,
    })
}

impl Card {
    fn take(&mut self, field: &Field, text: &str) {
        match field {
            Field::Name => self.name = self.name.take().or_else(|| Some(text.to_owned())),
            Field::Way => add_ways(&mut self.contact, text),
            Field::Hours => {
                self.contact.hours = self.contact.hours.take().or_else(|| Some(text.to_owned()));
            }
            Field::Role => {}
        }
    }
}

/// A card without any way to somebody is a list of duties.
fn finish(reading: &mut Reading<'_>, card: Option<Card>) {
    let Some(Card { title, name, mut contact, .. }) = card else { return };
    if contact.endpoints.is_empty() {
        return;
    }
    contact.name = name.filter(|it| *it != title && !is_placeholder(it));
    contact.role = title;
    put(reading, contact);
}
