//! `sql`: statements for a SQLite file, all of them or none.
//!
//! The server itself acts, since a transaction dies with its process anyway: killed before the commit, nothing is
//! changed; killed after it and before the outcome is recorded, the attempt is lost, and that is said.
//!
//! ```text
//!   gate ─▶ open ─▶ begin immediate ─▶ statements ─▶ commit ─▶ exit.json
//!                        │ time is up, cancelled, an error          a kill here is `Lost`
//!                        └────────────▶ rollback: certain that nothing was changed
//! ```
//!
//! **Invariant:** values reach a statement as bound parameters (`:NAME`, `$NAME`, `@NAME`), never as text.
//! **Invariant:** a file is never created. `reading_only` opens it read-only, attaches nothing, and asks SQLite to refuse
//! writes too.
//! A script whose time was up before anything was committed counts as failed (status 1), not as timed out: it certainly
//! changed nothing.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use matoi_core::gate::Permitted;
use matoi_core::run::event::Finding;
use tokio::task::spawn_blocking;

use super::attempt::Attempt;
use super::attempt::claim::Acted;
use super::attempt::exit::How;
use super::attempt::stream::Streams;
use super::bash::milliseconds;
use super::{Call, Keeper, Kind, Performed, Step, here};
use crate::config::ConfigError;

mod examine;
mod script;
mod stop;
mod table;

pub(super) const KIND: Kind = Kind {
    name: "sql",
    summary: "Runs statements on a SQLite file in one transaction, and prints the rows of the last query.",
    example: "```sql { name=whole kind=verify on=bot.db expect=ok }\npragma integrity_check\n```\n",
    keeper: Keeper::Server,
    check: |_, extra| check(extra),
    make: |_| Box::new(Sql),
};

/// A step that is SQL.
struct Sql;

impl Step for Sql {
    fn perform(&self, call: Permitted<Call>) -> BoxFuture<'_, Performed> {
        run(call.into_inner()).boxed()
    }

    fn examine(&self, call: Call) -> BoxFuture<'_, Finding> {
        async move {
            let examining = spawn_blocking(move || examine::examine(&call));
            let broke_off = |err| Finding::Unproved { why: format!("it broke off: {err}") };
            examining.await.unwrap_or_else(broke_off)
        }
        .boxed()
    }

    fn cancel(&self, folder: PathBuf) -> BoxFuture<'_, Result<(), String>> {
        super::cancel(folder).boxed()
    }
}

async fn run(call: Call) -> Performed {
    let ready = |call: &Call| {
        check(&call.extra).map_err(|err| err.to_string())?;
        database(call)
    };
    here::perform(call, ready, execute).await
}

/// The file that is meant. It must be there before the gate is taken, so that its absence is no attempt.
fn database(call: &Call) -> Result<PathBuf, String> {
    let on = call.attribute("on").unwrap_or_default();
    let path = call.place().join(on);
    match path.metadata() {
        Ok(it) if it.is_file() => Ok(path),
        Ok(_) => Err(format!("{} is not a file", path.display())),
        Err(err) => Err(format!("{}: {err}", path.display())),
    }
}

fn execute(call: &Call, attempt: &Attempt, database: PathBuf, streams: &mut Streams) -> Acted {
    let stop = stop::Stop::after(call.timeout, attempt.clone());
    let done = script::run(call, &database, &stop);
    // What is printed is shown; that it cannot be written does not change what was done.
    let printed = streams.stdout.share().and_then(|mut it| it.write_all(done.rows.as_bytes()));
    let said = streams.stderr.share().and_then(|mut it| {
        done.words.iter().try_for_each(|word| writeln!(it, "{word}"))?;
        printed.or_else(|err| writeln!(it, "the rows could not be written: {err}"))
    });
    // Nothing is left to say it with.
    drop(said);
    let how = match done.finish {
        script::Finish::Done => How::Exited { code: 0 },
        script::Finish::Failed => How::Exited { code: 1 },
        script::Finish::TimedOut => How::TimedOut { after_ms: milliseconds(call.timeout) },
        script::Finish::Cancelled => How::Cancelled,
        script::Finish::Unopened { reason } => How::NotStarted { reason },
        script::Finish::Unknown { reason } => How::Lost { reason },
    };
    Acted { how, left: 0 }
}

fn check(extra: &BTreeMap<String, String>) -> Result<(), ConfigError> {
    match extra.get("on").map_or("", String::as_str) {
        "" => Err(ConfigError::new("on", "is missing: which SQLite file? (`on=bot.db`)")),
        _ => Ok(()),
    }
}
