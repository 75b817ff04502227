# A switch is thrown while a run is under way: no further step begins, the run says why, and goes on when it is put back.
plan pair
  unattended: [fix]
runbook fix
  ---
  runbook: {}
  ---
  # Fix

  ```bash { name=drain kind=recover }
  drain
  ```
  ```bash { name=drop kind=recover }
  drop
  ```
  ```bash { name=more kind=recover }
  more
  ```
00:00 run ann fix
00:10 switch on bob drill
00:20 step drain done
05:00 wake
06:00 switch off
06:10 switch on bob another drill
06:11 step drop not-started held by the switch of bob: another drill
08:00 wake
09:00 switch off
09:10 step drop done
10:00 end
