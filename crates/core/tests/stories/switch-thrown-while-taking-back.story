# A switch thrown while changes are taken back holds the run; it is not stuck for it.
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
00:00 run ann fix
00:10 step drain done
00:20 switch on bob drill
00:30 step swap failed no space
02:00 switch off
02:10 step undrain done
03:00 end
