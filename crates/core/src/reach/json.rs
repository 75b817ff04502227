//! A proof for programs.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Hole, PolicyProof, Proof, SeverityProof, Wait};
use crate::language::Language;
use crate::plan::{Limit, Plan};

impl Proof {
    /// The proof as JSON: per severity its target, its worst wait, its holes, and the same by policy.
    ///
    /// Seconds are whole and rounded up; a wait of `null` never ends. `target_seconds` is `null` where the target is
    /// counted in business time, and `target` says it in words. `during` has the targets of certain hours.
    pub fn to_json(&self, plan: &Plan, language: Language) -> Value {
        let severities = self.severities.iter().map(|it| it.to_json(plan, language));
        json!({
            "from": self.from.to_string(),
            "to": self.to.to_string(),
            "severities": severities.collect::<Vec<Value>>(),
        })
    }
}

impl SeverityProof {
    fn to_json(&self, plan: &Plan, language: Language) -> Value {
        let mut holes: Vec<(Timestamp, Value)> = Vec::new();
        for policy in &self.policies {
            holes.extend(
                policy.holes.iter().map(|it| (it.from, hole(it, &policy.policy, plan, language))),
            );
        }
        holes.sort_by_key(|it| it.0);
        let seconds = self.target.and_then(|it| elapsed(it.1));
        let during = self.during.iter().map(|(hours, clock, limit)| {
            json!({
                "hours": hours,
                "target_seconds": elapsed(*limit),
                "target": limit.words(*clock, language),
            })
        });
        json!({
            "label": self.label,
            "target_seconds": seconds,
            "target": self.target.map(|(clock, limit)| limit.words(clock, language)),
            "during": during.collect::<Vec<Value>>(),
            "worst_seconds": wait_seconds(self.worst()),
            "holes": holes.into_iter().map(|it| it.1).collect::<Vec<Value>>(),
            "policies": self.policies.iter().map(policy).collect::<Vec<Value>>(),
        })
    }
}

fn elapsed(limit: Limit) -> Option<i64> {
    match limit {
        Limit::Within(it) => Some(it.as_secs()),
        Limit::BusinessDays(_) | Limit::BusinessHours(_) => None,
    }
}

fn policy(policy: &PolicyProof) -> Value {
    let first = policy.first.iter().map(
        |it| json!({ "from": it.from.to_string(), "to": it.to.to_string(), "people": it.people }),
    );
    json!({
        "policy": policy.policy,
        "worst_seconds": wait_seconds(policy.worst),
        "holes": policy.holes.len(),
        "first": first.collect::<Vec<Value>>(),
    })
}

fn hole(hole: &Hole, policy: &str, plan: &Plan, language: Language) -> Value {
    json!({
        "from": hole.from.to_string(),
        "to": hole.to.to_string(),
        "reached_after_seconds": wait_seconds(hole.wait),
        "reason": hole.why.words(plan, language),
        "policy": policy,
    })
}

fn wait_seconds(wait: Wait) -> Option<i64> {
    match wait {
        Wait::Forever => None,
        Wait::For(it) => Some(it.as_secs() + i64::from(it.subsec_nanos() > 0)),
    }
}
