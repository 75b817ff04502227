//! What a step prints, as somebody watches it at night.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Stdio;

use crate::command::{asked, matoi};
use crate::stage::{PLAN, Stage, wait_until};

/// Prints a line, waits for `go`, though not for ever, and prints the rest: a secret, and a complaint.
const TALK: &str = "---\nrunbook: { secrets: [TOKEN] }\n---\n# Talk\n\n\
    ```bash { name=talk kind=diagnose retry=0 }\necho begun\n\
    for _ in {1..400}; do if test -e go; then break; fi; sleep 0.05; done\nprintf 'token %s\\n' \"$TOKEN\"\necho oh >&2\n```\n\n\
    ```bash { name=after kind=diagnose }\ntrue\n```\n";

const LOUD: &str = "---\nrunbook: {}\n---\n# Loud\n\n\
    ```bash { name=loud kind=diagnose retry=0 }\nseq 5000\n\
    for _ in {1..400}; do if test -e go; then break; fi; sleep 0.05; done\n```\n";

fn stage() -> Stage {
    let plan = format!("{PLAN}secrets: {{ from: {{ files: kept }} }}\n");
    let token = ("kept/TOKEN", "hunter2-hunter2");
    let (talk, loud) = (("runbooks/talk.md", TALK), ("runbooks/loud.md", LOUD));
    let mut stage = Stage::with_plan(&[("matoi.yaml", &plan), talk, loud, token]);
    stage.serve();
    stage
}

fn begin(stage: &Stage) -> String {
    let run = asked(stage, &["run", "talk", "--detach"])["id"].as_str().unwrap().to_owned();
    let begun = || matoi(stage, &["run", "output", &run]).out.contains("begun");
    wait_until("the step prints", begun);
    run
}

#[test]
fn whoever_follows_sees_it_at_once_and_across_a_restart_of_the_server_and_everything_once() {
    let mut stage = stage();
    let run = begin(&stage);
    let mut follower = stage.command(&["run", "output", &run, "--follow"]);
    let mut follower = follower.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(follower.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "begun", "while the step is under way");
    let host = stage.host();
    stage.kill();
    stage.serve_at(&host, &["--dev"]);
    fs::write(stage.plan().join("go"), "").unwrap();
    let rest: Vec<String> = lines.map(Result::unwrap).collect();
    assert_eq!(rest, ["token •••"]);
    let mut errors = String::new();
    follower.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
    assert!(follower.wait().unwrap().success());
    assert!(errors.ends_with("oh\n"), "{errors}");
    // The step that was performed last, unless another one is named.
    let (last, named) =
        (matoi(&stage, &["run", "output", &run]), matoi(&stage, &["run", "output", &run, "talk"]));
    assert_eq!((last.out.as_str(), last.code), ("", 0));
    assert_eq!((named.out.as_str(), named.err.as_str()), ("begun\ntoken •••\n", "oh\n"));
    let missing = matoi(&stage, &["run", "output", &run, "talk", "--attempt", "2"]);
    assert_eq!(
        (missing.code, missing.err.contains("there is no attempt 2 of talk; 1 began")),
        (4, true)
    );
}

#[test]
fn programs_get_parts_and_events() {
    let stage = stage();
    let run = begin(&stage);
    let output = ["runs", &run, "steps", "talk", "output"];
    let first = stage.get(&output, &[]);
    assert_eq!(
        (&first["text"], &first["next"], &first["over"]),
        (&"begun\n".into(), &6.into(), &false.into())
    );
    let host = stage.host();
    let mut stream = TcpStream::connect(&host).unwrap();
    let target = format!("/api/v1/{}/follow?attempt=1", output.join("/"));
    write!(stream, "GET {target} HTTP/1.1\r\nHost: {host}\r\nLast-Event-ID: 1:6:0\r\n\r\n")
        .unwrap();
    fs::write(stage.plan().join("go"), "").unwrap();
    let mut told = String::new();
    let mut lines = BufReader::new(stream).lines();
    while !told.contains("event: over") {
        told.push_str(&lines.next().unwrap().unwrap());
        told.push('\n');
    }
    assert!(told.contains("content-type: text/event-stream"), "{told}");
    assert!(!told.contains("begun") && !told.contains("hunter2"), "{told}");
    assert!(told.contains("id: 1:28:3\n") && told.contains("token •••"), "{told}");
    let part = stage.get(&output, &[("stream", "stderr"), ("last", "1000")]);
    assert_eq!((&part["text"], &part["over"]), (&"oh\n".into(), &false.into()));
    let end = stage.get(&output, &[("from", "28")]);
    assert_eq!((&end["text"], &end["over"]), (&"".into(), &true.into()));
}

