# What began before the watch was taken away does not count once it is back; what is still bad fires in the open incident.
plan pair
  alerts:
    DiskFull: { when: "host.disk(/) > 90%", for: 2m, severity: P1 }
00:00 alert DiskFull bad 97%
01:00 alert DiskFull unwatched
30:00 alert DiskFull bad 97%
31:00 alert DiskFull bad 97%
32:00 alert DiskFull bad 97%
33:00 alert DiskFull unwatched
40:00 alert DiskFull bad 99%
42:00 alert DiskFull bad 99%
50:00 alert DiskFull good
51:00 end
