//! What every kind of probe and notifier keeps, whoever wrote it.
//!
//! The suite runs over `KINDS`: a new kind is tested before its author writes a test. Its example is aimed at a server on
//! this machine by replacing every `http(s)://…` and `host:port` in it, and `host` with `port` beside each other.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use matoi_edge::config::ConfigError;
use matoi_edge::{notify, probe};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::far_side::{FarSide, Line, page};

mod far_side;

/// How long a caller waits here.
const DEADLINE: Duration = Duration::from_secs(1);
/// Stands for a secret.
const PLANTED: &str = "hunter2planted";

/// A kind of either family, as far as they have the same duties.
struct Kind {
    family: &'static str,
    name: &'static str,
    summary: &'static str,
    example: Value,
    parse: Box<Parse>,
}

/// Parses, and tells what `Debug` shows.
type Parse = dyn Fn(&Value) -> Result<String, ConfigError>;
/// What a far side does with a connection.
type Script = fn(&mut Line) -> io::Result<()>;

fn kinds() -> Vec<Kind> {
    let probes = probe::KINDS.iter().map(|kind| Kind {
        family: "probe",
        name: kind.name,
        summary: kind.summary,
        example: serde_json::from_str(kind.example).unwrap(),
        parse: Box::new(|config| (kind.parse)(config).map(|it| format!("{it:?} {it:#?}"))),
    });
    let notifiers = notify::KINDS.iter().map(|kind| Kind {
        family: "notify",
        name: kind.name,
        summary: kind.summary,
        example: serde_json::from_str(kind.example).unwrap(),
        parse: Box::new(|config| (kind.parse)(config).map(|it| format!("{it:?} {it:#?}"))),
    });
    probes.chain(notifiers).collect()
}

/// Every place of `value`, as a JSON pointer.
fn places(value: &Value, at: &str) -> Vec<String> {
    let mut found = vec![at.to_owned()];
    if let Some(map) = value.as_object() {
        for (key, value) in map {
            let key = key.replace('~', "~0").replace('/', "~1");
            found.extend(places(value, &format!("{at}/{key}")));
        }
    }
    for (index, value) in value.as_array().into_iter().flatten().enumerate() {
        found.extend(places(value, &format!("{at}/{index}")));
    }
    found
}

/// `value` with another value at `place`.
fn with(value: &Value, place: &str, other: Value) -> Value {
    let mut value = value.clone();
    *value.pointer_mut(place).unwrap() = other;
    value
}

/// The example with `address` as its far side; none when the kind has no far side.
fn aimed(example: &Value, address: SocketAddr) -> Option<Value> {
    let mut aimed = example.clone();
    for place in places(example, "") {
        let value = aimed.pointer_mut(&place).unwrap();
        if let Some(text) = value.as_str() {
            if text.starts_with("http://") || text.starts_with("https://") {
                *value = json!(format!("http://{address}/"));
            } else if text.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok()) {
                *value = json!(address.to_string());
            }
        } else if value.get("host").is_some() && value.get("port").is_some() {
            value["host"] = json!(address.ip().to_string());
            value["port"] = json!(address.port());
        }
    }
    (aimed != *example).then_some(aimed)
}

#[test]
fn every_kind_introduces_itself() {
    let mut names = Vec::new();
    for kind in kinds() {
        let name = (kind.family, kind.name);
        assert!(!names.contains(&name), "{name:?} is there twice");
        names.push(name);
        assert!(kind.name.chars().all(|it| it.is_ascii_lowercase()), "{name:?}");
        assert!(kind.summary.ends_with('.') && kind.summary.len() > 10, "{name:?}");
        let parsed = (kind.parse)(&kind.example);
        assert!(parsed.is_ok(), "the example of {name:?}: {parsed:?}");
    }
}

#[test]
fn a_wrong_configuration_is_refused_without_a_panic() {
    for kind in kinds() {
        let mut wrong = vec![json!(null), json!(7), json!("text"), json!([]), json!(true)];
        wrong.push(json!({ "no_such_key": 1 }));
        let mut extended = kind.example.clone();
        extended["no_such_key"] = json!("x");
        wrong.push(extended);
        for place in places(&kind.example, "").into_iter().filter(|it| !it.is_empty()) {
            let deep = json!({ "a": [{ "b": { "c": null } }] });
            for other in [json!(null), deep, json!("x".repeat(1 << 20)), json!("a\0b")] {
                wrong.push(with(&kind.example, &place, other));
            }
        }
        for config in wrong {
            let short: String = config.to_string().chars().take(200).collect();
            let refusal = (kind.parse)(&config).expect_err(&format!("{}: {short}", kind.name));
            assert!(refusal.to_string().len() < 500, "{}: {refusal}", kind.name);
        }
    }
}

