//! Steps on another host: a cut connection is no failure, nothing is done twice, and nothing is claimed that the host did
//! not tell.

use std::fs;
use std::process::Command;
use std::time::Duration;

use jiff::SignedDuration;
use matoi_core::run::event::Finding;
use matoi_core::run::outcome::Ended;
use matoi_edge::step::Call;

use crate::sshd::{Sshd, expose};
use crate::stage::{Stage, bash, drop_when, pid_in, run, runs, wait_until};

fn on(sshd: &Sshd, stage: &Stage, script: &str) -> Call {
    Call { host: Some(sshd.host()), ..stage.call(script) }
}

fn number(sshd: &Sshd, name: &str) -> Option<i32> {
    let text = fs::read_to_string(sshd.home().join(name)).ok()?;
    text.ends_with('\n').then(|| text.trim().parse().ok())?
}

fn lines(sshd: &Sshd, name: &str) -> usize {
    fs::read_to_string(sshd.home().join(name)).map_or(0, |it| it.lines().count())
}

#[tokio::test]
async fn a_script_is_performed_there_with_what_it_needs_and_leaves_nothing() {
    let (sshd, stage) = (Sshd::start(), Stage::new());
    let script = "pwd; printf '%s|' \"$NOTE\" \"$STEP_NAME\"; echo \"key is $KEY\" >&2; echo rows=5 >> \"$STEP_OUTPUT\"\n\
                  [ ! -e ~/pwned ]; grep -rl --exclude=stderr hunt\"\"er2 ~/.matoi && exit 9; exit 3\n";
    let mut call = on(&sshd, &stage, script);
    let note = "it's \"$(touch ~/pwned)\" `id` \\ 日本\n\n";
    call.environment.insert("NOTE".to_owned(), note.to_owned());
    call.environment.insert("STEP_NAME".to_owned(), "disk".to_owned());
    call.secrets.insert("KEY".to_owned(), "hunter2".to_owned());
    let performed = run(call).await;
    assert_eq!(performed.ended, Ended::Exited { code: 3 }, "{}", performed.output.excerpt);
    assert_eq!(performed.answer, format!("{}\n{note}|disk|", sshd.home().display()));
    assert!(performed.output.excerpt.contains("key is •••"), "{}", performed.output.excerpt);
    assert_eq!(performed.output.values.get("rows").map(String::as_str), Some("5"));
    wait_until("the host keeps nothing", || sshd.kept().is_empty()).await;
}

#[tokio::test]
async fn a_connection_that_is_cut_again_and_again_loses_and_repeats_nothing() {
    let (sshd, stage) = (Sshd::start(), Stage::new());
    let script = "echo once >> ~/count\nfor i in $(seq 1 40); do echo \"line $i\"; echo \"error $i\" >&2; sleep 0.1; done\n";
    let call = on(&sshd, &stage, script);
    let cutting = async {
        for _ in 0..6 {
            tokio::time::sleep(Duration::from_millis(550)).await;
            sshd.cut();
        }
    };
    let (performed, ()) = tokio::join!(run(call), cutting);
    assert_eq!(performed.ended, Ended::Exited { code: 0 }, "{}", performed.output.excerpt);
    let expected: String = (1..=40).map(|it| format!("line {it}\n")).collect();
    assert_eq!(performed.answer, expected);
    let errors = fs::read_to_string(stage.folder().join("stderr")).unwrap();
    assert_eq!(errors.lines().filter(|it| it.starts_with("error ")).count(), 40, "{errors}");
    assert!(errors.contains("the connection to db-1 is lost"), "{errors}");
    assert_eq!(lines(&sshd, "count"), 1);
    assert!(sshd.calls() > 3);
}

#[tokio::test]
async fn cut_at_any_byte_it_is_done_once_or_certainly_not() {
    let sshd = Sshd::start();
    let mut done = 0;
    for bytes in (500..24_000).step_by(1_700) {
        let stage = Stage::new();
        let name = format!("count-{bytes}");
        let call = on(&sshd, &stage, &format!("echo once >> ~/{name}; sleep 0.3; echo fine\n"));
        sshd.cut_after(bytes);
        let performed = run(call).await;
        let count = lines(&sshd, &name);
        match (&performed.ended, count) {
            (Ended::Exited { code: 0 }, 1) => done += 1,
            (Ended::NotStarted { .. }, 0) => (),
            other => panic!("cut after {bytes} bytes: {other:?}"),
        }
    }
    assert!(done > 1, "no connection came through at all");
}

