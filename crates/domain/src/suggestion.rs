//! Ricarica consigliata: how much a wallet still needs to last until a day that families know.
//!
//! "Fino a Natale: 24 pasti, 148,32 €" is the meals that the child is to eat until then, without those that are paid by
//! what is in the wallet.
//!
//! **A wallet that brothers and sisters share** pays meals in the order in which they are eaten, on one day the eldest
//! first. What is in it goes to the first of them; every meal that it does not reach is counted for the child who eats
//! it. A debt is made good by meals too: in turn, the eldest first, one meal each until it is covered. So who takes the
//! same suggestion for every child of the wallet pays all of it, and less than one meal more.

use crate::{
    Cents, ChildId, ServiceDay,
    calendar::{SchoolYear, easter},
    time::month_of,
};
use chrono::Datelike as _;

/// A day that families know. In the order in which one is named rather than another, where both are the same day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Until {
    /// The end of this month.
    MonthEnd,
    /// Christmas: the last meal before the closure that 25 December lies in.
    Christmas,
    /// Easter: the last meal before the closure that Easter Sunday lies in.
    Easter,
    /// The end of the school year.
    SchoolYearEnd,
}

/// A meal that a child is to eat and that was not charged yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComingMeal {
    /// Who eats.
    pub child: ChildId,
    /// When.
    pub day: ServiceDay,
    /// What it costs, as it is shown.
    pub price: Cents,
}

/// How much would last until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suggestion {
    /// Until when, as families say it.
    pub until: Until,
    /// The child's last meal until then.
    pub last_day: ServiceDay,
    /// Meals to be paid; at least one.
    pub meals: u32,
    /// What they cost.
    pub amount: Cents,
}

/// The known days that lie ahead in a school year, each the last on which a meal counts. On 25 December and on Easter
/// Sunday nobody eats, whatever closures the office has set around them: the last meal before them is the last one
/// before those closures.
pub fn landmarks(today: ServiceDay, year: &SchoolYear) -> Vec<(Until, ServiceDay)> {
    let years = || year.first.year()..=year.last.year();
    let christmas = years().filter_map(|year| ServiceDay::from_ymd_opt(year, 12, 25));
    let easters = years().filter_map(easter);
    let mut days: Vec<(Until, ServiceDay)> = christmas
        .map(|day| (Until::Christmas, day))
        .chain(easters.map(|day| (Until::Easter, day)))
        .filter(|(_, day)| year.first <= *day && *day <= year.last)
        .chain([
            (Until::MonthEnd, month_of(today).1),
            (Until::SchoolYearEnd, year.last),
        ])
        .filter(|(_, day)| today <= *day)
        .collect();
    days.sort_by_key(|(until, day)| (*day, *until));
    days
}

/// What is suggested for a child, the nearest day first. `meals` are all that the wallet is to pay, of all its children,
/// in the order of the days and on one day the eldest child first; those that cost nothing do not count. `amount_of`
/// tells what so many meals of this child cost, none where so many cannot be paid at once.
pub fn suggestions(
    child: ChildId,
    balance: Cents,
    meals: &[ComingMeal],
    landmarks: &[(Until, ServiceDay)],
    amount_of: impl Fn(u32) -> Option<Cents>,
) -> Vec<Suggestion> {
    let dear = || meals.iter().filter(|meal| meal.price > Cents::ZERO);
    let covered = covered(balance, dear());
    let mut found: Vec<Suggestion> = Vec::new();
    for (until, landmark) in landmarks {
        let own = || {
            dear()
                .enumerate()
                .take_while(|(_, meal)| meal.day <= *landmark)
                .filter(|(_, meal)| meal.child == child)
        };
        let Some((_, last)) = own().last() else {
            continue;
        };
        let ahead = own().filter(|(place, _)| *place >= covered).count();
        let debt = share_of_debt(child, balance, dear().take_while(|meal| meal.day <= *landmark));
        let meals = u32::try_from(ahead).unwrap_or(u32::MAX).saturating_add(debt);
        let Some(amount) = (meals > 0).then(|| amount_of(meals)).flatten() else {
            continue;
        };
        let suggestion = Suggestion {
            until: *until,
            last_day: last.day,
            meals,
            amount,
        };
        match found.last_mut() {
            Some(before) if before.last_day == suggestion.last_day => {
                before.until = before.until.max(suggestion.until);
            }
            _ => found.push(suggestion),
        }
    }
    found
}

/// How many of the meals, from the first on, the balance pays in full.
fn covered<'a>(balance: Cents, meals: impl Iterator<Item = &'a ComingMeal>) -> usize {
    let left = |left: &mut Cents, meal: &ComingMeal| {
        *left = *left - meal.price;
        (!left.is_negative()).then_some(())
    };
    meals.scan(balance, left).count()
}

