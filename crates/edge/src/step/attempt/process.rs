//! Who a process is: a number that is used again is told from the one that was.

use std::fs;
use std::path::Path;

use rustix::process::Pid;
use serde::{Deserialize, Serialize};

/// A process, so exactly that no later one can be taken for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::step) struct Identity {
    pub(in crate::step) pid: i32,
    /// When it started, in ticks since the machine did.
    pub(in crate::step) start: u64,
    /// Which start of the machine that was.
    pub(in crate::step) boot: String,
}

/// One line of `/proc/PID/stat`, as far as we need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::step) struct Stat {
    pub(in crate::step) pid: i32,
    pub(in crate::step) parent: i32,
    pub(in crate::step) start: u64,
    /// It has ended, and only its number is left.
    pub(in crate::step) dead: bool,
}

impl Identity {
    pub(in crate::step) fn of(pid: i32) -> Option<Identity> {
        Some(Identity { pid, start: Stat::of(pid)?.start, boot: boot() })
    }

    pub(in crate::step) fn read(path: &Path) -> Option<Identity> {
        serde_json::from_slice(&fs::read(path).ok()?).ok()
    }

    pub(in crate::step) fn is_of_this_boot(&self) -> bool {
        self.boot == boot()
    }

    pub(in crate::step) fn is_alive(&self) -> bool {
        let stat = Stat::of(self.pid);
        self.is_of_this_boot() && stat.is_some_and(|it| it.start == self.start && !it.dead)
    }

    pub(in crate::step) fn is_us(&self) -> bool {
        u32::try_from(self.pid).is_ok_and(|it| it == std::process::id())
    }

    pub(in crate::step) fn handle(&self) -> Option<Pid> {
        Pid::from_raw(self.pid)
    }
}

impl Stat {
    pub(in crate::step) fn of(pid: i32) -> Option<Stat> {
        Stat::parse(&fs::read(format!("/proc/{pid}/stat")).ok()?)
    }

    /// Every process that can be seen.
    pub(in crate::step) fn all() -> Vec<Stat> {
        let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
        let pids = entries.filter_map(|it| it.ok()?.file_name().to_str()?.parse().ok());
        pids.filter_map(Stat::of).collect()
    }

    /// The name of the program stands in parentheses and may hold anything, parentheses too.
    fn parse(line: &[u8]) -> Option<Stat> {
        let line = String::from_utf8_lossy(line);
        let pid = line.split(' ').next()?.parse().ok()?;
        let (_, rest) = line.rsplit_once(") ")?;
        let mut fields = rest.split(' ');
        let state = fields.next()?;
        let parent = fields.next()?.parse().ok()?;
        // Field 22 of the line, where the state is field 3.
        let start = fields.nth(17)?.parse().ok()?;
        Some(Stat { pid, parent, start, dead: matches!(state, "Z" | "X" | "x") })
    }
}

fn boot() -> String {
    let id = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    id.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_may_have_any_name() {
        let rest = "S 7 1 1 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 4711 2 3 4";
        for name in ["bash", "a b", ") S 1", "x) R 2 (y", "\u{ff}"] {
            let stat = Stat::parse(format!("42 ({name}) {rest}").as_bytes());
            assert_eq!(stat, Some(Stat { pid: 42, parent: 7, start: 4711, dead: false }), "{name}");
        }
        assert_eq!(Stat::parse(b"42 (bash"), None);
        assert_eq!(Stat::parse(b""), None);
    }

    #[test]
    fn a_number_that_is_used_again_is_somebody_else() {
        let us = Identity::of(i32::try_from(std::process::id()).unwrap()).unwrap();
        assert!(us.is_alive() && us.is_us());
        assert!(!Identity { start: us.start + 1, ..us.clone() }.is_alive());
        assert!(!Identity { boot: "another".to_owned(), ..us }.is_alive());
    }
}
