# 連絡の言葉: 何が、どれほど悪く、いつからで、なぜあなたで、次に何をするか。
plan team
  notify: [{ on: [opened, resolved], severity: レベル1, to: [slack] }]
pages whole
begin 2026-01-05 10:00
01-05 10:00 alert bot bad データベース破損
01-05 10:06 ack suzuki
01-05 10:30 alert bot good
