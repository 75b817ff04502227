//! Temporary; replaced at the merge.
use super::*;
use crate::plan::calendar::*;
use jiff::Timestamp;
impl Limit {
    pub fn deadline(self, _c: &Calendar, _z: &TimeZone, from: Timestamp) -> Timestamp {
        match self {
            Limit::Within(d) | Limit::BusinessHours(d) => from + d,
            Limit::BusinessDays(n) => from + SignedDuration::from_hours(24 * i64::from(n)),
        }
    }
}
impl Hours {
    pub fn on_duty(&self, _c: &Calendar, z: &TimeZone, now: Timestamp) -> bool {
        match self {
            Hours::Always => true,
            Hours::EmergencyOnly => false,
            Hours::Windows { windows, .. } => {
                let t = now.to_zoned(z.clone());
                windows.iter().any(|w| {
                    w.days.contains(&t.weekday()) && t.time() >= w.start && t.time() < w.end
                })
            }
        }
    }
    pub fn next_duty(&self, c: &Calendar, z: &TimeZone, now: Timestamp) -> Option<Timestamp> {
        (0..10_080).map(|m| now + SignedDuration::from_mins(m)).find(|t| self.on_duty(c, z, *t))
    }
}
impl Plan {
    pub fn escalation_for(
        &self,
        alert: Option<&str>,
        service: Option<&str>,
        severity: &str,
    ) -> Option<&Escalation> {
        let s = service.and_then(|it| self.services.get(it)?.escalation.as_deref());
        let v = self.severity(severity).and_then(|it| it.escalation.as_deref());
        self.escalations.get(alert.or(s).or(v).unwrap_or("default"))
    }
    pub fn people_of(&self, t: &Target, _now: Timestamp) -> Vec<&Person> {
        match t {
            Target::Person(p) => self.people.get(p).into_iter().collect(),
            Target::Schedule(s) => self
                .schedules
                .get(s)
                .and_then(|s| self.people.get(s.people.first()?))
                .into_iter()
                .collect(),
            Target::Group(g) => self
                .groups
                .get(g)
                .into_iter()
                .flatten()
                .filter_map(|p| self.people.get(p))
                .collect(),
        }
    }
}
