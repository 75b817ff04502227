//! The plan: everything the team wrote down, typed and checked.
//!
//! **Invariant:** a [`Plan`] is immutable once loaded and known by its hash; an incident keeps the plan it began with.
//! **Invariant:** every name in it resolves. What could not be resolved is a [`Problem`](crate::problem::Problem).

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;

use crate::id::PlanHash;
use crate::language::Language;
use crate::plan::calendar::recurrence::Recurrence;
use crate::plan::calendar::{Calendar, Hours};
use crate::runbook::{Kind, Purpose, Runbook};

mod agreement;
pub mod calendar;
pub(crate) mod choice;
pub mod diff;
pub mod duration;
mod finding;
mod guess;
mod host;
mod interpreter;
pub mod kinds;
pub mod load;
pub mod mend;
pub(crate) mod notation;
mod read;
mod rotation;
pub mod schema;
pub mod template;
pub(crate) mod width;
mod yaml;

pub use host::{Host, LOCAL};
pub use interpreter::{Interpreter, Performer};
pub use load::{Loaded, RunbookParser, load, load_with};

#[cfg(test)]
mod tests;

/// A loaded plan.
#[derive(Clone, Debug)]
pub struct Plan {
    pub hash: PlanHash,
    pub name: String,
    /// Looked up in the bundled database, never the machine's.
    pub zone: TimeZone,
    pub language: Language,
    pub calendar: Calendar,
    /// Worst first: the index is the rank.
    pub severities: Vec<Severity>,
    /// The second axis, label to meaning.
    pub scopes: BTreeMap<String, String>,
    pub people: BTreeMap<String, Person>,
    /// Outside the team: a person calls them, Matoi never does.
    pub contacts: BTreeMap<String, Contact>,
    /// Named lists of people, as in `from=@dba`.
    pub groups: BTreeMap<String, Vec<String>>,
    pub schedules: BTreeMap<String, Schedule>,
    /// Always has `default` when there is anybody to page.
    pub escalations: BTreeMap<String, Escalation>,
    pub channels: BTreeMap<String, Channel>,
    pub notify: Vec<Announcement>,
    pub services: BTreeMap<String, Service>,
    pub alerts: BTreeMap<String, AlertRule>,
    /// What has to be done again and again.
    pub chores: BTreeMap<String, Chore>,
    /// What holds in every run, whatever its runbook says.
    pub conduct: Conduct,
    /// Runbooks whose `recover` steps may run with nobody there.
    pub unattended: BTreeSet<String>,
    /// Programs for languages that Matoi does not perform by itself.
    pub interpreters: BTreeMap<String, Interpreter>,
    /// Other machines on which steps are performed.
    pub hosts: BTreeMap<String, Host>,
    pub secrets: SecretSource,
    /// Report forms of the house: the text of each template, by file name without `.md`.
    pub forms: BTreeMap<String, String>,
    /// By file name without `.md`.
    pub runbooks: BTreeMap<String, Runbook>,
    /// Why this plan is not armed: people who cannot be reached. Empty when it is.
    pub unarmed: Vec<String>,
}

/// Rules of conduct.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conduct {
    /// Steps of these kinds begin once two people want them to.
    pub second_person: BTreeSet<Kind>,
    pub verify: Verify,
}

/// Whether a change has to be verified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verify {
    #[default]
    Optional,
    /// A runbook that changes things and verifies nothing afterwards is refused for unattended use.
    Required,
}

/// A level of the plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Severity {
    /// The team's own word: `P0`, `レベル1`.
    pub label: String,
    pub name: Option<String>,
    pub aliases: Vec<String>,
    pub criteria: Vec<String>,
    /// What holds where no hours have a promise of their own; [`Plan::targets_of`] asks both.
    pub targets: BTreeMap<Clock, Limit>,
    /// In order; of two that hold at once, the first counts.
    pub during: Vec<TargetsDuring>,
    /// When the first page goes out, where it waits to go with others; absent where it goes out at once.
    pub digest: Option<Digest>,
    /// Runbooks that start when an incident of this level opens.
    pub start: Vec<String>,
    pub escalation: Option<String>,
}

/// When pages that wait go out together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    pub every: Recurrence,
    /// As written, for people: `daily at 09:00`.
    pub text: String,
}

/// What a severity promises when a clock begins within certain hours.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetsDuring {
    /// Windows; never round the clock.
    pub hours: Hours,
    /// As written, for people.
    pub text: String,
    /// The others are those of the severity.
    pub targets: BTreeMap<Clock, Limit>,
}

