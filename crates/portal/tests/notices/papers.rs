//! Papers: who gets them, when, under which name. What they look like is tested where they are typeset.

use crate::stage::{ADA, Gpd, benches, issue, issued, pay};
use api::{
    ErrorCode, NoQuery,
    notices::{DocumentQuery, DocumentView, GetNoticeDocument, GetPaymentReceipt, GetYearStatement},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::NoticeId;
use refettorio_portal::issuing::publish_due;
use std::collections::HashSet;
use testkit::{Actor, Bench, Means, role::Parent};

async fn set_out(bench: &Bench) -> (Actor, NoticeId, String) {
    Gpd::default().stand_in(bench).await;
    let rows = format!(
        "B;{ADA};VM0001;retta;Mensa scolastica, ottobre 2026;61,80;10/12/2026\n\
         B;{ADA};VM0002;retta;Mensa scolastica, ottobre 2026;43,26;10/12/2026\n"
    );
    issue(bench, &rows).await.unwrap();
    let notice = issued(bench, "B").await;
    (bench.actor::<Parent>(Means::App).await, notice.id, notice.nav)
}

fn pdf(document: &DocumentView) -> Vec<u8> {
    assert_eq!(document.media_type, "application/pdf");
    let bytes = STANDARD.decode(&document.content).unwrap();
    assert!(
        bytes.starts_with(b"%PDF-") && bytes.len() > 10_000,
        "{document:?}"
    );
    bytes
}

async fn avviso(actor: &Actor, notice: NoticeId, language: Option<&str>) -> Result<DocumentView, ErrorCode> {
    let query = DocumentQuery {
        language: language.map(str::to_owned),
    };
    let answer = actor.ask(&GetNoticeDocument { notice }, &query, &()).await;
    answer.map_err(|error| error.code)
}

#[tokio::test]
async fn the_notice_is_printed_in_five_languages_while_it_can_be_paid() {
    for bench in benches("").await {
        let (parent, notice, nav) = set_out(&bench).await;
        let early = avviso(&parent, notice, None).await;
        assert_eq!(
            early.unwrap_err(),
            ErrorCode::NotPrintable,
            "pagoPA does not know it yet"
        );
        publish_due(&bench.app).await.unwrap();
        let mut papers = HashSet::new();
        for language in ["it", "de", "en", "fr", "sl"] {
            let document = avviso(&parent, notice, Some(language)).await.unwrap();
            assert_eq!(document.file_name, format!("avviso-{nav}.pdf"));
            papers.insert(pdf(&document));
        }
        assert_eq!(papers.len(), 5);
        let unsaid = avviso(&parent, notice, None).await.unwrap();
        assert!(papers.contains(&pdf(&unsaid)), "Italian where nothing is said");
        assert_eq!(
            avviso(&parent, notice, Some("xx")).await.unwrap_err(),
            ErrorCode::InvalidRequest
        );
        for state in ["paid", "cancelled"] {
            bench.sql(&format!("update notice set state = '{state}'")).await;
            assert_eq!(
                avviso(&parent, notice, None).await.unwrap_err(),
                ErrorCode::NotPrintable,
                "{state}"
            );
        }
    }
}

#[tokio::test]
async fn there_is_a_receipt_once_it_is_paid() {
    for bench in benches("").await {
        let (parent, notice, nav) = set_out(&bench).await;
        let asked = GetPaymentReceipt { notice };
        let early = parent.ask(&asked, &NoQuery {}, &()).await.unwrap_err();
        assert_eq!(early.code, ErrorCode::NotPaid);
        pay(&bench, notice, "2026-11-23T07:00:00Z", 150).await;
        let document = parent.ask(&asked, &NoQuery {}, &()).await.unwrap();
        assert_eq!(document.file_name, format!("ricevuta-{nav}.pdf"));
        pdf(&document);
        // Without the name of the provider there is one too.
        bench
            .sql("update receipt set psp = null, method = null, fee = null, payer = null")
            .await;
        pdf(&parent.ask(&asked, &NoQuery {}, &()).await.unwrap());
    }
}

#[tokio::test]
async fn there_is_a_statement_of_each_year_in_which_something_was_paid() {
    for bench in benches("").await {
        let (parent, notice, _) = set_out(&bench).await;
        let ask = async |year| parent.ask(&GetYearStatement { year }, &NoQuery {}, &()).await;
        assert_eq!(ask(2026).await.unwrap_err().code, ErrorCode::NotFound);
        pay(&bench, notice, "2026-11-23T07:00:00Z", 150).await;
        let document = ask(2026).await.unwrap();
        assert_eq!(document.file_name, "pagamenti-2026.pdf");
        pdf(&document);
        for year in [2025, 2027, 0, i32::MIN, i32::MAX] {
            assert_eq!(ask(year).await.unwrap_err().code, ErrorCode::NotFound, "{year}");
        }
    }
}
