//! What is true at the end, found out without asking Matoi where that can be done.

use serde_json::Value;

use super::patient::Patient;
use super::stage::{Held, Stage};
use super::watch::Watch;

/// What was found.
pub(super) struct Proof {
    checks: Vec<Check>,
}

struct Check {
    held: Held,
    ja: &'static str,
    en: &'static str,
    detail: String,
}

impl Proof {
    /// Asks the patient, and counts what the timeline claims.
    pub(super) fn of(
        patient: &Patient,
        watch: &mut Watch<'_>,
        incident: &str,
    ) -> anyhow::Result<Proof> {
        let mut proof = Proof { checks: Vec::new() };
        let (sound, words) = patient.bot(&["check", "."])?;
        proof.add(
            sound,
            "データベースは意味から見て正常です",
            "the database is sound, by meaning",
            &first(&words),
        );
        let (kept, words) =
            patient.bot(&["audit", ".", "--ledger", "ledger.jsonl", "--held", "held.jsonl"])?;
        let ja = "バックアップかファイルに残っていた行は、一つも失われていません";
        proof.add(
            kept,
            ja,
            "no row is lost that the backup or the file still held",
            &first(&words),
        );
        let (alive, words) = patient.bot(&["status", "."])?;
        proof.add(alive, "ボットは再び動いています", "the bot works again", &first(&words));

        let shown = watch.get(&["incidents", incident], &[])?;
        let owed = shown["pages_owed"].as_u64().unwrap_or(u64::MAX);
        let delivered = count(&shown["pages"], |it| it["state"] == "delivered");
        let detail = format!("{delivered} delivered, {owed} owed");
        proof.add(
            delivered > 0 && owed == 0,
            "連絡はすべて届き、受領の記録があります",
            "every page has its receipt",
            &detail,
        );
        proof.runs(watch, incident)?;
        Ok(proof)
    }

    /// Every `recover` step was performed at most once, and the run verified.
    fn runs(&mut self, watch: &mut Watch<'_>, incident: &str) -> anyhow::Result<()> {
        let runs = watch.get(&["runs"], &[("state", "all"), ("incident", incident)])?;
        let steps = || {
            runs.as_array()
                .into_iter()
                .flatten()
                .flat_map(|it| it["steps"].as_array().into_iter().flatten())
        };
        let twice: Vec<&str> = steps()
            .filter(|it| it["kind"] == "recover" && it["attempts"].as_u64().unwrap_or(0) > 1)
            .filter_map(|it| it["name"].as_str())
            .collect();
        let ja = "復旧の手順は、どれも一度しか実行されていません";
        let mut detail = format!("{} kills", watch.kills());
        if !twice.is_empty() {
            detail.push_str(&format!("; more than once: {}", twice.join(", ")));
        }
        self.add(twice.is_empty(), ja, "every recovery step was performed at most once", &detail);
        let verified = count(&runs, |it| it["phase"]["end"] == "verified");
        let ja = "手順は検証まで完了しました";
        self.add(verified > 0, ja, "the runbook ended verified", &format!("{verified}"));
        Ok(())
    }

    fn add(&mut self, held: bool, ja: &'static str, en: &'static str, detail: &str) {
        self.checks.push(Check { held: held.into(), ja, en, detail: detail.to_owned() });
    }

    pub(super) fn is_well(&self) -> bool {
        self.checks.iter().all(|it| it.held == Held::Yes)
    }

    pub(super) fn say(&self, stage: &Stage) {
        stage.act("確かめます", "The proof");
        for check in &self.checks {
            stage.check(check.held, check.ja, check.en, &check.detail);
        }
    }
}

fn count(list: &Value, wanted: impl Fn(&Value) -> bool) -> usize {
    list.as_array().into_iter().flatten().filter(|it| wanted(it)).count()
}

fn first(words: &str) -> String {
    words.lines().next().unwrap_or_default().to_owned()
}
