# What begins in the night is held against the promise of the night, also when the day has begun.
plan pair
  severities:
    P1: { name: critical, targets: { acknowledge: 10m, during: { hours: mon-fri 18:00-09:00, acknowledge: 30m } } }
  escalation:
    default:
      - page: [ann]
      - { when: target missed, page: [managers] }
begin 2026-01-07 08:50
01-07 08:50 declare ann P1 the shop is down
01-07 09:30 ack bob
01-07 09:31 end
