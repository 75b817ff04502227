//! What the plan watches, as probes that can be asked.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use matoi_core::alert::Rule;
use matoi_core::id::AlertId;
use matoi_core::plan::{AlertSource, Condition, Plan};
use matoi_core::signal::{Answer, Measured, Signal, judge};
use matoi_edge::probe::{self, Probe};
use serde_json::Value;
use tokio::sync::OnceCell;

use crate::handle::Handle;

/// Time to make a probe, which may have to ask a vault for several secrets.
const MAKE_MAX: Duration = Duration::from_secs(30);

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
    Probe(Arc<Configured>),
    /// A figure of this machine, compared.
    Host(Condition),
}

/// A probe of the plan, made when it is first asked: a secret that is not to be had then may be there the next time.
pub(crate) struct Configured {
    plan: Arc<Plan>,
    kind: String,
    config: Value,
    made: OnceCell<Box<dyn Probe>>,
}

impl Handle {
    /// Everything that the plan watches.
    pub(crate) fn watched(&self, plan: &Arc<Plan>, now: Timestamp) -> Vec<Watched> {
        let mut watched = Vec::new();
        for service in plan.services.values() {
            for watch in &service.watch {
                let severity = watch.severity.as_deref();
                let rule = Rule {
                    name: watch.alert.clone(),
                    tier_of: None,
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
                    question: Question::Probe(Arc::new(Configured {
                        plan: Arc::clone(plan),
                        kind: watch.kind.clone(),
                        config: watch.config.clone(),
                        made: OnceCell::new(),
                    })),
                    next: now,
                });
            }
        }
        watched.extend(plan.alerts.values().filter_map(|alert| host_watch(plan, alert, now)));
        watched
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
        tier_of: alert.tier_of.clone(),
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
    pub(crate) async fn ask(&self, handle: &Handle, timeout: Duration) -> Signal {
        let late = || format!("no answer within {timeout:?}");
        match self {
            Question::Probe(probe) => {
                let made = tokio::time::timeout(MAKE_MAX, probe.made(handle)).await;
                let made = made.unwrap_or_else(|_| {
                    Err(format!("a secret of the probe was not found within {MAKE_MAX:?}"))
                });
                let probe = match made {
                    Ok(probe) => probe,
                    // The plan asks for something that cannot be asked now; that is an answer, and a person hears it.
                    Err(reason) => return Signal::Unknown { reason },
                };
                match tokio::time::timeout(timeout, probe.ask()).await {
                    Ok(answer) => Signal::from(answer),
                    // The target had its time: not answering is wrong.
                    Err(_) => {
                        Signal::from(Answer::Unwell { reason: late(), measured: Measured::new() })
                    }
                }
            }
            Question::Host(condition) => {
                let disks: Vec<String> = condition.argument.iter().cloned().collect();
                match tokio::time::timeout(timeout, probe::host::measure(&disks)).await {
                    Ok(measured) => judge(condition, &measured),
                    Err(_) => Signal::Unknown { reason: late() },
                }
            }
        }
    }
}

impl Configured {
    async fn made(&self, handle: &Handle) -> Result<&dyn Probe, String> {
        self.made.get_or_try_init(|| self.make(handle)).await.map(|it| &**it)
    }

    async fn make(&self, handle: &Handle) -> Result<Box<dyn Probe>, String> {
        let kind = probe::KINDS.iter().find(|it| it.name == self.kind);
        let kind = kind.ok_or_else(|| format!("there is no kind of probe {}", self.kind))?;
        let config = handle.fill(&self.plan, &self.config).await?;
        (kind.parse)(&config).map_err(|err| format!("probe {}: {err}", kind.name))
    }
}
