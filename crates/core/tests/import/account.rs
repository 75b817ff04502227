//! Every line is accounted for, whatever the document.

use matoi_core::import::{self, Standing};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::DOCUMENTS;

/// Pieces that documents are made of; glued together they are every kind of mistake.
const PIECES: [&str; 26] = [
    "# 障害対応\n",
    "## 重要度\n",
    "### レベル1: 重大\n",
    "### レベル2: 軽微\n",
    "- **P0**: 全停止\n",
    "- **P1**: 一部\n",
    "| 重要度 | 対応時間 |\n|---|---|\n| P0 | 15分以内 |\n| P1 | 1営業日 |\n",
    "| a |\n|--\n| b | c | d |\n",
    "```bash\n",
    "```\n",
    "# 1. 確認\ndf -h\n# 2. 実行\nrm -rf /\n",
    "echo \"- 連絡する\"\n",
    "cat <<EOF\n",
    "EOF\n",
    "```yaml\n対応時間: 30分以内\n",
    "1. 手順\n   ```sh\n   ls\n   ```\n",
    "- [ ] 確認\n  - 中\n    - 下\n",
    "CPU使用率 > 80%（5分間継続）\n",
    "連絡先: a@example.com\n",
    "> 引用\n",
    "<div>\n",
    "    字下げ\n",
    "\n\n",
    "30分以内に部長に報告\n",
    "\u{feff}\u{202e}\0\u{7}",
    "😀　全角１２３\r\n",
];

#[test]
fn the_sum_of_the_account_is_the_file() {
    for (name, text) in DOCUMENTS {
        let document = import::read(name, text.as_bytes()).unwrap();
        let totals = document.totals;
        assert_eq!(totals.lines, text.lines().count(), "{name}");
        let sum = totals.used + totals.reference + totals.left + totals.asked + totals.blank;
        assert_eq!(sum, totals.lines, "{name}");
        for (entry, (number, line)) in document.account.iter().zip((1..).zip(text.lines())) {
            assert_eq!(entry.line, number, "{name}");
            let is_blank = line.trim().is_empty();
            assert_eq!(entry.standing == Standing::Blank, is_blank, "{name} {number}: {line}");
            match entry.standing {
                Standing::Used => assert!(entry.object.is_some(), "{name} {number}"),
                Standing::Blank => (),
                Standing::Reference | Standing::Left | Standing::Asked => {
                    assert!(entry.reason.is_some(), "{name} {number}");
                }
            }
        }
    }
}

#[test]
fn what_an_object_says_of_its_lines_the_account_says_too() {
    for (name, text) in DOCUMENTS {
        let document = import::read(name, text.as_bytes()).unwrap();
        let severities = document.severities.iter().map(|it| (&it.label, &it.lines));
        let contacts = document.contacts.iter().map(|it| (&it.role, &it.lines));
        let procedures = document.procedures.iter().map(|it| (&it.title, &it.lines));
        for (what, lines) in severities.chain(contacts).chain(procedures) {
            assert!(!lines.is_empty(), "{name}: {what} comes from nowhere");
            for line in lines {
                let standing = document.account[line - 1].standing;
                let is_kept = matches!(standing, Standing::Used | Standing::Blank);
                assert!(is_kept, "{name}: {what} says line {line}, which is {standing:?}");
            }
        }
    }
}

#[test]
fn any_pile_of_pieces_is_accounted_for_and_loads_inert() {
    let piles = prop::collection::vec(prop::sample::select(PIECES.to_vec()), 1..40);
    let asked = Config::default();
    let cases = if asked.cases == 256 { 300 } else { asked.cases };
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 5_000, ..asked };
    let checked = TestRunner::new(config).run(&piles, |pieces| {
        let text = pieces.concat();
        let Ok(document) = import::read("pile.md", text.as_bytes()) else { return Ok(()) };
        let totals = document.totals;
        let sum = totals.used + totals.reference + totals.left + totals.asked + totals.blank;
        prop_assert_eq!(sum, totals.lines);
        let files = import::plan(&[document], matoi_core::language::Language::En);
        crate::assert_inert(&files, &text);
        Ok(())
    });
    checked.unwrap_or_else(|err| panic!("{err}"));
}
