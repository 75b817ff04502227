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
    let found = match source {
        SecretSource::Env => environment
            .get(name)
            .cloned()
            .ok_or_else(|| format!("the secret {name} is not in the server's environment"))?,
        SecretSource::Files(dir) => read(&plan_dir.join(dir).join(name), name).await?,
        SecretSource::Command(argv) => ask(argv, name, plan_dir).await?,
    };
    if found.is_empty() {
        return Err(format!("the secret {name} is empty"));
    }
    Ok(found)
}

async fn read(path: &Path, name: &str) -> Result<String, String> {
    let failed = |err: std::io::Error| {
        format!("the secret {name} cannot be read from {}: {err}", path.display())
    };
    let file = tokio::fs::File::open(path).await.map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(SECRET_BYTES_MAX + 1).read_to_end(&mut bytes).await.map_err(failed)?;
    text_of(bytes, name)
}

/// A secret as its owner meant it: without the line end that editors and programs add.
fn text_of(bytes: Vec<u8>, name: &str) -> Result<String, String> {
    if bytes.len() as u64 > SECRET_BYTES_MAX {
        return Err(format!("the secret {name} is larger than {SECRET_BYTES_MAX} bytes"));
    }
    let text = String::from_utf8(bytes).map_err(|_| format!("the secret {name} is no text"))?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}

async fn ask(argv: &[String], name: &str, plan_dir: &Path) -> Result<String, String> {
    let Some((program, args)) = argv.split_first() else {
        return Err(format!("no program is named that would find the secret {name}"));
    };
    let failed =
        |err: std::io::Error| format!("{program} cannot be asked for the secret {name}: {err}");
    let mut child = Command::new(program)
        .args(args)
        .arg(name)
        .current_dir(plan_dir)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(failed)?;
    let stdout = child.stdout.take();
    let mut bytes = Vec::new();
    let answer = async {
        if let Some(stdout) = stdout {
            stdout.take(SECRET_BYTES_MAX + 1).read_to_end(&mut bytes).await?;
        }
        child.wait().await
    };
    let status = tokio::time::timeout(LOOKUP_MAX, answer).await;
    let status = status
        .map_err(|_| format!("{program} did not answer for the secret {name} in {LOOKUP_MAX:?}"))?;
    let status = status.map_err(failed)?;
    // Whoever prints too much is cut off, and ends badly for it; what is too much is the better reason.
    let text = text_of(bytes, name)?;
    if !status.success() {
        return Err(format!("{program} ended with {status} when asked for the secret {name}"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests;
