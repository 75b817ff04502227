# A failure takes back what was applied, in reverse, and ends as failed.
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
  ```bash { name=freeze kind=recover undo=thaw }
  freeze
  ```
  ```bash { name=swap kind=recover on-fail=undo }
  swap
  ```
  ```bash { name=undrain kind=undo }
  undrain
  ```
  ```bash { name=thaw kind=undo }
  thaw
  ```
00:00 declare ann P2 disk is full
00:10 ack ann
00:20 request ann fix
00:30 step drain done
00:40 step freeze done
00:50 step swap failed no space
01:00 step thaw done
01:10 step undrain done
02:00 end
