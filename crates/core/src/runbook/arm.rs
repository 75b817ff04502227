//! Arms a step: gives its fence a `kind`, and writes above it who did so and when.
//!
//! Only here may a step begin by itself that could not before, and only when a person says so. What comes out is parsed
//! again, and refused where it would be worse than before.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::problem::{Problem, Weight};
use crate::runbook::parse::{parse, placeholder};
use crate::runbook::{Act, Kind, Runbook, Step, environment};

/// What a step is to become, and by whose word.
#[derive(Clone, Debug)]
pub struct Arming {
    pub kind: Kind,
    /// A name of its own, so that others can refer to it.
    pub name: Option<String>,
    pub check: Option<String>,
    pub undo: Option<String>,
    pub by: String,
    pub on: Date,
}

/// Why a step is not armed.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// The file is no runbook.
    NoRunbook,
    /// The runbook has no such step; these it has.
    NoStep { known: Vec<String> },
    /// A list, a wait or a gate is done by people or by time, and is never armed.
    NotPerformed,
    /// It has a kind already.
    Armed { kind: Kind },
    /// Something that was to be filled in still stands there.
    Placeholder { what: String },
    /// A parameter that it uses has no value unless somebody gives one.
    Parameter { name: String },
    /// Its attributes are written in a way that is not changed by machine.
    Attributes { line: usize },
    /// It would be wrong as it is wanted.
    Wrong { problems: Vec<Problem> },
}

/// The text of the runbook with the step armed. `named` are the languages that its plan names an interpreter for.
pub fn arm(
    file: &str,
    text: &str,
    step: &str,
    arming: &Arming,
    named: &BTreeSet<String>,
) -> Result<String, Refusal> {
    let (runbook, before) = parse(file, text.as_bytes(), named);
    let runbook = runbook.ok_or(Refusal::NoRunbook)?;
    let found = runbook.step(step).ok_or_else(|| Refusal::NoStep {
        known: runbook.steps.iter().map(|it| it.name.clone()).collect(),
    })?;
    may_be_armed(&runbook, found)?;
    let armed = rewritten(text, found.line, arming)?;
    let (again, after) = parse(file, armed.as_bytes(), named);
    let is_error = |it: &&Problem| it.weight == Weight::Error;
    if after.iter().filter(is_error).count() > before.iter().filter(is_error).count() {
        return Err(Refusal::Wrong {
            problems: after.into_iter().filter(|it| it.weight == Weight::Error).collect(),
        });
    }
    // The same step, at its place, with its kind, and nothing else.
    let place = runbook.steps.iter().position(|it| it.name == step);
    let again = again.ok_or(Refusal::NoRunbook)?;
    let now = place.and_then(|it| again.steps.get(it));
    let is_meant = now.is_some_and(|it| it.kind == arming.kind && it.act == found.act);
    let others_stay = again.steps.len() == runbook.steps.len()
        && again.steps.iter().zip(&runbook.steps).all(|(a, b)| b.name == step || a.kind == b.kind);
    if is_meant && others_stay { Ok(armed) } else { Err(Refusal::Attributes { line: found.line }) }
}

fn may_be_armed(runbook: &Runbook, step: &Step) -> Result<(), Refusal> {
    let Act::Perform { script, .. } = &step.act else { return Err(Refusal::NotPerformed) };
    if step.kind != Kind::Click {
        return Err(Refusal::Armed { kind: step.kind });
    }
    if let Some((_, what)) = placeholder::find(script).into_iter().next() {
        return Err(Refusal::Placeholder { what: what.to_owned() });
    }
    let uses = |name: &str| environment::variables(script).iter().any(|it| it.1 == name);
    let open = runbook.params.iter().find(|(name, it)| it.default.is_none() && uses(name));
    match open {
        Some((name, _)) => Err(Refusal::Parameter { name: name.clone() }),
        None => Ok(()),
    }
}

