//! Parts that this program plays in processes of their own, started by itself and never by people.

use std::ffi::OsString;
use std::process::ExitCode;

/// The word that makes this program the shim of a step.
pub(crate) const SHIM: &str = "__shim";
/// The word that makes it the relay of a step on another host.
pub(crate) const RELAY: &str = "__relay";
/// The word that makes it the demo's patient.
pub(crate) const PATIENT: &str = "__patient";

/// Plays the part that the first of `args` names, if it names one.
pub(crate) fn asked_for(args: &mut dyn Iterator<Item = OsString>) -> Option<ExitCode> {
    let word = args.next()?;
    if word == SHIM {
        return Some(matoi_edge::step::bash::shim::main(args));
    }
    if word == RELAY {
        return Some(matoi_edge::step::ssh::relay::main(args));
    }
    if word == PATIENT {
        return Some(matoi_demo::main(args));
    }
    None
}
