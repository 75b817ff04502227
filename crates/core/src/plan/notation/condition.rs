//! Conditions: `host.cpu > 80%`, `host.disk(/var) >= 90%`, `host.load > 4`.
//!
//! ```text
//! condition = metric [ "(" argument ")" ] op number [ unit ]
//! op        = ">" | ">=" | "≥" | "<" | "<=" | "≤"
//! ```

use crate::plan::finding::Complaint;
use crate::plan::guess;
use crate::plan::width::half_width;
use crate::plan::{Condition, Op};

/// Something that Matoi measures itself.
struct Metric {
    name: &'static str,
    unit: Unit,
    argument: Argument,
    example: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Percent,
    Number,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Argument {
    None,
    Path,
}

const METRICS: [Metric; 4] = [
    Metric {
        name: "host.cpu",
        unit: Unit::Percent,
        argument: Argument::None,
        example: "host.cpu > 80%",
    },
    Metric {
        name: "host.memory",
        unit: Unit::Percent,
        argument: Argument::None,
        example: "host.memory > 90%",
    },
    Metric {
        name: "host.disk",
        unit: Unit::Percent,
        argument: Argument::Path,
        example: "host.disk(/) > 90%",
    },
    Metric {
        name: "host.load",
        unit: Unit::Number,
        argument: Argument::None,
        example: "host.load > 4",
    },
];

/// Longer signs before their own beginnings.
const OPS: [(&str, Op); 8] = [
    (">=", Op::AtLeast),
    ("≥", Op::AtLeast),
    ("≧", Op::AtLeast),
    ("<=", Op::AtMost),
    ("≤", Op::AtMost),
    ("≦", Op::AtMost),
    (">", Op::Above),
    ("<", Op::Below),
];

/// Reads a condition.
pub(crate) fn condition(text: &str) -> Result<Condition, Complaint> {
    let half = half_width(text);
    let half = half.trim();
    let shape = Complaint::new(format!("\"{text}\" is not a condition"));
    let shape = shape.hint("write host.cpu > 80% or host.disk(/) > 90%");
    let Some(at) = operator(half) else {
        return Err(shape);
    };
    let (left, right) = half.split_at(at);
    let (op, right) = OPS
        .iter()
        .find_map(|(sign, op)| Some((*op, right.strip_prefix(sign)?)))
        .ok_or_else(|| shape.clone())?;
    let (name, argument) = called(left.trim()).ok_or(shape)?;
    let metric = metric(name)?;
    check_argument(metric, argument)?;
    let value = number(metric, right.trim())?;
    Ok(Condition {
        metric: metric.name.to_owned(),
        argument: argument.map(str::to_owned),
        op,
        value,
        text: text.trim().to_owned(),
    })
}

/// Where the comparison begins: the first sign that is not inside parentheses.
fn operator(text: &str) -> Option<usize> {
    let from = text.find(')').unwrap_or(0);
    let after = text.get(from..)?;
    Some(from + after.find(['>', '<', '≥', '≤', '≧', '≦'])?)
}

/// `name` or `name(argument)`.
fn called(text: &str) -> Option<(&str, Option<&str>)> {
    match text.split_once('(') {
        None => Some((text, None)).filter(|(name, _)| !name.is_empty()),
        Some((name, rest)) => Some((name.trim(), Some(rest.strip_suffix(')')?.trim()))),
    }
}

fn metric(name: &str) -> Result<&'static Metric, Complaint> {
    if let Some(it) = METRICS.iter().find(|it| it.name == name) {
        return Ok(it);
    }
    let known = METRICS.iter().map(|it| it.name);
    let complaint = Complaint::new(format!("\"{name}\" is not measured here"));
    Err(match guess::closest(name, known) {
        Some(it) => complaint.hint(format!("did you mean \"{it}\"?")),
        None => complaint.hint(
            "so far only host.cpu, host.memory, host.disk(path) and host.load are; \
             ask another system with a watch of kind http or command",
        ),
    })
}

fn check_argument(metric: &Metric, argument: Option<&str>) -> Result<(), Complaint> {
    let name = metric.name;
    let message = match (metric.argument, argument) {
        (Argument::None, None) => return Ok(()),
        (Argument::Path, Some(path)) if path.starts_with('/') => return Ok(()),
        (Argument::Path, Some(path)) => format!("\"{path}\" is not the path of a mounted disk"),
        (Argument::Path, None) => format!("\"{name}\" needs the path of a mounted disk"),
        (Argument::None, Some(_)) => format!("\"{name}\" takes nothing in parentheses"),
    };
    Err(Complaint::new(message).hint(format!("write {}", metric.example)))
}

fn number(metric: &Metric, text: &str) -> Result<f64, Complaint> {
    let (digits, percent) = match text.strip_suffix('%') {
        Some(it) => (it.trim_end(), Unit::Percent),
        None => (text, Unit::Number),
    };
    let wrong =
        |message: String| Err(Complaint::new(message).hint(format!("write {}", metric.example)));
    let is_plain = digits.chars().all(|it| it.is_ascii_digit() || it == '.');
    let Some(value) = digits.parse::<f64>().ok().filter(|it| is_plain && it.is_finite()) else {
        return wrong(format!("\"{text}\" is not a number to compare with"));
    };
    match (metric.unit, percent) {
        (Unit::Percent, Unit::Number) => {
            wrong(format!("\"{}\" is compared in percent", metric.name))
        }
        (Unit::Number, Unit::Percent) => wrong(format!("\"{}\" is not a percentage", metric.name)),
        (Unit::Percent, Unit::Percent) if value > 100.0 => {
            wrong(format!("\"{text}\" is not between 0% and 100%"))
        }
        (Unit::Percent, Unit::Percent) | (Unit::Number, Unit::Number) => Ok(value),
    }
}
