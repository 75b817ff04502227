//! What a script is given, and what is told about its end.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use matoi_core::run::outcome::Ended;
use matoi_edge::step::KINDS;

use crate::stage::{self, PERFORM, SHIM, Stage, run};

#[tokio::test]
async fn the_end_of_a_script_is_told_as_it_was() {
    let cases = [
        ("true", Ended::Exited { code: 0 }, "an end without a word is a success"),
        ("exit 7", Ended::Exited { code: 7 }, "a status is its own"),
        ("exit 255", Ended::Exited { code: 255 }, "up to the largest"),
        ("false\ntouch after", Ended::Exited { code: 1 }, "the first failure ends it"),
        ("false | true", Ended::Exited { code: 1 }, "also inside a pipe"),
        ("echo $NOT_SET", Ended::Exited { code: 1 }, "a variable that is not set is one"),
        ("if [", Ended::Exited { code: 2 }, "so is what cannot be parsed"),
        ("kill -9 $$", Ended::Killed { signal: 9 }, "a kill is not an exit"),
        ("kill 0", Ended::Killed { signal: 15 }, "its group is not the shim's"),
        ("yes | head -n 1", Ended::Exited { code: 141 }, "signals do what they always do"),
        ("bash -c 'kill -9 $$'", Ended::Exited { code: 137 }, "what it says of children counts"),
    ];
    for (script, ended, what) in cases {
        let stage = Stage::new();
        let performed = run(stage.call(script)).await;
        assert_eq!(performed.ended, ended, "{what}: {performed:?}");
        assert!(!stage.trace("after").exists(), "{what}");
        let exit = if let Ended::Exited { code } = ended { Some(code) } else { None };
        assert_eq!(performed.output.exit, exit, "{what}");
        assert!(performed.output.took.is_some(), "{what}");
    }
}

#[tokio::test]
async fn what_a_script_prints_and_publishes_is_told() {
    let stage = Stage::new();
    let script = "echo one; echo oops >&2; echo 'two  '
        echo label=2026 >> \"$STEP_OUTPUT\"; printf 'list<<END\\na\\nb\\nEND\\nbad line\\n' >> \"$STEP_OUTPUT\"";
    let performed = run(stage.call(script)).await;
    assert_eq!(performed.ended, Ended::Exited { code: 0 });
    assert_eq!(performed.answer, "one\ntwo  \n");
    assert_eq!(
        performed.output.excerpt,
        "one\ntwo\n--- standard error ---\noops\n[matoi: $STEP_OUTPUT: line 6 is not name=value]"
    );
    let values: Vec<_> = performed.output.values.into_iter().collect();
    let expect = [("label", "2026"), ("list", "a\nb")];
    assert_eq!(values, expect.map(|(key, value)| (key.to_owned(), value.to_owned())));
    assert_eq!(performed.output.bytes, 15);
}

#[tokio::test]
async fn standard_input_is_empty() {
    let stage = Stage::new();
    let performed = run(stage.call("readlink /proc/self/fd/0; cat; echo end")).await;
    assert_eq!(performed.answer, "/dev/null\nend\n");
}

#[test]
fn a_script_sees_only_a_short_list_of_the_servers_environment() {
    let stage = Stage::new();
    let mut server = Command::new(PERFORM)
        .args(["bash", SHIM, stage.folder().to_str().unwrap(), "60000", "RUN_ID=RUN-1"])
        .env_clear()
        .envs([("PATH", "/usr/bin:/bin"), ("HOME", "/root"), ("LC_ALL", "C.UTF-8")])
        .envs([("DATABASE_PASSWORD", "x"), ("BASH_ENV", "/nonexistent"), ("MATOI_TOKEN", "x")])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    server.stdin.take().unwrap().write_all(b"env | cut -d= -f1 | sort").unwrap();
    assert!(server.wait().unwrap().success());
    let names = fs::read_to_string(stage.folder().join("stdout")).unwrap();
    // The last three are bash's own.
    let mut expect = ["HOME", "LC_ALL", "PATH", "RUN_ID", "STEP_OUTPUT", "PWD", "SHLVL", "_"];
    expect.sort();
    assert_eq!(names.lines().collect::<Vec<_>>(), expect);
}

