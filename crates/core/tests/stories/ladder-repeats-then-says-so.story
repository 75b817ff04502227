# The ladder begins again as often as the plan says, keeps its gaps, and then says that nobody is left.
plan pair
  escalation:
    default:
      - page: [ann]
      - { after: 5m, unless: acknowledged, page: [bob] }
      - { repeat: 10m, times: 2 }
00:00 alert api bad 503
59:00 end
