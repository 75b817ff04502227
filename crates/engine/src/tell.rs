//! Why a workflow could not be told something.

use matoi_store::StoreError;

/// Why a workflow could not be told something. `R` is its own expected "no".
#[derive(Debug, thiserror::Error)]
pub enum TellError<R: std::error::Error + 'static> {
    #[error("{0}")]
    Refused(R),
    #[error("there is no {what}")]
    Missing { what: String },
    /// Others were faster every time; trying again is right.
    #[error("too many changes at once; try again")]
    Busy,
    #[error("what is stored cannot be used: {what}")]
    Broken { what: String },
    #[error("the database is unavailable")]
    Store(#[source] StoreError),
}

impl<R: std::error::Error + 'static> TellError<R> {
    /// The same trouble where nothing was asked that could be refused.
    pub(crate) fn elsewhere<S: std::error::Error + 'static>(self) -> TellError<S> {
        match self {
            TellError::Refused(refusal) => TellError::Broken { what: refusal.to_string() },
            TellError::Missing { what } => TellError::Missing { what },
            TellError::Busy => TellError::Busy,
            TellError::Broken { what } => TellError::Broken { what },
            TellError::Store(err) => TellError::Store(err),
        }
    }

    /// A store's error, other than a conflict, which the caller answers by loading again.
    pub(crate) fn store(err: StoreError) -> TellError<R> {
        match err {
            StoreError::Conflict => TellError::Busy,
            StoreError::Missing
            | StoreError::Unavailable(_)
            | StoreError::Corrupt { .. }
            | StoreError::TooLarge { .. } => TellError::Store(err),
        }
    }
}

/// Decisions that somebody else overtook, one after the other, before it is called busy.
pub(crate) const RACES_MAX: u32 = 20;
