# A look that was lost with the server leaves no doubt about the world, and is made again at once.
plan pair
runbook fix
  ---
  runbook: {}
  ---
  # Fix

  ```bash { name=look kind=diagnose }
  df
  ```
00:00 run ann fix
00:10 step look unclear the server was lost
00:20 step look done
00:30 end
