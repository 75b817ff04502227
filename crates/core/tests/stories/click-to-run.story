# A fence without `kind` and a change that the plan does not let run unattended wait for a person to start them.
plan pair
runbook fix
  ---
  runbook: {}
  ---
  # Fix

  ```bash { name=look kind=diagnose }
  df
  ```
  ```bash
  df -i
  ```
  ```bash { name=clean kind=recover }
  find /var/cache -delete
  ```
00:00 declare ann P2 disk is full
00:10 ack ann
00:20 request ann fix
00:30 step look done
01:00 start ann clean
02:00 start ann fix-1
02:10 step fix-1 done
03:00 answer ann clean skip not needed
04:00 end
