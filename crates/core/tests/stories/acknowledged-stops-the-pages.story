# An acknowledgement before the second level's time means that nobody else is paged.
plan pair
00:00 alert api bad 503
04:59 ack ann
30:00 end
