# One refusal closes the gate, and the run ends without the change.
plan pair
  unattended: [fix]
runbook fix
  ---
  runbook: {}
  ---
  # Fix

  ```approval { name=gate from=bob,cat }
  Drop the replica?
  ```
  ```bash { name=drop kind=recover }
  drop
  ```
00:00 declare ann P2 replica lags
00:10 ack ann
00:20 request ann fix
01:00 refuse bob gate the backup is still running
02:00 end
