//! The operators' switches.

use axum::Json;
use axum::extract::State;
use matoi_core::gate::{Scope, Switches};
use serde::Deserialize;

use crate::Site;
use crate::access::Actor;
use crate::address::Wanted;
use crate::body::Asked;
use crate::error::{ApiError, Code, store};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Throw {
    runbook: Option<String>,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Which {
    runbook: Option<String>,
}

fn scope(runbook: Option<String>) -> Scope {
    runbook.map_or(Scope::All, Scope::Runbook)
}

pub(crate) async fn list(State(site): State<Site>) -> Result<Json<Switches>, ApiError> {
    site.engine.switches().await.map(Json).map_err(|err| store(&err))
}

pub(crate) async fn throw(
    State(site): State<Site>,
    Actor(by): Actor,
    Asked(it): Asked<Throw>,
) -> Result<Json<Switches>, ApiError> {
    if it.reason.trim().is_empty() {
        return Err(ApiError::new(Code::Invalid, "a switch needs a reason"));
    }
    if let Some(runbook) = &it.runbook
        && !site.engine.plans().current().is_some_and(|plan| plan.runbooks.contains_key(runbook))
    {
        return Err(ApiError::new(
            Code::Missing,
            format!("there is no runbook {runbook} in the plan"),
        ));
    }
    let thrown = site.engine.throw_switch(scope(it.runbook), &by, &it.reason).await;
    thrown.map(Json).map_err(|err| store(&err))
}

pub(crate) async fn put_back(
    State(site): State<Site>,
    Actor(by): Actor,
    Wanted(which): Wanted<Which>,
) -> Result<Json<Switches>, ApiError> {
    let scope = scope(which.runbook);
    let switches = site.engine.switches().await.map_err(|err| store(&err))?;
    if !switches.0.iter().any(|it| it.scope == scope) {
        return Err(ApiError::new(Code::Missing, "that switch is not thrown"));
    }
    site.engine.put_switch_back(&scope, &by).await.map(Json).map_err(|err| store(&err))
}
