# Nobody can tell and no check can look, so the run holds; a person says take back what was applied: the steps before it are undone.
plan pair
  unattended: [fix]
runbook fix
  ---
  runbook: {}
  ---
  # Fix

  ```bash { name=drain kind=recover undo=undrain }
  drain
  ```
  ```bash { name=drop kind=recover }
  drop
  ```
  ```bash { name=more kind=recover }
  more
  ```
  ```bash { name=undrain kind=undo }
  undrain
  ```
00:00 declare ann P2 disk is full
00:10 ack ann
00:20 request ann fix
00:30 step drain done
00:40 step drop unclear killed by signal 9
05:00 answer bob drop undo looked at it myself
06:00 end
