//! The pages on which a person drives the stand-in.

use crate::support::{BODY, World, cart, debt, notice};
use pagopa::{checkout::Checkout, gpd::DebtPositions};
use sandbox::pagopa::{Faults, ReceiptFault, ServiceFault};

/// Sends a form as a browser does; answers where it leads, or the status.
async fn send(world: &World, path: &str, form: &[(&str, &str)]) -> (u16, String) {
    let body: String = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    let answer = world
        .browser
        .post(world.sandbox.url().join(path).unwrap())
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(body)
        .send()
        .await
        .unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn a_printed_notice_is_paid_at_the_counter_by_what_stands_on_it() {
    let world = World::new().await;
    world.gpd.create(&debt(1, 500)).await.unwrap();
    let (_, html) = world.get("/sportello").await;
    assert!(
        html.contains("Codice avviso") && html.contains("id=\"cerca\""),
        "{html}"
    );
    // As printed: in groups of four.
    let nav = notice(1).to_string();
    let grouped = format!(
        "{} {} {} {} {}",
        &nav[..4],
        &nav[4..8],
        &nav[8..12],
        &nav[12..16],
        &nav[16..]
    );
    let search = |nav: &str, body: &str| format!("/sportello?avviso={}&ente={body}", nav.replace(' ', "+"));
    let (_, html) = world.get(&search(&grouped, BODY)).await;
    for text in [
        "Comune di Prova",
        "5,00 €",
        "7,00 €",
        "id=\"paga\"",
        "id=\"annulla\"",
    ] {
        assert!(html.contains(text), "{text}: {html}");
    }
    assert!(world.sandbox.platform().payments().is_empty());
    let typed = [("avviso", grouped.as_str()), ("ente", BODY)];
    let (status, html) = send(&world, "/sportello/paga", &typed).await;
    assert!(
        status == 200 && html.contains("Pagamento in contanti registrato"),
        "{html}"
    );
    let (status, html) = send(&world, "/sportello/paga", &typed).await;
    assert!(status == 409 && html.contains("già stato pagato"), "{html}");
    let (status, html) = world.get(&search(&nav, "123")).await;
    assert!(status == 409 && html.contains("11 cifre"), "{html}");
    let (status, html) = world.get(&search(&notice(9).to_string(), BODY)).await;
    assert!(status == 409 && html.contains("non conosce"), "{html}");
    world.sandbox.platform().settled().await;
    assert_eq!(world.station.receipts().len(), 1);
}

#[tokio::test]
async fn every_fault_can_be_chosen_on_the_page() {
    let world = World::new().await;
    let html = world.get("/").await.1;
    for field in [
        "gpd",
        "checkout",
        "receipts_service",
        "fdr",
        "receipts",
        "slow_ms",
        "late_minutes",
    ] {
        assert!(html.contains(&format!("name=\"{field}\"")), "{field}");
    }
    assert!(!html.contains("Guasti attivi"));
    let form = [
        ("gpd", "502"),
        ("gpd_times", "2"),
        ("receipts", "never"),
        ("recoverable", "si"),
    ];
    assert_eq!(send(&world, "/guasti", &form).await.0, 303);
    let faults = world.sandbox.platform().faults();
    assert_eq!(faults.receipts, ReceiptFault::Never);
    assert!(
        matches!(
            faults.gpd,
            Some(ServiceFault::Status {
                status: 502,
                times: Some(2),
                ..
            })
        ),
        "{faults:?}"
    );
    let html = world.get("/").await.1;
    assert!(
        html.contains("Guasti attivi") && html.contains("mai (nel flusso: codice 9)"),
        "{html}"
    );
    send(&world, "/guasti/nessuno", &[]).await;
    assert_eq!(world.sandbox.platform().faults(), Faults::default());
}

#[tokio::test]
async fn a_person_sees_what_became_of_each_receipt_and_flow() {
    let world = World::new().await;
    for sequence in 1..=3 {
        world.gpd.create(&debt(sequence, 500)).await.unwrap();
    }
    let counter = |sequence: u64| format!("/posizioni/{}/sportello", notice(sequence));
    send(&world, &counter(1), &[]).await;
    send(&world, "/guasti", &[("receipts", "never")]).await;
    send(&world, &counter(2), &[]).await;
    send(&world, "/guasti", &[("receipts", "late")]).await;
    send(&world, &counter(3), &[]).await;
    world.sandbox.platform().settled().await;
    let html = world.get("/").await.1;
    for text in ["accettata", "mai inviata", "trattenuta", "3 pagamenti aspettano"] {
        assert!(html.contains(text), "{text}: {html}");
    }
    send(&world, "/ricevute/consegna", &[]).await;
    send(&world, "/flussi/pubblica", &[]).await;
    world.sandbox.platform().settled().await;
    let html = world.get("/").await.1;
    for text in [
        "codice 9, senza ricevuta",
        "15,00 €",
        "pagato e rendicontato",
        "Nessun pagamento aspetta",
    ] {
        assert!(html.contains(text), "{text}: {html}");
    }
    assert!(!html.contains("trattenuta"));
    send(&world, "/orologio", &[("secondi", "660")]).await;
    assert!(world.get("/").await.1.contains("23/11/2026 09:41"));
}

#[tokio::test]
async fn a_payment_page_says_how_many_notices_and_until_when() {
    let world = World::new().await;
    for sequence in 1..=3 {
        world.gpd.create(&debt(sequence, 500)).await.unwrap();
    }
    let wanted = [(1, 500), (2, 500), (3, 500)];
    let address = world.checkout.open_cart(&cart(&wanted)).await.unwrap();
    let page = format!("/c/{}", address.path().split('/').nth(5).unwrap());
    let html = world.get(&page).await.1;
    for text in ["Paga 3 avvisi insieme", "Totale: 15,00 €", "scade alle 09:40"] {
        assert!(html.contains(text), "{text}: {html}");
    }
    send(&world, "/orologio", &[("secondi", "660")]).await;
    let (status, html) = world.get(&page).await;
    assert!(status == 404 && html.contains("dieci minuti"), "{html}");
}
