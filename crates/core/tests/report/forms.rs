//! The forms as people read them.

use matoi_core::language::Language::{En, Ja};
use matoi_core::report::{incident, review};

use crate::story::{Story, at};

#[test]
fn a_resolved_incident_is_reported_in_japanese() {
    insta::assert_snapshot!(incident(&Story::whole().material(), Ja));
}

#[test]
fn a_resolved_incident_is_reported_in_english() {
    insta::assert_snapshot!(incident(&Story::whole().material(), En));
}

#[test]
fn a_resolved_incident_is_reviewed_in_japanese() {
    insta::assert_snapshot!(review(&Story::whole().material(), Ja));
}

#[test]
fn a_resolved_incident_is_reviewed_in_english() {
    insta::assert_snapshot!(review(&Story::whole().material(), En));
}

#[test]
fn an_open_incident_tells_what_waits_for_whom() {
    let story = Story::until(at("03:34:00"));
    insta::assert_snapshot!("open_ja", incident(&story.material(), Ja));
    insta::assert_snapshot!("open_en", incident(&story.material(), En));
}

#[test]
fn the_same_material_gives_the_same_bytes() {
    for language in [Ja, En] {
        let (one, other) = (Story::whole(), Story::whole());
        assert_eq!(incident(&one.material(), language), incident(&other.material(), language));
        assert_eq!(review(&one.material(), language), review(&other.material(), language));
    }
}
