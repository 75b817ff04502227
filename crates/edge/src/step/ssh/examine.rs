//! Whether a host could perform a step: it answers, and has what the step calls. Nothing is performed there.

use matoi_core::plan::Host;
use matoi_core::run::event::Finding;
use matoi_core::runbook::is_shell;
use matoi_core::runbook::program::programs;

use super::link::{Frame, Link, program};
use super::request;
use crate::step::{Call, environment};

/// The key of a talk that is about no attempt.
const NO_ATTEMPT: &str = "none";

pub(in crate::step) async fn examine(
    host: &Host,
    call: &Call,
    command: &[String],
    has_text: bool,
) -> Finding {
    if let Err(what) = environment::check_all(call) {
        return Finding::Lacks { what };
    }
    let mut needed: Vec<String> = command.first().cloned().into_iter().collect();
    let is_by_shell = needed.iter().any(|it| it.rsplit('/').next().is_some_and(is_shell));
    if has_text && is_by_shell {
        needed.extend(programs(&call.script));
    }
    let name = &host.name;
    let mut link = match Link::open(&program(host), NO_ATTEMPT).await {
        Ok(link) => link,
        Err(why) => return Finding::Lacks { what: format!("{name} cannot be reached: {why}") },
    };
    let values = request::examine(&needed, call.attribute("cwd").as_deref());
    let mut lacking = Vec::new();
    if let Err(err) = link.send("examine", &values).await {
        return Finding::Unproved { why: format!("{name} hung up: {err}") };
    }
    loop {
        let words = match link.frame().await {
            Ok(Frame::Words(words)) => words,
            Ok(Frame::Bytes { .. }) => continue,
            Err(err) => return Finding::Unproved { why: format!("{name} hung up: {err}") },
        };
        match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["lacks", it] => lacking.push((*it).to_owned()),
            ["nodir"] => {
                return Finding::Lacks { what: format!("its directory is not on {name}") };
            }
            ["examined"] if lacking.is_empty() && has_text && !is_by_shell => {
                let why =
                    format!("{name} answers and has the interpreter; it did not read the script");
                return Finding::Unproved { why };
            }
            ["examined"] if lacking.is_empty() => return Finding::Ready,
            ["examined"] => {
                return Finding::Lacks { what: format!("not on {name}: {}", lacking.join(", ")) };
            }
            _ => (),
        }
    }
}
