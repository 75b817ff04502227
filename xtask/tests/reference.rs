//! The reference: what the program may tell, and how a stale page is shown.

use std::fs;

use xtask::reference::{Pages, compare, pages, read, write};

fn of(pages: &[(&str, &str)]) -> Pages {
    pages.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn the_program_tells_texts_by_plain_file_names() {
    let told = pages(r##"{ "probe.md": "# Probes\n", "exit-codes.md": "# Exit codes\n" }"##);
    assert_eq!(
        told.expect("it is well"),
        of(&[("exit-codes.md", "# Exit codes\n"), ("probe.md", "# Probes\n")])
    );
    for (text, because) in [
        ("", "no JSON object"),
        ("[]", "no JSON object"),
        (r#"{ "probe.md": 1 }"#, "no JSON object"),
        ("{}", "named no page"),
        (r#"{ "../probe.md": "" }"#, "no plain `name.md`"),
        (r#"{ "/etc/probe.md": "" }"#, "no plain `name.md`"),
        (r#"{ ".md": "" }"#, "no plain `name.md`"),
        (r#"{ "probe.txt": "" }"#, "no plain `name.md`"),
    ] {
        let refusal = format!("{:#}", pages(text).expect_err(text));
        assert!(refusal.contains(because), "{text}: {refusal}");
    }
}

#[test]
fn a_page_that_is_stale_missing_or_left_over_is_shown() {
    let kept = of(&[("a.md", "# A\nold\nend\n"), ("b.md", "# B\n"), ("same.md", "# Same\n")]);
    let told = of(&[("a.md", "# A\nnew\nmore\nend\n"), ("c.md", "# C\n"), ("same.md", "# Same\n")]);
    assert_eq!(
        compare(&kept, &told),
        [
            "docs/reference/a.md:\n@@ line 2 @@\n-old\n+new\n+more",
            "docs/reference/b.md is no longer told by the program",
            "docs/reference/c.md is missing",
        ]
    );
    assert_eq!(compare(&kept, &kept), [""; 0]);
}

#[test]
fn a_line_that_is_repeated_or_cut_off_is_a_difference() {
    let differ =
        |old: &str, new: &str| compare(&of(&[("a.md", old)]), &of(&[("a.md", new)])).concat();
    assert_eq!(differ("a\n", "a\na\n"), "docs/reference/a.md:\n@@ line 2 @@\n+a");
    assert_eq!(differ("a\na\n", "a\n"), "docs/reference/a.md:\n@@ line 2 @@\n-a");
    assert_eq!(differ("a\n", "a"), "docs/reference/a.md:\n@@ line 2 @@\n-");
    let long = "b\n".repeat(100);
    assert!(differ("", &long).ends_with("… and 41 more lines"), "{}", differ("", &long));
}

#[test]
fn writing_makes_the_folder_hold_exactly_what_was_told() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let folder = folder.path().join("reference");
    assert_eq!(read(&folder).expect("a missing folder is empty"), Pages::new());
    fs::create_dir(&folder).expect("it can be made");
    fs::write(folder.join("old.md"), "# Old\n").expect("it can be written");
    let told = of(&[("a.md", "# A\n"), ("b.md", "# B\n")]);
    write(&folder, &told).expect("it can be written");
    assert_eq!(read(&folder).expect("it can be read"), told);
}
