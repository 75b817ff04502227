//! `cargo xtask bench import-fuzz -- --cases N --seed S --keep DIR`: random documents against the import.
//!
//! Each case is a document of glued and damaged pieces. It must end, its account must add up, and the plan that is
//! written from it must load without an error and run nothing by itself. A case that does not hold is kept in `DIR`
//! and ends the run. Prints one JSON object.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, bail};
use matoi_core::import;
use matoi_core::language::Language;
use matoi_core::plan::load;
use matoi_core::problem::Weight;
use matoi_core::report::own;
use matoi_core::runbook::Kind;
use matoi_core::runbook::parse::parse;
use matoi_testkit::stopwatch::report;
use serde_json::json;

/// Pieces of documents, good ones and bad ones.
const PIECES: &[&str] = &[
    "# 障害対応\n",
    "## 重要度\n",
    "## Severity\n",
    "### レベル1: 重大\n",
    "### レベル2: 軽微\n",
    "### Level 1\n",
    "- **P0**: 全停止\n",
    "- **P1 (High)**: 一部、遅延\n",
    "- SEV1: 15 min\n",
    "- 緊急: すぐ\n",
    "- 低: 1営業日\n",
    "| 重要度 | 対応時間 |\n|---|---|\n| P0 | 即座（5分以内） |\n| P1 | 翌営業日 |\n",
    "| | P1 | P2 |\n|-|-|-|\n| Response | 5m | 2h |\n",
    "| Severity | 15 min | 30 min |\n|-|-|-|\n| P1 | Lead | CTO |\n",
    "| a |\n|--\n| b | c | d |\n",
    "|||\n",
    "|-|\n",
    "## 連絡先\n",
    "| 役割 | 連絡先 | 対応時間 |\n|-|-|-|\n| 当番 | a@example.com | 平日9-18時 |\n",
    "- 部長: 090-XXXX-XXXX\n",
    "- **CTO**: TBD\n",
    "## エスカレーション\n",
    "30分以内に部長に報告\n",
    "- P0: 1時間で未解決\n",
    "- If not fixed in 1 hour, call the CTO\n",
    "```\nLevel 1: A\n ↓ (15分)\nLevel 2: B\n```\n",
    "```mermaid\nA[x] -->|15 min| B[y]\n```\n",
    "## 監視項目\n",
    "- CPU使用率 > 80%（5分間継続）\n",
    "- disk above 90% for 10 min\n",
    "```yaml\n- alert: X\n  expr: a > 0.5\n  for: 5m\n```\n",
    "## 復旧手順（レベル1）\n",
    "### 1. 停止（5分以内）\n",
    "### 2. 確認\n",
    "```bash\n",
    "```sh\n",
    "```sql\n-- 見る\nselect 1;\n",
    "```ts\n// 止める\nx();\n",
    "```\n",
    "````\n",
    "# 1. 確認\ndf -h\n",
    "# 2. 実行\nrm -rf /\n",
    "X=$(date)\n",
    "echo $X\n",
    "echo \"- 連絡する\"\n",
    "echo '1. 押す'\n",
    "cat <<EOF\n",
    "EOF\n",
    "if true; then\n",
    "fi\n",
    "sleep 900\n",
    "ssh <prod-host> \"YOUR_KEY\"\n",
    "export TOKEN=abcdef123\n",
    "1. 手順\n   ```sh\n   ls\n   ```\n",
    "- [ ] 確認\n",
    "  - 中\n    - 下\n",
    "- [x] done <!-- step name=x kind=recover -->\n",
    "**症状**: 遅い\n",
    "**エスカレーション条件**:\n- 復旧しない\n",
    "症状: 遅い\n対処:\n1. 直す\n",
    "```markdown\n# 報告\n- 日時: YYYY\n```\n",
    "## 定期作業\n### 日次\n- 確認\n",
    "- 保存期間: 30日\n",
    "- 四半期の訓練\n",
    "[図](./x.md)\n",
    "> 引用\n",
    "<div>\n",
    "<table>\n",
    "<tr>\n",
    "<td rowspan=2>P0</td>\n",
    "<th colspan='3'>重要度\n",
    "<td>15分以内<br></td>\n",
    "</tr>\n",
    "</table>\n",
    "- **1時間集約**: P1\n",
    "- 日次レポート（25時）: SEV1、レベル2\n",
    "- P0: immediate notification\n",
    "## 心得\n- 一人で判断しない\n",
    "```markdown\n# 障害報告書\n- **件名**:\n- **重要度**: P0/P1\n",
    "| 時刻 | 担当 | 対応 |\n|---|---|---|\n| HH:MM | [名前] | [対応] |\n",
    "{{ x }}",
    "{% for a in b %}",
    "{#",
    "<!--\n",
    "-->\n",
    "    字下げ\n",
    "---\n",
    "title: x\n",
    "\n\n",
    "\t",
    "\u{feff}",
    "\u{202e}",
    "\u{7}",
    "😀",
    "　",
    "ｱ",
    "１２３",
    "\r\n",
    "\r",
    "\\",
    "`",
    "``",
    "*",
    "_",
    "|",
    "<",
    ">",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    "#",
    ":",
    "：",
    "\"",
    "'",
    "%",
    "&",
    "~~~\n",
];

