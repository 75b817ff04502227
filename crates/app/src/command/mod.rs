//! Commands: each asks or tells one thing, and shows the answer.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::argument::{Arguments, Command, Everywhere, Format, PlanCommand};
use crate::connection::{Connection, is_known};
use crate::demo;
use crate::exit::{ExitKind, Failure};
use crate::surroundings::Surroundings;
use crate::terminal::{Terminal, Tone, clean, clean_lines};

mod arm;
mod check;
mod chore;
mod completions;
mod follow;
mod hand;
mod import;
mod incident;
mod init;
mod mend;
mod plan;
mod practice;
mod reach;
mod reference;
mod report;
mod run;
mod runbook;
mod serve;
mod status;
mod switch;

/// What every command has at hand.
pub(crate) struct Desk {
    pub(crate) everywhere: Everywhere,
    pub(crate) surroundings: Surroundings,
    pub(crate) terminal: Terminal,
}

impl Desk {
    /// The server.
    pub(crate) fn connect(&self) -> Result<Connection, Failure> {
        Connection::open(&self.everywhere, &self.surroundings, self.terminal.wanted())
    }

    /// Whether a server was named, or keeps its data on this machine.
    pub(crate) fn knows_a_server(&self) -> bool {
        is_known(&self.everywhere, &self.surroundings)
    }

    /// Says something that is not the answer: to standard error, so that scripts do not meet it.
    pub(crate) fn remark(&self, text: &str) {
        let _ = writeln!(std::io::stderr().lock(), "{}", clean(text));
    }
}

/// Reads the arguments, performs the command, and says what failed.
pub(crate) fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(err) => {
            // Whoever closed the pipe has seen enough.
            let _ = err.print();
            // Help and the version are answers, on standard output.
            return match err.use_stderr() {
                true => ExitCode::from(ExitKind::Usage.code()),
                false => ExitCode::SUCCESS,
            };
        }
    };
    let surroundings = Surroundings::read();
    let terminal = Terminal::new(&arguments.everywhere, &surroundings);
    let desk = Desk { everywhere: arguments.everywhere, surroundings, terminal };
    match perform(&desk, arguments.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            tell(&desk, &failure);
            failure.code()
        }
    }
}

fn perform(desk: &Desk, command: Command) -> Result<(), Failure> {
    if desk.terminal.format == Format::Svg && !matches!(command, Command::Reach(_)) {
        let failure = Failure::new(ExitKind::Usage, "this command draws no picture");
        return Err(failure.hint("`matoi reach --format svg` draws who is reached when"));
    }
    match command {
        Command::Init { dir } => init::perform(desk, &dir),
        Command::Import(args) => import::perform(desk, &args),
        Command::Check { dir, strict, fix, yes } => {
            if fix {
                mend::perform(desk, &dir, yes)?;
            }
            check::perform(desk, &dir, strict.into())
        }
        Command::Arm(args) => arm::perform(desk, &args),
        Command::Reach(args) => reach::perform(desk, &args),
        Command::Serve(args) => serve::perform(desk, args),
        Command::Status => status::perform(desk),
        Command::Incident(command) => incident::perform(desk, command),
        Command::Run(args) => run::perform(desk, args),
        Command::Runbook(command) => runbook::perform(desk, &command),
        Command::Report { id, kind, form, out } => {
            let wanted = form.map_or(report::Wanted::Which(kind), report::Wanted::Form);
            report::perform(desk, &id, &wanted, out.as_deref())
        }
        Command::Chore(command) => chore::perform(desk, command),
        Command::Switch(command) => switch::perform(desk, command),
        Command::Plan(PlanCommand::Reload) => plan::reload(desk),
        Command::Plan(PlanCommand::Diff { old, new }) => plan::diff(desk, &old, &new),
        Command::Demo(args) => play(desk, args),
        Command::Completions { shell } => completions::perform(desk, shell),
        Command::Schema => {
            desk.terminal.json(&matoi_core::plan::schema::schema());
            Ok(())
        }
        Command::Reference => reference::perform(desk),
    }
}

fn play(desk: &Desk, args: crate::argument::DemoArgs) -> Result<(), Failure> {
    use demo::{Course, DemoArgs, Ended, Ending};
    let ended = demo::run(&DemoArgs {
        language: desk.terminal.language(matoi_core::language::Language::En),
        ending: if args.once { Ending::Ends } else { Ending::Stays },
        course: if args.kill { Course::KilledTwice } else { Course::Quiet },
        dir: args.dir,
        temporary: desk.surroundings.temporary.clone(),
    })?;
    match ended {
        Ended::Well => Ok(()),
        Ended::Badly => Err(Failure::silent(ExitKind::EndedBadly)),
    }
}

fn tell(desk: &Desk, failure: &Failure) {
    if failure.message.is_empty() {
        return;
    }
    let head = desk.terminal.toned(Tone::Bad, "matoi:");
    let mut text = format!("{head} {}", clean_lines(&failure.message));
    if let Some(hint) = &failure.hint {
        text.push_str(&format!("\n  → {}", clean(hint)));
    }
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
