# 手順書が動き、確認できないステップで人を待ち、人の判断で続き、検証して解決する。
plan team
  unattended: [復旧]
  services:
    bot: { severity: レベル1, runbook: 復旧, watch: { kind: http, url: "http://localhost:1" } }
runbook 復旧
  ---
  runbook: {}
  ---
  # 復旧

  ## 1. 修復 <!-- budget=10分 -->

  ```bash { name=restore kind=recover }
  cp backup.db bot.db
  ```

  ## 2. 検証

  ```bash { name=integrity kind=verify }
  sqlite3 bot.db 'pragma integrity_check'
  ```
begin 2026-01-05 10:00
01-05 10:00 alert bot bad データベース破損
01-05 10:01 ack sato
01-05 10:02 step restore unclear サーバーが停止
01-05 10:12 answer sato restore mark-done ファイルを目視で確認
01-05 10:13 step integrity done
01-05 10:14 alert bot good
