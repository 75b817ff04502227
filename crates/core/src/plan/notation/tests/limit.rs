//! Tests of limits.

use jiff::SignedDuration;

use crate::plan::notation::limit::limit;
use crate::plan::{Clock, Limit};

#[track_caller]
fn check(text: &str, expect: Limit) {
    assert_eq!(limit(text, Clock::Resolve), Ok(expect), "{text}");
}

#[track_caller]
fn refused(text: &str, clock: Clock, message: &str) {
    let complaint = limit(text, clock).unwrap_err();
    assert_eq!(complaint.message, message, "{text}");
}

fn minutes(minutes: i64) -> Limit {
    Limit::Within(SignedDuration::from_mins(minutes))
}

#[test]
fn limits_are_elapsed_time_business_hours_or_business_days() {
    check("15m", minutes(15));
    check("15分以内", minutes(15));
    check("１時間以内", minutes(60));
    check("within 2 hours", minutes(120));
    check("at once", minutes(0));
    check("即座", minutes(0));
    check("即時", minutes(0));
    check("即座（5分以内）", minutes(5));
    check("at once (within 5m)", minutes(5));
    check("翌営業日", Limit::BusinessDays(1));
    check("Next business day", Limit::BusinessDays(1));
    check("1 business day", Limit::BusinessDays(1));
    check("5 business days", Limit::BusinessDays(5));
    check("１営業日以内", Limit::BusinessDays(1));
    check("4 business hours", Limit::BusinessHours(SignedDuration::from_hours(4)));
    check("4営業時間", Limit::BusinessHours(SignedDuration::from_hours(4)));
    assert_eq!(limit("every 30m", Clock::Update), Ok(minutes(30)));
    assert_eq!(limit("30分ごと", Clock::Update), Ok(minutes(30)));
    assert_eq!(limit("30m", Clock::Update), Ok(minutes(30)));
}

#[test]
fn a_limit_that_makes_no_sense_is_refused() {
    refused("soon", Clock::Resolve, "\"soon\" is not a limit");
    refused("即座（すぐに）", Clock::Resolve, "\"即座（すぐに）\" is not a limit");
    refused("0m", Clock::Resolve, "\"0m\" is no time");
    refused("every 30m", Clock::Resolve, "\"every 30m\" repeats, and this target does not");
    refused("at once", Clock::Update, "\"at once\" does not say how often");
    refused("every 5s", Clock::Update, "\"every 5s\" is more often than every minute");
    refused("1 business day", Clock::Update, "\"1 business day\" does not say how often");
    refused("0 business days", Clock::Resolve, "\"0\" is not a number from 1 to 366");
    refused("x営業日", Clock::Resolve, "\"x\" is not a number from 1 to 366");
    refused("", Clock::Resolve, "\"\" is not a limit");
}
