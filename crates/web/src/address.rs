//! What an address says: the name of a thing in its path, and what is asked for behind the question mark.

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::Site;
use crate::error::{ApiError, Code};

/// The id in the path.
pub(crate) struct Id(pub(crate) String);

impl FromRequestParts<Site> for Id {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Id, ApiError> {
        match Path::<String>::from_request_parts(parts, site).await {
            Ok(Path(id)) => Ok(Id(id)),
            Err(rejection) => Err(ApiError::new(Code::Invalid, rejection.body_text())),
        }
    }
}

/// The run and the step in the path.
pub(crate) struct StepOf {
    pub(crate) run: String,
    pub(crate) step: String,
}

impl FromRequestParts<Site> for StepOf {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<StepOf, ApiError> {
        match Path::<(String, String)>::from_request_parts(parts, site).await {
            Ok(Path((run, step))) => Ok(StepOf { run, step }),
            Err(rejection) => Err(ApiError::new(Code::Invalid, rejection.body_text())),
        }
    }
}

/// What is asked for. A word that is not known is a no: left aside, it would answer another question.
pub(crate) struct Wanted<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<Site> for Wanted<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Wanted<T>, ApiError> {
        match Query::<T>::from_request_parts(parts, site).await {
            Ok(Query(it)) => Ok(Wanted(it)),
            Err(rejection) => Err(ApiError::new(Code::Invalid, rejection.body_text())
                .hint("docs/api.md shows what can be asked")),
        }
    }
}
