//! A disk that is full, at each point at which it can be.
//!
//! A limit on the size of files stands in for the full disk: it needs no rights, and a write beyond it fails as on a
//! full disk does, once the signal that goes with it is ignored.

use std::fs::{self, File};
use std::process::Command;

use matoi_core::run::outcome::Ended;
use matoi_edge::step::Tools;

use crate::stage::{PERFORM, SHIM, Stage, perform, step};

/// Starts the shim where no file can grow beyond so many kibibytes.
fn confined(kib: u32) -> Tools {
    let confine = format!("trap '' XFSZ; ulimit -f {kib}; exec {SHIM} \"$0\"");
    Tools::new(["bash", "-c", &confine].map(str::to_owned).to_vec(), Vec::new())
}

#[tokio::test]
async fn on_a_full_disk_nothing_begins() {
    let stage = Stage::new();
    let call = stage.call("echo x >> counter");
    let performed = perform(&*step("bash", &confined(0)), call.clone()).await;
    let Ended::NotStarted { reason } = &performed.ended else { panic!("{performed:?}") };
    assert!(reason.contains("File too large"), "{reason}");
    assert!(!stage.folder().join("prepared").exists());
    // With room again it stays as it was told.
    let again = perform(&*step("bash", &Tools::new(vec![SHIM.to_owned()], Vec::new())), call).await;
    assert_eq!(again.ended, performed.ended);
    assert_eq!(stage.lines("counter"), 0);
}

#[tokio::test]
async fn a_step_whose_output_no_longer_fits_has_a_true_outcome() {
    let stage = Stage::new();
    let script = "echo x >> counter; head -c 20000 /dev/zero || exit 9";
    let performed = perform(&*step("bash", &confined(8)), stage.call(script)).await;
    assert_eq!(performed.ended, Ended::Exited { code: 9 }, "room for it was taken before");
    assert_eq!(
        performed.output.bytes,
        8192 + fs::metadata(stage.folder().join("stderr")).unwrap().len()
    );
    assert_eq!(stage.lines("counter"), 1);
}

#[tokio::test]
async fn a_server_without_room_for_the_script_begins_nothing() {
    for (kind, on) in [("bash", "on=local"), ("sql", "on=data.db")] {
        let stage = Stage::new();
        fs::write(stage.trace("data.db"), "").unwrap();
        fs::write(stage.trace("source"), "touch begun").unwrap();
        let told = Command::new("bash")
            .args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "-", PERFORM, kind, SHIM])
            .args([stage.folder().to_str().unwrap(), "60000", on])
            .current_dir(stage.dir())
            .stdin(File::open(stage.trace("source")).unwrap())
            .output()
            .unwrap();
        let told = String::from_utf8(told.stdout).unwrap();
        assert!(told.starts_with("NotStarted"), "{kind}: {told}");
        assert!(told.contains("cannot be written: File too large"), "{kind}: {told}");
        // With room again it stays as it was told.
        let mut call = stage.call("touch begun");
        call.extra.insert("on".to_owned(), on.trim_start_matches("on=").to_owned());
        let again =
            perform(&*step(kind, &Tools::new(vec![SHIM.to_owned()], Vec::new())), call).await;
        assert!(matches!(again.ended, Ended::NotStarted { .. }), "{kind}: {again:?}");
        assert!(!stage.folder().join("prepared").exists());
        assert!(!stage.trace("begun").exists());
    }
}

#[tokio::test]
async fn a_folder_that_is_no_folder_begins_nothing() {
    let stage = Stage::new();
    let mut call = stage.call("echo x >> counter");
    fs::write(stage.trace("file"), "").unwrap();
    call.folder = stage.trace("file");
    let performed =
        perform(&*step("bash", &Tools::new(vec![SHIM.to_owned()], Vec::new())), call).await;
    assert!(matches!(performed.ended, Ended::NotStarted { .. }), "{performed:?}");
    assert_eq!(stage.lines("counter"), 0);
}
