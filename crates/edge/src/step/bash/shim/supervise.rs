//! From the start of the command to its end.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, PidfdFlags, WaitOptions, WaitStatus, pidfd_open, wait};

use super::tree;
use super::watch::{Bell, Watch};
use crate::step::attempt::claim::Acted;
use crate::step::attempt::exit::How;
use crate::step::attempt::stream::Streams;
use crate::step::attempt::{Attempt, Order, SCRIPT};

/// Far enough for a step without a sensible limit, and near enough to be added to any instant.
const TIMEOUT_MAX: Duration = Duration::from_secs(366 * 24 * 3600);

/// Starts the command and watches it to its end.
pub(super) fn supervise(
    attempt: &Attempt,
    order: &Order,
    streams: &mut Streams,
    bell: &Bell,
) -> Acted {
    let command = match start(attempt, order, streams) {
        Ok(command) => command,
        // The command was not executed: that is what this error means.
        Err(reason) => return Acted { how: How::NotStarted { reason }, left: 0 },
    };
    let timeout = Duration::from_millis(order.timeout_ms).min(TIMEOUT_MAX);
    let how = watch(attempt, command, Instant::now() + timeout, streams, bell);
    if let Some(remote) = &order.remote {
        return far(attempt, &remote.host, order, command, &how);
    }
    match how {
        // Whatever a step leaves behind when it ends by itself is meant to stay.
        Watched::Ended(status) => Acted { how: natural(status), left: 0 },
        Watched::TimedOut => {
            let left = tree::end(command, Duration::from_millis(order.grace_ms));
            Acted { how: How::TimedOut { after_ms: order.timeout_ms }, left }
        }
        Watched::Cancelled => {
            let left = tree::end(command, Duration::from_millis(order.grace_ms));
            Acted { how: How::Cancelled, left }
        }
    }
}

/// What ended the watch.
enum Watched {
    Ended(WaitStatus),
    TimedOut,
    Cancelled,
}

fn start(attempt: &Attempt, order: &Order, streams: &Streams) -> Result<Pid, String> {
    let (program, arguments) = order.command.split_first().ok_or("call.json names no program")?;
    let mut command = Command::new(program);
    command
        .args(arguments)
        .args((!order.bare).then(|| attempt.path(SCRIPT)))
        .current_dir(&order.cwd)
        .stdin(Stdio::null())
        .process_group(0);
    let share = |command: &mut Command| -> io::Result<()> {
        command.stdout(streams.stdout.share()?).stderr(streams.stderr.share()?);
        Ok(())
    };
    share(&mut command).map_err(|err| format!("its output cannot be shared: {err}"))?;
    let child = command
        .spawn()
        .map_err(|err| format!("{program} cannot be started in {}: {err}", order.cwd.display()))?;
    let pid = Pid::from_child(&child);
    // Only for people; that it cannot be written is no reason to disturb what runs.
    let _ = attempt.note_process(pid.as_raw_pid());
    Ok(pid)
}

fn watch(
    attempt: &Attempt,
    command: Pid,
    deadline: Instant,
    streams: &mut Streams,
    bell: &Bell,
) -> Watched {
    let process: Option<OwnedFd> = pidfd_open(command, PidfdFlags::empty()).ok();
    let mut watch = Watch::new(bell);
    loop {
        // The end is looked for first: a command that ended in time was not timed out, however late we woke.
        if let Some(status) = reap(command) {
            return Watched::Ended(status);
        }
        if attempt.is_cancelled() {
            return Watched::Cancelled;
        }
        if Instant::now() >= deadline {
            return Watched::TimedOut;
        }
        streams.bound();
        watch.wait(process.as_ref(), deadline);
    }
}

/// Takes note of every child that ended, and answers how `command` did if it did.
///
/// Orphans of the step are our children too; left unreaped they would fill the table of processes.
fn reap(command: Pid) -> Option<WaitStatus> {
    let mut found = None;
    while let Ok(Some((pid, status))) = wait(WaitOptions::NOHANG) {
        if pid == command {
            found = Some(status);
        }
    }
    found
}

/// How it ended on the host, in the relay's words. Without them nobody knows.
fn far(attempt: &Attempt, host: &str, order: &Order, relay: Pid, watched: &Watched) -> Acted {
    if !matches!(watched, Watched::Ended(_)) {
        tree::end(relay, Duration::from_millis(order.grace_ms));
    }
    if let Some(told) = attempt.told() {
        return Acted { how: told.how, left: told.left };
    }
    let reason = match watched {
        Watched::Ended(_) => {
            format!("what talked with {host} ended before it knew; the step may still run there")
        }
        Watched::TimedOut => format!(
            "{host} could not be asked how it ended; there the step was to be ended when its time was up"
        ),
        Watched::Cancelled => {
            format!("it was cancelled, and {host} could not be told; the step may still run there")
        }
    };
    Acted { how: How::Lost { reason }, left: 0 }
}

fn natural(status: WaitStatus) -> How {
    match (status.exit_status(), status.terminating_signal()) {
        (Some(code), _) => How::Exited { code },
        (None, Some(signal)) => How::Killed { signal },
        (None, None) => {
            How::Lost { reason: format!("it ended in a way nobody knows: {}", status.as_raw()) }
        }
    }
}
