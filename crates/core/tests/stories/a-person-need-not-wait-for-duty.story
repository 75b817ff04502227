# 待っている間でも、人がエスカレーションを頼めばすぐに連絡する。
plan team
begin 2026-01-09 20:00
01-09 20:00 declare sato レベル3 表示が崩れる
01-09 20:10 escalate sato
01-09 20:15 escalate sato データの不整合が見つかった
01-09 20:20 ack takahashi
01-09 20:30 end