#[tokio::test]
async fn a_server_that_ends_finds_the_step_when_it_is_back() {
    let (sshd, stage) = (Sshd::start(), Stage::new());
    let call = || on(&sshd, &stage, "echo once >> ~/count; sleep 2; echo done\n");
    drop_when("it runs", run(call()), || lines(&sshd, "count") == 1).await;
    let performed = run(call()).await;
    assert_eq!(performed.ended, Ended::Exited { code: 0 });
    assert_eq!((performed.answer.as_str(), lines(&sshd, "count")), ("done\n", 1));
}

#[tokio::test]
async fn a_host_that_cannot_be_reached_began_nothing() {
    let (sshd, stage) = (Sshd::start(), Stage::new());
    sshd.down(true);
    let performed = run(on(&sshd, &stage, "touch ~/trace\n")).await;
    let Ended::NotStarted { reason } = &performed.ended else { panic!("{performed:?}") };
    assert!(reason.starts_with("db-1 cannot be reached: "), "{reason}");

    sshd.down(false);
    let stage = Stage::new();
    let mut stranger = sshd.host();
    stranger.options.retain(|it| !it.contains("UserKnownHostsFile"));
    stranger.options.push("-oUserKnownHostsFile=/dev/null".to_owned());
    let performed = run(Call { host: Some(stranger), ..stage.call("touch ~/trace\n") }).await;
    let Ended::NotStarted { reason } = &performed.ended else { panic!("{performed:?}") };
    assert!(reason.contains("Host key verification failed"), "{reason}");

    let stage = Stage::new();
    expose(&sshd.host());
    let performed = run(on(&sshd, &stage, "touch ~/trace\n")).await;
    let Ended::NotStarted { reason } = &performed.ended else { panic!("{performed:?}") };
    assert!(reason.contains("Permission denied"), "{reason}");
    assert!(!sshd.home().join("trace").exists());
}

#[tokio::test]
async fn time_that_is_up_ends_everything_on_the_host_also_what_fled() {
    let (sshd, stage) = (Sshd::start(), Stage::new());
    let script = "setsid sh -c 'trap \"\" TERM; echo $$ > ~/fled; exec sleep 600' &\n\
                  trap '' TERM; echo $$ > ~/main; while :; do sleep 1; done\n";
    let call = Call { timeout: SignedDuration::from_secs(2), ..on(&sshd, &stage, script) };
    let performed = run(call).await;
    let after = SignedDuration::from_secs(2);
    assert_eq!(performed.ended, Ended::TimedOut { after }, "{}", performed.output.excerpt);
    for name in ["main", "fled"] {
        assert!(!runs(number(&sshd, name).unwrap()), "{name} still runs");
    }
}

#[tokio::test]
async fn a_host_that_cannot_be_reached_ends_the_step_when_its_time_is_up() {
    let (sshd, stage) = (Sshd::start(), Stage::new());
    let script = "echo $$ > ~/main; exec sleep 600\n";
    let call = Call { timeout: SignedDuration::from_secs(3), ..on(&sshd, &stage, script) };
    let away = async {
        wait_until("it runs", || number(&sshd, "main").is_some()).await;
        sshd.down(true);
        wait_until("the host ended it", || !runs(number(&sshd, "main").unwrap())).await;
        sshd.down(false);
    };
    let (performed, ()) = tokio::join!(run(call), away);
    assert_eq!(performed.ended, Ended::TimedOut { after: SignedDuration::from_secs(3) });
}

#[tokio::test]
async fn a_cancelled_step_is_ended_on_the_host() {
    let (sshd, stage) = (Sshd::start(), Stage::new());
    let call = on(&sshd, &stage, "echo $$ > ~/main; sleep 600\n");
    let cancelling = async {
        wait_until("it runs", || number(&sshd, "main").is_some()).await;
        bash().cancel(stage.folder()).await.unwrap();
    };
    let (performed, ()) = tokio::join!(run(call), cancelling);
    assert_eq!(performed.ended, Ended::Cancelled, "{}", performed.output.excerpt);
    assert!(!runs(number(&sshd, "main").unwrap()));
}

