# The check cannot tell either, so a person is called and nothing is done twice by guess.
plan pair
  unattended: [fix]
runbook fix
  ---
  runbook: {}
  ---
  # Fix

  ```bash { name=drop kind=recover check=gone }
  drop
  ```
  ```bash { name=gone kind=verify }
  exit 10
  ```
00:00 declare ann P2 disk is full
00:20 request ann fix
00:30 step drop unclear the server was lost
00:40 step gone unclear timed out
01:00 end
