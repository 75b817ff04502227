//! `matoi completions`: a script for a shell.

use clap::CommandFactory;

use crate::argument::Arguments;
use crate::exit::Failure;

use super::Desk;

pub(super) fn perform(desk: &Desk, shell: clap_complete::Shell) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "matoi", &mut script);
    desk.terminal.say(String::from_utf8_lossy(&script).trim_end());
    Ok(())
}
