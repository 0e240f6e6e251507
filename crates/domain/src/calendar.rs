//! When the canteen cooks: school year, weekdays, national holidays, Easter, closures, a child's days of use.

use crate::{ClassGroupId, ClosureId, Instant, SchoolId, ServiceDay};
use chrono::{Datelike, Days, Weekday};
use serde::{Deserialize, Serialize};

/// A set of weekdays. Giorni di fruizione when it is a child's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Weekdays(u8);

impl Weekdays {
    /// Monday to Friday.
    pub const MONDAY_TO_FRIDAY: Self = Self(0b0001_1111);
    /// No day.
    pub const NONE: Self = Self(0);

    /// From the bits of Monday (1) to Sunday (64).
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & 0b0111_1111)
    }

    /// Monday is bit 0.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The same set with `weekday` in it.
    #[must_use]
    pub fn with(self, weekday: Weekday) -> Self {
        Self(self.0 | 1 << weekday.num_days_from_monday())
    }

    /// True where `weekday` is in the set.
    pub fn contains(self, weekday: Weekday) -> bool {
        self.0 & (1 << weekday.num_days_from_monday()) != 0
    }

    /// True where there is no day in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// Italian national holidays (L. 260/1949 as amended; San Francesco from 2026 by L. 151/2025).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Holiday {
    /// 1 January.
    NewYear,
    /// 6 January.
    Epiphany,
    /// Pasqua.
    Easter,
    /// Lunedì dell'Angelo.
    EasterMonday,
    /// 25 April.
    Liberation,
    /// 1 May.
    Labour,
    /// 2 June.
    Republic,
    /// 15 August.
    Assumption,
    /// 4 October, since 2026.
    SaintFrancis,
    /// 1 November.
    AllSaints,
    /// 8 December.
    ImmaculateConception,
    /// 25 December.
    Christmas,
    /// 26 December.
    SaintStephen,
}

/// The national holiday on that day, if it is one.
pub fn national_holiday(day: ServiceDay) -> Option<Holiday> {
    match (day.month(), day.day()) {
        (1, 1) => Some(Holiday::NewYear),
        (1, 6) => Some(Holiday::Epiphany),
        (4, 25) => Some(Holiday::Liberation),
        (5, 1) => Some(Holiday::Labour),
        (6, 2) => Some(Holiday::Republic),
        (8, 15) => Some(Holiday::Assumption),
        (10, 4) if day.year() >= 2026 => Some(Holiday::SaintFrancis),
        (11, 1) => Some(Holiday::AllSaints),
        (12, 8) => Some(Holiday::ImmaculateConception),
        (12, 25) => Some(Holiday::Christmas),
        (12, 26) => Some(Holiday::SaintStephen),
        _ => {
            let easter = easter(day.year())?;
            match day.signed_duration_since(easter).num_days() {
                0 => Some(Holiday::Easter),
                1 => Some(Holiday::EasterMonday),
                _ => None,
            }
        }
    }
}

/// Easter Sunday of the Gregorian calendar (the anonymous algorithm of 1876), for years from 1583.
#[expect(
    clippy::many_single_char_names,
    reason = "the algorithm is known by these letters"
)]
pub fn easter(year: i32) -> Option<ServiceDay> {
    let (a, b, c) = (year.rem_euclid(19), year.div_euclid(100), year.rem_euclid(100));
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let n = h + l - 7 * ((a + 11 * h + 22 * l) / 451) + 114;
    ServiceDay::from_ymd_opt(year, u32::try_from(n / 31).ok()?, u32::try_from(n % 31 + 1).ok()?)
}

/// The day that lies `offset` days after Easter (before it where negative); closures around Easter are given so.
pub fn around_easter(year: i32, offset: i16) -> Option<ServiceDay> {
    let easter = easter(year)?;
    let days = Days::new(u64::from(offset.unsigned_abs()));
    if offset < 0 {
        easter.checked_sub_days(days)
    } else {
        easter.checked_add_days(days)
    }
}

