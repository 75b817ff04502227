//! Labels of severities: `P0`, `SEV-1`, `レベル1`, `Level 3`, `緊急`, `Critical`.

use super::fold;

/// A label at the beginning of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::import) struct Label {
    /// As written.
    pub(in crate::import) text: String,
    pub(in crate::import) family: Family,
    /// The number, or the weight of a word; smaller is worse, unless numbers ascend.
    pub(in crate::import) order: u32,
    /// What follows it in the text.
    pub(in crate::import) rest: String,
}

/// Labels of one family belong to one scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::import) enum Family {
    P,
    Sev,
    S,
    Level,
    Word,
}

/// Words with their weight; longer ones before their own beginnings.
const WORDS: [(&str, u32); 28] = [
    ("致命的", 0),
    ("最高", 0),
    ("緊急", 0),
    ("最重要", 0),
    ("クリティカル", 0),
    ("critical", 0),
    ("blocker", 0),
    ("emergency", 0),
    ("重大", 1),
    ("高", 1),
    ("high", 1),
    ("major", 1),
    ("重要", 1),
    ("urgent", 1),
    ("中程度", 2),
    ("中", 2),
    ("警告", 2),
    ("medium", 2),
    ("moderate", 2),
    ("normal", 2),
    ("warning", 2),
    ("minor", 3),
    ("軽微", 3),
    ("低", 3),
    ("low", 3),
    ("軽度", 3),
    ("info", 4),
    ("情報", 4),
];

/// The label that a text begins with.
pub(in crate::import) fn label(text: &str) -> Option<Label> {
    let trimmed = text.trim_start_matches(|it: char| {
        it.is_whitespace() || matches!(it, '#' | '*' | '【' | '[' | '「') || is_sign(it)
    });
    numbered(trimmed).or_else(|| worded(trimmed))
}

/// 🔴 and its like.
fn is_sign(it: char) -> bool {
    matches!(u32::from(it), 0x2600..=0x27bf | 0x1f300..=0x1faff | 0xfe0f | 0x200d)
}

fn numbered(text: &str) -> Option<Label> {
    let folded = fold(text);
    // Folding keeps the count of characters here, so places are counted in characters.
    let kinds = [
        ("severity", Family::Sev),
        ("sev", Family::Sev),
        ("level", Family::Level),
        ("レベル", Family::Level),
        ("lv.", Family::Level),
        ("lv", Family::Level),
        ("priority", Family::P),
        ("優先度", Family::P),
        ("重大度", Family::Sev),
        ("重要度", Family::Sev),
        ("p", Family::P),
        ("s", Family::S),
    ];
    for (lead, family) in kinds {
        let Some(rest) = folded.strip_prefix(lead) else { continue };
        let after = rest.trim_start_matches([' ', '-', '\u{3000}']);
        let Some(digit) = after.chars().next().and_then(|it| it.to_digit(10)) else { continue };
        let behind = after.get(1..).unwrap_or_default();
        // `p95`, `s3://` and `level1x` are none.
        if behind.starts_with(|it: char| it.is_ascii_alphanumeric() || it == '.' && lead.len() == 1)
        {
            return None;
        }
        if matches!(family, Family::P | Family::S)
            && lead.len() == 1
            && !rest.starts_with(|it: char| it.is_ascii_digit())
        {
            return None;
        }
        if behind.starts_with("://") {
            return None;
        }
        let taken = folded.chars().count() - behind.chars().count();
        let end = text.char_indices().nth(taken).map_or(text.len(), |it| it.0);
        let (written, rest) = (text.get(..end)?, text.get(end..)?);
        return Some(Label {
            text: written.trim().to_owned(),
            family,
            order: digit,
            rest: rest.to_owned(),
        });
    }
    None
}