#[test]
fn nothing_is_shown_while_nobody_knows_what_to_hide() {
    let stage = stage();
    let run = begin(&stage);
    fs::remove_file(stage.plan().join("kept/TOKEN")).unwrap();
    let refused = matoi(&stage, &["run", "output", &run]);
    assert_ne!(refused.code, 0);
    assert!(
        refused.out.is_empty() && refused.err.contains("its secrets are not known"),
        "{}",
        refused.err
    );
}

#[test]
fn whoever_starts_a_run_sees_what_its_step_prints_below_the_timeline() {
    let mut stage = stage();
    let mut running = stage.command(&["run", "talk"]);
    let mut running = running.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(running.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|it| it.ends_with("│ begun")), "while the step is under way");
    // A server that is asked to end does not wait for those who watch.
    let host = stage.host();
    assert!(stage.terminate());
    stage.serve_at(&host, &["--dev"]);
    fs::write(stage.plan().join("go"), "").unwrap();
    let rest: Vec<String> = lines.collect();
    let place = |text: &str| rest.iter().position(|it| it.contains(text)).unwrap();
    let (printed, told) = (place("│ token •••"), place("Step talk is done"));
    assert!(printed < told && place("│ oh") < told, "{rest:?}");
    assert!(running.wait().unwrap().success());
}

#[test]
fn whoever_stops_watching_stops_nothing_and_can_go_on_watching() {
    let stage = stage();
    let mut running = stage.command(&["run", "talk"]);
    let mut running = running.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(running.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|it| it.ends_with("│ begun")), "it is watched");
    let pid = rustix::process::Pid::from_child(&running);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let last = lines.last().unwrap();
    assert!(last.starts_with("It goes on. Watch it again with: matoi run attach RUN-"), "{last}");
    assert_eq!(running.wait().unwrap().code(), Some(7), "it has not ended");
    fs::write(stage.plan().join("go"), "").unwrap();
    let attached = matoi(&stage, &["run", "attach", last.rsplit(' ').next().unwrap()]);
    assert_eq!(attached.code, 0, "{} {}", attached.out, attached.err);
    assert!(attached.out.contains("Step talk is done"), "{}", attached.out);
}

#[test]
fn an_output_that_somebody_took_away_is_missing_and_not_empty() {
    let stage = stage();
    let run = begin(&stage);
    fs::write(stage.plan().join("go"), "").unwrap();
    assert_eq!(matoi(&stage, &["run", "attach", &run]).code, 0);
    fs::remove_dir_all(stage.data().join("runs").join(&run)).unwrap();
    let gone = matoi(&stage, &["run", "output", &run, "talk"]);
    assert!(
        gone.code != 0 && gone.err.contains("there is no output of attempt 1 of talk any more"),
        "{}",
        gone.err
    );
}

#[test]
fn what_comes_too_fast_to_be_read_is_counted() {
    let stage = stage();
    let mut running = stage.command(&["run", "loud"]);
    let mut running = running.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(running.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|it| it.ends_with("│ 200")), "while the step is under way");
    fs::write(stage.plan().join("go"), "").unwrap();
    let rest: Vec<String> = lines.collect();
    assert!(!rest.iter().any(|it| it.ends_with("│ 201")), "{rest:?}");
    let more = rest.iter().find(|it| it.contains("4800 more lines: matoi run output RUN-"));
    assert!(more.is_some_and(|it| it.ends_with(" loud")), "{rest:?}");
    assert!(running.wait().unwrap().success());
}
