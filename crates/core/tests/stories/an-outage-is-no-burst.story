# The server was away for an hour: the next level is paged when it is back, and the one after keeps its gap.
plan pair
  escalation:
    default:
      - page: [ann]
      - { after: 5m, unless: acknowledged, page: [bob] }
      - { after: 20m, unless: acknowledged, page: [managers] }
00:00 alert api bad 503
02:00 server stops
1:02:00 server starts
1:40:00 end
