//! Tables that are written in HTML.

use matoi_core::import::{Standing, read};

const TEXT: &str = "# 障害対応\n\n## 重要度\n\n<p>四段階です。</p>\n\n<table>\n  <thead>\n  <tr><th>レベル</th><th>内容</th><th>対応時間</th></tr>\n  </thead>\n\n  <tbody>\n  <tr>\n      <td>P0</td>\n      <td>全停止<br>データ損失</td>\n      <td>15分以内</td>\n  </tr>\n\n  <tr>\n      <td>P1</td>\n      <td>一部停止 &amp; 遅延</td>\n      <td>1時間以内</td>\n  </tr>\n  </tbody>\n</table>\n\n<p>以上です。</p>\n\n## 障害の連絡先\n\n<table>\n<tr><th>役割</th><th>連絡先</th></tr>\n<tr>\n<td>当番</td>\n<td>duty@shop.example</td>\n</tr>\n</table>\n";

#[test]
fn a_table_in_html_is_read_as_any_other_and_each_of_its_lines_is_told() {
    let document = read("ops.md", TEXT.as_bytes()).unwrap();
    let labels: Vec<_> = document.severities.iter().map(|it| it.label.as_str()).collect();
    assert_eq!(labels, ["P0", "P1"]);
    let seconds = |index: usize| {
        let targets = &document.severities[index].targets;
        targets.values().find_map(|it| it.seconds)
    };
    assert_eq!((seconds(0), seconds(1)), (Some(900), Some(3_600)));
    assert_eq!(document.contacts[0].endpoints[0].address, "duty@shop.example");
    let standing = |line: usize| document.account[line - 1].standing;
    let is_blank = |line: usize| TEXT.lines().nth(line - 1).unwrap().trim().is_empty();
    for line in (7..=25).chain(31..=37) {
        let expected = if is_blank(line) { Standing::Blank } else { Standing::Used };
        assert_eq!(standing(line), expected, "line {line}: {:?}", document.account[line - 1]);
    }
    for line in [5, 27] {
        assert_eq!(standing(line), Standing::Reference, "line {line}");
    }
}
