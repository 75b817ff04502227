# Nobody can tell whether a change took effect, so its check looks: not done means again, done means on.
plan pair
  unattended: [fix]
  escalation:
    default:
      - page: [ann]
      - { when: step unclear, page: [managers] }
runbook fix
  ---
  runbook: {}
  ---
  # Fix

  ```bash { name=drop kind=recover check=gone }
  drop
  ```
  ```bash { name=gone kind=verify retry=1 every=10s }
  exit 10
  ```
00:00 declare ann P2 disk is full
00:10 ack ann
00:20 request ann fix
00:30 step drop unclear the server was lost
00:40 step gone exit 10 it is still there
00:50 step drop unclear the server was lost again
01:00 step gone exit 1 cannot connect
01:20 step gone done
01:30 step gone done
02:00 end
