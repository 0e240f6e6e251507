//! Stories of wallets.

use crate::meals::stage::*;
use api::{
    ErrorCode, NoQuery,
    meals::{CancelMeal, GetToday},
    wallets::{ListPostings, ListWallets, PostingsQuery},
};
use domain::{
    Cents,
    wallet::{PostingKind, WalletScope},
};
use storage::ledger::Posted;

#[tokio::test]
async fn a_wallet_tells_its_balance_in_meals_and_how_far_it_reaches() {
    for stage in stages(PLAN) {
        stage.credit(wallet(1), 618 * 3 + 1, "r1").await;
        let wallets = stage.ask(PARENT, ListWallets {}, NoQuery {}, ()).await.unwrap();
        assert_eq!(wallets.len(), 2);
        let first = &wallets[0];
        assert_eq!(
            (first.id, first.children.as_slice()),
            (wallet(1), [ada()].as_slice())
        );
        assert_eq!(
            (first.balance, first.meals_left),
            (Cents::new(618 * 3 + 1), Some(3))
        );
        assert_eq!(first.lasts_until, Some(day("2026-11-25")));
        assert_eq!((wallets[1].meals_left, wallets[1].lasts_until), (Some(0), None));
        // A cancelled day moves the end on.
        let cancel = CancelMeal {
            child: ada(),
            day: day("2026-11-24"),
        };
        stage.ask(PARENT, cancel, NoQuery {}, ()).await.unwrap();
        let wallets = stage.ask(PARENT, ListWallets {}, NoQuery {}, ()).await.unwrap();
        assert_eq!(wallets[0].lasts_until, Some(day("2026-11-26")));
        // More than can be eaten lasts to the end of the school year.
        stage.credit(wallet(1), 500_000, "r2").await;
        let today = stage.ask(PARENT, GetToday {}, NoQuery {}, ()).await.unwrap();
        assert_eq!(today.wallets[0].lasts_until, Some(day("2027-06-08")));
    }
}

#[tokio::test]
async fn brothers_share_a_family_wallet() {
    for stage in stages(Plan {
        scope: WalletScope::Family,
        ..PLAN
    }) {
        stage.credit(wallet(1), 618 * 5, "r1").await;
        let wallets = stage.ask(PARENT, ListWallets {}, NoQuery {}, ()).await.unwrap();
        assert_eq!(wallets.len(), 1);
        assert_eq!(
            (wallets[0].scope, wallets[0].children.as_slice()),
            (WalletScope::Family, [ada(), bruno()].as_slice())
        );
        // Two on Monday, two on Tuesday, Ada alone on Wednesday.
        assert_eq!(
            (wallets[0].meals_left, wallets[0].lasts_until),
            (Some(5), Some(day("2026-11-25")))
        );
        let today = stage.ask(PARENT, GetToday {}, NoQuery {}, ()).await.unwrap();
        assert_eq!(today.children[1].meals_left, Some(5));
    }
}

#[tokio::test]
async fn the_same_cause_is_posted_once() {
    for stage in stages(PLAN) {
        assert_eq!(
            stage.credit(wallet(1), 5_000, "r1").await,
            Posted::Posted {
                balance: Cents::new(5_000)
            }
        );
        assert_eq!(stage.credit(wallet(1), 5_000, "r1").await, Posted::AlreadyPosted);
        assert_eq!(stage.balance(wallet(1)).await, 5_000);
    }
}

#[tokio::test]
async fn movements_come_newest_first_and_page_by_page() {
    for stage in stages(PLAN) {
        stage.credit(wallet(1), 10_000, "r1").await;
        stage.set("2026-11-27T12:00:00Z");
        stage.charge().await;
        let endpoint = || ListPostings { wallet: wallet(1) };
        let query = |after, limit| PostingsQuery {
            after,
            limit,
            ..PostingsQuery::default()
        };
        let first = stage
            .ask(PARENT, endpoint(), query(None, Some(4)), ())
            .await
            .unwrap();
        let days: Vec<_> = first
            .postings
            .iter()
            .map(|posting| posting.day.to_string())
            .collect();
        assert_eq!(days, ["2026-11-27", "2026-11-26", "2026-11-25", "2026-11-24"]);
        assert_eq!(first.postings[0].note.as_deref(), Some("5,95 € + IVA 4%"));
        // A posting that arrives between two pages shifts nothing.
        stage.credit(wallet(1), 1, "r2").await;
        let second = stage
            .ask(PARENT, endpoint(), query(first.next, Some(4)), ())
            .await
            .unwrap();
        assert_eq!((second.postings.len(), second.next), (2, None));
        assert_eq!(second.postings[1].kind, PostingKind::TopUp);

        let ranged = PostingsQuery {
            child: Some(ada()),
            from: Some(day("2026-11-24")),
            to: Some(day("2026-11-25")),
            ..PostingsQuery::default()
        };
        assert_eq!(
            stage
                .ask(PARENT, endpoint(), ranged, ())
                .await
                .unwrap()
                .postings
                .len(),
            2
        );
        for limit in [0, 101, u32::MAX] {
            let (status, error) = stage
                .ask(PARENT, endpoint(), query(None, Some(limit)), ())
                .await
                .unwrap_err();
            assert_eq!((status, error.code), (400, ErrorCode::InvalidRequest));
        }
        let (status, _) = stage
            .ask(PARENT, endpoint(), query(Some("x".into()), None), ())
            .await
            .unwrap_err();
        assert_eq!(status, 400);
        for stranger in [OTHER, AUNT] {
            let (status, _) = stage
                .ask(stranger, endpoint(), PostingsQuery::default(), ())
                .await
                .unwrap_err();
            assert_eq!(status, 404);
        }
    }
}
