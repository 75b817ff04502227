//! What people write after `matoi incident`.

use clap::{Args, Subcommand, ValueEnum, value_parser};
use jiff::Timestamp;

#[derive(Debug, Subcommand)]
pub(crate) enum IncidentCommand {
    /// Opens an incident: people are paged, and runbooks start as the plan says.
    Declare(DeclareArgs),
    /// Lists incidents, newest first.
    List {
        /// Which of them.
        #[arg(long, value_enum, default_value_t = State::Open)]
        state: State,
        /// At most this many.
        #[arg(long, default_value_t = 50, value_parser = value_parser!(u32).range(1..=1000))]
        limit: u32,
    },
    /// Shows an incident: the next action first, then clocks, alerts, pages, runs, whom to call outside, and the timeline.
    Show {
        /// The incident: INC-20260105-001.
        id: String,
        /// Goes on with what happens, until it is resolved.
        #[arg(long, short)]
        follow: bool,
        /// Lines of the timeline, counted from the end.
        #[arg(long, default_value_t = 20, value_name = "COUNT")]
        lines: usize,
    },
    /// Takes an incident, so that nobody else is woken.
    #[command(visible_alias = "acknowledge")]
    Ack {
        /// The incident: INC-20260105-001.
        id: String,
    },
    /// Writes a line into the timeline.
    Note {
        /// The incident: INC-20260105-001.
        id: String,
        /// `-` reads standard input.
        text: String,
    },
    /// Changes the severity; people are paged as the new one asks.
    Severity {
        /// The incident: INC-20260105-001.
        id: String,
        /// A label of the plan.
        to: String,
        /// Why; it goes into the timeline and the report.
        #[arg(long)]
        reason: String,
    },
    /// Makes a person lead it.
    Assign {
        /// The incident: INC-20260105-001.
        id: String,
        /// A person of the plan.
        to: String,
    },
    /// Pages the next level now, or the levels of a condition that you state.
    Escalate {
        /// The incident: INC-20260105-001.
        id: String,
        /// A condition of the policy, as the plan writes it.
        #[arg(long)]
        condition: Option<String>,
    },
    /// Says that it is over.
    Resolve(ResolveArgs),
    /// Opens it again.
    Reopen {
        /// The incident: INC-20260105-001.
        id: String,
        /// Why; it goes into the timeline and the report.
        #[arg(long)]
        reason: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct DeclareArgs {
    /// What is wrong, in a few words.
    pub(crate) title: String,
    /// A label of the plan. In doubt, the worse one.
    #[arg(long)]
    pub(crate) severity: String,
    /// The service that suffers.
    #[arg(long)]
    pub(crate) service: Option<String>,
    /// How much of it, as the plan's scopes name it.
    #[arg(long)]
    pub(crate) scope: Option<String>,
    /// What is known so far.
    #[arg(long)]
    pub(crate) note: Option<String>,
    /// When the trouble began, as 2026-01-05T03:12:00+09:00.
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<Timestamp>,
}

#[derive(Debug, Args)]
pub(crate) struct ResolveArgs {
    /// The incident: INC-20260105-001.
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) ground: Ground,
}

/// On what it is resolved; one of them must be said.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Ground {
    /// On the runbook's verification and the cleared alerts; refused when there is none.
    #[arg(long)]
    pub(crate) checks: bool,
    /// On your word.
    #[arg(long)]
    pub(crate) reason: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum State {
    Open,
    Resolved,
    All,
}

impl State {
    /// As the interface asks for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Resolved => "resolved",
            State::All => "all",
        }
    }
}
