//! When a severity is told: twice in different words, or daily without a time.

use crate::import::reading::Reading;

pub(super) fn read(reading: &mut Reading<'_>) {
    let language = reading.language;
    let (mut told, mut asked) = (Vec::new(), Vec::new());
    for severity in &reading.document.severities {
        let label = &severity.label;
        let routes: Vec<_> = reading.document.routes_of(severity).collect();
        let Some((first, every)) = routes.first() else { continue };
        if let Some((other, _)) = routes.iter().find(|it| it.1 != *every) {
            let text = language.pick(
                format!("{label}の連絡が「{}」と「{}」で食い違います", first.how, other.how),
                format!("{label} is told both by \"{}\" and by \"{}\"", first.how, other.how),
            );
            let lines: Vec<usize> = first.lines.iter().chain(&other.lines).copied().collect();
            told.push((text, lines));
        } else if *every == "daily" {
            let text = language.pick(
                format!("{label}の「{}」は何時ですか。計画では9:00とみなします", first.how),
                format!("at what time is the \"{}\" of {label}? The plan takes 9:00", first.how),
            );
            asked.push((text, first.lines.clone()));
        }
    }
    for (text, lines) in told {
        reading.contradict(text, &lines);
    }
    for (text, lines) in asked {
        reading.question(text, &lines);
    }
}
