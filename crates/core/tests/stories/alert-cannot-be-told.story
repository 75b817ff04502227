# Nobody can tell: for a moment that is no news, for two minutes a person hears of it, and it never closes anything.
plan pair
00:00 alert api unknown resolver away
01:00 alert api good
02:00 alert api unknown resolver away
03:59 alert api unknown resolver away
04:00 alert api unknown resolver away
05:00 alert api unknown resolver away
06:00 alert api good
