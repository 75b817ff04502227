//! What a step prints, where there is nothing to show.

use crate::site::{Ask, Site};

#[tokio::test]
async fn what_was_never_printed_is_said_to_be_missing() {
    let mut site = Site::new().await;
    let run = site.start().await;
    site.turn().await;
    for (target, detail) in [
        ("RUN-20260101-001/steps/click/output", "there is no run RUN-20260101-001"),
        ("RUN/steps/no-such/output", "there is no step \"no-such\" in talk"),
        ("RUN/steps/click/output", "there is no attempt 1 of click; 0 began"),
        ("RUN/steps/click/output/follow", "there is no attempt 1 of click; 0 began"),
        ("RUN/steps/click/output?attempt=0", "there is no attempt 0 of click; 0 began"),
        ("RUN/steps/..%2F..%2Fetc/output", "there is no step \"../../etc\" in talk"),
    ] {
        let target = target.replacen("RUN/", &format!("{run}/"), 1);
        let reply = site.get(&format!("/api/v1/runs/{target}")).await;
        assert_eq!((reply.status, &reply.json()["detail"]), (404, &detail.into()), "{target}");
    }
}

#[tokio::test]
async fn a_place_that_is_none_is_not_understood() {
    let mut site = Site::new().await;
    let run = site.start().await;
    site.turn().await;
    let output = format!("/api/v1/runs/{run}/steps/click/output");
    for target in [
        "?from=1&last=2",
        "?from=-1",
        "?stream=stdin",
        "?form=1",
        "/follow?after=1:2",
        "/follow?after=x:0:0",
    ] {
        let reply = site.get(&format!("{output}{target}")).await;
        assert_eq!(reply.status, 422, "{target}: {reply:?}");
    }
    let follow = Ask::new("GET", &format!("{output}/follow")).header("Last-Event-ID", "1:0:0:0");
    assert_eq!(site.send(&follow).await.status, 422);
}
