//! What people write after `matoi chore`.

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum ChoreCommand {
    /// Lists the chores of the plan: where each stands, when it was due, and when it is due next.
    List,
    /// Begins a chore's runbook now; when it ends well, the chore is done for the moment at which it was due.
    ///
    /// Refused while a run of the chore is open. To leave a chore out for once, cancel its run with a reason.
    Run {
        /// The chore, as the plan names it.
        name: String,
    },
}
