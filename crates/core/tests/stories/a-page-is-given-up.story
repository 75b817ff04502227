# A page that could not be sent for a day is given up aloud.
plan pair
  escalation: { default: [{ page: [ann] }] }
00:00 channel slack down HTTP 503
00:00 alert api bad 503
25:00:00 end
