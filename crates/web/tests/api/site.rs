//! A server on this machine over an engine that is turned by hand, and a caller that writes its requests itself.

use std::fs;

use jiff::SignedDuration;
use matoi_engine::clock::Clock;
use matoi_engine::turn::by_hand::ByHand;
use matoi_engine::{Config, Handle, Tools};
use matoi_store::Store;
use matoi_web::Access;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

pub(crate) const TOKEN: &str = "0123456789abcdef0123456789abcdef";

const PLAN: &str = r#"
matoi: 1
name: Shop
timezone: Asia/Tokyo
language: en
severities:
  P0: { name: worst, targets: { acknowledge: 15m, resolve: 1h } }
  P2: { name: small }
scopes: { all: Everything }
people:
  ann: { name: Ann, hours: always, reach: [console] }
  ben: { name: Ben, hours: always, reach: [console] }
contacts:
  host: { name: The host, role: Machines, hours: always, at: ["+44 20 0000 0000"], note: contract 12-345, services: [shop] }
  cdn: { at: ["https://status.cdn.example"] }
schedules:
  primary: { rotate: weekly, handoff: mon 09:00, people: [ann, ben] }
escalation:
  default:
    - page: [primary]
    - { after: 15m, page: [ben] }
    - { when: data was lost, page: [ben] }
chores:
  look: { every: day at 03:00, runbook: talk, owner: ann }
services:
  shop: { watch: [{ kind: command, argv: ["true"] }] }
"#;

const TALK: &str = r#"---
runbook: {}
---
# Talk

- [ ] Look at the graph
- [ ] Ask the team

```approval { name=gate min=1 from=ann,ben }
May we?
```

```bash { name=click }
true
```
"#;

/// The server.
pub(crate) struct Site {
    pub(crate) engine: Handle,
    hand: ByHand,
    clock: Clock,
    port: u16,
    dir: TempDir,
    _serving: JoinSet<()>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

/// A request that is being written.
#[derive(Clone)]
pub(crate) struct Ask {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Option<String>,
}

impl Site {
    pub(crate) async fn new() -> Site {
        Site::with(Access::Token(TOKEN.to_owned())).await
    }

    pub(crate) async fn with(access: Access) -> Site {
        let dir = TempDir::new().unwrap();
        fs::create_dir_all(dir.path().join("plan/runbooks")).unwrap();
        fs::write(dir.path().join("plan/matoi.yaml"), PLAN).unwrap();
        fs::write(dir.path().join("plan/runbooks/talk.md"), TALK).unwrap();
        let clock = Clock::held("2026-01-05T01:00:00Z".parse().unwrap());
        let store = Store::open(&dir.path().join("data"), clock.now()).unwrap();
        let config = Config {
            data_dir: dir.path().join("data"),
            plan_dir: dir.path().join("plan"),
            base_url: None,
            environment: Default::default(),
            // No story of this suite gets as far as performing a step.
            tools: Tools::new(vec!["false".to_owned()], vec!["false".to_owned()]),
        };
        let engine = Handle::new(store, clock.clone(), config);
        engine.reload().await.unwrap();
        let hand = ByHand::start(&engine).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let router = matoi_web::router(engine.clone(), access);
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            matoi_web::serve(listener, router, std::future::pending()).await.unwrap();
        });
        let mut site = Site { engine, hand, clock, port, dir, _serving: serving };
        site.turn().await;
        site
    }

    /// Lets the engine do what is due.
    pub(crate) async fn turn(&mut self) {
        for _ in 0..8 {
            self.hand.turn_all().await;
        }
    }

    pub(crate) fn pass(&self, secs: i64) {
        self.clock.set(self.clock.now() + SignedDuration::from_secs(secs));
    }

    pub(crate) fn write_plan(&self, change: impl FnOnce(&str) -> String) {
        fs::write(self.dir.path().join("plan/matoi.yaml"), change(PLAN)).unwrap();
    }

    /// `127.0.0.1:PORT`.
    pub(crate) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Sends a request, and reads the answer to its end.
    pub(crate) async fn send(&self, ask: &Ask) -> Reply {
        let mut socket = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        let body = ask.body.clone().unwrap_or_default();
        let mut text = format!("{} {} HTTP/1.1\r\nconnection: close\r\n", ask.method, ask.target);
        let has_host = ask.headers.iter().any(|(name, _)| name == "host");
        if !has_host {
            text.push_str(&format!("host: {}\r\n", self.host()));
        }
        for (name, value) in &ask.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if ask.body.is_some() {
            text.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        text.push_str("\r\n");
        text.push_str(&body);
        // Whoever refuses a body may hang up before it was read.
        let _ = socket.write_all(text.as_bytes()).await;
        let mut answer = Vec::new();
        let _ = socket.read_to_end(&mut answer).await;
        Reply::read(&String::from_utf8(answer).unwrap())
    }

    pub(crate) async fn get(&self, target: &str) -> Reply {
        self.send(&Ask::new("GET", target)).await
    }

    pub(crate) async fn post(&self, target: &str, body: Value) -> Reply {
        self.send(&Ask::new("POST", target).json(&body)).await
    }

    /// Declares an incident and answers its id.
    pub(crate) async fn declare(&self, title: &str) -> String {
        let reply =
            self.post("/api/v1/incidents", json!({ "title": title, "severity": "P0" })).await;
        assert_eq!(reply.status, 201, "{reply:?}");
        reply.json()["id"].as_str().unwrap().to_owned()
    }

    /// Starts a run that belongs to no incident and answers its id.
    pub(crate) async fn start(&self) -> String {
        let reply = self.post("/api/v1/runs", json!({ "runbook": "talk" })).await;
        assert_eq!(reply.status, 201, "{reply:?}");
        reply.json()["id"].as_str().unwrap().to_owned()
    }
}

impl Ask {
    /// A request of Ann's, with the token.
    pub(crate) fn new(method: &str, target: &str) -> Ask {
        let ask = Ask {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: None,
        };
        ask.header("authorization", &format!("Bearer {TOKEN}")).header("matoi-actor", "ann")
    }

    /// Sets a header, or takes it away where `value` is empty.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Ask {
        self.headers.retain(|(other, _)| other != name);
        if !value.is_empty() {
            self.headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    pub(crate) fn json(self, body: &Value) -> Ask {
        self.text(&body.to_string()).header("content-type", "application/json")
    }

    pub(crate) fn text(mut self, body: &str) -> Ask {
        self.body = Some(body.to_owned());
        self
    }
}

impl Reply {
    fn read(text: &str) -> Reply {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).unwrap_or(0);
        Reply { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|err| panic!("{err}: {self:?}"))
    }

    /// Checks that this is a no as `docs/api.md` describes it, and answers its code.
    pub(crate) fn no(&self) -> (u16, String) {
        assert!(self.head.contains("content-type: application/problem+json"), "{self:?}");
        let no = self.json();
        assert_eq!(no["status"], self.status, "{self:?}");
        for field in ["title", "detail"] {
            assert!(no[field].as_str().is_some_and(|it| !it.is_empty()), "{field}: {self:?}");
        }
        let known = ["title", "status", "detail", "code", "hint"];
        assert!(no.as_object().unwrap().keys().all(|it| known.contains(&it.as_str())), "{self:?}");
        (self.status, no["code"].as_str().unwrap().to_owned())
    }
}
