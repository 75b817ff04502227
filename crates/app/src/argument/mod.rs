//! What people write after `matoi`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use matoi_core::language::Language;

pub(crate) mod arm;
pub(crate) mod chore;
pub(crate) mod import;
pub(crate) mod incident;
pub(crate) mod reach;
pub(crate) mod run;
pub(crate) mod runbook;
pub(crate) mod switch;

use arm::ArmArgs;
use chore::ChoreCommand;
use import::ImportArgs;
use incident::IncidentCommand;
use reach::ReachArgs;
use run::RunArgs;
use runbook::RunbookCommand;
use switch::SwitchCommand;

const EXAMPLES: &str = "\
Begin here:
  matoi demo                    the whole way, on a real system that is really damaged
  matoi init ops                a small commented plan
  matoi import FILE --out ops   or a plan from the document that you have
  matoi check ops               every problem in it, with its place
  matoi reach ops               who is reached when, for a whole year
  matoi serve ops --dev         watch, page, and run

In the night:
  matoi status                  what is open, who is on call, what to do first
  matoi incident ack ID         take it, so that nobody else is woken
  matoi incident show ID -f     follow what happens

Exit codes: 0 done, 1 problems were found, 2 usage, 3 the plan or a file is not
as it must be, 4 refused, 5 unavailable, 6 ended badly, 7 waits for a person,
70 a bug.";

/// Carries out a team's operations document: detect, page, run, verify, report.
#[derive(Debug, Parser)]
#[command(name = "matoi", version, after_help = EXAMPLES, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) everywhere: Everywhere,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command understands.
#[derive(Clone, Debug, Args)]
pub(crate) struct Everywhere {
    /// Where the server is. By default, where the data directory says, else http://127.0.0.1:8119.
    #[arg(
        long,
        global = true,
        env = "MATOI_SERVER",
        value_name = "URL",
        help_heading = "Everywhere"
    )]
    pub(crate) server: Option<String>,
    /// Where the server keeps its data. By default matoi in $XDG_STATE_HOME, else ~/.local/state/matoi.
    #[arg(
        long,
        global = true,
        env = "MATOI_DATA",
        value_name = "DIR",
        help_heading = "Everywhere"
    )]
    pub(crate) data: Option<PathBuf>,
    /// Who acts; it goes into the timeline. By default, the user of this machine.
    #[arg(
        long = "as",
        global = true,
        env = "MATOI_ACTOR",
        value_name = "NAME",
        help_heading = "Everywhere"
    )]
    pub(crate) actor: Option<String>,
    /// For people, or for programs.
    #[arg(long, global = true, value_enum, default_value_t = Format::Human, help_heading = "Everywhere")]
    pub(crate) format: Format,
    /// Japanese or English. By default the machine's where that is Japanese, else the plan's.
    #[arg(long, global = true, env = "MATOI_LANGUAGE", value_enum, help_heading = "Everywhere")]
    pub(crate) language: Option<Speech>,
    /// Colours. NO_COLOR turns them off too.
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN", help_heading = "Everywhere")]
    pub(crate) color: Colour,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Tables and sentences.
    Human,
    /// One JSON value, as docs/api.md describes it.
    Json,
    /// A picture; `reach` draws one.
    Svg,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Speech {
    Ja,
    En,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// When a person looks.
    Auto,
    Always,
    Never,
}

