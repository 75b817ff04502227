# A person lowers the severity; the alert that merely still fires does not raise it again.
plan pair
00:00 alert api bad 503
01:00 ack ann
02:00 severity ann P3 only the test customer
31:00 alert api bad 503
40:00 end
