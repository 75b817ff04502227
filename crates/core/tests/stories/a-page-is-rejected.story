# A page that can never arrive goes by the person's next way at once, and where there is none to the next level.
plan pair
  people:
    ann: { name: Ann, reach: ["slack:@ann", "mail:ann@example.com after 2m"] }
    bob: { name: Bob, reach: ["pager:1"] }
    cat: { name: Cat, reach: ["slack:@cat"] }
  channels:
    slack: { kind: slack, webhook: { secret: SLACK } }
    mail: { kind: email, host: smtp.example.com }
    pager: { kind: webhook, url: "http://localhost:2" }
00:00 channel slack rejects no such user
00:00 channel mail rejects mailbox is gone
00:00 alert api bad 503
10:00 end
