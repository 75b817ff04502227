//! The one next action: what a frightened person at 3 a.m. should do first.

use super::{Incident, Phase, RunState};
use crate::language::Language;
use crate::plan::Plan;
use crate::reason;

/// Words, and a command that can be copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextAction {
    pub text: String,
    pub command: Option<String>,
}

impl Incident {
    /// What a person should do first. There is always exactly one answer.
    pub fn next_action(&self, plan: &Plan, ja: Language) -> NextAction {
        let id = &self.id;
        if let Phase::Resolved { .. } = self.phase {
            return NextAction {
                text: ja
                    .pick(
                        "解決済みです。報告書を確認してください",
                        "It is resolved; read the report",
                    )
                    .to_owned(),
                command: Some(format!("matoi report {id}")),
            };
        }
        let held = self.runs.iter().find_map(|(run, it)| match &it.state {
            RunState::Held { step, reason } => Some((run, step, reason)),
            RunState::Going | RunState::Ended { .. } => None,
        });
        if let Some((run, step, reason)) = held {
            let person =
                |it: &str| plan.people.get(it).map_or_else(|| it.to_owned(), |it| it.name.clone());
            let reason = reason::in_language(reason, ja, &person);
            return NextAction {
                text: ja.pick(
                    format!("手順が判断を待っています ({step}: {reason})"),
                    format!("A runbook waits for your decision ({step}: {reason})"),
                ),
                command: Some(format!("matoi run show {run}")),
            };
        }
        if self.acknowledged.is_none() {
            return NextAction {
                text: ja
                    .pick("対応を引き受けてください", "Take it, so that nobody else is woken")
                    .to_owned(),
                command: Some(format!("matoi incident ack {id}")),
            };
        }
        self.next_when_taken(ja)
    }

    fn next_when_taken(&self, ja: Language) -> NextAction {
        let id = &self.id;
        let going = self.runs.iter().find(|(_, it)| it.state == RunState::Going);
        if let Some((run, _)) = going {
            return NextAction {
                text: ja
                    .pick(
                        "手順を実行中です。経過を見守ってください",
                        "A runbook is running; watch it",
                    )
                    .to_owned(),
                command: Some(format!("matoi run attach {run}")),
            };
        }
        if self.firing().next().is_some() {
            return NextAction {
                text: ja
                    .pick(
                        "まだ異常が続いています。手順を実行するか、状況を記録してください",
                        "It is still wrong; run a runbook, or note what you do",
                    )
                    .to_owned(),
                command: Some(format!("matoi incident note {id} \"…\"")),
            };
        }
        if let Some((_, alert)) = self.unwatched().next() {
            let name = &alert.name;
            return NextAction {
                text: ja.pick(
                    format!("{name} はもう監視されていません。自分で確認し、理由を添えて解決してください"),
                    format!("{name} is no longer watched; look yourself, and resolve it with the reason"),
                ),
                command: Some(format!("matoi incident resolve {id} --reason \"…\"")),
            };
        }
        NextAction {
            text: ja
                .pick(
                    "異常は出ていません。確認できたら理由を添えて解決してください",
                    "Nothing is wrong any more; resolve it with the reason once you are sure",
                )
                .to_owned(),
            command: Some(format!("matoi incident resolve {id} --reason \"…\"")),
        }
    }
}
