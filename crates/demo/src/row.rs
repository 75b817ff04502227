//! One delivery, with a checksum that proves its content wherever it is found.
//!
//! **Invariant:** rows are only ever added. Hence two true rows with one id are the same row, and any two sources of
//! rows can be merged.

use serde::{Deserialize, Serialize};

use crate::digest::Fields;
use crate::sequence::Sequence;

/// Rows whose notice is a whole circular and spills over into overflow pages: one in so many.
const CIRCULAR_EVERY: i64 = 197;

/// One delivery of one notice to one member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    pub id: i64,
    pub member: String,
    pub notice: String,
    pub delivered_at_ms: i64,
    pub status: Status,
    pub checksum: String,
}

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Delivered,
    /// The member's box refused it.
    Bounced,
    /// The member is gone for good.
    Failed,
}

impl Status {
    /// The word in the database.
    pub fn word(self) -> &'static str {
        match self {
            Status::Delivered => "delivered",
            Status::Bounced => "bounced",
            Status::Failed => "failed",
        }
    }

    /// The status of a word, if it is one.
    pub fn of(word: &str) -> Option<Status> {
        [Status::Delivered, Status::Bounced, Status::Failed]
            .into_iter()
            .find(|it| it.word() == word)
    }
}

impl Row {
    /// A row with the checksum that its fields have.
    pub(crate) fn new(
        id: i64,
        member: String,
        notice: String,
        delivered_at_ms: i64,
        status: Status,
    ) -> Row {
        let mut row = Row { id, member, notice, delivered_at_ms, status, checksum: String::new() };
        row.checksum = row.checksum_of_fields();
        row
    }

    /// The delivery that the bot makes as its `id`-th.
    pub(crate) fn delivery(id: i64, member: &str, delivered_at_ms: i64) -> Row {
        let status = match id % 97 {
            13 | 51 => Status::Bounced,
            31 => Status::Failed,
            _ => Status::Delivered,
        };
        Row::new(id, member.to_owned(), notice(id), delivered_at_ms, status)
    }

    /// Whether the content is what was written.
    pub fn is_true(&self) -> bool {
        self.checksum == self.checksum_of_fields()
    }

    fn checksum_of_fields(&self) -> String {
        Fields::default()
            .field(&self.id.to_be_bytes())
            .field(self.member.as_bytes())
            .field(self.notice.as_bytes())
            .field(&self.delivered_at_ms.to_be_bytes())
            .field(self.status.word().as_bytes())
            .hex()
    }
}

const TOPICS: [&str; 7] = [
    "夏祭りの準備について",
    "断水のお知らせ",
    "資源回収の日程",
    "防災訓練のご案内",
    "公園清掃のお願い",
    "図書室の休館日",
    "集会所の鍵の引き継ぎ",
];

const SENTENCES: [&str; 5] = [
    "詳しくは掲示板をご覧ください。",
    "ご都合の悪い方は班長までご連絡ください。",
    "雨天の場合は翌週に延期します。",
    "お隣の方にもお伝えください。",
    "Please pass this on to your neighbour.",
];

/// The text of the `id`-th notice: always the same for the same number.
fn notice(id: i64) -> String {
    let mut sequence = Sequence::seeded(id.unsigned_abs());
    let topic = TOPICS.get(sequence.below(TOPICS.len())).copied().unwrap_or_default();
    let count = if id % CIRCULAR_EVERY == 0 { 220 } else { 2 + sequence.below(6) };
    let mut text = format!("回覧第{id}号 {topic}。");
    for _ in 0..count {
        text.push_str(SENTENCES.get(sequence.below(SENTENCES.len())).copied().unwrap_or_default());
    }
    text
}
