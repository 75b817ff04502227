//! What people do: at night whatever they like, in the morning what they are asked.

use matoi_core::incident::command::{Command, ResolveGround};
use matoi_core::run::command::Command as ToRun;
use matoi_core::run::event::{Answer, Hold, Vote};
use matoi_core::run::{Phase, Run, StepState};
use matoi_core::signal::Signal;

use super::plan::SERVICES;
use super::trouble::Trouble;
use super::{Broken, Hour, ROUNDS_MAX, World};

const PEOPLE: [&str; 3] = ["ann", "cat", "dan"];

impl World<'_> {
    /// Somebody does something about an incident or a run that is open.
    pub(super) fn somebody(&mut self) -> Result<(), Broken> {
        if self.chance.percent(10) {
            let service = self.chance.pick(&SERVICES).map(|it| (*it).to_owned());
            let service = service.filter(|_| self.chance.percent(50));
            self.declare(service);
            return Ok(());
        }
        let all: Vec<String> = self.store.incidents.keys().cloned().collect();
        let open = |id: &&String| self.store.incidents[*id].row.is_open();
        let open: Vec<String> = all.iter().filter(open).cloned().collect();
        let among = if open.is_empty() { &all } else { &open };
        let Some(id) = self.chance.pick(among).cloned() else { return Ok(()) };
        let command = self.something_said();
        self.say(&id, &command)?;
        if self.chance.percent(15) {
            let open = self.store.runs.iter().filter(|it| it.1.row.is_open());
            let runs: Vec<String> = open.map(|it| it.0.clone()).collect();
            if let Some(run) = self.chance.pick(&runs).cloned() {
                let (by, reason) = ("dan".to_owned(), "wrong host".to_owned());
                let _ = self.tell_run(&run, &ToRun::Cancel { by, reason }, None)?;
            }
        }
        Ok(())
    }

    /// What a person may say of an incident at any moment.
    pub(super) fn something_said(&mut self) -> Command {
        let by = self.chance.pick(&PEOPLE).map_or_else(String::new, |it| (*it).to_owned());
        let reason = "because of a customer".to_owned();
        match self.chance.below(20) {
            0..7 => Command::Acknowledge { by, via: None },
            7..11 => Command::Note { by, text: reason },
            11 => Command::Assign { to: by.clone(), by },
            12 => Command::ChangeSeverity { by, to: "P1".to_owned(), reason },
            13 => Command::ChangeSeverity { by, to: "P2".to_owned(), reason },
            14 => Command::Escalate { by, condition: None },
            15 => Command::Escalate { by, condition: Some("data is lost".to_owned()) },
            16 => Command::Resolve { by, ground: ResolveGround::Reason(reason) },
            17 => Command::Resolve { by, ground: ResolveGround::Checks },
            18 => Command::RequestRun { by, runbook: "check".to_owned() },
            _ => Command::Wake,
        }
    }

    fn say(&mut self, id: &str, command: &Command) -> Result<(), Broken> {
        if let (Command::Acknowledge { .. }, Some(kept)) = (command, self.store.incidents.get(id))
            && kept.row.acknowledged.is_none()
            && (kept.row.owed().next().is_some() || kept.wake_at.is_some())
        {
            self.tally.met(Trouble::AcknowledgedMeanwhile);
        }
        self.tell_incident(id, command, None).map(drop)
    }

    /// Somebody whose page arrived takes it, and does what a run waits for; sometimes it was resolved too early.
    pub(super) fn paged(&mut self, incident: &str, person: &str) -> Result<(), Broken> {
        let by = person.to_owned();
        let Some(kept) = self.store.incidents.get(incident) else { return Ok(()) };
        if !kept.row.is_open() {
            let topic = kept.row.topic.clone();
            let other = topic.is_some_and(|it| self.store.open_of(&it).is_some());
            if !other && self.chance.percent(20) {
                let reason = "it is not over".to_owned();
                return self.say(incident, &Command::Reopen { by, reason });
            }
            return Ok(());
        }
        self.say(incident, &Command::Acknowledge { by, via: Some("chat".to_owned()) })?;
        let of = |it: &Run| it.is_open() && it.incident.as_ref().is_some_and(|id| id.0 == incident);
        let runs = self.store.runs.iter().filter(|it| of(&it.1.row));
        let runs: Vec<String> = runs.map(|it| it.0.clone()).collect();
        for run in runs {
            self.do_what_is_asked(&run, person)?;
        }
        Ok(())
    }

    /// Answers, ticks, and votes, as far as a run waits for it.
    fn do_what_is_asked(&mut self, run: &str, person: &str) -> Result<(), Broken> {
        let Some(kept) = self.store.runs.get(run) else { return Ok(()) };
        let row = kept.row.clone();
        let (by, reason) = (person.to_owned(), "I looked at it".to_owned());
        let command = match &row.phase {
            Phase::Held { step, reason: Hold::Click } => ToRun::Start { step: step.clone(), by },
            Phase::Held { step, reason: Hold::Failed { .. } | Hold::Unclear { .. } } => {
                let all =
                    [Answer::MarkDone, Answer::Rerun, Answer::Skip, Answer::Undo, Answer::Abort];
                let answer = self.chance.pick(&all).copied().unwrap_or(Answer::Abort);
                ToRun::Answer { step: step.clone(), by, answer, reason }
            }
            Phase::Held { reason: Hold::Switch { .. } | Hold::Lock { .. }, .. }
            | Phase::Ended { .. } => return Ok(()),
            Phase::Going => match asked_of_people(&row, by) {
                Some(command) => command,
                None => return Ok(()),
            },
        };
        self.tell_run(run, &command, None).map(drop)
    }

    /// The trouble ends, the alerts clear, and people do what they are asked until nothing is left to do.
    pub(super) fn come_to_rest(&mut self) -> Result<(), Broken> {
        self.hour = Hour::Morning;
        self.queue.clear();
        self.late.clear();
        self.reality.down.clear();
        self.store.switches.0.clear();
        self.asleep_until = self.time;
        self.at(self.time, super::happening::Happening::SwitchOff);
        for service in SERVICES {
            self.at(self.time, super::happening::Happening::Signal(service, Signal::Good));
        }
        let minutes = |count| jiff::SignedDuration::from_mins(count);
        self.pass_to(self.time + minutes(10))?;
        self.check_held_runs()?;
        for _ in 0..ROUNDS_MAX {
            let open = self.store.runs.iter().filter(|it| it.1.row.is_open());
            let runs: Vec<String> = open.map(|it| it.0.clone()).collect();
            if runs.is_empty() && self.store.outbox.is_empty() {
                return self.resolve_everything();
            }
            for run in runs {
                self.do_what_is_asked(&run, "dan")?;
            }
            self.pass_to(self.time + minutes(10))?;
        }
        let open: Vec<_> = self.store.runs.values().filter(|it| it.row.is_open()).collect();
        Err(format!("it does not come to an end: {:#?}", open.first().map(|it| &it.row)))
    }

    fn resolve_everything(&mut self) -> Result<(), Broken> {
        let open = self.store.incidents.iter().filter(|it| it.1.row.is_open());
        let incidents: Vec<String> = open.map(|it| it.0.clone()).collect();
        for id in incidents {
            let ground = ResolveGround::Reason("it is well again".to_owned());
            let by = "dan".to_owned();
            if let Err(refusal) = self.tell_incident(&id, &Command::Resolve { by, ground }, None)? {
                return Err(format!("{id} cannot be resolved: {refusal}"));
            }
        }
        self.pass_to(self.time + jiff::SignedDuration::from_mins(10))?;
        match self.store.outbox.values().next() {
            Some(it) => Err(format!("{:?} is never carried out", it.effect)),
            None => Ok(()),
        }
    }
}

/// A gate or a list, and what is done about it.
fn asked_of_people(run: &Run, by: String) -> Option<ToRun> {
    run.steps.iter().find_map(|(step, it)| match it {
        StepState::Gate { .. } => {
            let (step, by) = (step.clone(), by.clone());
            Some(ToRun::Vote { step, by, vote: Vote::Approve, reason: None })
        }
        StepState::List { items, ticked } if ticked.len() < items.len() => {
            let (step, item, by) = (step.clone(), ticked.len(), by.clone());
            Some(ToRun::Tick { step, item, by, note: None })
        }
        StepState::List { .. }
        | StepState::Performing { .. }
        | StepState::RetryAt { .. }
        | StepState::Done
        | StepState::Failed { .. }
        | StepState::Unclear { .. }
        | StepState::Skipped
        | StepState::Examining { .. }
        | StepState::Examined { .. }
        | StepState::Waiting { .. } => None,
    })
}
