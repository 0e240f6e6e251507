//! What a family wants to pay, checked against what the portal offers. The portal prices it anew when it is asked.

use api::topups::{
    TopUpChildView, TopUpLineRequest, TopUpOptionsView, TopUpRequest, TopUpSuggestionView, TopUpWay,
};
use domain::{
    Cents,
    topup::{TopUpChoice, TopUpError, TopUpRules},
};

/// Lines that one payment may have.
const MOST_LINES: usize = 5;
/// Service days of a usual month: the quick choice "1 mese".
pub const MONTH_MEALS: u32 = 20;

/// What is chosen for a child, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    /// So many meals.
    Meals(String),
    /// One of the body's amounts.
    Fixed(Cents),
    /// Any amount.
    Free(String),
}

/// Why it cannot be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// Not a whole number of meals.
    Number,
    /// More meals than can be paid at once.
    Meals {
        /// How many can.
        most: u32,
    },
    /// Not an amount.
    Amount,
    /// Outside of the body's limits.
    Limit(TopUpError),
    /// Nothing is chosen for anybody.
    Nothing,
    /// More children than one payment holds.
    Many,
    /// A child's line says what.
    Somewhere,
}

impl Default for Chosen {
    fn default() -> Self {
        Self::meals(0)
    }
}

impl Chosen {
    /// So many meals; none is written as an empty field.
    pub fn meals(count: u32) -> Self {
        Self::Meals(if count == 0 {
            String::new()
        } else {
            count.to_string()
        })
    }
}

/// Meals that can be paid at once for a child: as far as the portal tells their price, and within its limit.
pub fn most_meals(child: &TopUpChildView, max: Cents) -> u32 {
    let within = child
        .meal_totals
        .iter()
        .take_while(|total| **total <= max)
        .count();
    u32::try_from(within).unwrap_or(u32::MAX)
}

/// What the portal suggests, as far as it can be paid at once.
pub fn suggestions(child: &TopUpChildView, max: Cents) -> Vec<TopUpSuggestionView> {
    let most = most_meals(child, max);
    let all = child.suggestions.iter().copied();
    all.filter(|suggestion| (1..=most).contains(&suggestion.meals))
        .collect()
}

/// The nearest suggestion for each child whose wallet is low, for who comes from the notification that said so.
pub fn suggested(options: &TopUpOptionsView) -> Vec<Chosen> {
    let nearest = |child: &TopUpChildView| {
        let all = suggestions(child, options.max);
        all.first().filter(|_| child.low).map(|nearest| nearest.meals)
    };
    let children = options.children.iter();
    children
        .map(|child| Chosen::meals(nearest(child).unwrap_or(0)))
        .collect()
}

/// What so many meals cost, with the body's rounding in it.
fn price_of(child: &TopUpChildView, meals: u32) -> Option<Cents> {
    let place = usize::try_from(meals).ok()?.checked_sub(1)?;
    child.meal_totals.get(place).copied()
}

/// Whole meals that an amount covers.
pub fn covered(child: &TopUpChildView, amount: Cents) -> u32 {
    most_meals(child, amount)
}

/// One child's line; nothing where nothing is chosen.
pub fn line(
    options: &TopUpOptionsView,
    child: &TopUpChildView,
    chosen: &Chosen,
) -> Result<Option<(TopUpChoice, Cents)>, Wrong> {
    let choice = match chosen {
        Chosen::Meals(typed) | Chosen::Free(typed) if typed.trim().is_empty() => return Ok(None),
        Chosen::Meals(typed) => {
            let most = most_meals(child, options.max);
            match typed.trim().parse::<u32>() {
                Ok(0) => return Ok(None),
                Ok(meals) if meals > most => return Err(Wrong::Meals { most }),
                Ok(meals) => TopUpChoice::Meals { meals },
                // Digits only, so more than can be counted.
                Err(_) if typed.trim().bytes().all(|b| b.is_ascii_digit()) => {
                    return Err(Wrong::Meals { most });
                }
                Err(_) => return Err(Wrong::Number),
            }
        }
        Chosen::Fixed(amount) => TopUpChoice::Fixed { amount: *amount },
        Chosen::Free(typed) => {
            let amount = Cents::parse_italian(typed).map_err(|_| Wrong::Amount)?;
            TopUpChoice::Free { amount }
        }
    };
    let rules = TopUpRules {
        fixed: options.fixed.clone(),
        min: options.min,
        max: options.max,
    };
    let amount = rules
        .amount(choice, |meals| price_of(child, meals))
        .map_err(Wrong::Limit)?;
    Ok(Some((choice, amount)))
}

