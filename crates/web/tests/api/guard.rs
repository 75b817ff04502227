//! Who may ask, from where.

use matoi_web::Access;
use serde_json::json;

use crate::site::{Ask, Site, TOKEN};

#[tokio::test]
async fn without_the_token_there_is_no_answer_and_no_act() {
    let site = Site::new().await;
    let wrong = [
        String::new(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        format!("Bearer {}", &TOKEN[1..]),
        format!("Bearer {TOKEN}x"),
        format!("bearer {TOKEN}"),
        format!("Basic {TOKEN}"),
    ];
    for value in wrong {
        let ask = Ask::new("GET", "/api/v1/status").header("authorization", &value);
        assert_eq!(site.send(&ask).await.no(), (401, "unauthorized".to_owned()), "{value:?}");
        let ask = Ask::new("POST", "/api/v1/incidents")
            .json(&json!({ "title": "x", "severity": "P0" }))
            .header("authorization", &value);
        assert_eq!(site.send(&ask).await.no(), (401, "unauthorized".to_owned()), "{value:?}");
    }
    for open in ["/api/health", "/metrics"] {
        let ask = Ask::new("GET", open).header("authorization", "");
        assert_eq!(site.send(&ask).await.status, 200, "{open}");
    }
    assert_eq!(site.get("/api/v1/incidents?state=all").await.json(), json!([]));
}

#[tokio::test]
async fn a_name_that_was_bound_to_this_machine_is_not_this_machine() {
    for access in [Access::Open, Access::Token(TOKEN.to_owned())] {
        let site = Site::with(access).await;
        let port = site.host().split_off("127.0.0.1:".len());
        for name in
            ["evil.example", "127.evil.example", "127.0.0.1.evil.example", "localhost.evil.example"]
        {
            for target in ["/api/v1/status", "/api/health", "/metrics"] {
                let ask = Ask::new("GET", target).header("host", &format!("{name}:{port}"));
                assert_eq!(
                    site.send(&ask).await.no(),
                    (403, "forbidden".to_owned()),
                    "{name}{target}"
                );
            }
        }
        for name in ["localhost", "LOCALHOST", "127.0.0.1", "[::1]"] {
            let ask = Ask::new("GET", "/api/v1/status").header("host", &format!("{name}:{port}"));
            assert_eq!(site.send(&ask).await.status, 200, "{name}");
        }
    }
}

/// With `--dev` nothing but the browser's own rules and ours stand between a page of another site and an act.
#[tokio::test]
async fn a_page_of_another_site_cannot_act() {
    let site = Site::with(Access::Open).await;
    let host = site.host();
    let declare = Ask::new("POST", "/api/v1/incidents")
        .json(&json!({ "title": "x", "severity": "P0" }))
        .header("authorization", "");
    let reload = Ask::new("POST", "/api/v1/plan/reload").header("authorization", "");
    let foreign = [
        ("origin", "https://evil.example".to_owned()),
        ("origin", "null".to_owned()),
        ("origin", "http://127.0.0.1:1".to_owned()),
        ("origin", format!("https://{host}")),
        ("sec-fetch-site", "cross-site".to_owned()),
        ("sec-fetch-site", "same-site".to_owned()),
    ];
    for (name, value) in &foreign {
        for ask in [&declare, &reload] {
            let reply = site.send(&ask.clone().header(name, value)).await;
            assert_eq!(reply.no(), (403, "forbidden".to_owned()), "{name}: {value}");
        }
    }
    // A form needs no leave, and cannot say that it is JSON.
    let form = declare.clone().header("content-type", "text/plain");
    assert_eq!(site.send(&form).await.no(), (422, "invalid".to_owned()));
    let own =
        declare.header("origin", &format!("http://{host}")).header("sec-fetch-site", "same-origin");
    assert_eq!(site.send(&own).await.status, 201);
    let reply = site.get("/api/v1/status").await;
    assert!(!reply.head.contains("access-control-allow"), "nobody else may read: {reply:?}");
}
