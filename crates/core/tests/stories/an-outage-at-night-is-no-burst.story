# 誰も勤務時間内にいない夜の停止の後も、一度に一段階ずつ連絡する。
plan team
  escalation:
    default:
      - page: [sato]
      - { after: 5分, unless: acknowledged, page: [suzuki] }
      - { after: 20分, unless: acknowledged, page: [sato, suzuki] }
begin 2026-01-05 23:00
01-05 23:00 alert bot bad データベース破損
01-05 23:02 server stops
01-06 00:10 server starts
01-06 01:00 end