/// Anno scolastico of a body: first and last day of the service and its weekdays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SchoolYear {
    /// Such as `2026/2027`.
    pub name: String,
    /// First day of the service.
    pub first: ServiceDay,
    /// Last day of the service, included.
    pub last: ServiceDay,
    /// Weekdays on which the canteen cooks.
    pub weekdays: Weekdays,
}

/// Whom a closure concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ClosureScope {
    /// Every school of the body.
    Body,
    /// One school.
    School(SchoolId),
    /// One class.
    Class(ClassGroupId),
}

/// Chiusura: days on which nobody in its scope is served, nor charged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Closure {
    /// Identity.
    pub id: ClosureId,
    /// Whom it concerns.
    pub scope: ClosureScope,
    /// First day.
    pub first: ServiceDay,
    /// Last day, included.
    pub last: ServiceDay,
    /// In the office's words; families read it.
    pub reason: String,
    /// When it was made known.
    pub declared_at: Instant,
}

impl Closure {
    /// True where it closes the canteen for that class on that day.
    pub fn covers(&self, day: ServiceDay, school: SchoolId, class: ClassGroupId) -> bool {
        let concerns = match self.scope {
            ClosureScope::Body => true,
            ClosureScope::School(id) => id == school,
            ClosureScope::Class(id) => id == class,
        };
        concerns && self.first <= day && day <= self.last
    }
}

/// Iscrizione: a child in a class for a school year, on the days of use that the family ticked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Enrolment {
    /// Plesso.
    pub school: SchoolId,
    /// Classe.
    pub class: ClassGroupId,
    /// First day on which the child is expected.
    pub first: ServiceDay,
    /// Last day, included.
    pub last: ServiceDay,
    /// Giorni di fruizione.
    pub use_days: Weekdays,
    /// Which tariff is theirs.
    pub tariff: String,
}

/// Why nobody cooks for this child on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", tag = "because")]
pub enum NoService {
    /// Before the first or after the last day of the body's school year.
    OutsideSchoolYear,
    /// A weekday on which the canteen does not cook.
    NotServiceWeekday,
    /// A national holiday.
    Holiday {
        /// Which one.
        holiday: Holiday,
    },
    /// The office closed the body, the school or the class.
    Closure {
        /// In the office's words.
        reason: String,
    },
    /// The child is not enrolled on that day.
    NotEnrolled,
    /// A weekday that the family did not tick at enrolment.
    NotUseDay,
}

/// What decides the service days of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceCalendar {
    /// The school year.
    pub year: SchoolYear,
    /// All closures that touch it.
    pub closures: Vec<Closure>,
}

impl ServiceCalendar {
    /// Whether the canteen cooks for that class on that day.
    pub fn class_service(
        &self,
        day: ServiceDay,
        school: SchoolId,
        class: ClassGroupId,
    ) -> Result<(), NoService> {
        if day < self.year.first || day > self.year.last {
            return Err(NoService::OutsideSchoolYear);
        }
        if !self.year.weekdays.contains(day.weekday()) {
            return Err(NoService::NotServiceWeekday);
        }
        if let Some(holiday) = national_holiday(day) {
            return Err(NoService::Holiday { holiday });
        }
        match self
            .closures
            .iter()
            .find(|closure| closure.covers(day, school, class))
        {
            Some(closure) => Err(NoService::Closure {
                reason: closure.reason.clone(),
            }),
            None => Ok(()),
        }
    }

