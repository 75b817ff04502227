//! What changes from one plan to the next, in words.

use std::fmt::Write as _;

use matoi_core::language::Language;
use matoi_core::plan::Plan;
use matoi_core::plan::diff::diff;

use crate::files::load_clean;

const OLD: &str = "matoi: 1
name: Shop
timezone: Asia/Tokyo
severities:
  P1: { targets: { acknowledge: 15m } }
  P2: { page: every 1h }
  P3: { page: 毎日 9時 }
people:
  ann: { name: Ann, reach: [console] }
  bob: { name: Bob, reach: [console] }
escalation:
  default: [{ page: [ann] }, { after: 15m, page: [bob] }]
";

fn told(old: &Plan, new: &Plan) -> String {
    let mut text = String::new();
    for language in [Language::Ja, Language::En] {
        for it in diff(old, new, language) {
            let _ = writeln!(text, "{} {}: {} {:?}", it.section, it.name, it.text, it.people);
        }
    }
    text
}

#[test]
fn what_changes_is_said_and_for_whom() {
    let old = load_clean(OLD);
    let new = OLD
        .replace("every 1h", "every 4h")
        .replace("P1: { targets: { acknowledge: 15m } }", "P1: { targets: { acknowledge: 5m } }")
        .replace("{ after: 15m, page: [bob] }", "{ after: 5m, page: [bob] }")
        + "conduct: { second_person: [recover, click], verify: required }\n";
    insta::assert_snapshot!(told(&old, &load_clean(&new)));
}

#[test]
fn the_same_in_other_words_changes_nothing() {
    let same = OLD.replace("毎日 9時", "daily at 09:00").replace("every 1h", "１時間ごと");
    assert_eq!(told(&load_clean(OLD), &load_clean(&same)), "");
}

#[test]
fn another_interpreter_is_a_change_of_every_script_in_its_language() {
    let with = |it: &str| load_clean(&format!("{OLD}interpreters: {{ {it} }}\n"));
    let old = with("python: [python3, -u], zsh: zsh, perl: { run: perl, check: [perl, -c] }");
    let new = with("python: [python3.13, -u], ruby: ruby, perl: perl");
    insta::assert_snapshot!(told(&old, &new));
}

#[test]
fn another_command_of_a_service_is_said() {
    let with = |it: &str| {
        load_clean(&format!("{OLD}services: {{ web: {{ severity: P1, commands: {{ {it} }} }} }}\n"))
    };
    let old = with("restart: [systemctl, restart, web], stop: [systemctl, stop, web]");
    let new = with("restart: [docker, compose, restart, web], status: [docker, compose, ps, web]");
    insta::assert_snapshot!(told(&old, &new));
}
