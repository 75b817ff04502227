# A run that came to hold while its incident was resolved called nobody; whoever reopens the incident has it called for.
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
00:00 declare ann P2 disk is full
00:10 ack ann
00:20 request ann fix
01:00 resolve ann it went away
02:00 step drain failed exit status 1
03:00 reopen bob it is not over
04:00 end
