# 待っている軽微な障害が全面停止になれば、夜でもすぐに連絡する。
plan team
begin 2026-01-09 20:00
01-09 20:00 declare sato レベル3 表示が崩れる
01-10 02:00 severity takahashi レベル1 注文できない
01-10 02:10 ack takahashi
01-10 03:00 end