impl From<Speech> for Language {
    fn from(speech: Speech) -> Language {
        match speech {
            Speech::Ja => Language::Ja,
            Speech::En => Language::En,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Writes a small commented plan to start from.
    ///
    /// Nothing that exists is written over.
    Init {
        /// A directory that is new or empty of plans.
        dir: PathBuf,
    },
    /// Reads the documents that a team has, says what was understood line by line, and writes them as a plan.
    ///
    /// Nothing is invented: what a document does not say is asked, with its lines, and what contradicts itself or is
    /// dangerous is told. No imported step runs before a person clicks it. Ends with 3 when a file is no response
    /// document that can be read.
    Import(ImportArgs),
    /// Tells every problem of a plan and its runbooks, with file, line, and a way out.
    ///
    /// Beyond mistakes of writing it looks for promises that cannot be kept: severities that reach nobody, gates that
    /// nobody can be called to, restores of what nobody backs up, budgets longer than the
    /// target, programs that are not on this machine. Needs no server and changes nothing; where a server is known, it
    /// is asked which runbooks were never rehearsed. Ends with 0 when there is no
    /// error, and with 1 when there is one, in the plan or in a runbook.
    Check {
        /// The plan's directory.
        #[arg(default_value = ".")]
        dir: PathBuf,
        /// Warnings, and a plan that is not armed, end with 1 too.
        #[arg(long)]
        strict: bool,
        /// Writes words of the format right that were written nearly right, after it asked you.
        ///
        /// Keys and attributes only: never a name of yours, and nothing by which a step would begin by itself.
        #[arg(long)]
        fix: bool,
        /// Does not ask.
        #[arg(long, requires = "fix")]
        yes: bool,
    },
    /// Lets a step of a runbook begin by itself, and writes above it who said so.
    ///
    /// It asks you before it writes. Refused while something in the step is to be
    /// filled in, a parameter has no default, or the runbook would have errors.
    Arm(ArmArgs),
    /// Proves who is reached when: for every severity and every minute of a year, against the targets.
    ///
    /// Computed from duty hours, turns, holidays and changes of the clocks; nothing is paged, and no server is needed.
    /// Ends with 0 when somebody on duty is always reached in time, with 1 when there are holes, each of which is told
    /// with its reason.
    Reach(ReachArgs),
    /// Watches, pages, and runs, until SIGTERM or Ctrl-C.
    ///
    /// SIGHUP, or `matoi plan reload`, takes the plan anew. Killing the server disturbs no running step: the next start
    /// finds it. Logs go to standard error; MATOI_LOG sets how much (`MATOI_LOG=debug`).
    Serve(ServeArgs),
    /// What is open, who is on call, what to do first, and how the server is.
    Status,
    /// Declares, shows, and changes incidents.
    #[command(subcommand, visible_alias = "inc")]
    Incident(IncidentCommand),
    /// Starts a runbook and follows it; shows runs, and answers what they ask.
    Run(RunArgs),
    /// Lists the runbooks, and when each ran and was rehearsed last.
    #[command(subcommand)]
    Runbook(RunbookCommand),
    /// Writes the incident report and the post-incident report from the timeline.
    ///
    /// Files of templates/ in the plan's directory take the place of the built-in forms, and add others.
    Report {
        /// The incident.
        id: String,
        /// Which of the two.
        #[arg(long, value_enum, default_value_t = Which::Both)]
        kind: Which,
        /// A further form of the house, by the name of its file in templates/.
        #[arg(long, value_name = "NAME", conflicts_with = "kind")]
        form: Option<String>,
        /// Writes ID-incident.md and ID-review.md there instead of printing them.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Lists what has to be done again and again, and begins it by hand.
    #[command(subcommand)]
    Chore(ChoreCommand),
    /// Stops and releases what Matoi does to systems. Pages are never stopped.
    #[command(subcommand)]
    Switch(SwitchCommand),
    /// Takes the plan of the server's directory anew, and compares plans.
    #[command(subcommand)]
    Plan(PlanCommand),
    /// Prints the JSON Schema of matoi.yaml, for editors.
    ///
    /// With the YAML language server, write into the first line of the plan:
    /// `# yaml-language-server: $schema=./matoi.schema.json`
    Schema,
    /// Shows the whole way on something real: a small system, really damaged, and recovered by its plan.
    ///
    /// Everything is kept in one folder, which the first lines name. Nothing else of this machine is touched.
    Demo(DemoArgs),
    /// Prints a script that completes commands in your shell.
    ///
    /// bash: matoi completions bash > ~/.local/share/bash-completion/completions/matoi
    Completions { shell: clap_complete::Shell },
    /// Prints the reference as JSON: Markdown by file name. `cargo xtask docs` writes it to docs/reference.
    #[command(hide = true)]
    Reference,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The plan's directory.
    #[arg(default_value = ".")]
    pub(crate) dir: PathBuf,
    /// Where to listen. Beyond loopback is refused until there are accounts.
    #[arg(long, default_value = "127.0.0.1:8119", value_name = "ADDRESS")]
    pub(crate) listen: SocketAddr,
    /// Asks nobody on this machine for a token.
    #[arg(long)]
    pub(crate) dev: bool,
    /// How people reach this server, for links in pages.
    #[arg(long, env = "MATOI_BASE_URL", value_name = "URL")]
    pub(crate) base_url: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Ends by itself: prints the incident and the reports, and exits with 0 when everything was proved.
    #[arg(long)]
    pub(crate) once: bool,
    /// Kills the server twice on the way, once in the middle of a recovery step.
    #[arg(long)]
    pub(crate) kill: bool,
    /// Keeps everything there instead of in a new folder among the temporary files. Must be new or empty.
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Which {
    Incident,
    Review,
    Both,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PlanCommand {
    /// Reads the plan's directory again. A broken plan changes nothing; the running one stays.
    Reload,
    /// Says in words what changes when the second plan rules instead of the first, and for whom.
    ///
    /// Needs no server. Ends with 0 when nothing differs, and with 1 when something does, as diff(1).
    Diff {
        /// The directory of the plan that rules.
        old: PathBuf,
        /// The directory of the plan that is to rule.
        new: PathBuf,
    },
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_words_hang_together() {
        super::Arguments::command().debug_assert();
    }
}
