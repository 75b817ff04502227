//! What every question is answered with.

use crate::site::{Ask, Site};

#[tokio::test]
async fn every_question_has_the_documented_shape() {
    let mut site = Site::new().await;
    let incident = site.declare("it is down").await;
    let run = site.start().await;
    site.turn().await;
    let cases: [(&str, &[&str]); 9] = [
        ("/api/v1/status", &["now", "version", "plan", "health", "open", "on_call", "switches"]),
        ("/api/v1/incidents/INC", &["id", "title", "state", "alerts", "pages", "runs", "clocks"]),
        ("/api/v1/incidents/INC/timeline", &["lines", "next"]),
        ("/api/v1/incidents/INC/timeline?language=ja", &["lines", "next"]),
        ("/api/v1/incidents/INC/report", &["incident", "review"]),
        ("/api/v1/incidents/INC/report?language=ja", &["incident", "review"]),
        ("/api/v1/runs/RUN", &["id", "runbook", "steps", "phase", "wake_at", "language"]),
        ("/api/v1/runs/RUN/timeline?language=en", &["lines", "next"]),
        ("/api/health", &["state", "parts"]),
    ];
    for (target, fields) in cases {
        let target = target.replace("INC", &incident).replace("RUN", &run);
        let reply = site.get(&target).await;
        assert_eq!(reply.status, 200, "{target}: {reply:?}");
        let json = reply.json();
        for field in fields {
            assert!(json.get(field).is_some(), "{target} has no {field}: {json}");
        }
    }
    let page = &site.get(&format!("/api/v1/incidents/{incident}")).await.json()["pages"][0];
    assert_eq!(page["state"], "delivered", "{page}");
}

#[tokio::test]
async fn lists_show_what_is_asked_for_newest_first() {
    let site = Site::new().await;
    let mut ids = Vec::new();
    for number in 0..3 {
        ids.push(site.declare(&format!("trouble {number}")).await);
        site.pass(1);
    }
    let resolve = format!("/api/v1/incidents/{}/resolve", ids[0]);
    let reply = site.post(&resolve, serde_json::json!({ "reason": "seen" })).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let run = site.start().await;
    let list = async |target: &str| -> Vec<String> {
        let list = site.get(target).await.json();
        let ids = list.as_array().unwrap().iter();
        ids.map(|it| it["id"].as_str().unwrap().to_owned()).collect()
    };
    let [first, second, third] = [&ids[0], &ids[1], &ids[2]].map(String::as_str);
    assert_eq!(list("/api/v1/incidents").await, [third, second]);
    assert_eq!(list("/api/v1/incidents?state=resolved").await, [first]);
    assert_eq!(list("/api/v1/incidents?state=all&limit=2").await, [third, second]);
    assert_eq!(list("/api/v1/runs").await, [run.as_str()]);
    assert_eq!(list("/api/v1/runs?state=ended").await, Vec::<String>::new());
    assert_eq!(
        list(&format!("/api/v1/runs?state=all&incident={first}")).await,
        Vec::<String>::new()
    );
    assert_eq!(site.get("/api/v1/switches").await.json(), serde_json::json!([]));
}

#[tokio::test]
async fn whoever_asks_hears_their_own_language() {
    let mut site = Site::new().await;
    let incident = format!("/api/v1/incidents/{}", site.declare("it is down").await);
    site.turn().await;
    for (wanted, next, why) in [
        ("", "Take it, so that nobody else is woken", "you are first in line"),
        ("fr, ja;q=0.9", "対応を引き受けてください", "最初の担当です"),
    ] {
        let ask = |target: &str| Ask::new("GET", target).header("accept-language", wanted);
        let one = site.send(&ask(&incident)).await.json();
        assert_eq!(one["next_action"]["text"], next, "{one}");
        assert_eq!(one["pages"][0]["reason"], why, "{one}");
        let list = site.send(&ask("/api/v1/incidents")).await.json();
        assert_eq!(list[0]["next_action"]["text"], next, "{list}");
        let status = site.send(&ask("/api/v1/status")).await.json();
        assert_eq!(status["open"][0]["next_action"]["text"], next, "{status}");
    }
    let note = Ask::new("POST", &format!("{incident}/notes"))
        .json(&serde_json::json!({ "text": "seen" }))
        .header("accept-language", "ja");
    let answer = site.send(&note).await.json();
    assert_eq!(answer["next_action"]["text"], "対応を引き受けてください", "{answer}");
}

#[tokio::test]
async fn a_status_shows_the_worst_however_many_are_newer() {
    let site = Site::new().await;
    let worst = site.declare("it is down").await;
    for number in 0..100 {
        let milder = serde_json::json!({ "title": format!("slow {number}"), "severity": "P2" });
        let reply = site.post("/api/v1/incidents", milder).await;
        assert_eq!(reply.status, 201, "{reply:?}");
    }
    let status = site.get("/api/v1/status").await.json();
    assert_eq!(status["open"][0]["id"], worst.as_str(), "{}", status["open"][0]);
    assert_eq!(status["open"].as_array().unwrap().len(), 100);
    assert_eq!(status["open_count"], 101);
}

#[tokio::test]
async fn a_clock_that_nobody_has_to_keep_any_more_does_not_run_on() {
    let site = Site::new().await;
    let incident = format!("/api/v1/incidents/{}", site.declare("it is down").await);
    let clocks = async || {
        let shown = site.get(&incident).await.json();
        let clocks = shown["clocks"].as_array().unwrap().iter();
        clocks
            .map(|it| format!("{} {}", it["clock"], it["state"]).replace('"', ""))
            .collect::<Vec<String>>()
    };
    let running = clocks().await;
    assert!(running.contains(&"acknowledge running".to_owned()), "{running:?}");
    let resolve = serde_json::json!({ "reason": "a false alarm" });
    let reply = site.post(&format!("{incident}/resolve"), resolve).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let left = clocks().await;
    assert!(left.iter().all(|it| !it.ends_with("running")), "{left:?}");
}
