# 夜間に当番の時間内の人がいなくても、重大な障害は時間外の人に連絡し、段階は一度ずつ進む。
plan team
  people:
    sato: { name: 佐藤, hours: 平日9-18時, reach: ["slack:@sato"] }
    suzuki: { name: 鈴木, hours: 平日9-18時, reach: ["slack:@suzuki"] }
    takahashi: { name: 高橋, hours: 平日9-18時, reach: ["slack:@takahashi"] }
  escalation:
    default:
      - page: [sato]
      - { after: 5分, unless: acknowledged, page: [suzuki] }
      - { repeat: 10分, times: 2 }
begin 2026-01-05 23:00
01-05 23:00 alert bot bad データベース破損
01-06 00:30 end