/// The meals with which this child makes good a debt, where the children who eat do it in turn.
fn share_of_debt<'a>(child: ChildId, balance: Cents, meals: impl Iterator<Item = &'a ComingMeal>) -> u32 {
    if !balance.is_negative() {
        return 0;
    }
    let mut prices: Vec<(ChildId, i64)> = Vec::new();
    for meal in meals {
        if prices.iter().all(|(other, _)| *other != meal.child) {
            prices.push((meal.child, meal.price.get()));
        }
    }
    let round: i64 = prices.iter().map(|(_, price)| price).sum();
    let owed = balance.get().saturating_neg();
    let (rounds, mut rest) = (
        owed.checked_div(round).unwrap_or(0),
        owed.checked_rem(round).unwrap_or(0),
    );
    let mut share = rounds;
    for (other, price) in prices {
        if rest > 0 && other == child {
            share += 1;
        }
        rest -= price;
    }
    u32::try_from(share).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{calendar::Weekdays, wallet::meals_left};
    use proptest::prelude::*;

    fn day(text: &str) -> ServiceDay {
        text.parse().unwrap()
    }

    fn year() -> SchoolYear {
        SchoolYear {
            name: "2026/2027".into(),
            first: day("2026-09-14"),
            last: day("2027-06-08"),
            weekdays: Weekdays::MONDAY_TO_FRIDAY,
        }
    }

    fn child(number: u8) -> ChildId {
        ChildId::from_parts(1, [number; 10])
    }

    fn meal(number: u8, at: &str, price: i64) -> ComingMeal {
        ComingMeal {
            child: child(number),
            day: day(at),
            price: Cents::new(price),
        }
    }

    fn told(found: &[Suggestion]) -> Vec<(Until, String, u32)> {
        found
            .iter()
            .map(|s| (s.until, s.last_day.to_string(), s.meals))
            .collect()
    }

    fn unit(price: i64) -> impl Fn(u32) -> Option<Cents> {
        move |meals| Cents::new(price).checked_mul(i64::from(meals))
    }

    #[test]
    fn the_known_days_ahead_are_told_in_order() {
        assert_eq!(
            landmarks(day("2026-11-23"), &year()),
            [
                (Until::MonthEnd, day("2026-11-30")),
                (Until::Christmas, day("2026-12-25")),
                (Until::Easter, day("2027-03-28")),
                (Until::SchoolYearEnd, day("2027-06-08")),
            ]
        );
        let names = |today| -> Vec<Until> {
            landmarks(day(today), &year())
                .iter()
                .map(|(until, _)| *until)
                .collect()
        };
        assert_eq!(
            names("2026-12-26"),
            [Until::MonthEnd, Until::Easter, Until::SchoolYearEnd]
        );
        assert_eq!(names("2027-05-03"), [Until::MonthEnd, Until::SchoolYearEnd]);
        assert_eq!(names("2027-07-01"), [Until::MonthEnd]);
    }

    #[test]
    fn one_child_pays_the_meals_that_the_balance_does_not() {
        let meals = [
            meal(1, "2026-11-27", 618),
            meal(1, "2026-11-30", 618),
            meal(1, "2026-12-22", 618),
            meal(1, "2027-01-07", 618),
        ];
        let days = landmarks(day("2026-11-23"), &year());
        let of = |balance| {
            told(&suggestions(
                child(1),
                Cents::new(balance),
                &meals,
                &days,
                unit(618),
            ))
        };
        let (november, december, june) = ("2026-11-30", "2026-12-22", "2027-01-07");
        assert_eq!(
            of(0),
            [
                (Until::MonthEnd, november.to_owned(), 2),
                (Until::Christmas, december.to_owned(), 3),
                (Until::SchoolYearEnd, june.to_owned(), 4),
            ]
        );
        assert_eq!(
            of(1_236),
            [
                (Until::Christmas, december.to_owned(), 1),
                (Until::SchoolYearEnd, june.to_owned(), 2),
            ]
        );
        assert_eq!(of(-1_236)[0].2, 4, "a debt is paid with them");
        assert_eq!(of(618 * 4), [], "nothing where the balance lasts");
    }

    #[test]
    fn in_december_the_end_of_the_month_is_christmas_and_is_called_so() {
        let meals = [meal(1, "2026-12-21", 618), meal(1, "2026-12-22", 618)];
        let days = landmarks(day("2026-12-14"), &year());
        let found = suggestions(child(1), Cents::ZERO, &meals, &days, unit(618));
        // No meal after Christmas is known: the school year ends there as well.
        assert_eq!(told(&found), [(Until::SchoolYearEnd, "2026-12-22".into(), 2)]);
        let found = suggestions(child(1), Cents::ZERO, &meals, &days[..2], unit(618));
        assert_eq!(told(&found), [(Until::Christmas, "2026-12-22".into(), 2)]);
    }

    #[test]
    fn what_is_in_a_shared_wallet_goes_to_the_meals_that_come_first() {
        let meals = [
            meal(1, "2026-11-24", 580),
            meal(2, "2026-11-24", 350),
            meal(1, "2026-11-25", 580),
            meal(2, "2026-11-25", 350),
        ];
        let days = [(Until::MonthEnd, day("2026-11-30"))];
        let both = |balance: i64| {
            [(1, 580), (2, 350)].map(|(number, price)| {
                let found = suggestions(child(number), Cents::new(balance), &meals, &days, unit(price));
                found.first().map_or(0, |s| s.meals)
            })
        };
        assert_eq!(both(0), [2, 2]);
        assert_eq!(both(580), [1, 2]);
        assert_eq!(both(930), [1, 1]);
        assert_eq!(both(-1), [3, 2], "the eldest begins");
        assert_eq!(both(-581), [3, 3]);
        assert_eq!(both(-931), [4, 3]);
    }

    #[test]
    fn a_child_who_eats_for_nothing_and_an_amount_that_cannot_be_paid_give_no_suggestion() {
        let days = [(Until::MonthEnd, day("2026-11-30"))];
        let free = [meal(1, "2026-11-24", 0)];
        assert_eq!(suggestions(child(1), Cents::ZERO, &free, &days, unit(0)), []);
        let dear = [meal(1, "2026-11-24", 618)];
        assert_eq!(suggestions(child(1), Cents::ZERO, &dear, &days, |_| None), []);
    }

    prop_compose! {
        /// Up to three children with their prices, who eat on some of sixty days.
        fn families()(
            prices in proptest::collection::vec(1_i64..900, 1..=3),
            eats in proptest::collection::vec(0_u8..8, 0..60),
        ) -> (Vec<i64>, Vec<ComingMeal>) {
            let first = day("2026-11-23");
            let mut meals = Vec::new();
            for (offset, eaters) in (0_u64..).zip(eats) {
                for (number, price) in (0_u8..).zip(&prices).filter(|(number, _)| eaters & (1 << number) != 0) {
                    let day = first + chrono::Days::new(offset);
                    meals.push(ComingMeal { child: child(number), day, price: Cents::new(*price) });
                }
            }
            (prices, meals)
        }
    }

    proptest! {
        #[test]
        fn who_takes_it_for_every_child_pays_all_and_less_than_a_meal_more(
            (prices, meals) in families(), balance in -50_000_i64..50_000, length in 0_u64..70,
        ) {
            let days = [(Until::Easter, day("2026-11-23") + chrono::Days::new(length))];
            let paid: i64 = (0_u8..).zip(&prices).flat_map(|(number, price)| {
                suggestions(child(number), Cents::new(balance), &meals, &days, unit(*price))
            }).map(|s| s.amount.get()).sum();
            let cost: i64 = meals.iter().filter(|m| m.day <= days[0].1).map(|m| m.price.get()).sum();
            if cost > 0 {
                let left = balance + paid - cost;
                prop_assert!(left >= 0, "{left}");
                let dearest = *prices.iter().max().unwrap();
                prop_assert!(paid == 0 || left < dearest, "{left}");
            } else {
                prop_assert_eq!(paid, 0);
            }
        }

        #[test]
        fn for_one_child_it_is_the_meals_ahead_without_the_meals_left(
            (prices, meals) in families(), balance in -50_000_i64..50_000,
        ) {
            let own: Vec<_> = meals.into_iter().filter(|m| m.child == child(0)).collect();
            let days = landmarks(day("2026-11-23"), &year());
            let balance = Cents::new(balance);
            for found in suggestions(child(0), balance, &own, &days, unit(prices[0])) {
                let ahead = own.iter().filter(|m| m.day <= found.last_day).count();
                let left = meals_left(balance, Cents::new(prices[0])).unwrap();
                prop_assert_eq!(i64::from(found.meals), i64::try_from(ahead).unwrap() - left);
            }
        }

        #[test]
        fn days_rise_and_each_is_named_once(
            (prices, meals) in families(), balance in -5_000_i64..20_000, offset in 0_u64..200,
        ) {
            let days = landmarks(day("2026-11-23") + chrono::Days::new(offset), &year());
            let found = suggestions(child(0), Cents::new(balance), &meals, &days, unit(prices[0]));
            prop_assert!(found.windows(2).all(|two| two[0].last_day < two[1].last_day));
            prop_assert!(found.iter().all(|s| s.meals > 0 && s.amount > Cents::ZERO));
            prop_assert!(found.iter().all(|s| meals.iter().any(|m| m.day == s.last_day && m.child == child(0))));
        }

        #[test]
        fn more_in_the_wallet_never_asks_for_more(
            (prices, meals) in families(), balance in -5_000_i64..20_000, more in 0_i64..5_000,
        ) {
            let days = [(Until::SchoolYearEnd, day("2027-06-08"))];
            let of = |balance| suggestions(child(0), Cents::new(balance), &meals, &days, unit(prices[0]))
                .first().map_or(0, |s| s.meals);
            prop_assert!(of(balance + more) <= of(balance));
        }
    }
}
