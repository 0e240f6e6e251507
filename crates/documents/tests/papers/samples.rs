//! Papers about people who do not exist.

use domain::Cents;
use refettorio_documents::{Avviso, PaymentReceipt, ReceiptLine, StatementRow, YearStatement};

pub const NOTICE: &str = "301000000000004285";
pub const BODY: &str = "01199250158";

pub fn notice() -> Avviso {
    Avviso {
        body_name: "Comune di Borgo Esempio".to_owned(),
        body_fiscal_code: BODY.to_owned(),
        office_name: Some("Ufficio scuola e mense".to_owned()),
        info: Some("Tel. 0000 123456".to_owned()),
        website: Some("mensa.comune.example.it".to_owned()),
        cbill: Some("a0edt".to_owned()),
        recipient_name: "Chiara Lorenzi".to_owned(),
        recipient_fiscal_code: "lrnchr85c50a952k".to_owned(),
        recipient_address: Some("Via delle Betulle 12, 39100 Borgo Esempio (BZ)".to_owned()),
        subject: "Mensa scolastica, retta di ottobre 2026".to_owned(),
        amount: Cents::new(102_099),
        due: "2026-12-15".parse().ok(),
        notice_number: NOTICE.to_owned(),
        qr_text: qr_text(102_099),
    }
}

pub fn qr_text(cents: i64) -> String {
    format!("PAGOPA|002|{NOTICE}|{BODY}|{cents:02}")
}

fn line(description: &str, cents: i64) -> ReceiptLine {
    ReceiptLine {
        description: description.to_owned(),
        amount: Cents::new(cents),
    }
}

pub fn receipt() -> PaymentReceipt {
    PaymentReceipt {
        body_name: "Comune di Borgo Esempio".to_owned(),
        body_fiscal_code: BODY.to_owned(),
        receipt_id: "a3f5c1d2e4b60718293a4b5c6d7e8f90".to_owned(),
        notice_number: NOTICE.to_owned(),
        iuv: "01000000000004285".to_owned(),
        paid_at: "2026-11-21T09:31:07Z".parse().unwrap(),
        psp_name: "Banca d'Esempio S.p.A.".to_owned(),
        method: Some("Carta di pagamento".to_owned()),
        fee: Some(Cents::new(150)),
        amount: Cents::new(14_832),
        payer_name: Some("Davide Lorenzi".to_owned()),
        debtor_name: "Chiara Lorenzi".to_owned(),
        debtor_fiscal_code: "LRNCHR85C50A952K".to_owned(),
        causale: "Mensa scolastica, ricarica, novembre 2026".to_owned(),
        lines: vec![
            line("Conto mensa di Giulia", 8_240),
            line("Conto mensa di Pietro", 6_592),
        ],
        issued_at: "2026-11-21T10:00:00Z".parse().unwrap(),
    }
}

pub fn statement(rows: u32) -> YearStatement {
    let row = |number: u32| StatementRow {
        paid_on: format!("2026-{:02}-{:02}", 1 + number % 12, 1 + number % 27)
            .parse()
            .unwrap(),
        causale: "Mensa scolastica, ricarica".to_owned(),
        pupil: (!number.is_multiple_of(3)).then(|| "Giulia Bernardi".to_owned()),
        notice_number: format!("3010000000{number:08}"),
        amount: Cents::new(618),
    };
    YearStatement {
        year: 2026,
        body_name: "Comune di Borgo Esempio".to_owned(),
        body_fiscal_code: BODY.to_owned(),
        person_name: "Chiara Lorenzi".to_owned(),
        person_fiscal_code: "LRNCHR85C50A952K".to_owned(),
        rows: (0..rows).map(row).collect(),
        issued_at: "2027-01-08T10:00:00Z".parse().unwrap(),
    }
}
