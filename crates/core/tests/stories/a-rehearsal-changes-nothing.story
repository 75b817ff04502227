# A rehearsal takes the looks, examines the rest, calls nobody, and says what would fail.
plan pair
  unattended: [fix]
runbook fix
  ---
  runbook: {}
  ---
  # Fix

  ```bash { name=disk kind=diagnose retry=5 every=1m }
  df -P /var
  ```
  ```bash { name=save kind=backup }
  backup >> "$STEP_OUTPUT"
  ```
  ```approval { name=consent min=1 from=ann expires=5m }
  Go on with $SAVE_LABEL?
  ```
  ```bash { name=clean kind=recover needs=save,consent check=room undo=refill on-fail=undo }
  find /var/cache -delete
  ```
  ```wait { name=settle for=2h }
  ```
  - [ ] Support knows

  ```bash { name=room kind=verify retry=12 every=30s }
  test "$(df --output=pcent /var | tail -1)" -lt 90
  ```
  ```bash { name=whole kind=verify }
  restore --list "$SAVE_LABEL"
  ```
  ```bash { name=refill kind=undo }
  refill
  ```
00:00 rehearse ann fix
00:02 examined disk ready
00:05 step disk done used_pct=97
00:06 examined save ready
00:07 examined save lacks told too late
00:08 examined clean lacks not on this machine: find
00:08 examined room ready
00:09 step room done
00:10 examined whole ready
00:11 examined refill unproved it took too long to find out
01:00 end
