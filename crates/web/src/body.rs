//! Bodies of requests: JSON, with noes that say what was not understood.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde::de::DeserializeOwned;

use crate::Site;
use crate::error::{ApiError, Code};

/// What is asked for.
pub(crate) struct Asked<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Site> for Asked<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, site: &Site) -> Result<Asked<T>, ApiError> {
        match Json::<T>::from_request(request, site).await {
            Ok(Json(it)) => Ok(Asked(it)),
            Err(
                rejection @ (JsonRejection::JsonDataError(_) | JsonRejection::JsonSyntaxError(_)),
            ) => Err(ApiError::new(Code::Invalid, rejection.body_text())
                .hint("docs/api.md shows the shape")),
            Err(JsonRejection::MissingJsonContentType(_)) => {
                Err(ApiError::new(Code::Invalid, "the body must be JSON")
                    .hint("send `Content-Type: application/json`"))
            }
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(ApiError::new(Code::TooLarge, rejection.body_text())
                    .hint("a note is cut at some thousand characters; keep the rest in a file"))
            }
            // It broke off on the way.
            Err(rejection) => Err(ApiError::new(Code::Invalid, rejection.body_text())),
        }
    }
}