fn main() -> ExitCode {
    report("import-fuzz", run)
}

struct Asked {
    cases: u64,
    seed: u64,
    keep: PathBuf,
}

fn asked() -> anyhow::Result<Asked> {
    let mut asked = Asked { cases: 20_000, seed: 1, keep: PathBuf::from("fuzz-cases") };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().with_context(|| format!("{word} needs a value"));
        match word.as_str() {
            "--json" => (),
            "--cases" => asked.cases = value()?.parse()?,
            "--seed" => asked.seed = value()?.parse()?,
            "--keep" => asked.keep = value()?.into(),
            _ => bail!("{word} is not known; there are --cases N, --seed S and --keep DIR"),
        }
    }
    Ok(asked)
}

fn run() -> anyhow::Result<serde_json::Value> {
    let asked = asked()?;
    let begun = Instant::now();
    let mut chance = Chance(asked.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let (mut imported, mut steps) = (0_u64, 0_usize);
    for case in 0..asked.cases {
        let bytes = document(&mut chance);
        let checked = std::panic::catch_unwind(|| check(&bytes));
        match checked {
            Ok(Ok(Some(count))) => {
                imported += 1;
                steps += count;
            }
            Ok(Ok(None)) => (),
            Ok(Err(err)) => return Err(kept(&asked, case, &bytes, &format!("{err:#}"))),
            Err(_) => return Err(kept(&asked, case, &bytes, "it panicked")),
        }
    }
    let seconds = begun.elapsed().as_secs_f64();
    Ok(json!({
        "bench": "import-fuzz",
        "cases": asked.cases,
        "seed": asked.seed,
        "imported": imported,
        "steps": steps,
        "seconds": (seconds * 10.0).round() / 10.0,
        "broken": 0,
    }))
}

/// Keeps a case that does not hold.
fn kept(asked: &Asked, case: u64, bytes: &[u8], why: &str) -> anyhow::Error {
    let path = asked.keep.join(format!("{}-{case}.md", asked.seed));
    let written = std::fs::create_dir_all(&asked.keep).and_then(|()| std::fs::write(&path, bytes));
    let place = match written {
        Ok(()) => path.display().to_string(),
        Err(err) => format!("nowhere: {err}"),
    };
    anyhow::anyhow!("case {case} of seed {}: {why}; kept at {place}", asked.seed)
}

/// How many steps were understood; nothing where the document was refused.
fn check(bytes: &[u8]) -> anyhow::Result<Option<usize>> {
    let Ok(document) = import::read("fuzz.md", bytes) else { return Ok(None) };
    let totals = document.totals;
    let sum = totals.used + totals.reference + totals.left + totals.asked + totals.blank;
    if sum != totals.lines || document.account.len() != sum {
        bail!("the account adds up to {sum} of {} lines", totals.lines);
    }
    let steps = document.procedures.iter().map(|it| it.steps.len()).sum();
    let files = import::plan(&[document], Language::Ja);
    let files: BTreeMap<String, Vec<u8>> =
        files.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
    let loaded = load(&files, parse);
    if let Some(error) = loaded.problems.iter().find(|it| it.weight == Weight::Error) {
        bail!("{}:{}: {}", error.file, error.line, error.message);
    }
    let plan = loaded.plan.context("the plan does not load")?;
    for (name, text) in &plan.forms {
        if let Err(err) = own::check(text, plan.language) {
            bail!("templates/{name}.md:{}: {}", err.line, err.message);
        }
    }
    for runbook in plan.runbooks.values() {
        let begins =
            runbook.steps.iter().find(|it| !matches!(it.kind, Kind::Click | Kind::Durable));
        if let Some(step) = begins {
            bail!("{} begins by itself in {}", step.name, runbook.name);
        }
    }
    Ok(Some(steps))
}

fn document(chance: &mut Chance) -> Vec<u8> {
    let mut bytes = Vec::new();
    if chance.below(3) > 0 {
        bytes.extend("# 障害対応手順\n\n".as_bytes());
    }
    for _ in 0..=chance.below(40) {
        let piece = PIECES.get(chance.below(PIECES.len())).copied().unwrap_or_default();
        for _ in 0..=chance.below(40).saturating_sub(37) {
            bytes.extend(piece.as_bytes());
        }
    }
    // Damage: a byte that is another, a piece that is missing, an end that is cut off.
    for _ in 0..chance.below(3) {
        let at = chance.below(bytes.len().max(1));
        match chance.below(4) {
            0 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = u8::try_from(chance.below(128)).unwrap_or(b'x');
                }
            }
            1 => bytes.truncate(at.max(1)),
            2 => drop(bytes.drain(at..(at + chance.below(20)).min(bytes.len()))),
            _ => bytes.insert(at.min(bytes.len()), b'\n'),
        }
    }
    bytes
}

/// xorshift64*: the same seed gives the same documents on every machine.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let drawn = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(drawn).unwrap_or_default() % end.max(1)
    }
}
