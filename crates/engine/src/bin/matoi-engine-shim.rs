//! The shim alone, for this crate's tests: what `matoi __shim FOLDER` is in the product.

use std::process::ExitCode;

fn main() -> ExitCode {
    matoi_edge::step::bash::shim::main(std::env::args_os().skip(1))
}
