# A person who marks a failed check as done lets the run go on; that nothing verified it is still true, and is said.
plan pair
  unattended: [fix]
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

  ```bash { name=well kind=verify on-fail=pause }
  curl -f http://localhost:1
  ```
00:00 alert api bad 503
00:10 ack ann
00:20 step restart done
00:30 step well exit 22 503
01:00 answer ann well mark-done the check asks the wrong port
02:00 alert api good
03:00 resolve ann checks
04:00 resolve ann customers can order again
05:00 end
