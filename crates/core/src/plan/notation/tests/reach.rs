//! Tests of ways to people.

use crate::plan::notation::reach::{is_placeholder, reach};

#[track_caller]
fn check(text: &str, channel: &str, address: &str, seconds: i64) {
    let it = reach(text).unwrap();
    assert_eq!((it.channel.as_str(), it.address.as_str()), (channel, address), "{text}");
    assert_eq!(it.after.as_secs(), seconds, "{text}");
}

#[test]
fn a_way_is_a_channel_an_address_and_a_delay() {
    check("console", "console", "", 0);
    check("slack:@yamada", "slack", "@yamada", 0);
    check("email:yamada@oneshot.example after 2m", "email", "yamada@oneshot.example", 120);
    check("email：yamada@oneshot.example　２分後", "email", "yamada@oneshot.example", 120);
    check(
        "hook:https://ops.example/in?a=b after 1h30m",
        "hook",
        "https://ops.example/in?a=b",
        5400,
    );
    check("phone: 03-0000-0000", "phone", "03-0000-0000", 0);
    check("console after 5m", "console", "", 300);
}

#[test]
fn a_way_without_a_channel_or_with_a_wrong_delay_is_refused() {
    let check = |text: &str, message: &str| assert_eq!(reach(text).unwrap_err().message, message);
    check(":x", "\":x\" does not say over which channel");
    check("", "\"\" does not say over which channel");
    check("call me", "\"call me\" does not say over which channel");
    check("console after", "\"console after\" does not say over which channel");
    check("console after soon", "\"soon\" is not a duration such as 30s, 15m, 1h30m or 15分");
}

#[test]
fn placeholders_are_known_and_addresses_are_not_taken_for_them() {
    for it in [
        "[連絡先]",
        "[連絡先を記載]",
        "連絡先",
        "090-XXXX-XXXX",
        "０９０－ＸＸＸＸ－ＸＸＸＸ",
        "XXXX",
        "TODO",
        "todo: ask",
        "<address>",
        "{{ phone }}",
        "TBD",
        "未定",
        "〇〇@example.com",
        "",
        "  ",
        "xxx@example.com",
    ] {
        assert!(is_placeholder(it), "{it} is a placeholder");
    }
    for it in [
        "yamada@oneshot.example",
        "@yamada",
        "#ops",
        "+81-3-1234-5678",
        "https://[::1]:8080/in",
        "todoroki@example.com",
        "max@example.com",
        "山田",
    ] {
        assert!(!is_placeholder(it), "{it} is an address");
    }
}
