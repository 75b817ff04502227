# A run goes from look to change to check, and tells its incident that it verified it.
plan pair
  unattended: [fix]
runbook fix
  ---
  runbook: {}
  ---
  # Fix

  ## Look
  ```bash { name=disk kind=diagnose }
  df -P /var
  ```
  ## Change
  ```bash { name=clean kind=recover needs=disk }
  find /var/cache -delete
  ```
  ```wait { name=settle for=2m }
  ```
  ## Check
  ```bash { name=room kind=verify retry=2 every=30s }
  test "$(df --output=pcent /var | tail -1)" -lt 90
  ```
00:00 declare ann P2 disk is full
00:10 ack ann
00:20 request ann fix
00:30 step disk done used_pct=97
00:40 step clean done
00:50 step settle done
02:50 step room failed still 95%
03:30 step room done
04:00 step room#1 failed told too late
05:00 resolve ann checks
