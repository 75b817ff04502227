//! Scripts in languages that the plan names an interpreter for.

use matoi_core::plan::{Interpreter, Performer};
use matoi_core::run::event::Finding;
use matoi_core::run::outcome::Ended;
use matoi_edge::step::{adapter, check};

use crate::stage::{Stage, interpreted, perform, tools};

const PERL: &str = "use strict;\nopen(my $out, '>>', $ENV{STEP_OUTPUT}) or die $!;\n\
    print $out \"size=$ENV{WANTED}\\n\";\nprint \"with $ENV{TOKEN} and @ARGV\\n\";\n";

#[tokio::test]
async fn a_script_gets_its_values_as_variables_and_gives_its_own_back() {
    let stage = Stage::new();
    let mut call = stage.call(PERL);
    call.environment.insert("WANTED".to_owned(), "'; unlink 'x'; '".to_owned());
    call.secrets.insert("TOKEN".to_owned(), "hunter2-hunter2".to_owned());
    let performed = perform(&*interpreted(&["perl", "-w"], &[]), call).await;
    assert_eq!(performed.ended, Ended::Exited { code: 0 });
    assert_eq!(performed.output.values["size"], "'; unlink 'x'; '");
    assert!(performed.answer.starts_with("with ") && performed.answer.ends_with(" and \n"));
    assert!(!performed.answer.contains("hunter2"), "{}", performed.answer);
}

#[tokio::test]
async fn a_script_that_fails_or_never_began_is_told_as_that() {
    let stage = Stage::new();
    let failed = perform(&*interpreted(&["perl"], &[]), stage.call("die 'no disk'\n")).await;
    assert!(matches!(failed.ended, Ended::Exited { code } if code != 0), "{failed:?}");
    let stage = Stage::new();
    let gone = perform(&*interpreted(&["no-such-perl"], &[]), stage.call("exit 0\n")).await;
    assert!(matches!(gone.ended, Ended::NotStarted { .. }), "{gone:?}");
}

#[tokio::test]
async fn a_rehearsal_asks_whoever_the_plan_names_and_says_what_nobody_can_tell() {
    let stage = Stage::new();
    let examined = async |run: &[&str], check: &[&str], script: &str| {
        interpreted(run, check).examine(stage.call(script)).await
    };
    let writes = "open(my $out, '>', 'trace');\n";
    assert_eq!(examined(&["perl"], &["perl", "-c"], writes).await, Finding::Ready);
    assert_eq!(examined(&["/bin/bash"], &[], "true\n").await, Finding::Ready, "a shell reads it");
    let Finding::Unproved { why } = examined(&["perl"], &[], "if (\n").await else {
        panic!("nobody read it");
    };
    assert_eq!(why, "perl is here; `check` of the interpreter would tell more");
    for (run, check, script, what) in [
        ("perl", "perl", "if (\n", "perl cannot read it: "),
        ("perl", "no-such-perl", "1;\n", "no-such-perl cannot be started: "),
        ("no-such-perl", "perl", "1;\n", "not on this machine: no-such-perl"),
        ("/bin/bash", "", "no-such-program\n", "not on this machine: no-such-program"),
    ] {
        let check: &[&str] = if check.is_empty() { &[] } else { &[check, "-c"] };
        let finding = examined(&[run], check, script).await;
        assert!(
            matches!(&finding, Finding::Lacks { what: told } if told.starts_with(what)),
            "{finding:?}"
        );
    }
    assert!(!stage.trace("trace").exists(), "nothing was performed");
}

#[test]
fn a_language_that_nobody_named_is_refused() {
    let perl = Interpreter { run: vec!["perl".to_owned()], check: Vec::new() };
    assert!(check("perl", Performer::Interpreter(&perl), "1;", &Default::default()).is_ok());
    assert!(check("perl", Performer::Kind, "1;", &Default::default()).is_err());
}

#[tokio::test]
async fn a_command_of_a_service_gets_its_arguments_and_nothing_else() {
    let stage = Stage::new();
    let command = |it: &[&str]| {
        let command: Vec<String> = it.iter().map(|&it| it.to_owned()).collect();
        adapter("action", Performer::Command(&command), &tools()).unwrap().step
    };
    let argument = "web; touch hacked $(touch hacked)";
    let mut call = stage.call("service.restart web");
    call.environment.insert("WANTED".to_owned(), "fast".to_owned());
    let restart = ["bash", "-c", "echo \"$# $1 $WANTED\"", "restart", argument];
    let performed = perform(&*command(&restart), call).await;
    assert_eq!(performed.ended, Ended::Exited { code: 0 });
    assert_eq!(performed.answer, format!("1 {argument} fast\n"));
    assert!(!stage.trace("hacked").exists());
    let stage = Stage::new();
    let examine = async |it: &[&str]| command(it).examine(stage.call("service.restart web")).await;
    assert_eq!(examine(&["bash", "-c", "touch trace"]).await, Finding::Ready);
    assert!(matches!(examine(&["no-such-ctl"]).await, Finding::Lacks { .. }));
    assert!(!stage.trace("trace").exists(), "nothing was performed");
}
