//! What a proof says to people.

use super::{Wait, Why};
use crate::language::Language;
use crate::plan::Plan;

impl Wait {
    /// `15分`, `1 h 30 min`, or that it never ends.
    pub fn words(self, language: Language) -> String {
        match self {
            Wait::Forever => language.pick("届かない", "never").to_owned(),
            Wait::For(it) if it.is_zero() => language.pick("即時", "at once").to_owned(),
            Wait::For(it) => language.duration(it),
        }
    }
}

impl Why {
    /// A sentence for people; the people by their names.
    pub fn words(&self, plan: &Plan, language: Language) -> String {
        let names = |ids: &[String]| {
            let name = |id: &String| plan.people.get(id).map_or(id.clone(), |it| it.name.clone());
            let names: Vec<String> = ids.iter().map(name).collect();
            names.join(language.pick("、", ", "))
        };
        match self {
            Why::NobodyOnDuty { woken } => language.pick(
                format!("担当時間内の人が誰もいないため、時間外の{}に連絡します", names(woken)),
                format!("nobody of the policy is on duty, so {} is paged off duty", names(woken)),
            ),
            Why::WaitsForDuty { people } => language.pick(
                format!("営業時間で約束しているため、{}の担当時間を待ちます", names(people)),
                format!(
                    "it may wait for business, so it waits for {} to be on duty",
                    names(people)
                ),
            ),
            Why::WaitsForDigest { every } => language.pick(
                format!("まとめて連絡する時刻（{every}）を待ちます"),
                format!("its pages go out together ({every}), so it waits until then"),
            ),
            Why::NoWay { people } => language.pick(
                format!("担当の{}に連絡する手段がありません", names(people)),
                format!("{} is on duty and has no way to be reached", names(people)),
            ),
            Why::PromisedEarlier => language.pick(
                "担当者に連絡する前に目標時間が過ぎます".to_owned(),
                "the target is over before the plan pages anybody on duty".to_owned(),
            ),
        }
    }
}
