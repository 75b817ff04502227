//! Watches the timeline over the HTTP interface, as any person could, and kills the server when the course says so.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use matoi_core::language::Language;
use matoi_edge::client::address::Address;
use matoi_edge::client::{Caller, Client};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::Course;
use super::interruption::Interruption;
use super::server::Server;
use super::stage::Stage;

/// Often enough to catch a step that runs for a second.
const LOOK: Duration = Duration::from_millis(50);
/// How long the server stays dead.
const DEAD: Duration = Duration::from_millis(700);

/// The eyes of the demo.
pub(super) struct Watch<'s> {
    /// Absent only between a kill and the next start.
    server: Option<Server>,
    client: Client,
    runtime: Runtime,
    program: PathBuf,
    data_dir: PathBuf,
    plan_dir: PathBuf,
    stage: &'s Stage,
    interruption: &'s Interruption,
    zone: TimeZone,
    kills: u32,
    answered: Answered,
}

/// Whether somebody took the incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answered {
    No,
    Yes,
}

impl<'s> Watch<'s> {
    pub(super) fn new(
        server: Server,
        program: &Path,
        data_dir: &Path,
        stage: &'s Stage,
        interruption: &'s Interruption,
    ) -> anyhow::Result<Watch<'s>> {
        let root = data_dir.parent().unwrap_or(data_dir);
        Ok(Watch {
            client: client(&server)?,
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build()?,
            program: program.to_owned(),
            data_dir: data_dir.to_owned(),
            plan_dir: root.join("bot"),
            server: Some(server),
            stage,
            interruption,
            zone: TimeZone::UTC,
            kills: 0,
            answered: Answered::No,
        })
    }

    pub(super) fn url(&self) -> &str {
        self.server.as_ref().map_or("", Server::url)
    }

    /// Follows the timeline until the incident is resolved; answers its id.
    pub(super) fn until_resolved(
        &mut self,
        course: Course,
        within: Duration,
    ) -> anyhow::Result<String> {
        self.stage.act("計画が動きます", "The plan works");
        let begun = Instant::now();
        let id = self.until_opened(begun, within)?;
        let mut after = String::new();
        loop {
            self.interruption.check()?;
            let incident = self.get(&["incidents", &id], &[])?;
            self.learn_zone(&incident);
            after = self.show_new_lines(&id, &after)?;
            if incident["state"] == "resolved" {
                self.show_new_lines(&id, &after)?;
                return Ok(id);
            }
            self.answer(&id, &incident)?;
            if course == Course::KilledTwice {
                self.kill_in_time(&id, &incident)?;
            }
            if begun.elapsed() > within {
                bail!(
                    "{id} is not resolved after {within:?}; matoi --server {} incident show {id}",
                    self.url()
                );
            }
            std::thread::sleep(LOOK);
        }
    }

    fn until_opened(&mut self, begun: Instant, within: Duration) -> anyhow::Result<String> {
        loop {
            self.interruption.check()?;
            let list = self.get(&["incidents"], &[("state", "all")])?;
            if let Some(id) = list[0]["id"].as_str() {
                return Ok(id.to_owned());
            }
            if begun.elapsed() > within {
                bail!("no incident was opened within {within:?}");
            }
            std::thread::sleep(LOOK);
        }
    }

    /// Plays the person who is paged: takes the incident once a page arrived.
    fn answer(&mut self, id: &str, incident: &Value) -> anyhow::Result<()> {
        let pages = incident["pages"].as_array().map(Vec::as_slice).unwrap_or_default();
        // The console belongs to the audience; this person sits elsewhere and reads mail, which is late at first.
        let arrived = |it: &&Value| it["state"] == "delivered" && it["channel"] == "email";
        let Some(page) = pages.iter().find(arrived) else { return Ok(()) };
        // With the server killed on the way, nobody has answered before the first kill.
        if self.answered == Answered::Yes || incident["acknowledged_by"].is_string() {
            return Ok(());
        }
        self.answered = Answered::Yes;
        let person = page["to"].as_str().unwrap_or("demo").to_owned();
        let client = self.client_as(&person)?;
        let body = json!({ "via": "demo" });
        let done = self.runtime.block_on(client.post(&["incidents", id, "acknowledge"], &body));
        done.map(drop).context("cannot acknowledge")
    }

    /// The first kill comes while pages are owed, the second while a step that changes things runs.
    fn kill_in_time(&mut self, id: &str, incident: &Value) -> anyhow::Result<()> {
        match self.kills {
            0 => {
                let owed = incident["pages_owed"].as_u64().unwrap_or(0);
                self.kill(&format!("{id}: {owed} owed"))
            }
            1 => match self.changing_step(id)? {
                Some(step) => self.kill(&step),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// A `recover` step that is being performed, other than the emergency stop, which is over in a moment.
    fn changing_step(&mut self, id: &str) -> anyhow::Result<Option<String>> {
        let runs = self.get(&["runs"], &[("state", "open"), ("incident", id)])?;
        let steps = runs
            .as_array()
            .into_iter()
            .flatten()
            .flat_map(|it| it["steps"].as_array().into_iter().flatten());
        let mut changing =
            steps.filter(|it| it["kind"] == "recover" && it["state"]["state"] == "performing");
        let step = changing.find(|it| it["name"] != "stop");
        Ok(step.and_then(|it| it["name"].as_str()).map(str::to_owned))
    }

    fn kill(&mut self, when: &str) -> anyhow::Result<()> {
        let Some(server) = self.server.take() else { return Ok(()) };
        self.kills += 1;
        let pid = server.pid();
        server.kill()?;
        self.stage.act(
            &format!("サーバーを SIGKILL で止めます（pid {pid}、{when}）"),
            &format!("The server is killed with SIGKILL (pid {pid}, {when})"),
        );
        std::thread::sleep(DEAD);
        let server = Server::start(&self.program, &self.plan_dir, &self.data_dir)?;
        self.client = client(&server)?;
        self.stage.fact(
            "再起動しました",
            "started again",
            &format!("{} (pid {})", server.url(), server.pid()),
        );
        self.server = Some(server);
        Ok(())
    }

    pub(super) fn kills(&self) -> u32 {
        self.kills
    }

    fn show_new_lines(&mut self, id: &str, after: &str) -> anyhow::Result<String> {
        let language = self.stage.language.pick("ja", "en");
        let timeline =
            self.get(&["incidents", id, "timeline"], &[("after", after), ("language", language)])?;
        for line in timeline["lines"].as_array().into_iter().flatten() {
            let at: Timestamp =
                line["at"].as_str().unwrap_or_default().parse().context("a line without a time")?;
            let text = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
            let result = text("result").replace('\n', " ");
            let words = if result.is_empty() {
                text("action")
            } else {
                format!("{} — {}", text("action"), matoi_core::limits::cut(&result, 160))
            };
            self.stage.event(at, &self.zone, &text("actor"), &words);
        }
        Ok(timeline["next"].as_str().unwrap_or(after).to_owned())
    }

    fn learn_zone(&mut self, incident: &Value) {
        if let Some(zone) = incident["timezone"].as_str().and_then(|it| TimeZone::get(it).ok()) {
            self.zone = zone;
        }
    }

    /// Writes both reports; answers where they are.
    pub(super) fn write_reports(
        &mut self,
        id: &str,
        folder: &Path,
        language: Language,
    ) -> anyhow::Result<Vec<PathBuf>> {
        let language = language.pick("ja", "en");
        let reports = self.get(&["incidents", id, "report"], &[("language", language)])?;
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
        let mut written = Vec::new();
        for kind in ["incident", "review"] {
            let path = folder.join(format!("{id}-{kind}.md"));
            let text = reports[kind].as_str().context("a report is missing")?;
            std::fs::write(&path, text)
                .with_context(|| format!("cannot write {}", path.display()))?;
            written.push(path);
        }
        Ok(written)
    }

    pub(super) fn get(&mut self, path: &[&str], query: &[(&str, &str)]) -> anyhow::Result<Value> {
        let answer = self.runtime.block_on(self.client.get(path, query));
        answer.with_context(|| format!("cannot ask {} for {}", self.url(), path.join("/")))
    }

    fn client_as(&self, person: &str) -> anyhow::Result<Client> {
        let caller = Caller { actor: Some(person.to_owned()), ..self.client.caller().clone() };
        Ok(Client::new(caller)?)
    }

    /// Ends the server in order.
    pub(super) fn end(mut self) -> anyhow::Result<()> {
        self.server.take().map_or(Ok(()), Server::end)
    }
}

fn client(server: &Server) -> anyhow::Result<Client> {
    let address = Address::parse(server.url())?;
    Ok(Client::new(Caller { address, token: None, actor: None, language: None })?)
}
