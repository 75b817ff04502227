//! `hosts`: machines on which steps are performed.
//!
//! ```yaml
//! hosts:
//!   db-1: { ssh: deploy@db-1.internal }
//!   db-2: { ssh: ssh://deploy@db-2:2222, options: [-F, ssh_config] }
//! ```

use std::collections::BTreeMap;

use crate::plan::finding::Complaint;
use crate::plan::host::{Host, LOCAL};
use crate::plan::read::Reader;
use crate::plan::read::field::Fields;
use crate::plan::yaml::Entry;

pub(super) const KEYS: &[&str] = &["ssh", "options"];

pub(super) fn read(reader: &mut Reader<'_>, top: &Fields<'_>) -> BTreeMap<String, Host> {
    let entries = reader.entries(top, "hosts");
    entries.iter().filter_map(|it| Some((it.key.clone(), host(reader, it)?))).collect()
}

fn host(reader: &mut Reader<'_>, entry: &Entry) -> Option<Host> {
    let name = &entry.key;
    if name == LOCAL || name.is_empty() || name.contains(['$', ' ']) {
        let complaint = Complaint::new(format!("a host cannot be called \"{name}\""));
        let hint = "`local` is this machine, and `$` begins the name of a parameter";
        reader.findings.error(&entry.key_span, complaint.hint(hint));
        return None;
    }
    let what = format!("the host \"{name}\"");
    let fields = reader.fields(&entry.value, &what, &entry.key_span, KEYS)?;
    let node = reader.need(&fields, "ssh")?;
    let ssh = reader.text(node, "\"ssh\"")?.to_owned();
    if ssh.is_empty() || ssh.starts_with('-') || ssh.contains(char::is_whitespace) {
        let complaint = Complaint::new(format!("\"{ssh}\" is nowhere that ssh could go"));
        let hint = "write `USER@HOST`, `ssh://USER@HOST:PORT`, or a name of ssh_config; arguments go into `options`";
        reader.findings.error(&node.span, complaint.hint(hint));
        return None;
    }
    let options = fields.get("options").map_or(Some(Vec::new()), |it| {
        reader.command(it, "options", "write [ARGUMENT, ARGUMENT], as ssh takes them")
    })?;
    Some(Host { name: name.clone(), ssh, options })
}
