# Somebody answers while a page is still owed: nobody needs it any more, and it is never sent.
plan pair
00:00 channel slack down HTTP 503
00:00 alert api bad 503
00:10 ack bob
00:20 channel slack up
10:00 end
