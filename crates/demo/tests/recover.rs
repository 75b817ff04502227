#![expect(clippy::unwrap_used, reason = "a test may panic")]
#![expect(dead_code, reason = "each test file uses a part of the support")]

//! Recovery as processes: killed at any moment, and by the demo's own runbook.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::time::{Duration, Instant};

use matoi_demo::plan::{Installation, Language, install};
use support::{Bot, PATIENT, bash, wait_until};

mod support;

/// A system with a backup, newer rows, and damage.
fn damaged(rows: u32, seed: u32) -> Bot {
    let bot = Bot::begun(rows);
    bot.must("rotate", &[]);
    bot.must("work", &["--every", "0", "--rounds", "20"]);
    bot.must("damage", &["--pages", "6", "--seed", &seed.to_string()]);
    bot
}

/// `kill -9` in the middle of a restore, sooner and later: the old history or the new one is there, and doing it again
/// brings everything.
#[test]
fn a_restore_that_is_killed_leaves_the_old_or_the_new_history() {
    let bot = damaged(1_500, 1);
    let old = fs::read(bot.join("history.db")).unwrap();
    let began = Instant::now();
    let copies = fs::read_dir(bot.join("backup")).unwrap().count();
    assert_eq!(copies, 2, "one backup, and `latest`");
    let (mut killed, mut finished) = (0, 0);
    for part in 1..=24 {
        fs::write(bot.join("history.db"), &old).unwrap();
        let mut restore =
            bot.command("restore", &[]).stdout(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(part * 12));
        let _ = restore.kill();
        restore.wait().unwrap();
        if fs::read(bot.join("history.db")).unwrap() == old {
            killed += 1;
        } else {
            finished += 1;
            assert_eq!(bot.sqlite3("pragma integrity_check"), "ok");
            assert_eq!(bot.sqlite3("select count(*) from history"), "1520");
        }
        bot.must("restore", &[]);
        assert_eq!(bot.sqlite3("pragma integrity_check"), "ok");
        assert_eq!(bot.sqlite3("select count(*) from history"), "1520");
    }
    assert!(killed > 0, "{killed} killed, {finished} finished in {:?}", began.elapsed());
}

#[test]
fn outputs_are_published_to_the_step_that_asks_for_them() {
    let bot = damaged(300, 2);
    let outputs = bot.join("outputs");
    let run = |verb: &str, rest: &[&str]| {
        let mut command = bot.command(verb, rest);
        command.env("STEP_OUTPUT", &outputs).output().unwrap();
        fs::read_to_string(&outputs).unwrap()
    };
    let to = bot.join("emergency/one");
    let said = run("backup", &[to.to_str().unwrap()]);
    assert!(said.starts_with("label=one\nrows="), "{said}");
    assert!(said.ends_with("\nkind=raw\n"), "{said}");
    let said = run("restore", &[]);
    assert!(said.contains("from_backup=300\nfrom_file=20\ntotal=320\n"), "{said}");
    assert!(said.lines().all(|it| it.contains('=')), "{said}");
}

#[test]
fn misuse_is_told_apart_from_a_no() {
    let bot = Bot::begun(10);
    let path = bot.path().to_str().unwrap();
    let cases: [(&[&str], &str); 9] = [
        (&[], "a verb is missing"),
        (&["frob", path], "there is no verb frob"),
        (&["check"], "DIR is missing"),
        (&["check", path, "more"], "more is one word too many"),
        (&["stop", path, "--withn", "3"], "there is no option --withn"),
        (&["stop", path, "--within"], "--within needs a value"),
        (&["stop", path, "--within", "soon"], "--within cannot be soon"),
        (&["stop", path, "--within", "1", "--within", "2"], "--within is there twice"),
        (&["audit", path], "--ledger is missing"),
    ];
    for (arguments, expected) in cases {
        let out = std::process::Command::new(PATIENT).args(arguments).output().unwrap();
        let answer = support::Answer::of(out);
        assert_eq!(answer.code, Some(2), "{arguments:?}");
        assert!(answer.text.contains(expected), "{arguments:?}: {}", answer.text);
    }
}

/// A step of the runbook as far as it takes to carry it out without Matoi.
struct Step {
    language: String,
    attributes: BTreeMap<String, String>,
    script: String,
}

