//! Signals become alerts.

use jiff::Timestamp;
use matoi_core::alert::{Alert, Decision, Event, Rule};
use matoi_core::effect::Effect;
use matoi_core::id::AlertId;
use matoi_core::signal::Signal;
use matoi_store::{Commit, Filter, Lane, NewEffect, StoreError, Which, Workflow};

use crate::handle::Handle;
use crate::tell::RACES_MAX;

impl Handle {
    /// Hears a signal. Once this returns `Ok`, what follows from it is stored.
    pub(crate) async fn hear(
        &self,
        id: &AlertId,
        signal: &Signal,
        rule: &Rule,
    ) -> Result<(), StoreError> {
        self.change_alert(id, |alert, now| alert.decide(signal, rule, now)).await
    }

    /// Makes known that the plan no longer watches an alert.
    pub(crate) async fn unwatch(&self, id: &AlertId) -> Result<(), StoreError> {
        self.change_alert(id, Alert::unwatch).await
    }

    /// Every alert of which anything was ever heard.
    pub(crate) async fn known_alerts(&self) -> Result<Vec<AlertId>, StoreError> {
        let mut ids = Vec::new();
        let mut before = None;
        loop {
            let limit = matoi_store::LIST_MAX;
            let filter = Filter { which: Which::Open, parent: None, before, limit };
            let rows = self.it.store.list(Workflow::Alert, filter).await?;
            let Some(last) = rows.last() else { return Ok(ids) };
            before = Some(last.cursor());
            ids.extend(rows.into_iter().map(|it| AlertId(it.id)));
        }
    }

    async fn change_alert(
        &self,
        id: &AlertId,
        decide: impl Fn(&Alert, Timestamp) -> Decision,
    ) -> Result<(), StoreError> {
        for _ in 0..RACES_MAX {
            let now = self.now();
            let row = self.it.store.load(Workflow::Alert, &id.0).await?;
            let version = row.as_ref().map_or(0, |it| it.version);
            let mut alert: Alert = match row {
                Some(row) => serde_json::from_str(&row.state).map_err(|err| {
                    StoreError::Corrupt { what: format!("the state of {id}: {err}") }
                })?,
                None => Alert::quiet(id.clone()),
            };
            let decision = decide(&alert, now);
            if decision.events.is_empty() {
                return Ok(());
            }
            for event in &decision.events {
                alert.apply(event);
            }
            let commit = commit(id, version + 1, &alert, &decision.events, &decision.effects, now);
            match self.commit(commit, now).await {
                Ok(()) => {
                    self.stored();
                    return Ok(());
                }
                Err(StoreError::Conflict) => (),
                Err(
                    err @ (StoreError::Missing
                    | StoreError::Unavailable(_)
                    | StoreError::Corrupt { .. }
                    | StoreError::TooLarge { .. }),
                ) => return Err(err),
            }
        }
        Err(StoreError::Conflict)
    }
}

fn commit(
    id: &AlertId,
    version: u64,
    alert: &Alert,
    events: &[Event],
    effects: &[Effect],
    now: Timestamp,
) -> Commit {
    let text = |it: &Effect| serde_json::to_string(it).expect("an effect is plain data");
    Commit {
        workflow: Workflow::Alert,
        id: id.0.clone(),
        version,
        state: serde_json::to_string(alert).expect("an alert is plain data"),
        wake_at: None,
        closed_at: None,
        topic: None,
        parent: None,
        subject: None,
        events: events
            .iter()
            .map(|it| serde_json::to_string(it).expect("an event is plain data"))
            .collect(),
        effects: effects
            .iter()
            .map(|it| NewEffect { lane: Lane::Inner, body: text(it), due_at: now })
            .collect(),
        settles: None,
    }
}
