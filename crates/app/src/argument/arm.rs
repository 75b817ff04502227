//! What people write after `matoi arm`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use matoi_core::runbook::Kind;

const EXAMPLES: &str = "\
  matoi arm disk-full --dir ops                               its steps, and which are armed
  matoi arm disk-full look-1 --kind diagnose --dir ops        it may begin by itself from now on
  matoi arm disk-full clean --kind recover --check room       with the step that tells whether it worked";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ArmArgs {
    /// The runbook: the name of its file without `.md`.
    pub(crate) runbook: String,
    /// The step. Without it, the steps are listed.
    #[arg(requires = "kind")]
    pub(crate) step: Option<String>,
    /// What the step means for the world.
    #[arg(long, value_enum)]
    pub(crate) kind: Option<Arms>,
    /// Gives the step a name of its own.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// The step that tells whether it worked.
    #[arg(long, value_name = "STEP")]
    pub(crate) check: Option<String>,
    /// The step that takes it back.
    #[arg(long, value_name = "STEP")]
    pub(crate) undo: Option<String>,
    /// The plan's directory.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
    /// Asks nothing.
    #[arg(long, short)]
    pub(crate) yes: bool,
}

/// A kind that a step may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Arms {
    /// Looks, changes nothing.
    Diagnose,
    /// Writes an artifact.
    Backup,
    /// Changes production.
    Recover,
    /// Looks whether all is well.
    Verify,
    /// Takes a recovery back.
    Undo,
    /// Runs when another step fails.
    Handler,
}

impl From<Arms> for Kind {
    fn from(arms: Arms) -> Kind {
        match arms {
            Arms::Diagnose => Kind::Diagnose,
            Arms::Backup => Kind::Backup,
            Arms::Recover => Kind::Recover,
            Arms::Verify => Kind::Verify,
            Arms::Undo => Kind::Undo,
            Arms::Handler => Kind::Handler,
        }
    }
}
