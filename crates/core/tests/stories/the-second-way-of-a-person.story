# A person who does not answer is reached by their next way after its pause, and no longer once somebody has it.
plan pair
  people:
    ann: { name: Ann, reach: ["slack:@ann", "mail:ann@example.com after 2m"] }
    bob: { name: Bob, reach: ["slack:@bob", "mail:bob@example.com after 2m"] }
    cat: { name: Cat, reach: ["slack:@cat"] }
00:00 alert api bad 503
06:00 ack bob
20:00 end