/// All lines, for the portal.
pub fn request(options: &TopUpOptionsView, chosen: &[Chosen], way: TopUpWay) -> Result<TopUpRequest, Wrong> {
    let mut lines = Vec::new();
    for (child, chosen) in options.children.iter().zip(chosen) {
        match line(options, child, chosen) {
            Ok(Some((choice, _))) => lines.push(TopUpLineRequest {
                child: child.child,
                choice,
            }),
            Ok(None) => {}
            Err(_) => return Err(Wrong::Somewhere),
        }
    }
    match lines.len() {
        0 => Err(Wrong::Nothing),
        1..=MOST_LINES => Ok(TopUpRequest { lines, way }),
        _ => Err(Wrong::Many),
    }
}

/// What it comes to, leaving out what is not yet right.
pub fn total(options: &TopUpOptionsView, chosen: &[Chosen]) -> Cents {
    let lines = options.children.iter().zip(chosen);
    lines
        .filter_map(|(child, chosen)| line(options, child, chosen).ok().flatten())
        .map(|(_, amount)| amount)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::{super::tests::options, *};

    fn of_ada(chosen: &Chosen) -> Result<Option<Cents>, Wrong> {
        let options = options();
        line(&options, &options.children[0], chosen).map(|line| line.map(|(_, amount)| amount))
    }

    fn meals(typed: &str) -> Result<Option<Cents>, Wrong> {
        of_ada(&Chosen::Meals(typed.into()))
    }

    fn free(typed: &str) -> Result<Option<Cents>, Wrong> {
        of_ada(&Chosen::Free(typed.into()))
    }

    #[test]
    fn meals_cost_what_the_portal_told() {
        assert_eq!(meals("20"), Ok(Some(Cents::new(12_360))));
        assert_eq!(meals(" 1 "), Ok(Some(Cents::new(618))));
        assert_eq!(meals("60"), Ok(Some(Cents::new(37_080))));
        assert_eq!((meals(""), meals("0")), (Ok(None), Ok(None)));
    }

    #[test]
    fn what_is_no_number_or_too_many_is_named() {
        for typed in ["61", "999999999999999999999"] {
            assert_eq!(meals(typed), Err(Wrong::Meals { most: 60 }), "{typed}");
        }
        for typed in ["-1", "1,5", "due"] {
            assert_eq!(meals(typed), Err(Wrong::Number), "{typed}");
        }
    }

    #[test]
    fn the_limit_of_a_line_bounds_the_meals() {
        let mut options = options();
        options.max = Cents::new(10_000);
        let chosen = Chosen::meals(17);
        let found = line(&options, &options.children[0], &chosen);
        assert_eq!(found, Err(Wrong::Meals { most: 16 }));
    }

    #[test]
    fn free_amounts_keep_to_the_limits() {
        let (min, max) = (options().min, options().max);
        assert_eq!(free("25,50"), Ok(Some(Cents::new(2_550))));
        assert_eq!(free("4,99"), Err(Wrong::Limit(TopUpError::TooSmall { min })));
        assert_eq!(free("500,01"), Err(Wrong::Limit(TopUpError::TooLarge { max })));
        assert_eq!(free("molto"), Err(Wrong::Amount));
        assert_eq!(free(""), Ok(None));
        assert_eq!(
            of_ada(&Chosen::Fixed(Cents::new(5_000))),
            Ok(Some(Cents::new(5_000)))
        );
    }

    #[test]
    fn the_whole_counts_every_child_and_asks_for_at_least_one() {
        let options = options();
        let both = [Chosen::meals(20), Chosen::meals(10)];
        assert_eq!(total(&options, &both), Cents::new(18_540));
        let request = |chosen: &[Chosen]| super::request(&options, chosen, TopUpWay::Online);
        assert_eq!(request(&both).map(|r| r.lines.len()), Ok(2));
        assert_eq!(
            request(&[Chosen::default(), Chosen::default()]),
            Err(Wrong::Nothing)
        );
        let wrong = [Chosen::meals(20), Chosen::meals(61)];
        assert_eq!(request(&wrong), Err(Wrong::Somewhere));
        assert_eq!(covered(&options.children[0], Cents::new(5_000)), 8);
    }
}
