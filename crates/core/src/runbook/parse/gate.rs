//! `approval` and `wait`: steps in which Matoi does nothing but hold the run.

use jiff::SignedDuration;

use crate::runbook::{Approval, OnExpire};

use super::attribute::Key;
use super::finding::quote;
use super::outline::Fence;
use super::reader::Reader;

/// Reads how long a `wait` lasts.
pub(super) fn wait(fence: &Fence, reader: &mut Reader<'_>) -> SignedDuration {
    if !fence.script.text.trim().is_empty() {
        reader
            .findings
            .warning(fence.span.clone(), "the text of a `wait` is shown to nobody while it waits")
            .hint("write it above the fence");
    }
    if !reader.attributes.has(Key::For) {
        reader
            .findings
            .error(fence.span.clone(), "a `wait` without `for`")
            .hint("```wait { for=2m }");
    }
    reader.duration(Key::For).unwrap_or(SignedDuration::ZERO)
}

/// Reads who must say yes to what.
pub(super) fn approval(fence: &Fence, text: String, reader: &mut Reader<'_>) -> Approval {
    let from = voters(reader);
    let min_span = reader.attributes.place(Key::Min).unwrap_or(fence.span.clone());
    let min = reader.number(Key::Min).unwrap_or(1);
    let groups = from.iter().any(|it| it.starts_with('@'));
    if min == 0 {
        reader.findings.error(min_span, "a gate that asks nobody is open").hint("`min=1`");
    } else if !from.is_empty() && !groups && from.len() < usize::try_from(min).unwrap_or(usize::MAX)
    {
        let message = format!(
            "{min} must say yes, and only {} are asked, so the gate never opens",
            from.len()
        );
        reader.findings.error(min_span, message);
    }
    if from.is_empty() {
        reader
            .findings
            .warning(fence.span.clone(), "anybody of the plan may open this gate")
            .hint("say who: `from=@sre,yamada`");
    }
    if text.is_empty() {
        reader
            .findings
            .warning(fence.span.clone(), "the gate asks nothing")
            .hint("write into the fence what is to be approved");
    }
    let expires_given = reader.attributes.has(Key::Expires);
    if let (false, Some(span)) = (expires_given, reader.attributes.place(Key::OnExpire)) {
        reader.findings.warning(span, "`on-expire` without `expires` has no effect");
    }
    Approval {
        min,
        from,
        not_initiator: reader.choice(Key::Not, &[("initiator", ())]).is_some(),
        expires: reader.duration(Key::Expires),
        on_expire: on_expire(reader),
        text,
    }
}

fn on_expire(reader: &mut Reader<'_>) -> OnExpire {
    if let Some(span) = reader.attributes.place(Key::OnExpire)
        && matches!(reader.attributes.value(Key::OnExpire), Some("approve" | "continue" | "pass"))
    {
        reader.attributes.take(Key::OnExpire);
        reader
            .findings
            .error(span, "a gate never approves by itself")
            .hint("`on-expire=escalate` pages the next level, `on-expire=abort` ends the run");
    }
    let choices = [("escalate", OnExpire::Escalate), ("abort", OnExpire::Abort)];
    reader.choice(Key::OnExpire, &choices).unwrap_or(OnExpire::Escalate)
}

/// Whom `from=` names.
fn voters(reader: &mut Reader<'_>) -> Vec<String> {
    let Some(it) = reader.attributes.take(Key::From) else { return Vec::new() };
    let mut voters: Vec<String> = Vec::new();
    for (voter, span) in it.parts() {
        if matches!(voter.as_str(), "" | "@") || voter.contains(char::is_whitespace) {
            reader
                .findings
                .error(span, format!("{} is neither a person nor an `@group`", quote(&voter)));
        } else if voters.contains(&voter) {
            reader
                .findings
                .error(span, format!("{} is listed twice, and votes once", quote(&voter)));
        } else {
            voters.push(voter);
        }
    }
    voters
}
