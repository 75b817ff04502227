//! The binary: arguments, surroundings, words on the terminal, exit codes.
//!
//! **Invariant:** nothing is decided here. A command asks the server, or the plan's own parser, and shows the answer.

use std::process::ExitCode;

mod argument;
mod command;
mod connection;
mod demo;
mod exit;
mod inner;
mod server;
mod surroundings;
mod terminal;

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    // The shim and the demo's patient are this same program; they know nothing of the commands.
    if let Some(inner) = inner::asked_for(&mut args) {
        return inner;
    }
    command::main()
}
