//! Shows, and passes commands on: the HTTP interface, health, and figures.
//!
//! **Invariant:** no decision is made here. A request becomes a command or a question for the engine, and its answer is
//! put into words and a status.
//! **Invariant:** HTTP types appear nowhere else.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use matoi_engine::Handle;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;

mod access;
mod address;
mod body;
mod chore;
mod error;
mod health;
mod incident;
mod metrics;
mod output;
mod run;
mod runbook;
mod spoken;
mod status;
mod switch;
mod timeline;
mod view;

pub use access::Access;

/// A note with a pasted log; more belongs into a file.
const BODY_BYTES_MAX: usize = 256 << 10;

/// Requests that are under way when the server ends have this long.
const DRAIN_MAX: Duration = Duration::from_secs(5);

/// What every request finds.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) engine: Handle,
    pub(crate) access: Arc<Access>,
    /// Places for those who follow outputs.
    pub(crate) followers: Arc<Semaphore>,
}

/// Every route of the server.
pub fn router(engine: Handle, access: Access) -> Router {
    let followers = Arc::new(Semaphore::new(output::FOLLOWERS_MAX));
    let site = Site { engine, access: Arc::new(access), followers };
    let v1 = Router::new()
        .route("/status", get(status::show))
        .route("/incidents", get(incident::list).post(incident::declare))
        .route("/incidents/{id}", get(incident::show))
        .route("/incidents/{id}/timeline", get(timeline::of_incident))
        .route("/incidents/{id}/report", get(incident::report))
        .route("/incidents/{id}/acknowledge", post(incident::acknowledge))
        .route("/incidents/{id}/notes", post(incident::note))
        .route("/incidents/{id}/assign", post(incident::assign))
        .route("/incidents/{id}/severity", post(incident::severity))
        .route("/incidents/{id}/escalate", post(incident::escalate))
        .route("/incidents/{id}/resolve", post(incident::resolve))
        .route("/incidents/{id}/reopen", post(incident::reopen))
        .route("/incidents/{id}/runs", post(incident::request_run))
        .route("/runs", get(run::list).post(run::start))
        .route("/runs/{id}", get(run::show))
        .route("/runs/{id}/timeline", get(timeline::of_run))
        .route("/runs/{id}/steps/{step}/output", get(output::show))
        .route("/runs/{id}/steps/{step}/output/follow", get(output::follow))
        .route("/runs/{id}/start", post(run::click))
        .route("/runs/{id}/answer", post(run::answer))
        .route("/runs/{id}/vote", post(run::vote))
        .route("/runs/{id}/tick", post(run::tick))
        .route("/runs/{id}/cancel", post(run::cancel))
        .route("/runbooks", get(runbook::list))
        .route("/chores", get(chore::list))
        .route("/chores/{id}/run", post(chore::run))
        .route("/switches", get(switch::list).post(switch::throw).delete(switch::put_back))
        .route("/plan/reload", post(status::reload))
        .layer(axum::middleware::from_fn_with_state(site.clone(), access::guard));
    Router::new()
        .route("/api/health", get(health::show))
        .route("/metrics", get(metrics::show))
        .nest("/api/v1", v1)
        .fallback(error::no_such_place)
        .method_not_allowed_fallback(error::no_such_method)
        .layer(CatchPanicLayer::custom(error::bug))
        .layer(axum::middleware::from_fn(error::in_time))
        .layer(axum::middleware::from_fn(access::only_this_host))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(site)
}

/// Serves until `stop`, then lets what is under way end.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (begun, stopping) = tokio::sync::oneshot::channel();
    let signal = async move {
        stop.await;
        // The receiver is gone only when serving ended by itself.
        let _ = begun.send(());
    };
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(signal);
    let overdue = async {
        match stopping.await {
            Ok(()) => tokio::time::sleep(DRAIN_MAX).await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        ended = serving.into_future() => ended,
        () = overdue => Ok(()),
    }
}
