# An alert with `for` fires only after it was bad for that long, and a good look in between starts over.
plan pair
  services:
    api: { severity: P1, watch: { kind: http, url: "http://localhost:1", for: 2m } }
00:00 alert api bad 503
01:00 alert api bad 503
01:30 alert api good
02:00 alert api bad 503
03:59 alert api bad 503
04:00 alert api bad 503
04:30 alert api bad 503
05:00 end
