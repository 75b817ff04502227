//! Python's packages, in an environment of our own: `target/test-tools/venv`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, ensure};

use crate::needs::{NEEDS, Origin};
use crate::workshop::{Workshop, say};

/// Exits with 0 if every `name==version` of the arguments is installed.
const ASK: &str = "\
import importlib.metadata, sys
for pin in sys.argv[1:]:
    name, version = pin.split('==')
    assert importlib.metadata.version(name) == version";

/// The environment's Python, if it has everything.
pub(super) fn ready(workshop: &Workshop) -> Option<PathBuf> {
    let python = folder(workshop).join("bin/python");
    let pins = pins();
    let mut args = vec!["-c", ASK];
    args.extend(pins.iter().map(String::as_str));
    let mut ask = workshop.command(&python, &args);
    let well = ask.stdout(Stdio::null()).stderr(Stdio::null()).status();
    well.is_ok_and(|it| it.success()).then_some(python)
}

/// Makes the environment anew and fills it.
pub(super) fn install(workshop: &Workshop) -> Result<PathBuf> {
    let folder = folder(workshop);
    say(format_args!("making {} with {}", folder.display(), pins().join(" ")));
    let made = with_pip(workshop, &folder).or_else(|err| {
        say(format_args!("{err:#}; trying without pip in the environment"));
        without_pip(workshop, &folder)
    });
    made.with_context(|| by_hand(&folder))?;
    ready(workshop).with_context(|| by_hand(&folder))
}

fn with_pip(workshop: &Workshop, folder: &Path) -> Result<()> {
    let folder = text(folder)?;
    workshop.run("python3", &["-m", "venv", "--clear", &folder])?;
    pip(workshop, &format!("{folder}/bin/python"), &[])
}

/// Without ensurepip, an environment can still be made empty and be filled from outside, by the machine's own pip.
fn without_pip(workshop: &Workshop, folder: &Path) -> Result<()> {
    let folder = text(folder)?;
    workshop.run("python3", &["-m", "venv", "--clear", "--without-pip", &folder])?;
    let ask = "import sysconfig; print(sysconfig.get_path('purelib'))";
    let target = workshop.read(format!("{folder}/bin/python"), &["-c", ask])?;
    let target = target.trim();
    ensure!(Path::new(target).starts_with(&folder), "{target} is outside {folder}");
    fs::create_dir_all(target).with_context(|| format!("cannot make {target}"))?;
    pip(workshop, "python3", &["--target", target])
}

fn pip(workshop: &Workshop, python: &str, where_to: &[&str]) -> Result<()> {
    let pins = pins();
    let mut args = vec!["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    args.extend(where_to);
    args.extend(pins.iter().map(String::as_str));
    workshop.run(python, &args)
}

fn by_hand(folder: &Path) -> String {
    format!(
        "cannot make the Python environment of the tests; by hand: \
         python3 -m venv {0} && {0}/bin/pip install {1}",
        folder.display(),
        pins().join(" ")
    )
}

fn pins() -> Vec<String> {
    let pin = |it: &crate::needs::Need| match it.origin {
        Origin::Python { version } => Some(format!("{}=={version}", it.package)),
        Origin::Debian { .. } | Origin::Cargo { .. } => None,
    };
    NEEDS.iter().filter_map(pin).collect()
}

fn folder(workshop: &Workshop) -> PathBuf {
    workshop.tools().join("venv")
}

fn text(path: &Path) -> Result<String> {
    Ok(path.to_str().with_context(|| format!("{} is no UTF-8", path.display()))?.to_owned())
}
