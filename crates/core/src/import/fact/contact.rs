//! Contacts: whom to call, how, and when they are there.

use super::card;
use crate::import::model::{Contact, Endpoint};
use crate::import::outline::{Block, Kind, Table};
use crate::import::reading::Reading;
use crate::import::word::hours::hours_in;
use crate::import::word::label::label;
use crate::import::word::subject::Subject;
use crate::import::word::{fold, has_any, labelled};
use crate::plan::notation::reach::is_placeholder;

const ROLE: [&str; 14] = [
    "役割",
    "役職",
    "担当/チーム",
    "組織",
    "チーム",
    "区分",
    "ベンダー",
    "サービス",
    "role",
    "team",
    "position",
    "vendor",
    "service",
    "function",
];
const NAME: [&str; 8] =
    ["担当者", "氏名", "名前", "担当", "name", "person", "contact person", "who"];
const WAY: [&str; 16] = [
    "連絡先",
    "連絡方法",
    "連絡手段",
    "方法",
    "電話",
    "電話番号",
    "メール",
    "コンタクト",
    "contact",
    "phone",
    "email",
    "e-mail",
    "slack",
    "pagerduty",
    "channel",
    "primary",
];
pub(super) const HOURS: [&str; 12] = [
    "対応時間",
    "時間帯",
    "勤務",
    "対応可能時間",
    "受付時間",
    "営業時間",
    "hours",
    "availability",
    "available",
    "support hours",
    "schedule",
    "when",
];

pub(super) fn read(reading: &mut Reading<'_>) {
    card::read(reading);
    for (_, block) in reading.plain_blocks() {
        match &block.kind {
            Kind::Table(table) => rows(reading, table, block),
            Kind::Item(_) => item(reading, block),
            Kind::Heading | Kind::Paragraph | Kind::Fence(_) | Kind::Other => (),
        }
    }
}

fn rows(reading: &mut Reading<'_>, table: &Table, block: &Block) {
    let heads: Vec<String> = table.head.iter().map(|it| fold(it)).collect();
    let is = |column: usize, words: &[&str]| heads.get(column).is_some_and(|it| has_any(it, words));
    let find = |words: &[&str]| (0..heads.len()).find(|it| is(*it, words));
    let ways: Vec<usize> = (0..heads.len()).filter(|it| is(*it, &WAY)).collect();
    let role = find(&ROLE);
    let name =
        (0..heads.len()).find(|it| Some(*it) != role && is(*it, &NAME) && !ways.contains(it));
    let is_scale = table
        .rows
        .iter()
        .filter(|it| it.cells.first().is_some_and(|it| label(it).is_some()))
        .count();
    if ways.is_empty() || (role.is_none() && name.is_none()) || is_scale * 2 > table.rows.len() {
        return;
    }
    // Beside a way to somebody, hours are when they are there.
    let hours = (0..heads.len()).find(|it| !ways.contains(it) && is(*it, &HOURS));
    let outside = reading.is_about(block.section, Subject::Outside);
    for row in &table.rows {
        let cell =
            |column: Option<usize>| column.and_then(|it| row.cells.get(it)).map(String::as_str);
        let title = cell(role).filter(|it| !it.is_empty()).or(cell(name)).unwrap_or_default();
        if title.is_empty() {
            let text =
                reading.language.pick("この行は誰の連絡先ですか", "whose contact is this row?");
            reading.ask(text.to_owned(), &[row.line]);
            continue;
        }
        let mut contact = Contact {
            role: title.to_owned(),
            name: cell(name)
                .filter(|it| !it.is_empty() && *it != title && !is_placeholder(it))
                .map(str::to_owned),
            hours: cell(hours).filter(|it| !matches!(it.trim(), "" | "-")).map(str::to_owned),
            outside,
            lines: vec![row.line],
            ..Contact::default()
        };
        for way in &ways {
            add_ways(&mut contact, row.cells.get(*way).map_or("", String::as_str));
        }
        put(reading, contact);
    }
    reading.ledger.used(&[table.head_line, table.head_line + 1], "the contacts");
}

