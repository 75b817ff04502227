//! The one way in which an incident changes: load, decide, commit.

use jiff::Timestamp;
use matoi_core::effect::{Effect, Raise};
use matoi_core::id::IncidentId;
use matoi_core::incident::Incident;
use matoi_core::incident::command::{Command, Declaration, Refusal};
use matoi_core::incident::draft::{Decision, World};
use matoi_core::incident::event::Event;
use matoi_store::{Claim, Commit, Lane, NewEffect, Place, Row, StoreError, Which, Workflow};

use crate::handle::Handle;
use crate::tell::{RACES_MAX, TellError};

/// An incident and its place in the store.
#[derive(Clone, Debug)]
pub struct IncidentView {
    pub version: u64,
    pub incident: Incident,
    /// When the next thing happens by itself.
    pub wake_at: Option<Timestamp>,
}

type Told = Result<IncidentView, TellError<Refusal>>;

impl Handle {
    /// Tells an incident something.
    pub async fn tell_incident(&self, id: &IncidentId, command: Command) -> Told {
        self.answer_incident(id, command, None).await
    }

    /// Tells an incident what became of an effect, and settles the effect in the same transaction.
    pub(crate) async fn answer_incident(
        &self,
        id: &IncidentId,
        command: Command,
        settles: Option<&Claim>,
    ) -> Told {
        for _ in 0..RACES_MAX {
            let now = self.now();
            let view = self.incident(id).await?;
            if let Command::Reopen { .. } = command {
                self.no_other_is_open(&view.incident).await?;
            }
            let plan = self.it.plans.of(&view.incident.plan).await.map_err(broken)?;
            let world = World { plan: &plan, base_url: self.it.config.base_url.as_deref() };
            let version = view.version + 1;
            let decision = view
                .incident
                .decide(command.clone(), world, version, now)
                .map_err(TellError::Refused)?;
            if decision.is_nothing() {
                if let Some(claim) = settles {
                    self.it.store.settle(claim, now).await.map_err(TellError::store)?;
                }
                return Ok(view);
            }
            match self.commit_incident(decision, version, world, settles, now).await {
                Ok(view) => return Ok(view),
                Err(StoreError::Conflict) => (),
                Err(err) => return Err(TellError::store(err)),
            }
        }
        Err(TellError::Busy)
    }

    /// Opens an incident because a person says so.
    pub async fn declare(&self, said: Declaration) -> Told {
        let Some(plan) = self.it.plans.current() else {
            return Err(TellError::Missing { what: "plan that rules".to_owned() });
        };
        for _ in 0..RACES_MAX {
            let now = self.now();
            let id = self.next_incident(&plan.zone, now).await.map_err(TellError::store)?;
            let world = World { plan: &plan, base_url: self.it.config.base_url.as_deref() };
            let decision = Incident::declare(id, plan.hash.clone(), said.clone(), world, now)
                .map_err(TellError::Refused)?;
            self.no_other_is_open(&decision.incident).await?;
            match self.commit_incident(decision, 1, world, None, now).await {
                Ok(view) => return Ok(view),
                Err(StoreError::Conflict) => (),
                Err(err) => return Err(TellError::store(err)),
            }
        }
        Err(TellError::Busy)
    }

    /// One topic is worked on in one incident.
    async fn no_other_is_open(&self, incident: &Incident) -> Result<(), TellError<Refusal>> {
        let Some(topic) = &incident.topic else { return Ok(()) };
        let open = self
            .it
            .store
            .load_open_by_topic(Workflow::Incident, topic)
            .await
            .map_err(TellError::store)?;
        match open.filter(|it| it.id != incident.id.0) {
            Some(row) => Err(TellError::Refused(Refusal::AlreadyOpen { id: row.id })),
            None => Ok(()),
        }
    }

    /// Opens an incident for an alert, or lets it join the open one of its topic.
    pub(crate) async fn raise(&self, raise: Raise, settles: &Claim) -> Told {
        for _ in 0..RACES_MAX {
            let topic = &raise.topic;
            let open = self
                .it
                .store
                .load_open_by_topic(Workflow::Incident, topic)
                .await
                .map_err(TellError::store)?;
            if let Some(row) = open {
                let id = IncidentId(row.id);
                let command = Command::Raise(raise.clone());
                match self.answer_incident(&id, command, Some(settles)).await {
                    // Somebody resolved it since it was found; what fires now is another one.
                    Err(TellError::Refused(Refusal::NotOpen)) => continue,
                    told => return told,
                }
            }
            let now = self.now();
            let plan = self.it.plans.of(&raise.plan).await.map_err(broken)?;
            let world = World { plan: &plan, base_url: self.it.config.base_url.as_deref() };
            let id = self.next_incident(&plan.zone, now).await.map_err(TellError::store)?;
            let Some(decision) = Incident::open_for(id, raise.clone(), world, now) else {
                return Err(TellError::Broken { what: "an opening that opens nothing".to_owned() });
            };
            match self.commit_incident(decision, 1, world, Some(settles), now).await {
                Ok(view) => return Ok(view),
                Err(StoreError::Conflict) => (),
                Err(err) => return Err(TellError::store(err)),
            }
        }
        Err(TellError::Busy)
    }

