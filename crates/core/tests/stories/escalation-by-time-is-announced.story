# Channels that want to hear of escalations hear of one by time, by condition, and not of the first page.
plan pair
  notify: [{ on: [escalated], severity: P1, to: [slack] }]
  escalation:
    default:
      - page: [ann]
      - { after: 5m, unless: acknowledged, page: [bob] }
      - { when: data is lost, page: [managers] }
00:00 alert api bad 503
06:00 ack bob
07:00 escalate bob data is lost
08:00 end
