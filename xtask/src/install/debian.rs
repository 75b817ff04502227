//! Debian's packages, by apt-get.

use std::io::{IsTerminal, stdin};
use std::os::unix::fs::MetadataExt;
use std::process::Stdio;

use anyhow::{Result, bail};

use crate::needs::{self, Asker, Machine, Means, Need};
use crate::workshop::{self, Workshop, say};

/// Installs what `asker` needs and the machine lacks.
///
/// With the environment made already, nobody needs the package that makes it.
pub(super) fn install_missing(workshop: &Workshop, asker: Asker, has_venv: bool) -> Result<()> {
    let missing = missing(workshop, asker, has_venv);
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = missing.iter().map(|it| it.package).collect();
    say(format_args!("missing of what tests need: {}", names.join(" ")));
    let because = match needs::commands(&missing, means()) {
        Ok(commands) => {
            perform(workshop, &commands);
            "apt-get did not bring them".to_owned()
        }
        Err(because) => because,
    };
    let missing = self::missing(workshop, asker, has_venv);
    if missing.iter().any(|it| it.is_vital()) {
        bail!("{}", needs::by_hand(&missing, &because));
    }
    Ok(())
}

/// An update may fail for one foreign archive and still bring what is wanted, so a failure is told and decides nothing.
fn perform(workshop: &Workshop, commands: &[Vec<String>]) {
    for command in commands {
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        let Some((program, args)) = words.split_first() else { continue };
        if let Err(err) = workshop.run(program, args) {
            say(format_args!("{err:#}"));
        }
    }
}

fn missing(workshop: &Workshop, asker: Asker, has_venv: bool) -> Vec<&'static Need> {
    needs::missing(
        asker,
        &Machine {
            has_program: &|name| workshop::locate(name).is_some(),
            has_file: &|path| path.is_file(),
            has_venv: &|| has_venv || can_make_venv(workshop),
        },
    )
}

fn can_make_venv(workshop: &Workshop) -> bool {
    let mut python = workshop.command("python3", &["-c", "import ensurepip, venv"]);
    python.stderr(Stdio::null()).status().is_ok_and(|it| it.success())
}

fn means() -> Means {
    let root = std::fs::metadata("/proc/self").is_ok_and(|it| it.uid() == 0);
    if workshop::locate("apt-get").is_none() {
        Means::NoApt
    } else if root {
        Means::Root
    } else if workshop::locate("sudo").is_none() {
        Means::NoRights
    } else if stdin().is_terminal() {
        Means::Sudo
    } else {
        Means::SudoUnasked
    }
}
