//! What the plan says of how steps are performed that are not Matoi's own.

use std::collections::BTreeMap;

use crate::plan::{Plan, guess};
use crate::runbook::ACTION;

/// What performs the scripts of one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpreter {
    /// A program and its arguments; the path of the script comes last. Never empty.
    pub run: Vec<String>,
    /// Reads a script from its standard input, performs nothing of it, and fails where it cannot be read. Empty where the
    /// plan names none.
    pub check: Vec<String>,
}

/// Who performs a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Performer<'p> {
    /// A kind of step, by its language.
    Kind,
    Interpreter(&'p Interpreter),
    /// A command of a service; never empty, and there is no script.
    Command(&'p [String]),
}

impl Plan {
    /// Who performs a step of this language with these attributes.
    pub fn performer(
        &self,
        language: &str,
        extra: &BTreeMap<String, String>,
    ) -> Result<Performer<'_>, String> {
        if language != ACTION {
            let named = self.interpreters.get(language);
            return Ok(named.map_or(Performer::Kind, Performer::Interpreter));
        }
        let word = |key: &str| extra.get(key).map(String::as_str).unwrap_or_default();
        let (command, name) = (word("uses"), word("service"));
        let known = |hint: Option<String>| hint.map_or_else(String::new, |it| format!("; {it}"));
        let Some(service) = self.services.get(name) else {
            let hint = known(guess::hint(name, self.services.keys().map(String::as_str)));
            return Err(format!("the plan has no service \"{name}\"{hint}"));
        };
        let commands = &service.commands;
        commands.get(command).map(|it| Performer::Command(it)).ok_or_else(|| {
            let hint = known(guess::hint(command, commands.keys().map(String::as_str)));
            format!("the service \"{name}\" has no command \"{command}\"{hint}")
        })
    }
}
