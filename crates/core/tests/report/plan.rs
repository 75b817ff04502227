//! A small plan: a bot with one database file, two levels, four people.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use matoi_core::id::PlanHash;
use matoi_core::language::Language;
use matoi_core::plan::calendar::{Calendar, Hours};
use matoi_core::plan::{
    Clock, Escalation, Level, Limit, Person, Plan, SecretSource, Service, Severity, Target, Unless,
};
use matoi_core::runbook::{Act, Kind, OnFail, Phase, Runbook, Step};

/// The runbook's hash, as its run knows it.
pub(crate) const HASH: &str = "4b227777d4dd1fc61c6f884f48641d02b4d121d3fd328cb08b5531fcacdabf8a";

pub(crate) fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

pub(crate) fn plan() -> Plan {
    Plan {
        hash: PlanHash("9f86d081884c7d659a2feaa0c55ad015".to_owned()),
        name: "返信ボット".to_owned(),
        zone: TimeZone::get("Asia/Tokyo").unwrap(),
        language: Language::Ja,
        calendar: Calendar::default(),
        severities: vec![severe(), moderate()],
        scopes: BTreeMap::from([("all".to_owned(), "全機能".to_owned())]),
        people: people(),
        contacts: BTreeMap::new(),
        groups: BTreeMap::new(),
        schedules: BTreeMap::new(),
        escalations: BTreeMap::from([("default".to_owned(), ladder())]),
        channels: BTreeMap::new(),
        notify: Vec::new(),
        services: BTreeMap::from([("bot".to_owned(), bot())]),
        alerts: BTreeMap::new(),
        chores: BTreeMap::new(),
        conduct: matoi_core::plan::Conduct::default(),
        unattended: BTreeSet::new(),
        interpreters: Default::default(),
        hosts: Default::default(),
        secrets: SecretSource::Env,
        forms: BTreeMap::new(),
        runbooks: BTreeMap::from([("db-repair".to_owned(), runbook())]),
        unarmed: Vec::new(),
    }
}

fn severe() -> Severity {
    let targets = [
        (Clock::Acknowledge, Limit::Within(minutes(15))),
        (Clock::Respond, Limit::Within(minutes(30))),
        (Clock::Update, Limit::Within(minutes(30))),
        (Clock::Escalate, Limit::Within(minutes(60))),
        (Clock::Resolve, Limit::Within(minutes(60))),
        (Clock::Report, Limit::BusinessHours(minutes(240))),
        (Clock::Review, Limit::BusinessDays(5)),
    ];
    severity("レベル1", "重大", BTreeMap::from(targets))
}

fn moderate() -> Severity {
    let targets = [
        (Clock::Acknowledge, Limit::Within(minutes(15))),
        (Clock::Resolve, Limit::Within(minutes(240))),
    ];
    severity("レベル2", "中程度", BTreeMap::from(targets))
}

fn severity(label: &str, name: &str, targets: BTreeMap<Clock, Limit>) -> Severity {
    Severity {
        label: label.to_owned(),
        name: Some(name.to_owned()),
        aliases: Vec::new(),
        criteria: Vec::new(),
        targets,
        during: Vec::new(),
        digest: None,
        start: Vec::new(),
        escalation: None,
    }
}

fn people() -> BTreeMap<String, Person> {
    let people = [
        ("sato", "佐藤 美咲"),
        ("suzuki", "鈴木 一郎"),
        ("takahashi", "高橋 由美"),
        ("ito", "伊藤 健"),
    ];
    people.into_iter().map(|(id, name)| (id.to_owned(), person(id, name))).collect()
}

fn person(id: &str, name: &str) -> Person {
    Person {
        id: id.to_owned(),
        name: name.to_owned(),
        role: None,
        hours: Hours::Always,
        reach: Vec::new(),
    }
}

fn ladder() -> Escalation {
    let level = |after, unless, person: &str| Level {
        after: Limit::Within(minutes(after)),
        unless,
        page: vec![Target::Person(person.to_owned())],
    };
    Escalation {
        name: "default".to_owned(),
        levels: vec![
            level(0, Unless::Acknowledged, "sato"),
            level(15, Unless::Acknowledged, "suzuki"),
            level(60, Unless::Resolved, "takahashi"),
        ],
        conditions: Vec::new(),
        repeat: None,
    }
}

fn bot() -> Service {
    Service {
        name: "bot".to_owned(),
        title: Some("返信ボット本体".to_owned()),
        scope: Some("all".to_owned()),
        needs: Vec::new(),
        watch: Vec::new(),
        runbook: None,
        severity: None,
        escalation: None,
        commands: Default::default(),
    }
}

fn runbook() -> Runbook {
    let titles = ["緊急停止", "バックアップ", "診断", "復旧", "検証"];
    let steps = [
        ("stop", 0, Kind::Recover),
        ("save", 1, Kind::Backup),
        ("diagnose", 2, Kind::Diagnose),
        ("consent", 3, Kind::Durable),
        ("repair", 3, Kind::Recover),
        ("restore", 3, Kind::Recover),
        ("unrestore", 3, Kind::Undo),
        ("settle", 4, Kind::Durable),
        ("by-hand", 4, Kind::Durable),
        ("integrity", 4, Kind::Verify),
        ("tune", 4, Kind::Recover),
    ];
    Runbook {
        name: "db-repair".to_owned(),
        title: "データベース破損からの復旧".to_owned(),
        hash: HASH.to_owned(),
        for_alert: None,
        for_service: None,
        params: BTreeMap::new(),
        secrets: Vec::new(),
        lock: None,
        budget: None,
        phases: titles.map(|it| Phase { title: it.to_owned(), budget: None }).to_vec(),
        steps: steps.map(|(name, phase, kind)| step(name, phase, kind)).to_vec(),
        sound: true,
    }
}

fn step(name: &str, phase: usize, kind: Kind) -> Step {
    Step {
        name: name.to_owned(),
        phase,
        kind,
        act: Act::Perform { language: "bash".to_owned(), script: String::new() },
        timeout: minutes(5),
        retry: 0,
        every: minutes(1),
        needs: Vec::new(),
        condition: None,
        on_fail: OnFail::Pause,
        check: None,
        undo: None,
        expect: None,
        optional: false,
        idempotent: false,
        extra: BTreeMap::new(),
        line: 1,
    }
}