fn worded(text: &str) -> Option<Label> {
    let folded = fold(text);
    let (word, order) = WORDS.iter().find(|(word, _)| {
        // `緊急時`, `重大な`, `highway`: the word goes on.
        folded
            .strip_prefix(word)
            .is_some_and(|rest| !rest.starts_with(|it: char| it.is_alphanumeric() || it == 'ー'))
    })?;
    let taken = word.chars().count();
    let end = text.char_indices().nth(taken).map_or(text.len(), |it| it.0);
    Some(Label {
        text: text.get(..end)?.to_owned(),
        family: Family::Word,
        order: *order,
        rest: text.get(end..)?.to_owned(),
    })
}

/// How bad words say that something is; 0 is worst. `None` where they say nothing.
pub(in crate::import) fn weight(text: &str) -> Option<u32> {
    let folded = fold(text);
    let worst = [
        "全停止",
        "完全停止",
        "全サービス",
        "全システム",
        "データ損失",
        "データ消失",
        "サービス全体",
        "システム停止",
        "全面停止",
        "complete outage",
        "total outage",
        "data loss",
        "full outage",
        "all users",
        "service down",
        "down for all",
        "security breach",
        "セキュリティ侵害",
    ];
    let mild = [
        "軽微",
        "限定的",
        "改善要望",
        "影響なし",
        "minor",
        "cosmetic",
        "no impact",
        "low impact",
        "workaround",
        "ユーザー影響なし",
        "問い合わせ",
        "一時的",
    ];
    let word = WORDS.iter().find(|(word, _)| super::has(&folded, word)).map(|it| it.1);
    if super::has_any(&folded, &worst) {
        Some(0)
    } else if super::has_any(&folded, &mild) {
        Some(3)
    } else {
        word
    }
}

impl Label {
    /// The label for comparing: `(Level, 1)` is `レベル1` and `Level 1`; a word is itself.
    pub(in crate::import) fn key(&self) -> String {
        match self.family {
            Family::Word => fold(&self.text),
            Family::P => format!("p{}", self.order),
            Family::Sev => format!("sev{}", self.order),
            Family::S => format!("s{}", self.order),
            Family::Level => format!("level{}", self.order),
        }
    }

    /// The name behind the label: `Critical` of `P0 (Critical): …`, `重大` of `レベル1: 重大（システム停止）`.
    pub(in crate::import) fn name(&self) -> Option<String> {
        let rest = self.rest.trim_start();
        let inside = rest
            .strip_prefix(['(', '（', '-', '–', '—'])
            .or_else(|| rest.strip_prefix(['】', ']', '」']).map(str::trim_start));
        let name = match (rest.strip_prefix(['(', '（']), inside) {
            (Some(inside), _) => inside.split([')', '）']).next()?,
            (None, Some(rest)) => rest.split([':', '：', '\n']).next()?,
            (None, None) => return None,
        };
        Some(name.trim().to_owned()).filter(|it| !it.is_empty() && it.chars().count() <= 40)
    }
}

#[cfg(test)]
mod tests {
    use super::{Family, label};

    #[test]
    fn labels_are_told_from_words_that_begin_like_them() {
        for (text, family, order) in [
            ("P0 (Critical)", Family::P, 0),
            ("P1（高）", Family::P, 1),
            ("SEV-1: total", Family::Sev, 1),
            ("Sev2", Family::Sev, 2),
            ("Level 3: 重大な問題", Family::Level, 3),
            ("レベル１：重大", Family::Level, 1),
            ("S1", Family::S, 1),
            ("緊急", Family::Word, 0),
            ("🔴 Critical", Family::Word, 0),
            ("【P2】", Family::P, 2),
        ] {
            let found = label(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((found.family, found.order), (family, order), "{text}");
        }
        for text in ["p95 latency", "s3://bucket", "PostgreSQL", "Step 1", "highway", "Slack"] {
            assert_eq!(label(text), None, "{text}");
        }
    }

    #[test]
    fn names_stand_in_brackets_or_behind() {
        let name = |text: &str| label(text).and_then(|it| it.name());
        assert_eq!(name("P0 (Critical): x").as_deref(), Some("Critical"));
        assert_eq!(name("P1（高）").as_deref(), Some("高"));
        assert_eq!(name("P1").as_deref(), None);
    }
}
