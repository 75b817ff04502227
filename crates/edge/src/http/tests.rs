use serde_json::{Value, json};

use super::*;

fn target(config: &Value) -> Result<Target, ConfigError> {
    let fields = Fields::read(config, &["url", "headers"])?;
    Target::parse(&fields, &["idempotency-key"])
}

#[test]
fn a_target_is_an_http_url_and_headers_that_are_not_ours_to_write() {
    for (config, expected) in [
        (json!({"url": "https://a.example/x"}), "https://a.example"),
        (json!({"url": "http://u:p@[::1]:8080/x?y"}), "http://[::1]:8080"),
        (json!({"url": "a.example"}), "url: must be a URL with http:// or https://"),
        (json!({"url": "file:///etc/passwd"}), "url: must be a URL with http:// or https://"),
        (json!({"url": "unix:/run/x"}), "url: must be a URL with http:// or https://"),
        (json!({}), "url: is missing"),
        (
            json!({"url": "http://a", "headers": {"a b": "c"}}),
            "headers.a b: is not the name of a header",
        ),
        (
            json!({"url": "http://a", "headers": {"X": "1\r\nEvil: 2"}}),
            "headers.X: cannot stand in a header: it breaks the line",
        ),
        (
            json!({"url": "http://a", "headers": {"Content-Length": "1"}}),
            "headers.Content-Length: is written by Matoi itself",
        ),
        (
            json!({"url": "http://a", "headers": {"Idempotency-Key": "1"}}),
            "headers.Idempotency-Key: is written by Matoi itself",
        ),
    ] {
        let seen = target(&config).map_or_else(|err| err.to_string(), |it| it.origin());
        assert_eq!(seen, expected, "{config}");
    }
}

#[test]
fn what_the_far_side_repeats_of_our_secrets_is_hidden() {
    let target = target(&json!({
        "url": "https://hooks.example/T0/B0/hunter2-in-the-path?key=hunter2-in-the-query",
        "headers": { "Authorization": "Bearer hunter2-token", "Accept": "text/plain" },
    }))
    .unwrap();
    for (text, expected) in [
        ("no such path /T0/B0/hunter2-in-the-path", "no such path /[hidden]"),
        ("bad key=hunter2-in-the-query", "bad [hidden]"),
        ("bad token hunter2-token", "bad token [hidden]"),
        ("got: Bearer hunter2-token", "got: [hidden]"),
        ("only text/plain is served", "only text/plain is served"),
        ("ok", "ok"),
    ] {
        assert_eq!(target.hide(text), expected);
    }
}
