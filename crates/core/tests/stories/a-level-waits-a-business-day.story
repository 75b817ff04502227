# 翌営業日まで直らなければ上位者へ。成人の日は数えない。
plan team
  escalation:
    default:
      - page: [sato]
      - { after: 2 business hours, unless: acknowledged, page: [suzuki] }
      - { after: 1 business day, unless: resolved, page: [takahashi] }
begin 2026-01-09 16:30
01-09 16:30 declare sato レベル2 検索が遅い
01-13 09:40 ack suzuki
01-13 18:10 end