fn steps(runbook: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut lines = runbook.lines();
    while let Some(line) = lines.next() {
        let Some((language, attributes)) =
            line.strip_prefix("```").and_then(|it| it.split_once(" { "))
        else {
            continue;
        };
        let attributes = attributes.trim_end_matches(" }").split(' ').filter_map(|it| {
            it.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()))
        });
        let script: Vec<&str> = lines.by_ref().take_while(|it| *it != "```").collect();
        steps.push(Step {
            language: language.to_owned(),
            attributes: attributes.collect(),
            script: script.join("\n"),
        });
    }
    steps
}

impl Step {
    fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }

    /// Carries the step out; says whether it succeeded.
    fn perform(&self, bot: &Bot, environment: &mut Vec<(String, String)>) -> Result<(), String> {
        if self.language == "sql" {
            let answer = bot.sqlite3(&self.script);
            let expected = self.attribute("expect");
            return if expected.is_empty() || answer == expected { Ok(()) } else { Err(answer) };
        }
        let outputs = bot.join("outputs");
        fs::write(&outputs, "").unwrap();
        let mut all: Vec<(&OsStr, &OsStr)> =
            environment.iter().map(|(name, value)| (name.as_ref(), value.as_ref())).collect();
        all.push(("STEP_OUTPUT".as_ref(), outputs.as_ref()));
        let answer = bash(&self.script, bot.path(), &all);
        let step = self.attribute("name").to_uppercase().replace('-', "_");
        for line in fs::read_to_string(&outputs).unwrap().lines() {
            let (name, value) = line.split_once('=').unwrap();
            environment.push((format!("{step}_{}", name.to_uppercase()), value.to_owned()));
        }
        if answer.code == Some(0) { Ok(()) } else { Err(answer.text) }
    }
}

/// Carries a whole runbook out, and answers which steps ran and failed. Steps that are only looks may fail.
fn carry_out(bot: &Bot, name: &str) -> BTreeMap<String, bool> {
    let text = fs::read_to_string(bot.join("runbooks").join(name)).unwrap();
    let mut outcomes = BTreeMap::new();
    let mut environment = Vec::new();
    for step in steps(&text) {
        let name = step.attribute("name").to_owned();
        if let Some(other) = step.attribute("if").strip_prefix('!')
            && outcomes.get(other) != Some(&false)
        {
            continue;
        }
        let retry: u32 = step.attribute("retry").parse().unwrap_or(0);
        let mut outcome = step.perform(bot, &mut environment);
        for _ in 0..retry {
            if outcome.is_err() {
                std::thread::sleep(Duration::from_secs(1));
                outcome = step.perform(bot, &mut environment);
            }
        }
        if let Err(reason) = &outcome {
            assert_eq!(step.attribute("on-fail"), "continue", "{name} failed: {reason}");
        }
        outcomes.insert(name, outcome.is_ok());
    }
    outcomes
}

fn installed(bot: &Bot, language: Language) {
    let program = [OsStr::new(PATIENT)];
    let directory = bot.path();
    let it = Installation { directory, language, smtp_port: 2525, program: &program };
    install(&it).unwrap();
}

#[test]
fn the_runbook_heals_a_working_bot() {
    for (language, target, way) in
        [(Language::Ja, "rows", "restore"), (Language::En, "index", "repair")]
    {
        let bot = Bot::begun(1_000);
        installed(&bot, language);
        bot.must("rotate", &[]);
        let mut worker = bot.worker(&["--every", "10"]);
        wait_until("it delivers a little", || bot.lines("ledger.jsonl") > 1_020);
        bot.must("damage", &["--pages", "4", "--target", target]);
        let outcomes = carry_out(&bot, "database-corruption.md");
        worker.wait();
        assert_eq!(outcomes.get("repair"), Some(&(way == "repair")), "{outcomes:?}");
        assert_eq!(outcomes.get("restore").copied(), (way == "restore").then_some(true));
        assert_eq!(outcomes.get("recreate"), None);
        assert_eq!(outcomes.get("still-sound"), Some(&true));
        bot.must("status", &[]);
        assert!(bot.must("stop", &[]).contains("finished"), "the bot outlived its step");
        bot.must("audit", &["--ledger", "ledger.jsonl"]);
        assert_eq!(bot.sqlite3("pragma integrity_check"), "ok");
        assert_eq!(carry_out(&bot, "first-look.md").get("status"), Some(&false));
    }
}
