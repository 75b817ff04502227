# Nobody answers, so the page moves on after the level's time, and a second report is no second incident.
plan pair
00:00 alert api bad 503
01:00 alert api bad 503
07:00 ack bob
08:00 ack ann    # too late
30:00 alert api good
60:00 end