#[tokio::test]
async fn a_script_works_where_it_was_told_to() {
    let stage = Stage::new();
    fs::create_dir(stage.trace("place")).unwrap();
    let mut call = stage.call("pwd");
    call.extra.insert("cwd".to_owned(), "place".to_owned());
    let performed = run(call).await;
    let place = stage.trace("place").canonicalize().unwrap();
    assert_eq!(performed.answer.trim(), place.to_str().unwrap());
}

#[tokio::test]
async fn a_step_that_cannot_begin_says_so_and_begins_nothing() {
    let check = async |what: &str, reason: &str, change: fn(&mut matoi_edge::step::Call)| {
        let stage = Stage::new();
        let mut call = stage.call("echo x >> counter");
        change(&mut call);
        let performed = run(call.clone()).await;
        let Ended::NotStarted { reason: told } = &performed.ended else {
            panic!("{what}: {performed:?}");
        };
        assert!(told.contains(reason), "{what}: {told:?}");
        assert_eq!(run(call).await.ended, performed.ended, "asked again: {what}");
        assert_eq!(stage.lines("counter"), 0, "{what}");
    };
    check("a place that is not there", "No such file", |it| {
        it.extra.insert("cwd".to_owned(), "nowhere".to_owned());
    })
    .await;
    check("a value with NUL", "SECRET holds a NUL", |it| {
        it.secrets.insert("SECRET".to_owned(), "a\0b".to_owned());
    })
    .await;
    check("a name that runs something else", "BASH_ENV may not be set", |it| {
        it.environment.insert("BASH_ENV".to_owned(), "/tmp/x".to_owned());
    })
    .await;
    check("a value that no process can be given", "too long", |it| {
        it.environment.insert("HUGE".to_owned(), "x".repeat(200 << 10));
    })
    .await;
    check("another machine", "is not this machine", |it| {
        it.extra.insert("on".to_owned(), "ssh:db-1".to_owned());
    })
    .await;
    check("a folder that is not there", "cannot be written", |it| {
        it.folder = it.folder.join("missing");
    })
    .await;
}

#[tokio::test]
async fn a_shim_that_does_nothing_is_a_step_that_did_not_begin() {
    for (shim, reason) in
        [("/nonexistent/matoi", "No such file"), ("/bin/true", "without having begun")]
    {
        let stage = Stage::new();
        let tools = matoi_edge::step::Tools::new(vec![shim.to_owned()], Vec::new());
        let step = stage::step("bash", &tools);
        let performed = stage::perform(&*step, stage.call("echo x >> counter")).await;
        let Ended::NotStarted { reason: told } = performed.ended else { panic!("{shim}") };
        assert!(told.contains(reason), "{told}");
        assert_eq!(stage.lines("counter"), 0);
    }
}

#[tokio::test]
async fn sh_runs_where_bash_is_not_meant() {
    let stage = Stage::new();
    let step = stage::step("sh", &stage::tools());
    let performed =
        stage::perform(&*step, stage.call("echo \"$0\" >&2; echo plain; false; echo no")).await;
    assert_eq!(performed.ended, Ended::Exited { code: 1 });
    assert_eq!(performed.answer, "plain\n");
}

#[tokio::test]
async fn files_of_an_attempt_are_for_its_owner_only() {
    let stage = Stage::new();
    run(stage.call("echo x; echo k=v >> \"$STEP_OUTPUT\"")).await;
    let mut names = Vec::new();
    for entry in fs::read_dir(stage.folder()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.file_name());
        names.push(entry.file_name().into_string().unwrap());
    }
    names.sort();
    let expect = [
        "call.json",
        "exit.json",
        "outputs",
        "prepared",
        "process.json",
        "script",
        "stderr",
        "stdout",
    ];
    assert_eq!(names, expect);
}

#[test]
fn every_kind_says_what_it_refuses_and_has_an_example_with_its_own_name() {
    for kind in KINDS {
        assert!(kind.example.starts_with(&format!("```{} {{", kind.name)), "{}", kind.name);
        assert!(kind.summary.ends_with('.'), "{}", kind.name);
    }
    let names: Vec<_> = KINDS.iter().map(|it| it.name).collect();
    assert_eq!(names, ["bash", "sh", "sql", "http"]);
}
