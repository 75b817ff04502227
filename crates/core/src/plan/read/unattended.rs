//! `unattended`: runbooks whose `recover` steps may run with nobody there.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::finding::Complaint;
use crate::plan::read::Reader;
use crate::plan::read::field::Fields;
use crate::plan::read::name::Kind;
use crate::runbook::Runbook;

pub(super) fn read(
    reader: &mut Reader<'_>,
    top: &Fields<'_>,
    runbooks: &BTreeMap<String, Runbook>,
) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let Some(node) = top.get("unattended") else {
        return names;
    };
    for item in reader.items(node, "\"unattended\"") {
        let Some(name) = reader.refer(Kind::Runbook, item) else { continue };
        if runbooks.get(&name).is_some_and(|it| !it.sound) {
            let complaint = Complaint::new(format!(
                "the runbook \"{name}\" has errors and does not run unattended"
            ));
            let hint = format!("mend runbooks/{name}.md");
            reader.findings.warning(&item.span, complaint.hint(hint));
        }
        names.insert(name);
    }
    names
}
