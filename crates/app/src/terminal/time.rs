//! Times as people say them: in the plan's zone, with how far away they are.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use matoi_core::language::Language;

/// The zone of that name; UTC where this machine does not know it, which the text then shows.
pub(crate) fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// `2026-01-05 03:12:00 +09:00`.
pub(crate) fn whole(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S %:z").to_string()
}

/// `03:12` today, `01-04 23:50` on another day.
pub(crate) fn short(at: Timestamp, zone: &TimeZone, now: Timestamp) -> String {
    let (at, now) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()));
    let form = if at.date() == now.date() { "%H:%M:%S" } else { "%m-%d %H:%M" };
    at.strftime(form).to_string()
}

/// `12 min ago`, `in 3 min`.
pub(crate) fn away(at: Timestamp, now: Timestamp, language: Language) -> String {
    let far = at.duration_since(now);
    let length = length(far.abs(), language);
    match (far.is_negative(), language) {
        (true, Language::Ja) => format!("{length}前"),
        (true, Language::En) => format!("{length} ago"),
        (false, Language::Ja) => format!("あと{length}"),
        (false, Language::En) => format!("in {length}"),
    }
}

/// Two units at most: nobody needs the seconds of a day.
fn length(time: SignedDuration, language: Language) -> String {
    let seconds = time.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    let units = match language {
        Language::Ja => ["日", "時間", "分", "秒"],
        Language::En => [" d", " h", " min", " s"],
    };
    let parts = [days, hours, minutes, seconds % 60];
    let first = parts.iter().position(|it| *it > 0).unwrap_or(3);
    let gap = language.pick("", " ");
    let told = parts.iter().zip(units).enumerate().skip(first).take(2);
    let words: Vec<String> = told
        .filter(|(at, (it, _))| **it > 0 || *at == first)
        .map(|(_, (it, unit))| format!("{it}{unit}"))
        .collect();
    words.join(gap)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn how_far_away_a_time_is() {
        let now = at("2026-01-05T03:00:00Z");
        for (then, en, ja) in [
            ("2026-01-05T03:00:00Z", "in 0 s", "あと0秒"),
            ("2026-01-05T02:59:15Z", "45 s ago", "45秒前"),
            ("2026-01-05T03:15:00Z", "in 15 min", "あと15分"),
            ("2026-01-05T00:58:30Z", "2 h 1 min ago", "2時間1分前"),
            ("2026-01-08T03:00:30Z", "in 3 d", "あと3日"),
        ] {
            assert_eq!(away(at(then), now, Language::En), en);
            assert_eq!(away(at(then), now, Language::Ja), ja);
        }
    }

    #[test]
    fn a_time_is_shown_in_the_zone_of_the_plan() {
        let tokyo = zone("Asia/Tokyo");
        let now = at("2026-01-04T18:30:00Z");
        assert_eq!(whole(now, &tokyo), "2026-01-05 03:30:00 +09:00");
        assert_eq!(short(at("2026-01-04T18:12:00Z"), &tokyo, now), "03:12:00");
        assert_eq!(short(at("2026-01-04T14:50:00Z"), &tokyo, now), "01-04 23:50");
        assert_eq!(whole(now, &zone("Nowhere/Land")), "2026-01-04 18:30:00 +00:00");
    }
}
