# 先に引き受けた人、理由を添えて解決した人がいれば、もう知らせない。
plan team
  severities:
    レベル1: { name: 全面停止 }
    レベル2: { name: 一部停止, page: 1時間ごと }
    レベル3: { name: 軽微, page: 毎日 9時 }
begin 2026-01-06 10:10
01-06 10:10 declare sato レベル2 一覧が遅い
01-06 10:20 ack sato
01-06 11:10 resolve sato 索引を直した
01-06 11:20 declare suzuki レベル2 検索が遅い
01-06 11:30 resolve suzuki 一時的な負荷だった
01-06 13:00 end