    /// Whether that child could eat on that day.
    pub fn child_service(&self, day: ServiceDay, enrolment: &Enrolment) -> Result<(), NoService> {
        self.class_service(day, enrolment.school, enrolment.class)?;
        if day < enrolment.first || day > enrolment.last {
            return Err(NoService::NotEnrolled);
        }
        if enrolment.use_days.contains(day.weekday()) {
            Ok(())
        } else {
            Err(NoService::NotUseDay)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> ServiceDay {
        text.parse().unwrap()
    }

    fn school() -> (SchoolId, ClassGroupId) {
        (
            SchoolId::from_parts(1, [1; 10]),
            ClassGroupId::from_parts(1, [2; 10]),
        )
    }

    fn calendar(closures: Vec<Closure>) -> ServiceCalendar {
        let year = SchoolYear {
            name: "2026/2027".into(),
            first: day("2026-09-14"),
            last: day("2027-06-08"),
            weekdays: Weekdays::MONDAY_TO_FRIDAY,
        };
        ServiceCalendar { year, closures }
    }

    fn closure(scope: ClosureScope, first: &str, last: &str) -> Closure {
        Closure {
            id: ClosureId::from_parts(1, [9; 10]),
            scope,
            first: day(first),
            last: day(last),
            reason: "Elezioni".into(),
            declared_at: "2026-09-01T08:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn easter_falls_where_the_church_put_it() {
        for (year, date) in [
            (1818, "1818-03-22"),
            (1943, "1943-04-25"),
            (2024, "2024-03-31"),
            (2026, "2026-04-05"),
            (2027, "2027-03-28"),
            (2038, "2038-04-25"),
        ] {
            assert_eq!(easter(year), Some(day(date)));
        }
        assert_eq!(around_easter(2027, -3), Some(day("2027-03-25")));
        assert_eq!(
            around_easter(2027, 1).and_then(national_holiday),
            Some(Holiday::EasterMonday)
        );
    }

    #[test]
    fn saint_francis_is_a_holiday_from_2026() {
        assert_eq!(national_holiday(day("2025-10-04")), None);
        assert_eq!(national_holiday(day("2026-10-04")), Some(Holiday::SaintFrancis));
        assert_eq!(national_holiday(day("2027-10-04")), Some(Holiday::SaintFrancis));
    }

    #[test]
    fn every_reason_why_nobody_cooks_is_told_apart() {
        let (school, class) = school();
        let other = SchoolId::from_parts(1, [7; 10]);
        let calendar = calendar(vec![
            closure(ClosureScope::School(school), "2026-11-19", "2026-11-20"),
            closure(ClosureScope::Class(class), "2026-11-26", "2026-11-26"),
            closure(ClosureScope::Body, "2026-12-23", "2027-01-06"),
        ]);
        let of = |d: &str| calendar.class_service(day(d), school, class);
        assert_eq!(of("2026-11-23"), Ok(()));
        assert_eq!(of("2026-09-13"), Err(NoService::OutsideSchoolYear));
        assert_eq!(of("2026-11-22"), Err(NoService::NotServiceWeekday));
        assert_eq!(
            of("2026-12-08"),
            Err(NoService::Holiday {
                holiday: Holiday::ImmaculateConception
            })
        );
        assert_eq!(
            of("2026-11-20"),
            Err(NoService::Closure {
                reason: "Elezioni".into()
            })
        );
        assert_eq!(
            of("2026-11-26"),
            Err(NoService::Closure {
                reason: "Elezioni".into()
            })
        );
        assert_eq!(calendar.class_service(day("2026-11-20"), other, class), Ok(()));
        assert!(calendar.class_service(day("2026-12-29"), other, class).is_err());
    }

    #[test]
    fn a_child_eats_on_the_ticked_days_of_the_enrolment_only() {
        let (school, class) = school();
        let enrolment = Enrolment {
            school,
            class,
            first: day("2026-10-01"),
            last: day("2027-05-31"),
            use_days: Weekdays::NONE.with(Weekday::Mon).with(Weekday::Wed),
            tariff: "ordinaria".into(),
        };
        let calendar = calendar(vec![]);
        assert_eq!(calendar.child_service(day("2026-11-23"), &enrolment), Ok(()));
        assert_eq!(
            calendar.child_service(day("2026-11-24"), &enrolment),
            Err(NoService::NotUseDay)
        );
        assert_eq!(
            calendar.child_service(day("2026-09-28"), &enrolment),
            Err(NoService::NotEnrolled)
        );
        assert_eq!(
            calendar.child_service(day("2027-06-02"), &enrolment),
            Err(NoService::Holiday {
                holiday: Holiday::Republic
            })
        );
    }
}
