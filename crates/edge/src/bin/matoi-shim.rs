//! The shim alone: what `matoi __shim FOLDER` is in the product; behind `relay`, what `matoi __relay FOLDER` is.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1).peekable();
    if args.next_if(|it| it == "relay").is_some() {
        return matoi_edge::step::ssh::relay::main(args);
    }
    matoi_edge::step::bash::shim::main(args)
}
