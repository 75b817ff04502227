//! What may happen in a story.
//!
//! ```text
//! alert NAME bad|good|unknown [REASON]         declare BY SEVERITY [service=NAME] TITLE
//! alert NAME unwatched
//! ack BY          note BY TEXT                 assign BY TO         severity BY TO REASON
//! escalate BY [CONDITION]                      resolve BY checks | resolve BY REASON
//! reopen BY REASON                             request BY RUNBOOK   run BY RUNBOOK
//! step NAME done [KEY=VALUE]|exit CODE REASON|failed|unclear|not-started REASON
//! start BY STEP   answer BY STEP mark-done|rerun|skip|undo|abort REASON
//! approve BY STEP refuse BY STEP REASON        tick BY STEP NUMBER  cancel BY REASON
//! channel NAME down|rejects|up [REASON]        switch on BY REASON | switch off
//! clock +1h|-1h   server stops|starts          wake                 end
//! ```
//!
//! They mean the latest incident and the latest run.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use matoi_core::alert::{Alert, Rule};
use matoi_core::effect::Starter;
use matoi_core::gate::{Scope, Switch};
use matoi_core::id::{AlertId, RunId};
use matoi_core::incident::Incident;
use matoi_core::incident::command::{Command, Declaration, ResolveGround};
use matoi_core::run::command::Command as ToRun;
use matoi_core::run::event::{Answer, Finding, Outcome, Output, Purpose, Vote};
use matoi_core::run::start::Beginning;
use matoi_core::signal::Signal;

use crate::stage::{Server, Stage};
use crate::told;

