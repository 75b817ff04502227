# After the acknowledgement a run fails and the call about it is rejected: the person's next way is used at once.
plan pair
  people:
    ann: { name: Ann, reach: ["slack:@ann", "mail:ann@example.com after 2m"] }
    bob: { name: Bob, reach: ["slack:@bob"] }
    cat: { name: Cat, reach: ["slack:@cat"] }
  services:
    api: { severity: P1, runbook: look, watch: { kind: http, url: "http://localhost:1" } }
runbook look
  ---
  runbook: {}
  ---
  # Look

  ```bash { name=logs kind=diagnose retry=0 }
  tail /var/log/api
  ```
00:00 alert api bad 503
00:20 ack ann
00:25 channel slack rejects account suspended
00:30 step logs failed no such file
10:00 end
