# The clock goes back an hour before the second level is due: nobody waits an hour longer, and nobody is paged twice.
plan pair
00:00 alert api bad 503
02:00 clock -1h
30:00 end
