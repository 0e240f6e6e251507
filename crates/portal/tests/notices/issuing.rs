//! From the office's file to a notice that can be paid, and back.

use crate::stage::{ADA, Gpd, HEADER, IVO, benches, errors, file, issue, issued, pay};
use domain::{Cents, notice::NoticeKind, topup::TopUpState};
use refettorio_portal::{
    import::report::Noun,
    issuing::{WithdrawError, publish_due, withdraw},
};
use std::sync::atomic::Ordering;
use testkit::Bench;

/// Two lines of one notice, the second credits Gaia's wallet; a fee for the neighbours.
const ROWS: &str = "\
R-1;RSSMRA80A01H501U;;retta;Mensa scolastica, ottobre 2026;61,80;10/12/2026\n\
r-1;RSSMRA80A01H501U;VM0002;Retta;Saldo di settembre;12,36;2026-12-10\n\
Q-1;VRDNNA82C43H501U;VM0003;quota;Quota di iscrizione;10;15/12/2026\n";

async fn count(bench: &Bench) -> i64 {
    bench.number("select count(*) as n from notice").await
}

#[tokio::test]
async fn a_file_is_tried_and_issued_once_however_often_it_comes() {
    for bench in benches("").await {
        let csv = format!("{HEADER}{ROWS}");
        let tried = file(&bench, &csv, true).await.unwrap();
        assert!(tried.dry_run && tried.of(Noun::Notice).created == 2, "{tried}");
        assert_eq!(count(&bench).await, 0, "a trial keeps nothing");
        let first = issue(&bench, ROWS).await.unwrap();
        assert_eq!((first.of(Noun::Notice).created, first.warnings.len()), (2, 0));
        let notice = issued(&bench, "R-1").await;
        assert_eq!(notice.amount, Cents::new(7_416));
        assert_eq!(
            (notice.kind, notice.state),
            (NoticeKind::Invoice, TopUpState::Preparing)
        );
        assert_eq!(notice.person, bench.town.family.payer);
        assert_eq!(notice.subject, "Mensa scolastica, ottobre 2026");
        assert_eq!(notice.causale, "Comune di Prova - Mensa scolastica, ottobre 2026");
        let gaia = &bench.town.family.children[1];
        assert_eq!(notice.lines[0].child, None);
        assert_eq!(
            (notice.lines[1].child, notice.lines[1].wallet),
            (Some(gaia.id), Some(gaia.wallet))
        );
        let fee = issued(&bench, "Q-1").await;
        let lia = bench.town.neighbours.children[0].id;
        assert_eq!(
            (fee.lines[0].child, fee.lines[0].wallet),
            (Some(lia), None),
            "a fee credits nothing"
        );
        assert_ne!(fee.nav, notice.nav);
        let second = issue(&bench, ROWS).await.unwrap();
        assert!(
            !second.changed() && second.of(Noun::Notice).unchanged == 2,
            "{second}"
        );
        assert_eq!(count(&bench).await, 2);
        // The number after them is the families' next one: nothing was spent on the repetition.
        let next = "select next as n from sequence where name = 'notice'";
        assert_eq!(bench.number(next).await, 3);
    }
}

