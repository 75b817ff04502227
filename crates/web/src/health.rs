//! How the server is, for people and for load balancers.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use matoi_engine::health::State as Condition;

use crate::Site;

pub(crate) async fn show(State(site): State<Site>) -> Response {
    let health = site.engine.health().await;
    let status = match health.state {
        Condition::Ok | Condition::Degraded => StatusCode::OK,
        Condition::Failed => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, Json(health)).into_response()
}
