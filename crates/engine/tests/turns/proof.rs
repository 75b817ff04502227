//! What must hold of everything that is stored, whatever happened to the engine.

use matoi_core::{alert, incident, run};
use matoi_engine::Handle;
use matoi_store::{Filter, LIST_MAX, Place, Row, Stored, Which, Workflow};
use serde::de::DeserializeOwned;

/// Versions have no gap, and folding the events gives the row.
pub(crate) async fn everything_adds_up(handle: &Handle) {
    for workflow in [Workflow::Alert, Workflow::Incident, Workflow::Run] {
        let filter = Filter { which: Which::All, parent: None, before: None, limit: LIST_MAX };
        for row in handle.store().list(workflow, filter).await.unwrap() {
            let events = handle
                .store()
                .list_events(workflow, &row.id, Place::START, LIST_MAX)
                .await
                .unwrap();
            has_no_gap(&row, &events);
            folds_to(handle, &row, &events).await;
        }
    }
}

fn has_no_gap(row: &Row, events: &[Stored]) {
    let mut versions: Vec<u64> = events.iter().map(|it| it.version).collect();
    versions.dedup();
    let expected: Vec<u64> = (1..=row.version).collect();
    assert_eq!(versions, expected, "versions of {}", row.id);
}

async fn folds_to(handle: &Handle, row: &Row, events: &[Stored]) {
    let folded = match row.workflow {
        Workflow::Alert => {
            let mut alert = alert::Alert::quiet(matoi_core::id::AlertId(row.id.clone()));
            for event in parsed::<alert::Event>(events) {
                alert.apply(&event);
            }
            serde_json::to_string(&alert)
        }
        Workflow::Incident => {
            let events = parsed::<incident::event::Event>(events);
            serde_json::to_string(&incident::Incident::fold(&events).unwrap())
        }
        Workflow::Run => {
            let kept: run::Run = serde_json::from_str(&row.state).unwrap();
            let plan = handle.plans().of(&kept.plan).await.unwrap();
            let events = parsed::<run::event::Event>(events);
            serde_json::to_string(&run::Run::fold(&events, &plan.runbooks[&kept.runbook]).unwrap())
        }
    };
    assert_eq!(folded.unwrap(), row.state, "the row of {} is the fold of its events", row.id);
}

fn parsed<T: DeserializeOwned>(events: &[Stored]) -> Vec<T> {
    events.iter().map(|it| serde_json::from_str(&it.body).unwrap()).collect()
}

/// Nothing is owed to the world any more.
pub(crate) async fn nothing_is_owed(handle: &Handle) {
    for lane in handle.store().outbox_depth(handle.now()).await.unwrap() {
        assert_eq!(lane.unsettled, 0, "{lane:?}");
    }
}
