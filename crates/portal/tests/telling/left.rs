//! What was written for somebody who is no longer to be told of it, and what stays when a message has ended.

use super::*;
use std::{fs, path::Path};

/// Dino hears by mail what Ada changes.
async fn dino_hears(bench: &Bench) -> testkit::Actor {
    with_mail(bench, bench.town.other_parent, "dino@example.it").await;
    let other = bench.actor::<OtherParent>(Means::App).await;
    let wanted = Preferences {
        days_changed: Ways {
            push: false,
            mail: true,
            io: false,
        },
        ..Preferences::default()
    };
    other.ask(&SetPreferences {}, &NoQuery {}, &wanted).await.unwrap();
    bench.actor::<Parent>(Means::App).await
}

#[tokio::test]
async fn what_waited_for_the_morning_is_not_told_to_whom_the_office_took_the_child_away() {
    for bench in Bench::each().await {
        let post = Arc::new(Post::default());
        let parent = dino_hears(&bench).await;
        bench.clock.set(rome("2026-11-23", 21, 30));
        let cancel = CancelMeal {
            child: bench.town.family.children[0].id,
            day: day("2026-11-25"),
        };
        parent.ask(&cancel, &NoQuery {}, &()).await.unwrap();
        let waiting = "select count(*) as n from outbox where state = 'waiting' and kind = 'days_changed'";
        assert_eq!(bench.number(waiting).await, 1);
        bench
            .sql(&format!(
                "update bond set ended_at = 1 where person_id = '{}'",
                bench.town.other_parent
            ))
            .await;
        bench.clock.set(rome("2026-11-24", 7, 0));
        assert!(deliver(&bench, &post).await.is_empty());
        assert_eq!(bench.number(waiting).await, 0);
    }
}

#[tokio::test]
async fn who_lost_one_of_two_children_is_told_of_the_other_alone() {
    let bench = Bench::new().await;
    let post = Arc::new(Post::default());
    let family = &bench.town.family;
    with_mail(&bench, family.payer, "ada@example.it").await;
    // The fifth meal from the end, of both children.
    for at in days_between(day("2026-09-14"), day("2026-09-18")) {
        bench.clock.set(rome(&at.to_string(), 10, 0));
        charging::run_due(&bench.app).await.unwrap();
    }
    bench
        .sql(&format!(
            "update bond set may_pay = 0 where person_id = '{}' and child_id = '{}'",
            family.payer, family.children[0].id
        ))
        .await;
    bench.clock.forward(TimeDelta::minutes(2));
    let told = deliver(&bench, &post).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].1.contains("Gaia") && !told[0].1.contains("Elio"),
        "{told:?}"
    );
}

#[tokio::test]
async fn a_crossing_of_which_nobody_could_be_told_is_told_when_somebody_can() {
    let bench = Bench::new().await;
    let post = Arc::new(Post::default());
    let told = live(&bench, &post, ("2026-09-14", "2026-09-18")).await;
    assert!(told.is_empty(), "{told:?}");
    with_mail(&bench, bench.town.family.payer, "ada@example.it").await;
    // Five were left on Friday. Four are on Monday, and the family does not know of five.
    let told = live(&bench, &post, ("2026-09-21", "2026-09-22")).await;
    let days: Vec<_> = told.iter().map(|(day, ..)| day.as_str()).collect();
    assert_eq!(days, ["2026-09-21"], "{told:?}");
}

#[tokio::test]
async fn a_message_that_was_sent_keeps_no_address() {
    for bench in Bench::each().await {
        let post = Arc::new(Post::default());
        let parent = dino_hears(&bench).await;
        let cancel = CancelMeal {
            child: bench.town.family.children[0].id,
            day: day("2026-11-25"),
        };
        parent.ask(&cancel, &NoQuery {}, &()).await.unwrap();
        let kept = "select count(*) as n from outbox where address = 'dino@example.it'";
        assert_eq!(bench.number(kept).await, 1);
        assert_eq!(deliver(&bench, &post).await.len(), 1);
        assert_eq!(bench.number(kept).await, 0);
        let ended = "select count(*) as n from outbox where state = 'delivered' and channel = 'mail' \
            and length(address) = 64";
        assert_eq!(bench.number(ended).await, 1);
    }
}

#[test]
fn whatever_posts_to_the_ledger_looks_at_the_thresholds() {
    fn sources(folder: &Path, all: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, all);
            } else if path.extension().is_some_and(|end| end == "rs") {
                all.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut all = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    let posts: Vec<_> = all
        .iter()
        // Scenery of unit tests.
        .filter(|(path, _)| !path.ends_with("meals/stage.rs"))
        .filter(|(_, text)| text.contains("ledger::post("))
        .collect();
    assert!(posts.len() >= 4);
    for (path, text) in posts {
        assert!(
            text.contains("balance::changed("),
            "{path} posts and tells nobody"
        );
    }
}
