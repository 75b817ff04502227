//! What people do, and how the incident or the run is afterwards.

use serde_json::{Value, json};

use crate::site::{Ask, Site};

#[tokio::test]
async fn an_incident_goes_from_a_declaration_to_a_reopening() {
    let site = Site::new().await;
    let said = json!({ "title": "it is down", "severity": "P2", "service": "shop", "scope": "all",
                       "note": "seen by a customer", "since": "2026-01-05T00:30:00Z" });
    let reply = site.post("/api/v1/incidents", said).await;
    assert_eq!(reply.status, 201, "{reply:?}");
    let incident = reply.json();
    assert_eq!(
        (&incident["state"], &incident["since"]),
        (&json!("open"), &json!("2026-01-05T00:30:00Z"))
    );
    let outside = [&incident["contacts"][0]["name"], &incident["contacts"][1]["at"][0]];
    assert_eq!(outside, ["The host", "https://status.cdn.example"]);
    let id = incident["id"].as_str().unwrap();

    let steps: [(&str, Value, &str, Value); 9] = [
        ("acknowledge", json!({ "via": "phone" }), "/acknowledged_by", json!("ann")),
        ("notes", json!({ "text": "looking" }), "/state", json!("acknowledged")),
        ("assign", json!({ "to": "ben" }), "/lead", json!("ben")),
        ("severity", json!({ "to": "P0", "reason": "everybody" }), "/severity", json!("P0")),
        ("escalate", json!({}), "/state", json!("acknowledged")),
        ("escalate", json!({ "condition": "data was lost" }), "/conditions", json!([])),
        ("runs", json!({ "runbook": "talk" }), "/requested/0", json!("talk")),
        ("resolve", json!({ "reason": "mended" }), "/state", json!("resolved")),
        ("reopen", json!({ "reason": "it is back" }), "/state", json!("open")),
    ];
    for (act, body, field, expected) in steps {
        let reply = site.post(&format!("/api/v1/incidents/{id}/{act}"), body).await;
        assert_eq!(reply.status, 200, "{act}: {reply:?}");
        assert_eq!(reply.json().pointer(field), Some(&expected), "{act}: {reply:?}");
    }
}

#[tokio::test]
async fn a_run_is_ticked_voted_clicked_answered_and_cancelled() {
    let mut site = Site::new().await;
    let id = site.start().await;
    let list = site.get(&format!("/api/v1/runs/{id}")).await.json()["steps"][0]["name"].clone();
    let list = list.as_str().unwrap();
    for item in [1, 2] {
        let body = json!({ "step": list, "item": item, "note": "done" });
        let reply = site.post(&format!("/api/v1/runs/{id}/tick"), body).await;
        assert_eq!(reply.status, 200, "{reply:?}");
    }
    let vote = json!({ "step": "gate", "vote": "approve", "reason": "fine" });
    let reply = site.post(&format!("/api/v1/runs/{id}/vote"), vote).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.json()["phase"]["phase"], "held", "{reply:?}");
    let reply = site.post(&format!("/api/v1/runs/{id}/start"), json!({ "step": "click" })).await;
    assert_eq!(reply.status, 200, "{reply:?}");

    // The shim of this suite begins nothing, and after three tries a person is asked or the run has failed.
    for _ in 0..4 {
        site.turn().await;
        site.pass(3);
    }
    let run = site.get(&format!("/api/v1/runs/{id}")).await.json();
    if run["phase"]["phase"] == "held" {
        let answer = json!({ "step": "click", "answer": "skip", "reason": "by hand" });
        let reply = site.post(&format!("/api/v1/runs/{id}/answer"), answer).await;
        assert_eq!(reply.status, 200, "{reply:?}");
    } else {
        assert_eq!(run["phase"]["phase"], "ended", "{run}");
    }

    let other = site.start().await;
    let reply = site.post(&format!("/api/v1/runs/{other}/cancel"), json!({ "reason": "no" })).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.json()["phase"], json!({ "phase": "ended", "end": "aborted" }));
}

#[tokio::test]
async fn switches_are_thrown_and_put_back() {
    let site = Site::new().await;
    let thrown = site.post("/api/v1/switches", json!({ "reason": "we look first" })).await;
    assert_eq!(thrown.status, 200, "{thrown:?}");
    assert_eq!(thrown.json()[0]["by"], "ann");
    let thrown = site.post("/api/v1/switches", json!({ "runbook": "talk", "reason": "no" })).await;
    assert_eq!(thrown.json().as_array().unwrap().len(), 2);
    for target in ["/api/v1/switches?runbook=talk", "/api/v1/switches"] {
        let reply = site.send(&Ask::new("DELETE", target)).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        let reply = site.send(&Ask::new("DELETE", target)).await;
        assert_eq!(reply.no(), (404, "missing".to_owned()), "it is not thrown any more");
    }
    assert_eq!(site.get("/api/v1/switches").await.json(), json!([]));
}

#[tokio::test]
async fn a_plan_is_taken_anew_and_a_broken_one_is_refused_with_its_place() {
    let site = Site::new().await;
    site.write_plan(|it| it.replace("name: Shop", "name: Other shop"));
    let reply = site.send(&Ask::new("POST", "/api/v1/plan/reload")).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let hash = reply.json()["hash"].clone();
    site.write_plan(|it| it.replace("page: [ben]", "page: [nobody]"));
    let reply = site.send(&Ask::new("POST", "/api/v1/plan/reload")).await;
    assert_eq!(reply.no(), (422, "invalid".to_owned()));
    assert!(reply.json()["detail"].as_str().unwrap().contains("matoi.yaml:"), "{reply:?}");
    let status = site.get("/api/v1/status").await.json();
    assert_eq!((&status["plan"]["name"], &status["plan"]["hash"]), (&json!("Other shop"), &hash));
    assert!(!status["plan"]["refused"].as_array().unwrap().is_empty(), "{status}");
}

#[tokio::test]
async fn a_chore_is_listed_and_begun_by_hand_and_not_twice_at_once() {
    let site = Site::new().await;
    let chores = site.get("/api/v1/chores").await.json();
    let look = &chores[0];
    let told = [&look["name"], &look["state"], &look["every"], &look["owner"], &look["severity"]];
    assert_eq!(told, ["look", "well", "day at 03:00", "ann", "P2"]);
    assert_eq!(
        (&look["last_due"], &look["next_due"]),
        (&Value::Null, &json!("2026-01-05T18:00:00Z"))
    );

    let begun = site.post("/api/v1/chores/look/run", json!({})).await;
    assert_eq!(begun.status, 201, "{begun:?}");
    let run = begun.json()["id"].clone();
    let twice = site.post("/api/v1/chores/look/run", json!({})).await;
    assert_eq!((twice.status, &twice.json()["code"]), (409, &json!("refused")), "{twice:?}");
    assert_eq!(site.post("/api/v1/chores/luck/run", json!({})).await.status, 404);
    let chores = site.get("/api/v1/chores").await.json();
    assert_eq!((&chores[0]["state"], &chores[0]["run"]), (&json!("wrong"), &run));
    let reason = chores[0]["reason"].as_str().unwrap();
    assert!(reason.contains("waits for a person"), "{reason}");
}
