//! The system that suffers: a bot at work, its mail server, its plan, and the damage.

use std::fs::File;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use matoi_core::language::Language;
use matoi_demo::mail::MailSink;
use matoi_demo::plan::{Installation, install};
use matoi_demo::status::{self};
use matoi_demo::system::System;
use matoi_demo::{damage, init, plan, stop};

use super::stage::Stage;

/// Rows before the damage; enough for a table of many pages.
const ROWS: u32 = 5_000;
/// Leaves that are overwritten.
const PAGES: usize = 8;
/// Turned away at first, so that a page is seen to be owed and tried again.
const REFUSED_MAILS: usize = 2;
/// A worker writes its first row well within this.
const BEGIN_MAX: Duration = Duration::from_secs(30);

/// The system, its worker and its mail server.
pub(super) struct Patient {
    pub(super) system: System,
    directory: PathBuf,
    mails: PathBuf,
    /// Stops when it is dropped.
    _sink: MailSink,
}

impl Patient {
    /// Makes the system, lets it work, and writes its plan.
    pub(super) fn begin(root: &Path, program: &Path, stage: &Stage) -> anyhow::Result<Patient> {
        let directory = root.join("bot");
        let mails = root.join("mails");
        std::fs::create_dir_all(&directory)
            .with_context(|| format!("cannot make {}", directory.display()))?;
        let system = System::at(&directory);
        stage.act("システムを起動します", "The system starts");
        init::init(&system, ROWS)?;
        let sink = MailSink::start_refusing(&mails, REFUSED_MAILS)
            .context("cannot start the mail server")?;
        let language = match stage.language {
            Language::Ja => plan::Language::Ja,
            Language::En => plan::Language::En,
        };
        install(&Installation {
            directory: &directory,
            language,
            smtp_port: sink.port,
            program: &[program.as_os_str(), "__patient".as_ref()],
        })?;
        let patient = Patient { system, directory, mails, _sink: sink };
        patient.work(program)?;
        stage.fact("ボット", "the bot", &patient.directory.display().to_string());
        stage.fact(
            "メールサーバー",
            "its mail server",
            &format!("127.0.0.1:{}", patient._sink.port),
        );
        Ok(patient)
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    pub(super) fn mails(&self) -> &Path {
        &self.mails
    }

    /// The bot's directory of verbs.
    pub(super) fn bot(&self, args: &[&str]) -> anyhow::Result<(bool, String)> {
        let output = Command::new(self.directory.join("bot"))
            .args(args)
            .current_dir(&self.directory)
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("cannot run bot {}", args.join(" ")))?;
        let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.push_str(&String::from_utf8_lossy(&output.stderr));
        Ok((output.status.success(), text.trim().to_owned()))
    }

    /// Starts the worker, makes a backup, and lets it write rows that only the file holds.
    fn work(&self, program: &Path) -> anyhow::Result<()> {
        let log = File::create(self.directory.join("bot.out"))
            .context("cannot write the bot's output")?;
        Command::new(program)
            .args(["__patient", "work"])
            .arg(&self.directory)
            .current_dir(&self.directory)
            .stdin(Stdio::null())
            .stdout(log.try_clone().context("cannot share the bot's output")?)
            .stderr(log)
            .process_group(0)
            .spawn()
            .context("cannot start the bot")?;
        self.until_well()?;
        let (done, words) = self.bot(&["rotate", "."])?;
        anyhow::ensure!(done, "the hourly backup failed: {words}");
        // A while of work that no backup has.
        std::thread::sleep(Duration::from_secs(2));
        Ok(())
    }

    fn until_well(&self) -> anyhow::Result<()> {
        let begun = Instant::now();
        loop {
            let (well, words) = self.bot(&["status", "."])?;
            if well {
                return Ok(());
            }
            if begun.elapsed() > BEGIN_MAX {
                bail!("the bot does not begin to work: {words}");
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Really damages the database, while the bot works and the server watches.
    pub(super) fn damage(&mut self, stage: &Stage) -> anyhow::Result<()> {
        stage.act("データベースを壊します", "The database is damaged");
        let done = damage::damage(&self.system, damage::Target::Rows, PAGES, 7)?;
        stage.fact(
            "壊したページ",
            "pages overwritten with garbage",
            &format!("{} / {}", done.pages.len(), done.leaves),
        );
        stage.fact("SQLite の答え", "what SQLite says", &done.complaint);
        Ok(())
    }

    /// Stops the bot.
    pub(super) fn end(self) -> anyhow::Result<()> {
        stop::stop(&self.system, stop::WITHIN).map(drop)
    }
}

impl Drop for Patient {
    fn drop(&mut self) {
        // Also when the demo fails: nothing of it stays behind but its files.
        let _ = stop::stop(&self.system, status::FRESH);
    }
}
