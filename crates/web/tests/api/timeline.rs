//! Cursors: a reader who follows has every line once.

use serde_json::{Value, json};

use crate::site::Site;

fn lines(timeline: &Value) -> Vec<Value> {
    timeline["lines"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_reader_who_follows_misses_no_line_and_has_none_twice() {
    let mut site = Site::new().await;
    let id = site.declare("it is down").await;
    let base = format!("/api/v1/incidents/{id}");
    site.post(&format!("{base}/runs"), json!({ "runbook": "talk" })).await;
    let mut followed = Vec::new();
    let mut cursor = String::new();
    for round in 0..12 {
        if round % 3 == 0 {
            site.turn().await;
        }
        if round % 2 == 0 {
            let text = format!("note {round}");
            site.post(&format!("{base}/notes"), json!({ "text": text })).await;
        }
        // Some lines are of one moment, and some are of the run.
        if round % 4 == 3 {
            site.pass(7);
        }
        if round == 6 {
            let runs = site.get("/api/v1/runs").await.json();
            let run = runs[0]["id"].as_str().unwrap().to_owned();
            let step = runs[0]["steps"][0]["name"].clone();
            site.post(&format!("/api/v1/runs/{run}/tick"), json!({ "step": step, "item": 1 }))
                .await;
        }
        let page = site.get(&format!("{base}/timeline?after={cursor}")).await.json();
        followed.extend(lines(&page));
        cursor = page["next"].as_str().unwrap().to_owned();
    }
    let again = site.get(&format!("{base}/timeline?after={cursor}")).await.json();
    assert_eq!(lines(&again), Vec::<Value>::new(), "there is nothing more");
    assert_eq!(again["next"], cursor.as_str());

    let key = |line: &Value| line.to_string();
    let mut whole: Vec<String> =
        lines(&site.get(&format!("{base}/timeline")).await.json()).iter().map(key).collect();
    let mut followed: Vec<String> = followed.iter().map(key).collect();
    assert!(whole.iter().any(|it| it.contains("\"run\":\"RUN-")), "the run is in it: {whole:?}");
    whole.sort();
    followed.sort();
    assert_eq!(followed, whole);
}

#[tokio::test]
async fn the_timeline_of_a_run_follows_too() {
    let site = Site::new().await;
    let id = site.start().await;
    let base = format!("/api/v1/runs/{id}");
    let first = site.get(&format!("{base}/timeline")).await.json();
    assert!(!lines(&first).is_empty());
    let cursor = first["next"].as_str().unwrap();
    site.post(&format!("{base}/cancel"), json!({ "reason": "enough" })).await;
    let second = site.get(&format!("{base}/timeline?after={cursor}")).await.json();
    let whole = site.get(&format!("{base}/timeline")).await.json();
    let both: Vec<Value> = lines(&first).into_iter().chain(lines(&second)).collect();
    assert_eq!(both, lines(&whole));
    assert!(lines(&second).iter().any(|it| it.to_string().contains("enough")), "{second}");
}
