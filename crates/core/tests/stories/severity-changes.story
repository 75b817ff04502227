# A worse severity pages its own first level again, even when somebody has it; a milder one pages nobody.
plan pair
  severities:
    P1: { name: critical, escalation: worst }
    P2: { name: high }
  escalation:
    default: [{ page: [ann] }]
    worst: [{ page: [bob] }, { after: 5m, unless: acknowledged, page: [managers] }]
  notify: [{ on: [severity_changed], severity: P1..P2, to: [slack] }]
00:00 declare ann P2 slow
01:00 ack ann
02:00 severity ann P1 all customers
03:00 severity ann P1 all customers
04:00 severity ann P2 only some after all
10:00 severity ann P9 unheard of
20:00 end
