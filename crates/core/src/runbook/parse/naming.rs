//! Names of steps: those that authors give are unique and may be referred to; the others are for display.

use std::collections::{BTreeMap, BTreeSet};

use crate::runbook::environment;

use super::draft::Draft;
use super::finding::Findings;
use super::outline::Heading;
use super::source::Source;

/// Checks the given names, and names the rest after their headings.
pub(super) fn name(
    drafts: &mut [Draft],
    headings: &[Heading],
    source: &Source,
    findings: &mut Findings,
) {
    let mut taken = BTreeSet::new();
    given(drafts, source, &mut taken, findings);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for draft in drafts.iter_mut().filter(|it| it.name.is_none()) {
        let heading = draft.heading.and_then(|it| headings.get(it));
        let slug = heading.map_or_else(|| "step".to_owned(), |it| slug(&it.text));
        let count = counts.entry(slug.clone()).or_default();
        loop {
            *count += 1;
            let name = format!("{slug}-{count}");
            if taken.insert(name.clone()) {
                draft.step.name = name;
                break;
            }
        }
    }
}

/// Checks the names that authors gave; a second step of a name loses it.
fn given(
    drafts: &mut [Draft],
    source: &Source,
    taken: &mut BTreeSet<String>,
    findings: &mut Findings,
) {
    let mut variables: BTreeMap<String, String> = BTreeMap::new();
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    for draft in drafts.iter_mut() {
        let Some(span) = draft.name.clone() else { continue };
        let name = draft.step.name.clone();
        if let Some(line) = lines.get(&name) {
            findings
                .error(span, format!("a second step is called `{name}`"))
                .hint(format!("the first stands in line {line}"));
            draft.name = None;
            continue;
        }
        let prefix = environment::prefix(&name);
        if environment::is_reserved(&prefix) {
            findings
                .error(
                    span.clone(),
                    format!(
                        "a step called `{name}` would publish `${prefix}_…`, which is not its own"
                    ),
                )
                .hint("choose another name");
        } else if let Some(other) = variables.insert(prefix.clone(), name.clone()) {
            findings.error(
                span.clone(),
                format!("`{name}` and `{other}` would publish the same variables, `${prefix}_…`"),
            );
        }
        lines.insert(name.clone(), source.line(span.start));
        taken.insert(name);
    }
}

/// The letters of a heading that a name may have, without its number.
fn slug(heading: &str) -> String {
    let words: Vec<String> = heading
        .split(|it: char| !it.is_ascii_alphanumeric())
        .filter(|it| !it.is_empty())
        .skip_while(|it| it.bytes().all(|it| it.is_ascii_digit()))
        .map(str::to_ascii_lowercase)
        .collect();
    let slug: String = words.join("-").chars().take(40).collect();
    let slug = slug.trim_end_matches('-');
    // A number or a lone letter left of a Japanese heading says nothing.
    if slug.len() < 2 { "step".to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn a_heading_becomes_a_word() {
        for (heading, expected) in [
            ("1. Diagnose", "diagnose"),
            ("2.1 Back up first!", "back-up-first"),
            ("診断", "step"),
            ("1.1 フロントエンド（Next.js）障害", "next-js"),
            ("", "step"),
        ] {
            assert_eq!(slug(heading), expected, "{heading}");
        }
    }
}
