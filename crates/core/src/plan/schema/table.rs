//! The table: every key of a plan, section by section.

use super::{Section, Shape};

const DURING: Section = Section {
    title: "targets of certain hours",
    open: false,
    keys: &[
        ("hours", true, Shape::Texts, "When they hold: `mon-fri 09:00-18:00`, `平日 18-9時`."),
        ("acknowledge", false, Shape::Text, "As in targets, for what opens within these hours."),
        ("respond", false, Shape::Text, "As in targets."),
        ("update", false, Shape::Text, "As in targets."),
        ("escalate", false, Shape::Text, "As in targets."),
        ("resolve", false, Shape::Text, "As in targets."),
        ("report", false, Shape::Text, "As in targets."),
        ("review", false, Shape::Text, "As in targets, for what is resolved within these hours."),
    ],
};
const TARGETS: Section = Section {
    title: "targets",
    open: false,
    keys: &[
        (
            "acknowledge",
            false,
            Shape::Text,
            "Until somebody takes the incident: `15m`, `at once`, `1 business day`, `4 business hours`.",
        ),
        (
            "respond",
            false,
            Shape::Text,
            "Until somebody begins to work on it. In business time, nobody is woken for it.",
        ),
        ("update", false, Shape::Text, "How often stakeholders hear something: `every 30m`."),
        ("escalate", false, Shape::Text, "Until it must have gone further; for reports."),
        ("resolve", false, Shape::Text, "Until it is over."),
        ("report", false, Shape::Text, "Until the incident report is written."),
        ("review", false, Shape::Text, "Until the review is held: `5 business days`."),
        (
            "during",
            false,
            Shape::Sections(&DURING),
            "Other limits within certain hours; the first whose hours hold counts.",
        ),
    ],
};
const SEVERITY: Section = Section {
    title: "a severity",
    open: false,
    keys: &[
        ("name", false, Shape::Text, "What the label means in a word."),
        ("aliases", false, Shape::Texts, "What other systems call it."),
        ("criteria", false, Shape::Texts, "When an incident is this bad."),
        ("targets", false, Shape::Section(&TARGETS), "What is promised, a limit for each clock."),
        (
            "page",
            false,
            Shape::Word(&["at once", "every 1h", "daily at 09:00"]),
            "When the first page goes out: at once, or as a digest.",
        ),
        (
            "start",
            false,
            Shape::Texts,
            "Runbooks that start when an incident of this severity opens.",
        ),
        ("escalation", false, Shape::Text, "An escalation of its own."),
    ],
};
const PERSON: Section = Section {
    title: "a person",
    open: false,
    keys: &[
        ("name", false, Shape::Text, "How pages and reports call them."),
        ("role", false, Shape::Text, "For people who look for somebody."),
        (
            "hours",
            false,
            Shape::Texts,
            "When they are on duty: `always`, `mon-fri 09:00-18:00`, `平日9-18時`, `emergency only`.",
        ),
        (
            "reach",
            false,
            Shape::Texts,
            "Ways to them, in order: `email:ann@example.com`, `sms:+81… after 2m`, `console`.",
        ),
    ],
};
const CONTACT: Section = Section {
    title: "a contact",
    open: false,
    keys: &[
        ("name", false, Shape::Text, "How people call them."),
        ("role", false, Shape::Text, "What they are called for."),
        ("hours", false, Shape::Texts, "When they answer; written as for a person."),
        (
            "at",
            false,
            Shape::Texts,
            "Numbers, addresses and pages, in order. Matoi shows them and calls nobody.",
        ),
        (
            "note",
            false,
            Shape::Text,
            "What a caller should have at hand, such as a contract's number.",
        ),
        (
            "services",
            false,
            Shape::Texts,
            "Shown with incidents of these services only; with all where it is left out.",
        ),
    ],
};
const LAYER: Section = Section {
    title: "a layer",
    open: false,
    keys: &[
        (
            "hours",
            true,
            Shape::Texts,
            "When it holds: `mon-sun 22:00-06:00`, `weekends 09:00-18:00`.",
        ),
        ("rotate", true, Shape::Text, "How long a turn lasts."),
        ("people", true, Shape::Texts, "Whose turn follows whose."),
        ("handoff", false, Shape::Text, "When a turn ends."),
        ("from", false, Shape::Text, "A day that the first person's turn holds."),
    ],
};
const OVERRIDE: Section = Section {
    title: "an override",
    open: false,
    keys: &[
        ("from", true, Shape::Text, "When it begins: `2026-12-24 09:00`, or a day."),
        ("to", true, Shape::Text, "When it ends, not inclusive."),
        ("person", true, Shape::Text, "Who stands in."),
    ],
};
const SCHEDULE: Section = Section {
    title: "a schedule",
    open: false,
    keys: &[
        (
            "rotate",
            true,
            Shape::Text,
            "How long a turn lasts: `weekly`, `daily`, `every 3 days`, `every 2 weeks`.",
        ),
        ("people", true, Shape::Texts, "Whose turn follows whose."),
        (
            "handoff",
            false,
            Shape::Text,
            "When a turn ends: `mon 09:00`; for a rotation by days, `09:00`.",
        ),
        ("from", false, Shape::Text, "A day that the first person's turn holds."),
        (
            "layers",
            false,
            Shape::Sections(&LAYER),
            "Rotations for a part of the week; the later goes first.",
        ),
        (
            "overrides",
            false,
            Shape::Sections(&OVERRIDE),
            "Who stands in, and when; the later goes first.",
        ),
    ],
};
const LEVEL: Section = Section {
    title: "a level",
    open: false,
    keys: &[
        ("page", false, Shape::Texts, "People, schedules and groups, all in parallel."),
        ("after", false, Shape::Text, "How long after the beginning; the first level has none."),
        (
            "unless",
            false,
            Shape::Word(&["acknowledged", "resolved"]),
            "What makes the level unnecessary.",
        ),
        (
            "when",
            false,
            Shape::Text,
            "A condition instead of a time: `run failed`, `step unclear`, `run late`, `target missed`, or a sentence that a person says holds.",
        ),
        (
            "repeat",
            false,
            Shape::Text,
            "Begins again from the first level, this long after the last.",
        ),
        ("times", false, Shape::Number, "How often it begins again."),
    ],
};
const CHANNEL: Section = Section {
    title: "a channel",
    open: true,
    keys: &[(
        "kind",
        true,
        Shape::Text,
        "The kind; the other keys are its own, see the reference of notifiers.",
    )],
};
const ANNOUNCEMENT: Section = Section {
    title: "an announcement",
    open: false,
    keys: &[
        (
            "on",
            true,
            Shape::Texts,
            "`opened`, `acknowledged`, `escalated`, `severity changed`, `resolved`, `reopened`.",
        ),
        ("severity", false, Shape::Texts, "`P0`, a list, or `P0..P2`; all where it is left out."),
        ("to", true, Shape::Texts, "Channels, with an address where their kind wants one."),
    ],
};
const WATCH: Section = Section {
    title: "a watch",
    open: true,
    keys: &[
        (
            "kind",
            true,
            Shape::Text,
            "The kind of probe; the other keys are its own, see the reference of probes.",
        ),
        ("every", false, Shape::Text, "How often it asks."),
        ("timeout", false, Shape::Text, "How long an answer may take."),
        ("for", false, Shape::Text, "How long it must be bad before the alert fires."),
        ("severity", false, Shape::Text, "How bad its failure is; else the service's."),
        ("runbook", false, Shape::Text, "What answers it; else the service's."),
        ("alert", false, Shape::Text, "The name of its alert; else the service's name."),
    ],
};
const SERVICE: Section = Section {
    title: "a service",
    open: false,
    keys: &[
        ("title", false, Shape::Text, "What people call it."),
        ("scope", false, Shape::Text, "One of the scopes."),
        ("needs", false, Shape::Texts, "Services that it cannot do without."),
        ("watch", false, Shape::Sections(&WATCH), "Probes of it."),
        ("runbook", false, Shape::Text, "What answers its failures."),
        ("severity", false, Shape::Text, "How bad its failure is."),
        ("escalation", false, Shape::Text, "Who is paged for it."),
        (
            "commands",
            false,
            Shape::NamedLists,
            "What `action` steps do with it: `restart`, `status`, each a program and its arguments.",
        ),
    ],
};
const TIER: Section = Section {
    title: "a tier",
    open: false,
    keys: &[
        (
            "when",
            true,
            Shape::Text,
            "The condition; a text alone in the place of the tier says the same.",
        ),
        ("for", false, Shape::Text, "How long it must hold, where that differs from the alert's."),
    ],
};
const ALERT: Section = Section {
    title: "an alert",
    open: false,
    keys: &[
        (
            "when",
            false,
            Shape::Text,
            "What Matoi measures and compares: `host.cpu > 80%`, `host.disk(/var) >= 90%`.",
        ),
        (
            "tiers",
            false,
            Shape::NamedTextsOr(&TIER),
            "Instead of `when`: the condition of each severity, `{ P2: host.cpu > 80%, P0: host.cpu > 95% }`.",
        ),
        ("from", false, Shape::Text, "A system that decides; none is received yet."),
        ("for", false, Shape::Text, "How long it must hold before it fires."),
        ("every", false, Shape::Text, "How often it is measured."),
        ("severity", false, Shape::Text, "How bad it is; the worst where nobody says."),
        ("service", false, Shape::Text, "The service that it belongs to."),
        ("runbook", false, Shape::Text, "What answers it."),
        ("escalation", false, Shape::Text, "Who is paged for it."),
    ],
};
const CHORE: Section = Section {
    title: "a chore",
    open: false,
    keys: &[
        ("title", false, Shape::Text, "What people call it."),
        (
            "every",
            true,
            Shape::Text,
            "When it is due: `day at 09:30`, `business day at 9:00`, `mon, thu at 9:00`, `month on the last business day at 18:00`, `毎月1日 9時`.",
        ),
        ("runbook", false, Shape::Text, "What is run then."),
        ("rehearse", false, Shape::Text, "What is rehearsed then, instead of run."),
        ("params", false, Shape::NamedTexts, "Values of the runbook's parameters."),
        ("owner", false, Shape::Text, "Whose work it is: a person, a schedule or a group."),
        ("within", false, Shape::Text, "How long its run may take before somebody hears of it."),
        (
            "severity",
            false,
            Shape::Text,
            "How bad it is when it was not done; the mildest where nobody says.",
        ),
        ("escalation", false, Shape::Text, "Who hears of it instead of the owner."),
    ],
};
const CALENDAR: Section = Section {
    title: "calendar",
    open: false,
    keys: &[
        ("business_hours", false, Shape::Texts, "When business is done: `mon-fri 09:00-18:00`."),
        (
            "holidays",
            false,
            Shape::Any,
            "A list of `jp`, `gb`, `us`, `2026-12-29`, `2026-12-29..2027-01-03`, `{ date, name }` and `holidays/company.ics`.",
        ),
    ],
};
const SECRETS: Section = Section {
    title: "secrets",
    open: false,
    keys: &[(
        "from",
        true,
        Shape::Any,
        "`env`, `{ files: DIRECTORY }`, or `{ command: [PROGRAM, ARGUMENT] }`.",
    )],
};
const INTERPRETER: Section = Section {
    title: "an interpreter",
    open: false,
    keys: &[
        (
            "run",
            true,
            Shape::Texts,
            "A program and its arguments; the path of the script comes last.",
        ),
        (
            "check",
            false,
            Shape::Texts,
            "A program that reads a script from its standard input and performs nothing of it.",
        ),
    ],
};
const HOST: Section = Section {
    title: "a host",
    open: false,
    keys: &[
        (
            "ssh",
            true,
            Shape::Text,
            "Where to: `USER@HOST`, `ssh://USER@HOST:PORT`, or a name of ssh_config.",
        ),
        ("options", false, Shape::Texts, "Arguments for `ssh`."),
    ],
};
const CONDUCT: Section = Section {
    title: "conduct",
    open: false,
    keys: &[
        (
            "second_person",
            false,
            Shape::Texts,
            "Kinds of steps that begin once two people want them to: `recover`, `click`.",
        ),
        (
            "verify",
            false,
            Shape::Word(&["required", "optional"]),
            "Whether a runbook that changes things must verify it afterwards to run unattended.",
        ),
    ],
};
pub(super) const PLAN: Section = Section {
    title: "the plan",
    open: false,
    keys: &[
        ("matoi", true, Shape::Number, "The version of this format: `1`."),
        ("name", true, Shape::Text, "What the plan is for."),
        ("timezone", true, Shape::Text, "A name such as `Asia/Tokyo`; all local times are in it."),
        ("language", false, Shape::Word(&["ja", "en"]), "The language of pages and reports."),
        ("calendar", false, Shape::Section(&CALENDAR), "Business hours and holidays."),
        (
            "severities",
            true,
            Shape::Named(&SEVERITY),
            "The levels by label, worst first: the order is the rank.",
        ),
        ("scopes", false, Shape::NamedTexts, "A second axis: labels with their meanings."),
        ("people", false, Shape::Named(&PERSON), "Who can be paged, by id."),
        ("contacts", false, Shape::Named(&CONTACT), "Whom people call outside the team, by name."),
        ("groups", false, Shape::NamedLists, "Lists of people, by name."),
        ("schedules", false, Shape::Named(&SCHEDULE), "Rotations, by name."),
        (
            "escalation",
            false,
            Shape::NamedSections(&LEVEL),
            "Ladders by name; `default` is needed as soon as there are people.",
        ),
        ("channels", false, Shape::Named(&CHANNEL), "Ways out, by name."),
        (
            "notify",
            false,
            Shape::Sections(&ANNOUNCEMENT),
            "Who hears of incidents beside the paged.",
        ),
        ("services", false, Shape::Named(&SERVICE), "What people rely on, by name."),
        ("alerts", false, Shape::Named(&ALERT), "Conditions, by name."),
        ("chores", false, Shape::Named(&CHORE), "What has to be done again and again, by name."),
        ("unattended", false, Shape::Texts, "Runbooks whose recoveries may run with nobody there."),
        (
            "conduct",
            false,
            Shape::Section(&CONDUCT),
            "What holds in every run, whatever its runbook says.",
        ),
        (
            "interpreters",
            false,
            Shape::NamedListsOr(&INTERPRETER),
            "Programs for languages of steps beside Matoi's own, by the word of their fences.",
        ),
        (
            "hosts",
            false,
            Shape::Named(&HOST),
            "Other machines on which steps are performed, by name.",
        ),
        (
            "secrets",
            false,
            Shape::Section(&SECRETS),
            "Where secrets come from; never from the plan.",
        ),
    ],
};

/// Every section, in the order of the reference.
pub(super) const SECTIONS: [&Section; 22] = [
    &PLAN,
    &CALENDAR,
    &SEVERITY,
    &TARGETS,
    &DURING,
    &PERSON,
    &CONTACT,
    &SCHEDULE,
    &LAYER,
    &OVERRIDE,
    &LEVEL,
    &CHANNEL,
    &ANNOUNCEMENT,
    &SERVICE,
    &WATCH,
    &ALERT,
    &TIER,
    &CHORE,
    &CONDUCT,
    &INTERPRETER,
    &HOST,
    &SECRETS,
];
