//! A story as it is written: what it needs, and what happens when.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use matoi_core::plan::{Plan, load};
use matoi_core::problem::Weight;
use matoi_core::runbook;

/// A Monday morning, for stories that do not say when they begin.
const BEGIN: &str = "2026-01-05 10:00:00";

/// A story that was read.
pub(crate) struct Script {
    pub(crate) plan: Plan,
    pub(crate) begin: Timestamp,
    pub(crate) clock: Face,
    pub(crate) pages: Pages,
    pub(crate) lines: Vec<Line>,
}

/// How a story tells the time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Face {
    /// Minutes and seconds since the beginning.
    Elapsed,
    /// The local time.
    Local,
}

/// Whether a story prints the words of its pages.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pages {
    Quiet,
    Whole,
}

/// One happening.
pub(crate) struct Line {
    pub(crate) after: SignedDuration,
    pub(crate) words: String,
}

/// Reads a story; one that makes no sense panics with the line.
pub(crate) fn read(text: &str) -> Script {
    assert!(text.starts_with("# "), "a story opens with its promise");
    let (mut files, mut unsound) = (BTreeMap::new(), Vec::new());
    let (mut begin, mut clock, mut pages) = (local(BEGIN), Face::Elapsed, Pages::Quiet);
    let mut happenings = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let line = line.trim_end();
        let mut block = String::new();
        while let Some(more) = lines.next_if(|it| it.starts_with("  ") || it.is_empty()) {
            block.push_str(more.strip_prefix("  ").unwrap_or(more));
            block.push('\n');
        }
        match line.split_once(' ').unwrap_or((line, "")) {
            ("#" | "", _) => (),
            ("begin", time) => (begin, clock) = (local(time), Face::Local),
            ("pages", "whole") => pages = Pages::Whole,
            ("plan", name) => {
                files.insert("matoi.yaml".to_owned(), plan(name, &block).into_bytes());
            }
            ("runbook", name) => {
                files.insert(format!("runbooks/{name}.md"), block.into_bytes());
            }
            ("unsound", name) => {
                unsound.push(format!("runbooks/{name}.md"));
                files.insert(format!("runbooks/{name}.md"), block.into_bytes());
            }
            _ => happenings.push(line.to_owned()),
        }
    }
    let lines = happenings.iter().map(|it| happening(it, begin, clock)).collect();
    Script { plan: loaded(&files, &unsound), begin, clock, pages, lines }
}

fn loaded(files: &BTreeMap<String, Vec<u8>>, unsound: &[String]) -> Plan {
    let mut loaded = load(files, runbook::parse::parse);
    loaded.problems.retain(|it| it.weight == Weight::Error && !unsound.contains(&it.file));
    assert!(loaded.problems.is_empty(), "{:#?}", loaded.problems);
    loaded.plan.unwrap()
}

/// The named plan, with the sections of `block` in the place of its own.
fn plan(name: &str, block: &str) -> String {
    let path = format!("{}/tests/stories/plans/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap();
    let mut sections = sections(&text);
    sections.extend(self::sections(block));
    sections.into_values().collect()
}

fn sections(text: &str) -> BTreeMap<String, String> {
    let mut sections: BTreeMap<String, String> = BTreeMap::new();
    let mut key = String::new();
    for line in text.lines().filter(|it| !it.trim().is_empty()) {
        if !line.starts_with([' ', '#', '-']) {
            key = line.split(':').next().unwrap().to_owned();
        }
        let section = sections.entry(key.clone()).or_default();
        section.push_str(line);
        section.push('\n');
    }
    sections
}

fn happening(line: &str, begin: Timestamp, clock: Face) -> Line {
    let (time, words) = match clock {
        Face::Elapsed => line.split_once(' ').unwrap(),
        Face::Local => line.split_at_checked("01-05 10:00".len()).unwrap(),
    };
    let after = match clock {
        Face::Elapsed => elapsed(time),
        Face::Local => local(&format!("2026-{time}")).duration_since(begin),
    };
    let words = words.split("  #").next().unwrap().trim().to_owned();
    Line { after, words }
}

/// `05:00` is five minutes, `2:05:00` is two hours and five minutes.
fn elapsed(text: &str) -> SignedDuration {
    let secs = text.split(':').fold(0, |secs, it| secs * 60 + it.parse::<i64>().unwrap());
    SignedDuration::from_secs(secs)
}

fn local(text: &str) -> Timestamp {
    let time: DateTime = text.trim().parse().unwrap_or_else(|err| panic!("{text}: {err}"));
    TimeZone::get("Asia/Tokyo").unwrap().to_timestamp(time).unwrap()
}
