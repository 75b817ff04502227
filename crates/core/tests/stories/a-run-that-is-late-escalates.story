# A phase that takes longer than its budget makes the level for late runs due, once, and the run goes on.
plan pair
  unattended: [fix]
  escalation:
    default:
      - page: [ann]
      - { when: run late, page: [bob] }
runbook fix
  ---
  runbook: { budget: 10m }
  ---
  # Fix

  ## Analysis <!-- budget=5m -->
  ```bash { name=look kind=diagnose }
  look
  ```
  ## Repair
  ```bash { name=drop kind=recover }
  drop
  ```
00:00 declare ann P2 disk is full
00:10 ack ann
00:20 request ann fix
06:00 step look done
12:00 step drop done
13:00 end
