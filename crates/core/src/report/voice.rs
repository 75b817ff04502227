//! How a report says a time, a duration, a person: the same in every place.

use jiff::{SignedDuration, Timestamp};

use crate::id::PageId;
use crate::language::Language;
use crate::reason;
use crate::report::line::Told;
use crate::report::names::{Addressee, MATOI, Names};

/// The names and the language that everything is said in.
#[derive(Clone, Copy)]
pub(super) struct Voice<'a> {
    pub(super) names: &'a Names<'a>,
    pub(super) language: Language,
}

impl Voice<'_> {
    /// The text of this language.
    pub(super) fn say<T>(&self, ja: T, en: T) -> T {
        self.language.pick(ja, en)
    }

    /// `2026-01-05 03:12:45`, in the plan's zone.
    pub(super) fn time(&self, at: Timestamp) -> String {
        at.to_zoned(self.names.zone().clone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// The zone's name, else its offset at `now`.
    pub(super) fn zone(&self, now: Timestamp) -> String {
        let zone = self.names.zone();
        zone.iana_name().map_or_else(|| format!("UTC{}", zone.to_offset(now)), str::to_owned)
    }

    /// `1日2時間3分4秒`, `1 d 2 h 3 min 4 s`.
    pub(super) fn duration(&self, lasting: SignedDuration) -> String {
        self.language.duration(lasting)
    }

    /// `reason` in this language, where it is one of Matoi's own.
    pub(super) fn reason(&self, reason: &str) -> String {
        reason::in_language(reason, self.language, &|it| self.person(it))
    }

    /// Why the plan began a run or raised a severity, in this language.
    pub(super) fn cause(&self, cause: &str) -> String {
        reason::cause_in_language(cause, self.language, &|it| self.person(it))
    }

    pub(super) fn person(&self, id: &str) -> String {
        self.names.person(id)
    }

    /// The people, separated as the language does.
    pub(super) fn people<'b>(&self, ids: impl IntoIterator<Item = &'b str>) -> String {
        let names: Vec<String> = ids.into_iter().map(|it| self.person(it)).collect();
        self.list(&names)
    }

    /// `1 alert`, `2 alerts`; Japanese counts without a plural.
    pub(super) fn plural(&self, count: usize, one: &str, many: &str) -> String {
        format!("{count} {}", if count == 1 { one } else { many })
    }

    /// Texts in a row.
    pub(super) fn list(&self, texts: &[String]) -> String {
        texts.join(self.say("、", ", "))
    }

    /// `text` in the language's quotation marks.
    pub(super) fn quote(&self, text: &str) -> String {
        self.say(format!("「{text}」"), format!("“{text}”"))
    }

    /// `text` with an aside in parentheses, which is left out when there is nothing to add.
    pub(super) fn aside(&self, text: &str, aside: &str) -> String {
        if aside.trim().is_empty() {
            return text.to_owned();
        }
        self.say(format!("{text}（{aside}）"), format!("{text} ({aside})"))
    }

    /// `text` with what explains it, if anything does.
    pub(super) fn because(&self, text: &str, reason: &str) -> String {
        if reason.trim().is_empty() {
            return text.to_owned();
        }
        format!("{text}: {}", self.reason(reason))
    }

    /// Whom a page is for.
    pub(super) fn addressee(&self, page: &PageId) -> String {
        match self.names.page(page) {
            Some(Addressee::Person { person, channel }) => {
                self.aside(&self.person(person), channel)
            }
            Some(Addressee::Channel(channel)) => channel.to_owned(),
            None => page.0.clone(),
        }
    }

    /// The way of a page. Of a URL only the place is told, since what follows it is often a secret.
    pub(super) fn way(&self, channel: &str, address: &str) -> String {
        let Some((scheme, rest)) = address.split_once("://") else {
            return format!("{channel} {address}").trim().to_owned();
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = authority.rsplit('@').next().unwrap_or_default();
        format!("{channel} {scheme}://{host}/…")
    }

    /// The far side's word for a delivered page.
    pub(super) fn receipt(&self, reference: &str) -> String {
        if reference.trim().is_empty() {
            return String::new();
        }
        self.say(format!("受領番号 {reference}"), format!("receipt {reference}"))
    }

    /// The first digits of a hash, enough for people.
    pub(super) fn short(&self, hash: &str) -> String {
        hash.chars().take(12).collect()
    }

    /// The clock went back, whoever tells of it.
    pub(super) fn clock_went_back(&self, by: SignedDuration) -> Told {
        let by = self.duration(by);
        let action = self.say("時計の巻き戻りを検知", "The clock went back").to_owned();
        let result = self
            .say(format!("{by}、待ち時間を補正"), format!("by {by}; what waits was moved with it"));
        Told::matoi(self, action, result)
    }

    /// Who acts when no person does.
    pub(super) fn matoi(&self) -> String {
        MATOI.to_owned()
    }

    pub(super) fn unknown(&self) -> String {
        self.say("不明", "unknown").to_owned()
    }
}
