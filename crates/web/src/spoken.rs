//! The language that a request wants to be answered in.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use matoi_core::language::Language;
use matoi_core::plan::Plan;
use matoi_core::reason;
use matoi_core::run::event::{Finding, Hold};
use matoi_core::run::{Phase, StepState};

use crate::Site;

/// What `Accept-Language` names first, if it is a language that Matoi speaks.
#[derive(Clone, Copy)]
pub(crate) struct Spoken(Option<Language>);

impl Spoken {
    /// The language of the answer, where nobody asks for another than the plan's.
    pub(crate) fn or_plan(self, plan: &Plan) -> Language {
        self.0.unwrap_or(plan.language)
    }
}

impl FromRequestParts<Site> for Spoken {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Site) -> Result<Spoken, Infallible> {
        let header = parts.headers.get(ACCEPT_LANGUAGE).and_then(|it| it.to_str().ok());
        Ok(Spoken(header.and_then(first_known)))
    }
}

/// Browsers write what they like best first, as in `ja,en-US;q=0.9`.
fn first_known(header: &str) -> Option<Language> {
    header.split(',').find_map(|it| {
        let tag = it.split(';').next().unwrap_or_default().trim();
        match tag.split('-').next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "ja" => Some(Language::Ja),
            "en" => Some(Language::En),
            _ => None,
        }
    })
}

/// A reason of Matoi's own in `language`; everybody else's as it is.
pub(crate) fn reason_in(language: Language, plan: &Plan, text: &str) -> String {
    let person = |it: &str| plan.people.get(it).map_or_else(|| it.to_owned(), |it| it.name.clone());
    reason::in_language(text, language, &person)
}

/// Puts the reasons of a run's phase into `language`.
pub(crate) fn phase_in(language: Language, plan: &Plan, phase: &mut Phase) {
    match phase {
        Phase::Held { reason: Hold::Failed { reason } | Hold::Unclear { reason }, .. } => {
            *reason = reason_in(language, plan, reason);
        }
        Phase::Held { reason: Hold::Click | Hold::Switch { .. } | Hold::Lock { .. }, .. }
        | Phase::Going
        | Phase::Ended { .. } => (),
    }
}

/// Puts the reason of a step's state into `language`.
pub(crate) fn state_in(language: Language, plan: &Plan, state: &mut StepState) {
    match state {
        StepState::Failed { reason } | StepState::Unclear { reason, .. } => {
            *reason = reason_in(language, plan, reason);
        }
        StepState::Examined {
            finding: Finding::Lacks { what: reason } | Finding::Unproved { why: reason },
        } => {
            *reason = reason_in(language, plan, reason);
        }
        StepState::Performing { .. }
        | StepState::RetryAt { .. }
        | StepState::Done
        | StepState::Skipped
        | StepState::Gate { .. }
        | StepState::List { .. }
        | StepState::Examining { .. }
        | StepState::Examined { finding: Finding::Ready }
        | StepState::Waiting { .. } => (),
    }
}

#[cfg(test)]
mod tests {
    use matoi_core::language::Language;

    use super::first_known;

    #[test]
    fn the_first_language_that_is_spoken_is_taken() {
        for (header, language) in [
            ("ja", Some(Language::Ja)),
            ("EN-gb", Some(Language::En)),
            ("fr, ja-JP;q=0.9, en;q=0.8", Some(Language::Ja)),
            ("*", None),
            ("", None),
        ] {
            assert_eq!(first_known(header), language, "{header}");
        }
    }
}
