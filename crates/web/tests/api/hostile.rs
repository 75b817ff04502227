//! Text from outside comes back as it went in, and is nothing but text.

use serde_json::json;

use crate::site::{Ask, Site};

const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "'; drop table incident; --",
    "{{7*7}} ${jndi:ldap://x} $(reboot) `reboot`",
    "\u{202e}detrevni\u{202c} \u{200b}zero",
    "山田 🚨 Ünïcödé",
    "| a | b |\\n# heading",
    "\"quotes\" and \\backslashes\\",
];

#[tokio::test]
async fn hostile_titles_and_notes_survive_the_way_there_and_back() {
    let site = Site::new().await;
    for text in HOSTILE {
        let id = site.declare(text).await;
        let base = format!("/api/v1/incidents/{id}");
        assert_eq!(site.get(&base).await.json()["title"], *text);
        let reply = site.post(&format!("{base}/notes"), json!({ "text": text })).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        for target in
            [format!("{base}/timeline"), format!("{base}/report"), "/api/v1/status".to_owned()]
        {
            let reply = site.get(&target).await;
            assert_eq!(reply.status, 200, "{target}: {reply:?}");
            assert!(reply.head.contains("content-type: application/json"), "{target}: {reply:?}");
            reply.json();
        }
        let events = site.engine.incident_events(&matoi_core::id::IncidentId(id)).await.unwrap();
        let stored = serde_json::to_value(&events).unwrap().to_string();
        assert!(stored.contains(&serde_json::to_string(text).unwrap()), "{text}: {stored}");
    }
}

#[tokio::test]
async fn an_actor_of_any_script_is_who_they_say() {
    let site = Site::new().await;
    let id = site.declare("x").await;
    let ask = Ask::new("POST", &format!("/api/v1/incidents/{id}/acknowledge"))
        .json(&json!({}))
        .header("matoi-actor", "%E5%B1%B1%E7%94%B0%20%3Cb%3E");
    let reply = site.send(&ask).await;
    assert_eq!(reply.json()["acknowledged_by"], "山田 <b>", "{reply:?}");
}

#[tokio::test]
async fn ids_from_outside_are_only_looked_up() {
    let site = Site::new().await;
    for id in ["..%2F..%2Fetc%2Fpasswd", "%27%20or%201%3D1", "%00", "INC-1%2F1%2F0", "alert%3Ashop"]
    {
        let reply = site.get(&format!("/api/v1/incidents/{id}")).await;
        assert_eq!(reply.no(), (404, "missing".to_owned()), "{id}");
        let reply = site.get(&format!("/api/v1/runs/{id}/timeline")).await;
        assert_eq!(reply.no(), (404, "missing".to_owned()), "{id}");
    }
}