#[expect(
    clippy::too_many_lines,
    reason = "one table of every error, read from top to bottom"
)]
#[tokio::test]
async fn every_mistake_is_told_with_its_row_and_nothing_is_issued() {
    for bench in benches("").await {
        let good = format!("G;{ADA};;retta;Mensa;5;10/12/2026\n");
        let iban = "Paga a IT60 X054 2811 1010 0000 0123 456";
        let long = "x".repeat(91);
        for (row, column, hint) in [
            (format!(";{ADA};;retta;Mensa;5;10/12/2026"), "numero", "vuota"),
            (
                format!("A;{ADA};;multa;Mensa;5;10/12/2026"),
                "tipo",
                "retta oppure quota",
            ),
            (
                format!("A;{ADA};;retta;;5;10/12/2026"),
                "oggetto",
                "manca l'oggetto",
            ),
            (
                format!("A;{ADA};;retta;{long};5;10/12/2026"),
                "oggetto",
                "91 caratteri",
            ),
            (format!("A;{ADA};;retta;Mensa <b>;5;10/12/2026"), "oggetto", "«<»"),
            (
                format!("A;{ADA};;retta;Mensa {ADA};5;10/12/2026"),
                "oggetto",
                "codice fiscale",
            ),
            (format!("A;{ADA};;retta;{iban};5;10/12/2026"), "oggetto", "IBAN"),
            (
                format!("A;{ADA};;retta;Mensa, fascia ISEE 3;5;10/12/2026"),
                "oggetto",
                "«ISEE»",
            ),
            (
                format!("A;{ADA};;retta;Mensa, dieta speciale;5;10/12/2026"),
                "oggetto",
                "diete",
            ),
            (
                format!("A;{ADA};;retta;Mensa di Elio;5;10/12/2026"),
                "oggetto",
                "nomina un alunno",
            ),
            (
                format!("A;{ADA};;retta;mensa BRUNI;5;10/12/2026"),
                "oggetto",
                "nomina un alunno",
            ),
            (
                format!("A;{ADA};;retta;Mensa;-5;10/12/2026"),
                "importo",
                "zero euro",
            ),
            (
                format!("A;{ADA};;retta;Mensa;100.000.000,00;10/12/2026"),
                "importo",
                "troppo grande",
            ),
            (
                format!("A;{ADA};;retta;Mensa;5;31/02/2026"),
                "scadenza",
                "non esiste",
            ),
            (
                "A;RSSMRA80A01H501X;;retta;Mensa;5;10/12/2026".to_owned(),
                "codice_fiscale",
                "finirebbe con",
            ),
            (
                "A;BNCLCU19B02F205N;;retta;Mensa;5;10/12/2026".to_owned(),
                "codice_fiscale",
                "non è tra gli adulti",
            ),
            (
                format!("A;{ADA};VM0003;retta;Mensa;5;10/12/2026"),
                "badge",
                "non è di un alunno",
            ),
            (
                format!("A;{ADA};XX9999;retta;Mensa;5;10/12/2026"),
                "badge",
                "non è di un alunno",
            ),
            (
                format!("G;{ADA};;retta;Mensa;5;11/12/2026"),
                "scadenza",
                "lo stesso numero",
            ),
            (
                format!("G;{IVO};;retta;Mensa;5;10/12/2026"),
                "codice_fiscale",
                "lo stesso numero",
            ),
            (
                format!("G;{ADA};;quota;Mensa;5;10/12/2026"),
                "tipo",
                "lo stesso numero",
            ),
            (
                format!("G;{ADA};;retta;Mensa;99.999.999;10/12/2026"),
                "importo",
                "somma",
            ),
        ] {
            let told = errors(&bench, &format!("{good}{row}\n")).await;
            let place = format!("colonna {column}: ");
            let wrong = told
                .iter()
                .any(|error| error.contains(&place) && error.contains(hint));
            assert!(wrong && told.len() == 1, "{row}\n{told:?}");
            assert!(told[0].starts_with("avvisi.csv, riga "), "{told:?}");
        }
        assert_eq!(count(&bench).await, 0, "nothing half issued");
    }
}

#[tokio::test]
async fn a_body_that_is_not_on_pagopa_or_not_there_issues_nothing() {
    for bench in Bench::each().await {
        bench
            .sql(&format!(
                "update person set fiscal_code = '{ADA}' where first_name = 'Ada'"
            ))
            .await;
        let told = errors(&bench, &format!("A;{ADA};;retta;Mensa;5;10/12/2026\n")).await;
        assert!(told.len() == 1 && told[0].contains("[pagopa]"), "{told:?}");
    }
}

#[tokio::test]
async fn what_is_issued_is_never_changed() {
    for bench in benches("").await {
        let row = |amount| format!("A;{ADA};;retta;Mensa, ottobre;{amount};10/12/2026\n");
        issue(&bench, &row("61,80")).await.unwrap();
        let told = errors(&bench, &row("61,81")).await;
        assert!(
            told[0].contains("riga 2, colonna numero") && told[0].contains("61,80 €"),
            "{told:?}"
        );
        assert!(told[0].contains("withdraw --body valmora --numero A"), "{told:?}");
        bench.sql("update notice set state = 'cancelled'").await;
        assert!(errors(&bench, &row("61,81")).await[0].contains("ritirato"));
        assert!(
            !issue(&bench, &row("61,80")).await.unwrap().changed(),
            "withdrawn stays withdrawn"
        );
        bench.sql("update notice set state = 'paid'").await;
        assert!(errors(&bench, &row("61,81")).await[0].contains("già pagato"));
        let twice = format!("{0}{0}", row("61,80"));
        assert!(
            errors(&bench, &twice).await[0].contains("non si cambia"),
            "a line more is a change"
        );
    }
}

#[tokio::test]
async fn a_due_day_that_has_passed_is_issued_with_a_warning() {
    for bench in benches("").await {
        let report = issue(&bench, &format!("A;{ADA};;retta;Mensa;5;15/11/2026\n"))
            .await
            .unwrap();
        assert!(report.warnings[0].to_string().contains("già passata"), "{report}");
    }
}

#[tokio::test]
async fn what_is_issued_can_be_paid_once_pagopa_knows_it() {
    for bench in benches("").await {
        let gpd = Gpd::default();
        gpd.stand_in(&bench).await;
        issue(&bench, ROWS).await.unwrap();
        gpd.away.store(true, Ordering::Relaxed);
        assert_eq!(publish_due(&bench.app).await.unwrap(), 0);
        assert_eq!(issued(&bench, "R-1").await.state, TopUpState::Preparing);
        gpd.away.store(false, Ordering::Relaxed);
        assert_eq!(publish_due(&bench.app).await.unwrap(), 2);
        assert_eq!(publish_due(&bench.app).await.unwrap(), 0, "each once");
        let notice = issued(&bench, "R-1").await;
        assert_eq!(
            (notice.state, notice.published_at),
            (TopUpState::Payable, Some(bench.now()))
        );
        let debts = gpd.debts.lock().unwrap().clone();
        let debt = debts
            .iter()
            .find(|debt| debt.notice.to_string() == notice.nav)
            .unwrap();
        assert_eq!((debt.amount, debt.expires), (Cents::new(7_416), false));
        assert_eq!(debt.debtor.fiscal_code, ADA);
        assert_eq!(
            debt.due.to_rfc3339(),
            "2026-12-10T22:59:00+00:00",
            "the due day, also where it is read as UTC"
        );
        assert!(
            debt.taxonomy.to_string().starts_with("9/"),
            "a bank may ask for it"
        );
        for debt in &debts {
            let said = debt.causale.to_string();
            assert!(
                ["Elio", "Gaia", "Lia", "Bruni", "Conti"]
                    .iter()
                    .all(|name| !said.contains(name)),
                "{said}"
            );
        }
    }
}

