use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread::JoinHandle;

use matoi_core::gate::Scope;
use matoi_core::language::Language;
use serde_json::json;

use super::address::{Address, AddressError, Reach};
use super::shape::{Code, IncidentState, StepState, Summary};
use super::{Caller, Client, ClientError};

/// A server that gives one answer and tells what it was asked.
struct OneAnswer {
    url: String,
    asked: JoinHandle<String>,
}

fn answering(answer: &'static str) -> OneAnswer {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut bytes = Vec::new();
        let mut chunk = [0_u8; 4096];
        while !is_whole(&bytes) {
            let count = stream.read(&mut chunk).unwrap();
            assert!(count > 0, "the request broke off");
            bytes.extend_from_slice(chunk.get(..count).unwrap());
        }
        stream.write_all(answer.as_bytes()).unwrap();
        String::from_utf8(bytes).unwrap()
    });
    OneAnswer { url, asked }
}

fn is_whole(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|it| it.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |it| it.parse().unwrap())
}

fn client(url: &str, actor: &str) -> Client {
    let caller = Caller {
        address: Address::parse(url).unwrap(),
        token: Some("s3cret".to_owned()),
        actor: Some(actor.to_owned()),
        language: Some(Language::Ja),
    };
    Client::new(caller).unwrap()
}

const FINE: &str =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"fine\":42}";

#[tokio::test]
async fn an_act_carries_the_token_the_actor_and_json() {
    let server = answering(FINE);
    let answer = client(&server.url, "山田 太郎")
        .post(&["incidents", "INC 1/2", "notes"], &json!({"text": "再起動"}))
        .await
        .unwrap();
    assert_eq!(answer, json!({"fine": 42}));
    let asked = server.asked.join().unwrap();
    assert!(asked.starts_with("POST /api/v1/incidents/INC%201%2F2/notes HTTP/1.1\r\n"), "{asked}");
    assert!(asked.contains("authorization: Bearer s3cret\r\n"), "{asked}");
    assert!(asked.contains("matoi-actor: %E5%B1%B1%E7%94%B0%20%E5%A4%AA%E9%83%8E\r\n"), "{asked}");
    assert!(asked.contains("content-type: application/json\r\n"), "{asked}");
    assert!(asked.ends_with("{\"text\":\"再起動\"}"), "{asked}");
}

#[tokio::test]
async fn a_question_carries_its_query() {
    let server = answering(FINE);
    client(&server.url, "a")
        .get(&["runs"], &[("state", "all"), ("incident", "INC&1")])
        .await
        .unwrap();
    let asked = server.asked.join().unwrap();
    assert!(
        asked.starts_with("GET /api/v1/runs?state=all&incident=INC%261 HTTP/1.1\r\n"),
        "{asked}"
    );
}

#[tokio::test]
async fn a_no_is_understood_with_its_way_out() {
    let body = r#"{"title":"refused","status":409,"detail":"it is resolved","code":"refused","hint":"reopen it"}"#;
    let answer = format!(
        "HTTP/1.1 409 Conflict\r\nContent-Type: application/problem+json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let server = answering(answer.leak());
    let err = client(&server.url, "a").get(&["status"], &[]).await.unwrap_err();
    let ClientError::No(no) = err else { panic!("{err:?}") };
    assert_eq!((no.code, no.detail.as_str()), (Code::Refused, "it is resolved"));
    assert_eq!(no.hint.as_deref(), Some("reopen it"));
}

#[tokio::test]
async fn a_program_that_is_not_matoi_is_told_apart() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<html",
        "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno",
        // A redirect is not followed: the token would go along.
        "HTTP/1.1 302 Found\r\nLocation: http://example.com/\r\nContent-Length: 0\r\n\r\n",
    ] {
        let server = answering(answer);
        let err = client(&server.url, "a").get(&["status"], &[]).await.unwrap_err();
        assert!(matches!(err, ClientError::Stranger { .. }), "{answer}: {err:?}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unreachable() {
    // The port was free a moment ago, and nobody was told of it.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let err = client(&url, "a").get(&["status"], &[]).await.unwrap_err();
    let ClientError::Unreachable { server, why } = err else { panic!("{err:?}") };
    assert_eq!(server, url);
    assert!(why.contains("refused"), "{why}");
}

#[tokio::test]
async fn a_name_that_would_climb_is_nobodys() {
    for name in ["", ".", ".."] {
        let err = client("127.0.0.1:1", "a").get(&["incidents", name], &[]).await.unwrap_err();
        assert!(matches!(err, ClientError::NoName { .. }), "{name:?}: {err:?}");
    }
}

#[test]
fn a_token_goes_to_this_machine_or_through_tls() {
    let reach = |text: &str| Address::parse(text).map(|it| it.reach());
    assert_eq!(reach("127.0.0.1:8119"), Ok(Reach::Loopback));
    assert_eq!(reach("http://localhost:1/"), Ok(Reach::Loopback));
    assert_eq!(reach("http://[::1]:8119"), Ok(Reach::Loopback));
    assert_eq!(reach("https://matoi.example/ops"), Ok(Reach::Network));
    for text in ["http://matoi.example", "10.0.0.1:8119", "http://127.0.0.1.example"] {
        assert_eq!(reach(text), Err(AddressError::Unprotected { text: text.to_owned() }), "{text}");
    }
    for text in ["", "ftp://127.0.0.1", "http://me:pw@127.0.0.1", "http://127.0.0.1/?a=b", "::"] {
        assert_eq!(reach(text), Err(AddressError::NoAddress { text: text.to_owned() }), "{text}");
    }
}

#[test]
fn no_token_is_shown() {
    let shown = format!("{:?}", client("127.0.0.1:1", "a"));
    assert!(!shown.contains("s3cret"), "{shown}");
}

#[test]
fn shapes_read_what_the_server_writes_and_leave_what_is_new() {
    let summary: Summary = serde_json::from_value(json!({
        "id": "INC-20260105-001", "title": "API", "severity": "P0", "severity_name": null, "rank": 0,
        "service": null, "state": "acknowledged", "since": "2026-01-05T00:00:00Z",
        "opened_at": "2026-01-05T00:00:00Z", "resolved_at": null, "acknowledged_by": "yamada", "lead": null,
        "alerts_firing": 1, "pages_owed": 0, "next_action": {"text": "watch", "command": null}, "brand_new": [1],
    }))
    .unwrap();
    assert_eq!(summary.state, IncidentState::Acknowledged);
    let list: StepState = serde_json::from_value(
        json!({"state": "list", "items": ["a", "b"], "ticked": {"0": "yamada"}}),
    )
    .unwrap();
    let StepState::List { ticked, .. } = list else { panic!("{list:?}") };
    assert_eq!(ticked.get("0").map(String::as_str), Some("yamada"));
    let scope: Scope = serde_json::from_value(json!({"runbook": "restart"})).unwrap();
    assert_eq!(scope, Scope::Runbook("restart".to_owned()));
    let code: Code = serde_json::from_value(json!("brand_new")).unwrap();
    assert_eq!(code, Code::Other);
}
