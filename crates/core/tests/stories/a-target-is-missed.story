# Targets that are missed are said once each, and page the people of that condition; "at once" is no clock.
plan pair
  severities:
    P1: { name: critical, targets: { acknowledge: 10m, respond: at once, resolve: 1h, update: every 30m } }
  escalation:
    default:
      - page: [ann]
      - { when: target missed, page: [managers] }
00:00 alert api bad 503
12:00 ack ann
20:00 note ann looking at the proxy
1:30:00 end
