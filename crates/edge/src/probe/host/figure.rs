//! Figures of this machine.
//!
//! How busy the processors are is a difference between two looks. The last look is kept, so the figure tells of the time
//! since then; only the first look, or one after a long pause, takes a second look a moment later.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use matoi_core::signal::Measured;
use rustix::fs::statvfs;
use sysinfo::{
    CpuRefreshKind, MINIMUM_CPU_UPDATE_INTERVAL, MemoryRefreshKind, RefreshKind, System,
};

use crate::aside::aside;
use crate::excerpt::excerpt;

/// A difference over a longer time says too little about now.
const LOOK_AGE_MAX: Duration = Duration::from_secs(90);

/// The last look at the processors. It is held while looking, so that two do not spoil each other's difference.
static LAST_LOOK: Mutex<Option<Look>> = Mutex::new(None);

struct Look {
    system: System,
    at: Instant,
    /// In percent of all processors.
    busy: f64,
}

/// What could be read, and why the rest could not.
pub(super) struct Figures {
    pub(super) measured: Measured,
    missing: Vec<String>,
}

impl Figures {
    pub(super) async fn read(disks: Vec<String>) -> Figures {
        let mut figures = Figures { measured: Measured::new(), missing: Vec::new() };
        let (machine, disks) = futures_util::join!(
            tokio::task::spawn_blocking(machine),
            join_all(disks.into_iter().map(disk)),
        );
        match machine {
            Ok(machine) => figures.take(machine),
            Err(err) => match err.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => figures.missing.push("the process is shutting down".to_owned()),
            },
        }
        figures.take(disks);
        figures
    }

    fn take(&mut self, figures: Vec<(String, Result<f64, String>)>) {
        for (name, figure) in figures {
            match figure {
                Ok(value) => {
                    self.measured.insert(name, value);
                }
                Err(reason) => self.missing.push(format!("{name}: {reason}")),
            }
        }
    }

    pub(super) fn missing_reasons(&self) -> String {
        self.missing.join("; ")
    }
}

pub(super) fn name_of_disk(path: &str) -> String {
    format!("host.disk({path})")
}

fn machine() -> Vec<(String, Result<f64, String>)> {
    let figures = [("host.cpu", cpu()), ("host.memory", memory()), ("host.load", load())];
    figures.into_iter().map(|(name, figure)| (name.to_owned(), figure)).collect()
}

fn cpu() -> Result<f64, String> {
    let mut last = LAST_LOOK.lock().unwrap_or_else(PoisonError::into_inner);
    let mut look = match last.take().filter(|look| look.at.elapsed() < LOOK_AGE_MAX) {
        Some(look) => look,
        None => first_look()?,
    };
    // Two looks in one instant differ by nothing, so the earlier figure stands.
    if look.at.elapsed() >= MINIMUM_CPU_UPDATE_INTERVAL {
        look.system.refresh_cpu_usage();
        look.at = Instant::now();
        look.busy = f64::from(look.system.global_cpu_usage());
    }
    let busy = look.busy;
    *last = Some(look);
    if busy.is_finite() { Ok(busy.clamp(0.0, 100.0)) } else { Err("no figure".to_owned()) }
}

fn first_look() -> Result<Look, String> {
    let cpus = RefreshKind::nothing().with_cpu(CpuRefreshKind::nothing().with_usage());
    let system = System::new_with_specifics(cpus).map_err(|err| excerpt(&err.to_string()))?;
    let at = Instant::now();
    std::thread::sleep(MINIMUM_CPU_UPDATE_INTERVAL);
    Ok(Look { system, at, busy: f64::NAN })
}

fn memory() -> Result<f64, String> {
    let memory = RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram());
    let system = System::new_with_specifics(memory).map_err(|err| excerpt(&err.to_string()))?;
    share(system.total_memory().saturating_sub(system.available_memory()), system.total_memory())
}

fn load() -> Result<f64, String> {
    System::load_average().map(|load| load.one).map_err(|err| excerpt(&err.to_string()))
}

/// How full a disk is, as `df` counts it: what is kept for the administrator is neither used nor free.
async fn disk(path: String) -> (String, Result<f64, String>) {
    let name = name_of_disk(&path);
    let look = aside(&name, move || {
        let stat = statvfs(path.as_str()).map_err(|err| excerpt(&err.to_string()))?;
        let used = stat.f_blocks.saturating_sub(stat.f_bfree);
        share(used, used.saturating_add(stat.f_bavail))
    });
    let figure = look.await.unwrap_or_else(|stuck| Err(stuck.to_string()));
    (name, figure)
}

fn share(used: u64, total: u64) -> Result<f64, String> {
    if total == 0 {
        return Err("has no size".to_owned());
    }
    Ok(used as f64 / total as f64 * 100.0)
}
