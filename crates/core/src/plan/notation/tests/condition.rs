//! Tests of conditions.

use crate::plan::Op;
use crate::plan::notation::condition::condition;

#[track_caller]
fn check(text: &str, metric: &str, argument: Option<&str>, op: Op, value: f64) {
    let it = condition(text).unwrap();
    assert_eq!(
        (it.metric.as_str(), it.argument.as_deref(), it.op),
        (metric, argument, op),
        "{text}"
    );
    assert_eq!(it.value, value, "{text}");
    assert_eq!(it.text, text.trim());
}

#[test]
fn conditions_are_read_in_every_width() {
    check("host.cpu > 80%", "host.cpu", None, Op::Above, 80.0);
    check("host.cpu>80.5 %", "host.cpu", None, Op::Above, 80.5);
    check("ｈｏｓｔ．ｃｐｕ　＞　８０％", "host.cpu", None, Op::Above, 80.0);
    check("host.memory >= 90%", "host.memory", None, Op::AtLeast, 90.0);
    check("host.memory ≧ 90%", "host.memory", None, Op::AtLeast, 90.0);
    check("host.disk(/var) ≥ 90%", "host.disk", Some("/var"), Op::AtLeast, 90.0);
    check("host.disk(/) < 5%", "host.disk", Some("/"), Op::Below, 5.0);
    check("host.disk(/a>b) <= 5%", "host.disk", Some("/a>b"), Op::AtMost, 5.0);
    check("host.load > 4", "host.load", None, Op::Above, 4.0);
    check("host.load ≤ 0.5", "host.load", None, Op::AtMost, 0.5);
}

/// Everything that is refused, with what people read.
#[test]
fn what_is_no_condition_says_what_would_be() {
    let texts = [
        "",
        "host.cpu",
        "host.cpu = 80%",
        "host.cpu > ",
        "host.cpu > 80",
        "host.cpu > 180%",
        "host.cpu > -5%",
        "host.cpu > 80% or so",
        "host.cpu(0) > 80%",
        "host.disk > 90%",
        "host.disk(var) > 90%",
        "host.disk(/ > 90%",
        "host.load > 4%",
        "host.load > inf",
        "host.cpuu > 80%",
        "p95(http.duration) > 2s",
        "rate(db.errors) > 5/min",
        "> 5",
        ") > 5",
        "host.cpu >> 80%",
    ];
    let told = texts.map(|text| {
        let it = condition(text).unwrap_err();
        format!("{text}\n    {}\n    {}\n", it.message, it.hint.unwrap_or_default())
    });
    insta::assert_snapshot!(told.concat());
}