/// The text with the attributes in the line of the fence, and a remark above it.
fn rewritten(text: &str, line: usize, arming: &Arming) -> Result<String, Refusal> {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let index =
        line.checked_sub(1).filter(|it| *it < lines.len()).ok_or(Refusal::Attributes { line })?;
    let opening = lines.get(index).cloned().unwrap_or_default();
    let end = if opening.ends_with("\r\n") { "\r\n" } else { "\n" };
    let bare = opening.trim_end();
    let attributes = attributes(arming);
    let armed = match bare.split_once('{') {
        None => format!("{bare} {{ {attributes} }}"),
        // A JSON object, or one that goes on elsewhere, is for people to change.
        Some((_, rest)) if rest.trim_start().starts_with('"') || !bare.ends_with('}') => {
            return Err(Refusal::Attributes { line });
        }
        Some((head, rest)) => {
            let kept = rest.trim_end_matches('}').trim();
            let gap = if kept.is_empty() { "" } else { " " };
            format!("{head}{{ {kept}{gap}{attributes} }}")
        }
    };
    // A fence within a list or a quote has its indent, or its mark, before it.
    let lead: String = bare.chars().take_while(|it| it.is_whitespace() || *it == '>').collect();
    let by: String =
        arming.by.chars().filter(|it| !it.is_control() && !matches!(it, '<' | '>')).collect();
    let by = by.replace("--", "-");
    let remark =
        format!("{lead}<!-- armed as {} by {by} on {} -->{end}", arming.kind.word(), arming.on);
    if let Some(place) = lines.get_mut(index) {
        *place = format!("{remark}{armed}{end}");
    }
    Ok(lines.concat())
}

fn attributes(arming: &Arming) -> String {
    let mut words = Vec::new();
    words.extend(arming.name.as_ref().map(|it| format!("name={it}")));
    words.push(format!("kind={}", arming.kind.word()));
    words.extend(arming.check.as_ref().map(|it| format!("check={it}")));
    words.extend(arming.undo.as_ref().map(|it| format!("undo={it}")));
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::{Arming, Refusal, arm};
    use crate::runbook::Kind;

    const HEAD: &str = "---\nrunbook:\n  params:\n    HOST: { type: string }\n    PORT: { default: 80 }\n---\n# Fix\n\n";

    fn arming(kind: Kind) -> Arming {
        let on = jiff::civil::date(2026, 11, 26);
        Arming { kind, name: None, check: None, undo: None, by: "ann -->".to_owned(), on }
    }

    fn armed(fence: &str, step: &str, arming: &Arming) -> Result<String, Refusal> {
        let text = arm(
            "fix.md",
            &format!("{HEAD}{fence}"),
            step,
            arming,
            &std::collections::BTreeSet::new(),
        )?;
        Ok(text.strip_prefix(HEAD).unwrap().to_owned())
    }

    #[test]
    fn a_fence_gets_its_kind_and_a_remark_says_by_whom() {
        let remark = "<!-- armed as diagnose by ann - on 2026-11-26 -->\n";
        let arming = arming(Kind::Diagnose);
        for (before, step, after) in [
            (
                "```bash\nuptime\n```\n",
                "fix-1",
                format!("{remark}```bash {{ kind=diagnose }}\nuptime\n```\n"),
            ),
            (
                "```bash { name=look timeout=5s }\nuptime\n```\n",
                "look",
                format!("{remark}```bash {{ name=look timeout=5s kind=diagnose }}\nuptime\n```\n"),
            ),
            (
                "- x\n\n  ```bash\n  curl localhost:$PORT\n  ```\n",
                "fix-1",
                format!(
                    "- x\n\n  {remark}  ```bash {{ kind=diagnose }}\n  curl localhost:$PORT\n  ```\n"
                ),
            ),
        ] {
            assert_eq!(armed(before, step, &arming), Ok(after), "{before}");
        }
    }

    #[test]
    fn what_is_not_filled_in_is_not_armed() {
        let arming = arming(Kind::Diagnose);
        let refused = |fence: &str| armed(fence, "fix-1", &arming).unwrap_err();
        assert_eq!(
            refused("```bash\nssh <prod-host>\n```\n"),
            Refusal::Placeholder { what: "<prod-host>".to_owned() }
        );
        assert_eq!(
            refused("```bash\nping -c 1 $HOST\n```\n"),
            Refusal::Parameter { name: "HOST".to_owned() }
        );
        assert_eq!(
            refused("```bash { kind=recover }\nx\n```\n"),
            Refusal::Armed { kind: Kind::Recover }
        );
        assert_eq!(refused("- [ ] call\n"), Refusal::NotPerformed);
        assert!(matches!(
            armed("```bash\nls\n```\n", "fix-9", &arming),
            Err(Refusal::NoStep { .. })
        ));
        assert!(matches!(
            refused("```bash {\"timeout\": \"5s\"}\nls\n```\n"),
            Refusal::Attributes { line: 9 }
        ));
    }

    #[test]
    fn what_would_be_wrong_is_refused_with_its_problems() {
        let arming = Arming { check: Some("nowhere".to_owned()), ..arming(Kind::Recover) };
        let refused = armed("```bash\nrestart\n```\n", "fix-1", &arming).unwrap_err();
        assert!(
            matches!(&refused, Refusal::Wrong { problems } if !problems.is_empty()),
            "{refused:?}"
        );
    }
}
