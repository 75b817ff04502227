//! Secrets reach a step, and leave it nowhere.

use std::fs;

use matoi_core::run::outcome::Ended;

use crate::stage::{Stage, run, step, tools};

const PASSWORD: &str = "correct horse battery";
const KEY: &str = "-----BEGIN KEY-----\nMIIEpAIBAAKCAQEA\n-----END KEY-----\n";

#[tokio::test]
async fn secrets_reach_the_step_and_are_told_nowhere() {
    let stage = Stage::new();
    let script = r#"
        test "$PASSWORD" = "correct horse battery"
        echo "answer $PASSWORD"; echo "$KEY"; echo "error $PASSWORD" >&2
        echo "url=pg://me:$PASSWORD@db" >> "$STEP_OUTPUT"
        printf 'key<<END\n%s\nEND\n' "$KEY" >> "$STEP_OUTPUT"
        for i in $(seq 3000); do printf '%s' "$PASSWORD"; done
        exit 1"#;
    let mut call = stage.call(&script.replace(PASSWORD, "correct horse batter\"y\""));
    call.secrets.insert("PASSWORD".to_owned(), PASSWORD.to_owned());
    call.secrets.insert("KEY".to_owned(), KEY.to_owned());
    let shown = format!("{call:?}");
    let performed = run(call.clone()).await;
    assert_eq!(performed.ended, Ended::Exited { code: 1 });
    assert!(performed.answer.starts_with("answer •••\n•••\n"), "{}", performed.answer);
    assert!(performed.output.excerpt.contains("error •••"), "{}", performed.output.excerpt);
    assert_eq!(performed.output.values["url"], "pg://me:•••@db");
    assert_eq!(performed.output.values["key"], "•••");
    let told = format!("{performed:?}{shown}");
    for part in [PASSWORD, "MIIEpAIBAAKCAQEA", "BEGIN KEY", "horse", "batter"] {
        let script_itself = part == "horse" || part == "batter";
        assert!(script_itself || !told.contains(part), "{part} is told");
        assert!(!format!("{performed:?}").contains(part), "{part} is told");
    }
    for entry in fs::read_dir(stage.folder()).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        // What the step itself writes is kept as it is, for its owner.
        let raw = matches!(name.as_str(), "stdout" | "stderr" | "outputs");
        let bytes = String::from_utf8_lossy(&fs::read(entry.path()).unwrap()).into_owned();
        assert!(raw || !bytes.contains(PASSWORD) && !bytes.contains("MIIEp"), "{name}");
    }
}

#[tokio::test]
async fn secrets_of_sql_are_bound_and_masked() {
    let stage = Stage::new();
    rusqlite::Connection::open(stage.trace("data.db"))
        .unwrap()
        .execute_batch("create table t(x)")
        .unwrap();
    let mut call = stage.call("select $PASSWORD, :HOST");
    call.extra.insert("on".to_owned(), "data.db".to_owned());
    call.environment.insert("HOST".to_owned(), "it's; drop table t".to_owned());
    call.secrets.insert("PASSWORD".to_owned(), PASSWORD.to_owned());
    let performed = crate::stage::perform(&*step("sql", &tools()), call).await;
    assert_eq!(performed.answer, "•••\tit's; drop table t\n");
}

#[tokio::test]
async fn a_colour_within_a_secret_does_not_uncover_it() {
    let stage = Stage::new();
    // As `grep --color` shows a line of a file: the colour ends in the middle of the secret, and is not shown itself.
    let script = r#"
        printf 'pw=hun\033[01;31mter2\033[0m-long\n' | tee /dev/stderr
        printf 'word=hunter\033[m2-long\n' >> "$STEP_OUTPUT""#;
    let mut call = stage.call(script);
    call.secrets.insert("PASSWORD".to_owned(), "hunter2-long".to_owned());
    let performed = run(call).await;
    for text in [&performed.answer, &performed.output.excerpt] {
        assert!(text.contains("pw=•••") && !text.contains("ter2"), "{text:?}");
    }
    assert_eq!(performed.output.values["word"], "•••");
}
