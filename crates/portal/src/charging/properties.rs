//! Whatever families do and however the clock moves: charged is exactly who was expected when the day froze.

use super::Summary;
use crate::meals::stage::*;
use api::{NoQuery, meals::CancelMeal, meals::RestoreMeal};
use chrono::{Datelike as _, Days, TimeDelta, Weekday};
use domain::{ChildId, Instant, ServiceDay, time::days_between};
use proptest::prelude::*;
use std::collections::{BTreeSet, HashSet};

const FIRST: &str = "2026-11-23";
const LAST: &str = "2026-12-11";

#[derive(Debug, Clone)]
enum Step {
    /// A family acts on a day so many days after the first.
    Act { child: usize, day: u64, eats: bool },
    /// The clock moves, sometimes back.
    Move { minutes: i64 },
    /// The portal's background job runs.
    Charge,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let act =
        (0_usize..3, 0_u64..19, any::<bool>()).prop_map(|(child, day, eats)| Step::Act { child, day, eats });
    let moved = (-40_i64..900).prop_map(|minutes| Step::Move { minutes });
    proptest::collection::vec(prop_oneof![6 => act, 3 => moved, 2 => Just(Step::Charge)], 10..60)
}

/// The rules of the stage, told a second time in the plainest words. All of it is winter: Rome is UTC+1.
#[derive(Default)]
struct Model {
    cancelled: BTreeSet<(ChildId, ServiceDay)>,
    frozen: HashSet<(u8, ServiceDay)>,
    charged: BTreeSet<(ChildId, ServiceDay)>,
}

fn school_of(child: ChildId) -> u8 {
    if child == bruno() { 2 } else { 1 }
}

fn closes(school: u8, day: ServiceDay) -> Instant {
    let (hour, minute) = if school == 2 { (8, 15) } else { (8, 30) };
    day.and_hms_opt(hour, minute, 0).unwrap().and_utc()
}

fn cooks(day: ServiceDay) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && day != self::day("2026-12-08")
}

fn serves(child: ChildId, day: ServiceDay) -> bool {
    cooks(day) && !(child == bruno() && day.weekday() == Weekday::Wed)
}

impl Model {
    fn act(&mut self, child: ChildId, day: ServiceDay, eats: bool, now: Instant) -> bool {
        let school = school_of(child);
        let so = self.cancelled.contains(&(child, day)) != eats;
        let done =
            serves(child, day) && !self.frozen.contains(&(school, day)) && !so && now < closes(school, day);
        if done && eats {
            self.cancelled.remove(&(child, day));
        } else if done {
            self.cancelled.insert((child, day));
        }
        done
    }

    fn charge(&mut self, now: Instant) {
        for day in days_between(day(FIRST), day(LAST) + Days::new(60)).filter(|day| cooks(*day)) {
            for school in [1, 2] {
                if closes(school, day) > now || !self.frozen.insert((school, day)) {
                    continue;
                }
                for child in [ada(), bruno(), carla()] {
                    if school_of(child) == school
                        && serves(child, day)
                        && !self.cancelled.contains(&(child, day))
                    {
                        self.charged.insert((child, day));
                    }
                }
            }
        }
    }
}

async fn play(steps: Vec<Step>) {
    for stage in stages(PLAN) {
        let mut model = Model::default();
        let mut now = at("2026-11-23T05:00:00Z");
        for step in steps.iter().chain([&Step::Charge]) {
            stage.set(&now.to_rfc3339());
            match step {
                Step::Move { minutes } => now += TimeDelta::minutes(*minutes),
                Step::Charge => {
                    let Summary {
                        failed,
                        without_tariff,
                        ..
                    } = stage.charge().await;
                    assert_eq!((failed, without_tariff), (0, 0));
                    model.charge(now);
                }
                Step::Act {
                    child,
                    day: after,
                    eats,
                } => {
                    let child = [ada(), bruno(), carla()][*child];
                    let who = if child == carla() { OTHER } else { PARENT };
                    let day = day(FIRST) + Days::new(*after);
                    let done = if *eats {
                        stage
                            .ask(who, RestoreMeal { child, day }, NoQuery {}, ())
                            .await
                            .is_ok()
                    } else {
                        stage
                            .ask(who, CancelMeal { child, day }, NoQuery {}, ())
                            .await
                            .is_ok()
                    };
                    assert_eq!(done, model.act(child, day, *eats, now), "{step:?} at {now}");
                }
            }
        }
        let charged = stage.charged().await;
        assert_eq!(charged, model.charged);
        for (number, child) in (1..).zip([ada(), bruno(), carla()]) {
            let meals = charged.iter().filter(|(of, _)| *of == child).count();
            assert_eq!(
                stage.balance(wallet(number)).await,
                -618 * i64::try_from(meals).unwrap()
            );
        }
        assert_eq!(stage.verify().await.failures, Vec::<String>::new());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn charged_is_who_was_expected_when_the_day_froze(steps in steps()) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(play(steps));
    }
}
