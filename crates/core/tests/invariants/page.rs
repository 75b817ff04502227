//! What holds for every page: its reason is there, and who has answered is left alone.

use std::collections::BTreeSet;

use matoi_core::effect::Effect;
use matoi_core::incident::draft::{Decision, World};
use matoi_core::incident::event::{Event, Fact};
use matoi_core::incident::{Incident, RunState};
use matoi_core::page::PageReason;
use matoi_core::plan::Unless;
use proptest::prelude::*;

/// Checks the pages of one decision against what was known before it.
pub(crate) fn check_pages(
    before: &Incident,
    events: &[Event],
    decision: &Decision,
    world: World<'_>,
) -> Result<(), TestCaseError> {
    each_is_asked_for_once(events, decision)?;
    let mut cause = None;
    let mut news = false;
    for (place, event) in decision.events.iter().enumerate() {
        match &event.fact {
            Fact::Escalated { level, reason } => cause = Some((*level, reason.clone())),
            Fact::RunHeld { .. } | Fact::RunEnded { .. } | Fact::RunRefused { .. } => news = true,
            // What a run had told while the incident was resolved.
            Fact::Reopened { .. } => {
                let mut runs = before.runs.values();
                news |= runs.any(|it| matches!(it.state, RunState::Held { .. }));
            }
            Fact::Paged { person, reason, page, .. } => {
                prop_assert!(
                    has_a_cause(reason, cause.as_ref(), news, before, person),
                    "{page} has no cause in {:#?}",
                    decision.events
                );
                let was_taken =
                    before.acknowledged.is_some() && is_before_reopening(decision, place);
                if was_taken {
                    let meant = is_meant(reason, cause.as_ref(), before, decision, world);
                    prop_assert!(meant, "{person} is paged after the acknowledgement: {reason:?}");
                }
            }
            _ => (),
        }
    }
    Ok(())
}

fn each_is_asked_for_once(events: &[Event], decision: &Decision) -> Result<(), TestCaseError> {
    let id = |it: &Event| match &it.fact {
        Fact::Paged { page, .. } | Fact::Announced { page, .. } => Some(page.clone()),
        _ => None,
    };
    let owed: Vec<_> = decision.events.iter().filter_map(id).collect();
    let asked = decision.effects.iter().filter_map(|it| match it {
        Effect::SendPage(page) => Some(page.id.clone()),
        _ => None,
    });
    prop_assert_eq!(&owed, &asked.collect::<Vec<_>>());
    let known: BTreeSet<_> = events.iter().filter_map(id).collect();
    prop_assert!(owed.iter().all(|it| !known.contains(it)), "an id is used again");
    Ok(())
}

/// The level or the news for whose sake somebody is paged stands in the same decision.
fn has_a_cause(
    reason: &PageReason,
    cause: Option<&(Option<usize>, PageReason)>,
    news: bool,
    before: &Incident,
    person: &str,
) -> bool {
    match reason {
        PageReason::NeedsPerson { .. } => news,
        PageReason::NextWay => before.pages.values().any(|it| it.to == person),
        PageReason::NobodyOnDuty => cause.is_some(),
        PageReason::Announced => false,
        PageReason::FirstLevel
        | PageReason::Unanswered { .. }
        | PageReason::Condition { .. }
        | PageReason::AskedBy { .. }
        | PageReason::Undeliverable { .. }
        | PageReason::Repeated { .. }
        | PageReason::SeverityRaised
        | PageReason::Passed
        | PageReason::Reopened => cause.is_some_and(|(_, it)| it == reason),
    }
}

/// Whether somebody may be paged although the incident is acknowledged.
fn is_meant(
    reason: &PageReason,
    cause: Option<&(Option<usize>, PageReason)>,
    before: &Incident,
    decision: &Decision,
    world: World<'_>,
) -> bool {
    match reason {
        PageReason::NeedsPerson { .. }
        | PageReason::Condition { .. }
        | PageReason::AskedBy { .. }
        | PageReason::SeverityRaised => true,
        PageReason::Unanswered { .. } => {
            let it = &decision.incident;
            let (own, service) = (it.escalation.as_deref(), it.service.as_deref());
            let policy = world.plan.escalation_for(own, service, &it.severity).unwrap();
            let level = cause.and_then(|it| it.0).and_then(|it| policy.levels.get(it));
            level.is_some_and(|it| it.unless == Unless::Resolved)
        }
        PageReason::NobodyOnDuty => {
            cause.is_some_and(|it| is_meant(&it.1, cause, before, decision, world))
        }
        // Only for a page that was made after the acknowledgement, or a call for a person.
        PageReason::NextWay => {
            let taken = before.acknowledged.as_ref().unwrap().at;
            before
                .pages
                .values()
                .any(|it| it.since > taken || matches!(it.reason, PageReason::NeedsPerson { .. }))
        }
        PageReason::FirstLevel
        | PageReason::Undeliverable { .. }
        | PageReason::Repeated { .. }
        | PageReason::Reopened
        | PageReason::Passed
        | PageReason::Announced => false,
    }
}

fn is_before_reopening(decision: &Decision, place: usize) -> bool {
    !decision.events[..place].iter().any(|it| matches!(it.fact, Fact::Reopened { .. }))
}
