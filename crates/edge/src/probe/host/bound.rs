//! A bound that a figure must keep: `< 80%`.

/// What a figure is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Percent,
    Number,
}

/// `< 80%`, `<= 8`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bound {
    op: Op,
    limit: f64,
    unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Op {
    Below,
    AtMost,
}

impl Bound {
    /// Reads what is well, or says what is wrong with it.
    pub(super) fn parse(text: &str, unit: Unit) -> Result<Bound, String> {
        let form = match unit {
            Unit::Percent => "must say what is well, such as \"< 80%\"",
            Unit::Number => "must say what is well, such as \"< 8\"",
        };
        let text = text.trim();
        let (op, rest) = if let Some(rest) = text.strip_prefix("<=") {
            (Op::AtMost, rest)
        } else if let Some(rest) = text.strip_prefix('<') {
            (Op::Below, rest)
        } else {
            return Err(form.to_owned());
        };
        let number = match unit {
            Unit::Percent => rest.strip_suffix('%'),
            Unit::Number => Some(rest),
        };
        let limit: Option<f64> = number.and_then(|it| it.trim().parse().ok());
        let limit = limit.filter(|it| it.is_finite() && *it > 0.0).ok_or(form)?;
        if unit == Unit::Percent && limit > 100.0 {
            return Err("cannot be more than 100%".to_owned());
        }
        Ok(Bound { op, limit, unit })
    }

    pub(super) fn holds(&self, value: f64) -> bool {
        match self.op {
            Op::Below => value < self.limit,
            Op::AtMost => value <= self.limit,
        }
    }

    /// `host.cpu is 93.4%, expected < 80%`.
    pub(super) fn complaint(&self, name: &str, value: f64) -> String {
        let sign = match self.unit {
            Unit::Percent => "%",
            Unit::Number => "",
        };
        let op = match self.op {
            Op::Below => "<",
            Op::AtMost => "<=",
        };
        format!("{name} is {value:.1}{sign}, expected {op} {}{sign}", self.limit)
    }
}
