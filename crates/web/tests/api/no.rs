//! Every no: its status, its code, and its shape.

use serde_json::{Value, json};

use crate::site::{Ask, Reply, Site};

#[tokio::test]
async fn a_no_says_which_and_changes_nothing() {
    let site = Site::new().await;
    let open = site.declare("open").await;
    let done = site.declare("done").await;
    site.post(&format!("/api/v1/incidents/{done}/resolve"), json!({ "reason": "mended" })).await;
    site.post(&format!("/api/v1/incidents/{open}/acknowledge"), json!({})).await;
    let run = site.start().await;
    let before = everything(&site).await;

    let cases = of_incidents(&open, &done).into_iter().chain(of_others(&run));
    for (target, body, status, code) in cases {
        let reply = site.post(&target, body.clone()).await;
        assert_eq!(reply.no(), (status, code.to_owned()), "{target} {body}: {reply:?}");
    }
    assert_eq!(everything(&site).await, before, "nothing was changed");
}

#[tokio::test]
async fn a_question_that_is_not_understood_is_a_no_and_not_another_answer() {
    let site = Site::new().await;
    let id = site.declare("x").await;
    let timeline = format!("/api/v1/incidents/{id}/timeline");
    let cases = [
        ("/nowhere".to_owned(), 404, "missing"),
        ("/api/v1/nowhere".to_owned(), 404, "missing"),
        ("/api/v1/incidents/INC-19990101-001".to_owned(), 404, "missing"),
        ("/api/v1/incidents/INC-19990101-001/report".to_owned(), 404, "missing"),
        ("/api/v1/runs/RUN-1".to_owned(), 404, "missing"),
        ("/api/v1/incidents/%FF".to_owned(), 422, "invalid"),
        ("/api/v1/incidents?state=strange".to_owned(), 422, "invalid"),
        ("/api/v1/incidents?limit=many".to_owned(), 422, "invalid"),
        ("/api/v1/incidents?limits=5".to_owned(), 422, "invalid"),
        ("/api/v1/runs?status=open".to_owned(), 422, "invalid"),
        (format!("{timeline}?after=x"), 422, "invalid"),
        (format!("{timeline}?language=fr"), 422, "invalid"),
    ];
    for (target, status, code) in cases {
        let reply = site.get(&target).await;
        assert_eq!(reply.no(), (status, code.to_owned()), "{target}");
    }
    for method in ["PUT", "PATCH", "DELETE"] {
        let reply = site.send(&Ask::new(method, "/api/v1/incidents")).await;
        assert_eq!(reply.no(), (404, "missing".to_owned()), "{method}");
    }
}

#[tokio::test]
async fn a_body_that_is_broken_or_too_large_is_a_no() {
    let site = Site::new().await;
    let note = format!("/api/v1/incidents/{}/notes", site.declare("x").await);
    let post = || Ask::new("POST", &note).header("content-type", "application/json");
    let large = format!("{{\"text\": \"{}\"}}", "x".repeat(300 << 10));
    let cases = [
        (post().text("{"), 422, "invalid"),
        (post().text("[]"), 422, "invalid"),
        (post().text(""), 422, "invalid"),
        (post().text("{\"text\": \"a\", \"text\": \"b\"}"), 422, "invalid"),
        (post().text(&large), 413, "too_large"),
        (Ask::new("POST", &note).text("{\"text\": \"x\"}"), 422, "invalid"),
        (post().text("{\"text\": \"x\"}").header("content-type", "text/plain"), 422, "invalid"),
        (post().text("{\"text\": \"x\"}").header("matoi-actor", ""), 422, "invalid"),
        (post().text("{\"text\": \"x\"}").header("matoi-actor", "%zz"), 422, "invalid"),
        (post().text("{\"text\": \"x\"}").header("matoi-actor", "a%0Aann"), 422, "invalid"),
        (post().text("{\"text\": \"x\"}").header("matoi-actor", "%20"), 422, "invalid"),
    ];
    for (ask, status, code) in cases {
        let reply: Reply = site.send(&ask).await;
        assert_eq!(reply.no(), (status, code.to_owned()), "{reply:?}");
    }
}

