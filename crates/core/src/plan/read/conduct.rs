//! `conduct`: what holds in every run, whatever its runbook says.
//!
//! ```yaml
//! conduct: { second_person: [recover], verify: required }
//! ```

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::finding::Complaint;
use crate::plan::read::Reader;
use crate::plan::read::field::Fields;
use crate::plan::width::plain;
use crate::plan::{Conduct, Verify};
use crate::runbook::{Kind, Runbook, Step};

pub(super) const KEYS: &[&str] = &["second_person", "verify"];

pub(super) fn read(
    reader: &mut Reader<'_>,
    top: &Fields<'_>,
    unattended: &BTreeSet<String>,
    runbooks: &mut BTreeMap<String, Runbook>,
) -> Conduct {
    let mut conduct = Conduct::default();
    let Some(node) = top.get("conduct") else { return conduct };
    let Some(fields) = reader.fields(node, "\"conduct\"", &top.place("conduct"), KEYS) else {
        return conduct;
    };
    if let Some(node) = fields.get("second_person") {
        let items = reader.items(node, "\"second_person\"");
        let kinds = items.iter().filter_map(|it| reader.parsed(it, "\"second_person\"", kind));
        conduct.second_person = kinds.collect();
    }
    if let Some(node) = fields.get("verify") {
        conduct.verify = reader.parsed(node, "\"verify\"", verify).unwrap_or_default();
    }
    nobody_is_a_second(reader, top, &conduct, unattended, runbooks);
    if conduct.verify == Verify::Required {
        refuse_unverified(reader, &fields, runbooks);
    }
    conduct
}

fn kind(text: &str) -> Result<Kind, Complaint> {
    match plain(text).as_str() {
        "recover" => Ok(Kind::Recover),
        "click" => Ok(Kind::Click),
        _ => {
            let complaint = Complaint::new(format!("no second person is asked for \"{text}\""));
            Err(complaint.hint("write recover, for steps that change production, or click, for steps without a kind"))
        }
    }
}

fn verify(text: &str) -> Result<Verify, Complaint> {
    match plain(text).as_str() {
        "required" | "必須" => Ok(Verify::Required),
        "optional" | "任意" => Ok(Verify::Optional),
        _ => {
            let complaint = Complaint::new(format!("\"{text}\" does not say whether to verify"));
            Err(complaint.hint("write required or optional"))
        }
    }
}

/// What runs with nobody there has no second person.
fn nobody_is_a_second(
    reader: &mut Reader<'_>,
    top: &Fields<'_>,
    conduct: &Conduct,
    unattended: &BTreeSet<String>,
    runbooks: &BTreeMap<String, Runbook>,
) {
    if !conduct.second_person.contains(&Kind::Recover) {
        return;
    }
    for name in unattended {
        let Some(step) = runbooks.get(name).and_then(last_change) else { continue };
        let complaint = Complaint::new(format!(
            "the runbook \"{name}\" runs unattended, and its step \"{}\" needs a second person",
            step.name
        ));
        let hint = "take the runbook off \"unattended\", or recover off \"second_person\"";
        reader.findings.error(&top.place("unattended"), complaint.hint(hint));
    }
}

fn refuse_unverified(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    runbooks: &mut BTreeMap<String, Runbook>,
) {
    for runbook in runbooks.values_mut() {
        let Some(change) = last_change(runbook) else { continue };
        let mut after = runbook.steps.iter().rev().take_while(|it| it.kind != Kind::Recover);
        if after.any(|it| it.kind == Kind::Verify) {
            continue;
        }
        let complaint = Complaint::new(format!(
            "the runbook \"{}\" changes things in \"{}\" and verifies nothing afterwards, so it never runs unattended",
            runbook.name, change.name
        ));
        let hint = format!("add a step with kind=verify to runbooks/{}.md", runbook.name);
        reader.findings.warning(&fields.place("verify"), complaint.hint(hint));
        runbook.sound = false;
    }
}

fn last_change(runbook: &Runbook) -> Option<&Step> {
    runbook.steps.iter().rfind(|it| it.kind == Kind::Recover)
}
