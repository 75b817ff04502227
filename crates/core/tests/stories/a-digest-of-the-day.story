# 軽微なものは翌朝9時にまとめて知らせる。次の段階は、その連絡から数える。
plan team
  severities:
    レベル1: { name: 全面停止 }
    レベル2: { name: 一部停止, page: 1時間ごと }
    レベル3: { name: 軽微, page: 毎日 9時 }
begin 2026-01-06 16:30
01-06 16:30 declare suzuki レベル3 表示が崩れる
01-07 09:04 wake
01-07 09:10 ack suzuki
01-07 09:30 end
