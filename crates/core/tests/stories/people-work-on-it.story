# Assign, note and refusals: what people say is kept, and what cannot be is refused with the reason.
plan pair
00:00 declare ann P2 slow checkout
01:00 ack ann
02:00 assign ann bob
03:00 assign ann zoe
04:00 note bob the cache is cold
05:00 note bob  
06:00 request bob nothing
07:00 reopen bob too early
08:00 resolve bob checks
09:00 resolve bob  
10:00 resolve bob warmed the cache
11:00 ack ann
12:00 note bob seen again in the logs, harmless
