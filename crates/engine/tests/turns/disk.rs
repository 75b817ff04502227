//! A disk without room: nothing is acknowledged that is not stored, no step begins, nobody is paged twice for it, and work
//! goes on when there is room.

use std::io::Write;
use std::path::Path;

use matoi_core::effect::RunEnd;
use matoi_core::incident::command::Command;
use matoi_core::run::Phase;
use matoi_core::run::event::Purpose;
use matoi_engine::TellError;
use matoi_engine::health::State;
use matoi_store::StoreError;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tempfile::TempDir;

use crate::again::{part, play};
use crate::far_side::{FarSide, Manner};
use crate::proof::{everything_adds_up, nothing_is_owed};
use crate::stage::{Engine, Stage, said, start_run, wait_until};
use crate::step::MEND;
use crate::story::plan;
use crate::webhook::part as part_of;

/// No file may grow beyond this many blocks of 512 bytes; the signal is ignored, so that writing answers with an error.
const NO_LARGE_FILES: &[&str] = &["sh", "-c", "trap '' XFSZ; ulimit -S -f 1024; exec \"$@\"", "sh"];
/// The child says this when it came to its end.
const PLAYED: &str = "the disk was filled and emptied";

#[test]
fn a_full_disk_acknowledges_nothing_begins_no_step_and_then_goes_on() {
    if let Some(dir) = part() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        return runtime.block_on(fill_and_empty(&dir));
    }
    let dir = TempDir::new().unwrap();
    let test = "disk::a_full_disk_acknowledges_nothing_begins_no_step_and_then_goes_on";
    let output = play(NO_LARGE_FILES, test, dir.path());
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && told.contains(PLAYED), "{output:?}\n{told}");
}

async fn fill_and_empty(dir: &Path) {
    let hook = FarSide::new(Manner::Takes);
    let text = plan(&hook).replace("services:", "unattended: [mend]\nservices:");
    let stage = Stage::at(dir, &text, &[("mend", MEND)]);
    std::fs::write(stage.file("well"), "").unwrap();
    let mut engine = stage.open().await;
    engine.declare("before").await;
    stage.settle(&mut engine).await;
    fill(&engine).await;

    let heard = hook.heard().len();
    let refused = engine.handle.declare(said("while it is full")).await.unwrap_err();
    assert!(matches!(refused, TellError::Store(StoreError::Unavailable(_))), "{refused:?}");
    let refused = engine
        .handle
        .start_run("mend", "ann", Purpose::Perform, Default::default())
        .await
        .unwrap_err();
    assert!(matches!(refused, TellError::Store(StoreError::Unavailable(_))), "{refused:?}");
    for _ in 0..3 {
        engine.hand.turn_all().await;
        stage.pass(10);
    }
    assert_eq!(hook.heard().len(), heard, "nobody is paged for what is not stored");
    assert!(stage.lines("trace").is_empty(), "no step begins without a stored intent");
    let (state, detail) = part_of(&engine, "database").await;
    assert_eq!(state, State::Failed, "{detail}");

    let maximum = getrlimit(Resource::Fsize).maximum;
    setrlimit(Resource::Fsize, Rlimit { current: maximum, maximum }).unwrap();
    let id = engine.declare("when there is room").await;
    start_run(&engine.handle, "mend").await;
    stage.settle(&mut engine).await;
    stage.live(&mut engine, 60, 10).await;
    assert_eq!(engine.run().await.phase, Phase::Ended { end: RunEnd::Verified });
    assert_eq!(stage.lines("trace"), ["once"]);
    assert!(hook.keys().contains(&format!("{id}/1/0")));
    let all = engine.handle.incidents(matoi_store::Which::All, 100).await.unwrap();
    assert_eq!(all.len(), 2, "what was refused is not there");
    assert_eq!(engine.handle.health().await.state, State::Ok);
    everything_adds_up(&engine.handle).await;
    nothing_is_owed(&engine.handle).await;
    engine.close().await;
    // Past the capture of the test harness.
    let mut out = std::io::stdout().lock();
    writeln!(out, "{PLAYED}").unwrap();
}

/// Writes notes until no note is taken any more.
async fn fill(engine: &Engine) {
    let all = engine.handle.incidents(matoi_store::Which::All, 10).await.unwrap();
    let id = all[0].incident.id.clone();
    loop {
        let note = Command::Note { by: "ann".to_owned(), text: "x".repeat(4_000) };
        match engine.handle.tell_incident(&id, note).await {
            Ok(_) => (),
            Err(TellError::Store(StoreError::Unavailable(_))) => return,
            Err(err) => panic!("{err}"),
        }
    }
}

#[test]
fn a_page_that_arrived_is_not_sent_again_because_its_receipt_cannot_be_stored() {
    if let Some(dir) = part() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        return runtime.block_on(fill_while_a_page_is_under_way(&dir));
    }
    let dir = TempDir::new().unwrap();
    let test = "disk::a_page_that_arrived_is_not_sent_again_because_its_receipt_cannot_be_stored";
    let output = play(NO_LARGE_FILES, test, dir.path());
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && told.contains(PLAYED), "{output:?}\n{told}");
}

async fn fill_while_a_page_is_under_way(dir: &Path) {
    let hook = FarSide::new(Manner::Slow);
    let stage = Stage::at(dir, &plan(&hook), &[]);
    std::fs::write(stage.file("well"), "").unwrap();
    let mut engine = stage.open().await;
    engine.declare("the shop is down").await;
    let room = getrlimit(Resource::Fsize);
    let no_room = Rlimit { current: Some(0), maximum: room.maximum };
    let fill = async {
        wait_until("the page is under way", async || !hook.heard().is_empty()).await;
        setrlimit(Resource::Fsize, no_room).unwrap();
    };
    tokio::join!(engine.hand.turn_all(), fill);
    assert_eq!(engine.only().await.incident.owed().count(), 1, "what is not stored is not claimed");

    setrlimit(Resource::Fsize, room).unwrap();
    stage.live(&mut engine, 60, 10).await;
    assert_eq!(engine.only().await.incident.owed().count(), 0);
    assert_eq!(hook.heard().len(), 1, "it rang once");
    everything_adds_up(&engine.handle).await;
    nothing_is_owed(&engine.handle).await;
    engine.close().await;
    // Past the capture of the test harness.
    let mut out = std::io::stdout().lock();
    writeln!(out, "{PLAYED}").unwrap();
}
