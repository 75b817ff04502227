//! Reasons that Matoi itself gave, in the language of whoever reads them.
//!
//! Events keep reasons as texts, and those of people and of the world are repeated as they are. What Matoi itself wrote
//! is known by its shape, so that a Japanese page or report does not change its language in the middle of a sentence.

use jiff::SignedDuration;

use crate::language::Language;

/// Reasons without anything that changes.
const WHOLE: &[(&str, &str)] = &[
    ("cancelled", "取り消し"),
    ("it did not take effect", "反映されていないことを確認"),
    ("it ended without having begun", "開始されないまま終了"),
    ("it took too long to find out", "時間内に確かめられず"),
    ("nobody approved in time", "期限内に承認されず"),
    ("nobody approved in time, and the run ended", "期限内に承認されず実行を終了"),
    ("people do it", "人が行う作業"),
    ("resolved", "解決済み"),
    ("the machine restarted while it ran", "実行中にマシンが再起動"),
    ("the process that watched it is gone", "監視プロセスが消失"),
    ("waits for a person to start it", "担当者の開始操作待ち"),
];

/// `reason` as this language says it, where it is one of Matoi's own; `person` tells the name of a person.
pub fn in_language(reason: &str, language: Language, person: &dyn Fn(&str) -> String) -> String {
    let Language::Ja = language else { return reason.to_owned() };
    Speaker { person }.in_japanese(reason).unwrap_or_else(|| reason.to_owned())
}

/// Why the plan began a run or raised a severity: `alert bot-db`, `severity P1`, `alert bot-db is P1`, `asked by ann`,
/// `chore daily-check`.
pub fn cause_in_language(
    cause: &str,
    language: Language,
    person: &dyn Fn(&str) -> String,
) -> String {
    let Language::Ja = language else { return cause.to_owned() };
    if let Some(by) = cause.strip_prefix("asked by ") {
        return format!("{}の依頼", person(by));
    }
    if let Some(chore) = cause.strip_prefix("chore ") {
        let missed = chore
            .split_once(", after ")
            .and_then(|(name, rest)| Some((name, rest.strip_suffix(" that nobody did")?)));
        return match missed {
            Some((name, missed)) => format!("定期作業 {name}（未実施 {missed}回の後）"),
            None => format!("定期作業 {chore}"),
        };
    }
    for (lead, ja) in [("alert ", "アラート"), ("severity ", "重要度"), ("service ", "サービス")]
    {
        let Some(name) = cause.strip_prefix(lead) else { continue };
        return match name.split_once(" is ") {
            Some((alert, severity)) => format!("{ja} {alert} は {severity}"),
            None => format!("{ja} {name}"),
        };
    }
    cause.to_owned()
}

/// Says reasons in Japanese.
struct Speaker<'a> {
    person: &'a dyn Fn(&str) -> String,
}

