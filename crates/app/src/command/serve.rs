//! `matoi serve`: the arguments of the server, made sure of.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use matoi_edge::plan_dir::{self, PlanDirError};
use matoi_store::OpenError;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::argument::ServeArgs;
use crate::connection::data_dir;
use crate::exit::{ExitKind, Failure};
use crate::server::{self, AccessWanted, ServeError};

use super::Desk;
use super::check::{show_problems, unreadable};

/// What is told of a server's life, unless `MATOI_LOG` says otherwise.
const LOG: &str =
    "info,hickory_resolver=warn,hickory_proto=warn,lettre=warn,reqwest=warn,hyper=warn";

pub(super) fn perform(desk: &Desk, args: ServeArgs) -> Result<(), Failure> {
    only_loopback(args.listen)?;
    start_log(desk)?;
    let plan_dir = args.dir.canonicalize().map_err(|err| {
        Failure::new(ExitKind::Plan, format!("cannot find {}: {err}", args.dir.display()))
            .hint(format!("`matoi init {}` writes a plan to start from", args.dir.display()))
    })?;
    if plan_dir.is_file() {
        return Err(unreadable(&PlanDirError::NoDirectory { path: args.dir }));
    }
    let served = server::run(server::ServeArgs {
        plan_dir: plan_dir.clone(),
        data_dir: made_sure(desk)?,
        listen: args.listen,
        access: if args.dev { AccessWanted::Open } else { AccessWanted::Token },
        base_url: args.base_url,
        environment: desk.surroundings.environment.clone(),
    });
    served.map_err(|err| failure(desk, &plan_dir, err))
}

fn only_loopback(listen: SocketAddr) -> Result<(), Failure> {
    if listen.ip().is_loopback() {
        return Ok(());
    }
    Err(Failure::new(
        ExitKind::Usage,
        format!("{listen} is reachable from other machines, and there are no accounts yet"),
    )
    .hint("listen on 127.0.0.1, and reach it through ssh -L or a proxy that asks who comes"))
}

/// The data directory, absolute, since the server works in the plan's directory.
fn made_sure(desk: &Desk) -> Result<PathBuf, Failure> {
    let dir = data_dir(&desk.everywhere, &desk.surroundings).ok_or_else(|| {
        Failure::new(ExitKind::Usage, "nobody says where to keep data: HOME is not set")
            .hint("name a directory with --data")
    })?;
    Ok(std::path::absolute(&dir).with_context(|| format!("cannot find {}", dir.display()))?)
}

fn start_log(desk: &Desk) -> Result<(), Failure> {
    let wanted = desk.surroundings.get("MATOI_LOG").unwrap_or(LOG);
    let filter: Targets = wanted
        .parse()
        .map_err(|err| Failure::new(ExitKind::Usage, format!("MATOI_LOG is no filter: {err}")))?;
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .with_writer(std::io::stderr);
    tracing_subscriber::registry().with(lines).with(filter).init();
    Ok(())
}

fn failure(desk: &Desk, plan_dir: &Path, err: ServeError) -> Failure {
    match err {
        ServeError::Plan(problems) => {
            let files = plan_dir::read(plan_dir).unwrap_or_else(|_| BTreeMap::new());
            show_problems(desk, &files, &problems);
            Failure::new(
                ExitKind::Plan,
                "the plan has errors, and none was taken before; nothing is watched",
            )
            .hint(format!("`matoi check {}` tells them again", plan_dir.display()))
        }
        ServeError::PlanUnreadable(why) => Failure::new(ExitKind::Plan, why),
        ServeError::Store(err) => store_failure(&err),
        ServeError::Listen { address, why } => {
            Failure::new(ExitKind::Unavailable, format!("cannot listen on {address}: {why}"))
                .hint("another server may be there; choose another address with --listen")
        }
        ServeError::Other(err) => err.into(),
    }
}

fn store_failure(err: &OpenError) -> Failure {
    let mut message = err.to_string();
    let mut source = std::error::Error::source(err);
    while let Some(it) = source {
        message.push_str(&format!(": {it}"));
        source = it.source();
    }
    Failure::new(ExitKind::Unavailable, message)
}
