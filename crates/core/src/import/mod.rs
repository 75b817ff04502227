//! From a team's document to a plan: what is understood becomes objects, and every line is accounted for.
//!
//! **Invariant:** each source line is used, reference, left, asked, or blank, and the sum is the file.
//! **Invariant:** nothing is invented: what the document does not say is a question, never a default.
//! **Invariant:** nothing that is written can run by itself; every step waits for a person.

use std::collections::BTreeMap;

use crate::language::Language;

mod account;
mod doubt;
mod fact;
mod html;
mod model;
mod outline;
mod procedure;
mod reading;
mod source;
mod word;
mod write;

pub use model::{
    Account, Clause, Contact, Count, Document, Endpoint, Escalation, Link, Note, Procedure,
    Retention, Route, Routine, Severity, Standing, Step, StepKind, Target, TargetKind, Template,
    Threshold,
};
pub use source::{DOCUMENT_BYTES_MAX, DOCUMENT_LINES_MAX, Refusal};
pub use write::again::{Fate, Merged, merge};
pub use write::lines;

/// Documents of one import.
pub const DOCUMENTS_MAX: usize = 500;

/// Reads one document, its name, for references, and its bytes, and asks in the language that it is written in.
pub fn read(name: &str, bytes: &[u8]) -> Result<Document, Refusal> {
    read_in(name, bytes, None)
}

/// Reads one document, and asks in the language that is wished.
pub fn read_in(name: &str, bytes: &[u8], wished: Option<Language>) -> Result<Document, Refusal> {
    let source = source::Source::read(name, bytes)?;
    let outline = outline::Outline::read(&source.text);
    let language = word::tongue::tongue(&source.text)?;
    let asked_in = wished.unwrap_or(language);
    let mut reading = reading::Reading::new(&source, &outline, language, asked_in);
    source.tell_secrets(&mut reading);
    fact::read(&mut reading);
    procedure::read(&mut reading);
    reading.leave_the_rest();
    if !reading.is_response_document() {
        return Err(Refusal::NoResponse);
    }
    doubt::within(&mut reading);
    Ok(reading.finish())
}

/// Looks for contradictions between documents that are imported together, and adds them to each.
pub fn compare(documents: &mut [Document]) {
    doubt::between(documents);
}

/// The plan directory that documents become: file by path. `IMPORT.md` is the account.
pub fn plan(documents: &[Document], language: Language) -> BTreeMap<String, String> {
    write::written(documents, language)
}
