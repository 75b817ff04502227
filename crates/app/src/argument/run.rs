//! What people write after `matoi run`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, value_parser};

const EXAMPLES: &str = "\
  matoi run disk-full HOST=db-1            starts it, and follows it until it ends or asks a person
  matoi run disk-full --plan --dir ops     shows what it would do; nothing is performed
  matoi run disk-full --rehearse           finds out whether it would work; nothing is changed
  matoi run show RUN-20260105-001          where it stands, and what it asks
  matoi run attach RUN-20260105-001        goes on watching it
  matoi run output RUN-20260105-001 -f     what the step prints that is being performed
  matoi run click RUN-20260105-001 STEP    performs a step that waits for a person
  matoi run answer RUN-20260105-001 STEP skip --reason \"done by hand\"";

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true, after_help = EXAMPLES)]
pub(crate) struct RunArgs {
    #[command(subcommand)]
    pub(crate) command: Option<RunCommand>,
    #[command(flatten)]
    pub(crate) start: StartArgs,
}

#[derive(Debug, Args)]
pub(crate) struct StartArgs {
    /// The runbook: the name of its file without `.md`.
    #[arg(required = true)]
    pub(crate) runbook: Option<String>,
    /// Parameters, as NAME=VALUE.
    #[arg(value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) params: Vec<(String, String)>,
    /// Runs it for an incident, whose timeline and report then tell of it.
    #[arg(long, value_name = "ID", conflicts_with_all = ["params", "plan"])]
    pub(crate) incident: Option<String>,
    /// Returns once it is begun, instead of following it.
    #[arg(long)]
    pub(crate) detach: bool,
    /// Shows the steps in order, who may start each, and how long it may take; nothing is performed.
    #[arg(long)]
    pub(crate) plan: bool,
    /// Takes the looks, finds out whether the other steps could be performed, and changes nothing.
    ///
    /// Nobody is called, and gates stay shut. Ends with 6 when a step would fail.
    #[arg(long, conflicts_with_all = ["plan", "incident"])]
    pub(crate) rehearse: bool,
    /// The plan's directory, for --plan.
    #[arg(long, default_value = ".", value_name = "DIR", requires = "plan")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RunCommand {
    /// Lists runs, newest first.
    List {
        /// Which of them.
        #[arg(long, value_enum, default_value_t = State::Open)]
        state: State,
        /// Only those of an incident.
        #[arg(long, value_name = "ID")]
        incident: Option<String>,
        /// At most this many.
        #[arg(long, default_value_t = 50, value_parser = value_parser!(u32).range(1..=1000))]
        limit: u32,
    },
    /// Shows a run: its steps, what it waits for, and what to do.
    Show {
        /// The run: RUN-20260105-001.
        id: String,
        /// Goes on with what happens, until it ends.
        #[arg(long, short)]
        follow: bool,
    },
    /// Goes on watching a run that somebody started, until it ends; Ctrl-C only stops watching.
    Attach {
        /// The run: RUN-20260105-001.
        id: String,
    },
    /// Prints what a step printed, without secrets, as far as it was kept.
    Output {
        /// The run: RUN-20260105-001.
        id: String,
        /// The name of the step; otherwise the one that is being performed, or was last.
        step: Option<String>,
        /// Which attempt, counted from 1; otherwise the newest.
        #[arg(long, value_name = "NUMBER")]
        attempt: Option<u32>,
        /// Goes on with what comes, until the attempt is over.
        #[arg(long, short)]
        follow: bool,
    },
    /// Performs a step that waits for a person.
    Click {
        /// The run: RUN-20260105-001.
        id: String,
        /// The name of the step.
        step: String,
    },
    /// Decides about a step that failed or is unclear.
    Answer {
        /// The run: RUN-20260105-001.
        id: String,
        /// The name of the step.
        step: String,
        /// What you decide.
        #[arg(value_enum)]
        answer: Answer,
        /// Why; it goes into the timeline and the report.
        #[arg(long)]
        reason: String,
    },
    /// Says yes at a gate.
    Approve {
        /// The run: RUN-20260105-001.
        id: String,
        /// The name of the step.
        step: String,
        /// Why; it goes into the timeline and the report.
        #[arg(long)]
        reason: Option<String>,
    },
    /// Says no at a gate; one no closes it.
    Refuse {
        /// The run: RUN-20260105-001.
        id: String,
        /// The name of the step.
        step: String,
        /// Why; it goes into the timeline and the report.
        #[arg(long)]
        reason: String,
    },
    /// Ticks an item of a list for people.
    Tick {
        /// The run: RUN-20260105-001.
        id: String,
        /// The name of the step.
        step: String,
        /// Counted from 1.
        item: usize,
        /// What there is to say about it.
        #[arg(long)]
        note: Option<String>,
    },
    /// Ends a run, and whatever it is performing, with everything that was started.
    Cancel {
        /// The run: RUN-20260105-001.
        id: String,
        /// Why; it goes into the timeline and the report.
        #[arg(long)]
        reason: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Answer {
    /// It took effect; go on.
    Done,
    /// It did not take effect; perform it again.
    Rerun,
    /// Leave it out and go on.
    Skip,
    /// Take back what was applied, and end.
    Undo,
    /// End here.
    Abort,
}

impl Answer {
    /// As the interface wants it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Answer::Done => "mark_done",
            Answer::Rerun => "rerun",
            Answer::Skip => "skip",
            Answer::Undo => "undo",
            Answer::Abort => "abort",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum State {
    Open,
    Ended,
    All,
}

impl State {
    /// As the interface asks for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Ended => "ended",
            State::All => "all",
        }
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) =
        text.split_once('=').ok_or_else(|| format!("{text:?} is not NAME=VALUE"))?;
    Ok((name.to_owned(), value.to_owned()))
}