impl Stage<'_> {
    /// Lets a line happen; a refusal is a line of the timeline.
    pub(crate) fn happen(&mut self, words: &str) {
        let (verb, rest) = words.split_once(' ').unwrap_or((words, ""));
        let (by, what) = rest.split_once(' ').unwrap_or((rest, ""));
        let told = match verb {
            "alert" => self.look(by, what),
            "declare" => self.declare(by, what),
            "run" => self.run(by, what, Purpose::Perform),
            "rehearse" => self.run(by, what, Purpose::Rehearse),
            "ack" | "note" | "assign" | "severity" | "escalate" | "resolve" | "reopen"
            | "request" => self.command_incident(verb, by, what),
            "step" => self.end_step(by, what),
            "examined" => self.examined(by, what),
            "start" | "answer" | "approve" | "refuse" | "tick" | "cancel" => {
                let (index, what) = self.which_run(what);
                let command = command_run(verb, by, what);
                self.tell_run(index, command).map_err(|err| err.to_string())
            }
            "channel" | "switch" | "clock" | "server" | "wake" | "end" => {
                self.surround(verb, rest);
                Ok(())
            }
            other => panic!("nothing is called {other}"),
        };
        if let Err(refusal) = told {
            self.say(&format!("refused: {words} | {refusal}"));
        }
    }

    fn surround(&mut self, verb: &str, rest: &str) {
        match (verb, rest.split_once(' ').unwrap_or((rest, ""))) {
            ("channel", _) => self.town.channel(rest),
            ("switch", ("on", rest)) => {
                let (by, reason) = rest.split_once(' ').unwrap();
                let (by, reason) = (by.to_owned(), reason.to_owned());
                self.switches.0.push(Switch { scope: Scope::All, by, reason, at: self.now() });
            }
            ("switch", _) => {
                self.switches.0.clear();
                self.wake_all();
            }
            ("clock", _) => {
                self.ahead += rest.trim_start_matches('+').parse::<SignedDuration>().unwrap();
                self.say(&format!("the clock is set by {rest}"));
                self.wake_all();
            }
            ("server", ("stops", _)) => self.server = Server::Down,
            ("server", _) => {
                self.server = Server::Up;
                self.say("the server starts");
                self.wake_all();
            }
            ("wake", _) => self.wake_all(),
            _ => (),
        }
    }

    /// A look at what an alert watches.
    fn look(&mut self, name: &str, what: &str) -> Result<(), String> {
        let (state, reason) = what.split_once(' ').unwrap_or((what, "it is bad"));
        let reason = reason.to_owned();
        let (id, rule) = self.rule(name);
        let mut alert = self.alerts.remove(&id).unwrap_or_else(|| Alert::quiet(id.clone()));
        let decision = match state {
            "bad" => alert.decide(&Signal::Bad { reason }, &rule, self.now()),
            "unknown" => alert.decide(&Signal::Unknown { reason }, &rule, self.now()),
            "good" => alert.decide(&Signal::Good, &rule, self.now()),
            "unwatched" => alert.unwatch(self.now()),
            other => panic!("a look is bad, good or unknown, not {other}"),
        };
        for event in &decision.events {
            alert.apply(event);
            self.say(&format!("{name}  {}", told::alert(&event.fact)));
        }
        self.alerts.insert(id, alert);
        decision.effects.into_iter().for_each(|it| self.ask(it));
        Ok(())
    }

    /// The rule of a watch or of an alert of the plan, as the engine makes it.
    fn rule(&self, name: &str) -> (AlertId, Rule) {
        let plan = self.plan();
        let mut watches =
            plan.services.values().flat_map(|it| it.watch.iter().map(move |w| (it, w)));
        let (service, lasting, severity, runbook, escalation) =
            match (plan.alerts.get(name), watches.find(|it| it.1.alert == name)) {
                (Some(it), _) => {
                    let (severity, runbook) = (it.severity.as_deref(), it.runbook.as_deref());
                    (it.service.clone(), it.lasting, severity, runbook, it.escalation.clone())
                }
                (None, Some((of, it))) => {
                    let (severity, runbook) = (it.severity.as_deref(), it.runbook.as_deref());
                    (Some(of.name.clone()), it.lasting, severity, runbook, of.escalation.clone())
                }
                (None, None) => panic!("the plan watches no {name}"),
            };
        let service_name = service.as_deref();
        let rule = Rule {
            tier_of: None,
            name: name.to_owned(),
            lasting,
            severity: plan.severity_for_alert(severity, service_name).unwrap().label.clone(),
            runbook: plan.runbook_for_alert(name, runbook, service_name).map(str::to_owned),
            service,
            escalation,
            plan: plan.hash.clone(),
        };
        (AlertId(format!("alert:{name}")), rule)
    }

    fn declare(&mut self, by: &str, what: &str) -> Result<(), String> {
        let (severity, title) = what.split_once(' ').unwrap();
        let (service, title) = match title.strip_prefix("service=") {
            Some(it) => it.split_once(' ').map(|(name, it)| (Some(name.to_owned()), it)).unwrap(),
            None => (None, title),
        };
        let said = Declaration {
            by: by.to_owned(),
            title: title.to_owned(),
            severity: severity.to_owned(),
            service,
            scope: None,
            note: None,
            since: None,
        };
        let (id, hash) = (self.next_incident(), self.plan().hash.clone());
        let decision = Incident::declare(id, hash, said, self.world(), self.now());
        self.keep_incident(self.incidents.len(), decision.map_err(|err| err.to_string())?);
        Ok(())
    }

    fn run(&mut self, by: &str, runbook: &str, purpose: Purpose) -> Result<(), String> {
        let number = u32::try_from(self.runs.len()).unwrap() + 1;
        let it = Beginning {
            id: RunId::new(self.script_day(), number),
            incident: None,
            plan: self.plan().hash.clone(),
            by: Starter::Person { name: by.to_owned() },
            purpose,
            params: BTreeMap::new(),
            labels: BTreeMap::new(),
        };
        self.begin_run(runbook, it)
    }

    fn command_incident(&mut self, verb: &str, by: &str, what: &str) -> Result<(), String> {
        let (first, rest) = what.split_once(' ').unwrap_or((what, ""));
        let (by, text) = (by.to_owned(), what.to_owned());
        let command = match verb {
            "ack" => Command::Acknowledge { by, via: None },
            "note" => Command::Note { by, text },
            "assign" => Command::Assign { by, to: text },
            "severity" => {
                Command::ChangeSeverity { by, to: first.to_owned(), reason: rest.to_owned() }
            }
            "escalate" => {
                Command::Escalate { by, condition: Some(text).filter(|it| !it.is_empty()) }
            }
            "resolve" if what == "checks" => Command::Resolve { by, ground: ResolveGround::Checks },
            "resolve" => Command::Resolve { by, ground: ResolveGround::Reason(text) },
            "reopen" => Command::Reopen { by, reason: text },
            _ => Command::RequestRun { by, runbook: text },
        };
        let index = self.incidents.len() - 1;
        self.tell_incident(index, command).map_err(|err| err.to_string())
    }

    /// What was found out about a step that a rehearsal does not perform.
    fn examined(&mut self, step: &str, what: &str) -> Result<(), String> {
        let (word, rest) = what.split_once(' ').unwrap_or((what, ""));
        let finding = match word {
            "ready" => Finding::Ready,
            "lacks" => Finding::Lacks { what: rest.to_owned() },
            "unproved" => Finding::Unproved { why: rest.to_owned() },
            other => panic!("nothing is found {other}"),
        };
        let command = ToRun::StepExamined { step: step.to_owned(), finding };
        self.tell_run(self.runs.len() - 1, command).map_err(|err| err.to_string())
    }

    /// The run that is meant: the latest, or the first of all with `1/` before the step.
    fn which_run<'w>(&self, words: &'w str) -> (usize, &'w str) {
        match words.split_once('/').map(|it| (it.0.parse::<usize>(), it.1)) {
            Some((Ok(number), rest)) => (number - 1, rest),
            Some((Err(_), _)) | None => (self.runs.len() - 1, words),
        }
    }

    /// The latest attempt of a step ends; `name#2` means an attempt by its number.
    fn end_step(&mut self, name: &str, what: &str) -> Result<(), String> {
        let (index, name) = self.which_run(name);
        let (name, attempt) = match name.split_once('#') {
            Some((name, attempt)) => (name, attempt.parse().unwrap()),
            None => (name, self.runs[index].row.attempts.get(name).copied().unwrap_or(1)),
        };
        let (state, rest) = what.split_once(' ').unwrap_or((what, ""));
        let mut output = Output::default();
        let reason = rest.to_owned();
        let outcome = match state {
            "done" => {
                let pairs = rest.split_whitespace().filter_map(|it| it.split_once('='));
                output.values = pairs.map(|(key, it)| (key.to_owned(), it.to_owned())).collect();
                Outcome::Done
            }
            "failed" => Outcome::Failed { reason },
            "exit" => {
                let (code, reason) = rest.split_once(' ').unwrap();
                output.exit = Some(code.parse().unwrap());
                Outcome::Failed { reason: reason.to_owned() }
            }
            "unclear" => Outcome::Unclear { reason },
            "not-started" => Outcome::NotStarted { reason },
            other => panic!("a step does not end {other}"),
        };
        let step = name.to_owned();
        let command = ToRun::StepEnded { step, attempt, outcome, output };
        self.tell_run(index, command).map_err(|err| err.to_string())
    }
}

fn command_run(verb: &str, by: &str, what: &str) -> ToRun {
    let (step, rest) = what.split_once(' ').unwrap_or((what, ""));
    let (by, step) = (by.to_owned(), step.to_owned());
    match verb {
        "start" => ToRun::Start { step, by },
        "approve" => ToRun::Vote { step, by, vote: Vote::Approve, reason: None },
        "refuse" => ToRun::Vote { step, by, vote: Vote::Refuse, reason: Some(rest.to_owned()) },
        "tick" => {
            let item = rest.parse::<usize>().unwrap() - 1;
            ToRun::Tick { step, item, by, note: None }
        }
        "cancel" => ToRun::Cancel { by, reason: what.to_owned() },
        _ => {
            let (answer, reason) = rest.split_once(' ').unwrap_or((rest, ""));
            let answer = match answer {
                "mark-done" => Answer::MarkDone,
                "rerun" => Answer::Rerun,
                "skip" => Answer::Skip,
                "undo" => Answer::Undo,
                "abort" => Answer::Abort,
                other => panic!("nobody answers {other}"),
            };
            ToRun::Answer { step, by, answer, reason: reason.to_owned() }
        }
    }
}
