//! How a command ends: a code for scripts, words and a way out for people.

use std::process::ExitCode;

use matoi_edge::client::ClientError;
use matoi_edge::client::shape::Code;

/// How a command that did not do what was asked ends. The numbers are promised to scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExitKind {
    /// A command that looks for problems found some.
    Found,
    /// Something went wrong that should not be able to.
    Bug,
    /// The words of the command make no sense.
    Usage,
    /// The plan, or a file that was named, is not as it must be.
    Plan,
    /// The server understood and said no; nothing was changed.
    Refused,
    /// The server, or its database, cannot be reached.
    Unavailable,
    /// What was asked for was carried out, and it ended badly.
    EndedBadly,
    /// It has not ended: a person must do something first.
    Waits,
}

/// Every kind with its code and its meaning, for the reference.
pub(crate) const KINDS: &[(ExitKind, &str)] = &[
    (
        ExitKind::Found,
        "`check` found errors, with `--strict` warnings too, or `reach` found holes; each was told.",
    ),
    (ExitKind::Usage, "The words of the command make no sense; `--help` teaches them."),
    (
        ExitKind::Plan,
        "The plan, or a file that was named, is not as it must be; every problem was told.",
    ),
    (
        ExitKind::Refused,
        "It was understood, and the server, the disk or the command itself said no; nothing was changed.",
    ),
    (
        ExitKind::Unavailable,
        "The server or its database cannot be reached; after an act, look again before you repeat it.",
    ),
    (
        ExitKind::EndedBadly,
        "It was carried out and ended badly: a run failed, or the demo was not proved.",
    ),
    (ExitKind::Waits, "A run has not ended: it waits for a person, and what to do was told."),
    (ExitKind::Bug, "Something went wrong that should not be able to; please report it."),
];

impl ExitKind {
    /// The code that the process ends with.
    pub(crate) fn code(self) -> u8 {
        match self {
            ExitKind::Found => 1,
            ExitKind::Usage => 2,
            ExitKind::Plan => 3,
            ExitKind::Refused => 4,
            ExitKind::Unavailable => 5,
            ExitKind::EndedBadly => 6,
            ExitKind::Waits => 7,
            // EX_SOFTWARE of sysexits(3).
            ExitKind::Bug => 70,
        }
    }
}

/// Whether the server answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FarSide {
    Answered,
    /// It may be there again in a moment.
    Away,
}

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    kind: ExitKind,
    far_side: FarSide,
    /// Empty when everything was said before.
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl Failure {
    /// A failure with its message: a lower-case fragment.
    pub(crate) fn new(kind: ExitKind, message: impl Into<String>) -> Failure {
        Failure { kind, far_side: FarSide::Answered, message: message.into(), hint: None }
    }

    /// A failure of which everything was said already.
    pub(crate) fn silent(kind: ExitKind) -> Failure {
        Failure::new(kind, "")
    }

    /// The same failure with a way out.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Failure {
        self.hint = Some(hint.into());
        self
    }

    /// Whether the server did not answer, as while it is started again.
    pub(crate) fn is_away(&self) -> bool {
        self.far_side == FarSide::Away
    }

    pub(crate) fn code(&self) -> ExitCode {
        ExitCode::from(self.kind.code())
    }
}

/// Trouble that nobody foresaw, with its whole chain.
impl From<anyhow::Error> for Failure {
    fn from(err: anyhow::Error) -> Failure {
        Failure::new(ExitKind::Bug, format!("{err:#}"))
    }
}

impl From<ClientError> for Failure {
    fn from(err: ClientError) -> Failure {
        let message = err.to_string();
        match err {
            ClientError::No(no) => {
                let kind = match no.code {
                    Code::Refused
                    | Code::Missing
                    | Code::Invalid
                    | Code::Unauthorized
                    | Code::Forbidden
                    | Code::TooLarge
                    | Code::Other => ExitKind::Refused,
                    Code::Busy | Code::Unavailable => ExitKind::Unavailable,
                };
                Failure { hint: no.hint, ..Failure::new(kind, message) }
            }
            ClientError::Unreachable { .. } => away(message).hint(
                "start it with `matoi serve DIR`, or say where it is with --server or --data",
            ),
            ClientError::Slow { .. } => away(message)
                .hint("look with `matoi status` before you repeat an act: it may have been stored"),
            ClientError::Stranger { .. } => Failure::new(ExitKind::Unavailable, message)
                .hint("is another program, or another version of Matoi, at that address?"),
            ClientError::NoName { .. } => Failure::new(ExitKind::Refused, message),
            ClientError::NoClient { .. } => Failure::new(ExitKind::Bug, message),
        }
    }
}

fn away(message: String) -> Failure {
    Failure { far_side: FarSide::Away, ..Failure::new(ExitKind::Unavailable, message) }
}
