# Nobody votes: the gate stays shut, the next level hears of it, and it can still be passed.
plan pair
  unattended: [fix]
runbook fix
  ---
  runbook:
    params: { HOST: { default: db-1 } }
  ---
  # Fix

  ```approval { name=gate min=2 from=ann,bob,cat not=initiator expires=15m on-expire=escalate }
  Drop the replica of $HOST?
  ```
  ```bash { name=drop kind=recover }
  drop
  ```
00:00 declare ann P2 replica lags
00:10 ack ann
00:20 request ann fix
20:00 approve bob gate
21:00 approve cat gate
22:00 end
