//! The one list of what tests and lints need of the machine, beside the Rust toolchain.
//!
//! **Invariant:** whatever a test starts or asks is named here, so that a fresh machine is made ready by one command.

use std::path::Path;

/// One package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// Its name where it comes from.
    pub package: &'static str,
    pub origin: Origin,
    pub asker: Asker,
    /// What it is needed for.
    pub why: &'static str,
}

/// Where a package comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Debian's archive, unless its sign shows that the machine has it from anywhere else.
    Debian { sign: Sign },
    /// PyPI, into an environment of our own.
    Python { version: &'static str },
    /// crates.io, unless the program is on the PATH.
    Cargo { version: &'static str },
}

/// How a machine shows that a package is there, on Debian and elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// All of these programs are on the PATH.
    Programs(&'static [&'static str]),
    /// Any of these files is there.
    Files(&'static [&'static str]),
    /// `python3` can make an environment.
    Venv,
}

/// Which task asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    Test,
    Lint,
}

/// Everything, in the order in which it is installed.
pub const NEEDS: &[Need] = &[
    debian("bash", Sign::Programs(&["bash"]), "runs the steps of runbooks"),
    debian(
        "build-essential",
        Sign::Programs(&["cc", "make"]),
        "builds the bundled SQLite and ring",
    ),
    debian("ca-certificates", Sign::Files(CERTIFICATES), "the roots that HTTPS probes trust"),
    debian(
        "procps",
        Sign::Programs(&["ps", "pgrep"]),
        "shows that a killed step left nothing running",
    ),
    debian(
        "util-linux",
        Sign::Programs(&["setpriv", "setsid", "unshare"]),
        "takes rights and networks away",
    ),
    debian(
        "sqlite3",
        Sign::Programs(&["sqlite3"]),
        "an independent judge of databases and backups",
    ),
    debian("openssh-client", Sign::Programs(&["ssh", "ssh-keygen"]), "reaches other hosts"),
    debian(
        "openssh-server",
        Sign::Files(&["/usr/sbin/sshd", "/usr/bin/sshd"]),
        "a host to be reached",
    ),
    debian("perl-base", Sign::Programs(&["perl"]), "a language of steps that the plan names"),
    debian("python3", Sign::Programs(&["python3"]), "runs the mail server that tests send to"),
    debian("python3-venv", Sign::Venv, "makes the environment for that mail server"),
    Need {
        package: "aiosmtpd",
        origin: Origin::Python { version: "1.4.6" },
        asker: Asker::Test,
        why: "a mail server that is not ours",
    },
    Need {
        package: "cargo-deny",
        origin: Origin::Cargo { version: "0.20.2" },
        asker: Asker::Lint,
        why: "the architecture as bans, licences, and sources",
    },
];

/// Where Debian, Fedora, Alpine, and macOS keep their roots.
const CERTIFICATES: &[&str] = &[
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
];

const fn debian(package: &'static str, sign: Sign, why: &'static str) -> Need {
    Need { package, origin: Origin::Debian { sign }, asker: Asker::Test, why }
}

/// What a machine must answer for signs to be read.
pub struct Machine<'a> {
    pub has_program: &'a dyn Fn(&str) -> bool,
    pub has_file: &'a dyn Fn(&Path) -> bool,
    pub has_venv: &'a dyn Fn() -> bool,
}

impl Sign {
    /// Whether `machine` shows this sign.
    pub fn shows(&self, machine: &Machine<'_>) -> bool {
        match self {
            Sign::Programs(names) => names.iter().all(|it| (machine.has_program)(it)),
            Sign::Files(paths) => paths.iter().any(|it| (machine.has_file)(Path::new(it))),
            Sign::Venv => (machine.has_venv)(),
        }
    }
}

/// Debian's packages that `asker` needs and `machine` lacks.
pub fn missing(asker: Asker, machine: &Machine<'_>) -> Vec<&'static Need> {
    let lacks = |it: &&Need| match it.origin {
        Origin::Debian { sign } => it.asker == asker && !sign.shows(machine),
        Origin::Python { .. } | Origin::Cargo { .. } => false,
    };
    NEEDS.iter().filter(lacks).collect()
}

impl Need {
    /// Whether there is no way round it. Without `venv`, the machine's own pip can fill an environment from outside.
    pub fn is_vital(&self) -> bool {
        self.origin != Origin::Debian { sign: Sign::Venv }
    }
}

/// What may be done about a missing Debian package here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// apt-get, directly.
    Root,
    /// apt-get through sudo, which may ask for a password.
    Sudo,
    /// apt-get through sudo, which must not ask, because nobody would answer.
    SudoUnasked,
    /// Nothing; the machine has no apt-get.
    NoApt,
    /// Nothing; we are not root and there is no sudo.
    NoRights,
}

/// The commands that install `needs`, or why there are none.
pub fn commands(needs: &[&Need], means: Means) -> Result<Vec<Vec<String>>, String> {
    let prefix: &[&str] = match means {
        Means::Root => &["env"],
        Means::Sudo => &["sudo", "env"],
        Means::SudoUnasked => &["sudo", "--non-interactive", "env"],
        Means::NoApt => return Err("there is no apt-get here".to_owned()),
        Means::NoRights => return Err("this is not root, and there is no sudo".to_owned()),
    };
    let apt = |words: &[&str]| -> Vec<String> {
        let start = ["DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet"];
        prefix.iter().chain(&start).chain(words).map(|it| (*it).to_owned()).collect()
    };
    let mut install = apt(&["install", "--yes", "--no-install-recommends"]);
    install.extend(needs.iter().map(|it| it.package.to_owned()));
    Ok(vec![apt(&["update"]), install])
}

/// Names what to install by hand, each with its reason.
pub fn by_hand(needs: &[&Need], because: &str) -> String {
    let mut text = format!("cannot install what tests need: {because}. Please install by hand:\n");
    for need in needs {
        text.push_str(&format!("  {}: {}\n", need.package, need.why));
    }
    let names: Vec<&str> = needs.iter().map(|it| it.package).collect();
    text.push_str(&format!("On Debian: apt-get install {}", names.join(" ")));
    text
}
