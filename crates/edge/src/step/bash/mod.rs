//! `bash`, `sh`, and the interpreters of a plan: a script, performed by a process of its own that outlives the server.
//!
//! **Invariant:** the script is a file that the interpreter reads; nothing is put into it, and nothing but a path is an argument.
//! A command of the plan has the arguments that are written there, and no script.
//! That such a step only reads cannot be enforced, so `reading_only` has no meaning here.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use matoi_core::gate::Permitted;
use matoi_core::plan::{Interpreter, LOCAL};
use matoi_core::run::event::Finding;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;
use tokio::task::spawn_blocking;

use super::attempt::{Attempt, Order, follow};
use super::{Call, Keeper, Kind, Performed, Step, Tools, environment, performed, ssh};

mod examine;
pub mod shim;

pub(super) const KIND: Kind = Kind {
    name: "bash",
    summary: "Runs a script with bash, stopping at the first failure, also inside a pipe.",
    example: "```bash { name=disk kind=diagnose timeout=20s }\ndf -P / >> \"$STEP_OUTPUT\"\n```\n",
    keeper: Keeper::Shim,
    check: |_, _| Ok(()),
    make: |tools| {
        Box::new(Script::of_shell(tools, &["bash", "--noprofile", "--norc", "-euo", "pipefail"]))
    },
};

pub(super) const SH: Kind = Kind {
    name: "sh",
    summary: "Runs a script with sh, stopping at the first failure.",
    example: "```sh { name=memory kind=diagnose timeout=20s }\nredis-cli info memory\n```\n",
    keeper: Keeper::Shim,
    check: |_, _| Ok(()),
    make: |tools| Box::new(Script::of_shell(tools, &["sh", "-eu"])),
};

/// Performs scripts with an interpreter of the plan.
pub(super) fn interpreted(interpreter: &Interpreter, tools: &Tools) -> Box<dyn Step> {
    Box::new(Script { tools: tools.clone(), interpreter: interpreter.clone(), has_text: true })
}

/// Performs a command of the plan, which gets no script.
pub(super) fn commanded(command: &[String], tools: &Tools) -> Box<dyn Step> {
    let interpreter = Interpreter { run: command.to_vec(), check: Vec::new() };
    Box::new(Script { tools: tools.clone(), interpreter, has_text: false })
}

/// How much a shim may say about why it did not begin.
const COMPLAINT_BYTES_MAX: u64 = 2 << 10;

/// A step that is a script.
struct Script {
    tools: Tools,
    interpreter: Interpreter,
    /// Whether there is a script, whose path follows the arguments.
    has_text: bool,
}

impl Script {
    fn of_shell(tools: &Tools, run: &[&str]) -> Script {
        let run = run.iter().map(|&it| it.to_owned()).collect();
        let interpreter = Interpreter { run, check: Vec::new() };
        Script { tools: tools.clone(), interpreter, has_text: true }
    }

    async fn run(&self, call: Call) -> Performed {
        let attempt = Attempt::at(&call.folder);
        let begin = self.begin(&call, &attempt).map(|it| it.err());
        let (ended, exit) = follow::settle(&attempt, begin).await;
        performed::read(attempt, ended, exit, &call.secrets).await
    }

    /// Starts a shim and waits for its end. An error says why it did not begin; the folder tells everything else.
    async fn begin(&self, call: &Call, attempt: &Attempt) -> Result<(), String> {
        let environment = environment::of(call, attempt)?;
        elsewhere(call)?;
        let order = match &call.host {
            Some(host) => {
                let command = &self.interpreter.run;
                ssh::order(call, host, command, self.has_text, attempt, &self.tools)?
            }
            None => self.order(call)?,
        };
        let (folder, script) = (attempt.clone(), call.script.clone());
        let prepared = spawn_blocking(move || match folder.hindrance() {
            Some(reason) => Err(reason),
            None => folder
                .prepare(&script, &order)
                .map_err(|err| format!("its folder cannot be written: {err}")),
        });
        prepared.await.map_err(|err| err.to_string())??;
        self.spawn(attempt, environment).await
    }

    fn order(&self, call: &Call) -> Result<Order, String> {
        let cwd = std::path::absolute(call.place()).map_err(|err| format!("cwd: {err}"))?;
        Ok(Order {
            command: self.interpreter.run.clone(),
            bare: !self.has_text,
            cwd,
            timeout_ms: milliseconds(call.timeout),
            grace_ms: milliseconds(self.tools.grace),
            remote: None,
        })
    }

    /// The shim is not killed when this is dropped, nor when the server is.
    async fn spawn(
        &self,
        attempt: &Attempt,
        environment: BTreeMap<OsString, OsString>,
    ) -> Result<(), String> {
        let (program, arguments) = self.tools.shim.split_first().ok_or("there is no shim")?;
        let mut shim = Command::new(program)
            .args(arguments)
            .arg(attempt.folder())
            .env_clear()
            .envs(environment)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|err| format!("{program} cannot be started: {err}"))?;
        let complaints = shim.stderr.take();
        let status = shim.wait().await.map_err(|err| format!("{program}: {err}"))?;
        complain(status, complaints).await
    }
}

/// What the shim had to say. Nobody else has its standard error, so its end is there when the shim is gone.
async fn complain(
    status: ExitStatus,
    complaints: Option<impl AsyncRead + Unpin>,
) -> Result<(), String> {
    if status.success() {
        return Ok(());
    }
    let mut text = Vec::new();
    if let Some(complaints) = complaints {
        let _ = complaints.take(COMPLAINT_BYTES_MAX).read_to_end(&mut text).await;
    }
    match String::from_utf8_lossy(&text).trim() {
        "" => Err(format!("the shim ended with {status}")),
        text => Err(text.to_owned()),
    }
}

impl Step for Script {
    fn perform(&self, call: Permitted<Call>) -> BoxFuture<'_, Performed> {
        self.run(call.into_inner()).boxed()
    }

    fn examine(&self, call: Call) -> BoxFuture<'_, Finding> {
        let text = self.has_text;
        async move {
            match &call.host {
                Some(host) => ssh::examine(host, &call, &self.interpreter.run, text).await,
                None => examine::examine(&self.interpreter, &call, text).await,
            }
        }
        .boxed()
    }

    fn cancel(&self, folder: PathBuf) -> BoxFuture<'_, Result<(), String>> {
        super::cancel(folder).boxed()
    }
}

/// A place that nobody resolved is refused: performing it here instead would be the worst answer.
fn elsewhere(call: &Call) -> Result<(), String> {
    match call.attribute("on") {
        Some(place) if call.host.is_none() && place != LOCAL => {
            Err(format!("on: \"{place}\" is not this machine, and no host of the plan"))
        }
        Some(_) | None => Ok(()),
    }
}

pub(super) fn milliseconds(duration: SignedDuration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(0)
}
