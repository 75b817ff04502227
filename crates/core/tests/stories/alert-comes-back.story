# An alert that comes back while its incident is open fires again in it; once it is resolved, it opens a new one.
plan pair
  alerts:
    DiskFull: { when: "host.disk(/) > 90%", service: db, severity: P1 }
    Slow: { when: "host.load > 90", service: db, severity: P2 }
  services: { db: { severity: P2 } }
00:00 alert DiskFull bad 97%
00:30 ack ann
01:00 alert Slow bad load 95
02:00 alert DiskFull good
03:00 alert DiskFull bad 98%
04:00 alert Slow good
05:00 alert DiskFull good
06:00 alert DiskFull bad 99%
07:00 end
