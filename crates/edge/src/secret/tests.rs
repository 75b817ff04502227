//! Secrets out of the environment, out of files, and out of a program.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use matoi_core::plan::SecretSource;

use super::{SECRET_BYTES_MAX, find};

async fn found(source: &SecretSource, name: &str, dir: &Path) -> Result<String, String> {
    let environment = BTreeMap::from([
        ("TOKEN".to_owned(), "hunter2".to_owned()),
        ("EMPTY".to_owned(), String::new()),
    ]);
    find(source, name, &environment, dir).await
}

fn program(script: &str) -> SecretSource {
    SecretSource::Command(["sh", "-c", script, "sh"].map(str::to_owned).to_vec())
}

#[tokio::test]
async fn the_environment_is_the_servers() {
    let dir = Path::new("/");
    assert_eq!(found(&SecretSource::Env, "TOKEN", dir).await.unwrap(), "hunter2");
    let why = found(&SecretSource::Env, "OTHER", dir).await.unwrap_err();
    assert_eq!(why, "the secret OTHER is not in the server's environment");
    let why = found(&SecretSource::Env, "EMPTY", dir).await.unwrap_err();
    assert_eq!(why, "the secret EMPTY is empty");
}

#[tokio::test]
async fn a_file_holds_one_secret_and_its_last_line_end_is_nobodys() {
    let dir = tempfile::tempdir().unwrap();
    let secrets = dir.path().join("secrets");
    fs::create_dir(&secrets).unwrap();
    fs::write(secrets.join("TOKEN"), "hunter2\r\n").unwrap();
    fs::write(secrets.join("KEY"), "-----BEGIN\nabc\n-----END\n").unwrap();
    fs::write(secrets.join("LARGE"), vec![b'x'; SECRET_BYTES_MAX as usize + 1]).unwrap();
    fs::write(secrets.join("BYTES"), [0xff, 0xfe]).unwrap();
    fs::write(secrets.join("NOTHING"), "\n").unwrap();
    let source = SecretSource::Files("secrets".to_owned());
    assert_eq!(found(&source, "TOKEN", dir.path()).await.unwrap(), "hunter2");
    assert_eq!(found(&source, "KEY", dir.path()).await.unwrap(), "-----BEGIN\nabc\n-----END");
    for (name, expected) in [
        ("LARGE", "the secret LARGE is larger than 65536 bytes"),
        ("BYTES", "the secret BYTES is no text"),
        ("NOTHING", "the secret NOTHING is empty"),
        ("../TOKEN", "the secret \"../TOKEN\" has a name that cannot be looked up"),
    ] {
        assert_eq!(found(&source, name, dir.path()).await.unwrap_err(), expected);
    }
    let why = found(&source, "MISSING", dir.path()).await.unwrap_err();
    assert!(why.starts_with("the secret MISSING cannot be read from "), "{why}");
}

#[tokio::test]
async fn a_program_is_given_the_name_and_prints_the_value() {
    let dir = tempfile::tempdir().unwrap();
    let answer = found(&program("echo \"value of $1\""), "TOKEN", dir.path()).await;
    assert_eq!(answer.unwrap(), "value of TOKEN");
    for (script, expected) in [
        ("echo hunter2; exit 3", "sh ended with exit status: 3 when asked for the secret TOKEN"),
        ("true", "the secret TOKEN is empty"),
        ("yes", "the secret TOKEN is larger than 65536 bytes"),
    ] {
        assert_eq!(found(&program(script), "TOKEN", dir.path()).await.unwrap_err(), expected);
    }
    let nobody = SecretSource::Command(vec!["/nowhere/vault".to_owned()]);
    let why = found(&nobody, "TOKEN", dir.path()).await.unwrap_err();
    assert!(why.starts_with("/nowhere/vault cannot be asked for the secret TOKEN: "), "{why}");
}
