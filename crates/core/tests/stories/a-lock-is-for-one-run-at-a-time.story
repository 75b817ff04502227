# Two runs want one resource: the second waits, calls nobody, and goes on when the first has ended; a third can be ended while it waits.
plan pair
  unattended: [fix, other]
runbook fix
  ---
  runbook: { lock: db/$HOST, params: { HOST: { default: db-1 } } }
  ---
  # Fix

  ```bash { name=drain kind=recover }
  drain
  ```
  - [ ] Tell support
runbook other
  ---
  runbook: { lock: db/db-1 }
  ---
  # Other

  ```bash { name=look kind=diagnose }
  look
  ```
00:00 run ann fix
00:10 run bob other
00:20 run cat other
00:25 start cat look
00:30 cancel cat not needed
01:00 wake
01:30 step 1/drain done
02:00 tick ann 1/fix-1 1
02:10 step 2/look done
03:00 end
