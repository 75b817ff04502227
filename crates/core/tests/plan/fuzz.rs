//! Nothing that people or editors write makes the loader panic, and every problem lies inside its file.

use matoi_core::plan::{Loaded, load};
use proptest::prelude::*;

use crate::files::{files, parse_runbook};

fn load_bytes(bytes: &[u8]) -> Loaded {
    let mut all = files([("runbooks/first-look.md", "---\nrunbook: {}\n---\n")]);
    all.insert("matoi.yaml".to_owned(), bytes.to_vec());
    load(&all, parse_runbook)
}

fn check(bytes: &[u8]) -> Result<(), TestCaseError> {
    let loaded = load_bytes(bytes);
    prop_assert!(loaded.plan.is_some() || !loaded.problems.is_empty(), "refused without a reason");
    for it in &loaded.problems {
        prop_assert!(it.span.start <= it.span.end && it.span.end <= bytes.len(), "{it:?}");
        prop_assert!(it.line >= 1 && it.column >= 1);
        if let Ok(text) = std::str::from_utf8(bytes) {
            prop_assert!(text.get(it.span.clone()).is_some(), "not on a character: {it:?}");
        }
    }
    Ok(())
}

/// Pieces that mean something to the scanner or to one of the notations.
fn piece() -> impl Strategy<Value = String> {
    let known = [
        "matoi: 1\n",
        "name: ",
        "timezone: Asia/Tokyo\n",
        "severities:\n",
        "people:\n",
        "  ",
        "    ",
        "\t",
        "\n",
        "\r\n",
        "- ",
        ": ",
        "{ ",
        " }",
        "[",
        "]",
        ", ",
        "\"",
        "'",
        "&a ",
        "*a",
        "!t ",
        "|\n",
        ">-\n",
        "? ",
        "---\n",
        "...\n",
        "# ",
        "%",
        "@",
        "ann",
        "P0",
        "平日9-18時",
        "１５分",
        "mon-fri",
        "09:00-18:00",
        "every 30m",
        "host.cpu > 80%",
        "host.disk(/)",
        "console",
        "after 2m",
        "\u{feff}",
        "\u{3000}",
        "：",
        "〜",
        "page: ",
        "when: ",
        "watch: ",
        "kind: http",
        "needs: ",
        "reach: ",
        "hours: ",
        "targets: ",
        "notify:\n",
        "P0..P1",
        "2026-12-29..2027-01-03",
    ];
    prop_oneof![4 => prop::sample::select(known.to_vec()).prop_map(str::to_owned), 1 => ".{0,6}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        check(&bytes)?;
    }

    #[test]
    fn any_mixture_of_the_language_is_answered(pieces in prop::collection::vec(piece(), 0..60)) {
        check(pieces.concat().as_bytes())?;
    }

    #[test]
    fn a_good_plan_with_a_wound_is_answered(at in any::<prop::sample::Index>(), cut in 0..40usize, put in piece()) {
        let whole: Vec<char> = include_str!("whole.yaml").chars().collect();
        let at = at.index(whole.len());
        let end = (at + cut).min(whole.len());
        let text: String = whole[..at].iter().collect::<String>() + &put + &whole[end..].iter().collect::<String>();
        check(text.as_bytes())?;
    }

    #[test]
    fn any_text_in_any_notation_is_answered(text in "\\PC{0,20}") {
        let quoted = serde_json::to_string(&text).unwrap();
        let plan = include_str!("notations.yaml").replace("HERE", &quoted);
        check(plan.as_bytes())?;
    }

    #[test]
    fn durations_never_panic(text in "[0-9０-９]{0,20} ?(s|m|h|d|分|時間|日)?[0-9]{0,3}\\PC{0,3}") {
        let _ = matoi_core::plan::duration::parse(&text);
    }
}
