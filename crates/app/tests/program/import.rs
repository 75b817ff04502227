//! A document of a team, from its file to a plan.

use std::fs;

use serde_json::Value;

use crate::stage::{PLAN, Stage, run};

const DOCUMENT: &str = "\
# 店の障害対応手順

## 重要度

- **P0（最高）**: 注文できない（15分以内に対応開始）
- **P1（高）**: 一部の画面が遅い（1営業日以内に対応開始）

## 連絡先

| 役割 | 連絡先 | 対応時間 |
|------|--------|----------|
| 当番 | toban@shop.example | 24/7 |

## 復旧手順

```bash
# 1. 状態確認
systemctl status shop
# 2. 再起動
systemctl restart shop
```
";

#[test]
fn an_import_goes_from_link_to_link_and_not_out_of_its_directory() {
    let stage = Stage::bare();
    let docs = stage.root().join("docs");
    fs::create_dir_all(docs.join("手順")).unwrap();
    let write = |path: &str, text: &str| fs::write(docs.join(path), text).unwrap();
    let links = "\n関連: [復旧](./手順/%E5%BE%A9%E6%97%A7.md#1)、[詩](poem.txt)、[よそ](../outside.md)、[ない](gone.md)\n";
    write("README.md", &format!("{DOCUMENT}{links}"));
    write("手順/復旧.md", &format!("{DOCUMENT}\n元: [README](../README.md)\n"));
    write("poem.txt", "古池や蛙飛びこむ水の音\n");
    fs::write(stage.root().join("outside.md"), DOCUMENT).unwrap();
    let file = docs.join("README.md");
    let import = |args: &[&str]| run(stage.matoi().arg("import").arg(&file).args(args));
    let alone: Value = serde_json::from_str(&import(&["--format", "json"]).out).unwrap();
    let asked = alone["questions"].to_string();
    for missing in ["手順/復旧.md", "poem.txt", "outside.md", "gone.md"] {
        assert!(asked.contains(missing), "{missing}: {asked}");
    }
    let followed = import(&["--follow", "--format", "json"]);
    assert_eq!(followed.code, 0, "{}", followed.err);
    let all: Value = serde_json::from_str(&followed.out).unwrap();
    let names: Vec<&str> =
        all.as_array().unwrap().iter().map(|it| it["document"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(names[1].ends_with("docs/手順/復旧.md"), "{names:?}");
    let asked = all[0]["questions"].to_string();
    assert!(asked.contains("gone.md") && !asked.contains("復旧.md"), "{asked}");
    for (name, why) in [("poem.txt", "left out"), ("outside.md", "it is not below")] {
        assert!(
            followed.err.lines().any(|it| it.contains(name) && it.contains(why)),
            "{}",
            followed.err
        );
    }
}

#[test]
fn a_document_becomes_a_plan_that_a_person_completes() {
    let stage = Stage::bare();
    let document = stage.root().join("shop.md");
    fs::write(&document, DOCUMENT).unwrap();
    let out = stage.root().join("ops");
    let import = |args: &[&str]| run(stage.matoi().arg("import").arg(&document).args(args));
    let looked = import(&[]);
    assert_eq!(looked.code, 0, "{}", looked.err);
    assert!(looked.out.contains("何も書いていません") && !out.exists(), "{}", looked.out);
    let to = out.display().to_string();
    let written = import(&["--out", &to]);
    assert_eq!(written.code, 0, "{}{}", written.out, written.err);
    let check = run(stage.matoi().arg("check").arg(&out));
    assert_eq!(check.code, 0, "{}", check.out);
    assert!(check.out.contains("連絡が届きません"), "{}", check.out);
    // In another language the document is asked about in it, and its times stay where they are.
    let english = import(&["--language", "en"]);
    assert!(english.out.contains("The plan says Asia/Tokyo"), "{}", english.out);
    let json = import(&["--format", "json"]);
    let told: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(told["severities"][0]["targets"]["respond"]["seconds"], 900, "{told:#}");
    assert_eq!(told["totals"]["lines"], DOCUMENT.lines().count());
    // Edited, imported again after a change: what the person wrote stays.
    let plan = fs::read_to_string(out.join("matoi.yaml")).unwrap();
    let edited = plan.replace("reach: []", "reach: [console]");
    fs::write(out.join("matoi.yaml"), &edited).unwrap();
    fs::write(&document, DOCUMENT.replace("restart shop", "restart shop-api")).unwrap();
    let again = import(&["--out", &to]);
    assert_eq!(again.code, 0, "{}{}", again.out, again.err);
    assert!(again.out.contains("+ systemctl restart shop-api"), "{}", again.out);
    assert_eq!(fs::read_to_string(out.join("matoi.yaml")).unwrap(), edited);
    let reach = run(stage.matoi().arg("reach").arg(&out));
    assert_eq!(reach.code, 0, "{}{}", reach.out, reach.err);
}

#[test]
fn what_is_no_response_document_is_said_to_be_so_and_nothing_is_written() {
    let stage = Stage::bare();
    let out = stage.root().join("ops");
    let import = |name: &str, bytes: &[u8]| {
        let file = stage.root().join(name);
        fs::write(&file, bytes).unwrap();
        run(stage.matoi().arg("import").arg(&file).arg("--out").arg(&out))
    };
    let large = vec![b'x'; 100 << 20];
    for (name, bytes, why) in [
        ("empty.md", &b""[..], "is empty"),
        ("large.md", &large, "the limit is"),
        ("picture.png", b"\x89PNG\0\0", "not text"),
        (
            "recipe.md",
            b"# Soup\n\nCook the soup in the pot and serve it.\n",
            "no response document",
        ),
    ] {
        let done = import(name, bytes);
        assert_eq!(done.code, 3, "{name}: {}{}", done.out, done.err);
        assert!(done.err.contains(why), "{name}: {}", done.err);
        assert!(!out.exists(), "{name}");
    }
    let missing = run(stage.matoi().args(["import", "nowhere.md"]));
    assert_eq!(missing.code, 3, "{}", missing.err);
    // A plan that no import wrote is not written over.
    fs::create_dir_all(&out).unwrap();
    fs::write(out.join("matoi.yaml"), PLAN).unwrap();
    let refused = import("shop.md", DOCUMENT.as_bytes());
    assert_eq!(refused.code, 4, "{}", refused.err);
    assert_eq!(fs::read_to_string(out.join("matoi.yaml")).unwrap(), PLAN);
}
