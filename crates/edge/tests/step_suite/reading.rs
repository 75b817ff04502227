//! What a step prints can be read while it prints and afterwards, whole, in order, and without its secrets.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;

use matoi_core::run::outcome::Ended;
use matoi_edge::step::output::{PART_BYTES_MAX, Part, Place, Reader, Stream};

use crate::stage::{Stage, bash, perform, run, wait_until};

fn secrets(values: &[&str]) -> BTreeMap<String, String> {
    values.iter().enumerate().map(|(n, it)| (format!("S{n}"), (*it).to_owned())).collect()
}

fn reader(stage: &Stage, values: &[&str]) -> Reader {
    Reader::new(stage.folder(), &secrets(values))
}

async fn part(reader: &Reader, from: u64) -> Part {
    reader.read(Stream::Stdout, Place::From(from)).await.unwrap()
}

/// All parts that there are now, and where they end.
async fn rest(reader: &Reader, mut from: u64) -> (Vec<String>, u64) {
    let mut parts = Vec::new();
    loop {
        let part = part(reader, from).await;
        if part.next == from {
            return (parts, from);
        }
        parts.push(part.text);
        from = part.next;
    }
}

fn print(stage: &Stage, text: &str) {
    let file = OpenOptions::new().append(true).create(true).open(stage.folder().join("stdout"));
    file.unwrap().write_all(text.as_bytes()).unwrap();
}

#[tokio::test]
async fn lines_are_read_as_they_come_and_the_last_one_when_the_step_is_over() {
    let stage = Stage::new();
    let script = "echo one; printf 'tw'; echo bad >&2; touch half\n\
        until [[ -e go ]]; do sleep 0.02; done; echo o; printf 'no new line'\n";
    let reader = reader(&stage, &[]);
    assert_eq!(part(&reader, 0).await, Part::default(), "nothing has begun");
    let begun = async {
        wait_until("the first line is there", || stage.trace("half").exists()).await;
        let first = part(&reader, 0).await;
        assert_eq!((first.text.as_str(), first.next, first.bytes), ("one\n", 4, 6));
        assert_eq!(part(&reader, first.next).await.text, "", "half a line is none yet");
        let errors = reader.read(Stream::Stderr, Place::From(0)).await.unwrap();
        assert_eq!(errors.text, "bad\n");
        fs::write(stage.trace("go"), "").unwrap();
    };
    let step = bash();
    let (performed, ()) = tokio::join!(perform(&*step, stage.call(script)), begun);
    assert_eq!(performed.ended, Ended::Exited { code: 0 });
    let last = part(&reader, 4).await;
    assert_eq!((last.text.as_str(), last.next), ("two\nno new line", 19));
    assert_eq!(part(&reader, 19).await.text, "");
}

#[tokio::test]
async fn a_secret_is_masked_once_wherever_parts_meet() {
    let edge = usize::try_from(PART_BYTES_MAX).unwrap();
    for before in edge - 12..edge + 3 {
        let stage = Stage::new();
        let reader = reader(&stage, &["hunter2-hunter2", "hunter"]);
        print(&stage, &format!("{}pw=hunter2-hunter2;\n", "x".repeat(before)));
        let (parts, _) = rest(&reader, 0).await;
        assert_eq!(parts.concat(), format!("{}pw=•••;\n", "x".repeat(before)), "{before}");
        assert!(parts.len() > 1, "a line of {before} is longer than a part");
    }
}

#[tokio::test]
async fn a_secret_of_many_lines_is_not_shown_before_all_of_it_is_there() {
    let stage = Stage::new();
    let reader = reader(&stage, &["ab\ncd-of-a-key"]);
    print(&stage, "x\nab\n");
    let first = part(&reader, 0).await;
    assert_eq!((first.text.as_str(), first.next), ("x\n", 2), "the rest of it may follow");
    print(&stage, "cd-of-a-key\nab\nnot it\n");
    assert_eq!(rest(&reader, 2).await.0.concat(), "•••\nab\nnot it\n");
}

#[tokio::test]
async fn one_endless_line_comes_in_parts_that_cut_no_character() {
    let stage = Stage::new();
    let text = "障害対応".repeat(20_000);
    print(&stage, &text);
    let (parts, next) = rest(&reader(&stage, &[]), 0).await;
    let shown = parts.concat();
    assert!(text.starts_with(&shown) && shown.len() > 190_000, "{}", shown.len());
    assert_eq!(next, shown.len() as u64, "what is left may be the beginning of a line");
}

#[tokio::test]
async fn the_end_of_a_long_output_begins_with_a_line() {
    let stage = Stage::new();
    let lines: Vec<String> = (0..9000).map(|it| format!("line {it}\n")).collect();
    print(&stage, &lines.concat());
    let last = reader(&stage, &[]).read(Stream::Stdout, Place::Last(25)).await.unwrap();
    assert_eq!(last.text, "line 8998\nline 8999\n");
    assert_eq!((last.from, last.dropped), (last.next - 20, 0));
    let all = reader(&stage, &[]).read(Stream::Stdout, Place::Last(u64::MAX)).await.unwrap();
    assert!(all.text.starts_with("line ") && all.text.len() > 60_000);
}

#[tokio::test]
async fn what_was_not_kept_is_counted_and_no_half_of_a_secret_lies_beside_the_gap() {
    let stage = Stage::new();
    let mut call = stage.call("{ yes hunter2-hunter2-hunter2 || true; } | head -n 900000\n");
    call.secrets.insert("TOKEN".to_owned(), "hunter2-hunter2-hunter2".to_owned());
    let performed = run(call).await;
    assert_eq!(performed.ended, Ended::Exited { code: 0 });
    let reader = reader(&stage, &["hunter2-hunter2-hunter2"]);
    let (mut from, mut dropped, mut shown) = (0, 0, 0);
    loop {
        let part = part(&reader, from).await;
        let words: Vec<&str> =
            part.text.split('\n').filter(|it| !matches!(*it, "" | "•••")).collect();
        assert!(words.iter().all(|it| it.len() < 4), "{words:?}");
        dropped += part.dropped;
        shown += part.next - part.from;
        if part.next == from {
            assert_eq!(from, part.bytes);
            break;
        }
        from = part.next;
    }
    assert_eq!(dropped + shown, 900_000 * 24, "every byte was shown or counted");
    assert!(dropped > 10_000_000, "{dropped}");
}

#[tokio::test]
async fn progress_is_lines_and_colours_are_left_out() {
    let stage = Stage::new();
    print(&stage, "10%\r20%\r");
    let reader = reader(&stage, &[]);
    let first = part(&reader, 0).await;
    assert_eq!(first.text, "10%\n", "what comes after the return tells whether it ends a line");
    print(&stage, "\n\x1b[31mred\x1b[0m\r\n");
    assert_eq!(rest(&reader, first.next).await.0.concat(), "20%\nred\n");
}
