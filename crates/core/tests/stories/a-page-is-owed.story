# A channel is away: the page stays owed, is tried ever more seldom, and the timeline says so until it arrives.
plan pair
00:00 channel slack down HTTP 503
00:00 alert api bad 503
03:00 channel slack up
06:00 end
