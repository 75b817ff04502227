//! The two languages' fixed words for what the events enumerate.

use crate::effect::{RunEnd, Starter};
use crate::gate::{Scope, Switch};
use crate::incident::event::{Ground, SkipReason};
use crate::page::PageReason;
use crate::plan::{Clock, Limit, Occasion, When};
use crate::report::targets::Verdict as TargetVerdict;
use crate::report::voice::Voice;
use crate::run::event::{Answer, Budget, Finding, Hold, Outcome, Settler, Skip, Verdict};

impl Voice<'_> {
    pub(super) fn clock(&self, clock: Clock) -> &'static str {
        match clock {
            Clock::Acknowledge => self.say("確認", "Acknowledge"),
            Clock::Respond => self.say("初動", "Respond"),
            Clock::Update => self.say("状況更新", "Update"),
            Clock::Escalate => self.say("エスカレーション", "Escalate"),
            Clock::Resolve => self.say("解決", "Resolve"),
            Clock::Report => self.say("報告", "Report"),
            Clock::Review => self.say("振り返り", "Review"),
        }
    }

    pub(super) fn limit(&self, clock: Clock, limit: Limit) -> String {
        limit.words(clock, self.language)
    }

    pub(super) fn target_verdict(&self, verdict: TargetVerdict) -> &'static str {
        match verdict {
            TargetVerdict::Kept => self.say("達成", "kept"),
            TargetVerdict::Missed => self.say("超過", "missed"),
            TargetVerdict::Running => self.say("計測中", "running"),
            TargetVerdict::NotApplicable => self.say("対象外", "not applicable"),
            TargetVerdict::Unknown => self.say("不明", "unknown"),
        }
    }

    pub(super) fn page_reason(&self, reason: &PageReason) -> String {
        match reason {
            PageReason::FirstLevel => {
                self.say("最初の呼び出し先", "first level of the policy").to_owned()
            }
            PageReason::Unanswered { after } => {
                let after = self.duration(*after);
                self.say(format!("{after}以内に応答なし"), format!("no answer within {after}"))
            }
            PageReason::Condition { text } => {
                self.say(format!("条件成立: {text}"), format!("condition met: {text}"))
            }
            PageReason::AskedBy { by } => {
                let by = self.person(by);
                self.say(format!("{by}の依頼"), format!("asked for by {by}"))
            }
            PageReason::NeedsPerson { what } => {
                self.because(self.say("担当者の判断が必要", "needs a person"), what)
            }
            PageReason::NextWay => {
                self.say("同じ担当者への次の連絡手段", "next way to the same person").to_owned()
            }
            PageReason::NobodyOnDuty => self
                .say(
                    "勤務時間内の担当者がいないため時間外に呼び出し",
                    "nobody on duty, so duty hours are set aside",
                )
                .to_owned(),
            PageReason::Undeliverable { person } => {
                let person = self.person(person);
                self.say(
                    format!("{person}に連絡が届かないため"),
                    format!("{person} could not be reached"),
                )
            }
            PageReason::Repeated { round } => self.say(
                format!("呼び出しの繰り返し（{round}巡目）"),
                format!("repeated, round {round}"),
            ),
            PageReason::SeverityRaised => {
                self.say("重要度の引き上げ", "severity raised").to_owned()
            }
            PageReason::Reopened => self.say("再オープン", "reopened").to_owned(),
            PageReason::Passed => self
                .say("まとめて連絡する前に自然に解決", "it came and went before its digest was due")
                .to_owned(),
            PageReason::Announced => self.say("関係者への周知", "announcement").to_owned(),
        }
    }

    pub(super) fn skip_reason(&self, reason: &SkipReason) -> String {
        match reason {
            SkipReason::OffDuty { until: Some(until) } => {
                let until = self.time(*until);
                self.say(format!("勤務時間外（{until} まで）"), format!("off duty until {until}"))
            }
            SkipReason::OffDuty { until: None } => self.say("勤務時間外", "off duty").to_owned(),
            SkipReason::NoReach => self.say("連絡手段なし", "no way to reach them").to_owned(),
            SkipReason::AlreadyPaged => self.say("すでに呼び出し済み", "already paged").to_owned(),
            SkipReason::PageLimit { limit } => self.say(
                format!("呼び出し件数の上限（{limit}件）に到達"),
                format!("limit of {limit} pages reached"),
            ),
            SkipReason::Nobody => {
                self.say("該当する担当者なし", "the name resolves to nobody").to_owned()
            }
        }
    }

    pub(super) fn when(&self, when: &When) -> String {
        match when {
            When::RunFailed => self.say("手順書の実行が失敗", "a run failed").to_owned(),
            When::StepUnclear => self
                .say("手順の実行結果を確認できず", "the outcome of a step is unclear")
                .to_owned(),
            When::RunLate => {
                self.say("手順書が時間予算を超過", "a run exceeded its budget").to_owned()
            }
            When::TargetMissed => self.say("目標時間を超過", "a target was missed").to_owned(),
            When::Said(text) => text.clone(),
        }
    }

    pub(super) fn occasion(&self, occasion: Occasion) -> &'static str {
        match occasion {
            Occasion::Opened => self.say("起票", "opened"),
            Occasion::Acknowledged => self.say("確認", "acknowledged"),
            Occasion::Escalated => self.say("エスカレーション", "escalated"),
            Occasion::SeverityChanged => self.say("重要度の変更", "severity changed"),
            Occasion::Resolved => self.say("解決", "resolved"),
            Occasion::Reopened => self.say("再オープン", "reopened"),
        }
    }

    pub(super) fn ground(&self, ground: &Ground) -> String {
        match ground {
            Ground::Checks { runs } => {
                let runs: Vec<String> = runs.iter().map(ToString::to_string).collect();
                let text = self.say(
                    "検証手順が成功し、全アラートが解消",
                    "runs verified it, and every alert cleared",
                );
                self.aside(text, &self.list(&runs))
            }
            Ground::AlertsCleared => {
                self.say("全アラートが自然に解消", "every alert cleared by itself").to_owned()
            }
            Ground::Reason { text } => {
                self.because(self.say("担当者の判断", "a person's reason"), text)
            }
        }
    }

    pub(super) fn run_end(&self, end: RunEnd) -> &'static str {
        match end {
            RunEnd::Verified => self.say("完了（検証済み）", "completed and verified"),
            RunEnd::Unverified => self.say("完了（検証なし）", "completed, nothing verified it"),
            RunEnd::Looked => self.say("完了（調査のみ）", "completed, it only looked"),
            RunEnd::Failed => self.say("失敗", "failed"),
            RunEnd::Aborted => self.say("中止", "aborted"),
            RunEnd::Stuck => self.say(
                "変更の取り消しに失敗（状態を確認できず）",
                "stuck: taking a change back failed, the state is unclear",
            ),
        }
    }

    /// What a rehearsal found out about a step.
    pub(super) fn finding(&self, finding: &Finding) -> String {
        match finding {
            Finding::Ready => {
                self.say("必要なものは揃っている", "what it needs is there").to_owned()
            }
            Finding::Lacks { what } => self.because(self.say("失敗する", "it would fail"), what),
            Finding::Unproved { why } => {
                self.because(self.say("事前には確かめられない", "cannot be told beforehand"), why)
            }
        }
    }

    pub(super) fn starter(&self, starter: &Starter) -> String {
        match starter {
            Starter::Plan { reason } => {
                self.because(self.say("計画による自動開始", "the plan"), &self.cause(reason))
            }
            Starter::Person { name } => self.person(name),
        }
    }

    pub(super) fn outcome(&self, outcome: &Outcome) -> String {
        match outcome {
            Outcome::Done => self.say("完了", "done").to_owned(),
            Outcome::Failed { reason } => self.because(self.say("失敗", "failed"), reason),
            Outcome::Unclear { reason } => self.because(self.unclear(), reason),
            Outcome::NotStarted { reason } => self.because(
                self.say("開始されず（変更なし）", "did not begin, nothing was changed"),
                reason,
            ),
        }
    }

    /// What is printed for a step of which nobody can tell whether it took effect.
    pub(super) fn unclear(&self) -> &'static str {
        self.say("実行結果を確認できず", "outcome unclear")
    }

    pub(super) fn verdict(&self, verdict: Verdict) -> &'static str {
        match verdict {
            Verdict::Applied => self.say("実行済みと判明", "found to have taken effect"),
            Verdict::NotApplied => {
                self.say("実行されていないと判明", "found not to have taken effect")
            }
            Verdict::StillUnclear => self.say("依然として確認できず", "still unclear"),
        }
    }

    pub(super) fn settler(&self, settler: &Settler) -> String {
        match settler {
            Settler::Check { step } => {
                self.say(format!("確認手順 {step}"), format!("check {step}"))
            }
            Settler::Person { name, reason } => self.because(&self.person(name), reason),
        }
    }

    pub(super) fn skip(&self, skip: &Skip) -> String {
        match skip {
            Skip::Condition { step } => self.say(
                format!("条件に該当せず（手順 {step}）"),
                format!("its condition on step {step} did not hold"),
            ),
            Skip::Needs { step } => self.say(
                format!("前提の手順 {step} が成功せず"),
                format!("step {step}, which it needs, did not succeed"),
            ),
            Skip::Person { name, reason } => {
                let by = self.person(name);
                self.because(&self.say(format!("{by}の判断"), format!("decided by {by}")), reason)
            }
            Skip::NotCalled => self.say("呼び出す手順なし", "no step called for it").to_owned(),
        }
    }

    pub(super) fn hold(&self, hold: &Hold) -> String {
        match hold {
            Hold::Click => {
                self.say("担当者の開始操作待ち", "waits for a person to start it").to_owned()
            }
            Hold::Failed { reason } => self.because(
                self.say("失敗、担当者の判断待ち", "failed, waits for a decision"),
                reason,
            ),
            Hold::Unclear { reason } => self.because(
                self.say(
                    "実行結果を確認できず、担当者の判断待ち",
                    "outcome unclear, waits for a decision",
                ),
                reason,
            ),
            Hold::Switch { switch } => self.switch(switch),
            Hold::Lock { lock, by } => self.say(
                format!("{lock} を {by} が使用中のため待機"),
                format!("waits for {lock}, which {by} has"),
            ),
        }
    }

    fn switch(&self, switch: &Switch) -> String {
        let scope = match &switch.scope {
            Scope::All => self.say("全操作", "all actions").to_owned(),
            Scope::Runbook(name) => self.say(format!("手順書 {name}"), format!("runbook {name}")),
        };
        let by = self.person(&switch.by);
        let text = self.say(
            format!("停止スイッチにより保留（{scope}、{by}）"),
            format!("held by the switch for {scope} ({by})"),
        );
        self.because(&text, &switch.reason)
    }

    pub(super) fn answer(&self, answer: Answer) -> &'static str {
        match answer {
            Answer::MarkDone => self.say("実行済みとして続行", "marked done, go on"),
            Answer::Rerun => self.say("再実行", "perform it again"),
            Answer::Skip => self.say("省略して続行", "leave it out, go on"),
            Answer::Undo => self.say("変更を取り消して終了", "undo and end"),
            Answer::Abort => self.say("中止", "end here"),
        }
    }

    pub(super) fn budget(&self, budget: &Budget) -> String {
        match budget {
            Budget::Phase { title } => {
                self.say(format!("フェーズ「{title}」"), format!("phase “{title}”"))
            }
            Budget::Run => self.say("実行全体", "the whole run").to_owned(),
        }
    }
}
