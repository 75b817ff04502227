//! The proof as a picture: a column a day, midnight at the top, and every hole where it is.
//!
//! The shade says how bad a hole is, and so do its pattern and its words, for those who see no colour.

use std::fmt::Write as _;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::{Hole, Proof, SeverityProof, Wait};
use crate::language::Language;
use crate::plan::Plan;
use crate::plan::calendar::instant;

/// Columns of pixels of a day.
const DAY: i64 = 3;
/// Rows of pixels of an hour.
const HOUR: i64 = 4;
const LEFT: i64 = 64;
const TOP: i64 = 56;
/// What a severity takes beside its hours: its title and the months.
const BAND: i64 = 44;
const SECONDS_PER_HOUR: i64 = 3_600;

/// An SVG of `proof` in the plan's zone.
pub fn picture(proof: &Proof, plan: &Plan, language: Language) -> String {
    let first = plan.zone.to_datetime(proof.from).date();
    let days = days(proof, plan);
    let block = 24 * HOUR + BAND;
    let count = i64::try_from(proof.severities.len()).unwrap_or(0);
    let width = (LEFT + days * DAY + 16).max(560);
    let height = TOP + count * block + 8;
    let mut svg = String::new();
    let _ = writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"'Noto Sans JP','Noto Sans CJK JP',sans-serif\" font-size=\"11\">"
    );
    svg.push_str(concat!(
        "<defs><pattern id=\"never\" width=\"4\" height=\"4\" patternUnits=\"userSpaceOnUse\">",
        "<rect width=\"4\" height=\"4\" fill=\"#b3261e\"/><path d=\"M0 4L4 0\" stroke=\"#fff\" stroke-width=\"1\"/>",
        "</pattern></defs>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
    ));
    let title = language.pick("担当者に届くまで", "Reaching somebody on duty");
    let _ = writeln!(
        svg,
        "<text x=\"{LEFT}\" y=\"18\" font-size=\"14\" font-weight=\"bold\">{}: {title}</text>",
        escaped(&plan.name)
    );
    legend(&mut svg, language);
    for (row, severity) in (0..).zip(&proof.severities) {
        let band = Band { plan, language, first, days, top: TOP + row * block };
        band.draw(&mut svg, severity);
    }
    svg.push_str("</svg>\n");
    svg
}

fn days(proof: &Proof, plan: &Plan) -> i64 {
    let first = plan.zone.to_datetime(proof.from).date();
    let last = plan.zone.to_datetime(proof.to).date();
    // The day on which it ends is shown too, unless it ends at its midnight.
    let whole = instant::begin(last, jiff::civil::Time::midnight(), &plan.zone) == Some(proof.to);
    (i64::from((last - first).get_days()) + i64::from(!whole)).max(1)
}

fn legend(svg: &mut String, language: Language) {
    let marks = [
        ("#d7ead9", language.pick("目標内に届く", "in time")),
        ("#e08e0b", language.pick("目標より遅い", "late")),
        ("url(#never)", language.pick("届かない", "never")),
    ];
    for (column, (fill, text)) in (0_i64..).zip(marks) {
        let x = LEFT + column * 130;
        let _ = writeln!(
            svg,
            "<rect x=\"{x}\" y=\"28\" width=\"12\" height=\"12\" fill=\"{fill}\"/><text x=\"{}\" y=\"38\">{text}</text>",
            x + 18
        );
    }
}

/// The rows of one severity.
struct Band<'a> {
    plan: &'a Plan,
    language: Language,
    first: Date,
    days: i64,
    top: i64,
}

