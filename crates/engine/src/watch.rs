//! What the plan watches, as probes that can be asked.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use matoi_core::alert::Rule;
use matoi_core::id::AlertId;
use matoi_core::plan::{AlertSource, Condition, Plan};
use matoi_core::signal::{Answer, Signal, judge};
use matoi_edge::probe::{self, Probe};

use crate::handle::Handle;

/// A condition that is asked about.
pub(crate) struct Watched {
    pub(crate) id: AlertId,
    pub(crate) rule: Rule,
    pub(crate) every: SignedDuration,
    pub(crate) timeout: Duration,
    pub(crate) question: Question,
    pub(crate) next: Timestamp,
}

/// What is asked.
#[derive(Clone)]
pub(crate) enum Question {
    /// A configured probe.
    Probe(Arc<dyn Probe>),
    /// A figure of this machine, compared.
    Host(Condition),
    /// The plan asks for something that cannot be asked; that is an answer, and a person hears it.
    Impossible { reason: String },
}

impl Handle {
    /// Everything that the plan watches.
    pub(crate) async fn watched(&self, plan: &Plan, now: Timestamp) -> Vec<Watched> {
        let mut watched = Vec::new();
        for service in plan.services.values() {
            for watch in &service.watch {
                let severity = watch.severity.as_deref();
                let rule = Rule {
                    name: watch.alert.clone(),
                    lasting: watch.lasting,
                    severity: severity_of(plan, severity, Some(&service.name)),
                    service: Some(service.name.clone()),
                    runbook: plan
                        .runbook_for_alert(
                            &watch.alert,
                            watch.runbook.as_deref(),
                            Some(&service.name),
                        )
                        .map(str::to_owned),
                    escalation: service.escalation.clone(),
                    plan: plan.hash.clone(),
                };
                watched.push(Watched {
                    id: AlertId(format!("alert:{}/{}", service.name, watch.alert)),
                    rule,
                    every: watch.every,
                    timeout: watch.timeout.unsigned_abs(),
                    question: self.question(plan, &watch.kind, &watch.config).await,
                    next: now,
                });
            }
        }
        watched.extend(plan.alerts.values().filter_map(|alert| host_watch(plan, alert, now)));
        watched
    }

    async fn question(&self, plan: &Plan, kind: &str, config: &serde_json::Value) -> Question {
        let Some(kind) = probe::KINDS.iter().find(|it| it.name == kind) else {
            return Question::Impossible { reason: format!("there is no kind of probe {kind}") };
        };
        let config = match self.fill(plan, config).await {
            Ok(config) => config,
            Err(reason) => return Question::Impossible { reason },
        };
        match (kind.parse)(&config) {
            Ok(probe) => Question::Probe(Arc::from(probe)),
            Err(err) => Question::Impossible { reason: format!("probe {}: {err}", kind.name) },
        }
    }
}

/// The label of an alert's severity; a plan without any does not load.
fn severity_of(plan: &Plan, own: Option<&str>, service: Option<&str>) -> String {
    plan.severity_for_alert(own, service).map_or_else(String::new, |it| it.label.clone())
}

fn host_watch(plan: &Plan, alert: &matoi_core::plan::AlertRule, now: Timestamp) -> Option<Watched> {
    let (condition, every) = match &alert.source {
        AlertSource::When { condition, every } => (condition.clone(), *every),
        // Another system decides, and reports by name.
        AlertSource::From(_) => return None,
    };
    let rule = Rule {
        name: alert.name.clone(),
        lasting: alert.lasting,
        severity: severity_of(plan, alert.severity.as_deref(), alert.service.as_deref()),
        service: alert.service.clone(),
        runbook: plan
            .runbook_for_alert(&alert.name, alert.runbook.as_deref(), alert.service.as_deref())
            .map(str::to_owned),
        escalation: alert.escalation.clone(),
        plan: plan.hash.clone(),
    };
    Some(Watched {
        id: AlertId(format!("alert:{}", alert.name)),
        rule,
        every,
        timeout: matoi_core::limits::PROBE_TIMEOUT.unsigned_abs(),
        question: Question::Host(condition),
        next: now,
    })
}

impl Question {
    /// Asks once, bounded in time.
    pub(crate) async fn ask(&self, timeout: Duration) -> Signal {
        let asked = async {
            match self {
                Question::Probe(probe) => Signal::from(probe.ask().await),
                Question::Host(condition) => {
                    let disks: Vec<String> = condition.argument.iter().cloned().collect();
                    judge(condition, &probe::host::measure(&disks).await)
                }
                Question::Impossible { reason } => Signal::Unknown { reason: reason.clone() },
            }
        };
        match tokio::time::timeout(timeout, asked).await {
            Ok(signal) => signal,
            Err(_) => match self {
                // The target had its time: not answering is wrong.
                Question::Probe(_) => Signal::from(Answer::Unwell {
                    reason: format!("no answer within {timeout:?}"),
                    measured: matoi_core::signal::Measured::new(),
                }),
                Question::Host(_) | Question::Impossible { .. } => {
                    Signal::Unknown { reason: format!("no answer within {timeout:?}") }
                }
            },
        }
    }
}
