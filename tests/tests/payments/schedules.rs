//! Whatever happens in whatever order, over real connections: every paid notice is credited once, and balances are sums.
//! Many more schedules, with deaths between any two steps, are in the test `model`.

use crate::{
    wire::Mode,
    world::{World, fixed, free, meals, worlds},
};
use api::topups::{TopUpLineRequest, TopUpView};
use chrono::TimeDelta;
use domain::IdempotencyKey;
use std::{env, io::Write as _};

/// Schedules, and events in each.
const SCHEDULES: u64 = 80;
const EVENTS: u64 = 8;

/// xorshift64: good enough to choose what happens next, and the same for the same seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let place = self.below(u64::try_from(from.len()).unwrap().max(1));
        from.get(usize::try_from(place).unwrap())
    }
}

/// What a schedule has made so far.
#[derive(Default)]
struct Made {
    requests: Vec<(IdempotencyKey, Vec<TopUpLineRequest>)>,
    views: Vec<TopUpView>,
}

impl Made {
    fn keep(&mut self, view: Option<TopUpView>) {
        self.views.extend(view);
    }

    fn checkouts(&self) -> Vec<TopUpView> {
        self.views
            .iter()
            .filter(|view| view.checkout_url.is_some())
            .cloned()
            .collect()
    }
}

async fn happen(world: &mut World, made: &mut Made, chance: &mut Chance, number: u64) {
    let [elio, gaia] = world.children();
    let checkout = chance.pick(&made.checkouts()).cloned();
    let view = chance.pick(&made.views).cloned();
    match (chance.below(14), checkout, view) {
        (0 | 1, _, _) => {
            let lines = match chance.below(4) {
                0 => vec![meals(elio, 20)],
                1 => vec![fixed(gaia, 2_500)],
                2 => vec![meals(elio, 1), free(gaia, 501)],
                _ => vec![free(elio, 0)],
            };
            let key = world.family.key();
            made.keep(world.family.top_up_as(&lines, key).await.ok());
            made.requests.push((key, lines));
        }
        (2, _, _) => {
            if let Some((key, lines)) = chance.pick(&made.requests).cloned() {
                made.keep(world.family.top_up_as(&lines, key).await.ok());
            }
        }
        (3 | 4, Some(view), _) => drop(world.press(&view, "paga").await),
        (5, Some(view), _) => drop(world.press(&view, "rifiuta").await),
        (6, Some(view), _) => drop(world.press(&view, "annulla").await),
        (7, Some(view), _) => {
            world
                .press(&view, ["attesa", "chiudi"][usize::from(chance.below(2) == 0)])
                .await;
        }
        (8, _, Some(view)) => made.keep(world.family.again(view.id).await.ok()),
        (9, _, Some(view)) => made.keep(world.family.withdraw(view.id).await.ok()),
        (10, _, _) => {
            let pushes = world.sandbox.platform().pushes();
            if let Some(push) = chance.pick(&pushes) {
                world.sandbox.platform().resend(&push.receipt_id);
            }
        }
        (11, _, _) => {
            let id = format!("unknown-{number}-{}", chance.below(3));
            world.receipt("301000000000004285", 501, &id).await;
        }
        (12, _, _) => world.bench.clock.forward(TimeDelta::minutes(16)),
        (13, _, Some(view)) => drop(world.sandbox.platform().pay_at_counter(&view.notice_number)),
        _ => {}
    }
}

#[tokio::test]
async fn whatever_happens_in_whatever_order_every_payment_is_credited_once() {
    let seed = env::var("REFETTORIO_TEST_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(20_261_123);
    // Not eprintln, which the harness swallows where the test passes.
    writeln!(
        std::io::stderr(),
        "payment schedules: REFETTORIO_TEST_SEED={seed}"
    )
    .unwrap();
    for mut world in worlds().await {
        let mut chance = Chance(seed | 1);
        for number in 0..SCHEDULES {
            let mut made = Made::default();
            // Faults cost a second each: now and then.
            let faults = number % 10 == 9;
            for event in 0..EVENTS {
                if faults && event == 2 {
                    let wire = if chance.below(2) == 0 {
                        &world.gpd
                    } else {
                        &world.checkout
                    };
                    wire.set(if chance.below(2) == 0 {
                        Mode::Refuse
                    } else {
                        Mode::Lose
                    });
                }
                if faults && event == 4 {
                    world.gpd.set(Mode::Pass);
                    world.checkout.set(Mode::Pass);
                    world.start().await;
                }
                happen(&mut world, &mut made, &mut chance, number).await;
            }
            world.is_sound().await;
        }
        let paid = world.count("notice where state = 'paid'").await;
        assert!(paid > 20, "only {paid} payments: the schedules are too tame");
    }
}
