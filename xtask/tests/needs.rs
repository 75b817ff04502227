//! The list of needs: what is found, what is installed, and what people are told where nothing can be.

use std::path::Path;

use xtask::needs::{Asker, Machine, Means, NEEDS, Need, by_hand, commands, missing};

fn names(needs: &[&Need]) -> Vec<&'static str> {
    needs.iter().map(|it| it.package).collect()
}

fn lacking(programs: &[&str], file: bool, venv: bool) -> Vec<&'static Need> {
    // Where Fedora has the one and Arch the other.
    let files = ["/etc/pki/tls/certs/ca-bundle.crt", "/usr/bin/sshd"].map(Path::new);
    missing(
        Asker::Test,
        &Machine {
            has_program: &|name| !programs.contains(&name),
            has_file: &|path| file && files.contains(&path),
            has_venv: &|| venv,
        },
    )
}

#[test]
fn only_what_the_machine_lacks_is_named() {
    assert_eq!(names(&lacking(&[], true, true)), [""; 0], "a machine that has all");
    assert_eq!(names(&lacking(&["sqlite3", "make"], true, true)), ["build-essential", "sqlite3"]);
    assert_eq!(
        names(&lacking(&["setpriv"], false, false)),
        ["ca-certificates", "util-linux", "openssh-server", "python3-venv"]
    );
}

#[test]
fn root_installs_by_apt_get_and_others_by_sudo() {
    let needs = lacking(&["sqlite3", "ps"], true, true);
    let lines = |means| -> Vec<String> {
        commands(&needs, means).expect("there are means").iter().map(|it| it.join(" ")).collect()
    };
    assert_eq!(
        lines(Means::Root),
        [
            "env DEBIAN_FRONTEND=noninteractive apt-get --quiet update",
            "env DEBIAN_FRONTEND=noninteractive apt-get --quiet install --yes --no-install-recommends procps sqlite3",
        ]
    );
    assert!(lines(Means::Sudo).iter().all(|it| it.starts_with("sudo env ")));
    assert!(
        lines(Means::SudoUnasked).iter().all(|it| it.starts_with("sudo --non-interactive env "))
    );
}

#[test]
fn where_nothing_can_be_installed_people_are_told_exactly_what_to_install() {
    let needs = lacking(&["sqlite3"], true, false);
    for (means, because) in [(Means::NoApt, "no apt-get"), (Means::NoRights, "no sudo")] {
        let reason = commands(&needs, means).expect_err("there are no means");
        let message = by_hand(&needs, &reason);
        assert!(message.contains(because), "{message}");
        assert!(message.contains("  sqlite3: an independent judge of databases"), "{message}");
        assert!(message.ends_with("apt-get install sqlite3 python3-venv"), "{message}");
    }
}

#[test]
fn only_the_venv_has_a_way_round_it() {
    let dispensable: Vec<_> =
        NEEDS.iter().filter(|it| !it.is_vital()).map(|it| it.package).collect();
    assert_eq!(dispensable, ["python3-venv"]);
}

#[test]
fn every_need_is_listed_once_with_its_reason() {
    for (index, need) in NEEDS.iter().enumerate() {
        assert!(!need.why.is_empty(), "{} has no reason", need.package);
        let twice = NEEDS.iter().take(index).any(|it| it.package == need.package);
        assert!(!twice, "{} is listed twice", need.package);
    }
}
