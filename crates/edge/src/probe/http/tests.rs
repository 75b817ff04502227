use std::io;
use std::time::Duration;

use serde_json::json;
use tokio::time::timeout;

use super::*;
use crate::far_side::{FarSide, Line, trust};

/// The answer in one line, with the server's address written as `SERVER`.
fn told(answer: &Answer, server: &str) -> String {
    match answer {
        Answer::Well { measured, .. } => format!("well {}", measured["http.status"]),
        Answer::Unwell { reason, .. } => format!("unwell: {}", reason.replace(server, "SERVER")),
        Answer::Unknown { reason } => format!("unknown: {}", reason.replace(server, "SERVER")),
    }
}

async fn asked(config: &Value) -> Answer {
    timeout(Duration::from_secs(10), Http::parse(config).unwrap().ask()).await.unwrap()
}

/// Asks a server that follows `script` with `more` beside the URL.
async fn check(more: Value, script: fn(&mut Line) -> io::Result<()>, expected: &str) -> FarSide {
    let server = FarSide::new(script);
    let mut config = json!({ "url": server.url("/health?key=hunter2-query") });
    config.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let answer = asked(&config).await;
    assert_eq!(told(&answer, &server.url("")), expected, "{more}");
    server.left().await;
    server
}

fn fine(line: &mut Line) -> io::Result<()> {
    line.request()?;
    line.answer("200 OK", "", "status: ok\n")
}

fn refused(line: &mut Line) -> io::Result<()> {
    line.request()?;
    line.answer("401 Unauthorized", "", "")
}

fn down(line: &mut Line) -> io::Result<()> {
    line.request()?;
    line.answer("503 Service Unavailable", "", "\n{\"db\":\"down\"}\n")
}

#[tokio::test]
async fn the_status_decides_what_is_well() {
    check(json!({}), fine, "well 200").await;
    check(json!({"expect": {"status": [200, "401-403"]}}), refused, "well 401").await;
    check(json!({"expect": {"status": "500-599"}}), down, "well 503").await;
    let refusal = "unwell: SERVER answered 401 Unauthorized, expected 200-299";
    check(json!({}), refused, refusal).await;
    let unwell =
        "unwell: SERVER answered 503 Service Unavailable, expected 200 or 204: {\"db\":\"down\"}";
    check(json!({"expect": {"status": [200, 204]}}), down, unwell).await;
    let html = |line: &mut Line| {
        line.request()?;
        line.answer("500 Internal Server Error", "", "<!DOCTYPE html>\n<h1>sorry</h1>")
    };
    let unquoted = "unwell: SERVER answered 500 Internal Server Error, expected 200-299";
    check(json!({}), html, unquoted).await;
}

#[tokio::test]
async fn a_text_must_stand_in_what_is_read_of_the_body() {
    check(json!({"expect": {"text": "ok"}}), fine, "well 200").await;
    let missing = "unwell: SERVER answered 200 OK without the expected text: status: ok";
    check(json!({"expect": {"text": "正常"}}), fine, missing).await;
    let huge = |line: &mut Line| {
        line.request()?;
        line.say("HTTP/1.1 200 OK\r\n\r\n<")?;
        line.flood(100 << 20)
    };
    let beginning = "unwell: SERVER answered 200 OK without the expected text in its first 1 MiB";
    let server = check(json!({"expect": {"text": "the end"}}), huge, beginning).await;
    assert!(server.written() < 16 << 20, "the rest is left unread: {}", server.written());
}

#[tokio::test]
async fn the_request_is_what_the_watch_says() {
    let more = json!({
        "method": "POST", "body": "{\"deep\":true}",
        "headers": { "X-Probe": "1", "Host": "shop.example", "Content-Type": "application/json" },
    });
    let server = check(more, fine, "well 200").await;
    let heard = server.heard().join("");
    for part in [
        "POST /health?key=hunter2-query HTTP/1.1\r\n",
        "x-probe: 1\r\n",
        "host: shop.example\r\n",
        "content-type: application/json\r\n",
        "user-agent: matoi/",
        "\r\n\r\n{\"deep\":true}",
    ] {
        assert!(heard.contains(part), "{part:?} in {heard:?}");
    }

    let server = check(json!({"method": "HEAD"}), fine, "well 200").await;
    assert!(server.heard().join("").starts_with("HEAD "));
}

#[tokio::test]
async fn a_redirect_is_the_answer_unless_it_is_followed() {
    let moved = |line: &mut Line| match line.request()?.starts_with("GET /login ") {
        true => line.answer("200 OK", "", "please log in"),
        false => line.answer("302 Found", "location: /login\r\n", ""),
    };
    let shown = "unwell: SERVER answered 302 Found, expected 200-299";
    assert_eq!(check(json!({}), moved, shown).await.met(), 1);
    let server = check(json!({"follow_redirects": true}), moved, "well 200").await;
    assert_eq!(server.met(), 2);

    let circle = |line: &mut Line| {
        line.request()?;
        line.answer("302 Found", "location: /again\r\n", "")
    };
    let dizzy = "unwell: SERVER: too many redirects";
    let server = check(json!({"follow_redirects": true}), circle, dizzy).await;
    assert_eq!(server.met(), REDIRECTS_AND_FIRST);
}

const REDIRECTS_AND_FIRST: usize = 6;

