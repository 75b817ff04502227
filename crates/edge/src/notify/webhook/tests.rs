use std::io;
use std::time::Instant;

use serde_json::json;

use super::*;
use crate::far_side::{FarSide, Line, page, trust};

/// What was delivered, with the server's address written as `SERVER`.
fn told(delivery: &Delivery, server: &str) -> String {
    match delivery {
        Delivery::Accepted { reference } => format!("accepted: {reference}"),
        Delivery::Retry { after, reason } => {
            let after = after.map(|it| format!(" after {}s", it.as_secs())).unwrap_or_default();
            format!("retry{after}: {}", reason.replace(server, "SERVER"))
        }
        Delivery::Rejected { reason } => format!("rejected: {}", reason.replace(server, "SERVER")),
    }
}

async fn sent(config: &Value) -> Delivery {
    let webhook = Webhook::parse(config).unwrap();
    let page = page("@yamada");
    timeout(Duration::from_secs(10), webhook.send(&page)).await.unwrap()
}

/// Sends a page to a server that follows `script`.
async fn check(script: fn(&mut Line) -> io::Result<()>, expected: &str) -> FarSide {
    let server = FarSide::new(script);
    let config = json!({
        "url": server.url("/hooks/hunter2-path"), "timeout": "500ms",
        "headers": { "Authorization": "Bearer hunter2-token" },
    });
    let delivery = sent(&config).await;
    assert_eq!(told(&delivery, &server.url("")), expected);
    server.left().await;
    assert_eq!(server.met(), 1, "one try is one request");
    server
}

/// A script that reads the request and answers with a fixed text.
macro_rules! answering {
    ($status:expr, $headers:expr, $body:expr) => {
        |line: &mut Line| {
            line.request()?;
            line.answer($status, $headers, $body)
        }
    };
}

