//! `matoi serve`: opens what is stored, takes the plan, turns, and answers, until it is asked to end.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::net::SocketAddr;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use matoi_core::problem::Problem;
use matoi_edge::step::Tools;
use matoi_engine::clock::Clock;
use matoi_engine::plan::PlanError;
use matoi_engine::{Config, Handle};
use matoi_store::{OpenError, Store};
use matoi_web::Access;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::inner::{RELAY, SHIM};

/// What the server is told.
#[derive(Clone, Debug)]
pub(crate) struct ServeArgs {
    pub(crate) plan_dir: PathBuf,
    pub(crate) data_dir: PathBuf,
    pub(crate) listen: SocketAddr,
    pub(crate) access: AccessWanted,
    pub(crate) base_url: Option<String>,
    /// The whole environment, read once.
    pub(crate) environment: BTreeMap<String, String>,
}

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AccessWanted {
    /// Whoever can read the token in the data directory.
    Token,
    /// `--dev`: anybody on this machine.
    Open,
}

/// Why the server did not start, or ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServeError {
    #[error("the plan has errors and none was loaded before")]
    Plan(Vec<Problem>),
    #[error("{0}")]
    PlanUnreadable(String),
    #[error("{0}")]
    Store(#[source] OpenError),
    #[error("cannot listen on {address}: {why}")]
    Listen { address: SocketAddr, why: String },
    #[error(transparent)]
    Other(#[from] anyhow::Error),
}

/// Acts that are under way when the server is asked to end have this long; running steps are not waited for.
const GRACE: Duration = Duration::from_secs(5);

/// Threads that hang on a dead disk must not keep the process from ending.
const THREADS_GRACE: Duration = Duration::from_secs(2);

/// Serves until SIGTERM or SIGINT; SIGHUP takes the plan anew.
pub(crate) fn run(args: ServeArgs) -> Result<(), ServeError> {
    matoi_edge::install_crypto();
    // Relative paths of the plan count from its directory, in probes as well as in steps.
    std::env::set_current_dir(&args.plan_dir)
        .with_context(|| format!("cannot work in {}", args.plan_dir.display()))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("matoi")
        .build()
        .context("cannot start threads")?;
    let served = runtime.block_on(serve(&args));
    runtime.shutdown_timeout(THREADS_GRACE);
    served
}

async fn serve(args: &ServeArgs) -> Result<(), ServeError> {
    let signals = Signals::listen()?;
    let clock = Clock::System;
    let store = Store::open(&args.data_dir, clock.now()).map_err(ServeError::Store)?;
    let listener = TcpListener::bind(args.listen)
        .await
        .map_err(|err| ServeError::Listen { address: args.listen, why: err.to_string() })?;
    let address = listener.local_addr().context("cannot learn the address")?;
    let config = Config {
        data_dir: args.data_dir.clone(),
        plan_dir: args.plan_dir.clone(),
        base_url: args.base_url.clone(),
        environment: args.environment.clone(),
        tools: Tools::new(ourselves(SHIM), ourselves(RELAY)),
    };
    let engine = Handle::new(store, clock, config);
    let started = start(args, &engine, address).await;
    let access = match started {
        Ok(access) => access,
        Err(err) => {
            engine.shut_down(GRACE).await;
            return Err(err);
        }
    };
    let ended = until_asked_to_end(&engine, signals, listener, access).await;
    engine.shut_down(GRACE).await;
    // A stale address would send the commands to whoever listens there next.
    let _ = std::fs::remove_file(args.data_dir.join("address"));
    tracing::info!("Matoi has ended; running steps go on, and the next start finds them");
    ended
}

async fn start(
    args: &ServeArgs,
    engine: &Handle,
    address: SocketAddr,
) -> Result<Access, ServeError> {
    take_plan(engine).await?;
    engine.run().await.context("cannot read what was owed")?;
    let access = match args.access {
        AccessWanted::Open => Access::Open,
        AccessWanted::Token => Access::Token(token(&args.data_dir)?),
    };
    write_private(&args.data_dir.join("address"), &format!("http://{address}\n"))?;
    say_ready(engine, address);
    Ok(access)
}

/// Takes the plan of the directory. A broken one does not silence a team that has open incidents: the last plan that
/// ruled goes on, and every face says so.
async fn take_plan(engine: &Handle) -> Result<(), ServeError> {
    let refused = match engine.reload().await {
        Ok(_) => return Ok(()),
        Err(err) => err,
    };
    let last = engine.take_last_plan().await.context("cannot look for the last plan")?;
    match (last, refused) {
        (Some(plan), refused) => {
            tracing::error!(
                "the plan in the directory is refused ({refused}); the last one, {}, goes on",
                plan.name
            );
            Ok(())
        }
        (None, PlanError::Refused(problems)) => Err(ServeError::Plan(problems)),
        (
            None,
            err @ (PlanError::Unreadable { .. } | PlanError::Store(_) | PlanError::Broken { .. }),
        ) => Err(ServeError::PlanUnreadable(err.to_string())),
    }
}

async fn until_asked_to_end(
    engine: &Handle,
    mut signals: Signals,
    listener: TcpListener,
    access: Access,
) -> Result<(), ServeError> {
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let router = matoi_web::router(engine.clone(), access);
    let serving = matoi_web::serve(listener, router, async {
        // The sender is dropped only when serving is over anyway.
        let _ = stopped.await;
    });
    let mut serving = std::pin::pin!(serving);
    loop {
        tokio::select! {
            ended = &mut serving => return ended.context("cannot serve any more").map_err(ServeError::Other),
            _ = signals.terminate.recv() => break,
            _ = signals.interrupt.recv() => break,
            _ = signals.hang_up.recv() => match engine.reload().await {
                Ok(plan) => tracing::info!("took the plan {} {}", plan.name, plan.hash.short()),
                Err(err) => tracing::error!("the plan was not taken, the running one stays: {err}"),
            },
        }
    }
    tracing::info!("asked to end");
    engine.let_readers_go();
    let _ = stop.send(());
    serving.await.context("cannot end serving").map_err(ServeError::Other)
}

/// What the server is asked by. Listened for before anybody can know that it is there, or a signal that comes at once
/// would simply end it; until it serves, they wait.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl Signals {
    fn listen() -> Result<Signals, ServeError> {
        Ok(Signals {
            terminate: listen_for(SignalKind::terminate())?,
            interrupt: listen_for(SignalKind::interrupt())?,
            hang_up: listen_for(SignalKind::hangup())?,
        })
    }
}

