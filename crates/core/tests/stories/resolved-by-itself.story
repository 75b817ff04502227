# Every alert cleared and the run verified it: the incident resolves by itself, and a person can reopen it.
plan pair
  unattended: [fix]
  notify: [{ on: [opened, resolved, reopened], severity: P1, to: [slack] }]
  services:
    api: { severity: P1, runbook: fix, watch: { kind: http, url: "http://localhost:1" } }
runbook fix
  ---
  runbook: {}
  ---
  # Fix

  ```bash { name=restart kind=recover }
  systemctl restart api
  ```

  ```bash { name=well kind=verify }
  curl -f http://localhost:1
  ```
00:00 alert api bad 503
00:10 step restart done
00:20 ack ann
00:30 alert api good
00:40 step well done
05:00 reopen ann customers still see errors
06:00 ack ann
09:00 note ann it was a cached page
10:00 resolve ann purged the cache
