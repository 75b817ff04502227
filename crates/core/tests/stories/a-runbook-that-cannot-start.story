# A runbook with errors is refused for unattended use, and a person hears why.
plan pair
  services:
    api: { severity: P1, runbook: fix, watch: { kind: http, url: "http://localhost:1" } }
unsound fix
  ---
  runbook: {}
  ---
  # Fix

  ```bash { name=clean kind=nonsense }
  find /var/cache -delete
  ```
00:00 alert api bad 503
00:10 ack ann
01:00 alert api good
