//! `status`: does the bot live, and does it deliver?

use std::time::Duration;

use jiff::Timestamp;

use crate::database;
use crate::lock::Lock;
use crate::process::Identity;
use crate::system::System;

/// How old the last delivery of a healthy bot may be when nothing else is said.
pub const FRESH: Duration = Duration::from_secs(15);

/// How the bot is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    Well { pid: i32, age: Duration },
    Unwell { reason: String },
}

/// Looks at the worker and its last delivery.
pub fn status(system: &System, fresh: Duration, now: Timestamp) -> anyhow::Result<Health> {
    let unwell = |reason: String| Ok(Health::Unwell { reason });
    let worker = Identity::read(&system.pid()).filter(Identity::is_alive);
    if !Lock::is_taken(system)? {
        return unwell("no worker is running".to_owned());
    }
    let Some(worker) = worker else {
        return unwell("worker.lock is taken, and not by a worker".to_owned());
    };
    let newest = match database::newest_ms(&system.database()) {
        Ok(newest) => newest,
        Err(error) => return unwell(format!("cannot read the last delivery: {error}")),
    };
    let Some(newest) = newest else {
        return unwell("nothing was delivered yet".to_owned());
    };
    let age = Duration::from_millis((now.as_millisecond() - newest).try_into().unwrap_or(0));
    if age > fresh {
        return unwell(format!("the last delivery was {} s ago", age.as_secs()));
    }
    Ok(Health::Well { pid: worker.pid, age })
}
