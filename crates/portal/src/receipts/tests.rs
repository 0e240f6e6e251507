//! Stories of receipts: what the office can prove years later.

use super::verify::{by_number, by_text};
use crate::meals::stage::*;
use api::{NoQuery, meals::CancelMeal};
use storage::{Tx, params};

async fn check(stage: &Stage, number: &str) -> super::verify::Finding {
    let (key, number) = (stage.app.signer.verifying_key(), number.to_owned());
    stage
        .app
        .store
        .read(move |tx: &mut dyn Tx| by_number(tx, &key, &number))
        .await
        .unwrap()
}

#[tokio::test]
async fn a_receipt_is_verified_by_number_and_by_the_text_that_a_parent_brings() {
    for stage in stages(PLAN) {
        let cancel = CancelMeal {
            child: ada(),
            day: day("2026-11-24"),
        };
        let receipt = stage.ask(PARENT, cancel, NoQuery {}, ()).await.unwrap();
        let found = check(&stage, &receipt.number.to_lowercase()).await;
        assert!(found.genuine, "{:?}", found.words);
        let key = stage.app.signer.verifying_key();
        let brought = format!("\n{}\r\n", receipt.text.replace('\n', " \r\n"));
        assert!(by_text(&key, &brought, &receipt.signature).genuine);
        let forged = receipt.text.replace("24/11/2026", "23/11/2026");
        assert!(!by_text(&key, &forged, &receipt.signature).genuine);
        // A body that changes its name does not spoil what it signed.
        stage
            .sql("UPDATE body SET name = 'Unione dei Comuni'", vec![])
            .await;
        assert!(check(&stage, &receipt.number).await.genuine);
    }
}

#[tokio::test]
async fn a_tampered_register_and_an_unknown_number_are_told() {
    for stage in stages(PLAN) {
        let cancel = CancelMeal {
            child: ada(),
            day: day("2026-11-24"),
        };
        let receipt = stage.ask(PARENT, cancel, NoQuery {}, ()).await.unwrap();
        assert!(!check(&stage, "VA-00002-0").await.genuine);
        assert!(
            !check(&stage, &domain::ReceiptNumber::new("VA", 2).to_string())
                .await
                .genuine
        );
        assert!(
            !check(&stage, &domain::ReceiptNumber::new("XX", 1).to_string())
                .await
                .genuine
        );
        stage
            .sql("UPDATE act_line SET day = '2026-11-25'", params![].to_vec())
            .await;
        let found = check(&stage, &receipt.number).await;
        assert!(!found.genuine && found.words.iter().any(|word| word.contains("ALTRO")));
    }
}
