# A look fails and its author wants no more: the run ends, a person is called, and the condition pages its level.
plan pair
  escalation:
    default:
      - page: [ann]
      - { when: run failed, page: [managers] }
runbook fix
  ---
  runbook: {}
  ---
  # Fix

  ```bash { name=disk kind=diagnose retry=0 on-fail=abort }
  df -P /var
  ```
  ```bash { name=clean kind=recover }
  find /var/cache -delete
  ```
00:00 declare ann P2 disk is full
00:10 ack ann
00:20 request ann fix
00:30 step disk failed no such disk
01:00 end
