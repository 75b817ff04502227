//! What people write after `matoi switch`.

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum SwitchCommand {
    /// Lists the switches that are thrown.
    List,
    /// Lets no further step begin: of one runbook, or of all. Running steps go on.
    Throw {
        /// Only this one.
        #[arg(long)]
        runbook: Option<String>,
        /// Why; whoever is held reads it.
        #[arg(long)]
        reason: String,
    },
    /// Puts a switch back; what was held goes on.
    PutBack {
        /// The switch of this runbook, rather than the one of all.
        #[arg(long)]
        runbook: Option<String>,
    },
}
