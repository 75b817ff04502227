//! What can be asked for: `cargo xtask TASK`.

/// The list of tasks, as shown to people.
pub const HELP: &str = "\
usage: cargo xtask TASK

  test [ARGS]      install what tests need, build, and run all tests; ARGS go to `cargo test`
  lint             formatting, clippy, and the bans of deny.toml
  tidy [--bless]   the house rules that no compiler knows; --bless accepts the core's dependencies as they are
  docs [--check]   write docs/reference from the program; --check only compares
  bench [NAME]     measure; without a name, list what can be measured
  ci               everything above but bench, as the CI runs it
  help             this list";

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    Help,
    Test { args: Vec<String> },
    Lint,
    Tidy,
    BlessTidy,
    Docs,
    CheckDocs,
    Bench { name: String, args: Vec<String> },
    Ci,
}

impl Task {
    /// Reads the arguments after the program's name. No argument asks for help.
    pub fn parse(args: impl IntoIterator<Item = String>) -> Result<Task, String> {
        let args: Vec<String> = args.into_iter().collect();
        let words: Vec<&str> = args.iter().map(String::as_str).collect();
        match words.as_slice() {
            [] | ["help" | "--help" | "-h"] => Ok(Task::Help),
            ["test", ..] => Ok(Task::Test { args: after(&args, 1) }),
            ["lint"] => Ok(Task::Lint),
            ["tidy"] => Ok(Task::Tidy),
            ["tidy", "--bless"] => Ok(Task::BlessTidy),
            ["docs"] => Ok(Task::Docs),
            ["docs", "--check"] => Ok(Task::CheckDocs),
            ["bench"] => Ok(Task::Bench { name: String::new(), args: Vec::new() }),
            ["bench", name, ..] => {
                Ok(Task::Bench { name: (*name).to_owned(), args: after(&args, 2) })
            }
            ["ci"] => Ok(Task::Ci),
            [first, ..] => Err(refusal(first, &words)),
        }
    }
}

fn refusal(first: &str, words: &[&str]) -> String {
    let known = ["help", "lint", "tidy", "docs", "ci"].contains(&first);
    let what = if known {
        format!("`{first}` does not know `{}`", words.get(1..).unwrap_or_default().join(" "))
    } else {
        format!("there is no task `{first}`")
    };
    format!("{what}\n\n{HELP}")
}

fn after(args: &[String], count: usize) -> Vec<String> {
    args.iter().skip(count).filter(|it| *it != "--" || count == 1).cloned().collect()
}