#[tokio::test]
async fn a_page_arrives_whole_and_with_its_key() {
    let server =
        check(answering!("200 OK", "", r#"{"id":"msg-17"}"#), "accepted: 200 OK, id msg-17").await;
    let heard = server.heard().join("");
    let (head, body) = heard.split_once("\r\n\r\n").unwrap();
    for part in [
        "POST /hooks/hunter2-path HTTP/1.1",
        "idempotency-key: INC-20260105-001/4/0",
        "content-type: application/json; charset=utf-8",
        "authorization: Bearer hunter2-token",
    ] {
        assert!(head.contains(part), "{part} in {head}");
    }
    let body: Value = serde_json::from_str(body).unwrap();
    let expected = json!({
        "version": 1,
        "key": "INC-20260105-001/4/0",
        "incident": "INC-20260105-001",
        "severity": "P0",
        "subject": "データベースが応答しません",
        "body": "PostgreSQL に接続できません。\n03:00 から\nあなたは当番です。",
        "to": "yamada",
        "address": "@yamada",
        "url": "https://matoi.example/incidents/INC-20260105-001",
        "incidents": ["INC-20260105-001"],
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn what_the_far_side_says_decides() {
    check(answering!("204 No Content", "", ""), "accepted: 204 No Content").await;
    check(answering!("202 Accepted", "", "queued"), "accepted: 202 Accepted").await;
    check(
        answering!("500 Internal Server Error", "", "oops"),
        "retry: SERVER answered 500 Internal Server Error: oops",
    )
    .await;
    check(
        answering!("429 Too Many Requests", "retry-after: 30\r\n", ""),
        "retry after 30s: SERVER answered 429 Too Many Requests",
    )
    .await;
    check(
        answering!("503 Service Unavailable", "retry-after: 99999\r\n", ""),
        "retry after 600s: SERVER answered 503 Service Unavailable",
    )
    .await;
    check(
        answering!(
            "503 Service Unavailable",
            "date: Mon, 05 Jan 2026 03:00:00 GMT\r\nretry-after: Mon, 05 Jan 2026 03:00:20 GMT\r\n",
            ""
        ),
        "retry after 20s: SERVER answered 503 Service Unavailable",
    )
    .await;
    check(answering!("408 Request Timeout", "", ""), "retry: SERVER answered 408 Request Timeout")
        .await;
    check(answering!("425 Too Early", "", ""), "retry: SERVER answered 425 Too Early").await;
    check(
        answering!("404 Not Found", "", "no such hook"),
        "rejected: SERVER answered 404 Not Found: no such hook",
    )
    .await;
    check(
        answering!("302 Found", "location: /elsewhere\r\n", ""),
        "rejected: SERVER answered 302 Found",
    )
    .await;
    check(
        answering!("401 Unauthorized", "", "bad token Bearer hunter2-token at hooks/hunter2-path"),
        "rejected: SERVER answered 401 Unauthorized: bad token [hidden] at [hidden]",
    )
    .await;
}

#[tokio::test]
async fn who_hangs_or_breaks_off_is_tried_again() {
    check(Line::hang, "retry: SERVER: no answer within 500ms").await;
    let slow = |line: &mut Line| {
        line.request()?;
        line.say("HTTP/1.1 200 OK\r\nx: ")?;
        line.drip()
    };
    check(slow, "retry: SERVER: no answer within 500ms").await;
    let reset = |line: &mut Line| {
        line.request()?;
        line.reset()
    };
    check(reset, "retry: SERVER: Connection reset by peer (os error 104)").await;
    let closed = |line: &mut Line| line.request().map(drop);
    check(closed, "retry: SERVER: connection closed before message completed").await;

    let url = format!("http://{}", FarSide::nobody());
    let told = told(&sent(&json!({ "url": url })).await, &url);
    assert_eq!(told, "retry: SERVER: Connection refused (os error 111)");
}

#[tokio::test]
async fn an_answer_without_end_costs_little() {
    let huge = |line: &mut Line| {
        line.request()?;
        line.say("HTTP/1.1 404 Not Found\r\n\r\n")?;
        line.flood(100 << 20)
    };
    let x200 = "x".repeat(200);
    let expected =
        format!("rejected: SERVER answered 404 Not Found: {x200}… (65336 more characters)");
    let server = check(huge, &expected).await;
    assert!(server.written() < 16 << 20, "the rest is left unread: {}", server.written());

    let taken = |line: &mut Line| {
        line.request()?;
        line.say("HTTP/1.1 200 OK\r\n\r\n")?;
        line.flood(100 << 20)
    };
    let server = check(taken, "accepted: 200 OK").await;
    assert!(server.written() < 16 << 20, "{}", server.written());
}

#[tokio::test]
async fn a_slow_text_does_not_undo_a_status() {
    let started = Instant::now();
    let dripping = |line: &mut Line| {
        line.request()?;
        line.say("HTTP/1.1 200 OK\r\n\r\n")?;
        line.drip()
    };
    check(dripping, "accepted: 200 OK").await;
    assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
    let cut = |line: &mut Line| {
        line.request()?;
        line.say("HTTP/1.1 201 Created\r\ncontent-length: 100\r\n\r\nhalf")
    };
    check(cut, "accepted: 201 Created").await;
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    trust::make(folder.path());
    let config = trust::server_config(folder.path());
    let server = FarSide::tls(config, answering!("200 OK", "", ""));
    let url = format!("https://{}", server.address);
    let told = told(&sent(&json!({ "url": url })).await, &url);
    assert!(told.starts_with("retry: SERVER: invalid peer certificate: "), "{told}");
    assert_eq!(server.heard(), Vec::<String>::new(), "nothing was said to a stranger");
}

#[tokio::test]
async fn a_certificate_of_the_machines_authorities_is_fine() {
    let test = "notify::webhook::tests::a_certificate_of_the_machines_authorities_is_fine";
    let Some(folder) = trust::trusted(test) else { return };
    let config = trust::server_config(&folder);
    let server = FarSide::tls(config, answering!("200 OK", "", ""));
    let delivery = sent(&json!({ "url": format!("https://{}", server.address) })).await;
    assert_eq!(told(&delivery, ""), "accepted: 200 OK");
}

#[tokio::test]
async fn nothing_outlives_an_abandoned_try() {
    let server = FarSide::new(Line::hang);
    let webhook = Webhook::parse(&json!({ "url": server.url("/") })).unwrap();
    let page = page("");
    assert!(timeout(Duration::from_millis(100), webhook.send(&page)).await.is_err());
    assert_eq!(server.met(), 1);
    server.left().await;
}

#[test]
fn a_wrong_channel_is_refused_with_its_field() {
    for (config, expected) in [
        (json!({}), "url: is missing"),
        (json!({"url": "http://a", "method": "GET"}), "method: must be POST or PUT"),
        (json!({"url": "http://a", "timeout": 5}), "timeout: must be a text, not a number"),
        (
            json!({"url": "http://a", "timeout": "1m"}),
            "timeout: must be a duration such as 5s, at most 12s",
        ),
        (
            json!({"url": "http://a", "headers": {"content-type": "text/plain"}}),
            "headers.content-type: is written by Matoi itself",
        ),
    ] {
        let refusal = Webhook::parse(&config).err().map(|err| err.to_string());
        assert_eq!(refusal.as_deref(), Some(expected), "{config}");
    }
    assert!(
        TIMEOUT_MAX + ANSWER_TIME_MAX
            < Duration::try_from(matoi_core::limits::SEND_TIMEOUT).unwrap()
    );
}

#[test]
fn a_key_is_a_header_whatever_it_is() {
    let mut page = page("");
    assert_eq!(key(&page), "INC-20260105-001/4/0");
    page.id.0 = "a\r\nEvil: 1\u{0}é".to_owned();
    assert_eq!(key(&page), "aEvil:1");
}