#[tokio::test]
async fn a_host_that_cannot_make_ready_begins_nothing() {
    let (sshd, stage) = (Sshd::start(), Stage::new());
    // The first program that the host runs spoils the attempt's folder, as a disk that is full would.
    sshd.program("find", "for it in \"$1\"/*; do mkdir \"$it/stdout\"; done");
    let performed = run(on(&sshd, &stage, "touch ~/trace\n")).await;
    let Ended::NotStarted { reason } = &performed.ended else { panic!("{performed:?}") };
    assert_eq!(reason, "db-1 could not make ready for it; is its disk full?");
    assert!(!sshd.home().join("trace").exists());
}

#[tokio::test]
async fn a_value_may_have_any_name() {
    let (sshd, stage) = (Sshd::start(), Stage::new());
    let mut call = on(&sshd, &stage, "echo \"$dir $key $command $IFS\"; env | grep -c '^whole='\n");
    for name in ["dir", "key", "command", "whole", "self", "IFS"] {
        call.environment.insert(name.to_owned(), format!("my-{name}"));
    }
    let performed = run(call).await;
    assert_eq!(performed.answer.lines().last(), Some("1"), "{performed:?}");
    assert!(performed.answer.starts_with("my-dir my-key my-command"), "{}", performed.answer);
    assert_eq!(performed.ended, Ended::Exited { code: 0 });
}

#[tokio::test]
async fn what_nobody_can_tell_any_more_is_lost() {
    // The watcher is gone.
    let (sshd, stage) = (Sshd::start(), Stage::new());
    let call = on(&sshd, &stage, "echo $$ > ~/main; exec sleep 600\n");
    let killing = async {
        wait_until("it runs", || number(&sshd, "main").is_some()).await;
        let watcher = sshd.file("gate").unwrap();
        kill(watcher.split(' ').next().unwrap());
    };
    let (performed, ()) = tokio::join!(run(call), killing);
    let Ended::Lost { reason } = &performed.ended else { panic!("{performed:?}") };
    assert_eq!(reason, "what watched it on db-1 is gone");
    kill(&number(&sshd, "main").unwrap().to_string());

    // The relay is gone; what runs on the host runs on.
    let (sshd, stage) = (Sshd::start(), Stage::new());
    let call = on(&sshd, &stage, "echo $$ > ~/main; exec sleep 600\n");
    let killing = async {
        wait_until("it runs", || number(&sshd, "main").is_some()).await;
        kill(&pid_in(&stage.folder().join("process.json")).unwrap().to_string());
    };
    let (performed, ()) = tokio::join!(run(call), killing);
    let Ended::Lost { reason } = &performed.ended else { panic!("{performed:?}") };
    assert!(reason.contains("may still run there"), "{reason}");
    let main = number(&sshd, "main").unwrap();
    assert!(runs(main));
    kill(&main.to_string());

    // The host forgot.
    let (sshd, stage) = (Sshd::start(), Stage::new());
    let call = on(&sshd, &stage, "echo $$ > ~/main; exec sleep 600\n");
    let forgetting = async {
        wait_until("it runs", || number(&sshd, "main").is_some()).await;
        let folder = sshd.kept().pop().unwrap();
        sshd.down(true);
        fs::rename(&folder, sshd.home().join("elsewhere")).unwrap();
        sshd.down(false);
    };
    let (performed, ()) = tokio::join!(run(call), forgetting);
    let Ended::Lost { reason } = &performed.ended else { panic!("{performed:?}") };
    assert!(reason.contains("does not know the step any more"), "{reason}");
    kill(&number(&sshd, "main").unwrap().to_string());
}

