# A look that fails in a rehearsal is taken once, and counts only where the runbook would not go on.
plan pair
runbook fix
  ---
  runbook: {}
  ---
  # Fix

  ```bash { name=quick kind=verify retry=5 every=1m on-fail=continue }
  test -e quick
  ```
  ```bash { name=slow kind=diagnose optional }
  test -e slow
  ```
  ```bash { name=lost kind=diagnose }
  test -e lost
  ```
00:00 rehearse ann fix
00:05 examined quick ready
00:10 step quick failed exit status 1
00:15 examined slow ready
00:20 step slow failed exit status 1
00:25 examined lost ready
00:30 step lost unclear the server was gone
00:40 step lost done
01:00 end