/// What a severity promises a limit for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    Acknowledge,
    Respond,
    /// Repeats: stakeholders hear something this often.
    Update,
    Escalate,
    Resolve,
    Report,
    Review,
}

/// How long a clock may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Elapsed time; zero is "at once".
    Within(SignedDuration),
    /// Elapsed business hours.
    BusinessHours(SignedDuration),
    /// To the end of business, this many business days later.
    BusinessDays(u32),
}

/// Somebody who can be paged.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    pub id: String,
    pub name: String,
    pub role: Option<String>,
    pub hours: Hours,
    /// In order; empty means that this person cannot be reached, and the plan is not armed.
    pub reach: Vec<Reach>,
}

/// Somebody outside the team.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    pub name: String,
    pub role: Option<String>,
    /// When they answer, as written.
    pub hours: Option<String>,
    /// Numbers, addresses and pages, in order; empty while nobody wrote one.
    pub at: Vec<String>,
    /// What a caller should know: a contract's number.
    pub note: Option<String>,
    /// Shown with incidents of these services only; of all where empty.
    pub services: Vec<String>,
}

/// One way to a person.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Reach {
    /// A key of [`Plan::channels`].
    pub channel: String,
    /// Meant for the channel's kind: a mail address, a handle, a URL; may be empty for `console`.
    pub address: String,
    /// Waits this long after the first way, and is not used once somebody acknowledged.
    pub after: SignedDuration,
}

/// A rotation.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    pub name: String,
    pub rotate: Rotate,
    /// When a turn ends and the next begins, in the plan's zone.
    pub handoff_day: Weekday,
    pub handoff_time: Time,
    /// Whose turn follows whose; never empty.
    pub people: Vec<String>,
    /// The first person's turn holds this day; without it, turns are counted from the Monday of 1970-01-05.
    pub from: Option<jiff::civil::Date>,
    /// Rotations for a part of the week; where one holds it goes before the rotation, and the later before the earlier.
    pub layers: Vec<Layer>,
    /// They go before everything; of two that overlap, the later in the plan.
    pub overrides: Vec<Override>,
}

/// A rotation that holds within its hours only: nights, weekends.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    pub hours: Hours,
    /// Without layers and overrides of its own.
    pub rotation: Schedule,
}

/// How long a turn of a rotation lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotate {
    /// So many days; the handoff is a time of day.
    Days(u16),
    /// So many weeks; the handoff is a day of the week and a time.
    Weeks(u16),
}

/// Somebody takes over for a while: a holiday, a swap.
#[derive(Clone, Debug, PartialEq)]
pub struct Override {
    pub from: jiff::Timestamp,
    /// Not inclusive.
    pub to: jiff::Timestamp,
    pub person: String,
}

/// Who is paged, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Escalation {
    pub name: String,
    /// By time, in ascending order of `after`; the first is at zero.
    pub levels: Vec<Level>,
    /// By condition, at any time, once each.
    pub conditions: Vec<ConditionLevel>,
    /// After the last level: again from the first, this often, so many times.
    pub repeat: Option<Repeat>,
}

/// A level by time.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// From the beginning of the ladder; business time is followed by business time only.
    pub after: Limit,
    /// The level is left out once this is so.
    pub unless: Unless,
    pub page: Vec<Target>,
}

/// A level by condition.
#[derive(Clone, Debug, PartialEq)]
pub struct ConditionLevel {
    pub when: When,
    pub page: Vec<Target>,
}

/// What makes a level by time unnecessary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unless {
    Acknowledged,
    Resolved,
}

/// What makes a level by condition due.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// `run failed`: a run of this incident ended without success.
    RunFailed,
    /// `step unclear`: nobody can tell whether a step that changes things did.
    StepUnclear,
    /// `run late`: a run of this incident, or a phase of it, took longer than its budget.
    RunLate,
    /// `target missed`: a target of the severity was missed.
    TargetMissed,
    /// A sentence of the team's; a person says that it holds.
    Said(String),
}

/// Repeats the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeat {
    pub every: SignedDuration,
    pub times: u32,
}

/// Whom a level pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Person(String),
    /// Whoever's turn it is.
    Schedule(String),
    Group(String),
}

/// A way out to people or places, of a kind that the edge knows.
#[derive(Clone, Debug, PartialEq)]
pub struct Channel {
    pub name: String,
    pub kind: String,
    /// Everything but `kind`; `{"secret": "NAME"}` stands for a secret. The kind reads it.
    pub config: serde_json::Value,
}

