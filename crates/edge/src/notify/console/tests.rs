use std::process::Command;

use serde_json::json;

use super::*;
use crate::far_side::page;

#[tokio::test]
async fn a_page_is_delivered_to_standard_output() {
    let delivery = Console.send(&page("")).await;
    assert_eq!(delivery, Delivery::Accepted { reference: "console".to_owned() });
}

#[test]
fn what_reaches_standard_output_is_the_block_in_one_piece() {
    let test = "notify::console::tests::a_page_is_delivered_to_standard_output";
    let done = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .output()
        .unwrap();
    let said = String::from_utf8(done.stdout).unwrap();
    assert!(said.contains(&Block(&page("")).to_string()), "{said}");
}

#[test]
fn a_block_says_everything_that_the_page_says() {
    let mut page = page("@yamada");
    // As the core writes it, with the severity and the incident.
    page.message.subject = "[P0] データベースが応答しません (INC-20260105-001)".to_owned();
    let text = Block(&page).to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines,
        [
            TOP,
            "┃ [P0] データベースが応答しません (INC-20260105-001)",
            "┃ → yamada <@yamada>",
            RULE,
            "┃ PostgreSQL に接続できません。",
            "┃ 03:00 から",
            "┃ あなたは当番です。",
            "┃ https://matoi.example/incidents/INC-20260105-001",
            BOTTOM,
        ]
    );
}

#[test]
fn no_text_leaves_the_frame() {
    let mut page = page("");
    page.message.subject = "a\rb\u{1b}[2Jc".to_owned();
    page.message.body = format!("1\n\n\u{7}2\u{202e}\n{BOTTOM}");
    page.message.url = None;
    let text = Block(&page).to_string();
    assert!(!text.contains(|it: char| it != '\n' && is_unsafe(it)), "{text:?}");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 9, "{text}");
    let framed = |line: &&str| line.starts_with(SIDE);
    assert_eq!(lines.iter().filter(|it| framed(it)).count(), 6, "{text}");
}

#[test]
fn nothing_is_configured_and_any_line_is_an_address() {
    assert!(Console::parse(&json!({})).is_ok());
    for config in [json!(null), json!([]), json!({"color": true})] {
        assert!(Console::parse(&config).is_err(), "{config}");
    }
    for (address, is_fine) in [("", true), ("@山田", true), ("a\nb", false), ("\u{1b}[2J", false)]
    {
        assert_eq!((KIND.accepts)(address).is_ok(), is_fine, "{address:?}");
    }
    assert!((KIND.accepts)(&"a".repeat(1_001)).is_err());
}
