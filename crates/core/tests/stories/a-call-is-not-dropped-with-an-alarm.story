# Whoever must approve is called even while an alarm to them is owed: the acknowledgement of another drops only the alarm.
plan pair
  unattended: [fix]
  services:
    api: { severity: P1, runbook: fix, watch: { kind: http, url: "http://localhost:1" } }
runbook fix
  ---
  runbook: {}
  ---
  # Fix

  ```approval { name=gate from=ann }
  Restart the API?
  ```
  ```bash { name=restart kind=recover }
  systemctl restart api
  ```
00:00 channel slack down HTTP 503
00:00 alert api bad 503
00:10 ack bob
00:20 channel slack up
02:00 approve ann gate
03:00 end
