# A failure with `on-fail=escalate` holds the run, calls whoever has it, and pages the next level.
plan pair
  unattended: [fix]
runbook fix
  ---
  runbook: {}
  ---
  # Fix

  ```bash { name=clean kind=recover on-fail=escalate }
  find /var/cache -delete
  ```
00:00 declare ann P2 disk is full
00:10 ack ann
00:20 request ann fix
00:30 step clean failed permission denied
01:00 answer bob clean abort better by hand
02:00 end
