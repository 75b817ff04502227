# 待たずに知らせたい人は、すぐに知らせられる。
plan team
  severities:
    レベル1: { name: 全面停止 }
    レベル2: { name: 一部停止, page: 1時間ごと }
    レベル3: { name: 軽微, page: 毎日 9時 }
begin 2026-01-06 10:10
01-06 10:10 declare suzuki レベル3 表示が崩れる
01-06 10:20 escalate suzuki
01-06 10:22 ack sato
01-07 09:30 end