#[tokio::test]
async fn what_is_due_today_is_due_today_and_what_is_overdue_gets_a_day_that_pagopa_takes() {
    for bench in benches("").await {
        let gpd = Gpd::default();
        gpd.stand_in(&bench).await;
        let rows = format!("A;{ADA};;quota;Quota;5;23/11/2026\nB;{ADA};;quota;Quota;6;20/11/2026\n");
        issue(&bench, &rows).await.unwrap();
        publish_due(&bench.app).await.unwrap();
        let debts = gpd.debts.lock().unwrap();
        let due = |amount| {
            let debt = debts.iter().find(|debt| debt.amount == Cents::new(amount));
            debt.map(|debt| debt.due.date_naive().to_string()).unwrap()
        };
        assert_eq!(
            (due(500).as_str(), due(600).as_str()),
            ("2026-11-23", "2026-12-23")
        );
    }
}

#[tokio::test]
async fn many_notices_become_payable_round_by_round() {
    for bench in benches("").await {
        let gpd = Gpd::default();
        gpd.stand_in(&bench).await;
        let rows: Vec<String> = (0..60)
            .map(|n| format!("N{n};{ADA};;quota;Quota {n};5;10/12/2026\n"))
            .collect();
        issue(&bench, &rows.concat()).await.unwrap();
        let mut rounds = Vec::new();
        while gpd.debts.lock().unwrap().len() < 60 {
            rounds.push(publish_due(&bench.app).await.unwrap());
        }
        assert_eq!(rounds, [25, 25, 10]);
    }
}

#[tokio::test]
async fn with_a_station_of_its_own_a_body_tells_nobody() {
    for bench in benches("station = { broker = '00000000000', id = '00000000000_02' }\n").await {
        let gpd = Gpd::default();
        gpd.away.store(true, Ordering::Relaxed);
        gpd.stand_in(&bench).await;
        issue(&bench, ROWS).await.unwrap();
        assert_eq!(publish_due(&bench.app).await.unwrap(), 2);
        assert_eq!(issued(&bench, "Q-1").await.state, TopUpState::Payable);
        withdraw(&bench.app, "valmora", "Q-1").await.unwrap();
        assert_eq!(issued(&bench, "Q-1").await.state, TopUpState::Cancelled);
    }
}

#[tokio::test]
async fn the_office_withdraws_what_nobody_is_paying() {
    for bench in benches("").await {
        let gpd = Gpd::default();
        gpd.stand_in(&bench).await;
        issue(&bench, ROWS).await.unwrap();
        publish_due(&bench.app).await.unwrap();
        gpd.away.store(true, Ordering::Relaxed);
        let away = withdraw(&bench.app, "valmora", "r-1").await.unwrap_err();
        assert!(matches!(away, WithdrawError::Unavailable(_)), "{away}");
        assert_eq!(
            issued(&bench, "R-1").await.state,
            TopUpState::Payable,
            "it can still be paid"
        );
        gpd.away.store(false, Ordering::Relaxed);
        let nav = withdraw(&bench.app, "valmora", " r-1 ").await.unwrap();
        let notice = issued(&bench, "R-1").await;
        assert_eq!((notice.state, &notice.nav), (TopUpState::Cancelled, &nav));
        assert_eq!(*gpd.withdrawn.lock().unwrap(), [notice.iupd]);
        assert_eq!(
            withdraw(&bench.app, "valmora", "R-1").await.unwrap(),
            nav,
            "twice is once"
        );
        assert_eq!(gpd.withdrawn.lock().unwrap().len(), 1);
        let fee = issued(&bench, "Q-1").await;
        pay(&bench, fee.id, "2026-11-23T07:00:00Z", 0).await;
        for (slug, number) in [("valmora", "Q-1"), ("valmora", "Q-9"), ("nowhere", "Q-1")] {
            let error = withdraw(&bench.app, slug, number).await.unwrap_err();
            let fits = match (slug, number) {
                (_, "Q-9") => matches!(error, WithdrawError::NoNotice(_)),
                ("nowhere", _) => matches!(error, WithdrawError::NoBody(_)),
                _ => matches!(error, WithdrawError::AlreadyPaid),
            };
            assert!(fits, "{slug} {number}: {error}");
        }
    }
}
