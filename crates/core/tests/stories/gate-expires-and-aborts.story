# Nobody votes in time and the author wants no more: the run ends, and whoever has it hears so.
plan pair
  unattended: [fix]
runbook fix
  ---
  runbook: {}
  ---
  # Fix

  ```approval { name=gate from=bob,cat expires=15m on-expire=abort }
  Drop the replica?
  ```
  ```bash { name=drop kind=recover }
  drop
  ```
00:00 declare ann P2 replica lags
00:10 ack ann
00:20 request ann fix
20:00 end
