# A change fails and a person decides: run it again, then leave it out.
plan pair
  unattended: [fix]
runbook fix
  ---
  runbook: {}
  ---
  # Fix

  ```bash { name=clean kind=recover }
  find /var/cache -delete
  ```
  ```bash { name=room kind=verify }
  test -w /var
  ```
00:00 declare ann P2 disk is full
00:10 ack ann
00:20 request ann fix
00:30 step clean failed permission denied
00:50 start ann clean
01:00 answer ann clean rerun 
01:10 answer ann clean rerun gave it the permission
02:00 step clean failed permission denied
03:00 answer ann clean skip cleaned by hand
04:00 step room done
05:00 end
