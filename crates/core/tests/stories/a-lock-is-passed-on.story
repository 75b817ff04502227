# When the run that has the lock ends, whoever waits longest has it next, and the others learn whose it is.
plan pair
  unattended: [fix]
runbook fix
  ---
  runbook: { lock: db }
  ---
  # Fix

  ```bash { name=drain kind=diagnose }
  drain
  ```
00:00 declare ann P2 disk is full
00:10 request ann fix
00:20 run bob fix
00:30 run cat fix
00:40 step 1/drain done
00:50 step 2/drain done
00:55 step 3/drain done
01:00 end
