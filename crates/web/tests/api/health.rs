//! Health and figures, for machines that look from outside.

use serde_json::json;

use crate::site::Site;

#[tokio::test]
async fn health_is_503_once_a_part_has_failed_and_nothing_is_acknowledged() {
    let site = Site::new().await;
    let id = site.declare("before").await;
    let reply = site.get("/api/health").await;
    assert_eq!((reply.status, reply.json()["state"].clone()), (200, json!("ok")), "{reply:?}");
    let names: Vec<String> = reply.json()["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        names,
        [
            "database",
            "plan",
            "outbox",
            "probe_loop",
            "wake_loop",
            "outbox_loop",
            "probes",
            "records"
        ]
    );

    site.engine.store().close().await;
    let reply = site.get("/api/health").await;
    assert_eq!((reply.status, reply.json()["state"].clone()), (503, json!("failed")), "{reply:?}");
    for (target, body) in [
        ("/api/v1/incidents".to_owned(), json!({ "title": "x", "severity": "P0" })),
        (format!("/api/v1/incidents/{id}/acknowledge"), json!({})),
        ("/api/v1/runs".to_owned(), json!({ "runbook": "talk" })),
        ("/api/v1/switches".to_owned(), json!({ "reason": "stop" })),
    ] {
        let reply = site.post(&target, body).await;
        assert_eq!(reply.no(), (503, "unavailable".to_owned()), "{target}");
        assert!(reply.json()["hint"].is_string(), "{reply:?}");
    }
    assert_eq!(site.get("/metrics").await.status, 200, "figures that can be had are had");
}

#[tokio::test]
async fn figures_are_in_the_text_format_of_prometheus() {
    let mut site = Site::new().await;
    site.declare("x").await;
    site.turn().await;
    let reply = site.get("/metrics").await;
    assert!(reply.head.contains("content-type: text/plain; version=0.0.4"), "{reply:?}");
    let mut typed: Vec<&str> = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for line in reply.body.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert!(["gauge", "counter"].contains(&kind), "{line}");
            assert!(!typed.contains(&name), "typed twice: {line}");
            typed.push(name);
            continue;
        }
        if line.starts_with("# HELP ") {
            continue;
        }
        let (series, value) = line.rsplit_once(' ').unwrap();
        value.parse::<f64>().unwrap();
        let name = series.split('{').next().unwrap();
        assert!(typed.contains(&name), "a figure before its type: {line}");
        assert!(!seen.contains(&series), "a series twice: {line}");
        seen.push(series);
    }
    for wanted in [
        "matoi_incidents_open 1",
        "matoi_pages_total{delivery=\"accepted\"} 1",
        "matoi_part_state{part=\"database\"} 0",
    ] {
        assert!(reply.body.lines().any(|it| it == wanted), "{wanted}: {}", reply.body);
    }
}
