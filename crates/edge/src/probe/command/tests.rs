use std::fs;
use std::path::Path;

use serde_json::json;

use super::*;
use crate::far_side::wait_until;

async fn told(config: Value) -> String {
    let probe = Command::parse(&config).unwrap();
    match timeout(Duration::from_secs(20), probe.ask()).await.unwrap() {
        Answer::Well { .. } => "well".to_owned(),
        Answer::Unwell { reason, .. } => format!("unwell: {reason}"),
        Answer::Unknown { reason } => format!("unknown: {reason}"),
    }
}

fn sh(script: &str) -> Value {
    json!({ "argv": ["sh", "-c", script] })
}

/// The process whose number a script wrote to `file`.
async fn process_in(file: &Path) -> Pid {
    let read = || fs::read_to_string(file).ok().and_then(|it| it.trim().parse::<i32>().ok());
    wait_until("the script has said its number", || read().is_some()).await;
    Pid::from_raw(read().unwrap()).unwrap()
}

/// Whether a process is more than a name that nobody has collected yet.
fn runs(pid: Pid) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
    stat.is_ok_and(|stat| !stat.rsplit(')').next().unwrap_or_default().starts_with(" Z"))
}

#[tokio::test]
async fn the_exit_status_and_the_expected_answer_decide() {
    for (config, expected) in [
        (json!({"argv": ["true"]}), "well"),
        (sh("exit 3"), "unwell: sh: exit 3: "),
        (sh("echo; echo no response; echo more; exit 2"), "unwell: sh: exit 2: no response"),
        (sh("echo refused >&2; exit 1"), "unwell: sh: exit 1: refused"),
        (sh("printf '\\033[31mred'; exit 1"), "unwell: sh: exit 1: [31mred"),
        (json!({"argv": ["echo", " ok "], "expect": "ok"}), "well"),
        (
            json!({"argv": ["echo", "ok, almost"], "expect": "ok"}),
            "unwell: echo: expected \"ok\", said: ok, almost",
        ),
        (json!({"argv": ["true"], "expect": "ok"}), "unwell: true: expected \"ok\", said: "),
        (sh("kill -9 $$"), "unknown: sh: killed by signal 9"),
        (
            json!({"argv": ["no-such-tool"]}),
            "unknown: no-such-tool: cannot start: No such file or directory (os error 2)",
        ),
    ] {
        assert_eq!(told(config.clone()).await.trim(), expected.trim(), "{config}");
    }
}

#[tokio::test]
async fn a_file_that_is_no_program_is_our_own_fault() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let told = told(json!({ "argv": [file.path()] })).await;
    assert!(told.starts_with("unknown: ") && told.contains("cannot start: Permission"), "{told}");
}

#[tokio::test]
async fn words_are_never_a_shells() {
    let config =
        json!({"argv": ["echo", "$(id); `id` | tee /tmp/x"], "expect": "$(id); `id` | tee /tmp/x"});
    assert_eq!(told(config).await, "well");
}

#[tokio::test]
async fn the_environment_is_clean_and_what_was_given_is_not_repeated() {
    let clean = json!({
        "argv": ["sh", "-c", "test -z \"$CARGO_MANIFEST_DIR\" && test \"$TOKEN\" = hunter2-token"],
        "env": { "TOKEN": "hunter2-token" },
    });
    assert_eq!(told(clean).await, "well");
    let rude = json!({
        "argv": ["sh", "-c", "echo bad token $TOKEN; exit 1"],
        "env": { "TOKEN": "hunter2-token" },
    });
    assert_eq!(told(rude).await, "unwell: sh: exit 1: bad token [hidden]");
    // A key has lines, and a reason has one; a reason is cut, and a token in two would be half a token.
    let key = json!({
        "argv": ["sh", "-c", "echo \"$KEY\" | sed -n 2p; exit 1"],
        "env": { "KEY": "-----BEGIN KEY-----\nMIIEpAIBAAK\n-----END KEY-----\n" },
    });
    assert_eq!(told(key).await, "unwell: sh: exit 1: [hidden]");
    let long = json!({
        "argv": ["sh", "-c", "printf '%0190d %s' 0 $TOKEN; exit 1"],
        "env": { "TOKEN": "hunter2-token" },
    });
    assert!(!told(long).await.contains("hunter"));
}

#[tokio::test]
async fn much_output_is_read_and_little_is_kept() {
    let probe = Command::parse(&sh("head -c 50000000 /dev/zero")).unwrap();
    let seen = probe.look().await.unwrap();
    assert!(seen.status.success(), "it did not have to wait for us");
    assert_eq!(seen.stdout.len(), OUTPUT_BYTES_MAX);
}

#[tokio::test]
async fn an_abandoned_program_dies_with_its_children() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pid");
    let script = format!("sleep 600 & echo $! > {}; wait", file.display());
    let probe = Command::parse(&sh(&script)).unwrap();
    {
        let mut asking = pin!(probe.ask());
        let started = pin!(process_in(&file));
        let Either::Right((child, _)) = select(&mut asking, started).await else {
            panic!("the program waits for its child")
        };
        assert!(runs(child));
        // The question is dropped here.
    }
    let child = process_in(&file).await;
    wait_until("the child is gone", || !runs(child)).await;
}

#[tokio::test]
async fn what_a_program_leaves_behind_dies_with_the_answer() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pid");
    let script = format!("sleep 600 & echo $! > {}", file.display());
    let started = Instant::now();
    assert_eq!(told(sh(&script)).await, "well");
    assert!(started.elapsed() < Duration::from_secs(10), "nobody waits for the child");
    let child = process_in(&file).await;
    wait_until("the child is gone", || !runs(child)).await;
}

#[tokio::test]
async fn who_leaves_the_group_and_holds_the_output_does_not_hold_the_answer() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pid");
    let script = format!(
        "setsid sh -c 'echo $$ > {0}; exec sleep 600' & while ! test -s {0}; do :; done; echo gone; exit 4",
        file.display()
    );
    assert_eq!(told(sh(&script)).await, "unwell: sh: exit 4: gone");
    let escaped = process_in(&file).await;
    assert!(runs(escaped), "it is beyond our reach, and the case is about that");
    rustix::process::kill_process(escaped, Signal::KILL).unwrap();
}

#[test]
fn a_wrong_command_is_refused_with_its_field() {
    for (config, expected) in [
        (json!({}), "argv: is missing: a list of the program and its arguments"),
        (json!({"argv": []}), "argv: is empty"),
        (json!({"argv": "pg_isready -q"}), "argv: must be a list of texts"),
        (json!({"argv": ["a", ""]}), "argv[1]: is empty"),
        (json!({"argv": ["a\0b"]}), "argv[0]: contains a NUL character"),
        (json!({"argv": ["a"], "env": {"A=B": "c"}}), "env: has a name that no variable can have"),
        (json!({"argv": ["a"], "shell": true}), "shell: is unknown; known are argv, env, expect"),
    ] {
        let refusal = Command::parse(&config).err().map(|err| err.to_string());
        assert_eq!(refusal.as_deref(), Some(expected), "{config}");
    }
}
