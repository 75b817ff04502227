//! `cargo xtask`: reads the arguments, performs the task, and says what failed.

use std::process::ExitCode;

use xtask::menu::Task;

fn main() -> ExitCode {
    let task = match Task::parse(std::env::args().skip(1)) {
        Ok(task) => task,
        Err(refusal) => return fail(&refusal, 2),
    };
    match xtask::perform(task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => fail(&format!("{err:#}"), 1),
    }
}

#[expect(clippy::print_stderr, reason = "a task speaks to the person who called it")]
fn fail(message: &str, code: u8) -> ExitCode {
    eprintln!("xtask: {message}");
    ExitCode::from(code)
}
