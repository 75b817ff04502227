//! One line for each thing that happened, in the words of the report.

use matoi_core::alert;
use matoi_core::effect::Effect;
use matoi_core::id::RunId;
use matoi_core::incident;
use matoi_core::plan::Plan;
use matoi_core::report::{Entry, Names, timeline_line};
use matoi_core::run;

/// Everything that an incident stored; a page that arrived at once is no news.
pub(crate) fn incident(plan: &Plan, all: &[incident::event::Event], from: usize) -> Vec<String> {
    use incident::event::Fact;
    let names = Names::new(plan, all, &[]);
    let news = all[from..].iter().filter(|it| {
        !matches!(&it.fact, Fact::PageDelivered { tries: 1, .. } | Fact::RunStarted { .. })
    });
    news.map(|it| line(plan, Entry::Incident(it), &names)).collect()
}

/// Everything that a run stored.
pub(crate) fn run(plan: &Plan, id: &RunId, all: &[run::event::Event], from: usize) -> Vec<String> {
    let runs = [(id.clone(), all.to_vec())];
    let names = Names::new(plan, &[], &runs);
    all[from..].iter().map(|it| line(plan, Entry::Run(id, it), &names)).collect()
}

fn line(plan: &Plan, entry: Entry<'_>, names: &Names<'_>) -> String {
    let line = timeline_line(entry, names, plan.language);
    let actor = if line.actor == "Matoi" { String::new() } else { format!("{}: ", line.actor) };
    let result = line.result.replace('\n', " / ");
    let result = if result.is_empty() { result } else { format!(" | {result}") };
    format!("{actor}{}{result}", line.action)
}

/// What an alert stored.
pub(crate) fn alert(fact: &alert::Fact) -> String {
    match fact {
        alert::Fact::BecamePending { reason } => format!("pending | {reason}"),
        alert::Fact::BecameUnsure { reason } => format!("unsure | {reason}"),
        alert::Fact::WentAway => "went away".to_owned(),
        alert::Fact::Fired { cause: alert::Cause::Bad, reason, .. } => format!("fired | {reason}"),
        alert::Fact::Fired { cause: alert::Cause::CannotTell, reason, .. } => {
            format!("fired, since nobody can tell | {reason}")
        }
        alert::Fact::StillFiring => "still firing".to_owned(),
        alert::Fact::Resolved => "resolved".to_owned(),
        alert::Fact::Unwatched => "no longer watched".to_owned(),
    }
}

/// An effect that no event tells of.
pub(crate) fn effect(effect: &Effect) -> Option<String> {
    match effect {
        Effect::CancelStep(call) => {
            Some(format!("-> ends attempt {} of {}", call.attempt, call.step))
        }
        Effect::SendPage(_)
        | Effect::RaiseAlert(_)
        | Effect::LowerAlert { .. }
        | Effect::UnwatchAlert { .. }
        | Effect::StartRun(_)
        | Effect::PerformStep(_)
        | Effect::ExamineStep(_)
        | Effect::PassLockOn { .. }
        | Effect::TellIncident { .. } => None,
    }
}