/// Who hears of an incident beside the paged.
#[derive(Clone, Debug, PartialEq)]
pub struct Announcement {
    pub on: Vec<Occasion>,
    /// Ranks, inclusive.
    pub ranks: std::ops::RangeInclusive<usize>,
    /// Keys of [`Plan::channels`].
    pub to: Vec<String>,
}

/// What may be announced.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    Opened,
    Acknowledged,
    Escalated,
    SeverityChanged,
    Resolved,
    Reopened,
}

/// Something people rely on.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    pub name: String,
    pub title: Option<String>,
    pub scope: Option<String>,
    pub needs: Vec<String>,
    pub watch: Vec<Watch>,
    pub runbook: Option<String>,
    pub severity: Option<String>,
    pub escalation: Option<String>,
    /// How the team does what runbooks want done with it: `restart`, `status`; a program and its arguments.
    pub commands: BTreeMap<String, Vec<String>>,
}

/// A probe and when it asks.
#[derive(Clone, Debug, PartialEq)]
pub struct Watch {
    /// Names the alert: `worker-db`; unless given, the service's name, with the kind where a service has several.
    pub alert: String,
    pub kind: String,
    /// Everything that is the kind's own.
    pub config: serde_json::Value,
    pub every: SignedDuration,
    pub timeout: SignedDuration,
    /// How long it must be bad before the alert fires.
    pub lasting: SignedDuration,
    pub severity: Option<String>,
    pub runbook: Option<String>,
}

/// A named condition.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertRule {
    /// Unique; a tier has that of its severity behind that of the alert: `cpu P2`.
    pub name: String,
    /// The alert that this is a tier of; the tiers of one alert are one incident.
    pub tier_of: Option<String>,
    pub source: AlertSource,
    pub lasting: SignedDuration,
    pub severity: Option<String>,
    pub service: Option<String>,
    pub runbook: Option<String>,
    pub escalation: Option<String>,
}

/// Something that has to be done again and again.
#[derive(Clone, Debug, PartialEq)]
pub struct Chore {
    pub name: String,
    pub title: Option<String>,
    pub every: Recurrence,
    /// As written, for people: `business day at 09:30`.
    pub text: String,
    pub runbook: String,
    /// Whether the runbook is performed or rehearsed.
    pub purpose: Purpose,
    pub params: BTreeMap<String, String>,
    /// How long its run may take.
    pub within: SignedDuration,
    /// How bad it is when it was not done.
    pub severity: String,
    /// Who hears of it: a key of [`Plan::escalations`], of its own where it has an owner.
    pub escalation: Option<String>,
    /// Whose work it is, as the plan names them.
    pub owner: Option<String>,
}

/// Where an alert's truth comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum AlertSource {
    /// Matoi measures and compares.
    When { condition: Condition, every: SignedDuration },
    /// Another system decides and reports by name.
    From(String),
}

/// `host.disk(/var) > 90%`.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// `host.disk`.
    pub metric: String,
    /// `/var`.
    pub argument: Option<String>,
    pub op: Op,
    pub value: f64,
    /// As written, for people: `host.disk(/var) > 90%`.
    pub text: String,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    Above,
    AtLeast,
    Below,
    AtMost,
}

/// Where secrets come from; never from the plan.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum SecretSource {
    /// Variables of the server's environment.
    #[default]
    Env,
    /// A directory with a file per secret.
    Files(String),
    /// A program, given the name as its last argument, that prints the value.
    Command(Vec<String>),
}

impl Plan {
    /// The rank of a label or alias; 0 is worst.
    pub fn rank(&self, label: &str) -> Option<usize> {
        self.severities
            .iter()
            .position(|it| it.label == label || it.aliases.iter().any(|alias| alias == label))
    }

    /// The severity of a label or alias.
    pub fn severity(&self, label: &str) -> Option<&Severity> {
        self.rank(label).and_then(|rank| self.severities.get(rank))
    }

    /// Whom to call for an incident of `service`, by name in the plan; those of the service alone go first.
    pub fn contacts_for(&self, service: Option<&str>) -> Vec<(&str, &Contact)> {
        let is_own = |it: &Contact| service.is_some_and(|of| it.services.iter().any(|it| it == of));
        let all = || self.contacts.iter().map(|(id, it)| (id.as_str(), it));
        let own = all().filter(|it| is_own(it.1));
        own.chain(all().filter(|it| it.1.services.is_empty())).collect()
    }

    /// Whether people can be reached; an unarmed plan pages nobody by itself and every face says so.
    pub fn is_armed(&self) -> bool {
        self.unarmed.is_empty()
    }
}
