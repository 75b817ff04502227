# A list waits until every item is ticked, once each, with who did it.
plan pair
  unattended: [fix]
runbook fix
  ---
  runbook: {}
  ---
  # Fix

  - [ ] Tell the support team
  - [ ] Put up the banner

  ```bash { name=drop kind=recover }
  drop
  ```
00:00 run ann fix
01:00 tick ann fix-1 1
02:00 tick bob fix-1 1
03:00 tick bob fix-1 3
04:00 tick bob fix-1 2
05:00 step drop done
06:00 end
