//! What a script does that its author may regret at night.

use crate::{body, errors, show, warnings, with_front};

fn told(info: &str, script: &str) -> Vec<String> {
    let (_, problems) = body(&format!("```{info}\n{script}\n```\n"));
    problems.into_iter().map(|it| it.message).collect()
}

#[test]
fn commands_that_never_return_are_told_in_every_step() {
    for info in ["bash", "bash { name=a kind=diagnose }", "bash { name=a kind=backup }"] {
        for script in [
            "tail -f /var/log/app.log",
            "tail -n 5 --follow app.log | grep ERROR",
            "docker-compose exec postgres tail -f /var/log/postgresql.log",
            "top -p $(pgrep node)",
            "if true; then top; fi",
            "docker-compose logs -f backend",
            "kubectl logs --follow deploy/a",
            "journalctl -u app -f",
            "docker stats",
            "ping db-1",
            "watch df",
        ] {
            let told = told(info, script);
            assert!(
                told.len() == 1 && told[0].contains("never returns"),
                "{info} {script}: {told:?}"
            );
        }
    }
}

#[test]
fn commands_that_return_are_left_alone() {
    for script in [
        "tail -50 app.log",
        "top -bn1 | head",
        "docker stats --no-stream",
        "docker-compose logs --since 10m | tail -10",
        "kubectl apply -f a.yaml",
        "kubectl top pods",
        "timeout 5 tail -f app.log",
        "ping -c 3 db-1",
        "# tail -f app.log",
        "echo 'top of the list'",
        "grep -rf patterns .",
        "cat <<EOF\ntop\nEOF",
    ] {
        assert_eq!(told("bash", script), Vec::<String>::new(), "{script}");
    }
}

#[test]
fn a_look_that_changes_something_is_told() {
    for script in [
        "docker-compose restart backend",
        "systemctl stop app",
        "kubectl delete pod a",
        "kill 1",
        "psql -c 'truncate table a'",
    ] {
        for kind in ["diagnose", "verify"] {
            let told = told(&format!("bash {{ kind={kind} }}"), script);
            assert!(
                told.len() == 1 && told[0].contains("changes nothing"),
                "{kind} {script}: {told:?}"
            );
        }
    }
    assert_eq!(
        told("bash { kind=diagnose }", "docker-compose ps; systemctl status app; kubectl get pods"),
        Vec::<String>::new()
    );
}

#[test]
fn a_placeholder_is_a_warning_for_people_and_an_error_for_machines() {
    let text = |info: &str| body(&format!("```{info}\nssh <prod-host> uptime\n```\n")).1;
    assert_eq!(warnings(&text("bash")), ["5:5 \"<prod-host>\" is a placeholder"]);
    assert_eq!(errors(&text("bash { kind=diagnose }")), ["5:5 \"<prod-host>\" is a placeholder"]);
}

#[test]
fn a_secret_in_the_file_is_told_without_being_repeated() {
    let (_, problems) = body("```bash\nPGPASSWORD=hunter2 psql\n```\n");
    assert_eq!(warnings(&problems), ["5:1 a secret stands in the file"]);
    assert!(!format!("{:?}", problems[0].message).contains("hunter2"));
}

#[test]
fn a_script_that_looks_other_than_it_is_is_refused() {
    let (runbook, problems) = body("```bash\necho \u{202e}rm\u{202c}\n```\n");
    assert!(!runbook.sound);
    assert_eq!(errors(&problems), ["5:6 a character that nobody sees changes what is read here"]);
}

#[test]
fn sql_names_its_database() {
    assert_eq!(told("sql", "select 1"), ["no database is named"]);
    assert_eq!(told("sql { on=main }", "select 1"), Vec::<String>::new());
    assert_eq!(
        told("sql { on=main }", "drop table a"),
        ["this destroys data, and one click performs it"]
    );
}

