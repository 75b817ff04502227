//! `matoi demo`: the main job on something real.
//!
//! ```text
//!  a bot works ─▶ its database is damaged ─▶ Matoi, a process of its own, detects, pages, recovers, verifies
//!                                              ▲ killed twice with --kill
//!  this only prepares, watches the timeline, and proves at the end what is true
//! ```
//!
//! **Invariant:** the demo helps nobody: what the plan does not do is not done. It plays only the person who answers.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use matoi_core::language::Language;

use crate::demo::patient::Patient;
use crate::demo::proof::Proof;
use crate::demo::server::Server;
use crate::demo::watch::Watch;
use crate::exit::{ExitKind, Failure};

mod interruption;
mod patient;
mod proof;
mod server;
mod stage;
mod watch;

use interruption::Interruption;
use stage::Stage;

/// What the demo is told.
#[derive(Clone, Debug)]
pub(crate) struct DemoArgs {
    pub(crate) language: Language,
    pub(crate) ending: Ending,
    pub(crate) course: Course,
    /// Where everything is kept; a new folder among the temporary files unless one is named.
    pub(crate) dir: Option<PathBuf>,
    pub(crate) temporary: PathBuf,
}

/// What follows once it is recovered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// `--once`.
    Ends,
    /// The server stays up to look around.
    Stays,
}

/// Whether the server is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Course {
    Quiet,
    /// `--kill`.
    KilledTwice,
}

/// How the demo ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Recovered, and proved.
    Well,
    /// Something is not as it should be, and it was said.
    Badly,
}

/// Longer than any recovery of the demo takes on a slow machine.
const RECOVERY_MAX: Duration = Duration::from_secs(300);

/// Plays the demo.
pub(crate) fn run(args: &DemoArgs) -> Result<Ended, Failure> {
    let root = root(args)?;
    let interruption = Interruption::listen()?;
    match play(args, &root, &interruption) {
        // Whatever it was about to do failed for no other reason.
        Err(_) if interruption.came() => {
            let text =
                args.language.pick("デモは途中で終了しました", "the demo was ended on its way");
            let rest = args.language.pick(
                format!("動いているものは残っていません。ファイルは {} にあります", root.display()),
                format!("nothing of it runs any more; its files are in {}", root.display()),
            );
            Err(Failure::new(ExitKind::EndedBadly, text).hint(rest))
        }
        ended => Ok(ended?),
    }
}

fn play(args: &DemoArgs, root: &Path, interruption: &Interruption) -> anyhow::Result<Ended> {
    let stage = Stage::new(args.language);
    let program = std::env::current_exe().context("cannot find this program")?;
    stage.title(
        "障害対応のデモを始めます。小さなシステムを起動し、本当に壊して、計画どおりに復旧します。",
        "A small real system is started, really damaged, and recovered by its plan.",
    );
    stage.fact("場所", "everything is kept in", &root.display().to_string());

    let mut patient = Patient::begin(root, &program, &stage)?;
    interruption.check()?;
    let server = Server::start(&program, patient.directory(), &root.join("data"))?;
    stage.fact("サーバー", "the server", &format!("{} (pid {})", server.url(), server.pid()));
    interruption.check()?;
    patient.damage(&stage)?;

    let mut watch = Watch::new(server, &program, &root.join("data"), &stage, interruption)?;
    let incident = watch.until_resolved(args.course, RECOVERY_MAX)?;
    let reports = watch.write_reports(&incident, &root.join("reports"), args.language)?;
    let proof = Proof::of(&patient, &mut watch, &incident)?;
    proof.say(&stage);
    stage.fact("インシデント", "incident", &incident);
    for report in &reports {
        stage.fact("報告書", "report", &report.display().to_string());
    }
    stage.fact("届いたメール", "mails that arrived", &patient.mails().display().to_string());
    let ended = if proof.is_well() { Ended::Well } else { Ended::Badly };
    match args.ending {
        Ending::Ends => {
            watch.end()?;
            patient.end()?;
        }
        Ending::Stays => {
            invite(&watch, &stage, &program, &incident);
            interruption.wait();
        }
    }
    stage.verdict(ended);
    Ok(ended)
}

/// Says how to look around while everything stays up.
fn invite(watch: &Watch<'_>, stage: &Stage, program: &Path, incident: &str) {
    stage.title(
        "サーバーは動いています。別の端末から見てみてください。",
        "The server stays up. Look around from another terminal:",
    );
    // Who tries it out has not installed it.
    let matoi = format!("{} --server {}", program.display(), watch.url());
    for words in ["status", &format!("incident show {incident}"), &format!("report {incident}")] {
        stage.command(&format!("{matoi} {words}"));
    }
    stage.title("終了するには Ctrl-C を押してください。", "Press Ctrl-C to end.");
}

/// A folder of this demo's own; an earlier demo's is never written into.
fn root(args: &DemoArgs) -> Result<PathBuf, Failure> {
    let root = match &args.dir {
        Some(dir) => dir.clone(),
        None => args.temporary.join(format!("matoi-demo-{}", std::process::id())),
    };
    let refused = |message: String| {
        Failure::new(ExitKind::Refused, message).hint("name another folder with --dir")
    };
    if root.exists() && !is_empty(&root) {
        return Err(refused(format!("{} is not empty", root.display())));
    }
    std::fs::create_dir_all(&root)
        .and_then(|()| root.canonicalize())
        .map_err(|err| refused(format!("cannot make {}: {err}", root.display())))
}

fn is_empty(dir: &Path) -> bool {
    std::fs::read_dir(dir).is_ok_and(|mut it| it.next().is_none())
}
