//! A plan's directory, read whole and within limits.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use matoi_core::limits::{PLAN_BYTES_MAX, RUNBOOKS_MAX};

/// Why a plan's directory cannot be read, and the way out.
#[derive(Debug, thiserror::Error)]
pub enum PlanDirError {
    #[error(
        "there is no plan in {dir}: it has no matoi.yaml; `matoi init {dir}` writes one to start from"
    )]
    NoPlan { dir: PathBuf },
    #[error("{path} is a file, and a plan is a directory: name the one that holds it")]
    NoDirectory { path: PathBuf },
    #[error("cannot read {path}")]
    Unreadable {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("{path} is larger than {bytes_max} bytes; no plan needs that much")]
    TooLarge { path: PathBuf, bytes_max: usize },
    #[error("{dir} holds more than {max} files; keep other things elsewhere")]
    TooMany { dir: PathBuf, max: usize },
}

/// Folders of a plan, and the endings of the files that belong to it.
const FOLDERS: &[(&str, &str)] = &[("runbooks", "md"), ("templates", "md"), ("holidays", "ics")];

/// Reads `matoi.yaml` and the files beside it that belong to a plan, by path within the directory.
///
/// Only regular files are read, so that a link cannot bring in what lies elsewhere.
pub fn read(dir: &Path) -> Result<BTreeMap<String, Vec<u8>>, PlanDirError> {
    if dir.is_file() {
        return Err(PlanDirError::NoDirectory { path: dir.to_owned() });
    }
    let plan = dir.join("matoi.yaml");
    if !plan.is_file() {
        return Err(PlanDirError::NoPlan { dir: dir.to_owned() });
    }
    let mut files = BTreeMap::new();
    files.insert("matoi.yaml".to_owned(), read_file(&plan)?);
    for (folder, ending) in FOLDERS {
        let path = dir.join(folder);
        if path.is_dir() {
            read_folder(&path, folder, ending, &mut files)?;
        }
    }
    Ok(files)
}

fn read_folder(
    path: &Path,
    folder: &str,
    ending: &str,
    files: &mut BTreeMap<String, Vec<u8>>,
) -> Result<(), PlanDirError> {
    let unreadable = |source| PlanDirError::Unreadable { path: path.to_owned(), source };
    let max = RUNBOOKS_MAX * 2;
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name();
        // A name that is no text cannot be referred to from a plan.
        let Some(name) =
            name.to_str().filter(|it| Path::new(it).extension().is_some_and(|it| it == ending))
        else {
            continue;
        };
        if !entry.file_type().map_err(unreadable)?.is_file() {
            continue;
        }
        if files.len() >= max {
            return Err(PlanDirError::TooMany { dir: path.to_owned(), max });
        }
        files.insert(format!("{folder}/{name}"), read_file(&entry.path())?);
    }
    Ok(())
}

fn read_file(path: &Path) -> Result<Vec<u8>, PlanDirError> {
    let unreadable = |source| PlanDirError::Unreadable { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(unreadable)?;
    file.take(PLAN_BYTES_MAX as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() > PLAN_BYTES_MAX {
        return Err(PlanDirError::TooLarge { path: path.to_owned(), bytes_max: PLAN_BYTES_MAX });
    }
    Ok(bytes)
}
