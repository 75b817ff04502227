//! Reading arguments: a few words, a few `--name value` pairs.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// Seconds and milliseconds beyond this are a slip of the hand.
const SECONDS_MAX: u64 = 86_400;

/// What the caller wrote wrongly.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Misuse(pub(crate) String);

/// The words and options of one verb.
pub(crate) struct Arguments {
    words: VecDeque<OsString>,
    options: Vec<(String, OsString)>,
}

impl Arguments {
    /// Sorts `args`; an option that is not among `known`, comes twice, or has no value is refused.
    pub(crate) fn read(
        args: impl Iterator<Item = OsString>,
        known: &[&str],
    ) -> Result<Arguments, Misuse> {
        let mut args = args;
        let mut read = Arguments { words: VecDeque::new(), options: Vec::new() };
        while let Some(arg) = args.next() {
            let Some(name) = arg.to_str().and_then(|it| it.strip_prefix("--")) else {
                read.words.push_back(arg);
                continue;
            };
            if !known.contains(&name) {
                return Err(Misuse(format!("there is no option --{name}")));
            }
            if read.options.iter().any(|it| it.0 == name) {
                return Err(Misuse(format!("--{name} is there twice")));
            }
            let value = args.next().ok_or_else(|| Misuse(format!("--{name} needs a value")))?;
            read.options.push((name.to_owned(), value));
        }
        Ok(read)
    }

    /// The next word, which must be there.
    pub(crate) fn path(&mut self, what: &str) -> Result<PathBuf, Misuse> {
        let word = self.words.pop_front().filter(|it| !it.is_empty());
        word.map(PathBuf::from).ok_or_else(|| Misuse(format!("{what} is missing")))
    }

    /// The value of an option as it was written.
    pub(crate) fn raw(&mut self, name: &str) -> Option<OsString> {
        let index = self.options.iter().position(|it| it.0 == name)?;
        Some(self.options.swap_remove(index).1)
    }

    /// The value of an option.
    pub(crate) fn option<T: FromStr>(&mut self, name: &str) -> Result<Option<T>, Misuse> {
        let Some(value) = self.raw(name) else { return Ok(None) };
        match value.to_str().and_then(|it| it.parse().ok()) {
            Some(value) => Ok(Some(value)),
            None => Err(Misuse(format!("--{name} cannot be {}", value.display()))),
        }
    }

    /// The value of an option in seconds.
    pub(crate) fn seconds(&mut self, name: &str) -> Result<Option<Duration>, Misuse> {
        match self.option::<u64>(name)? {
            Some(seconds) if seconds > SECONDS_MAX => {
                Err(Misuse(format!("--{name} can be at most {SECONDS_MAX}")))
            }
            seconds => Ok(seconds.map(Duration::from_secs)),
        }
    }

    /// Refuses what nobody asked for.
    pub(crate) fn end(&self) -> Result<(), Misuse> {
        match self.words.front() {
            Some(word) => Err(Misuse(format!("{} is one word too many", word.display()))),
            None => Ok(()),
        }
    }
}
