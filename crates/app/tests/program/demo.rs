//! The main job on something real, from the first row to the last report.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::stage::{Stage, run, wait_until};

/// What an independent judge says of the database.
fn integrity(database: &Path) -> String {
    let output =
        Command::new("sqlite3").arg(database).arg("pragma integrity_check").output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Plays the demo, and answers what it printed and its folder.
fn play(stage: &Stage, args: &[&str]) -> (String, std::path::PathBuf) {
    let root = stage.root().join("demo");
    let mut command = stage.matoi();
    command.arg("demo").arg("--once").arg("--dir").arg(&root).args(args);
    let done = run(&mut command);
    assert_eq!(done.code, 0, "{}\n{}", done.out, done.err);
    (done.out, root)
}

fn report(root: &Path, kind: &str) -> String {
    let reports = fs::read_dir(root.join("reports")).unwrap().filter_map(Result::ok);
    let mut found = reports.filter(|it| it.file_name().to_str().unwrap().ends_with(kind));
    fs::read_to_string(found.next().unwrap().path()).unwrap()
}

fn mails(root: &Path) -> Vec<String> {
    let mails = fs::read_dir(root.join("mails")).unwrap().filter_map(Result::ok);
    mails.map(|it| fs::read_to_string(it.path()).unwrap()).collect()
}

#[test]
fn a_damaged_system_is_recovered_and_reported_in_japanese() {
    let stage = Stage::bare();
    let (out, root) = play(&stage, &["--language", "ja"]);
    assert!(out.contains("復旧し、すべて確認できました。"), "{out}");
    assert!(!out.contains('✗'), "{out}");
    assert_eq!(integrity(&root.join("bot/history.db")), "ok");
    let incident = report(&root, "-incident.md");
    for words in
        ["# インシデント報告: INC-", "**重要度**: レベル1", "restore — ✅ 完了", "repair — ❌ 失敗"]
    {
        assert!(incident.contains(words), "{words}: {incident}");
    }
    let review = report(&root, "-review.md");
    for words in ["対応タイムライン", "MTTA", "MTTR", "連絡を送達", "［要記入］", "佐藤 一葉"]
    {
        assert!(review.contains(words), "{words}: {review}");
    }
    let mails = mails(&root);
    assert_eq!(mails.len(), 1, "the page arrived once, whatever was refused before");
    assert!(mails[0].contains("X-Matoi") || mails[0].contains("Message-ID"), "{}", mails[0]);
}

#[test]
fn killed_twice_on_the_way_it_ends_the_same() {
    let stage = Stage::bare();
    let (out, root) = play(&stage, &["--kill", "--language", "en"]);
    assert!(out.contains("Recovered, and every proof holds."), "{out}");
    assert_eq!(out.matches("The server is killed with SIGKILL").count(), 2, "{out}");
    assert!(!out.contains('✗'), "{out}");
    assert_eq!(integrity(&root.join("bot/history.db")), "ok");
    let review = report(&root, "-review.md");
    assert_eq!(review.matches("Started step restore").count(), 1, "{review}");
    assert!(!mails(&root).is_empty(), "the page arrived");
}

/// Processes that were started with a path below `root`.
fn running(root: &Path) -> Vec<String> {
    let root = root.to_str().unwrap();
    let processes = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let lines = processes.filter_map(|it| fs::read(it.path().join("cmdline")).ok());
    let lines = lines.map(|it| String::from_utf8_lossy(&it).replace('\0', " "));
    lines.filter(|it| it.contains(root)).collect()
}

#[test]
fn ended_on_its_way_it_leaves_nothing_running() {
    let stage = Stage::bare();
    for (name, begun) in [("bot", "bot/bot.out"), ("server", "data/address")] {
        let root = stage.root().join(name);
        let mut command = stage.matoi();
        command.args(["demo", "--once", "--dir"]).arg(&root);
        let mut demo = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        wait_until("it begins", || root.join(begun).exists());
        let pid = Pid::from_raw(i32::try_from(demo.id()).unwrap()).unwrap();
        kill_process(pid, Signal::INT).unwrap();
        assert_eq!(demo.wait().unwrap().code(), Some(6), "{name}");
        wait_until("nothing runs", || running(&root).is_empty());
    }
}

#[test]
fn a_folder_that_holds_something_is_left_alone() {
    let stage = Stage::bare();
    let mine = stage.root().join("mine");
    fs::create_dir(&mine).unwrap();
    fs::write(mine.join("thesis.txt"), "years of work").unwrap();
    let done = run(stage.matoi().args(["demo", "--once", "--dir"]).arg(&mine));
    assert_eq!(done.code, 4, "{}", done.err);
    assert!(done.err.contains("is not empty"), "{}", done.err);
    assert_eq!(fs::read_dir(&mine).unwrap().count(), 1);
    let below_a_file = mine.join("thesis.txt/demo");
    let done = run(stage.matoi().args(["demo", "--once", "--dir"]).arg(&below_a_file));
    assert_eq!(done.code, 4, "{}", done.err);
}
