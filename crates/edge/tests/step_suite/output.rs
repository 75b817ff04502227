//! Whatever a step prints, and however much, it is neither disturbed nor lost track of.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::time::{Duration, Instant};

use matoi_core::limits::{ANSWER_BYTES_MAX, EXCERPT_CHARS_MAX};
use matoi_core::run::outcome::Ended;
use sha2::{Digest, Sha256};

use crate::stage::{Stage, run, wait_until};

const MIB: u64 = 1 << 20;

#[tokio::test]
async fn bytes_that_are_no_text_disturb_nothing() {
    let stage = Stage::new();
    let script = r"printf 'a\xff\xfeb\n'; printf 'nul:\0:\n'; printf '\033[31mred\033[0m\n'
        printf '10%%\r20%%\r30%%\n'; echo '日本語'; echo after";
    let performed = run(stage.call(script)).await;
    assert_eq!(performed.ended, Ended::Exited { code: 0 });
    let text = "a\u{fffd}\u{fffd}b\nnul:␀:\nred\n10%\n20%\n30%\n日本語\nafter";
    assert_eq!(performed.output.excerpt, text);
    assert_eq!(performed.answer.trim_end(), text);
    let raw = fs::read(stage.folder().join("stdout")).unwrap();
    assert!(raw.starts_with(b"a\xff\xfeb\nnul:\0:\n\x1b[31m"), "the file keeps the bytes");
    assert_eq!(performed.output.bytes, raw.len() as u64);
}

#[tokio::test]
async fn a_single_line_of_a_hundred_megabytes_is_cut_for_people_only() {
    let stage = Stage::new();
    let script = "head -c 100000000 /dev/zero | tr '\\0' 'x'; printf 'the end'";
    let performed = run(stage.call(script)).await;
    assert_eq!(performed.ended, Ended::Exited { code: 0 });
    assert_eq!(performed.output.bytes, 100_000_007);
    assert!(performed.answer.len() <= ANSWER_BYTES_MAX);
    assert!(performed.answer.starts_with("xxxx"));
    let excerpt = performed.output.excerpt;
    assert!(excerpt.chars().count() <= EXCERPT_CHARS_MAX);
    assert!(excerpt.contains("xxthe end\n"), "{excerpt}");
    assert!(excerpt.contains("only the first 65536 bytes count as the answer"), "{excerpt}");
    assert!(excerpt.contains("90562823 of 100000007 bytes of standard output were not kept"));
}

#[tokio::test]
async fn a_gigabyte_takes_no_more_room_than_its_beginning_and_end() {
    let stage = Stage::new();
    let script =
        "echo first; head -c 1073741824 /dev/zero; echo last; echo k=v >> \"$STEP_OUTPUT\"";
    let begun = Instant::now();
    let performed = run(stage.call(script)).await;
    let took = begun.elapsed();
    assert_eq!(performed.ended, Ended::Exited { code: 0 });
    let bytes = 1024 * MIB + 11;
    assert_eq!(performed.output.bytes, bytes);
    assert_eq!(performed.output.values["k"], "v");
    assert!(performed.output.excerpt.contains("last"));
    assert!(performed.answer.starts_with("first\n"));
    let stdout = stage.folder().join("stdout");
    let metadata = fs::metadata(&stdout).unwrap();
    assert_eq!(metadata.len(), bytes, "the length counts everything");
    assert!(metadata.blocks() * 512 < 10 * MIB, "{} bytes on disk", metadata.blocks() * 512);
    assert!(took < Duration::from_secs(30), "{took:?}");

    let mut kept = vec![0; (9 * MIB) as usize];
    let mut file = File::open(&stdout).unwrap();
    file.read_exact(&mut kept[..MIB as usize]).unwrap();
    file.seek(SeekFrom::Start(bytes - 8 * MIB)).unwrap();
    file.read_exact(&mut kept[MIB as usize..]).unwrap();
    let hash: String = Sha256::digest(&kept).iter().map(|it| format!("{it:02x}")).collect();
    assert_eq!(performed.output.hash, Some(hash), "the hash is of what is kept");
}

#[tokio::test]
async fn a_step_that_prints_for_ever_is_bounded_while_it_runs() {
    let stage = Stage::new();
    let (stdout, stderr) = (stage.folder().join("stdout"), stage.folder().join("stderr"));
    let script = "yes & yes error >&2 & until test -e go; do sleep 0.01; done; kill %1 %2";
    let end = async {
        let long = |path: &std::path::Path| fs::metadata(path).is_ok_and(|it| it.len() > 300 * MIB);
        wait_until("much was printed", || long(&stdout) && long(&stderr)).await;
        let room = fs::metadata(&stdout).unwrap().blocks() * 512;
        fs::write(stage.trace("go"), "").unwrap();
        room
    };
    let (performed, room) = tokio::join!(run(stage.call(script)), end);
    assert_eq!(performed.ended, Ended::Exited { code: 0 });
    // The head, the tail, and what is printed between two looks.
    assert!(room < 200 * MIB, "{room} bytes on disk");
    for path in [&stdout, &stderr] {
        let room = fs::metadata(path).unwrap().blocks() * 512;
        assert!(room < 40 * MIB, "{room} bytes of {path:?} on disk");
    }
    assert!(performed.output.excerpt.contains("--- standard error ---\n…"));
}

#[tokio::test]
async fn an_excerpt_keeps_the_ends_of_both_streams() {
    let stage = Stage::new();
    let script = "for i in $(seq 500); do echo out $i; echo err $i >&2; done; exit 1";
    let performed = run(stage.call(script)).await;
    let excerpt = performed.output.excerpt;
    assert!(excerpt.starts_with('…'), "what is missing is marked");
    assert!(excerpt.contains("out 500\n--- standard error ---\n…"), "{excerpt}");
    assert!(excerpt.ends_with("err 500"), "{excerpt}");
    assert!(excerpt.lines().count() <= 82);
}

#[tokio::test]
async fn a_step_that_truncates_its_own_output_is_bounded_and_not_disturbed() {
    let stage = Stage::new();
    let script = "head -c 100000000 /dev/zero; until test -e go; do sleep 0.01; done
        echo again > /dev/stdout; head -c 100000000 /dev/zero; echo end";
    let stdout = stage.folder().join("stdout");
    let room = || fs::metadata(&stdout).map_or(u64::MAX, |it| it.blocks() * 512);
    let go = async {
        let long = || fs::metadata(&stdout).is_ok_and(|it| it.len() == 100_000_000);
        wait_until("it printed, and was looked at", || long() && room() < 20 * MIB).await;
        fs::write(stage.trace("go"), "").unwrap();
    };
    let (performed, ()) = tokio::join!(run(stage.call(script)), go);
    assert_eq!(performed.ended, Ended::Exited { code: 0 });
    assert!(performed.answer.starts_with("again\n"));
    assert!(performed.output.excerpt.contains("end\n[matoi: "), "{}", performed.output.excerpt);
    assert!(room() < 10 * MIB);
}
