//! The incident of the tests: at night, a bot's database file is damaged.
//!
//! The first person's page needs three tries and is not answered; the second acknowledges; a repair fails; nobody can tell
//! whether the restore took effect until a check says so; two people approve; the checks resolve it.

use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;
use matoi_core::effect::RunEnd;
use matoi_core::id::{AlertId, IncidentId, PageId, PlanHash, RunId};
use matoi_core::incident::event::{Event, Fact, Ground, SkipReason, Source};
use matoi_core::page::PageReason;
use matoi_core::plan::{Clock, Limit, Occasion, Plan, When};
use matoi_core::report::Material;
use matoi_core::run;

use crate::plan::minutes;

/// What a [`Material`] borrows.
pub(crate) struct Story {
    pub(crate) plan: Plan,
    pub(crate) events: Vec<Event>,
    pub(crate) runs: Vec<(RunId, Vec<run::event::Event>)>,
    pub(crate) now: Timestamp,
}

impl Story {
    /// The whole incident, looked at on the same morning.
    pub(crate) fn whole() -> Story {
        Story {
            plan: crate::plan::plan(),
            events: events(),
            runs: vec![(run_id(), crate::run::events())],
            now: at("09:00:00"),
        }
    }

    /// The same incident, as it was known at `now`.
    pub(crate) fn until(now: Timestamp) -> Story {
        let mut story = Story::whole();
        story.events.retain(|it| it.at <= now);
        for (_, events) in &mut story.runs {
            events.retain(|it| it.at <= now);
        }
        story.now = now;
        story
    }

    /// An incident of these events and no runs.
    pub(crate) fn of(events: Vec<Event>) -> Story {
        Story { plan: crate::plan::plan(), events, runs: Vec::new(), now: at("09:00:00") }
    }

    pub(crate) fn material(&self) -> Material<'_> {
        Material {
            plan: &self.plan,
            events: &self.events,
            runs: &self.runs,
            deadline: &deadline,
            now: self.now,
        }
    }
}

/// A calendar that is simple enough to check by hand: a business day is a day, and a business hour an hour.
fn deadline(limit: &Limit, from: Timestamp) -> Option<Timestamp> {
    match limit {
        Limit::Within(lasting) | Limit::BusinessHours(lasting) => from.checked_add(*lasting).ok(),
        Limit::BusinessDays(days) => from.checked_add(minutes(i64::from(*days) * 24 * 60)).ok(),
    }
}

/// A moment of the night, in Tokyo.
pub(crate) fn at(time: &str) -> Timestamp {
    let time = jiff::civil::Time::strptime("%H:%M:%S", time).unwrap();
    let zone = TimeZone::get("Asia/Tokyo").unwrap();
    date(2026, 1, 5).to_datetime(time).to_zoned(zone).unwrap().timestamp()
}

pub(crate) fn run_id() -> RunId {
    RunId("RUN-20260105-001".to_owned())
}

pub(crate) fn event(time: &str, fact: Fact) -> Event {
    Event { at: at(time), fact }
}

pub(crate) fn opened(severity: &str) -> Fact {
    Fact::Opened {
        id: IncidentId("INC-20260105-001".to_owned()),
        plan: PlanHash("9f86d081884c7d659a2feaa0c55ad015".to_owned()),
        title: "返信履歴データベースの破損".to_owned(),
        severity: severity.to_owned(),
        service: Some("bot".to_owned()),
        scope: Some("all".to_owned()),
        escalation: None,
        topic: Some("service:bot".to_owned()),
        source: Source::Alert { alert: alert("bot-db"), name: "bot-db".to_owned() },
        since: at("03:10:00"),
    }
}

fn alert(id: &str) -> AlertId {
    AlertId(id.to_owned())
}

fn page(number: u32) -> PageId {
    PageId(format!("INC-20260105-001/{number}/0"))
}

pub(crate) fn joined(id: &str, summary: &str, since: &str) -> Fact {
    let (name, summary) = (id.to_owned(), summary.to_owned());
    Fact::AlertJoined { alert: alert(id), name, summary, since: at(since) }
}

fn paged(number: u32, person: &str, way: (&str, &str), reason: PageReason) -> Fact {
    Fact::Paged {
        page: page(number),
        person: person.to_owned(),
        channel: way.0.to_owned(),
        address: way.1.to_owned(),
        reason,
    }
}

fn delivered(number: u32, reference: &str, tries: u32) -> Fact {
    Fact::PageDelivered { page: page(number), reference: reference.to_owned(), tries }
}

fn delayed(number: u32, reason: &str, tries: u32, next: &str) -> Fact {
    Fact::PageDelayed { page: page(number), reason: reason.to_owned(), tries, next: at(next) }
}

fn events() -> Vec<Event> {
    let mut events = night();
    events.extend(people_come());
    events.extend(ending());
    events
}

