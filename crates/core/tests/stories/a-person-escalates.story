# A person asks for the next level before its time, and is told when there is no further one.
plan pair
  notify: [{ on: [escalated], severity: P1, to: [slack] }]
00:00 alert api bad 503
01:00 escalate ann
02:00 escalate ann
10:00 end