impl Speaker<'_> {
    /// A reason within a reason.
    fn reason(&self, reason: &str) -> String {
        self.in_japanese(reason).unwrap_or_else(|| reason.to_owned())
    }

    fn person(&self, id: &str) -> String {
        (self.person)(id)
    }

    fn in_japanese(&self, reason: &str) -> Option<String> {
        if let Some((_, it)) = WHOLE.iter().find(|(it, _)| *it == reason) {
            return Some((*it).to_owned());
        }
        let after = |lead: &str| reason.strip_prefix(lead);
        if let Some(code) = after("exit status ").filter(|it| is_number(it)) {
            return Some(format!("終了コード {code}"));
        }
        if let Some(signal) = after("killed by signal ").filter(|it| is_number(it)) {
            return Some(format!("シグナル {signal} により終了"));
        }
        if let Some(lasting) = after("timed out after ") {
            let lasting: SignedDuration = lasting.parse().ok()?;
            return Some(format!("{}で時間切れ", Language::Ja.duration(lasting)));
        }
        if let Some(process) =
            after("the process that watched it is gone, and its command still runs as process ")
                .filter(|it| is_number(it))
        {
            return Some(format!(
                "監視プロセスが消失し、コマンドはプロセス {process} として実行中"
            ));
        }
        if let Some((answer, wanted)) =
            after("the answer was ").and_then(|it| it.rsplit_once(", expected "))
        {
            return Some(format!("応答は {answer}、期待値は {wanted}"));
        }
        if let Some(check) = after("its check ").and_then(|it| it.strip_suffix(" could not tell")) {
            return Some(format!("確認手順 {check} でも判定できず"));
        }
        if let Some(person) = after("refused by ") {
            return Some(format!("{}が却下", self.person(person)));
        }
        if let Some(person) = after("acknowledged by ") {
            return Some(format!("{}が確認", self.person(person)));
        }
        if let Some(person) = after("waits for a second person beside ") {
            return Some(format!("{}のほかに、もう一人の同意待ち", self.person(person)));
        }
        self.nested(reason).or_else(|| self.about_a_run(reason)).or_else(|| of_a_rehearsal(reason))
    }

    /// A word of ours with another reason behind it.
    fn nested(&self, reason: &str) -> Option<String> {
        for (lead, ja) in [
            ("failed: ", "失敗"),
            ("nobody can tell whether it took effect: ", "実行結果を確認できず"),
        ] {
            if let Some(rest) = reason.strip_prefix(lead) {
                return Some(format!("{ja}: {}", self.reason(rest)));
            }
        }
        for (lead, ja) in [("step ", "手順"), ("runbook ", "手順書")] {
            let Some((name, rest)) = reason.strip_prefix(lead).and_then(|it| it.split_once(": "))
            else {
                continue;
            };
            if let Some(name) = name.strip_suffix(" was not started") {
                return Some(format!("{ja} {name} を開始できず: {}", self.reason(rest)));
            }
            if is_name(name) {
                return Some(format!("{ja} {name}: {}", self.reason(rest)));
            }
        }
        if let Some((step, rest)) = reason.split_once(" failed: ").filter(|it| is_name(it.0)) {
            return Some(format!("{step} が失敗: {}", self.reason(rest)));
        }
        None
    }

    /// What calls for a person.
    fn about_a_run(&self, reason: &str) -> Option<String> {
        if let Some(run) = reason.strip_suffix(" ended and nothing verified it") {
            return Some(format!("{run} が検証なしで終了"));
        }
        if let Some(run) = reason.strip_suffix(" failed").filter(|it| it.starts_with("RUN-")) {
            return Some(format!("{run} が失敗"));
        }
        if let Some(count) = reason.strip_suffix(" things for people to do") {
            return Some(format!("担当者の作業 {count}件"));
        }
        let (asked, text) = reason.split_once(" must approve: ")?;
        let (min, people) = asked.split_once(" of ")?;
        let people: Vec<String> = people.split(", ").map(|it| self.person(it)).collect();
        Some(format!("{} のうち{min}名の承認が必要: {text}", people.join("、")))
    }
}

/// What a rehearsal found out.
fn of_a_rehearsal(reason: &str) -> Option<String> {
    if let Some(step) = reason
        .strip_prefix("it needs what ")
        .and_then(|it| it.strip_suffix(" publishes"))
        .filter(|it| is_name(it))
    {
        return Some(format!("{step} の出力が必要"));
    }
    if let Some(programs) = reason.strip_prefix("not on this machine: ") {
        return Some(format!("このマシンにない: {programs}"));
    }
    if let Some(path) = reason.strip_suffix(" is no directory") {
        return Some(format!("{path} はディレクトリではない"));
    }
    let (min, rest) = reason.split_once(" must approve, and ")?;
    let reachable = rest.strip_suffix(" of those who may can be reached")?;
    Some(format!("{min}名の承認が必要だが、連絡できるのは {reachable}名"))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit())
}

/// Whether a text is one word, such as the name of a step.
fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(char::is_whitespace)
}
