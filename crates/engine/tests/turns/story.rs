//! From a probe that fails to a page with its receipt, and back to quiet.

use std::fs;

use matoi_core::incident::event::Fact;
use matoi_core::incident::{PageState, Phase};

use crate::far_side::{FarSide, Manner};
use crate::proof::{everything_adds_up, nothing_is_owed};
use crate::stage::Stage;

/// A file that is there when all is well, and a person who has one webhook.
pub(crate) fn plan(hook: &FarSide) -> String {
    PLAN.replace("{HOOK}", &hook.url())
}

pub(crate) const PLAN: &str = r#"
matoi: 1
name: Shop
timezone: UTC
language: en
severities: { P0: { name: worst, targets: { acknowledge: 15m } } }
people:
  ann: { name: Ann, hours: always, reach: ["hook:ann"] }
escalation:
  default:
    - page: [ann]
channels:
  hook: { kind: webhook, url: "{HOOK}", timeout: 1s }
services:
  shop:
    watch: [{ alert: shop-down, kind: command, argv: [cat, "{DIR}/well"], every: 10s, timeout: 5s, for: 30s, severity: P0 }]
"#;

#[tokio::test]
async fn a_probe_that_fails_for_long_enough_pages_and_resolves_when_it_is_well_again() {
    let hook = FarSide::new(Manner::Takes);
    let stage = Stage::new(&plan(&hook), &[]);
    fs::write(stage.file("well"), "").unwrap();
    let mut engine = stage.open().await;
    stage.settle(&mut engine).await;

    fs::remove_file(stage.file("well")).unwrap();
    stage.live(&mut engine, 30, 10).await;
    assert_eq!(hook.keys().len(), 0, "it was not wrong for long enough");
    stage.live(&mut engine, 10, 10).await;

    let view = engine.only().await;
    let id = view.incident.id.clone();
    assert_eq!(hook.keys(), [format!("{id}/1/0")]);
    assert_eq!(hook.heard()[0].body["to"], "ann");
    let events = engine.handle.incident_events(&id).await.unwrap();
    let receipt = events.iter().find_map(|it| {
        if let Fact::PageDelivered { reference, tries, .. } = &it.fact {
            Some((reference.clone(), *tries))
        } else {
            None
        }
    });
    assert_eq!(receipt, Some(("200 OK, id x".to_owned(), 1)));

    fs::write(stage.file("well"), "").unwrap();
    stage.live(&mut engine, 10, 10).await;
    let incident = engine.incident(&id).await;
    assert_eq!(incident.phase, Phase::Resolved { at: stage.now() });
    assert!(incident.pages.values().all(|it| it.state == PageState::Delivered));
    everything_adds_up(&engine.handle).await;
    nothing_is_owed(&engine.handle).await;
    engine.close().await;
}

#[tokio::test]
async fn the_tiers_of_an_alert_are_one_incident_that_becomes_worse() {
    let hook = FarSide::new(Manner::Takes);
    let text = plan(&hook);
    let (head, _) = text.split_once("services:").unwrap();
    let head = head.replace("severities: { P0:", "severities: { P0: {}, P1:");
    // A disk in use is used by more than nothing, and so is this one by a little more than that.
    let tiers = "{ P1: host.disk(/) > 0%, P0: { when: host.disk(/) > 0.0001%, for: 30s } }";
    let stage =
        Stage::new(&format!("{head}alerts: {{ Disk: {{ tiers: {tiers}, every: 10s }} }}\n"), &[]);
    let mut engine = stage.open().await;
    stage.settle(&mut engine).await;
    assert_eq!(engine.only().await.incident.severity, "P1");
    stage.live(&mut engine, 40, 10).await;
    let incident = engine.only().await.incident;
    assert_eq!((incident.severity.as_str(), incident.firing().count()), ("P0", 2));
    everything_adds_up(&engine.handle).await;
    engine.close().await;
}
