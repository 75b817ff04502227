//! Report forms of the house, from the plan's directory to the file that is sent round.

use std::fs;

use crate::command::{asked, matoi};
use crate::stage::{PLAN, Stage};

#[test]
fn a_form_of_the_house_is_checked_filled_in_and_replaced_while_it_is_broken() {
    let form = "# Notice {{ incident.id }}\n\n{{ incident.title }}, {{ incident.severity }}\n";
    let mut stage = Stage::with_plan(&[
        ("matoi.yaml", PLAN),
        ("templates/review.md", "# Ours\n\n{{ incident.titel }}\n"),
        ("templates/notice.md", form),
    ]);
    let dir = stage.plan();
    let check = matoi(&stage, &["check", dir.to_str().unwrap()]);
    assert_eq!(check.code, 1, "{}", check.out);
    assert!(check.out.contains("templates/review.md:3:1"), "{}", check.out);
    assert!(check.out.contains("stands for nothing"), "{}", check.out);

    stage.serve();
    let declared = asked(&stage, &["incident", "declare", "a | b", "--severity", "P1"]);
    let id = declared["id"].as_str().unwrap();
    let report = |args: &[&str]| matoi(&stage, &[&["report", id], args].concat());
    let notice = report(&["--form", "notice"]);
    assert_eq!(notice.code, 0, "{}", notice.err);
    assert!(notice.out.contains(&format!("# Notice {id}")), "{}", notice.out);
    assert!(notice.out.contains("a \\| b, P1"), "{}", notice.out);
    let review = report(&["--kind", "review"]).out;
    assert!(review.contains("templates/review.md could not be used, line 3"), "{review}");
    assert!(review.contains(&format!("# Post-incident report: {id}")), "{review}");
    let none = report(&["--form", "nothing"]);
    assert_eq!(none.code, 4);
    assert!(none.err.contains("it has notice"), "{}", none.err);

    // An incident keeps the plan that it began with; the next one has the form that was mended.
    fs::write(dir.join("templates/review.md"), "# Ours {{ incident.id }}\n").unwrap();
    assert_eq!(matoi(&stage, &["plan", "reload"]).code, 0);
    let declared = asked(&stage, &["incident", "declare", "again", "--severity", "P1"]);
    let id = declared["id"].as_str().unwrap();
    let out = stage.root().join("reports");
    let written = matoi(&stage, &["report", id, "--out", out.to_str().unwrap()]);
    assert_eq!(written.code, 0, "{}", written.err);
    let review = fs::read_to_string(out.join(format!("{id}-review.md"))).unwrap();
    assert_eq!(review, format!("# Ours {id}\n"));
}
