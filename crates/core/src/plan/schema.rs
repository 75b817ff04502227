//! The language of `matoi.yaml` as a table, from which the JSON Schema and the reference are made.
//!
//! **Invariant:** every key that the reader knows is here, and none that it does not; a test holds the two together.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

/// What may stand at a key.
#[derive(Clone, Copy, Debug)]
enum Shape {
    /// A text in a notation that the sentence explains.
    Text,
    /// A text, or a list of texts.
    Texts,
    Number,
    /// One of these words; others that mean the same are understood too.
    Word(&'static [&'static str]),
    Section(&'static Section),
    /// A list of sections, or one alone.
    Sections(&'static Section),
    /// Sections by a name that the team gives.
    Named(&'static Section),
    /// Texts by a name.
    NamedTexts,
    /// Lists of texts by a name.
    NamedLists,
    /// Lists of sections by a name.
    NamedSections(&'static Section),
    /// Whatever a kind reads.
    Any,
}

/// A mapping with its keys.
#[derive(Clone, Copy, Debug)]
struct Section {
    title: &'static str,
    keys: &'static [Key],
    /// Further keys belong to the kind.
    open: bool,
}

/// A key, whether it must be there, and what it says.
type Key = (&'static str, bool, Shape, &'static str);

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
        ("page", false, Shape::Word(&["at once"]), "How people are paged."),
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
            "A condition instead of a time: `run failed`, `step unclear`, `target missed`, or a sentence that a person says holds.",
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
        ("from", false, Shape::Text, "A system that decides; none is received yet."),
        ("for", false, Shape::Text, "How long it must hold before it fires."),
        ("every", false, Shape::Text, "How often it is measured."),
        ("severity", false, Shape::Text, "How bad it is; the worst where nobody says."),
        ("service", false, Shape::Text, "The service that it belongs to."),
        ("runbook", false, Shape::Text, "What answers it."),
        ("escalation", false, Shape::Text, "Who is paged for it."),
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
const PLAN: Section = Section {
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
        ("unattended", false, Shape::Texts, "Runbooks whose recoveries may run with nobody there."),
        (
            "secrets",
            false,
            Shape::Section(&SECRETS),
            "Where secrets come from; never from the plan.",
        ),
    ],
};

/// Every section, in the order of the reference.
const SECTIONS: [&Section; 15] = [
    &PLAN,
    &CALENDAR,
    &SEVERITY,
    &TARGETS,
    &PERSON,
    &SCHEDULE,
    &LAYER,
    &OVERRIDE,
    &LEVEL,
    &CHANNEL,
    &ANNOUNCEMENT,
    &SERVICE,
    &WATCH,
    &ALERT,
    &SECRETS,
];

/// The JSON Schema of `matoi.yaml`, draft 2020-12, for editors.
///
/// It knows keys and shapes. Notations, references and limits are told by `matoi check`.
pub fn schema() -> Value {
    let mut schema = section(&PLAN);
    if let Some(map) = schema.as_object_mut() {
        map.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        map.insert("title".to_owned(), json!("A plan of Matoi"));
    }
    schema
}

fn section(section: &Section) -> Value {
    let mut properties = Map::new();
    for (name, _, shape, says) in section.keys {
        let mut value = shaped(*shape);
        if let Some(map) = value.as_object_mut() {
            map.insert("description".to_owned(), json!(says));
        }
        properties.insert((*name).to_owned(), value);
    }
    let required: Vec<&str> = section.keys.iter().filter(|it| it.1).map(|it| it.0).collect();
    let mut schema = json!({ "type": ["object", "null"], "properties": properties });
    if let Some(map) = schema.as_object_mut() {
        if !required.is_empty() {
            map.insert("required".to_owned(), json!(required));
        }
        if !section.open {
            map.insert("additionalProperties".to_owned(), json!(false));
        }
    }
    schema
}

fn shaped(shape: Shape) -> Value {
    // A scalar in YAML may be a number or a truth, where the plan reads a text.
    let text = || json!({ "type": ["string", "number", "boolean"] });
    let texts = || {
        let one = json!({ "type": ["string", "number", "boolean"] });
        json!({ "anyOf": [one, { "type": "array", "items": one }] })
    };
    let named = |of: Value| json!({ "type": ["object", "null"], "additionalProperties": of });
    match shape {
        Shape::Text => text(),
        Shape::Texts => texts(),
        Shape::Number => json!({ "type": ["integer", "string"] }),
        Shape::Word(words) => json!({ "anyOf": [{ "enum": words }, { "type": "string" }] }),
        Shape::Section(of) => section(of),
        Shape::Sections(of) => {
            json!({ "anyOf": [section(of), { "type": "array", "items": section(of) }] })
        }
        Shape::Named(of) => named(section(of)),
        Shape::NamedTexts => named(text()),
        Shape::NamedLists => named(texts()),
        Shape::NamedSections(of) => named(json!({ "type": "array", "items": section(of) })),
        Shape::Any => json!({}),
    }
}

/// The reference as Markdown: a table a section.
pub fn reference() -> String {
    let mut page = String::from(
        "# The plan\n\nEvery key of `matoi.yaml`. [The manual](../plan.md) explains them with examples; `matoi schema` prints the JSON Schema for editors.\n",
    );
    for section in SECTIONS {
        let _ = write!(
            page,
            "\n## {}\n\n| key | needed | holds | says |\n| --- | --- | --- | --- |\n",
            section.title
        );
        for (name, required, shape, says) in section.keys {
            let needed = if *required { "yes" } else { "" };
            let _ = writeln!(page, "| `{name}` | {needed} | {} | {says} |", held(*shape));
        }
        if section.open {
            page.push_str("\nFurther keys belong to the kind.\n");
        }
    }
    page
}

fn held(shape: Shape) -> String {
    match shape {
        Shape::Text => "a text".to_owned(),
        Shape::Texts => "a text or a list".to_owned(),
        Shape::Number => "a number".to_owned(),
        Shape::Word(words) => {
            words.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(" or ")
        }
        Shape::Section(of) => of.title.to_owned(),
        Shape::Sections(of) => format!("{}, or a list of such", of.title),
        Shape::Named(of) => format!("names, each with {}", of.title),
        Shape::NamedTexts => "names, each with a text".to_owned(),
        Shape::NamedLists => "names, each with a list".to_owned(),
        Shape::NamedSections(of) => {
            format!("names, each with a list of {}s", of.title.trim_start_matches("a "))
        }
        Shape::Any => "see there".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{SECTIONS, schema};
    use crate::plan::read::keys;

    #[test]
    fn the_schema_has_the_keys_that_the_reader_knows() {
        let read = keys();
        assert_eq!(read.len(), SECTIONS.len());
        for section in SECTIONS {
            let known = read.iter().find(|it| it.0 == section.title);
            let mut known: Vec<&str> =
                known.unwrap_or_else(|| panic!("{}", section.title)).1.to_vec();
            let mut told: Vec<&str> = section.keys.iter().map(|it| it.0).collect();
            known.sort_unstable();
            told.sort_unstable();
            assert_eq!(told, known, "{}", section.title);
        }
    }

    #[test]
    fn the_schema_is_one_object_with_what_is_needed() {
        let schema = schema();
        assert_eq!(
            schema["required"],
            serde_json::json!(["matoi", "name", "timezone", "severities"])
        );
        let person = &schema["properties"]["people"]["additionalProperties"];
        assert_eq!(person["additionalProperties"], false);
        assert!(
            person["properties"]["reach"]["description"]
                .as_str()
                .is_some_and(|it| it.contains("email"))
        );
    }
}
