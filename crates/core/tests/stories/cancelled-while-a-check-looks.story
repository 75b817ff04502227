# A run that is cancelled while a check looks ends the check with it, and claims nothing about the unclear step.
plan pair
  unattended: [fix]
runbook fix
  ---
  runbook: {}
  ---
  # Fix

  ```bash { name=drop kind=recover check=gone }
  drop
  ```
  ```bash { name=gone kind=verify }
  exit 10
  ```
00:00 run ann fix
00:30 step drop unclear the server was lost
00:40 cancel ann wrong host
00:50 step gone done
01:00 end
