//! The language of `matoi.yaml` as a table, from which the JSON Schema and the reference are made.
//!
//! **Invariant:** every key that the reader knows is here, and none that it does not; a test holds the two together.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

mod table;

use table::{PLAN, SECTIONS};

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
    /// Texts by a name, or sections that say more.
    NamedTextsOr(&'static Section),
    /// Lists of texts by a name.
    NamedLists,
    /// Lists of texts by a name, or sections that say more.
    NamedListsOr(&'static Section),
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
        Shape::NamedTextsOr(of) => named(json!({ "anyOf": [text(), section(of)] })),
        Shape::NamedLists => named(texts()),
        Shape::NamedListsOr(of) => named(json!({ "anyOf": [texts(), section(of)] })),
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
        Shape::NamedTextsOr(of) => format!("names, each with a text or {}", of.title),
        Shape::NamedLists => "names, each with a list".to_owned(),
        Shape::NamedListsOr(of) => format!("names, each with a list or {}", of.title),
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
