//! What people have to do next, as far as the timeline tells.

use jiff::Timestamp;

use crate::plan::{Clock, Escalation, Level, Target, Unless};
use crate::report::ROWS_MAX;
use crate::report::contact::fate;
use crate::report::draft::Draft;
use crate::report::ledger::{Account, Fate, Order};
use crate::report::run_story::{RunStory, Standing, StepStory};
use crate::report::targets::Verdict;
use crate::report::voice::Voice;
use crate::run::event;

/// Everything that waits for a person, the most urgent kind first.
pub(super) fn next_actions(draft: &Draft<'_>) -> Vec<String> {
    let voice = draft.voice();
    let mut actions = Vec::new();
    for run in draft.runs.iter().filter(|it| it.ended.is_none()) {
        actions.extend(run.steps.iter().filter_map(|step| of_step(&voice, run, step)));
    }
    actions.extend(draft.accounts.iter().filter_map(|it| of_page(draft, it)));
    actions.extend(escalation(draft));
    actions.extend(reports(draft));
    let left_out = actions.len().saturating_sub(ROWS_MAX);
    actions.truncate(ROWS_MAX);
    if left_out > 0 {
        actions.push(voice.say(format!("このほか{left_out}件"), format!("{left_out} more")));
    }
    actions
}

fn of_step(voice: &Voice<'_>, run: &RunStory<'_>, step: &StepStory<'_>) -> Option<String> {
    let place = voice.say(
        format!("{} の手順「{}」", run.id, step.name),
        format!("step {} of {}", step.name, run.id),
    );
    if let Some(hold) = step.hold {
        let hold = voice.hold(hold);
        return Some(
            voice.say(format!("{place}を判断: {hold}"), format!("Decide on {place}: {hold}")),
        );
    }
    match step.standing {
        Standing::Asked { expires } => Some(of_gate(voice, &place, step, expires)),
        Standing::Listed => {
            let open = step.items_open();
            Some(voice.say(
                format!("{place}の手作業を完了（残り{open}項目）"),
                format!("Finish {place}: {} left", voice.plural(open, "item", "items")),
            ))
        }
        Standing::Unclear { .. }
        | Standing::Settled { verdict: event::Verdict::StillUnclear, .. } => Some(voice.say(
            format!("{place}が反映されたかを確認"),
            format!("Find out whether {place} took effect"),
        )),
        Standing::NotYet
        | Standing::Running
        | Standing::Done
        | Standing::Failed { .. }
        | Standing::NotBegun { .. }
        | Standing::Lost
        | Standing::Settled { .. }
        | Standing::MarkedDone { .. }
        | Standing::Skipped(_)
        | Standing::Examined(_)
        | Standing::LeftOut { .. }
        | Standing::Approved
        | Standing::Refused { .. }
        | Standing::Expired
        | Standing::Waiting { .. }
        | Standing::CutShort => None,
    }
}

fn of_gate(
    voice: &Voice<'_>,
    place: &str,
    step: &StepStory<'_>,
    expires: Option<Timestamp>,
) -> String {
    let mut asides = vec![voice.say(
        format!("承認済み{}名", step.approvals.len()),
        voice.plural(step.approvals.len(), "approval so far", "approvals so far"),
    )];
    if let Some(expires) = expires {
        let expires = voice.time(expires);
        asides.push(voice.say(format!("期限 {expires}"), format!("expires {expires}")));
    }
    let text = voice.say(format!("{place}を承認または却下"), format!("Approve or refuse {place}"));
    let text = voice.aside(&text, &voice.list(&asides));
    voice.because(&text, step.asked.unwrap_or_default())
}

