//! What people write after `matoi import`.

use std::path::PathBuf;

use clap::Args;

const EXAMPLES: &str = "\
  matoi import docs/incident.md                    what is understood; nothing is written
  matoi import docs/*.md --out ops                 writes the plan, its runbooks, and IMPORT.md
  matoi import docs/README.md --follow             with all that it links to
  matoi import docs/incident.md --out ops          again, after the document changed: your edits stay
  matoi import docs/incident.md --format json      everything, for programs";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ImportArgs {
    /// The documents: Markdown or text in UTF-8, in Japanese or English.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Also reads the documents that these link to by relative paths, and those that they link to.
    ///
    /// Only below the directory in which you are, or else that of the first document. What is no response document
    /// there is left out, and said.
    #[arg(long)]
    pub(crate) follow: bool,
    /// Where the plan is written. Without it nothing is written.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}
