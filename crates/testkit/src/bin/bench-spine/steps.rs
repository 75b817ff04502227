//! What a step costs: `true` under the shim, beside a bare `bash`, in turn.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, ensure};
use jiff::SignedDuration;
use matoi_core::gate::Switches;
use matoi_core::run::outcome::Ended;
use matoi_edge::step::{Call, KINDS, Tools};
use matoi_testkit::figures;
use matoi_testkit::product::Product;
use serde_json::{Value, json};

/// Pairs of a step and its peer.
const PAIRS: usize = 200;

pub(super) fn measure(product: &Product) -> anyhow::Result<Value> {
    let root = tempfile::tempdir()?;
    let program = product.path.to_str().context("the program's path is no text")?.to_owned();
    let tools = Tools::new(vec![program, "__shim".to_owned()], Vec::new());
    let kind = KINDS.iter().find(|it| it.name == "bash").context("there is no bash step")?;
    let step = (kind.make)(&tools);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (mut own, mut bare) = (Vec::new(), Vec::new());
    for pair in 0..PAIRS {
        let folder = root.path().join(pair.to_string());
        std::fs::create_dir(&folder)?;
        let call = Call {
            host: None,
            folder,
            script: "true\n".to_owned(),
            environment: BTreeMap::new(),
            secrets: BTreeMap::new(),
            timeout: SignedDuration::from_secs(30),
            cwd: root.path().to_owned(),
            extra: BTreeMap::new(),
            reading_only: false,
        };
        let permitted = Switches::default()
            .permit("bench", call)
            .map_err(|_| anyhow::anyhow!("a switch is thrown"))?;
        let begun = Instant::now();
        let performed = runtime.block_on(step.perform(permitted));
        own.push(begun.elapsed());
        ensure!(
            performed.ended == Ended::Exited { code: 0 },
            "a step ended otherwise: {:?}",
            performed.ended
        );
        let begun = Instant::now();
        let status = Command::new("bash")
            .args(["--noprofile", "--norc", "-c", "true"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()?;
        bare.push(begun.elapsed());
        ensure!(status.success(), "bash failed");
    }
    let overhead = figures::median(&own) - figures::median(&bare);
    let ratio = figures::median(&own) / figures::median(&bare).max(0.001);
    Ok(json!({
        "step": figures::of(own),
        "peer_bare_bash": figures::of(bare),
        "overhead_p50_ms": (overhead * 1e3).round() / 1e3,
        "ratio_p50": (ratio * 100.0).round() / 100.0,
    }))
}
