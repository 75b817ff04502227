# A gate opens when enough of the named people say yes; whoever started the run may not, and nobody votes twice.
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
01:00 approve ann gate
02:00 approve bob gate
03:00 approve bob gate
04:00 approve zoe gate
05:00 approve cat gate
06:00 step drop done
07:00 end
