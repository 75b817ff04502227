//! The plan of the histories: every feature that moves an incident or a run, in one small file each.

use std::collections::BTreeMap;

use jiff::Timestamp;
use matoi_core::plan::{Plan, load};
use matoi_core::problem::Weight;
use matoi_core::runbook;

const PLAN: &str = r##"
matoi: 1
name: Histories
timezone: Asia/Tokyo
language: en
calendar: { business_hours: mon-fri 09:00-18:00, holidays: [jp] }
severities:
  P1:
    targets: { acknowledge: 7m, respond: 7m, resolve: 2h, update: every 30m }
    start: [fix]
    escalation: worst
  P2: { targets: { acknowledge: 20m } }
  P3: { targets: { respond: 1 business day } }
  P4: { page: every 1h }
people:
  ann: { name: Ann, reach: ["slack:@ann", "mail:ann@example.com after 2m", "sms:1 after 4m"] }
  bob: { name: Bob, hours: mon-fri 09:00-18:00, reach: ["slack:@bob", "mail:bob@example.com after 3m"] }
  cat: { name: Cat, hours: "mon-sun 22:00-06:00", reach: ["sms:3"] }
  dan: { name: Dan, hours: mon-fri 09:00-18:00, reach: ["mail:dan@example.com"] }
groups: { managers: [cat, dan] }
schedules: { primary: { rotate: daily, handoff: "09:00", people: [bob, cat] } }
escalation:
  default:
    - page: [bob, dan]
    - { after: 5m, unless: acknowledged, page: [dan] }
    - { after: 30m, unless: resolved, page: [managers] }
    - { when: run failed, page: [managers] }
    - { when: step unclear, page: [ann] }
    - { when: target missed, page: [dan] }
    - { when: data is lost, page: [ann, dan] }
    - { repeat: 10m, times: 2 }
  worst:
    - page: [primary]
    - { after: 10m, unless: acknowledged, page: [ann] }
    - { when: data is lost, page: [managers] }
channels:
  slack: { kind: slack, webhook: { secret: SLACK } }
  mail: { kind: email, host: smtp.example.com }
  sms: { kind: webhook, url: "http://localhost:2" }
notify:
  - { on: [opened, acknowledged, escalated, severity_changed, resolved, reopened], severity: P1..P3, to: [slack] }
services:
  api: { severity: P2, watch: { kind: http, url: "http://localhost:1" } }
unattended: [fix, undo]
"##;

const FIX: &str = "---
runbook: { budget: 20m }
---
# Fix

## Step <!-- budget=5m -->

```bash { name=look kind=diagnose retry=1 every=10s }
look
```

```bash { name=save kind=backup }
save
```

- [ ] Tell support
- [ ] Tell sales

## Step <!-- budget=5m -->

```approval { name=gate min=2 from=ann,bob,cat not=initiator expires=10m on-expire=escalate }
Drop it?
```

```bash { name=drop kind=recover needs=save check=gone }
drop
```

```bash { name=sync kind=recover idempotent on-fail=goto:call }
sync
```

```bash { name=swap kind=recover if=!look }
swap
```

```wait { name=settle for=2m }
```

```bash { name=gone kind=verify retry=2 every=20s }
gone
```

```bash { name=call kind=handler }
call
```
";

const UNDO: &str = "---
runbook: {}
---
# Undo

- [ ] Put up the banner <!-- step name=banner optional -->

```bash { name=drain kind=recover undo=undrain }
drain
```

```bash { name=freeze kind=recover undo=thaw on-fail=escalate }
freeze
```

```approval { name=gate from=bob,cat expires=5m on-expire=abort }
Swap it?
```

```bash { name=swap kind=recover on-fail=undo }
swap
```

```bash { name=later }
later
```

```bash { name=well kind=verify retry=1 every=5s on-fail=continue }
well
```

```bash { name=undrain kind=undo }
undrain
```

```bash { name=thaw kind=undo }
thaw
```
";

/// The plan, loaded as every plan is.
pub(crate) fn plan() -> Plan {
    loaded(PLAN)
}

/// The plan with nothing unattended, and a second person for whatever changes things.
pub(crate) fn for_two() -> Plan {
    let rule = "conduct: { second_person: [recover, click] }";
    loaded(&PLAN.replace("unattended: [fix, undo]", rule))
}

fn loaded(text: &str) -> Plan {
    let files = BTreeMap::from([
        ("matoi.yaml".to_owned(), text.as_bytes().to_vec()),
        ("runbooks/fix.md".to_owned(), FIX.as_bytes().to_vec()),
        ("runbooks/undo.md".to_owned(), UNDO.as_bytes().to_vec()),
    ]);
    let loaded = load(&files, runbook::parse::parse);
    let is_error = |it: &&matoi_core::problem::Problem| it.weight == Weight::Error;
    let errors: Vec<_> = loaded.problems.iter().filter(is_error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    loaded.plan.unwrap()
}

/// A Friday at 17:30 in Tokyo, half an hour before most people go home.
pub(crate) fn begin() -> Timestamp {
    "2026-01-09T17:30:00+09:00".parse().unwrap()
}
