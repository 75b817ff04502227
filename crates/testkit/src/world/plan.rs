//! The plans of the world: one that rules at first, and the same after an edit.

use std::collections::BTreeMap;

use matoi_core::plan::{Plan, load};
use matoi_core::runbook;

/// Services that the world breaks.
pub(super) const SERVICES: [&str; 5] = ["api", "web", "db", "queue", "mail"];

/// Who is paged by the plan that rules at first, and by nobody after the edit.
pub(super) const ONLY_BEFORE: &str = "bob";
/// Who is paged only after the edit.
pub(super) const ONLY_AFTER: &str = "eve";

/// The value that no event and no report may hold; a step prints it, and the adapter hides it.
pub(super) const SECRET: &str = "hunter2-do-not-tell";

const PLAN: &str = r##"
matoi: 1
name: World
timezone: Asia/Tokyo
language: en
severities:
  P1: { targets: { acknowledge: 15m, resolve: 4h, update: every 30m }, start: [check] }
  P2: { targets: { acknowledge: 1h } }
  P3: { page: every 30m }
people:
  ann: { name: Ann, reach: ["chat:@ann", "mail:ann@example.com after 2m", "call:1 after 4m"] }
  SECOND: { name: Second, reach: ["chat:@second", "mail:second@example.com after 3m"] }
  cat: { name: Cat, reach: ["call:3", "mail:cat@example.com after 5m"] }
  dan: { name: Dan, reach: ["mail:dan@example.com", "call:4 after 5m"] }
groups: { managers: [cat, dan] }
escalation:
  default:
    - page: [ann]
    - { after: 5m, unless: acknowledged, page: [SECOND] }
    - { after: 15m, unless: acknowledged, page: [cat] }
    - { after: 60m, unless: resolved, page: [managers] }
    - { when: run failed, page: [dan] }
    - { when: step unclear, page: [dan] }
    - { when: target missed, page: [cat] }
    - { when: data is lost, page: [managers] }
    - { repeat: 20m, times: 2 }
channels:
  chat: { kind: webhook, url: { secret: CHAT_URL } }
  mail: { kind: email, host: smtp.example.com }
  call: { kind: webhook, url: "http://localhost:2" }
notify:
  - { on: [opened, resolved], severity: P1..P3, to: [chat] }
services:
  api: { severity: P1, runbook: repair, watch: { kind: http, url: "http://localhost:1", for: 1m } }
  web: { severity: P2, runbook: repair, watch: { kind: http, url: "http://localhost:1" } }
  db: { severity: P1, runbook: restore, watch: { kind: http, url: "http://localhost:1" } }
  queue: { severity: P2, runbook: restore, watch: { kind: http, url: "http://localhost:1", for: 2m } }
  mail: { severity: P3, watch: { kind: http, url: "http://localhost:1" } }
unattended: [repair, restore]
"##;

const CHECK: &str = "---
runbook: {}
---
# Look

```bash { name=look kind=diagnose retry=1 every=10s }
EDITION
```
";

const REPAIR: &str = "---
runbook: { secrets: [DB_PASSWORD], budget: 15m, lock: machines }
---
# Repair

## Look
```bash { name=look kind=diagnose retry=1 every=10s on-fail=continue }
EDITION
```
```bash { name=save kind=backup }
save
```
## Change <!-- budget=5m -->
```bash { name=restart kind=recover check=well }
restart
```
```bash { name=sync kind=recover idempotent on-fail=goto:call }
sync
```
```wait { name=settle for=1m }
```
```bash { name=well kind=verify retry=2 every=20s }
well
```
```bash { name=call kind=handler }
call
```
";

const RESTORE: &str = "---
runbook: { secrets: [DB_PASSWORD], lock: machines }
---
# Restore

```bash { name=drain kind=recover undo=undrain on-fail=pause }
EDITION
```
- [ ] Tell the support team

```approval { name=gate min=1 from=cat,dan expires=10m on-expire=escalate }
Restore it?
```
```bash { name=restore kind=recover undo=remove on-fail=undo }
restore
```
```bash { name=swap kind=recover on-fail=undo check=well }
swap
```
```bash { name=well kind=verify retry=1 every=10s }
well
```
```bash { name=undrain kind=undo }
undrain
```
```bash { name=remove kind=undo }
remove
```
";

/// The plan before the edit and after it.
pub(super) fn editions() -> [Plan; 2] {
    [edition(ONLY_BEFORE, "first"), edition(ONLY_AFTER, "second")]
}

fn edition(second: &str, word: &str) -> Plan {
    let text = |it: &str| it.replace("SECOND", second).replace("EDITION", word).into_bytes();
    let files = BTreeMap::from([
        ("matoi.yaml".to_owned(), text(PLAN)),
        ("runbooks/check.md".to_owned(), text(CHECK)),
        ("runbooks/repair.md".to_owned(), text(REPAIR)),
        ("runbooks/restore.md".to_owned(), text(RESTORE)),
    ]);
    let loaded = load(&files, runbook::parse::parse);
    let plan = loaded.plan.unwrap_or_else(|| panic!("{:#?}", loaded.problems));
    assert!(plan.runbooks.values().all(|it| it.sound), "{:#?}", loaded.problems);
    plan
}
