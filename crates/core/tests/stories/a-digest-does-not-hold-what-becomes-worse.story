# 悪くなれば、その重要度の知らせ方になる: レベル2は次の正時、レベル1はすぐに。
plan team
  severities:
    レベル1: { name: 全面停止 }
    レベル2: { name: 一部停止, page: 1時間ごと }
    レベル3: { name: 軽微, page: 毎日 9時 }
begin 2026-01-06 10:10
01-06 10:10 declare suzuki レベル3 表示が崩れる
01-06 10:20 severity suzuki レベル2 ほかの画面にも広がった
01-06 10:40 severity suzuki レベル1 すべて止まった
01-06 10:42 ack sato
01-06 11:30 end
