# A ladder that had come to its end climbs anew from the first level when the severity becomes worse.
plan pair
00:00 declare ann P2 slow
10:00 severity ann P1 all customers
20:00 end
