# A person says that a condition of the policy holds: its people are paged at once, once, also after the acknowledgement.
plan pair
  escalation:
    default:
      - page: [ann]
      - { when: data is inconsistent, page: [managers] }
      - { when: run failed, page: [bob] }
00:00 alert api bad 503
01:00 ack ann
02:00 escalate ann data is inconsistent
03:00 escalate ann data is inconsistent
04:00 escalate ann the moon is full
05:00 escalate ann run failed
06:00 end
