//! Waiting: for processes, for changes of the folder, and for time, at once.

use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::inotify::{self, CreateFlags, WatchFlags};

/// How often it looks when the kernel cannot wake it: too many watches, or too old a kernel.
pub(super) const TICK: Duration = Duration::from_millis(50);
/// How long a bell that rang is not listened to: a chatty step must not keep its shim busy.
const QUIET: Duration = Duration::from_millis(50);
/// How often it looks without a reason: children that were left to it are to be reaped, however quiet they are.
pub(super) const REAP_EVERY: Duration = Duration::from_secs(10);

/// Rings when something changes in a folder.
pub(super) struct Bell {
    inotify: Option<OwnedFd>,
}

impl Bell {
    /// Without a bell, looking every [`TICK`] serves: a machine has a limited number of them.
    pub(super) fn hang(folder: &Path) -> Bell {
        let changes = WatchFlags::MODIFY | WatchFlags::CREATE | WatchFlags::MOVED_TO;
        let hang = || {
            let inotify = inotify::init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC)?;
            inotify::add_watch(&inotify, folder, changes)?;
            rustix::io::Result::Ok(inotify)
        };
        Bell { inotify: hang().ok() }
    }

    /// Forgets every ring so far.
    fn hush(&self) {
        let Some(inotify) = &self.inotify else { return };
        let mut buffer = [MaybeUninit::uninit(); 4096];
        while rustix::io::read(inotify, &mut buffer).is_ok_and(|(read, _)| !read.is_empty()) {}
    }
}

/// Waits with a bell, and not too eagerly.
pub(super) struct Watch<'a> {
    bell: &'a Bell,
    deaf_until: Option<Instant>,
}

impl<'a> Watch<'a> {
    pub(super) fn new(bell: &'a Bell) -> Watch<'a> {
        Watch { bell, deaf_until: None }
    }

    /// Waits until `process` has ended, the folder changed, or `until`; sooner if in doubt.
    pub(super) fn wait(&mut self, process: Option<&OwnedFd>, until: Instant) {
        let now = Instant::now();
        let mut fds: Vec<BorrowedFd<'_>> = process.iter().map(|it| it.as_fd()).collect();
        let mut longest = REAP_EVERY.min(until.saturating_duration_since(now));
        if process.is_none() {
            longest = longest.min(TICK);
        }
        let deaf = self.deaf_until.map(|it| it.saturating_duration_since(now));
        match (&self.bell.inotify, deaf.filter(|it| !it.is_zero())) {
            (_, Some(rest)) => longest = longest.min(rest),
            (Some(inotify), None) => fds.push(inotify.as_fd()),
            (None, None) => longest = longest.min(TICK),
        }
        let listened = self.bell.inotify.is_some() && deaf.is_none_or(|it| it.is_zero());
        ready(&fds, longest);
        if listened {
            self.bell.hush();
            self.deaf_until = Some(Instant::now() + QUIET);
        }
    }
}

/// Waits until one of `fds` is ready or `longest` has passed; an interruption is an end too.
pub(super) fn ready(fds: &[BorrowedFd<'_>], longest: Duration) {
    let mut polled: Vec<PollFd<'_>> =
        fds.iter().map(|it| PollFd::from_borrowed_fd(*it, PollFlags::IN)).collect();
    // A millisecond more than nothing: a rest of microseconds must not become a busy loop.
    let timeout = Timespec::try_from(longest.max(Duration::from_millis(1))).ok();
    let _ = poll(&mut polled, timeout.as_ref());
}
