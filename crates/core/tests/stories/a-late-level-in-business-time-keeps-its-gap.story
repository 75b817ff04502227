# 停電で遅れた段階の後も、次の段階まで計画どおりの営業時間をあける。
plan team
  escalation:
    default:
      - page: [sato]
      - { after: 1 business hour, unless: resolved, page: [suzuki] }
      - { after: 3 business hours, unless: resolved, page: [takahashi] }
begin 2026-01-07 10:00
01-07 10:00 declare sato レベル2 検索が遅い
01-07 10:10 server stops
01-07 14:00 server starts
01-07 17:00 end
