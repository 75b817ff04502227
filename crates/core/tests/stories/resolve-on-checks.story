# Resolving on checks is refused while an alert fires or nothing verified it, and accepted after.
plan pair
  unattended: [fix]
  services:
    api: { severity: P1, watch: { kind: http, url: "http://localhost:1" } }
    web: { severity: P1 }
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
00:00 declare ann P2 service=web slow
01:00 ack ann
02:00 resolve ann checks
03:00 request ann fix
04:00 step restart done
05:00 step well done
06:00 resolve ann checks
