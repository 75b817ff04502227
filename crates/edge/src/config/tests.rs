use std::time::Duration;

use serde_json::json;

use super::*;

/// Reads every field of a made-up kind and tells the first complaint.
fn complaint(value: Value) -> String {
    let read = || -> Result<(), ConfigError> {
        let known = ["name", "port", "on", "timeout", "argv", "headers", "expect"];
        let fields = Fields::read(&value, &known)?;
        fields.required_text("name")?;
        fields.whole("port", 1..=65_535)?;
        fields.truth("on")?;
        fields.duration("timeout", Duration::from_secs(60))?;
        fields.texts("argv", 3)?;
        fields.pairs("headers", 2)?;
        if let Some(expect) = fields.fields("expect", &["text"])? {
            expect.text("text")?;
        }
        Ok(())
    };
    read().err().map_or_else(|| "fine".to_owned(), |err| err.to_string())
}

#[test]
fn every_complaint_names_its_field_and_hides_its_value() {
    for (value, expected) in [
        (json!({"name": "a", "port": 1, "on": true, "timeout": "1m", "argv": ["x"]}), "fine"),
        (json!({"name": "a", "headers": {"A": "b"}, "expect": {"text": "ok"}}), "fine"),
        (json!(null), ": must be a mapping, not nothing"),
        (json!([1]), ": must be a mapping, not a list"),
        (json!({}), "name: is missing"),
        (json!({"name": ""}), "name: is empty"),
        (json!({"name": null}), "name: must be a text, not nothing"),
        (json!({"name": 5}), "name: must be a text, not a number"),
        (json!({"name": "a\0b"}), "name: contains a NUL character"),
        (json!({"name": "s".repeat(20_000)}), "name: is longer than 16 KiB"),
        (json!({"name": "a", "port": 0}), "port: must be a whole number from 1 to 65535"),
        (json!({"name": "a", "port": 1.5}), "port: must be a whole number from 1 to 65535"),
        (json!({"name": "a", "port": "1"}), "port: must be a whole number from 1 to 65535"),
        (json!({"name": "a", "on": "yes"}), "on: must be true or false"),
        (
            json!({"name": "a", "timeout": "soon"}),
            "timeout: must be a duration such as 5s, at most 60s",
        ),
        (
            json!({"name": "a", "timeout": "0s"}),
            "timeout: must be a duration such as 5s, at most 60s",
        ),
        (
            json!({"name": "a", "timeout": "-5s"}),
            "timeout: must be a duration such as 5s, at most 60s",
        ),
        (
            json!({"name": "a", "timeout": "2h"}),
            "timeout: must be a duration such as 5s, at most 60s",
        ),
        (json!({"name": "a", "argv": "x"}), "argv: must be a list of texts"),
        (json!({"name": "a", "argv": ["x", 1]}), "argv[1]: must be a text, not a number"),
        (json!({"name": "a", "argv": ["1", "2", "3", "4"]}), "argv: has more than 3 entries"),
        (json!({"name": "a", "headers": []}), "headers: must be a mapping to texts"),
        (json!({"name": "a", "headers": {"A": 1}}), "headers.A: must be a text, not a number"),
        (json!({"name": "a", "expect": {"test": 1}}), "expect.test: is unknown; known are text"),
        (json!({"name": "a", "expect": {"text": 1}}), "expect.text: must be a text, not a number"),
        (json!({"name": "a", "expect": "hunter2"}), "expect: must be a mapping, not a text"),
    ] {
        assert_eq!(complaint(value.clone()), expected, "{value}");
    }
}

#[test]
fn an_unknown_key_of_any_length_is_named_shortly() {
    let complaint = complaint(json!({ "k".repeat(5_000): 1 }));
    assert!(complaint.starts_with("kkkk") && complaint.len() < 250, "{complaint}");
}