async fn everything(site: &Site) -> Value {
    let mut all = Vec::new();
    for target in ["/api/v1/incidents?state=all", "/api/v1/runs?state=all", "/api/v1/switches"] {
        all.push(site.get(target).await.json());
    }
    Value::Array(all)
}

/// What is asked, and the no.
type Case = (String, Value, u16, &'static str);

fn of_incidents(open: &str, done: &str) -> Vec<Case> {
    let incidents = "/api/v1/incidents";
    vec![
        (incidents.to_owned(), json!({ "title": " ", "severity": "P0" }), 422, "invalid"),
        (incidents.to_owned(), json!({ "title": "x", "severity": "P9" }), 422, "invalid"),
        (
            incidents.to_owned(),
            json!({ "title": "x", "severity": "P0", "service": "no" }),
            422,
            "invalid",
        ),
        (incidents.to_owned(), json!({ "title": "x" }), 422, "invalid"),
        (
            incidents.to_owned(),
            json!({ "title": "x", "severity": "P0", "sevice": "shop" }),
            422,
            "invalid",
        ),
        (incidents.to_owned(), json!({ "title": 7, "severity": "P0" }), 422, "invalid"),
        (format!("{incidents}/{open}/acknowledge"), json!({}), 409, "refused"),
        (format!("{incidents}/{open}/notes"), json!({ "text": "" }), 422, "invalid"),
        (format!("{incidents}/{open}/notes"), json!({}), 422, "invalid"),
        (format!("{incidents}/{open}/assign"), json!({ "to": "nobody" }), 422, "invalid"),
        (
            format!("{incidents}/{open}/severity"),
            json!({ "to": "P0", "reason": "x" }),
            409,
            "refused",
        ),
        (
            format!("{incidents}/{open}/severity"),
            json!({ "to": "P9", "reason": "x" }),
            422,
            "invalid",
        ),
        (format!("{incidents}/{open}/escalate"), json!({ "condition": "rain" }), 422, "invalid"),
        (format!("{incidents}/{open}/resolve"), json!({}), 422, "invalid"),
        (format!("{incidents}/{open}/resolve"), json!({ "ground": "checks" }), 409, "refused"),
        (format!("{incidents}/{open}/resolve"), json!({ "ground": "luck" }), 422, "invalid"),
        (format!("{incidents}/{open}/reopen"), json!({ "reason": "x" }), 409, "refused"),
        (format!("{incidents}/{open}/runs"), json!({ "runbook": "no" }), 422, "invalid"),
        (format!("{incidents}/{done}/acknowledge"), json!({}), 409, "refused"),
        (format!("{incidents}/INC-19990101-001/notes"), json!({ "text": "x" }), 404, "missing"),
    ]
}

fn of_others(run: &str) -> Vec<Case> {
    vec![
        ("/api/v1/runs".to_owned(), json!({ "runbook": "no" }), 404, "missing"),
        (
            "/api/v1/runs".to_owned(),
            json!({ "runbook": "talk", "params": { "A": "b" } }),
            422,
            "invalid",
        ),
        (format!("/api/v1/runs/{run}/start"), json!({ "step": "click" }), 409, "refused"),
        (
            format!("/api/v1/runs/{run}/vote"),
            json!({ "step": "gate", "vote": "maybe" }),
            422,
            "invalid",
        ),
        (format!("/api/v1/runs/{run}/tick"), json!({ "step": "list", "item": 0 }), 422, "invalid"),
        (format!("/api/v1/runs/{run}/cancel"), json!({ "reason": "" }), 422, "invalid"),
        (
            "/api/v1/runs/RUN-19990101-001/cancel".to_owned(),
            json!({ "reason": "x" }),
            404,
            "missing",
        ),
        ("/api/v1/switches".to_owned(), json!({ "reason": " " }), 422, "invalid"),
        ("/api/v1/switches".to_owned(), json!({ "reason": "x", "runbook": "no" }), 404, "missing"),
    ]
}
