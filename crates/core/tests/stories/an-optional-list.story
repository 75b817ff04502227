# An optional list holds nothing up.
plan pair
  unattended: [fix]
runbook fix
  ---
  runbook: {}
  ---
  # Fix

  - [ ] Put up the banner <!-- step name=banner optional -->

  ```bash { name=drop kind=recover }
  drop
  ```
00:00 run ann fix
01:00 tick ann banner 1
02:00 step drop done
03:00 end
