//! What flows from step to step: parameters and declared outputs, and nothing else.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::runbook::{Act, environment, is_shell};

use super::draft::Draft;
use super::finding::Findings;
use super::setting::Settings;
use super::shell;
use super::suggest;

/// Checks every mention of a variable outside of scripts, and every variable that one script leaves to another.
pub(super) fn check(
    drafts: &[Draft],
    settings: &Settings,
    text: &str,
    yaml: &Range<usize>,
    findings: &mut Findings,
) {
    if !settings.unreadable {
        parameters(drafts, settings, text, yaml, findings);
    }
    exported(drafts, findings);
}

fn parameters(
    drafts: &[Draft],
    settings: &Settings,
    text: &str,
    yaml: &Range<usize>,
    findings: &mut Findings,
) {
    let params: Vec<&str> = settings.params.keys().map(String::as_str).collect();
    let secrets = settings.secrets.iter().map(String::as_str);
    let given: Vec<&str> = params.iter().copied().chain(secrets).collect();
    if let Some(lock) = &settings.lock {
        for (_, name) in environment::variables(lock) {
            if !known(name, &params) {
                let front = text.get(yaml.clone()).unwrap_or_default();
                let at =
                    front.find(&format!("${name}")).or_else(|| front.find(&format!("${{{name}")));
                let span =
                    at.map_or(yaml.clone(), |it| yaml.start + it..yaml.start + it + name.len() + 1);
                unknown(span, name, &params, findings);
            }
        }
    }
    let mut published: Vec<String> = Vec::new();
    for draft in drafts {
        for value in draft.step.extra.values() {
            for (_, name) in
                environment::variables(value).iter().filter(|(_, it)| !known(it, &params))
            {
                unknown(draft.span.clone(), name, &params, findings);
            }
        }
        if let Act::Approve(approval) = &draft.step.act {
            asked(draft, &approval.text, &params, &published, findings);
        }
        if let Act::Perform { language, script } = &draft.step.act
            && language == "http"
        {
            sent(draft, script, &given, &published, findings);
        }
        let prefix = format!("{}_", environment::prefix(&draft.step.name));
        let mut names = given.iter();
        if let (Some(span), Some(name)) = (&draft.name, names.find(|it| it.starts_with(&prefix))) {
            findings
                .warning(
                    span.clone(),
                    format!("an output of this step could take the place of `${name}`"),
                )
                .hint("rename one of the two");
        }
        published.push(prefix);
    }
}

fn known(name: &str, params: &[&str]) -> bool {
    params.contains(&name) || name.starts_with("MATOI_")
}

/// A place, a directory and a lock are settled when the run starts, so they know parameters only.
fn unknown(span: Range<usize>, name: &str, params: &[&str], findings: &mut Findings) {
    let finding = findings.error(span, format!("`${name}` is no parameter"));
    match suggest::nearest(name, params.iter().copied()) {
        Some(it) => finding.hint(format!("did you mean `${it}`?")),
        None => finding.hint("parameters are listed under `params:`"),
    }
}

/// What a gate shows may also be an output of an earlier step.
fn asked(
    draft: &Draft,
    text: &str,
    params: &[&str],
    published: &[String],
    findings: &mut Findings,
) {
    let lead = draft.script.text.len() - draft.script.text.trim_start().len();
    for (span, name) in environment::variables(text) {
        if !known(name, params) && !published.iter().any(|it| name.starts_with(it.as_str())) {
            let place = draft.script.place(span.start + lead..span.end + lead);
            findings
                .warning(
                    place,
                    format!("`${name}` is neither a parameter nor an output of an earlier step"),
                )
                .hint("whoever is asked sees it as it is written here");
        }
    }
}

/// A request is not sent while one of its variables has no value.
fn sent(draft: &Draft, text: &str, given: &[&str], published: &[String], findings: &mut Findings) {
    for (span, name) in environment::variables(text) {
        let is_doubled = text.get(..span.start).is_some_and(|it| it.ends_with('$'));
        let is_ours = environment::is_reserved(name);
        let is_published = published.iter().any(|it| name.starts_with(it.as_str()));
        if !is_doubled && !is_ours && !is_published && !given.contains(&name) {
            findings
                .warning(
                    draft.script.place(span),
                    format!(
                        "`${name}` is no parameter, no secret and no output of an earlier step"
                    ),
                )
                .hint("the request is not sent without its value; a dollar of its own is `$$`");
        }
    }
}

/// A script that uses what another one exported gets nothing.
fn exported(drafts: &[Draft], findings: &mut Findings) {
    let mut exports: BTreeSet<String> = BTreeSet::new();
    for draft in drafts {
        let Act::Perform { language, script } = &draft.step.act else { continue };
        if !is_shell(language) {
            continue;
        }
        let commands = shell::commands(script);
        let own = |name: &str| script.contains(&format!("{name}="));
        for (span, name) in environment::variables(script) {
            if exports.contains(name) && !own(name) && exports.remove(name) {
                findings
                    .warning(
                        draft.script.place(span),
                        format!("`${name}` was exported by another step and ended with it"),
                    )
                    .hint("there: `echo \"key=value\" >> \"$STEP_OUTPUT\"`; here: `$<STEP>_<KEY>`");
            }
        }
        for command in commands.iter().filter(|it| it.program() == "export") {
            for word in command.arguments() {
                if let Some((name, _)) = word.text.split_once('=') {
                    exports.insert(name.to_owned());
                }
            }
        }
    }
}
