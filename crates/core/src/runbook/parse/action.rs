//! `action`: a fence that says what is to be done, where the plan says how.
//!
//! ````markdown
//! ```action { name=restart uses=service.restart service=web kind=recover check=up }
//! ```
//! ````

use crate::runbook::Step;

use super::attribute::Key;
use super::finding::quote;
use super::outline::Fence;
use super::reader::Reader;
use super::setting::Settings;

/// How it is written.
pub(super) const WAY: &str = "`uses=service.restart service=NAME`";

/// What `uses` begins with where a command of a service is meant.
const OF_A_SERVICE: &str = "service.";

/// Reads which command of which service it is, and gives it in words, for whoever reads what a step performs.
pub(super) fn read(
    step: &mut Step,
    fence: &Fence,
    settings: &Settings,
    reader: &mut Reader<'_>,
) -> String {
    if !fence.script.text.trim().is_empty() {
        let finding = reader.findings.error(fence.span.clone(), "an `action` has no script");
        finding.hint("the plan says how it is done; write what people should know above the fence");
    }
    let uses = reader.attributes.take(Key::Uses);
    let command = match &uses {
        Some(it) => it.value.strip_prefix(OF_A_SERVICE).filter(|it| !it.is_empty()),
        None => None,
    };
    if command.is_none() {
        let (span, message) = match &uses {
            Some(it) => (it.value_span.clone(), format!("{} is not available", quote(&it.value))),
            None => (fence.span.clone(), "an `action` without `uses`".to_owned()),
        };
        reader.findings.error(span, message).hint(WAY);
    }
    let command = command.unwrap_or_default().to_owned();
    let named = reader.attributes.take(Key::Service).map(|it| it.value);
    let service = named.or_else(|| settings.for_service.clone()).unwrap_or_default();
    if service.is_empty() && !command.is_empty() {
        let finding = reader.findings.error(fence.span.clone(), "of which service?");
        finding.hint("`service=NAME`, or `for: { service: NAME }` at the top of the file");
    }
    let text = format!("{OF_A_SERVICE}{command} {service}");
    step.extra.extend(
        [("uses", command), ("service", service)].map(|(it, value)| (it.to_owned(), value)),
    );
    text
}
