//! Whether a program is on this machine.

use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Whether a program of that name, or at that absolute path, can be started with this `PATH`.
pub fn is_here(path: &OsStr, name: &str) -> bool {
    if name.starts_with('/') {
        return is_program(Path::new(name));
    }
    std::env::split_paths(path).any(|it| is_program(&it.join(name)))
}

fn is_program(path: &Path) -> bool {
    path.metadata().is_ok_and(|it| it.is_file() && it.permissions().mode() & 0o111 != 0)
}
