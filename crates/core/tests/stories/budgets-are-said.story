# A phase and a run that take longer than their budgets say so once each, and go on.
plan pair
  unattended: [fix]
runbook fix
  ---
  runbook: { budget: 10m }
  ---
  # Fix

  ## Step <!-- budget=5m -->
  ```bash { name=drain kind=recover }
  drain
  ```
  ## Step <!-- budget=5m -->
  ```bash { name=drop kind=recover }
  drop
  ```
00:00 run ann fix
06:00 step drain done
12:30 step drop done
