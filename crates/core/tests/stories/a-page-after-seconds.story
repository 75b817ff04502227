# A level that waits for seconds: the page says how long nobody answered, and never "0 min".
plan pair
  escalation:
    default:
      - page: [ann]
      - { after: 90s, unless: acknowledged, page: [bob] }
pages whole
00:00 alert api bad 503
02:00 ack bob