#[tokio::test]
async fn who_breaks_off_or_talks_nonsense_is_unwell() {
    let reset = |line: &mut Line| {
        line.request()?;
        line.reset()
    };
    check(json!({}), reset, "unwell: SERVER: Connection reset by peer (os error 104)").await;
    let cut = |line: &mut Line| {
        line.request()?;
        line.say("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")
    };
    let cut_off = "unwell: SERVER: end of file before message length reached";
    check(json!({}), cut, cut_off).await;
    let nonsense = |line: &mut Line| {
        line.request()?;
        line.say("\u{1b}[31m220 mail.example ESMTP\r\n\r\n")
    };
    check(json!({}), nonsense, "unwell: SERVER: invalid HTTP version parsed").await;
    let headers = |line: &mut Line| {
        line.request()?;
        line.say("HTTP/1.1 200 OK\r\nx: ")?;
        line.flood(100 << 20)
    };
    let server = check(json!({}), headers, "unwell: SERVER: message head is too large").await;
    assert!(server.written() < 16 << 20, "{}", server.written());
}

#[tokio::test]
async fn who_is_not_there_is_unwell_and_who_cannot_be_found_is_unknown() {
    let url = format!("http://{}/", FarSide::nobody());
    let answer = asked(&json!({"url": url})).await;
    let refused = "unwell: SERVER: Connection refused (os error 111)";
    assert_eq!(told(&answer, url.trim_end_matches('/')), refused);

    let answer = asked(&json!({"url": "http://255.255.255.255/"})).await;
    assert!(matches!(answer, Answer::Unknown { .. }), "we have no way there: {answer:?}");

    let answer = asked(&json!({"url": "http://no-such-host.invalid/"})).await;
    let told = told(&answer, "http://no-such-host.invalid");
    assert!(told.starts_with("unknown: SERVER: the name does not resolve: "), "{told}");
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_unwell() {
    let folder = tempfile::tempdir().unwrap();
    trust::make(folder.path());
    let server = FarSide::tls(trust::server_config(folder.path()), fine);
    let url = format!("https://{}", server.address);
    let told = told(&asked(&json!({"url": url})).await, &url);
    assert!(told.starts_with("unwell: SERVER: invalid peer certificate: "), "{told}");
}

#[tokio::test]
async fn the_machines_own_authorities_are_trusted_and_no_proxy_is_used() {
    let test = "probe::http::tests::the_machines_own_authorities_are_trusted_and_no_proxy_is_used";
    let Some(folder) = trust::trusted(test) else { return };
    let server = FarSide::tls(trust::server_config(&folder), fine);
    let answer = asked(&json!({"url": format!("https://{}", server.address)})).await;
    assert_eq!(told(&answer, ""), "well 200");
    check(json!({}), fine, "well 200").await;
}

#[tokio::test]
async fn a_rude_server_does_not_bring_our_secrets_into_a_reason() {
    let echo = |line: &mut Line| {
        let request = line.request()?;
        line.answer("400 Bad Request", "", &request.replace("\r\n", " "))
    };
    let more = json!({"headers": {"Authorization": "Bearer hunter2-token"}});
    let server = FarSide::new(echo);
    let mut config = json!({ "url": server.url("/hunter2-path?key=hunter2-query") });
    config.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let told = told(&asked(&config).await, "SERVER");
    assert!(told.contains("400 Bad Request") && !told.contains("hunter2"), "{told}");
}

#[tokio::test]
async fn nothing_outlives_an_abandoned_question() {
    let drip = |line: &mut Line| {
        line.request()?;
        line.say("HTTP/1.1 200 OK\r\n\r\n")?;
        line.drip()
    };
    for script in [Line::hang, drip] {
        let server = FarSide::new(script);
        let probe = Http::parse(&json!({"url": server.url("/")})).unwrap();
        assert!(timeout(Duration::from_millis(100), probe.ask()).await.is_err());
        assert_eq!(server.met(), 1);
        server.left().await;
    }
}

#[test]
fn a_wrong_watch_is_refused_with_its_field() {
    for (config, expected) in [
        (json!({"url": "http://a", "method": "DELETE"}), "method: must be GET, HEAD or POST"),
        (json!({"url": "http://a", "body": "x"}), "body: needs method: POST"),
        (
            json!({"url": "http://a", "method": "HEAD", "expect": {"text": "x"}}),
            "expect.text: cannot be seen with method: HEAD",
        ),
        (json!({"url": "http://a", "expect": {"status": 99}}), STATUS),
        (json!({"url": "http://a", "expect": {"status": "299-200"}}), STATUS),
        (json!({"url": "http://a", "expect": {"status": "2xx"}}), STATUS),
        (json!({"url": "http://a", "expect": {"status": []}}), STATUS),
        (json!({"url": "http://a", "expect": {"status": [[200]]}}), STATUS),
        (json!({"url": "http://a", "expect": {"status": null}}), STATUS),
        (
            json!({"url": "http://a", "expect": {"json": 1}}),
            "expect.json: is unknown; known are status, text",
        ),
    ] {
        let refusal = Http::parse(&config).err().map(|err| err.to_string());
        assert_eq!(refusal.as_deref(), Some(expected), "{config}");
    }
}

const STATUS: &str =
    "expect.status: must be a status such as 200, a range such as \"200-299\", or a list of them";