/// `- **技術責任者**: [連絡先を記載]`, `- Security: sec@example.com (24/7)`.
fn item(reading: &mut Reading<'_>, block: &Block) {
    if reading.ledger.is_used(block.lines.start) {
        return;
    }
    let about = reading.is_about(block.section, Subject::Contact);
    let outside = reading.is_about(block.section, Subject::Outside);
    if !(about || outside && reading.is_below(block.section, Subject::Contact))
        || reading.is_about(block.section, Subject::Template)
    {
        return;
    }
    let Some((role, text)) = labelled(&block.text) else { return };
    if text.is_empty() || label(role).is_some() || role.chars().count() > 30 {
        return;
    }
    let mut contact = Contact {
        role: role.to_owned(),
        outside,
        lines: block.lines.clone().collect(),
        ..Contact::default()
    };
    add_ways(&mut contact, text);
    contact.hours = hours_in(text);
    let has_way = contact.endpoints.iter().any(|it| it.kind != "text");
    // In a list of duties, what stands behind a role is no way to it.
    if has_way || contact.placeholder || outside {
        put(reading, contact);
    }
}

pub(super) fn put(reading: &mut Reading<'_>, mut contact: Contact) {
    let real = contact.endpoints.iter().any(|it| it.kind != "text" || contact.outside);
    contact.placeholder = !real || contact.endpoints.iter().all(|it| is_placeholder(&it.address));
    reading.ledger.used(&contact.lines, &format!("contact {}", contact.role));
    if contact.placeholder && !contact.outside {
        let text = reading.language.pick(
            format!("{}の連絡先を書いてください", contact.role),
            format!("how is {} reached?", contact.role),
        );
        let lines = contact.lines.clone();
        reading.question(text, &lines);
    }
    reading.document.contacts.push(contact);
}

/// The ways that a text names; where it names none, the text itself.
pub(super) fn add_ways(contact: &mut Contact, text: &str) {
    let found = ways_in(text);
    if found.is_empty() && !text.trim().is_empty() && text.trim() != "-" {
        let kind = "text".to_owned();
        contact.placeholder |= is_placeholder(text);
        contact.endpoints.push(Endpoint { kind, address: text.trim().to_owned() });
    }
    contact.endpoints.extend(found);
}

fn ways_in(text: &str) -> Vec<Endpoint> {
    let is_part = |it: char| {
        it.is_whitespace()
            || matches!(it, '、' | ',' | '(' | ')' | '（' | '）' | '`' | '<' | '>' | ';')
    };
    let mut ways = Vec::new();
    for word in text.split(is_part) {
        let word = word.trim_end_matches(['.', '。']).trim_start_matches("mailto:");
        let way = |kind: &str, address: &str| Endpoint {
            kind: kind.to_owned(),
            address: address.to_owned(),
        };
        let mail = word.split_once('@').filter(|(user, host)| {
            !user.is_empty() && host.contains('.') && !word.contains("://") && word.is_ascii()
        });
        if mail.is_some() {
            ways.push(way("email", word));
        } else if word.starts_with("http://") || word.starts_with("https://") {
            ways.push(way("url", word));
        } else if is_phone(word) {
            ways.push(way("phone", word));
        } else if word.len() > 1
            && word.starts_with(['#', '@'])
            && !word[1..].starts_with(|it: char| it.is_ascii_digit())
        {
            ways.push(way("chat", word));
        }
    }
    ways
}

/// `090-1234-5678`, `+81 3…`, and `090-XXXX-XXXX`, which is a reminder to write one.
fn is_phone(word: &str) -> bool {
    let digits = word.chars().filter(|it| it.is_ascii_digit() || *it == 'X' || *it == 'x').count();
    let is_shaped =
        word.chars().all(|it| it.is_ascii_digit() || matches!(it, '-' | '+' | 'X' | 'x' | '.'));
    is_shaped
        && (9..=15).contains(&digits)
        && word.starts_with(|it: char| it.is_ascii_digit() || it == '+')
}
