//! What the process was given besides its arguments, read once.

use std::collections::BTreeMap;
use std::path::PathBuf;

use matoi_core::language::Language;

/// The environment.
#[derive(Clone, Debug)]
pub(crate) struct Surroundings {
    /// Variables that are text; others cannot be named in a plan.
    pub(crate) environment: BTreeMap<String, String>,
    /// For temporary files.
    pub(crate) temporary: PathBuf,
}

impl Surroundings {
    /// Reads everything that is ever read.
    pub(crate) fn read() -> Surroundings {
        let text = |it: std::ffi::OsString| it.into_string().ok();
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((text(name)?, text(value)?)))
            .collect();
        Surroundings { environment, temporary: std::env::temp_dir() }
    }

    /// A variable that says something.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.environment.get(name).map(String::as_str).filter(|it| !it.is_empty())
    }

    /// Where the server keeps its data unless it is told.
    pub(crate) fn data_dir(&self) -> Option<PathBuf> {
        let state = match self.get("XDG_STATE_HOME") {
            // The standard says that a relative one is to be ignored.
            Some(it) if it.starts_with('/') => PathBuf::from(it),
            Some(_) | None => PathBuf::from(self.get("HOME")?).join(".local/state"),
        };
        Some(state.join("matoi"))
    }

    /// Who sits here; where the environment does not say, as in a cron job, the machine knows.
    pub(crate) fn user(&self) -> Option<String> {
        let told = self.get("USER").or_else(|| self.get("LOGNAME"));
        told.map(str::to_owned).or_else(|| {
            let accounts = std::fs::read_to_string("/etc/passwd").ok()?;
            name_of(rustix::process::getuid().as_raw(), &accounts)
        })
    }

    /// Japanese where the machine is set to it; a machine that is set to anything else says nothing of its user.
    pub(crate) fn language(&self) -> Option<Language> {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|it| self.get(it))?;
        locale.starts_with("ja").then_some(Language::Ja)
    }
}

/// The name of an account, in the form of passwd(5).
fn name_of(uid: u32, accounts: &str) -> Option<String> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next().filter(|it| !it.is_empty())?;
        (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &[(&str, &str)]) -> Surroundings {
        let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Surroundings {
            environment: pairs.iter().map(pair).collect(),
            temporary: PathBuf::from("/tmp"),
        }
    }

    #[test]
    fn data_lies_where_the_standard_says() {
        let dir = |pairs: &[(&str, &str)]| with(pairs).data_dir();
        let home = ("HOME", "/home/you");
        assert_eq!(dir(&[home]), Some("/home/you/.local/state/matoi".into()));
        assert_eq!(dir(&[home, ("XDG_STATE_HOME", "/srv/state")]), Some("/srv/state/matoi".into()));
        let relative = dir(&[home, ("XDG_STATE_HOME", "state")]);
        assert_eq!(relative, Some("/home/you/.local/state/matoi".into()), "relative is ignored");
        assert_eq!(dir(&[]), None);
    }

    #[test]
    fn only_a_japanese_locale_tells_a_language() {
        assert_eq!(with(&[("LANG", "ja_JP.UTF-8")]).language(), Some(Language::Ja));
        assert_eq!(with(&[("LC_ALL", "C.UTF-8"), ("LANG", "ja_JP.UTF-8")]).language(), None);
        assert_eq!(with(&[("LANG", "en_US.UTF-8")]).language(), None);
        assert_eq!(with(&[]).language(), None);
    }

    #[test]
    fn an_account_is_found_by_its_number() {
        let accounts = "root:x:0:0:root:/r:/bin/sh\nbroken\nann:x:1000:1000::/home/you:/bin/sh\n";
        assert_eq!(name_of(1000, accounts).as_deref(), Some("ann"));
        assert_eq!(name_of(0, accounts).as_deref(), Some("root"));
        assert_eq!(name_of(7, accounts), None);
    }
}
