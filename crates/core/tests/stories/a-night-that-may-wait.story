# 夜間は翌営業日でよいと決めた障害は、昼なら呼び、夜なら誰も起こさずに朝を待つ。
plan team
  severities:
    レベル1: { name: 全面停止 }
    レベル3: { name: 軽微, targets: { respond: 4時間以内, during: { hours: 平日18-9時, respond: 1営業日以内 } } }
begin 2026-01-07 17:50
01-07 17:50 declare sato レベル3 表示が崩れる
01-07 17:55 ack sato
01-07 17:58 resolve sato 直した
01-07 20:00 declare sato レベル3 また崩れる
01-08 09:03 ack sato
01-08 09:10 end
