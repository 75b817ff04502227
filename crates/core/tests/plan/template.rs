//! The plans that `matoi init` writes.

use matoi_core::language::Language;
use matoi_core::plan::template::{EN, JA, StarterFile};
use matoi_core::plan::{Loaded, load};

use crate::files::{files, parse_runbook, told};

fn starter(template: &[StarterFile]) -> Loaded {
    load(&files(template.iter().map(|it| (it.path, it.text))), parse_runbook)
}

#[test]
fn both_starter_plans_load_without_a_single_problem_and_are_armed() {
    for (template, language) in [(JA, Language::Ja), (EN, Language::En)] {
        let loaded = starter(template);
        assert_eq!(told("", &loaded.problems), "");
        let plan = loaded.plan.unwrap();
        assert!(plan.is_armed());
        assert_eq!(plan.language, language);
        assert!(plan.channels.contains_key("console"));
        assert!(plan.unattended.is_empty());
    }
}

#[test]
fn both_starter_plans_say_the_same_in_their_languages() {
    let (ja, en) = (starter(JA).plan.unwrap(), starter(EN).plan.unwrap());
    let targets = |plan: &matoi_core::plan::Plan| -> Vec<_> {
        plan.severities.iter().map(|it| (it.label.clone(), it.targets.clone())).collect()
    };
    assert_eq!(targets(&ja), targets(&en));
    assert_eq!(ja.services["web"].watch, en.services["web"].watch);
    assert_eq!(ja.alerts, en.alerts);
    assert_eq!(ja.calendar.business, en.calendar.business);
    assert_eq!(ja.escalations["default"].repeat, en.escalations["default"].repeat);
}

#[test]
fn the_lines_that_a_newcomer_uncomments_load_too() {
    for template in [JA, EN] {
        let uncommented = |text: &str| {
            let lines = text.lines().map(|line| {
                let is_example =
                    ["# channels:", "# notify:", "#   "].iter().any(|it| line.starts_with(it));
                line.get(if is_example { 2 } else { 0 }..).unwrap()
            });
            lines.collect::<Vec<_>>().join("\n")
        };
        let text = uncommented(template[0].text);
        assert!(text.contains("\nchannels:") && text.contains("\nnotify:"));
        let runbook = (template[1].path, template[1].text);
        let loaded = load(&files([("matoi.yaml", text.as_str()), runbook]), parse_runbook);
        assert_eq!(told(&text, &loaded.problems), "");
        assert_eq!(loaded.plan.unwrap().notify.len(), 1);
    }
}
