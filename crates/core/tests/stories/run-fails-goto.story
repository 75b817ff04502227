# A failure jumps to the handler, which is the last thing that a failed run does.
plan pair
  unattended: [fix]
runbook fix
  ---
  runbook: {}
  ---
  # Fix

  ```bash { name=clean kind=recover on-fail=goto:call }
  find /var/cache -delete
  ```
  ```bash { name=more kind=recover }
  true
  ```
  ```bash { name=call kind=handler }
  curl http://pager
  ```
00:00 run ann fix
00:10 step clean failed permission denied
00:20 step call unclear cut off
00:30 answer bob call mark-done the pager rang
01:00 end
