# While a switch is thrown a rehearsal takes no look; a person may end it.
plan pair
runbook fix
  ---
  runbook: {}
  ---
  # Fix

  ```bash { name=first kind=recover }
  first
  ```
  ```bash { name=disk kind=diagnose }
  df -P /var
  ```
  ```bash { name=then kind=diagnose }
  df -P /tmp
  ```
00:00 switch on bob drill
00:05 rehearse ann fix
00:10 examined first ready
05:00 switch off
05:05 examined disk ready
05:10 step disk failed exit status 1
05:15 examined then ready
05:20 cancel ann enough
05:30 step then unclear cancelled
06:00 end
