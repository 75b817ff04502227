# A rule of conduct asks for a second person: the first start is noted, somebody else is called, and the second performs.
plan pair
  conduct: { second_person: [recover, click] }
runbook fix
  ---
  runbook: {}
  ---
  # Fix

  ```bash { name=look kind=diagnose }
  df
  ```
  ```bash { name=clean kind=recover }
  find /var/cache -delete
  ```
  ```bash
  reload
  ```
  ```bash { name=well kind=verify }
  df
  ```
00:00 declare ann P2 disk is full
00:10 ack ann
00:20 request ann fix
00:30 step look done
01:00 start ann clean
01:10 start ann clean
02:00 start bob clean
02:10 step clean exit 1 busy
02:20 answer ann clean rerun it is free now
02:30 step clean done
03:00 start bob fix-1
03:10 start ann fix-1
03:20 step fix-1 done
03:30 step well done
