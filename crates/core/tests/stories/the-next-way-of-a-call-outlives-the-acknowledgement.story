# A run needs a person, whose first way is rejected and whose next way is away: an acknowledgement does not drop that call.
plan pair
  people:
    ann: { name: Ann, reach: ["slack:@ann", "mail:ann@example.com after 2m"] }
    bob: { name: Bob, reach: ["slack:@bob"] }
    cat: { name: Cat, reach: ["slack:@cat"] }
runbook look
  ---
  runbook: {}
  ---
  # Look

  ```bash { name=click }
  tail /var/log/api
  ```
00:00 declare bob P2 slow
00:10 channel slack rejects account suspended
00:10 channel mail down HTTP 503
00:20 request ann look
00:30 ack bob
00:40 channel mail up
05:00 end
