//! What people write after `matoi runbook`.

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum RunbookCommand {
    /// Lists the runbooks of the plan that rules: when each ran and was rehearsed last, or that it never was.
    List,
}