impl Band<'_> {
    fn draw(&self, svg: &mut String, severity: &SeverityProof) {
        let (top, width) = (self.top + 20, self.days * DAY);
        let worst = severity.worst().words(self.language);
        let target = severity.promise(self.language);
        let _ = writeln!(
            svg,
            "<text x=\"{LEFT}\" y=\"{}\"><tspan font-weight=\"bold\">{}</tspan> {} {} / {} {}</text>",
            self.top + 14,
            escaped(&severity.label),
            self.language.pick("目標", "target"),
            escaped(&target),
            self.language.pick("最悪", "worst"),
            escaped(&worst),
        );
        let _ = writeln!(
            svg,
            "<rect x=\"{LEFT}\" y=\"{top}\" width=\"{width}\" height=\"{}\" fill=\"#d7ead9\"/>",
            24 * HOUR
        );
        for hole in severity.policies.iter().flat_map(|it| &it.holes) {
            self.hole(svg, hole);
        }
        self.axes(svg, top);
    }

    /// A hole, a rectangle for each day that it touches.
    fn hole(&self, svg: &mut String, hole: &Hole) {
        let fill = match hole.wait {
            Wait::Forever => "url(#never)",
            Wait::For(_) => "#e08e0b",
        };
        let zone = &self.plan.zone;
        let shown = |it: Timestamp| zone.to_datetime(it).strftime("%Y-%m-%d %H:%M").to_string();
        let title = format!(
            "{} – {}: {} ({})",
            shown(hole.from),
            shown(hole.to),
            hole.why.words(self.plan, self.language),
            hole.wait.words(self.language)
        );
        let mut date = zone.to_datetime(hole.from).date();
        let last = zone.to_datetime(hole.to).date();
        while date <= last {
            let y =
                if date == zone.to_datetime(hole.from).date() { self.row(hole.from) } else { 0 };
            let bottom = if date == last { self.row(hole.to) } else { 24 * HOUR };
            let x = LEFT + i64::from((date - self.first).get_days()) * DAY;
            if bottom > y {
                let _ = writeln!(
                    svg,
                    "<rect x=\"{x}\" y=\"{}\" width=\"{DAY}\" height=\"{}\" fill=\"{fill}\"><title>{}</title></rect>",
                    self.top + 20 + y,
                    bottom - y,
                    escaped(&title)
                );
            }
            let Ok(next) = date.checked_add(1.day()) else { break };
            date = next;
        }
    }

    /// How far below midnight an instant stands, in pixels.
    fn row(&self, at: Timestamp) -> i64 {
        let time = self.plan.zone.to_datetime(at).time();
        let seconds = i64::from(time.hour()) * SECONDS_PER_HOUR
            + i64::from(time.minute()) * 60
            + i64::from(time.second());
        seconds * HOUR / SECONDS_PER_HOUR
    }

    fn axes(&self, svg: &mut String, top: i64) {
        for hour in [0, 6, 12, 18, 24] {
            let _ = writeln!(
                svg,
                "<text x=\"{}\" y=\"{}\" text-anchor=\"end\" fill=\"#555\">{hour:02}:00</text>",
                LEFT - 6,
                top + hour * HOUR + 4
            );
        }
        for day in 0..self.days {
            let Ok(date) = self.first.checked_add(day.days()) else { break };
            if date.day() != 1 && day != 0 {
                continue;
            }
            let x = LEFT + day * DAY;
            let _ = writeln!(
                svg,
                "<path d=\"M{x} {top}v{}\" stroke=\"#8a8a8a\" stroke-width=\"0.5\"/>",
                24 * HOUR + 4
            );
            // A first month that has no room is not named.
            if date.day() == 1 || date.day() < 20 {
                let _ = writeln!(
                    svg,
                    "<text x=\"{}\" y=\"{}\" fill=\"#555\">{}</text>",
                    x + 2,
                    top + 24 * HOUR + 14,
                    date.strftime("%Y-%m")
                );
            }
        }
    }
}

/// `text` as XML takes it.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // XML 1.0 knows no other control characters.
            it if it.is_control() && !matches!(it, '\t' | '\n' | '\r') => safe.push('\u{fffd}'),
            it => safe.push(it),
        }
    }
    safe
}
