# The clock goes back while an incident is resolved: reopened, its levels wait for their own time.
plan pair
00:00 declare ann P2 slow
01:00 resolve ann warmed the cache
02:00 clock -1h
03:00 reopen ann slow again
20:00 end
