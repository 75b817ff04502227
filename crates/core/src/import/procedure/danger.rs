//! What must not be run as it is written: it destroys, never returns, or says well whatever happened.

use std::collections::BTreeSet;

use crate::import::model::{Step, StepKind};
use crate::import::reading::Reading;
use crate::language::Language;
use crate::runbook::parse::lint::{Danger, dangers};

/// Texts in a line that are dangers by themselves, with what they do in Japanese and English.
const SPOKEN: [(&[&str], &str, &str); 15] = [
    (
        &["flushall", "flushdb"],
        "キャッシュのデータをすべて消します",
        "deletes everything in the store",
    ),
    (
        &["push --force", "push -f"],
        "リモートの履歴を上書きします",
        "overwrites the history that others have",
    ),
    (&["reset --hard"], "変更を取り消せない形で捨てます", "throws changes away"),
    (&["db reset"], "データベースを作り直します", "makes the database anew"),
    (
        &["docker volume prune"],
        "停止中のサービスのボリュームも消します",
        "deletes the volumes of stopped services too",
    ),
    (
        &["system prune"],
        "使われていないものをすべて消します",
        "deletes everything that is unused now",
    ),
    (
        &["rm -rf", "rm -fr", "rm -r "],
        "ファイルを復元できない形で消します",
        "deletes files for good",
    ),
    (
        &["-delete", "-exec rm"],
        "見つけたファイルをすべて消します",
        "deletes every file that it finds",
    ),
    (&["delete from"], "行を消します", "deletes rows"),
    (&["chmod -r 777", "chmod 777"], "誰でも書き込めるようにします", "lets everybody write"),
    (
        &["asyncstorage.clear"],
        "利用者の端末の中のデータで、サーバーからは消せません",
        "is data on users' devices, which a server cannot clear",
    ),
    (
        &[
            "delete_all",
            "deleteall",
            "drop database",
            "drop schema",
            "drop table",
            "truncate table",
        ],
        "データを消します",
        "destroys data",
    ),
    (
        &["pause_project", "emergencydisable"],
        "機能やサービスを止めます",
        "stops a feature or a service",
    ),
    (&["shutdown", "reboot"], "マシンを止めます", "stops the machine"),
    (&["terraform destroy"], "環境を壊します", "destroys the environment"),
];

/// Tells the dangers of a step with their lines.
pub(super) fn tell(reading: &mut Reading<'_>, step: &Step) {
    for (line, text) in told(step, reading.language) {
        reading.danger(text, &[line]);
    }
}

/// The dangers of a step: the line, and what it does.
pub(in crate::import) fn told(step: &Step, language: Language) -> Vec<(usize, String)> {
    if !step.kind.is_performed() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (number, text) in step.lines.iter().zip(lines_of(step)) {
        found.extend(of_line(*number, text, language));
    }
    found.extend(shows_a_file(step, language));
    let told: BTreeSet<usize> = found.iter().map(|it| it.0).collect();
    if step.kind != StepKind::Code && step.language.as_deref() == Some("bash") {
        let of_script = of_script(step, language).into_iter();
        // What was told of a line in its own words is not told again.
        let is_new = |it: &(usize, String, bool)| !(it.2 && told.contains(&it.0));
        found.extend(of_script.filter(is_new).map(|it| (it.0, it.1)));
    }
    let plain: Vec<String> = match step.params.len() {
        0 => Vec::new(),
        _ => lines_of(step).map(as_variables).collect(),
    };
    for (place, param) in step.params.iter().enumerate() {
        let speaks = |it: &(&usize, &String)| place < LOCATED_MAX && it.1.contains(param);
        let line = step.lines.iter().zip(&plain).find(speaks);
        let line = line.map_or(step.lines.first().copied().unwrap_or_default(), |it| *it.0);
        let text = language.pick(
            format!("「{param}」は仮の値です。実行前に値を決めてください"),
            format!("{param} is a placeholder; it must be filled in"),
        );
        found.push((line, text));
    }
    found.sort();
    found.dedup();
    found
}

/// Lines of a step's text, in the order of their numbers.
fn lines_of(step: &Step) -> impl Iterator<Item = &str> {
    step.text.lines()
}

/// Placeholders of one step that are told with their own line; the others are told with the first.
const LOCATED_MAX: usize = 200;

/// A line as names of variables are made of it.
fn as_variables(line: &str) -> String {
    let as_name = |it: char| if it.is_ascii_alphanumeric() { it.to_ascii_uppercase() } else { '_' };
    line.chars().map(as_name).collect()
}

