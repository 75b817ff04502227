//! The shim: a small process between the server and a command, which outlives the server and records the outcome.
//!
//! It waits without a runtime and without threads, and sleeps until the command ends, its time is up, its folder
//! changes (a person cancels, output grows), or [`watch::REAP_EVERY`] has passed.
//!
//! **Invariant:** it leads a session of its own, so no terminal and no `kill` of the server's group reaches it, and the
//! command leads a group of its own, so `kill 0` in a script does not reach the shim.
//! **Invariant:** it is the subreaper of everything that the command starts, so whatever escapes becomes its child.
//! **Invariant:** its environment is exactly the step's: it was given nothing else.
//! **Limit:** Linux only, 5.3 or later; below that it looks at the command every [`watch::TICK`] instead of being woken.
//! **Limit:** under systemd the server's unit needs `KillMode=process`, else a restart of the server kills shims too.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use rustix::process::{getpid, set_child_subreaper, setsid};

use crate::step::attempt::{Attempt, claim};

mod supervise;
mod tree;
mod watch;

/// Performs the attempt in the folder that is the first of `args`, unless somebody does or did.
///
/// Once this returns successfully, the outcome is in the folder, or in the hands of whoever was first. A failure that is
/// told on standard error means that nothing began, unless the folder says otherwise.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut args = args.into_iter();
    let outcome = match (args.next(), args.next()) {
        (Some(folder), None) => run(Path::new(&folder)),
        (Some(_) | None, _) => Err(io::Error::other("the shim takes one folder")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            // Nobody may be listening any more, and that is nothing to fail for.
            let _ = writeln!(io::stderr(), "the step cannot begin: {err}");
            ExitCode::FAILURE
        }
    }
}

fn run(folder: &Path) -> io::Result<()> {
    // Fails only when we lead a session already, which serves as well.
    let _ = setsid();
    set_child_subreaper(Some(getpid()))?;
    let attempt = Attempt::at(folder);
    // Hung up before anybody looks whether it was cancelled, or a change in between would go unheard.
    let bell = watch::Bell::hang(attempt.folder());
    claim::carry_out(&attempt, |order, streams| {
        supervise::supervise(&attempt, order, streams, &bell)
    })
}
