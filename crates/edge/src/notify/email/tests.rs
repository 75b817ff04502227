use std::io;
use std::time::Instant;

use serde_json::json;

use super::*;
use crate::far_side::{FarSide, Line, page, trust};
use crate::notify::email::tests::sink::Sink;

mod sink;

async fn sent(config: &Value, page: &Page) -> String {
    let email = Email::parse(config).unwrap();
    match timeout(Duration::from_secs(20), email.send(page)).await.unwrap() {
        Delivery::Accepted { reference } => format!("accepted: {reference}"),
        Delivery::Retry { reason, .. } => format!("retry: {reason}"),
        Delivery::Rejected { reason } => format!("rejected: {reason}"),
    }
}

fn plain(port: u16) -> Value {
    json!({ "host": "127.0.0.1", "port": port, "tls": "none", "from": "matoi@ops.example" })
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_meant() {
    let sink = Sink::new(json!({}));
    let mut config = plain(sink.port);
    config["from_name"] = json!("纏 (Matoi)");
    let page = page("yamada@ops.example, suzuki@ops.example");
    assert_eq!(sent(&config, &page).await, "accepted: 250 2.0.0 Ok: queued as 4F1A");
    assert_eq!(sent(&config, &page).await, "accepted: 250 2.0.0 Ok: queued as 4F1A");

    let mails = sink.mails(2).await;
    assert_eq!(mails[0], mails[1], "a repetition is the same mail");
    let mail = &mails[0];
    assert_eq!(mail["mail_from"], "matoi@ops.example");
    assert_eq!(mail["rcpt_to"], json!(["yamada@ops.example", "suzuki@ops.example"]));
    let expected = json!({
        "from": "\"纏 (Matoi)\" <matoi@ops.example>",
        "to": "yamada@ops.example, suzuki@ops.example",
        "subject": "データベースが応答しません",
        "message-id": "<INC-20260105-001.4.0@ops.example>",
        "in-reply-to": "<INC-20260105-001@ops.example>",
        "references": "<INC-20260105-001@ops.example>",
        "auto-submitted": "auto-generated",
        "date": "Mon, 05 Jan 2026 03:00:00 +0000",
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&mail["headers"][name], value, "{name}");
    }
    let body = "PostgreSQL に接続できません。\n03:00 から\nあなたは当番です。\n\nhttps://matoi.example/incidents/INC-20260105-001";
    assert_eq!(mail["body"].as_str().unwrap().trim_end(), body);
}

#[tokio::test]
async fn no_text_of_a_page_begins_a_header_or_a_command() {
    let sink = Sink::new(json!({}));
    let mut page = page("yamada@ops.example");
    page.message.subject = "a\r\nBcc: evil@example.com\r\n\r\nb".to_owned() + &"x".repeat(5_000);
    page.message.body = "1\r\n.\r\nMAIL FROM:<evil@example.com>\r\n..\n\u{1b}[2J".to_owned();
    page.id.0 = "x>\r\nBcc: <evil@example.com".to_owned();
    page.message.url = None;
    let told = sent(&plain(sink.port), &page).await;
    assert!(told.starts_with("accepted: "), "{told}");
    let mail = &sink.mails(1).await[0];
    assert_eq!(mail["rcpt_to"], json!(["yamada@ops.example"]));
    assert!(mail["headers"].get("bcc").is_none(), "{mail}");
    let subject = mail["headers"]["subject"].as_str().unwrap();
    assert!(subject.starts_with("a  Bcc: evil@example.com    b"), "{subject}");
    assert!(subject.ends_with("more characters)"), "{subject}");
    let body = mail["body"].as_str().unwrap().trim_end();
    assert_eq!(body, "1\n.\nMAIL FROM:<evil@example.com>\n..\n [2J");
}

#[tokio::test]
async fn what_the_server_says_decides() {
    for (options, address, expected) in [
        (
            json!({"data": "452 4.3.1 disk full"}),
            "a@x.example",
            "retry: 127.0.0.1: 452 4.3.1 disk full",
        ),
        (json!({"data": "554 5.7.1 spam"}), "a@x.example", "rejected: 127.0.0.1: 554 5.7.1 spam"),
        (
            json!({"mail": "451 4.7.1 greylisted"}),
            "a@x.example",
            "retry: 127.0.0.1: 451 4.7.1 greylisted",
        ),
        (
            json!({"rcpt": {"a@x.example": "550 5.1.1 no such user"}}),
            "a@x.example",
            "rejected: 127.0.0.1: a@x.example: 550 5.1.1 no such user",
        ),
        (
            json!({"rcpt": {"a@x.example": "450 4.2.1 busy", "b@x.example": "550 gone"}}),
            "a@x.example,b@x.example",
            "retry: 127.0.0.1: a@x.example: 450 4.2.1 busy; b@x.example: 550 gone",
        ),
        (
            json!({"rcpt": {"a@x.example": "550 5.1.1 no such user"}}),
            "a@x.example, b@x.example",
            "accepted: 250 2.0.0 Ok: queued as 4F1A; refused: a@x.example: 550 5.1.1 no such user",
        ),
    ] {
        let sink = Sink::new(options.clone());
        assert_eq!(sent(&plain(sink.port), &page(address)).await, expected, "{options}");
    }
    let sink = Sink::new(json!({}));
    let nobody = sent(&plain(sink.port), &page("nobody")).await;
    assert!(
        nobody.starts_with("rejected: 127.0.0.1: the address is not a mail address"),
        "{nobody}"
    );
}

#[tokio::test]
async fn over_tls_the_server_must_prove_who_it_is() {
    let test = "notify::email::tests::over_tls_the_server_must_prove_who_it_is";
    let Some(folder) = trust::trusted(test) else { return };
    let stranger = tempfile::tempdir().unwrap();
    trust::make(stranger.path());
    for tls in ["starttls", "tls"] {
        let options = json!({"tls": tls, "folder": folder, "users": {"matoi": "hunter2-password"}});
        let sink = Sink::new(options.clone());
        let mut config = json!({
            "host": "localhost", "port": sink.port, "tls": tls, "from": "matoi@ops.example",
            "username": "matoi", "password": "hunter2-password",
        });
        let page = page("yamada@ops.example");
        let accepted = "accepted: 250 2.0.0 Ok: queued as 4F1A";
        assert_eq!(sent(&config, &page).await, accepted, "{tls}");
        let mail = &sink.mails(1).await[0];
        assert_eq!((&mail["tls"], &mail["user"]), (&json!(true), &json!("matoi")), "{tls}");

        config["password"] = json!("hunter2-wrong");
        let told = sent(&config, &page).await;
        assert!(told.starts_with("rejected: localhost: 535 "), "{tls}: {told}");

        let impostor = Sink::new(json!({"tls": tls, "folder": stranger.path()}));
        config["port"] = json!(impostor.port);
        let told = sent(&config, &page).await;
        assert!(told.starts_with("retry: localhost: invalid peer certificate: "), "{tls}: {told}");
    }
}

#[tokio::test]
async fn a_server_without_the_configured_protection_gets_nothing() {
    let sink = Sink::new(json!({}));
    let mut config = plain(sink.port);
    config["tls"] = json!("starttls");
    let page = page("yamada@ops.example");
    let told = sent(&config, &page).await;
    assert!(told.starts_with("rejected: 127.0.0.1: ") && told.contains("STARTTLS"), "{told}");

    config["tls"] = json!("tls");
    let told = sent(&config, &page).await;
    assert!(told.starts_with("retry: 127.0.0.1: "), "{told}");
    sink.heard_nothing().await;
}

#[tokio::test]
async fn a_server_that_is_away_or_rude_is_tried_again_soon_and_cheaply() {
    let away = plain(FarSide::nobody().port());
    let told = sent(&away, &page("a@x.example")).await;
    assert_eq!(told, "retry: 127.0.0.1: Connection refused (os error 111)");

    let scripts: [fn(&mut Line) -> io::Result<()>; 5] = [
        |_| Ok(()),
        Line::reset,
        |line| line.flood(100 << 20),
        |line| line.say("HTTP/1.1 400 Bad Request\r\n\r\n"),
        |line| {
            for _ in 0..1_000_000 {
                line.say("220-more to come\r\n")?;
            }
            Ok(())
        },
    ];
    for (at, script) in scripts.into_iter().enumerate() {
        let server = FarSide::new(script);
        let started = Instant::now();
        let told = sent(&plain(server.address.port()), &page("a@x.example")).await;
        assert!(told.starts_with("retry: 127.0.0.1: "), "{at}: {told}");
        assert!(started.elapsed() < Duration::from_secs(5), "{at}");
        assert!(server.written() < 16 << 20, "{at}: {}", server.written());
        server.left().await;
    }
}

#[tokio::test]
async fn a_goodbye_that_does_not_come_does_not_send_the_mail_again() {
    let server = FarSide::new(|line| {
        line.say("220 hi\r\n")?;
        for answer in ["250 hi", "250 ok", "250 ok", "354 go"] {
            line.until("\r\n")?;
            line.say(format!("{answer}\r\n"))?;
        }
        line.until("\r\n.\r\n")?;
        line.say("250 queued as 7\r\n")?;
        line.hang()
    });
    let told = sent(&plain(server.address.port()), &page("a@x.example")).await;
    assert_eq!(told, "accepted: 250 queued as 7");
    server.left().await;
}

#[tokio::test]
async fn nothing_outlives_an_abandoned_try() {
    for script in [Line::hang, Line::drip] {
        let server = FarSide::new(script);
        let email = Email::parse(&plain(server.address.port())).unwrap();
        let page = page("a@x.example");
        assert!(timeout(Duration::from_millis(100), email.send(&page)).await.is_err());
        assert_eq!(server.met(), 1);
        server.left().await;
    }
}

#[test]
fn an_address_is_one_mail_address_or_several() {
    let many = vec!["a@x.example"; 21].join(",");
    for (address, is_fine) in [
        ("yamada@oneshot.example", true),
        ("a@x.example, b@x.example", true),
        ("", false),
        ("yamada", false),
        ("a@x.example,", false),
        ("a@x.example\r\nBcc: b@x.example", false),
        ("Yamada <a@x.example>", false),
        ("山田@x.example", false),
        ("a@b@c", false),
        (many.as_str(), false),
    ] {
        assert_eq!((KIND.accepts)(address).is_ok(), is_fine, "{address}");
    }
}

#[test]
fn a_wrong_channel_is_refused_with_its_field() {
    let base = json!({ "host": "smtp.example.com", "from": "matoi@example.com" });
    for (more, expected) in [
        (json!({}), None),
        (json!({"host": "localhost", "tls": "none"}), None),
        (json!({"host": "::1", "tls": "none"}), None),
        (json!({"tls": "none", "insecure": true}), None),
        (json!({"host": "a b"}), Some("host: must be the name or the address of a machine")),
        (json!({"host": "a\r\nb"}), Some("host: must be the name or the address of a machine")),
        (json!({"port": 0}), Some("port: must be a whole number from 1 to 65535")),
        (json!({"tls": "ssl"}), Some("tls: must be starttls, tls or none")),
        (
            json!({"tls": "none"}),
            Some(
                "tls: none sends mail and password in the clear; write insecure: true if you mean it",
            ),
        ),
        (
            json!({"tls": "none", "insecure": false}),
            Some(
                "tls: none sends mail and password in the clear; write insecure: true if you mean it",
            ),
        ),
        (json!({"insecure": true}), Some("insecure: only goes with tls: none")),
        (json!({"username": "a"}), Some("password: is missing beside username")),
        (json!({"password": "a"}), Some("username: is missing beside password")),
        (json!({"from": "matoi"}), Some("from: is not a mail address: missing domain or user")),
        (json!({"from_name": "a\r\nBcc: b"}), Some("from_name: contains a control character")),
    ] {
        let mut config = base.clone();
        config.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let refusal = Email::parse(&config).err().map(|err| err.to_string());
        assert_eq!(refusal.as_deref(), expected, "{more}");
    }
}
