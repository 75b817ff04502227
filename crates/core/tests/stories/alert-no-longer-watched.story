# A firing alert that the plan no longer watches is not cleared: the incident stays open and says so, until a person
# decides or the watch is back. Bad then, it pages anew; good, the incident resolves by itself.
plan pair
  alerts:
    DiskFull: { when: "host.disk(/) > 90%", for: 2m, severity: P1 }
00:00 alert DiskFull bad 97%
02:00 alert DiskFull bad 97%
02:10 ack ann
03:00 alert DiskFull unwatched
04:00 resolve ann checks
05:00 resolve ann the disk was replaced
10:00 alert DiskFull bad 98%
12:00 alert DiskFull bad 98%
12:10 ack bob
13:00 alert DiskFull unwatched
20:00 alert DiskFull unknown the host does not answer
20:30 alert DiskFull good
21:00 end
