//! Tests of `duration`.

use jiff::SignedDuration;

use crate::plan::duration::parse;

#[track_caller]
fn check(text: &str, seconds: i64) {
    assert_eq!(parse(text), Ok(SignedDuration::from_secs(seconds)), "{text}");
}

#[track_caller]
fn refused(text: &str, reason: &str) {
    assert_eq!(parse(text), Err(reason.to_owned()), "{text}");
}

#[test]
fn durations_are_read_in_both_languages_and_widths() {
    check("30s", 30);
    check("15m", 900);
    check("1h30m", 5_400);
    check(" 1h 30m ", 5_400);
    check("2 hours", 7_200);
    check("1 day", 86_400);
    check("15分", 900);
    check("１時間", 3_600);
    check("１時間３０分", 5_400);
    check("30 秒間", 30);
    check("1週間", 604_800);
    check("0s", 0);
    check("15MIN", 900);
}

#[test]
fn what_is_no_duration_says_what_would_be() {
    refused("15", "\"15\" has no unit; write 15s, 15m or 15h");
    refused("", "\"\" is not a duration such as 30s, 15m, 1h30m or 15分");
    refused("1.5h", "\"1.5h\" is not a duration such as 30s, 15m, 1h30m or 15分");
    refused("-5m", "\"-5m\" is not a duration such as 30s, 15m, 1h30m or 15分");
    refused("soon", "\"soon\" is not a duration such as 30s, 15m, 1h30m or 15分");
    refused("30m1h", "\"30m1h\" names its units out of order; write 1h30m");
    refused("400d", "\"400d\" is longer than a year");
    refused(
        "99999999999999999999s",
        "\"99999999999999999999s\" is not a duration such as 30s, 15m, 1h30m or 15分",
    );
}
