//! The receipt and the statement of a year.

use domain::Cents;
use refettorio_documents::{DocumentError, PaymentReceipt, YearStatement, payment_receipt, year_statement};

use crate::{
    pdf::{Pdf, squeezed},
    samples::{receipt, statement},
};

#[test]
fn a_receipt_is_accessible_and_says_everything() {
    let pdf = Pdf::open(&payment_receipt(&receipt()).unwrap());
    assert_eq!(pdf.breaches_of_ua("it-IT"), Vec::<String>::new());
    assert_eq!(pdf.pages(), 1);
    let words = pdf.words();
    for text in [
        "Ricevuta di pagamento",
        "148,32 €",
        "21/11/2026, ore 10:31",
        "Mensa scolastica, ricarica, novembre 2026",
        "Conto mensa di Giulia 82,40 €",
        "Conto mensa di Pietro 65,92 €",
        "Totale 148,32 €",
        "Intestatario dell’avviso Chiara Lorenzi",
        "Pagato da Davide Lorenzi",
        "Banca d'Esempio S.p.A.",
        "Commissione del prestatore 1,50 €",
        "Totale con la commissione 149,82 €",
        "3010 0000 0000 0042 85",
        "01000000000004285",
        "a3f5c1d2e4b60718293a4b5c6d7e8f90",
        "Documento creato il 21/11/2026, ore 11:00",
    ] {
        assert!(words.contains(&squeezed(text)), "{text} is not in {words}");
    }
}

#[test]
fn a_receipt_of_which_little_is_known_leaves_the_rest_out() {
    let little = PaymentReceipt {
        method: None,
        fee: None,
        payer_name: None,
        lines: Vec::new(),
        debtor_fiscal_code: String::new(),
        ..receipt()
    };
    let pdf = Pdf::open(&payment_receipt(&little).unwrap());
    assert_eq!(pdf.breaches_of_ua("it-IT"), Vec::<String>::new());
    let words = pdf.words();
    for text in [
        "Commissione",
        "Pagato da",
        "Metodo",
        "Descrizione",
        "Codice fiscale dell’intestatario",
    ] {
        assert!(!words.contains(&squeezed(text)), "{text} is in {words}");
    }
}

#[test]
fn a_receipt_that_does_not_add_up_is_not_written() {
    let mut wrong = receipt();
    wrong.amount = Cents::new(14_833);
    assert_eq!(payment_receipt(&wrong), Err(DocumentError::Sum));
}

#[test]
fn a_receipt_prints_texts_that_look_like_markup_as_they_are() {
    let hostile = "#panic() $x$ *b* \\ @a";
    let mut odd = receipt();
    odd.causale = hostile.to_owned();
    odd.lines[0].description = hostile.to_owned();
    let words = Pdf::open(&payment_receipt(&odd).unwrap()).words();
    assert_eq!(words.matches(&squeezed(hostile)).count(), 2, "{words}");
}

#[test]
fn a_receipt_made_twice_is_the_same_and_made_later_is_another() {
    let once = payment_receipt(&receipt()).unwrap();
    assert!(payment_receipt(&receipt()).unwrap() == once);
    let later = PaymentReceipt {
        issued_at: "2026-11-21T10:01:00Z".parse().unwrap(),
        ..receipt()
    };
    assert!(payment_receipt(&later).unwrap() != once);
}

#[test]
fn a_year_adds_up_over_as_many_pages_as_it_takes() {
    let pdf = Pdf::open(&year_statement(&statement(60)).unwrap());
    assert_eq!(pdf.breaches_of_ua("it-IT"), Vec::<String>::new());
    assert!(pdf.pages() > 1);
    let words = pdf.words();
    for text in [
        "Pagamenti del 2026",
        "Totale pagato all’ente nel 2026 370,80 €",
        "Alunno",
        "Pagina 2 di 2",
    ] {
        assert!(words.contains(&squeezed(text)), "{text} is not in {words}");
    }
    assert_eq!(words.matches("GiuliaBernardi").count(), 40);
    // A header that is printed again is one header for who listens.
    assert_eq!(pdf.structure(b"TH").count(), 5);
}

#[test]
fn a_year_without_payments_says_so() {
    let pdf = Pdf::open(&year_statement(&statement(0)).unwrap());
    assert_eq!(pdf.breaches_of_ua("it-IT"), Vec::<String>::new());
    assert!(
        pdf.words()
            .contains(&squeezed("In questo anno non risultano pagamenti."))
    );
}

#[test]
fn a_payment_of_another_year_has_no_place_in_a_statement() {
    let other = YearStatement {
        year: 2025,
        ..statement(1)
    };
    assert_eq!(
        year_statement(&other),
        Err(DocumentError::Malformed { field: "paid_on" })
    );
}
