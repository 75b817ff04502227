# The call about a failed run does not take the place of the unanswered first page: the next way is still used.
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
00:30 step logs failed no such file
04:00 end