fn of_line(number: usize, text: &str, language: Language) -> Vec<(usize, String)> {
    let bare = text.trim();
    if bare.starts_with('#') || bare.starts_with("--") || bare.starts_with("//") {
        return Vec::new();
    }
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    for (words, ja, en) in SPOKEN {
        if let Some(word) = words.iter().find(|it| lower.contains(**it)) {
            let word = word.trim();
            found.push(language.pick(format!("`{word}` は{ja}"), format!("`{word}` {en}")));
        }
    }
    let exec = ["docker-compose exec", "docker compose exec"].iter().any(|it| lower.contains(it));
    if exec && !lower.contains("exec -t") {
        found.push(language.pick(
            "`docker-compose exec` は端末を要求します（`-T` を付けてください）".to_owned(),
            "`docker-compose exec` wants a terminal; `-T` does without".to_owned(),
        ));
    }
    let shows = ["cat ", "jq ", "less ", "head ", "echo "]
        .iter()
        .any(|it| lower.trim_start().starts_with(it));
    let secret = ["cookie", "credential", ".env", "secret", "password", "token", "id_rsa", ".pem"];
    if shows && secret.iter().any(|it| lower.contains(it)) && !lower.contains("echo \"") {
        found.push(language.pick(
            "認証情報を出力に残します".to_owned(),
            "prints credentials into the output".to_owned(),
        ));
    }
    if lower.contains("top -p $(docker") {
        found.push(language.pick(
            "コンテナの ID はプロセスの ID ではありません".to_owned(),
            "ids of containers are no ids of processes".to_owned(),
        ));
    }
    if lower.trim_start().starts_with("if ") && lower.contains("integrity_check") {
        found.push(language.pick(
            "`integrity_check` は壊れていても終了コード 0 です。出力が `ok` であることを確かめてください".to_owned(),
            "`integrity_check` ends with 0 even when it is broken; its answer must be `ok`".to_owned(),
        ));
    }
    found.into_iter().map(|it| (number, it)).collect()
}

/// A step that is to look at a state, and prints a file.
fn shows_a_file(step: &Step, language: Language) -> Option<(usize, String)> {
    let title = crate::import::word::fold(step.title.as_deref()?);
    let of_state = ["状態", "status", "state", "接続"].iter().any(|it| title.contains(it));
    let mut commands = step
        .lines
        .iter()
        .zip(step.text.lines())
        .filter(|it| !it.1.trim().is_empty() && !it.1.trim_start().starts_with('#'));
    let (line, only) = commands.next().filter(|_| of_state)?;
    let prints = only.trim_start().starts_with("cat ") && !only.contains(".log");
    if !prints || commands.next().is_some() {
        return None;
    }
    let text = language.pick(
        "状態を確認する手順ですが、ファイルを表示するだけです",
        "it is to look at a state, and only prints a file",
    );
    Some((*line, text.to_owned()))
}

/// The line, the words, and whether a line's own words say the same.
fn of_script(step: &Step, language: Language) -> Vec<(usize, String, bool)> {
    let mut found = Vec::new();
    let ends: Vec<usize> = step.text.match_indices('\n').map(|it| it.0).collect();
    let line_at = |offset: usize| {
        let place = ends.partition_point(|it| *it < offset);
        step.lines.get(place).or(step.lines.last()).copied().unwrap_or_default()
    };
    for (span, danger) in dangers(&step.text) {
        let command: String =
            step.text.get(span.clone()).unwrap_or_default().chars().take(40).collect();
        let command = command.lines().next().unwrap_or_default().to_owned();
        let text = match danger {
            Danger::NeverReturns(_) => language.pick(
                format!("`{command}` は終わらないか、端末が必要です"),
                format!("`{command}` never ends by itself, or needs a terminal"),
            ),
            Danger::Asks => language.pick(
                format!("`{command}` は人の入力を待ちます"),
                format!("`{command}` waits for somebody to type"),
            ),
            Danger::Destroys(what) => language
                .pick(format!("`{command}` は取り消せません"), format!("`{command}` {what}")),
        };
        let is_general = matches!(danger, Danger::Destroys(_));
        found.push((line_at(span.start), text, is_general));
    }
    found.extend(always_well(step, language).map(|it| (it.0, it.1, false)));
    found
}

/// A script that says that it failed and ends with 0, or says that it is done whatever happened.
fn always_well(step: &Step, language: Language) -> Option<(usize, String)> {
    let lines = || step.lines.iter().zip(step.text.lines());
    let says = |marks: &[&str]| {
        lines()
            .find(|it| it.1.contains("echo") && marks.iter().any(|mark| it.1.contains(mark)))
            .map(|it| *it.0)
    };
    let stops = step.text.contains("exit 1")
        || step.text.contains("set -e")
        || step.text.contains("return 1");
    let conditional =
        step.text.contains("if ") || step.text.contains("&&") || step.text.contains("||");
    if let Some(line) = says(&["✗", "❌", "異常", "NG", "FAIL"]).filter(|_| !stops) {
        let text = language.pick(
            "失敗を表示しても終了コードは 0 のままです",
            "it prints a failure and still ends with 0",
        );
        return Some((line, text.to_owned()));
    }
    let line = says(&["✅", "完了", "成功", "Done", "done"]).filter(|_| !conditional && !stops)?;
    let text = language
        .pick("何が起きても「完了」と表示されます", "it says that it is done whatever happened");
    Some((line, text.to_owned()))
}