/// An owed page is watched; one that will never arrive asks for another way, unless its person was reached already.
fn of_page(draft: &Draft<'_>, account: &Account<'_>) -> Option<String> {
    let voice = draft.voice();
    let to = match &account.order {
        Some(Order::Page { person, channel, .. }) => voice.aside(&voice.person(person), channel),
        Some(Order::Announcement { channel, .. }) => (*channel).to_owned(),
        None => account.page.to_string(),
    };
    let state = fate(&voice, account.fate);
    match account.fate {
        Fate::Owed | Fate::Delayed { .. } => Some(voice.say(
            format!("{to}への連絡の到達を確認: {state}"),
            format!("See that {to} is reached: {state}"),
        )),
        Fate::Rejected { .. } | Fate::GivenUp { .. } if is_needed(draft, account) => {
            Some(voice.say(
                format!("{to}へ別の手段で連絡: {state}"),
                format!("Reach {to} by another way: {state}"),
            ))
        }
        Fate::Rejected { .. }
        | Fate::GivenUp { .. }
        | Fate::Delivered { .. }
        | Fate::Dropped { .. } => None,
    }
}

/// Whether somebody still has to hear of the incident who did not.
fn is_needed(draft: &Draft<'_>, account: &Account<'_>) -> bool {
    if draft.times.resolved.is_some() {
        return false;
    }
    let Some(Order::Page { person: wanted, .. }) = &account.order else {
        return true;
    };
    let reached = draft.accounts.iter().any(|it| {
        matches!(it.fate, Fate::Delivered { .. })
            && matches!(&it.order, Some(Order::Page { person, .. }) if person == wanted)
    });
    !reached && !draft.overview.acknowledged.contains(wanted)
}

/// The next level by time, as the plan has it.
fn escalation(draft: &Draft<'_>) -> Option<String> {
    let voice = draft.voice();
    if draft.times.resolved.is_some() {
        return None;
    }
    if draft.overview.exhausted {
        return Some(
            voice
                .say(
                    "エスカレーションの全段階を終了、これ以上の呼び出し先なし",
                    "No level of the escalation is left: decide whom else to call",
                )
                .to_owned(),
        );
    }
    let policy = policy(draft)?;
    let first = draft.overview.level.map_or(0, |it| it.saturating_add(1));
    let (place, level) =
        policy.levels.iter().enumerate().skip(first).find(|(_, it)| is_wanted(draft, it))?;
    let due = (draft.material.deadline)(&level.after, draft.times.detected?)?;
    let number = place.saturating_add(1);
    let to = voice.list(&level.page.iter().map(|it| target(&voice, it)).collect::<Vec<_>>());
    let due = voice.time(due);
    Some(voice.say(
        format!("第{number}段階へのエスカレーション予定: {to}（{due}、計画による）"),
        format!("Escalation to level {number} is planned: {to} at {due}"),
    ))
}

fn policy<'a>(draft: &Draft<'a>) -> Option<&'a Escalation> {
    let plan = draft.material.plan;
    let severity = draft.overview.severity.and_then(|it| plan.severity(it));
    let name = draft
        .overview
        .escalation
        .or_else(|| severity.and_then(|it| it.escalation.as_deref()))
        .unwrap_or("default");
    plan.escalations.get(name)
}

fn is_wanted(draft: &Draft<'_>, level: &Level) -> bool {
    match level.unless {
        Unless::Acknowledged => draft.times.acknowledged.is_none(),
        Unless::Resolved => draft.times.resolved.is_none(),
    }
}

fn target(voice: &Voice<'_>, target: &Target) -> String {
    match target {
        Target::Person(name) => voice.person(name),
        Target::Schedule(name) => voice.say(format!("当番 {name}"), format!("on call of {name}")),
        Target::Group(name) => voice.say(format!("グループ {name}"), format!("group {name}")),
    }
}

/// What is promised to be written, and by when.
fn reports(draft: &Draft<'_>) -> Vec<String> {
    let voice = draft.voice();
    let promised = draft.targets.iter().filter(|it| match it.clock {
        Clock::Report | Clock::Review => it.verdict == Verdict::Running,
        Clock::Acknowledge | Clock::Respond | Clock::Update | Clock::Escalate | Clock::Resolve => {
            false
        }
    });
    promised
        .filter_map(|it| {
            let name = voice.clock(it.clock);
            let due = voice.time(it.deadline?);
            Some(voice.say(format!("{name}（期限 {due}）"), format!("{name}, due {due}")))
        })
        .collect()
}
