# A second alert of the same service joins the open incident, and raises its severity when it is worse.
plan pair
  alerts:
    DiskFull: { when: "host.disk(/) > 90%", service: db, severity: P2 }
    Corrupt: { when: "host.load > 90", service: db, severity: P1 }
  services: { db: { severity: P2 } }
00:00 alert DiskFull bad 97%
00:30 ack ann
01:00 alert Corrupt bad malformed
02:00 alert DiskFull good
03:00 alert Corrupt good
