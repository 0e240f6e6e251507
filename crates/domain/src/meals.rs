//! Presenza di un alunno in un giorno: who eats, who changed it, what may still be changed.

use crate::{
    Instant, ServiceDay,
    calendar::NoService,
    cutoff::{Action, CutOffError, CutOffs},
};
use serde::{Deserialize, Serialize};

/// How a body takes presences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// Disdetta: a child eats unless cancelled.
    ExpectedByDefault,
    /// Prenotazione: a child eats only where booked.
    Booked,
}

impl Model {
    /// What holds on a service day where nobody has acted.
    pub const fn default_choice(self) -> Choice {
        match self {
            Self::ExpectedByDefault => Choice::Eats,
            Self::Booked => Choice::DoesNotEat,
        }
    }
}

/// What the family last said of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// The child eats: expected, or booked.
    Eats,
    /// Cancelled, or not booked.
    DoesNotEat,
}

impl Choice {
    /// The act that leads there, which decides the cut-off.
    pub const fn action(self) -> Action {
        match self {
            Self::Eats => Action::Book,
            Self::DoesNotEat => Action::Cancel,
        }
    }

    /// The name on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Eats => "eats",
            Self::DoesNotEat => "does_not_eat",
        }
    }
}

/// What is known of one child's day when somebody wants to change it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// The day.
    pub day: ServiceDay,
    /// Whether the canteen cooks for this child.
    pub service: Result<(), NoService>,
    /// What the family said last, if anything.
    pub said: Option<Choice>,
    /// Whether the day is frozen: counted, and charged where due.
    pub frozen: bool,
}

/// Why a day cannot be changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// Too late or too far ahead.
    #[error(transparent)]
    CutOff(#[from] CutOffError),
    /// Nobody cooks on that day for this child.
    #[error("there is no service for this child on that day")]
    NoService(NoService),
    /// The day is what it should become already.
    #[error("the day is already so")]
    AlreadySo(Choice),
}

impl Day {
    /// What holds now: the family's word, or the model's default.
    pub fn choice(&self, model: Model) -> Choice {
        self.said.unwrap_or(model.default_choice())
    }

    /// Whether the day may become `wish` at that instant. The reasons are tried in the order in which a person
    /// would ask: is there a meal at all, is it so already, is there still time.
    pub fn change(
        &self,
        wish: Choice,
        model: Model,
        cut_offs: &CutOffs,
        now: Instant,
    ) -> Result<(), ChangeError> {
        self.service.clone().map_err(ChangeError::NoService)?;
        let rule = cut_offs.of(wish.action());
        if self.frozen {
            let closed_at = rule.closes(self.day);
            return Err(CutOffError::TooLate { closed_at }.into());
        }
        if self.choice(model) == wish {
            return Err(ChangeError::AlreadySo(wish));
        }
        Ok(rule.check(self.day, now)?)
    }

    /// How the day stands, in one word.
    pub fn standing(&self, model: Model) -> Standing {
        match (&self.service, self.choice(model), self.frozen) {
            (Err(_), _, _) => Standing::Closed,
            (Ok(()), Choice::Eats, false) => Standing::Expected,
            (Ok(()), Choice::Eats, true) => Standing::Charged,
            (Ok(()), Choice::DoesNotEat, _) if self.said.is_some() => Standing::Cancelled,
            (Ok(()), Choice::DoesNotEat, _) => Standing::NotBooked,
        }
    }
}

/// How a day stands for a child; always shown as icon and word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Eats; can still change.
    Expected,
    /// Cancelled by the family.
    Cancelled,
    /// Nobody booked it (booking model).
    NotBooked,
    /// Frozen as eating: the meal was charged.
    Charged,
    /// No service.
    Closed,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cutoff::CutOff;
    use chrono::{NaiveTime, TimeDelta};

    fn cut_offs() -> CutOffs {
        let cancel = CutOff {
            days_before: 0,
            at: NaiveTime::from_hms_opt(9, 30, 0).unwrap(),
            max_ahead_days: 30,
        };
        CutOffs { cancel, book: cancel }
    }

    fn a_day() -> Day {
        Day {
            day: "2026-11-23".parse().unwrap(),
            service: Ok(()),
            said: None,
            frozen: false,
        }
    }

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    const MORNING: &str = "2026-11-23T07:41:00Z";
    const CUT_OFF: &str = "2026-11-23T08:30:00Z";

    #[test]
    fn a_meal_is_cancelled_and_restored_until_the_cut_off() {
        let model = Model::ExpectedByDefault;
        let mut day = a_day();
        assert_eq!(day.standing(model), Standing::Expected);
        assert_eq!(
            day.change(Choice::DoesNotEat, model, &cut_offs(), at(MORNING)),
            Ok(())
        );
        day.said = Some(Choice::DoesNotEat);
        assert_eq!(day.standing(model), Standing::Cancelled);
        assert_eq!(day.change(Choice::Eats, model, &cut_offs(), at(MORNING)), Ok(()));
        let late = CutOffError::TooLate {
            closed_at: at(CUT_OFF),
        };
        assert_eq!(
            day.change(Choice::Eats, model, &cut_offs(), at(CUT_OFF)),
            Err(late.into())
        );
        assert_eq!(
            day.change(
                Choice::Eats,
                model,
                &cut_offs(),
                at(CUT_OFF) - TimeDelta::milliseconds(1)
            ),
            Ok(())
        );
    }

    #[test]
    fn a_second_cancel_says_that_it_is_so_already() {
        let day = Day {
            said: Some(Choice::DoesNotEat),
            ..a_day()
        };
        assert_eq!(
            day.change(
                Choice::DoesNotEat,
                Model::ExpectedByDefault,
                &cut_offs(),
                at(MORNING)
            ),
            Err(ChangeError::AlreadySo(Choice::DoesNotEat))
        );
    }

    #[test]
    fn in_the_booking_model_nobody_eats_unless_booked() {
        let model = Model::Booked;
        let day = a_day();
        assert_eq!(day.standing(model), Standing::NotBooked);
        assert_eq!(day.change(Choice::Eats, model, &cut_offs(), at(MORNING)), Ok(()));
        assert_eq!(
            day.change(Choice::DoesNotEat, model, &cut_offs(), at(MORNING)),
            Err(ChangeError::AlreadySo(Choice::DoesNotEat))
        );
        assert_eq!(
            Day {
                said: Some(Choice::Eats),
                ..a_day()
            }
            .standing(model),
            Standing::Expected
        );
    }

    #[test]
    fn a_frozen_day_stays_as_it_is_even_by_a_clock_put_back() {
        let day = Day {
            frozen: true,
            ..a_day()
        };
        let late = CutOffError::TooLate {
            closed_at: at(CUT_OFF),
        };
        assert_eq!(
            day.change(
                Choice::DoesNotEat,
                Model::ExpectedByDefault,
                &cut_offs(),
                at(MORNING)
            ),
            Err(late.into())
        );
        assert_eq!(day.standing(Model::ExpectedByDefault), Standing::Charged);
    }

    #[test]
    fn where_nobody_cooks_there_is_nothing_to_cancel() {
        let day = Day {
            service: Err(NoService::NotUseDay),
            ..a_day()
        };
        assert_eq!(
            day.change(
                Choice::DoesNotEat,
                Model::ExpectedByDefault,
                &cut_offs(),
                at(MORNING)
            ),
            Err(ChangeError::NoService(NoService::NotUseDay))
        );
        assert_eq!(day.standing(Model::ExpectedByDefault), Standing::Closed);
    }
}
