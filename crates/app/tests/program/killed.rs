//! The program is killed, again and again, in the middle of a runbook of twelve steps.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::Duration;

use rustix::process::{Signal, kill_process};
use serde_json::{Value, json};

use crate::stage::{Stage, shims, wait_until};

/// Kills of the server alone.
const KILLS: u32 = 200;
/// Kills of the server together with every shim, as by a loss of power without the loss of the disk.
const KILLS_OF_EVERYTHING: u32 = 30;

const PLAN: &str = "\
matoi: 1
name: Killed
timezone: UTC
language: en
severities:
  P0: { name: worst }
people:
  ann: { name: Ann, hours: always, reach: [console] }
escalation:
  default:
    - page: [ann]
unattended: [twelve]
";

/// Every changing step writes a line into a file of its own, so that the world itself counts what was done.
fn runbook() -> String {
    let mut text = String::from("---\nrunbook: {}\n---\n# Twelve\n\n");
    for number in 1..=12 {
        let fence = match number {
            1 | 7 => format!("```bash {{ name=look-{number} kind=diagnose }}\nsleep 0.01\n```\n"),
            2 => "```bash { name=save-2 kind=backup }\nmkdir -p done\necho x >> \"done/$RUN_ID.$STEP_NAME\"\n```\n".to_owned(),
            12 => "```bash { name=all-well kind=verify retry=2 every=1s }\ntrue\n```\n".to_owned(),
            _ => {
                // Half of them have a check that reads what the world says.
                let check = if number % 2 == 0 { format!(" check=did-{number}") } else { String::new() };
                let mut fence = format!(
                    "```bash {{ name=change-{number} kind=recover timeout=30s{check} }}\n\
                     echo x >> \"done/$RUN_ID.$STEP_NAME\"\nsleep 0.03\n```\n"
                );
                if number % 2 == 0 {
                    fence.push_str(&format!(
                        "\n```bash {{ name=did-{number} kind=verify retry=0 if=change-{number} }}\n\
                         test -e \"done/$RUN_ID.change-{number}\" || exit 10\n```\n"
                    ));
                }
                fence
            }
        };
        text.push_str(&format!("## {number}.\n\n{fence}\n"));
    }
    text
}

/// A small generator, so that a failure names what reproduces it.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (it ^ (it >> 31)) % bound
    }
}

fn stage() -> Stage {
    Stage::with_plan(&[("matoi.yaml", PLAN), ("runbooks/twelve.md", &runbook())])
}

fn start(stage: &Stage) -> String {
    let run = stage.post(&["runs"], &json!({ "runbook": "twelve", "params": {} }));
    run["id"].as_str().unwrap().to_owned()
}

fn run(stage: &Stage, id: &str) -> Value {
    stage.get(&["runs", id], &[])
}

fn is_over(run: &Value) -> bool {
    run["phase"]["phase"] == "ended"
}

/// What the world says: how often each changing step was really performed.
fn done(stage: &Stage, id: &str) -> BTreeMap<String, usize> {
    let folder = stage.plan().join("done");
    let files = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    files
        .filter_map(|it| {
            let name = it.file_name().into_string().ok()?;
            let step = name.strip_prefix(id)?.strip_prefix('.')?.to_owned();
            Some((step, fs::read_to_string(it.path()).ok()?.lines().count()))
        })
        .collect()
}

/// The run's words against the world's.
fn assert_truthful(stage: &Stage, run: &Value) {
    let id = run["id"].as_str().unwrap();
    let done = done(stage, id);
    for step in run["steps"].as_array().unwrap() {
        let name = step["name"].as_str().unwrap();
        let times = done.get(name).copied().unwrap_or(0);
        assert!(times <= 1, "{id}: {name} was performed {times} times");
        let changes = matches!(step["kind"].as_str(), Some("recover" | "backup"));
        if changes && step["state"]["state"] == "done" {
            assert_eq!(times, 1, "{id}: {name} is called done, and the world knows nothing of it");
        }
        if changes && step["attempts"] == 0 {
            assert_eq!(times, 0, "{id}: {name} is said never to have begun, and it did");
        }
    }
}

#[test]
fn killed_at_two_hundred_points_every_change_happens_once_and_every_run_is_verified() {
    let mut stage = stage();
    let mut chance = Chance(20_261_122);
    let mut kills = 0;
    let mut struck = BTreeSet::new();
    stage.serve();
    while kills < KILLS {
        let id = start(&stage);
        while kills < KILLS && !is_over(&run(&stage, &id)) {
            std::thread::sleep(Duration::from_millis(chance.below(220)));
            struck.extend(performing(&run(&stage, &id)));
            stage.kill();
            kills += 1;
            stage.serve();
        }
        wait_until(&format!("{id} ends"), || is_over(&run(&stage, &id)));
        let run = run(&stage, &id);
        assert_eq!(run["phase"]["end"], "verified", "after {kills} kills: {run:#}");
        assert_truthful(&stage, &run);
    }
    assert!(struck.len() >= 8, "the kills met only {struck:?} while they were performed");
    assert!(stage.terminate(), "the server ends well when it is asked to");
}

/// The step that is being performed, if one is.
fn performing(run: &Value) -> Option<String> {
    let mut steps = run["steps"].as_array()?.iter();
    let step = steps.find(|it| it["state"]["state"] == "performing")?;
    step["name"].as_str().map(str::to_owned)
}

#[test]
fn killed_with_every_shim_no_change_happens_twice_and_nothing_is_claimed_by_guess() {
    let mut stage = stage();
    let mut chance = Chance(7);
    let mut held = 0;
    stage.serve();
    for _ in 0..KILLS_OF_EVERYTHING {
        let id = start(&stage);
        std::thread::sleep(Duration::from_millis(chance.below(900)));
        stage.kill();
        for pid in shims(&stage.data()) {
            // It may have ended by itself.
            let _ = kill_process(pid, Signal::KILL);
        }
        stage.serve();
        let rests = |run: &Value| is_over(run) || run["phase"]["phase"] == "held";
        wait_until(&format!("{id} ends or asks"), || rests(&run(&stage, &id)));
        let before = run(&stage, &id);
        assert_truthful(&stage, &before);
        if before["phase"]["phase"] == "held" {
            held += 1;
            answer(&stage, &before);
            wait_until(&format!("{id} ends"), || is_over(&run(&stage, &id)));
        }
        let after = run(&stage, &id);
        assert_truthful(&stage, &after);
        assert_eq!(after["phase"]["end"], "verified", "{after:#}");
    }
    assert!(held > 0, "no kill met a change without a check, so the hardest case was not seen");
}

/// Answers as a person would who looked at the world.
fn answer(stage: &Stage, run: &Value) {
    let id = run["id"].as_str().unwrap();
    let step = run["phase"]["step"].as_str().unwrap();
    assert_eq!(run["phase"]["reason"]["hold"], "unclear", "only what is unclear asks: {run:#}");
    let happened = done(stage, id).contains_key(step);
    let answer = if happened { "mark_done" } else { "rerun" };
    let body = json!({ "step": step, "answer": answer, "reason": "looked at the files" });
    stage.post(&["runs", id, "answer"], &body);
}
