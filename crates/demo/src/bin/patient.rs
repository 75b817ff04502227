//! The patient on its own feet, for its tests; people reach it through the product's one binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    matoi_demo::main(std::env::args_os().skip(1))
}
