# The clock goes forward an hour and is set right again: one level at once, nobody lost, and nobody paged twice.
plan pair
  escalation:
    default:
      - page: [ann]
      - { after: 5m, unless: acknowledged, page: [bob] }
      - { after: 20m, unless: acknowledged, page: [managers] }
00:00 alert api bad 503
02:00 clock +1h
04:00 clock -1h
40:00 end
