//! Company holidays out of iCalendar files.

use jiff::civil::date;
use matoi_core::plan::{Loaded, load};

use crate::files::{files, parse_runbook, told};

fn plan_with(ics: &[u8]) -> (String, Loaded) {
    let text = "matoi: 1
name: 例
timezone: Asia/Tokyo
language: ja
calendar: { business_hours: 平日9-18時, holidays: [jp, holidays/company.ics] }
severities: { P0: {} }
people: { ann: { reach: [console] } }
escalation: { default: [{ page: ann }] }
";
    let mut files = files([("matoi.yaml", text)]);
    files.insert("holidays/company.ics".to_owned(), ics.to_vec());
    (text.to_owned(), load(&files, parse_runbook))
}

fn calendar_of(events: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n")
}

#[test]
fn whole_days_of_an_icalendar_file_are_holidays() {
    let (text, loaded) = plan_with(
        calendar_of(
            "BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:年末\r\n 年始\\, 全社\r\nDTSTART;VALUE=DATE:20261229\r\nDTEND;VALUE=DATE:20270104\r\nEND:VEVENT\r\n\
             BEGIN:VEVENT\r\nDTSTART;TZID=Asia/Tokyo:20260601T000000\r\nDTEND;TZID=Asia/Tokyo:20260602T000000\r\nBEGIN:VALARM\r\nEND:VALARM\r\nEND:VEVENT\r\n\
             BEGIN:VEVENT\r\nSUMMARY:夏休み\r\nDTSTART;VALUE=DATE:20260812\r\nDURATION:P3D\r\nEND:VEVENT\r\n\
             BEGIN:VEVENT\r\nSUMMARY:取り消し\r\nSTATUS:CANCELLED\r\nDTSTART;VALUE=DATE:20260701\r\nEND:VEVENT\r\n",
        )
        .as_bytes(),
    );
    assert_eq!(told(&text, &loaded.problems), "");
    let calendar = loaded.plan.unwrap().calendar;
    for (day, name) in [
        (date(2026, 12, 28), None),
        (date(2026, 12, 29), Some("年末年始, 全社")),
        (date(2027, 1, 3), Some("年末年始, 全社")),
        (date(2027, 1, 4), None),
        (date(2026, 6, 1), Some("休業日")),
        (date(2026, 6, 2), None),
        (date(2026, 8, 14), Some("夏休み")),
        (date(2026, 8, 15), None),
        (date(2026, 7, 1), None),
        (date(2026, 5, 3), Some("憲法記念日")),
    ] {
        assert_eq!(calendar.holiday(day), name, "{day}");
    }
}

#[test]
fn a_meeting_is_no_holiday_and_the_author_hears_of_it() {
    let (text, loaded) = plan_with(
        calendar_of(
            "BEGIN:VEVENT\nSUMMARY:定例\nDTSTART:20260601T010000Z\nDTEND:20260601T020000Z\nRRULE:FREQ=WEEKLY\nEND:VEVENT\n\
             BEGIN:VEVENT\nSUMMARY:会議\nDTSTART:20260602T010000Z\nDURATION:PT1H\nEND:VEVENT\n",
        )
        .as_bytes(),
    );
    insta::assert_snapshot!(told(&text, &loaded.problems));
    assert!(loaded.plan.is_some());
}

#[test]
fn a_file_that_is_not_understood_refuses_the_plan() {
    let event = |lines: &str| calendar_of(&format!("BEGIN:VEVENT\n{lines}END:VEVENT\n"));
    let cases: Vec<Vec<u8>> = vec![
        b"PK\x03\x04".to_vec(),
        b"BEGIN:VCALENDAR\nSUMMARY:\x93\xfa\n".to_vec(),
        event("DTSTART;VALUE=DATE:20261301\n").into_bytes(),
        event("DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=YEARLY\n").into_bytes(),
        event("DTSTART;VALUE=DATE:20260101\nDTEND;VALUE=DATE:20270101\n").into_bytes(),
        event("SUMMARY:いつ\n").into_bytes(),
        event("DTSTART;VALUE=DATE:20260101\nDURATION:8H\n").into_bytes(),
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101\n".to_vec(),
        b"BEGIN:VCALENDAR\nrubbish\n".to_vec(),
    ];
    let told: String = cases
        .iter()
        .map(|ics| {
            let (text, loaded) = plan_with(ics);
            assert!(loaded.plan.is_none());
            told(&text, &loaded.problems)
        })
        .collect();
    insta::assert_snapshot!(told);
}

#[test]
fn a_file_that_is_not_there_or_not_named_is_told() {
    let ics = calendar_of("BEGIN:VEVENT\nDTSTART;VALUE=DATE:20260601\nEND:VEVENT\n");
    let head = "matoi: 1\nname: x\ntimezone: UTC\nseverities: { P0: {} }\n";
    let head = format!("{head}people: {{ ann: {{ reach: [console] }} }}\n");
    let head = format!("{head}escalation: {{ default: [{{ page: ann }}] }}\n");
    let tell = |calendar: &str| {
        let text = format!("{head}{calendar}\n");
        let files = files([
            ("matoi.yaml", text.as_str()),
            ("holidays/company.ics", ics.as_str()),
            ("templates/ours.md", "# Ours\n"),
        ]);
        format!("{calendar}\n{}", told(&text, &load(&files, parse_runbook).problems))
    };
    let told = [
        tell(""),
        tell("calendar: { holidays: company.ics }"),
        tell("calendar: { holidays: holidays/compny.ics }"),
        tell("calendar: { holidays: [holidays/company.ics] }"),
    ];
    insta::assert_snapshot!(told.concat());
}
