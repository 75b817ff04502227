# Who approved at a gate that the step needs is one of the two: their own start is not enough, anybody else's is.
plan pair
  conduct: { second_person: [recover] }
runbook fix
  ---
  runbook: {}
  ---
  # Fix

  ```approval { name=gate min=1 from=ann,bob,cat }
  Drop the replica?
  ```
  ```bash { name=drop kind=recover needs=gate }
  drop
  ```
  ```bash { name=well kind=verify }
  look
  ```
00:00 declare ann P2 replica lags
00:10 ack ann
00:20 request ann fix
01:00 approve ann gate
01:10 start ann drop
02:00 start bob drop
02:10 step drop done
02:20 step well done
