# A runbook with errors is not rehearsed: nothing of it would begin.
plan pair
unsound fix
  ---
  runbook: {}
  ---
  # Fix

  ```bash { name=disk kind=diagnose timout=2s }
  df -P /var
  ```
00:00 rehearse ann fix
01:00 end