#[test]
fn any_value_anywhere_is_read_or_refused_and_never_repeated() {
    let others = [
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(u64::MAX),
        json!([]),
        json!({}),
        json!([PLANTED]),
        json!({ PLANTED: PLANTED }),
        json!(PLANTED),
        json!(format!("{PLANTED}\r\nX: y")),
        json!(format!("障害🔥\u{202e}{PLANTED}")),
    ];
    for kind in kinds() {
        for place in places(&kind.example, "") {
            for other in &others {
                match (kind.parse)(&with(&kind.example, &place, other.clone())) {
                    Ok(shown) => assert!(!shown.contains(PLANTED), "{}{place}: {shown}", kind.name),
                    // A key is no secret: secrets stand where values do.
                    Err(err) if err.field.contains(PLANTED) => {}
                    Err(err) => {
                        let said = err.to_string();
                        assert!(!said.contains(PLANTED), "{}{place}: {said}", kind.name);
                    }
                }
            }
        }
    }
}

#[test]
fn debug_shows_no_text_of_the_configuration() {
    for kind in kinds() {
        let mut planted = 0;
        for place in places(&kind.example, "") {
            let Some(text) = kind.example.pointer(&place).and_then(Value::as_str) else { continue };
            let config = with(&kind.example, &place, json!(format!("{text}{PLANTED}")));
            if let Ok(shown) = (kind.parse)(&config) {
                assert!(!shown.contains(PLANTED), "{}{place}: {shown}", kind.name);
                assert!(!shown.contains(text), "{}{place}: {shown}", kind.name);
                planted += 1;
            }
        }
        let has_texts = kind.example.as_object().is_some_and(|it| !it.is_empty());
        let is_strict = ["tcp", "host"].contains(&kind.name);
        assert!(
            planted > 0 || !has_texts || is_strict,
            "nothing could be planted in {}",
            kind.name
        );
    }
}

#[test]
fn no_address_leads_to_a_panic() {
    let long = "a".repeat(1 << 20);
    for kind in notify::KINDS {
        for address in ["", ",", "@", "a@", "a@b", "障害", "\u{0}", &long] {
            // Some kinds accept some of these; none may fall over.
            let _ = (kind.accepts)(address);
        }
        for address in ["a@x.example\r\nBcc: b@x.example", "a@x.example\0", &long] {
            assert!((kind.accepts)(address).is_err(), "{}: {address:.40}", kind.name);
        }
    }
}

/// A far side in every bad way that we know.
fn far_sides() -> Vec<(&'static str, FarSide)> {
    let scripts: [(&str, Script); 8] = [
        ("silent", Line::hang),
        ("slow", Line::drip),
        ("huge", |line| line.flood(1 << 30)),
        ("gone", |_| Ok(())),
        ("reset", Line::reset),
        ("garbage", |line| {
            line.say([0, 255, 13, 10, 0, 13, 10, 13, 10])?;
            line.hang()
        }),
        ("huge answer", |line| {
            line.say("HTTP/1.1 200 OK\r\n\r\n")?;
            line.flood(1 << 30)
        }),
        ("slow answer", |line| {
            line.say("220 HTTP/1.1 200 OK\r\n")?;
            line.drip()
        }),
    ];
    scripts.into_iter().map(|(name, script)| (name, FarSide::new(script))).collect()
}

/// Bytes that the system may hold between two programs, on both sides.
const ON_THE_WAY_BYTES_MAX: u64 = 16 << 20;

async fn leaves(kind: &str, manner: &str, server: &FarSide, started: Instant) {
    let took = started.elapsed();
    assert!(took < DEADLINE + Duration::from_secs(1), "{kind}, {manner}: {took:?}");
    assert!(server.written() < ON_THE_WAY_BYTES_MAX, "{kind}, {manner}: {}", server.written());
    server.left().await;
}

#[tokio::test]
async fn a_bad_far_side_costs_a_probe_bounded_time_and_memory() {
    let mut met = 0;
    for (manner, server) in far_sides() {
        for kind in probe::KINDS {
            let example: Value = serde_json::from_str(kind.example).unwrap();
            let Some(config) = aimed(&example, server.address) else { continue };
            let asked = (kind.parse)(&config).unwrap();
            let started = Instant::now();
            // Too late is as good as any answer: the caller says so.
            let _ = timeout(DEADLINE, asked.ask()).await;
            leaves(kind.name, manner, &server, started).await;
            met += server.met();
        }
    }
    assert!(met > 0, "somebody was asked");
}

#[tokio::test]
async fn a_bad_far_side_costs_a_notifier_bounded_time_and_memory() {
    let mut met = 0;
    let page = page("yamada@ops.example");
    for (manner, server) in far_sides() {
        for kind in notify::KINDS {
            let example: Value = serde_json::from_str(kind.example).unwrap();
            let Some(config) = aimed(&example, server.address) else { continue };
            let notifier = (kind.parse)(&config).unwrap();
            let started = Instant::now();
            let _ = timeout(DEADLINE, notifier.send(&page)).await;
            leaves(kind.name, manner, &server, started).await;
            met += server.met();
        }
    }
    assert!(met > 0, "somebody was sent to");
}
