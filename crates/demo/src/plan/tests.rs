use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::process::Command;

use super::{Installation, Language, escaped, files, install};

/// The lines of every fence that is a step: language and attributes.
fn steps(text: &str) -> Vec<&str> {
    text.lines().filter_map(|it| it.strip_prefix("```")).filter(|it| it.contains('{')).collect()
}

fn attribute<'a>(step: &'a str, name: &str) -> Option<&'a str> {
    step.split([' ', '{', '}']).find_map(|it| it.strip_prefix(name)?.strip_prefix('='))
}

#[test]
fn both_languages_have_the_same_steps() {
    let (ja, en) = (files(Language::Ja), files(Language::En));
    for ((name, ja), (en_name, en)) in ja.iter().zip(&en) {
        assert_eq!(name, en_name);
        assert_eq!(steps(ja), steps(en), "{name}");
        assert_eq!(ja.matches("{{").count(), en.matches("{{").count(), "{name}");
    }
    assert_eq!(ja.len(), en.len());
}

#[test]
fn the_long_runbook_is_long_and_every_step_of_it_is_armed_and_named() {
    for (name, text) in files(Language::Ja).into_iter().filter(|it| it.0.ends_with(".md")) {
        let steps = steps(text);
        let names: BTreeSet<_> = steps.iter().map(|it| attribute(it, "name").unwrap()).collect();
        assert_eq!(names.len(), steps.len(), "{name}");
        assert!(steps.iter().all(|it| attribute(it, "kind").is_some()), "{name}");
        for role in ["needs", "if", "check"] {
            for step in steps.iter().filter_map(|it| attribute(it, role)) {
                for wanted in step.split(',') {
                    assert!(names.contains(wanted.trim_start_matches('!')), "{name}: {wanted}");
                }
            }
        }
        if name.contains("corruption") {
            assert!(steps.len() >= 12, "{}", steps.len());
        }
    }
}

#[test]
fn the_plan_is_installed_where_it_is_to_work() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("a \"b\" 回覧板");
    fs::create_dir(&directory).unwrap();
    let program = [OsStr::new("echo"), OsStr::new("it's"), OsStr::new("__patient")];
    let written = install(&Installation {
        directory: &directory,
        language: Language::Ja,
        smtp_port: 2525,
        program: &program,
    });
    assert_eq!(written.unwrap().len(), 4);
    let plan = fs::read_to_string(directory.join("matoi.yaml")).unwrap();
    assert!(plan.contains("port: 2525"));
    assert!(plan.contains(r#"a \"b\" 回覧板/history.db""#), "{plan}");
    assert!(!plan.contains("{{"));
    let out = Command::new("./bot").args(["stop", "a b"]).current_dir(&directory).output().unwrap();
    assert_eq!(String::from_utf8(out.stdout).unwrap(), "it's __patient stop a b\n");
}

#[test]
fn a_path_stays_inside_of_its_quotes() {
    assert_eq!(escaped("a\"b\\c\nd"), "a\\\"b\\\\c\\U0000000Ad");
}

#[test]
fn a_relative_directory_is_refused() {
    let it = Installation {
        directory: "somewhere".as_ref(),
        language: Language::En,
        smtp_port: 25,
        program: &[],
    };
    assert!(install(&it).unwrap_err().to_string().contains("is not absolute"));
}
