//! `cargo xtask bench import`: how fast documents are read, and how fast a plan of a thousand runbooks is checked.
//!
//! The peer of the import, measured in the same run, is the CommonMark parser alone over the same bytes. Prints one
//! JSON object.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::ensure;
use matoi_core::import;

use matoi_core::plan::load;
use matoi_core::runbook::parse::parse;
use matoi_testkit::stopwatch::{median, millis, report, timed};
use serde_json::{Value, json};

const DOCUMENTS: usize = 1_000;
const DOCUMENT_BYTES: usize = 20_000;
const RUNBOOKS: usize = 1_000;
const RUNS: usize = 5;

fn main() -> ExitCode {
    report("import", measure)
}

fn measure() -> anyhow::Result<Value> {
    let documents: Vec<String> = (0..DOCUMENTS).map(document).collect();
    let bytes: usize = documents.iter().map(String::len).sum();
    let mut imports = Vec::new();
    let mut peers = Vec::new();
    let mut steps = 0;
    for _ in 0..RUNS {
        let (taken, found) = timed(|| {
            let read = documents.iter().filter_map(|it| import::read("a.md", it.as_bytes()).ok());
            read.map(|it| it.procedures.iter().map(|it| it.steps.len()).sum::<usize>()).sum()
        });
        ensure!(found > DOCUMENTS * 10, "only {found} steps were understood");
        imports.push(taken);
        steps = found;
        let parse = |it: &String| pulldown_cmark::Parser::new(it).into_offset_iter().count();
        let (taken, events) = timed(|| documents.iter().map(parse).sum::<usize>());
        ensure!(events > 0, "the peer read nothing");
        peers.push(taken);
    }
    let plan = plan();
    let mut checks = Vec::new();
    for _ in 0..RUNS {
        let (taken, loaded) = timed(|| load(&plan, parse));
        ensure!(loaded.plan.is_some(), "the plan has errors: {:#?}", loaded.problems.first());
        checks.push(taken);
    }
    let (import, peer) = (median(&mut imports), median(&mut peers));
    Ok(json!({
        "bench": "import",
        "aims": { "documents_per_second_min": 500, "check_1000_runbooks_ms_max": 500 },
        "documents": DOCUMENTS,
        "document_bytes": bytes / DOCUMENTS,
        "steps_understood": steps,
        "documents_per_second": whole(1_000.0 * 1_000.0 / millis(import)),
        "import_ms": millis(import),
        "commonmark_ms": millis(peer),
        "ratio": import.as_secs_f64() / peer.as_secs_f64(),
        "check_1000_runbooks_ms": millis(median(&mut checks)),
    }))
}

/// A response document of about the size that was asked for; no two are the same.
fn document(number: usize) -> String {
    let mut text = format!(
        "# システム{number} 障害対応手順書\n\n## 障害レベル\n\n| レベル | 定義 | 対応時間 |\n|---|---|---|\n\
         | P0 | 全停止 | 15分以内 |\n| P1 | 一部停止 | 1時間以内 |\n| P2 | 軽微 | 1営業日 |\n\n\
         ## 連絡先\n\n| 役割 | 連絡先 | 対応時間 |\n|---|---|---|\n| 当番 | a{number}@example.com | 24/7 |\n\
         | 責任者 | b{number}@example.com | 平日9-18時 |\n\n## エスカレーション\n\n- 30分以内に責任者に報告\n\n\
         ## 監視項目\n\n- CPU使用率 > 80%（5分間継続）\n- ディスク使用率 > 90%\n\n## 障害別の手順\n\n"
    );
    let mut part = 0;
    while text.len() < DOCUMENT_BYTES {
        part += 1;
        let _ = write!(
            text,
            "### {part}. サービス{part}の障害\n\n**症状**: 画面{part}が表示されない\n\n\
             説明の文章がここに続きます。利用者への影響と、これまでの経緯を書きます。\n\n\
             1. 状態の確認\n   ```bash\n   curl -f http://localhost:{port}/health\n   docker-compose logs --tail 50 s{part}\n   ```\n\
             2. 再起動\n   ```bash\n   docker-compose restart s{part}\n   ```\n3. 利用者への連絡\n\n\
             **エスカレーション条件**:\n- 30分以上復旧しない\n- データ破損の可能性\n\n",
            port = 3_000 + part
        );
    }
    text
}

fn plan() -> BTreeMap<String, Vec<u8>> {
    let yaml = "matoi: 1\nname: Large\ntimezone: Asia/Tokyo\nseverities: { P1: {} }\n\
        people: { ann: { name: Ann, reach: [console] } }\nescalation: { default: [{ page: [ann] }] }\n";
    let mut files = BTreeMap::from([("matoi.yaml".to_owned(), yaml.as_bytes().to_vec())]);
    for number in 0..RUNBOOKS {
        let text = format!(
            "---\ntitle: Runbook {number}\nrunbook: {{ budget: 30m }}\n---\n# Runbook {number}\n\n## 1. Look\n\n\
             ```bash {{ name=look kind=diagnose timeout=20s }}\ndf -P / | tail -1\n```\n\n- [ ] Nobody loads data\n\n\
             ## 2. Back up\n\n```bash {{ name=save kind=backup }}\ncp a b\n```\n\n## 3. Recover\n\n\
             ```bash {{ name=fix kind=recover needs=save check=well }}\nsystemctl restart s{number}\n```\n\n\
             ```bash {{ name=well kind=verify retry=3 every=5s expect=ok }}\necho ok\n```\n"
        );
        files.insert(format!("runbooks/r{number}.md"), text.into_bytes());
    }
    files
}

fn whole(value: f64) -> f64 {
    value.round()
}
