# A window over midnight belongs to the evening: at one in the morning the night shift is paged, at seven the day is.
plan pair
  people:
    ann: { name: Ann, hours: "mon-fri 22:00-06:00", reach: ["slack:@ann"] }
    bob: { name: Bob, hours: "mon-fri 06:00-22:00", reach: ["slack:@bob"] }
    cat: { name: Cat, reach: ["slack:@cat"] }
  escalation: { default: [{ page: [ann, bob] }] }
begin 2026-01-09 22:00
01-10 01:00 declare cat P1 slow    # still Friday's night
01-10 01:10 resolve cat it was the backup
01-12 07:00 declare cat P1 slow again    # a holiday, which this plan does not know
01-12 07:10 ack bob
01-12 07:10 end
