//! Tests of `guess`.

use crate::plan::guess::closest;

#[track_caller]
fn check(word: &str, known: &[&str], expect: Option<&str>) {
    assert_eq!(closest(word, known.iter().copied()), expect, "{word}");
}

#[test]
fn a_slip_is_guessed_and_a_stranger_is_not() {
    check("severty", &["service", "severity"], Some("severity"));
    check("tiemout", &["timeout", "every"], Some("timeout"));
    check("Yamada", &["yamada", "tanaka"], Some("yamada"));
    check("ymd", &["yamada"], None);
    check("a", &["b"], None);
    check("", &["b"], None);
    check("山田太朗", &["山田太郎", "田中"], Some("山田太郎"));
    check(&"x".repeat(61), &["x"], None);
}
