//! One request: sent at most once, and told as what is known of it.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use jiff::SignedDuration;
use matoi_core::run::event::Finding;
use matoi_core::run::outcome::Ended;
use matoi_edge::step::{Call, Performed};

use crate::far_side::{FarSide, trust};
use crate::stage::{PERFORM, SHIM, Stage, perform, step, tools, wait_until};

const STATE: &str = r#"{"data": {"state": "ready", "left": [1, 2]}}"#;

async fn run(call: Call) -> Performed {
    perform(&*step("http", &tools()), call).await
}

fn with(mut call: Call, extra: &[(&str, &str)]) -> Call {
    call.extra.extend(extra.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
    call
}

/// Answers `/404` with that status, and everything else as the path says.
fn server() -> FarSide {
    FarSide::new(|line| {
        let request = line.request()?;
        let path = request.split_whitespace().nth(1).unwrap_or_default();
        match path.trim_start_matches('/') {
            "state" => line.answer("200 OK", "", STATE),
            "echo" => line.answer("200 OK", "", &request),
            "moved" => line.answer("302 Found", "location: http://elsewhere.example/\r\n", ""),
            "part" => line.say("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"),
            "gone" => line.reset(),
            "hang" => line.hang(),
            status => line.answer(&format!("{status} Status"), "", "so it says\n"),
        }
    })
}

fn lost(ended: &Ended) -> &str {
    let Ended::Lost { reason } = ended else { panic!("{ended:?} claims to know") };
    reason
}

#[tokio::test]
async fn the_text_of_the_answer_is_the_answer_and_its_status_is_published() {
    let (server, stage) = (server(), Stage::new());
    let performed = run(stage.call(&format!("GET {}\n", server.url("/state")))).await;
    assert_eq!(performed.ended, Ended::Exited { code: 0 }, "{performed:?}");
    assert_eq!(performed.answer, STATE);
    assert_eq!(performed.output.values["status"], "200");
    let said = &performed.output.excerpt;
    assert!(said.contains(&format!("http://{} answered 200 OK after ", server.address)), "{said}");
}

#[tokio::test]
async fn a_path_of_json_finds_the_value_that_counts() {
    let server = server();
    for (path, code, answer) in [
        ("$.data.state", 0, "ready"),
        ("$.data.left", 0, "[1,2]"),
        ("$.data.left[*]", 0, "1\n2"),
        ("$.data.gone", 1, STATE),
    ] {
        let stage = Stage::new();
        let call = with(stage.call(&server.url("/state")), &[("json", path)]);
        let performed = run(call).await;
        assert_eq!(performed.ended, Ended::Exited { code }, "{path}: {performed:?}");
        assert_eq!(performed.answer.trim_end(), answer, "{path}");
        assert_eq!(performed.output.values.contains_key("value"), code == 0, "{path}");
    }
    let stage = Stage::new();
    let call = with(stage.call(&server.url("/200")), &[("json", "$.x")]);
    let performed = run(call).await;
    assert_eq!(performed.ended, Ended::Exited { code: 1 });
    assert!(performed.output.excerpt.contains("the answer is not JSON"), "{performed:?}");
}

#[tokio::test]
async fn a_status_tells_what_it_can_about_a_change_and_no_more() {
    let server = server();
    for (method, path, status, known) in [
        ("GET", "/200", None, Some(0)),
        ("GET", "/503", None, Some(1)),
        ("GET", "/503", Some("200,503"), Some(0)),
        ("GET", "/moved", None, Some(1)),
        ("POST", "/201", None, Some(0)),
        ("POST", "/404", None, Some(1)),
        ("DELETE", "/404", Some("204,404"), Some(0)),
        ("POST", "/408", None, None),
        ("POST", "/502", None, None),
        ("PUT", "/moved", None, None),
        ("POST", "/200", Some("201"), None),
    ] {
        let stage = Stage::new();
        let mut call = stage.call(&format!("{method} {}\n", server.url(path)));
        if let Some(status) = status {
            call = with(call, &[("status", status)]);
        }
        let performed = run(call).await;
        match known {
            Some(code) => {
                assert_eq!(
                    performed.ended,
                    Ended::Exited { code },
                    "{method} {path}: {performed:?}"
                );
            }
            None => assert!(lost(&performed.ended).contains("does not tell"), "{method} {path}"),
        }
    }
    let stage = Stage::new();
    let moved = run(stage.call(&server.url("/moved"))).await;
    assert!(moved.output.excerpt.contains("points to http://elsewhere.example/"), "{moved:?}");
}

#[tokio::test]
async fn what_was_never_sent_is_told_from_what_was_not_answered() {
    let server = server();
    for (script, known) in [
        (format!("POST http://{}/x\n", FarSide::nobody()), true),
        ("POST http://no-such-machine.invalid/x\n".to_owned(), true),
        (format!("POST {}\n", server.url("/gone")), false),
        (format!("GET {}\n", server.url("/gone")), true),
        (format!("GET {}\n", server.url("/part")), true),
    ] {
        let stage = Stage::new();
        let performed = run(stage.call(&script)).await;
        match known {
            true => assert_eq!(performed.ended, Ended::Exited { code: 1 }, "{script}{performed:?}"),
            false => assert!(lost(&performed.ended).starts_with("no answer came"), "{script}"),
        }
    }
}

#[tokio::test]
async fn a_request_that_takes_too_long_or_is_cancelled_ends() {
    let server = server();
    let stage = Stage::new();
    let mut call = stage.call(&format!("POST {}\n", server.url("/hang")));
    call.timeout = SignedDuration::from_millis(300);
    let performed = run(call).await;
    assert!(matches!(performed.ended, Ended::TimedOut { .. }), "{performed:?}");

    let stage = Stage::new();
    let adapter = step("http", &tools());
    let cancel = async {
        wait_until("it is asked", || server.heard().len() == 2).await;
        adapter.cancel(stage.folder()).await.unwrap();
    };
    let call = stage.call(&format!("POST {}\n", server.url("/hang")));
    let (performed, ()) = tokio::join!(run(call), cancel);
    assert_eq!(performed.ended, Ended::Cancelled, "{performed:?}");
    server.left().await;
}

#[tokio::test]
async fn a_request_is_sent_once_however_often_it_is_asked_for() {
    let (server, stage) = (server(), Stage::new());
    let call = stage.call(&format!("POST {}\n", server.url("/201")));
    let (first, second) = tokio::join!(run(call.clone()), run(call.clone()));
    let third = run(call).await;
    assert_eq!((&first.ended, &second.ended), (&third.ended, &third.ended));
    assert_eq!(first.answer, "so it says\n");
    assert_eq!(server.heard().len(), 1);
}

#[tokio::test]
async fn a_server_killed_while_it_waits_for_the_answer_leaves_an_unknown_and_sends_nothing_again() {
    let (server, stage) = (server(), Stage::new());
    let script = format!("POST {}\n", server.url("/hang"));
    let mut killed = Command::new(PERFORM)
        .args(["http", SHIM, stage.folder().to_str().unwrap(), "60000"])
        .current_dir(stage.dir())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    killed.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    wait_until("it is asked", || server.heard().len() == 1).await;
    killed.kill().unwrap();
    killed.wait().unwrap();
    let performed = tokio::time::timeout(Duration::from_secs(30), run(stage.call(&script))).await;
    lost(&performed.unwrap().ended);
    assert_eq!(server.heard().len(), 1);
}

#[tokio::test]
async fn values_and_secrets_are_sent_and_a_rude_server_that_repeats_them_tells_nobody() {
    let (server, stage) = (server(), Stage::new());
    let script = "POST $BASE/echo\nAuthorization: Bearer $TOKEN\nContent-Type: application/json\n\n\
        {\"by\": \"$WHO\", \"token\": \"$TOKEN\"}\n";
    let mut call = stage.call(script);
    call.environment.insert("BASE".to_owned(), server.url(""));
    call.environment.insert("WHO".to_owned(), "\"ann\"".to_owned());
    call.secrets.insert("TOKEN".to_owned(), "hunter2-\"long\"".to_owned());
    let performed = run(call).await;
    assert_eq!(performed.ended, Ended::Exited { code: 0 }, "{performed:?}");
    let heard = server.heard().concat();
    assert!(heard.contains("authorization: Bearer hunter2-\"long\"\r\n"), "{heard}");
    assert!(heard.contains(r#"{"by": "\"ann\"", "token": "hunter2-\"long\""}"#), "{heard}");
    let told = format!("{performed:?}");
    assert!(!told.contains("hunter2"), "{told}");
    for name in ["script", "order.json", "exit.json", "outputs"] {
        let text = fs::read_to_string(stage.folder().join(name)).unwrap_or_default();
        assert!(!text.contains("hunter2"), "{name}: {text}");
    }
}

#[tokio::test]
async fn a_variable_without_a_value_sends_nothing() {
    let (server, stage) = (server(), Stage::new());
    let performed = run(stage.call(&format!("POST {}?x=$GONE\n", server.url("/200")))).await;
    let Ended::NotStarted { reason } = &performed.ended else { panic!("{performed:?}") };
    assert_eq!(reason, "$GONE has no value");
    assert_eq!(server.met(), 0);
}

#[tokio::test]
async fn an_authority_of_ones_own_is_trusted_where_the_step_names_it() {
    let stage = Stage::new();
    trust::make(stage.dir());
    let server = FarSide::tls(trust::server_config(stage.dir()), |line| {
        line.request()?;
        line.answer("200 OK", "", "well")
    });
    let script = format!("POST https://{}/\n", server.address);
    let performed = run(stage.call(&script)).await;
    assert_eq!(performed.ended, Ended::Exited { code: 1 }, "certainly not sent: {performed:?}");
    assert!(server.heard().is_empty(), "{:?}", server.heard());
    let again = Stage::new();
    fs::copy(stage.trace("ca.pem"), again.trace("ca.pem")).unwrap();
    let performed = run(with(again.call(&script), &[("ca", "ca.pem")])).await;
    assert_eq!((performed.ended, performed.answer.as_str()), (Ended::Exited { code: 0 }, "well"));
}

#[tokio::test]
async fn a_rehearsal_finds_out_whether_a_request_could_be_sent_and_sends_nothing() {
    let (server, stage) = (server(), Stage::new());
    let examined = async |script: String, extra: &[(&str, &str)]| {
        step("http", &tools()).examine(with(stage.call(&script), extra)).await
    };
    let post = format!("POST {}\n", server.url("/x"));
    assert_eq!(examined(post.clone(), &[]).await, Finding::Ready);
    let nobody = FarSide::nobody();
    for (script, extra, words) in [
        (format!("POST http://{nobody}/\n"), ("status", "200"), format!("{nobody}: ")),
        (post.clone(), ("ca", "gone.pem"), "gone.pem: No such file".to_owned()),
        (post.clone(), ("json", "data.state"), "json: is no path such as $.state".to_owned()),
        (post.clone(), ("status", "20"), "status: is no status such as 200".to_owned()),
        ("POST\n".to_owned(), ("status", "200"), "a method and a URL".to_owned()),
    ] {
        let Finding::Lacks { what } = examined(script.clone(), &[extra]).await else {
            panic!("{script} {extra:?} lacks nothing")
        };
        assert!(what.contains(&words), "{script} {extra:?}: {what}");
    }
    let open = examined(format!("POST {}?label=$SAVE_LABEL\n", server.url("/x")), &[]).await;
    assert!(matches!(open, Finding::Unproved { .. }), "{open:?}");
    server.left().await;
    assert!(server.heard().is_empty());
}
