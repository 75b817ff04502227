//! Properties of duty hours and business time.

use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use matoi_core::plan::calendar::{Calendar, HolidaySet, Hours, OnHolidays, Window};
use matoi_core::plan::{Limit, Rotate, Schedule};
use proptest::prelude::*;

const ZONES: [&str; 5] =
    ["Asia/Tokyo", "Europe/London", "America/New_York", "Australia/Lord_Howe", "America/Santiago"];

/// From 2024 to 2028, in minutes.
fn instant() -> impl Strategy<Value = Timestamp> {
    (1_704_067_200 / 60..1_830_000_000 / 60i64)
        .prop_map(|it| Timestamp::from_second(it * 60).unwrap())
}

/// Instants close to a change of the clocks in London and New York as often as anywhere else.
fn any_instant() -> impl Strategy<Value = Timestamp> {
    let near_a_change = (
        prop_oneof![
            Just(1_774_746_000i64),
            Just(1_792_890_000),
            Just(1_772_953_200),
            Just(1_793_512_800)
        ],
        -2_880..2_880i64,
    )
        .prop_map(|(at, minutes)| Timestamp::from_second(at + minutes * 60).unwrap());
    prop_oneof![instant(), near_a_change]
}

fn zone() -> impl Strategy<Value = TimeZone> {
    prop::sample::select(&ZONES).prop_map(|it| TimeZone::get(it).unwrap())
}

fn window() -> impl Strategy<Value = Window> {
    let days = prop::sample::subsequence((1..=7).collect::<Vec<i8>>(), 1..=7);
    (days, 0..96i16, 0..96i16).prop_map(|(days, start, end)| Window {
        days: days.into_iter().map(|it| Weekday::from_monday_one_offset(it).unwrap()).collect(),
        start: quarter(start),
        end: quarter(end),
    })
}

fn quarter(quarters: i16) -> Time {
    Time::midnight() + SignedDuration::from_mins(i64::from(quarters) * 15)
}

fn hours() -> impl Strategy<Value = Hours> {
    let holidays = prop_oneof![Just(OnHolidays::Off), Just(OnHolidays::On)];
    (prop::collection::vec(window(), 1..3), holidays)
        .prop_map(|(windows, holidays)| Hours::Windows { windows, holidays })
}

fn calendar() -> impl Strategy<Value = Calendar> {
    let sets = prop_oneof![Just(Vec::new()), Just(vec![HolidaySet::Japan])];
    (prop::collection::vec(window(), 0..3), sets).prop_map(|(business, sets)| Calendar {
        business,
        sets,
        days: [].into(),
    })
}

