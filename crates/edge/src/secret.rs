//! Secrets: looked up when they are needed, kept nowhere.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use matoi_core::plan::SecretSource;
use tokio::io::AsyncReadExt;
use tokio::process::Command;

/// A secret is a password or a key, not a document.
const SECRET_BYTES_MAX: u64 = 64 << 10;

/// A program that prints a secret has this long; a vault across the world answers faster.
const LOOKUP_MAX: Duration = Duration::from_secs(10);

/// Finds the secret `name`. The error names the secret and the place, never a value.
pub async fn find(
    source: &SecretSource,
    name: &str,
    environment: &BTreeMap<String, String>,
    plan_dir: &Path,
) -> Result<String, String> {
    if name.is_empty()
        || !name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_' || it == '-' || it == '.')
    {
        return Err(format!("the secret {name:?} has a name that cannot be looked up"));
    }
    match source {
        SecretSource::Env => {
            let found = environment.get(name).filter(|it| !it.is_empty()).cloned();
            found.ok_or_else(|| format!("the secret {name} is not in the server's environment"))
        }
        SecretSource::Files(dir) => read(&plan_dir.join(dir).join(name), name).await,
        SecretSource::Command(argv) => ask(argv, name, plan_dir).await,
    }
}

async fn read(path: &Path, name: &str) -> Result<String, String> {
    let failed = |err: std::io::Error| {
        format!("the secret {name} cannot be read from {}: {err}", path.display())
    };
    let file = tokio::fs::File::open(path).await.map_err(failed)?;
    let mut text = String::new();
    file.take(SECRET_BYTES_MAX).read_to_string(&mut text).await.map_err(failed)?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}

async fn ask(argv: &[String], name: &str, plan_dir: &Path) -> Result<String, String> {
    let Some((program, args)) = argv.split_first() else {
        return Err(format!("no program is named that would find the secret {name}"));
    };
    let failed =
        |err: std::io::Error| format!("{program} cannot be asked for the secret {name}: {err}");
    let child = Command::new(program)
        .args(args)
        .arg(name)
        .current_dir(plan_dir)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(failed)?;
    let output = tokio::time::timeout(LOOKUP_MAX, child.wait_with_output()).await;
    let output = output
        .map_err(|_| format!("{program} did not answer for the secret {name} in {LOOKUP_MAX:?}"))?;
    let output = output.map_err(failed)?;
    if !output.status.success() {
        return Err(format!(
            "{program} ended with {} when asked for the secret {name}",
            output.status
        ));
    }
    let text =
        String::from_utf8(output.stdout).map_err(|_| format!("the secret {name} is no text"))?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}
