//! The one place where the time is read.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

/// What time it is, to the millisecond, since that is how times are stored.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's.
    System,
    /// One that stands still until it is set, for rehearsals and tests.
    Held(Arc<Mutex<Timestamp>>),
}

impl Clock {
    /// A clock that stands at `at`.
    pub fn held(at: Timestamp) -> Clock {
        Clock::Held(Arc::new(Mutex::new(at)))
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        match self {
            Clock::System => {
                #[expect(clippy::disallowed_methods, reason = "this is the one place")]
                let now = Timestamp::now();
                Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
            }
            // A panic elsewhere does not spoil a time.
            Clock::Held(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Sets a held clock; the machine's cannot be set.
    pub fn set(&self, to: Timestamp) {
        if let Clock::Held(at) = self {
            *at.lock().unwrap_or_else(PoisonError::into_inner) = to;
        }
    }
}