#[tokio::test]
async fn a_host_that_restarted_or_is_another_by_now_cannot_tell() {
    for (file, told) in [
        ("/proc/sys/kernel/random/boot_id", "db-1 restarted while it ran"),
        ("/etc/machine-id", "db-1 now leads to another machine than when the step was sent"),
    ] {
        let (sshd, stage) = (Sshd::start(), Stage::new());
        // What the host is known by is what it says when it is asked.
        let said = sshd.home().join("said");
        fs::write(&said, "first\n").unwrap();
        let lie =
            format!("[ \"$1\" != {file} ] || set -- {}\nexec /bin/cat \"$@\"", said.display());
        sshd.program("cat", &lie);
        let call = on(&sshd, &stage, "echo $$ > ~/main; exec sleep 600\n");
        let changing = async {
            wait_until("it runs", || number(&sshd, "main").is_some()).await;
            fs::write(&said, "second\n").unwrap();
            sshd.cut();
        };
        let (performed, ()) = tokio::join!(run(call), changing);
        kill(&number(&sshd, "main").unwrap().to_string());
        assert_eq!(performed.ended, Ended::Lost { reason: told.to_owned() });
    }
}

#[tokio::test]
async fn output_that_nobody_fetches_does_not_fill_the_host() {
    let (sshd, stage) = (Sshd::start(), Stage::new());
    let script = "echo first; until [ -e ~/go ]; do sleep 0.1; done\n\
                  head -c 220000000 /dev/zero | tr '\\0' x; echo; touch ~/printed\n\
                  until [ -e ~/end ]; do sleep 0.1; done; echo last\n";
    let call = on(&sshd, &stage, script);
    let away = async {
        let here = stage.folder().join("stdout");
        wait_until("its first line is here", || fs::read(&here).is_ok_and(|it| it == b"first\n"))
            .await;
        sshd.down(true);
        fs::write(sshd.home().join("go"), "").unwrap();
        wait_until("it printed", || sshd.home().join("printed").exists()).await;
        let trimmed = || sshd.file("gone.stdout").is_some();
        wait_until("the host gave its beginning back", trimmed).await;
        fs::write(sshd.home().join("end"), "").unwrap();
        sshd.down(false);
    };
    let (performed, ()) = tokio::join!(run(call), away);
    assert_eq!(performed.ended, Ended::Exited { code: 0 });
    let errors = fs::read_to_string(stage.folder().join("stderr")).unwrap();
    assert!(errors.contains("bytes of stdout were not kept on db-1"), "{errors}");
    assert!(performed.output.excerpt.contains("last"), "{}", performed.output.excerpt);
    assert!(performed.answer.starts_with("first\nx"), "what came before is kept");
}

fn kill(pid: &str) {
    assert!(Command::new("kill").args(["-KILL", pid]).status().unwrap().success());
}

#[tokio::test]
async fn much_output_and_any_bytes_come_through() {
    let (sshd, stage) = (Sshd::start(), Stage::new());
    let script =
        "printf 'a\\000b\\377\\n'; head -c 12000000 /dev/zero | tr '\\0' x; echo; echo last\n";
    let performed = run(on(&sshd, &stage, script)).await;
    assert_eq!(performed.ended, Ended::Exited { code: 0 });
    assert_eq!(performed.output.bytes, 5 + 12_000_000 + 1 + 5);
    assert!(performed.output.excerpt.contains("last"));
    assert_eq!(fs::read(stage.folder().join("stdout")).unwrap()[..5], *b"a\0b\xff\n");
}

#[tokio::test]
async fn a_rehearsal_asks_the_host() {
    let (sshd, stage) = (Sshd::start(), Stage::new());
    let bash = bash();
    let examine = |script: &str| bash.examine(on(&sshd, &stage, script));
    assert_eq!(examine("df -P /\n").await, Finding::Ready);
    let Finding::Lacks { what } = examine("no-such-tool --now\n").await else { panic!() };
    assert_eq!(what, "not on db-1: no-such-tool");
    let mut call = on(&sshd, &stage, "df\n");
    call.extra.insert("cwd".to_owned(), "/nowhere".to_owned());
    assert!(matches!(bash.examine(call).await, Finding::Lacks { .. }));
    assert!(sshd.kept().is_empty());
    sshd.down(true);
    let Finding::Lacks { what } = examine("df -P /\n").await else { panic!() };
    assert!(what.starts_with("db-1 cannot be reached"), "{what}");
}