    /// Tells the open incident of a topic about an alert of it; without one there is nobody to tell.
    pub(crate) async fn tell_topic(
        &self,
        topic: &str,
        command: Command,
        settles: &Claim,
    ) -> Result<(), TellError<Refusal>> {
        let open = self
            .it
            .store
            .load_open_by_topic(Workflow::Incident, topic)
            .await
            .map_err(TellError::store)?;
        match open {
            Some(row) => {
                self.answer_incident(&IncidentId(row.id), command, Some(settles)).await.map(drop)
            }
            None => self.it.store.settle(settles, self.now()).await.map_err(TellError::store),
        }
    }

    async fn commit_incident(
        &self,
        decision: Decision,
        version: u64,
        world: World<'_>,
        settles: Option<&Claim>,
        now: Timestamp,
    ) -> Result<IncidentView, StoreError> {
        let incident = decision.incident;
        let wake_at = incident.wake_at(world);
        let effect = |it: &Effect| NewEffect {
            lane: lane(it),
            body: serde_json::to_string(it).expect("an effect is plain data"),
            due_at: due(it, now),
        };
        let closed_at = (!incident.is_open()).then_some(incident.last_at);
        let commit = Commit {
            workflow: Workflow::Incident,
            id: incident.id.0.clone(),
            version,
            state: serde_json::to_string(&incident).expect("an incident is plain data"),
            wake_at,
            closed_at,
            topic: incident.topic.clone(),
            parent: None,
            subject: None,
            events: decision
                .events
                .iter()
                .map(|it| serde_json::to_string(it).expect("an event is plain data"))
                .collect(),
            effects: decision.effects.iter().map(effect).collect(),
            settles: settles.cloned(),
        };
        self.commit(commit, now).await?;
        self.stored();
        Ok(IncidentView { version, incident, wake_at })
    }

    /// An incident as it is now.
    pub async fn incident(&self, id: &IncidentId) -> Told {
        let row = self.it.store.load(Workflow::Incident, &id.0).await.map_err(TellError::store)?;
        let row = row.ok_or_else(|| TellError::Missing { what: format!("incident {id}") })?;
        view(row)
    }

    /// Incidents, newest first.
    pub async fn incidents(
        &self,
        which: Which,
        limit: u32,
    ) -> Result<Vec<IncidentView>, TellError<Refusal>> {
        let filter = matoi_store::Filter { which, parent: None, before: None, limit };
        let rows =
            self.it.store.list(Workflow::Incident, filter).await.map_err(TellError::store)?;
        rows.into_iter().map(view).collect()
    }

    /// The timeline of an incident.
    pub async fn incident_events(&self, id: &IncidentId) -> Result<Vec<Event>, TellError<Refusal>> {
        let bodies = self.bodies(Workflow::Incident, &id.0).await.map_err(TellError::store)?;
        parse_all(&bodies)
    }

    /// All events of a workflow, in order.
    pub(crate) async fn bodies(
        &self,
        workflow: Workflow,
        id: &str,
    ) -> Result<Vec<String>, StoreError> {
        let mut bodies = Vec::new();
        let mut place = Place::START;
        loop {
            let page =
                self.it.store.list_events(workflow, id, place, matoi_store::LIST_MAX).await?;
            let Some(last) = page.last() else { return Ok(bodies) };
            place = last.place();
            bodies.extend(page.into_iter().map(|it| it.body));
        }
    }

    async fn next_incident(
        &self,
        zone: &jiff::tz::TimeZone,
        now: Timestamp,
    ) -> Result<IncidentId, StoreError> {
        let day = now.to_zoned(zone.clone()).date();
        let prefix = format!("INC-{}-", day.strftime("%Y%m%d"));
        let number = self.it.store.last_number(&prefix).await? + 1;
        Ok(IncidentId::new(day, number))
    }
}

/// When an effect is carried out at first: now, or, for a page of a digest, when the others have come.
fn due(effect: &Effect, now: Timestamp) -> Timestamp {
    match effect {
        Effect::SendPage(page) => page.urgency.meet(now),
        Effect::RaiseAlert(_)
        | Effect::LowerAlert { .. }
        | Effect::UnwatchAlert { .. }
        | Effect::StartRun(_)
        | Effect::TellIncident { .. }
        | Effect::PassLockOn { .. }
        | Effect::PerformStep(_)
        | Effect::ExamineStep(_)
        | Effect::CancelStep(_) => now,
    }
}

/// Which queue an effect waits in.
pub(crate) fn lane(effect: &Effect) -> Lane {
    match effect {
        Effect::SendPage(_) => Lane::Page,
        Effect::RaiseAlert(_)
        | Effect::LowerAlert { .. }
        | Effect::UnwatchAlert { .. }
        | Effect::StartRun(_)
        | Effect::PassLockOn { .. }
        | Effect::TellIncident { .. } => Lane::Inner,
        Effect::PerformStep(_) | Effect::ExamineStep(_) | Effect::CancelStep(_) => Lane::Step,
    }
}

pub(crate) fn parse_all<T: serde::de::DeserializeOwned, R: std::error::Error>(
    bodies: &[String],
) -> Result<Vec<T>, TellError<R>> {
    let parse = |it: &String| {
        serde_json::from_str(it).map_err(|err| TellError::Broken { what: err.to_string() })
    };
    bodies.iter().map(parse).collect()
}

pub(crate) fn broken<R: std::error::Error>(err: crate::plan::PlanError) -> TellError<R> {
    TellError::Broken { what: err.to_string() }
}

fn view(row: Row) -> Told {
    let incident = serde_json::from_str(&row.state)
        .map_err(|err| TellError::Broken { what: format!("the state of {}: {err}", row.id) })?;
    Ok(IncidentView { version: row.version, incident, wake_at: row.wake_at })
}
