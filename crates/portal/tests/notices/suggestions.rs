//! How much lasts until when, with real calendars, balances and prices.

use crate::stage::benches;
use api::{
    NoQuery,
    meals::CancelMeal,
    topups::{GetTopUpOptions, TopUpChildView, TopUpUntil},
};
use testkit::{
    Actor, Means,
    role::{OtherParent, Parent, ParentOfAnotherBody, ParentOfAnotherFamily},
};

async fn children(actor: &Actor) -> Vec<TopUpChildView> {
    let options = actor.ask(&GetTopUpOptions {}, &NoQuery {}, &()).await.unwrap();
    options.children
}

fn told(child: &TopUpChildView) -> Vec<(TopUpUntil, String, u32, i64)> {
    let told = child.suggestions.iter();
    told.map(|s| (s.until, s.last_day.to_string(), s.meals, s.amount.get()))
        .collect()
}

#[tokio::test]
async fn what_is_in_the_wallet_is_taken_off_and_what_cannot_be_paid_at_once_is_left_out() {
    for bench in benches("").await {
        let parent = bench.actor::<Parent>(Means::App).await;
        let elio = &children(&parent).await[0];
        // Ten meals are in the wallet: enough for November. The whole year would be more than 500,00 €.
        let christmas = (TopUpUntil::Christmas, "2026-12-24".to_owned(), 13, 8_034);
        let easter = (TopUpUntil::Easter, "2027-03-26".to_owned(), 76, 46_968);
        assert_eq!(told(elio), [christmas, easter]);
        let neighbour = bench.actor::<ParentOfAnotherFamily>(Means::App).await;
        let lia = &children(&neighbour).await[0];
        // One euro of debt is a meal more.
        assert_eq!(
            told(lia)[0],
            (TopUpUntil::MonthEnd, "2026-11-30".to_owned(), 7, 4_326)
        );
    }
}

#[tokio::test]
async fn a_day_that_is_cancelled_or_charged_is_not_paid() {
    for bench in benches("").await {
        let neighbour = bench.actor::<ParentOfAnotherFamily>(Means::App).await;
        let child = bench.town.neighbours.children[0].id;
        let day = "2026-11-25".parse().unwrap();
        neighbour
            .ask(&CancelMeal { child, day }, &NoQuery {}, &())
            .await
            .unwrap();
        assert_eq!(told(&children(&neighbour).await[0])[0].2, 6);
        // At half past nine the school's day is counted and charged.
        let school = bench.town.neighbours.children[0].school;
        bench
            .sql(&format!(
                "insert into frozen_day (school_id, day, body_id, frozen_at, meals) \
                 select id, '2026-11-23', body_id, 1, 1 from school where id = '{school}'"
            ))
            .await;
        assert_eq!(told(&children(&neighbour).await[0])[0].2, 5);
    }
}

#[tokio::test]
async fn brothers_and_sisters_share_what_is_in_a_familys_wallet() {
    for bench in benches("").await {
        let parent = bench.actor::<ParentOfAnotherBody>(Means::App).await;
        let both = children(&parent).await;
        // Twenty meals of the forty-six until Christmas are there: ten days of both.
        let christmas = (TopUpUntil::Christmas, "2026-12-24".to_owned(), 13, 7_540);
        assert_eq!(told(&both[0])[0], christmas);
        assert_eq!(told(&both[1])[0], christmas);
    }
}

#[tokio::test]
async fn who_may_not_pay_is_suggested_nothing() {
    for bench in benches("").await {
        bench
            .sql(&format!(
                "update bond set kind = 'delegate', may_pay = 0 where person_id = '{}'",
                bench.town.other_parent
            ))
            .await;
        let delegate = bench.actor::<OtherParent>(Means::App).await;
        assert_eq!(children(&delegate).await, []);
    }
}
