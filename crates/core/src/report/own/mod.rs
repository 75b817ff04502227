//! Report forms of the house: templates that a team writes, filled from the same material as the built-in forms.
//!
//! **Invariant:** what a template is given is text, which is escaped where it is printed, or Markdown of ours; there is no
//! way for a template to print outside text as it is.
//! **Invariant:** a template ends: what it may do and how much it may print is bounded.

use std::io::{self, Write};

use minijinja::{Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value};

use crate::language::Language;
use crate::plan::Plan;
use crate::report::draft::Draft;
use crate::report::markdown;

mod context;

use context::Context;

/// Instructions of one template; a form with thousands of entries takes a few hundred thousand.
const FUEL: u64 = 5_000_000;
/// Bytes that one template may print.
const BYTES_MAX: usize = 8 << 20;

/// Why a template cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormError {
    /// Counted from 1; 0 where no line is to blame.
    pub line: usize,
    pub message: String,
}

/// The template of the house for a form in this language: `review.en` before `review`, which is in the plan's language.
pub(super) fn find<'p>(
    plan: &'p Plan,
    name: &str,
    language: Language,
) -> Option<(String, &'p str)> {
    let named = format!("{name}.{}", language.pick("ja", "en"));
    let of = |name: String| {
        let text = plan.forms.get(&name)?;
        Some((name, text.as_str()))
    };
    of(named).or_else(|| of(name.to_owned()).filter(|_| language == plan.language))
}

/// Fills in a template.
pub(super) fn write(draft: &Draft<'_>, text: &str) -> Result<String, FormError> {
    fill(text, &Context::of(draft), draft.language)
}

/// Whether a template can be filled in, tried on an incident that has one of everything.
pub fn check(text: &str, language: Language) -> Result<(), FormError> {
    fill(text, &Context::sample(), language).map(drop)
}

fn fill(text: &str, context: &Context, language: Language) -> Result<String, FormError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_formatter(move |out, state, value| print(out, state, value, language));
    environment.set_fuel(Some(FUEL));
    environment.set_keep_trailing_newline(true);
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    // Nothing of what happened becomes structure because a template calls it safe.
    environment.remove_filter("safe");
    let text = breaking_lines(text);
    let template = environment.template_from_str(&text).map_err(|err| told(&err))?;
    let mut bounded = Bounded { bytes: Vec::new() };
    template.render_captured_to(context, &mut bounded).map_err(|err| told(&err))?;
    Ok(String::from_utf8_lossy(&bounded.bytes).into_owned())
}

/// A line that is only `{% … %}` leaves no line behind, so that loops can stand around the rows of a table. A line that
/// merely ends with one keeps its break, which the template language would take away too.
fn breaking_lines(text: &str) -> String {
    let mut broken = String::with_capacity(text.len() + 64);
    for line in text.split_inclusive('\n') {
        let (content, end) = match line.strip_suffix('\n') {
            Some(content) => (content.trim_end(), "\n"),
            None => (line, ""),
        };
        let ends = content.strip_suffix("%}").filter(|it| !it.ends_with(['-', '+']));
        match ends.filter(|_| !content.trim_start().starts_with("{%")) {
            Some(before) => broken.extend([before, "+%}", end]),
            None => broken.extend([content, end]),
        }
    }
    broken
}

/// Ready Markdown as it is; everything else as text that reads as exactly this text.
fn print(
    out: &mut Output<'_>,
    state: &State<'_, '_>,
    value: &Value,
    language: Language,
) -> Result<(), Error> {
    if value.is_undefined() {
        return Err(Error::new(ErrorKind::UndefinedError, "this name stands for nothing"));
    }
    if value.is_none() {
        return out.write_str(markdown::unknown(language)).map_err(Error::from);
    }
    if value.is_safe() {
        return minijinja::escape_formatter(out, state, value);
    }
    out.write_str(&markdown::bounded(&value.to_string())).map_err(Error::from)
}

fn told(err: &Error) -> FormError {
    let kind = err.kind();
    let message = if kind == ErrorKind::UndefinedError {
        "it uses a name that stands for nothing; docs/report.md lists those that there are"
            .to_owned()
    } else if kind == ErrorKind::OutOfFuel {
        "it does not come to an end".to_owned()
    } else if kind == ErrorKind::WriteFailure {
        format!("it prints more than {BYTES_MAX} bytes")
    } else {
        err.detail().map_or_else(|| kind.to_string(), |detail| format!("{kind}: {detail}"))
    };
    FormError { line: err.line().unwrap_or_default(), message }
}

/// What is printed, up to a limit.
struct Bounded {
    bytes: Vec<u8>,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > BYTES_MAX {
            return Err(io::Error::other("too much"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
