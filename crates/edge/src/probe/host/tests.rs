use serde_json::json;

use super::*;

async fn asked(expect: Value) -> Answer {
    Host::parse(&json!({ "expect": expect })).unwrap().ask().await
}

#[tokio::test]
async fn within_its_bounds_the_machine_is_well_and_measured() {
    let answer = asked(json!({
        "cpu": "<= 100%", "memory": "<= 100%", "load": "< 100000", "disk": { "/": "<= 100%" },
    }))
    .await;
    let Answer::Well { measured, .. } = answer else { panic!("{answer:?}") };
    let names: Vec<&str> = measured.keys().map(String::as_str).collect();
    assert_eq!(names, ["host.cpu", "host.disk(/)", "host.load", "host.memory"]);
    for (name, value) in &measured {
        assert!((0.0..=100_000.0).contains(value), "{name} {value}");
    }
    assert!(measured["host.memory"] > 0.1 && measured["host.memory"] <= 100.0, "{measured:?}");
}

#[tokio::test]
async fn beyond_a_bound_the_machine_is_unwell_and_says_by_how_much() {
    let answer = asked(json!({ "memory": "< 0.001%", "cpu": "<= 100%" })).await;
    let Answer::Unwell { reason, measured } = answer else { panic!("{answer:?}") };
    assert!(
        reason.starts_with("host.memory is ") && reason.ends_with("%, expected < 0.001%"),
        "{reason}"
    );
    assert!(measured.contains_key("host.cpu"), "{measured:?}");
}

#[tokio::test]
async fn a_disk_that_is_not_there_is_unknown_but_hides_nothing_worse() {
    let answer = asked(json!({ "disk": { "/no/such/disk": "< 90%", "/": "<= 100%" } })).await;
    let Answer::Unknown { reason } = answer else { panic!("{answer:?}") };
    assert!(reason.starts_with("host.disk(/no/such/disk): No such file"), "{reason}");

    let answer = asked(json!({ "disk": { "/no/such/disk": "< 90%" }, "memory": "< 0.001%" })).await;
    assert!(matches!(answer, Answer::Unwell { .. }), "{answer:?}");
}

#[tokio::test]
async fn a_measurement_leaves_out_what_it_cannot_tell() {
    let disks = ["/".to_owned(), "/no/such/disk".to_owned()];
    for _ in 0..3 {
        let answer = measure(&disks).await;
        let Answer::Well { measured, .. } = answer else { panic!("{answer:?}") };
        let names: Vec<&str> = measured.keys().map(String::as_str).collect();
        assert_eq!(names, ["host.cpu", "host.disk(/)", "host.load", "host.memory"]);
    }
}

#[tokio::test]
async fn many_who_look_at_once_all_see_something() {
    let looks = (0..32).map(|_| measure(&[]));
    for answer in futures_util::future::join_all(looks).await {
        let Answer::Well { measured, .. } = answer else { panic!("{answer:?}") };
        assert!(measured.contains_key("host.cpu"), "{measured:?}");
    }
}

#[test]
fn a_bound_says_what_is_well() {
    let says = |text: &str, unit| match Bound::parse(text, unit) {
        Ok(bound) => {
            [79.9, 80.0, 80.1].map(|it| if bound.holds(it) { 'y' } else { 'n' }).iter().collect()
        }
        Err(problem) => problem,
    };
    for (text, unit, expected) in [
        ("< 80%", Unit::Percent, "ynn"),
        ("<80%", Unit::Percent, "ynn"),
        (" <= 80 % ", Unit::Percent, "yyn"),
        ("< 80", Unit::Number, "ynn"),
        ("< 80", Unit::Percent, "must say what is well, such as \"< 80%\""),
        ("> 80%", Unit::Percent, "must say what is well, such as \"< 80%\""),
        ("80%", Unit::Percent, "must say what is well, such as \"< 80%\""),
        ("< NaN%", Unit::Percent, "must say what is well, such as \"< 80%\""),
        ("< -1%", Unit::Percent, "must say what is well, such as \"< 80%\""),
        ("< 120%", Unit::Percent, "cannot be more than 100%"),
        ("< inf", Unit::Number, "must say what is well, such as \"< 8\""),
        ("< 80%", Unit::Number, "must say what is well, such as \"< 8\""),
        ("", Unit::Number, "must say what is well, such as \"< 8\""),
    ] {
        assert_eq!(says(text, unit), expected, "{text}");
    }
}

#[test]
fn a_wrong_watch_is_refused_with_its_field() {
    for (config, expected) in [
        (json!({}), "expect: is missing"),
        (json!({"expect": {}}), "expect: says nothing: any of cpu, memory, load, disk"),
        (json!({"expect": {"disk": {}}}), "expect: says nothing: any of cpu, memory, load, disk"),
        (json!({"expect": {"cpu": 80}}), "expect.cpu: must be a text, not a number"),
        (
            json!({"expect": {"disk": {"var": "< 9%"}}}),
            "expect.disk.var: must be a path from the root, such as /var",
        ),
        (json!({"expect": {"disk": "< 9%"}}), "expect.disk: must be a mapping to texts"),
        (
            json!({"expect": {"swap": "< 9%"}}),
            "expect.swap: is unknown; known are cpu, memory, load, disk",
        ),
    ] {
        let refusal = Host::parse(&config).err().map(|err| err.to_string());
        assert_eq!(refusal.as_deref(), Some(expected), "{config}");
    }
}
