# An unclear step whose author promises that twice is once is performed again, but not for ever.
plan pair
  unattended: [fix]
runbook fix
  ---
  runbook: {}
  ---
  # Fix

  ```bash { name=sync kind=recover idempotent }
  rsync
  ```
00:00 run ann fix
00:10 step sync unclear lost
00:20 step sync unclear lost
00:30 step sync unclear lost
01:00 end
