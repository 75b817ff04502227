# A person cancels: what is being performed is ended with it, and the run ends once its end is known.
plan pair
  unattended: [fix]
runbook fix
  ---
  runbook: {}
  ---
  # Fix

  ```bash { name=drain kind=recover }
  drain
  ```
  ```bash { name=drop kind=recover }
  drop
  ```
00:00 declare ann P2 disk is full
00:10 ack ann
00:20 request ann fix
00:30 cancel ann 
00:31 cancel ann wrong host
00:40 step drain unclear ended by a person
01:00 answer ann drain rerun once more
02:00 end
