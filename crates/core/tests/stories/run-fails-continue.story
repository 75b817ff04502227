# A step whose failure does not matter: the run goes on, and what asks for the failure runs.
plan pair
  unattended: [fix]
runbook fix
  ---
  runbook: {}
  ---
  # Fix

  ```bash { name=quick kind=recover on-fail=continue }
  kill -HUP 1
  ```
  ```bash { name=slow kind=recover if=!quick }
  reboot
  ```
  ```bash { name=thorough kind=recover needs=quick }
  true
  ```
  ```bash { name=well kind=verify }
  curl -f http://localhost:1
  ```
00:00 run ann fix
00:10 step quick failed no effect
00:20 step slow done
00:30 step well done
01:00 end
