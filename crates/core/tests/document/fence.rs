//! The fences of a manual: examples, and the problems that a manual says an example has.

use std::fs;

use matoi_core::problem::{Problem, Weight};
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

/// An example of a manual.
pub(crate) struct Example {
    pub(crate) text: String,
    /// The problems that the manual tells of right behind it; none means that it is in order.
    pub(crate) told: String,
    /// For messages: the heading that it stands below.
    pub(crate) place: String,
}

/// The text of a manual.
pub(crate) fn manual(name: &str) -> String {
    let path = format!("{}/../../docs/{name}", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(path).unwrap()
}

/// Every fence of this language, with the `text` fence of problems that follows it.
pub(crate) fn examples(manual: &str, language: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let (mut heading, mut is_heading) = (String::new(), false);
    let mut code: Option<(String, String)> = None;
    let mut follows = false;
    for event in Parser::new(manual) {
        if let Event::Start(Tag::Heading { .. }) = &event {
            heading.clear();
            is_heading = true;
        } else if let Event::End(TagEnd::Heading(_)) = &event {
            is_heading = false;
        } else if let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) = &event {
            code = Some((info.to_string(), String::new()));
        } else if let Event::Text(text) | Event::Code(text) = &event {
            match &mut code {
                Some((_, inside)) => inside.push_str(text),
                None if is_heading => heading.push_str(text),
                None => {}
            }
        } else if let Event::End(TagEnd::CodeBlock) = &event
            && let Some((info, text)) = code.take()
        {
            if info == language {
                examples.push(Example { text, told: String::new(), place: heading.clone() });
                follows = true;
            } else if follows && info == "text" && is_problems(&text) {
                // A sentence between an example and its problems is welcome.
                examples.last_mut().unwrap().told = text;
                follows = false;
            }
        }
    }
    examples
}

fn is_problems(text: &str) -> bool {
    ["error: ", "warning: ", "unarmed: "].iter().any(|it| text.starts_with(it))
}

/// Problems as the manuals tell them.
pub(crate) fn told(problems: &[Problem]) -> String {
    let tell = |it: &Problem| {
        let weight = match it.weight {
            Weight::Error => "error",
            Weight::Unarmed => "unarmed",
            Weight::Warning => "warning",
        };
        let hint = it.hint.as_ref().map(|it| format!("  {it}\n")).unwrap_or_default();
        format!("{weight}: {}\n{hint}", it.message)
    };
    problems.iter().map(tell).collect()
}

/// The words that a hint of the shape `known here: a, b` or `known: a, b` lists.
pub(crate) fn known(problems: &[Problem]) -> Vec<String> {
    let lists = problems.iter().filter_map(|it| it.hint.as_deref()?.strip_prefix("known"));
    let words = lists.filter_map(|it| it.split_once(": ")).flat_map(|(_, it)| it.split(", "));
    words.map(str::to_owned).collect()
}
