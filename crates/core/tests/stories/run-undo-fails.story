# Taking a change back fails: nobody but a person can tell what is true, so the run is stuck and says so.
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
  ```bash { name=swap kind=recover on-fail=undo }
  swap
  ```
  ```bash { name=undrain kind=undo }
  undrain
  ```
00:00 declare ann P2 disk is full
00:20 request ann fix
00:30 step drain done
00:50 step swap failed no space
01:10 step undrain unclear the server was lost
02:00 end
