//! The plans of real teams, in their own words.

use jiff::SignedDuration;
use matoi_core::plan::calendar::Hours;
use matoi_core::plan::{Clock, Limit};

use crate::files::load_clean;

#[test]
fn a_team_whose_worst_level_is_the_third_is_understood() {
    let plan = load_clean(
        "
matoi: 1
name: モバイルアプリ
timezone: Asia/Tokyo
language: ja
severities:
  Level 3: { name: 緊急, targets: { respond: 30分以内 } }
  Level 2: { name: 中, targets: { respond: 1時間以内 } }
  Level 1: { name: 軽微, targets: { respond: 4時間以内 } }
people: { 担当: { reach: [console] } }
escalation: { default: [{ page: 担当 }] }
",
    );
    assert_eq!(plan.rank("Level 3"), Some(0));
    let limit = plan.severities[0].targets[&Clock::Respond];
    assert_eq!(limit, Limit::Within(SignedDuration::from_mins(30)));
}

#[test]
fn the_hours_of_a_contact_table_are_read_as_they_stand() {
    let plan = load_clean(
        "
matoi: 1
name: クローラー
timezone: Asia/Tokyo
severities: { P1: { targets: { respond: 即座, escalate: 1営業日 } } }
people:
  ops: { role: 運用担当, hours: 24時間, reach: [console] }
  tech: { role: 技術責任者, hours: 平日9-18時, reach: [console] }
  boss: { role: 管理責任者, hours: 緊急時のみ, reach: [console] }
escalation:
  default:
    - page: [ops]
    - { after: 15分, page: [tech] }
    - { after: 1時間, unless: resolved, page: [boss] }
",
    );
    assert_eq!(plan.people["ops"].hours, Hours::Always);
    assert_eq!(plan.people["boss"].hours, Hours::EmergencyOnly);
    assert_eq!(plan.severities[0].targets[&Clock::Escalate], Limit::BusinessDays(1));
}
