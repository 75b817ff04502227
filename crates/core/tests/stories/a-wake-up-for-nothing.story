# Wake-ups that come for nothing, twice, or late decide nothing.
plan pair
00:00 alert api bad 503
01:00 wake
01:00 wake
05:00 wake
05:00 wake
06:00 ack bob
07:00 wake
08:00 end
