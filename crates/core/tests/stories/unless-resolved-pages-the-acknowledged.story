# A level `unless: resolved` is paged although somebody has it; one `unless: acknowledged` is left out.
plan pair
  escalation:
    default:
      - page: [ann]
      - { after: 5m, unless: acknowledged, page: [bob] }
      - { after: 30m, unless: resolved, page: [managers] }
00:00 alert api bad 503
02:00 ack ann
59:00 end
