//! Other machines on which steps are performed.

use crate::plan::{Plan, guess};

/// A machine on which scripts and commands are performed, reached by `ssh`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// What runbooks call it.
    pub name: String,
    /// Where to, as `ssh` takes it: `deploy@db-1.internal`, `ssh://deploy@db-1:2222`, or a name of `ssh_config`.
    pub ssh: String,
    /// Arguments for `ssh`; relative paths are relative to the plan.
    pub options: Vec<String>,
}

/// What `on` says for the machine of the server itself.
pub const LOCAL: &str = "local";

impl Plan {
    /// Where a script or a command is performed whose `on` is this; nothing, when it is here.
    ///
    /// `sql` and `http` understand their `on` by themselves, and are always performed here.
    pub fn host(&self, language: &str, on: Option<&str>) -> Result<Option<&Host>, String> {
        let name = match on {
            Some(name) if !matches!(language, "sql" | "http") && name != LOCAL => name,
            Some(_) | None => return Ok(None),
        };
        self.hosts.get(name).map(Some).ok_or_else(|| {
            let known = self.hosts.keys().map(String::as_str).chain([LOCAL]);
            let hint = guess::hint(name, known).map_or_else(String::new, |it| format!("; {it}"));
            format!("the plan has no host \"{name}\"{hint}")
        })
    }
}
