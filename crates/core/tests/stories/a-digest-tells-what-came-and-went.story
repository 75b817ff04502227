# 知らせる前に自然に直ったものも、まとめの中で知らせる。朝9時に担当がいない日は、その次の担当時間に。
plan team
  severities:
    レベル1: { name: 全面停止 }
    レベル2: { name: 一部停止, page: 1時間ごと }
    レベル3: { name: 軽微, page: 毎日 9時 }
  services:
    bot: { severity: レベル3, watch: { kind: http, url: "http://localhost:1" } }
begin 2026-01-09 20:00
01-09 20:00 alert bot bad 503
01-09 20:20 alert bot good
01-13 09:30 end