fn night() -> Vec<Event> {
    let first = PageReason::FirstLevel;
    let late = || PageReason::Unanswered { after: minutes(15) };
    vec![
        event("03:12:10", opened("レベル2")),
        event("03:12:10", joined("bot-db", "database disk image is malformed", "03:10:00")),
        event("03:12:10", Fact::Escalated { level: Some(0), reason: first.clone() }),
        event("03:12:10", paged(1, "sato", ("slack", "@sato"), first)),
        event(
            "03:12:10",
            Fact::Announced {
                page: page(2),
                channel: "bot-alerts".to_owned(),
                occasion: Occasion::Opened,
            },
        ),
        event(
            "03:12:10",
            Fact::RunRequested {
                runbook: "db-repair".to_owned(),
                reason: "アラート bot-db の手順書".to_owned(),
            },
        ),
        event("03:12:11", Fact::RunStarted { run: run_id(), runbook: "db-repair".to_owned() }),
        event("03:12:11", delayed(1, "HTTP 503 Service Unavailable", 1, "03:12:13")),
        event("03:12:12", delivered(2, "1767550332.0001", 1)),
        event("03:12:13", delayed(1, "HTTP 503 Service Unavailable", 2, "03:12:17")),
        event("03:12:17", delivered(1, "1767550337.0002", 3)),
        event("03:14:00", joined("bot-process", "プロセスが応答しない", "03:13:00")),
        event(
            "03:27:10",
            Fact::TargetMissed {
                clock: Clock::Acknowledge,
                limit: Limit::Within(minutes(15)),
                deadline: at("03:27:10"),
            },
        ),
        event("03:27:10", Fact::Escalated { level: Some(1), reason: late() }),
        event("03:27:10", paged(3, "suzuki", ("email", "suzuki@bot.example"), late())),
        event(
            "03:27:10",
            Fact::PageSkipped {
                person: "takahashi".to_owned(),
                reason: SkipReason::OffDuty { until: Some(at("09:00:00")) },
            },
        ),
        event("03:27:12", delivered(3, "<a1@mail.bot.example>", 1)),
        event(
            "03:28:10",
            paged(
                4,
                "suzuki",
                ("webhook", "https://key:pw@hooks.example/T0/secret"),
                PageReason::NextWay,
            ),
        ),
        event("03:28:11", Fact::PageRejected { page: page(4), reason: "HTTP 410 Gone".to_owned() }),
    ]
}

fn people_come() -> Vec<Event> {
    let hand = |from: &str, to: &str, reason: &str| Fact::SeverityChanged {
        by: "suzuki".to_owned(),
        from: from.to_owned(),
        to: to.to_owned(),
        reason: reason.to_owned(),
    };
    vec![
        event("03:29:30", Fact::Acknowledged {
            by: "suzuki".to_owned(),
            via: Some("email".to_owned()),
        }),
        event("03:31:00", hand("レベル2", "レベル1", "すべての返信が停止している")),
        event("03:31:00", paged(
            5,
            "takahashi",
            ("slack", "@takahashi"),
            PageReason::SeverityRaised,
        )),
        event("03:31:02", delayed(5, "HTTP 429 Too Many Requests", 1, "03:35:00")),
        event("03:32:00", Fact::Noted {
            by: "suzuki".to_owned(),
            text: "直前の配備は 1/4 18:00。\nそれ以降、設定の変更はなし。\n03:05 ごろにホストのディスクが満杯になった形跡がある。\nバックアップは毎時取得されており、最新は 03:00 のもの。".to_owned(),
        }),
        event("03:33:00", Fact::Assigned { by: "suzuki".to_owned(), to: "sato".to_owned() }),
        event("03:36:10", Fact::RunHeld {
            run: run_id(),
            step: "repair".to_owned(),
            reason: "exit 1".to_owned(),
        }),
        event("03:36:30", Fact::ConditionMet {
            when: When::Said("復旧方法が不明".to_owned()),
            by: Some("suzuki".to_owned()),
        }),
        event("03:36:30", Fact::Escalated {
            level: None,
            reason: PageReason::Condition { text: "復旧方法が不明".to_owned() },
        }),
        event("03:36:30", paged(
            6,
            "ito",
            ("slack", "@ito"),
            PageReason::Condition { text: "復旧方法が不明".to_owned() },
        )),
        event("03:36:31", delivered(6, "1767551791.0009", 1)),
        event("03:38:00", Fact::RunResumed { run: run_id() }),
        event("03:38:05", Fact::PageDropped {
            page: page(5),
            reason: "伊藤 健が対応中".to_owned(),
        }),
        event("04:01:00", Fact::UpdateDue { since: at("03:31:00") }),
    ]
}

fn ending() -> Vec<Event> {
    vec![
        event("04:03:20", Fact::AlertCleared { alert: alert("bot-process") }),
        event("04:04:00", Fact::AlertCleared { alert: alert("bot-db") }),
        event("04:05:00", Fact::RunEnded { run: run_id(), end: RunEnd::Verified }),
        event(
            "04:05:00",
            Fact::Resolved {
                by: "Matoi".to_owned(),
                ground: Ground::Checks { runs: vec![run_id()] },
            },
        ),
    ]
}
