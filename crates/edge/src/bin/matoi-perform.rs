//! Performs one attempt from the command line: for trying a step by hand, and for tests that kill whoever asked.
//!
//! `matoi-perform KIND SHIM FOLDER TIMEOUT_MS [NAME=VALUE…]` reads the script from standard input and prints how it
//! ended. Values go into the step's environment, or to the kind where the name is one of its attributes (`on`, `cwd`, `status`, …).

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use jiff::SignedDuration;
use matoi_core::gate::Switches;
use matoi_edge::step::{Call, KINDS, Tools};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match perform(&arguments) {
        Ok(ended) => {
            let written = writeln!(io::stdout(), "{ended}");
            written.map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS)
        }
        Err(err) => {
            let _ = writeln!(io::stderr(), "{err}");
            ExitCode::FAILURE
        }
    }
}

fn perform(arguments: &[String]) -> Result<String, Box<dyn Error>> {
    let [kind, shim, folder, timeout_ms, rest @ ..] = arguments else {
        return Err("usage: matoi-perform KIND SHIM FOLDER TIMEOUT_MS [NAME=VALUE…]".into());
    };
    let kind = KINDS.iter().find(|it| it.name == kind).ok_or("unknown kind")?;
    let pairs = rest.iter().filter_map(|it| it.split_once('='));
    let (extra, environment): (BTreeMap<String, String>, _) = pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .partition(|(name, _)| matches!(name.as_str(), "on" | "cwd" | "status" | "json" | "ca"));
    let call = Call {
        host: None,
        folder: PathBuf::from(folder),
        script: io::read_to_string(io::stdin())?,
        environment,
        secrets: BTreeMap::new(),
        timeout: SignedDuration::from_millis(timeout_ms.parse()?),
        cwd: std::env::current_dir()?,
        extra,
        reading_only: false,
    };
    let permitted = Switches::default().permit("by hand", call).map_err(|it| it.reason)?;
    let step = (kind.make)(&Tools::new(vec![shim.clone()], vec![shim.clone(), "relay".to_owned()]));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(format!("{:?}", runtime.block_on(step.perform(permitted)).ended))
}