fn listen_for(kind: SignalKind) -> Result<Signal, ServeError> {
    Ok(signal(kind).context("cannot listen for signals")?)
}

/// The token of this server, made at the first start.
fn token(data_dir: &Path) -> Result<String, ServeError> {
    let path = data_dir.join("token");
    match std::fs::read_to_string(&path) {
        Ok(token) if token.trim().len() >= 32 => {
            // A copy from a backup may have come with other rights.
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))
                .with_context(|| format!("cannot protect {}", path.display()))?;
            return Ok(token.trim().to_owned());
        }
        Ok(_) => (),
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => (),
        Err(err) => {
            return Err(anyhow::Error::new(err)
                .context(format!("cannot read {}", path.display()))
                .into());
        }
    }
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).context("cannot draw a token")?;
    let token: String = bytes.iter().map(|it| format!("{it:02x}")).collect();
    write_private(&path, &format!("{token}\n"))?;
    Ok(token)
}

/// Writes a file that only its owner reads, whole or not at all.
fn write_private(path: &Path, text: &str) -> Result<(), ServeError> {
    let write = || -> std::io::Result<()> {
        let part = path.with_extension("part");
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&part)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&part, path)
    };
    write().with_context(|| format!("cannot write {}", path.display())).map_err(ServeError::Other)
}

fn say_ready(engine: &Handle, address: SocketAddr) {
    let Some(plan) = engine.plans().current() else { return };
    tracing::info!("ready on http://{address} with the plan {} {}", plan.name, plan.hash.short());
    for why in &plan.unarmed {
        tracing::warn!("the plan is not armed: {why}");
    }
}

/// Starts this very program in one of its inner parts, also when its file was replaced since.
fn ourselves(part: &str) -> Vec<String> {
    vec!["/proc/self/exe".to_owned(), part.to_owned()]
}