#[test]
fn variables_outside_of_scripts_are_parameters() {
    let (_, problems) = body("```bash { on=ssh:$HOST }\ntrue\n```\n");
    assert_eq!(errors(&problems), ["4:1 `$HOST` is no parameter"]);
    let (_, problems) = body(
        "```bash { name=snap kind=backup }\ntrue\n```\n\n```approval { from=@a }\n$SNAP_LABEL $MATOI_LABEL_X $SNPA_LABEL\n```\n",
    );
    assert_eq!(
        warnings(&problems),
        ["9:28 `$SNPA_LABEL` is neither a parameter nor an output of an earlier step"]
    );
}

#[test]
fn an_output_that_could_replace_a_value_is_told() {
    let (_, problems) = crate::read(
        "---\nrunbook: { params: { SNAP_LABEL: }, secrets: [DB_URL] }\n---\n\
         ```bash { name=snap }\ntrue\n```\n\n```bash { name=db }\ntrue\n```\n\n```bash { name=d }\ntrue\n```\n",
    );
    assert_eq!(
        warnings(&problems),
        [
            "4:16 an output of this step could take the place of `$SNAP_LABEL`",
            "8:16 an output of this step could take the place of `$DB_URL`"
        ]
    );
}

#[test]
fn what_a_terminal_would_obey_is_not_repeated() {
    let (_, problems) =
        body("```bash\n\u{1b}[2Jx tail -f y\n```\n\n```\u{1b}x { kind=recover }\n```\n");
    assert_eq!(problems.len(), 2);
    for it in problems {
        let hint = it.hint.unwrap_or_default();
        assert!(!it.message.chars().chain(hint.chars()).any(char::is_control), "{}", it.message);
    }
}

#[test]
fn people_read_what_is_wrong_with_scripts() {
    let shown = show(&with_front(
        "# 確認\n\n\
         1. ログを見る\n   ```bash\n   $ tail -f /var/log/app.log\n   docker system prune -f\n   ```\n\n\
         ```bash { name=look kind=diagnose }\nexport TOKEN=abc123\ncurl -H \"X: $TOKEN\" <api-host>/health\ndocker-compose restart backend\n```\n\n\
         ```bash { name=next kind=diagnose }\necho \"$TOKEN\"\n```\n",
    ));
    insta::assert_snapshot!(shown);
}

#[test]
fn a_request_is_read_for_what_its_method_says() {
    for (info, script, words) in [
        ("http { name=a kind=verify }", "# ask\nPOST http://h/x", "but POST is for changes"),
        ("http { name=a kind=diagnose }", "DELETE http://h/x", "deletes what its URL names"),
        ("http", "DELETE http://h/x", "and one click performs it"),
        ("http { name=a kind=verify }", "GET http://<host>/x", "is a placeholder"),
        ("http { name=a kind=verify }", "GET http://$HOST/x", "`$HOST` is no parameter"),
    ] {
        let told = told(info, script);
        assert!(told.len() == 1 && told[0].contains(words), "{info} {script}: {told:?}");
    }
    for (info, script) in [
        ("http { name=a kind=recover idempotent }", "PUT http://h/x"),
        ("http { name=a kind=verify }", "GET http://h/x?at=$RUN_ID&price=$$HOST"),
        ("http", "POST http://h/x"),
    ] {
        let told = told(info, script);
        let told: Vec<_> = told.iter().filter(|it| !it.contains("without `check`")).collect();
        assert!(told.is_empty(), "{info} {script}: {told:?}");
    }
}

#[test]
fn an_expected_status_is_about_the_status_and_a_shown_answer_is_no_step() {
    let (runbook, problems) =
        body("```http { name=a kind=verify expect=\"status 200\" }\nGET http://h/\n```\n");
    assert_eq!(problems, []);
    let step = &runbook.steps[0];
    assert_eq!((step.expect.as_ref(), step.extra["status"].as_str()), (None, "200"));
    let (runbook, problems) = body("```http\nHTTP/1.1 200 OK\n\nok\n```\n");
    assert!(runbook.steps.is_empty() && problems.is_empty(), "{problems:?}");
    let (_, problems) = body("```bash { name=a kind=verify status=200 }\ntrue\n```\n");
    assert!(problems.iter().any(|it| it.message.contains("`status`")), "{problems:?}");
}