/// Whether the wall clock reads a time of the window on a day on which it holds.
fn wall_clock_says(hours: &Hours, calendar: &Calendar, zone: &TimeZone, now: Timestamp) -> bool {
    let Hours::Windows { windows, holidays } = hours else { return true };
    let local = zone.to_datetime(now);
    let holds = |it: &Window, date: jiff::civil::Date| {
        let open = *holidays == OnHolidays::On || !calendar.is_holiday(date);
        open && it.days.contains(&date.weekday())
    };
    windows.iter().any(|it| {
        let (today, before) = (local.date(), local.date().yesterday().unwrap());
        if it.start < it.end {
            return holds(it, today) && it.start <= local.time() && local.time() < it.end;
        }
        (holds(it, today) && it.start <= local.time())
            || (holds(it, before) && local.time() < it.end)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn who_is_on_duty_by_the_clock_on_the_wall_is_on_duty(
        hours in hours(), calendar in calendar(), zone in zone(), now in any_instant(),
    ) {
        let said = wall_clock_says(&hours, &calendar, &zone, now);
        let found = hours.on_duty(&calendar, &zone, now);
        // Where an hour comes twice, duty goes through both; everywhere else the two agree.
        let day = SignedDuration::from_hours(26);
        let offset = |it: Timestamp| zone.to_offset(it);
        let near_a_change = offset(now - day) != offset(now + day);
        prop_assert!(found == said || (found && near_a_change), "said {said}, found {found}");
    }

    #[test]
    fn the_next_duty_is_the_first_instant_on_duty(
        hours in hours(), calendar in calendar(), zone in zone(), now in any_instant(),
    ) {
        let found = hours.next_duty(&calendar, &zone, now);
        let Some(next) = found else { return Ok(()) };
        prop_assert!(next >= now);
        prop_assert!(hours.on_duty(&calendar, &zone, next));
        // Windows begin and end on quarters of an hour, and so do the changes of the clocks.
        let mut earlier = now;
        while earlier < next {
            prop_assert!(!hours.on_duty(&calendar, &zone, earlier), "on duty at {earlier}");
            let quarter = SignedDuration::from_mins(15);
            earlier += quarter - SignedDuration::from_secs(earlier.as_second().rem_euclid(900));
        }
    }

    #[test]
    fn business_time_grows_with_its_length_and_with_its_start(
        calendar in calendar(), zone in zone(), start in any_instant(),
        later in 0..3_000i64, lasting in 0..6_000i64, more in 0..600i64,
    ) {
        let minutes = SignedDuration::from_mins;
        let end = calendar.add_business(start, minutes(lasting), &zone);
        let longer = calendar.add_business(start, minutes(lasting + more), &zone);
        let moved = calendar.add_business(start + minutes(later), minutes(lasting), &zone);
        if let (Some(end), Some(longer), Some(moved)) = (end, longer, moved) {
            prop_assert!(start + minutes(lasting) <= end, "business time is never faster than time");
            prop_assert!(end <= longer && end <= moved);
        }
    }

    #[test]
    fn business_time_can_be_counted_in_parts(
        calendar in calendar(), zone in zone(), start in any_instant(), a in 1..600i64, b in 1..600i64,
    ) {
        let minutes = SignedDuration::from_mins;
        let whole = calendar.add_business(start, minutes(a + b), &zone);
        let first = calendar.add_business(start, minutes(a), &zone);
        let parts = first.and_then(|it| calendar.add_business(it, minutes(b), &zone));
        if let (Some(whole), Some(parts)) = (whole, parts) {
            prop_assert_eq!(whole, parts);
        }
    }

    #[test]
    fn business_days_grow_with_their_number_and_with_their_start(
        calendar in calendar(), zone in zone(), start in any_instant(), later in 0..3_000i64, days in 0..9u32,
    ) {
        let end = calendar.add_business_days(start, days, &zone);
        let next = calendar.add_business_days(start, days + 1, &zone);
        let moved = calendar.add_business_days(start + SignedDuration::from_mins(later), days, &zone);
        if let (Some(end), Some(next), Some(moved)) = (end, next, moved) {
            prop_assert!(end > start || days == 0 && end >= start);
            prop_assert!(end <= next && end <= moved);
        }
    }

    #[test]
    fn where_a_limit_began_is_the_latest_that_is_over(
        calendar in calendar(), zone in zone(), end in any_instant(), hours in 0..60i64, days in 1..6u32,
    ) {
        for limit in [Limit::BusinessHours(SignedDuration::from_hours(hours)), Limit::BusinessDays(days)] {
            let begin = limit.begin(&calendar, &zone, end);
            let later = begin + SignedDuration::from_secs(1);
            if begin > end - SignedDuration::from_hours(24 * 366) {
                prop_assert!(begin <= end);
                prop_assert!(limit.deadline(&calendar, &zone, begin) <= end);
                prop_assert!(later > end || limit.deadline(&calendar, &zone, later) > end);
            }
        }
    }

    #[test]
    fn turns_follow_each_other_without_a_hole(
        zone in zone(), now in any_instant(), day in 1..=7i8, quarters in 0..96i16, daily in any::<bool>(), long in 1..4u16, people in 1..5usize,
    ) {
        let schedule = Schedule {
            name: "primary".to_owned(),
            rotate: if daily { Rotate::Days(long) } else { Rotate::Weeks(long) },
            handoff_day: Weekday::from_monday_one_offset(day).unwrap(),
            handoff_time: quarter(quarters),
            people: (0..people).map(|it| it.to_string()).collect(),
            from: None,
            layers: Vec::new(),
            overrides: Vec::new(),
        };
        let calendar = matoi_core::plan::calendar::Calendar::default();
        let handoff = schedule.handoff_after(&calendar, &zone, now);
        prop_assert!(handoff > now);
        let who = |at| schedule.on_call(&calendar, &zone, at).parse::<usize>().unwrap();
        prop_assert_eq!(who(now), who(handoff - SignedDuration::from_nanos(1)));
        prop_assert_eq!((who(now) + 1) % people, who(handoff));
    }
}
