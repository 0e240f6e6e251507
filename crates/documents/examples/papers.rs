//! Writes one of each paper into a folder, to be looked at: `cargo run -p refettorio-documents --example papers -- FOLDER`.
//! Everybody in them is invented.

use std::{error::Error, path::PathBuf};

use domain::Cents;
use refettorio_documents::{
    Avviso, Language, PaymentReceipt, ReceiptLine, StatementRow, YearStatement, avviso, payment_receipt,
    year_statement,
};

fn notice() -> Avviso {
    Avviso {
        body_name: "Comune di Borgo Esempio".to_owned(),
        body_fiscal_code: "01199250158".to_owned(),
        office_name: Some("Ufficio scuola e mense".to_owned()),
        info: Some("Tel. 0000 123456 · mensa@comune.example.it".to_owned()),
        website: Some("mensa.comune.example.it".to_owned()),
        cbill: Some("A0EDT".to_owned()),
        recipient_name: "Chiara Lorenzi".to_owned(),
        recipient_fiscal_code: "LRNCHR85C50A952K".to_owned(),
        recipient_address: Some("Via delle Betulle 12, 39100 Borgo Esempio (BZ)".to_owned()),
        subject: "Mensa scolastica, retta di ottobre 2026".to_owned(),
        amount: Cents::new(14_832),
        due: "2026-12-15".parse().ok(),
        notice_number: "301000000000004285".to_owned(),
        qr_text: "PAGOPA|002|301000000000004285|01199250158|14832".to_owned(),
    }
}

fn line(description: &str, cents: i64) -> ReceiptLine {
    ReceiptLine {
        description: description.to_owned(),
        amount: Cents::new(cents),
    }
}

fn receipt() -> Result<PaymentReceipt, Box<dyn Error>> {
    Ok(PaymentReceipt {
        body_name: "Comune di Borgo Esempio".to_owned(),
        body_fiscal_code: "01199250158".to_owned(),
        receipt_id: "a3f5c1d2e4b60718293a4b5c6d7e8f90".to_owned(),
        notice_number: "301000000000004285".to_owned(),
        iuv: "01000000000004285".to_owned(),
        paid_at: "2026-11-21T09:31:07Z".parse()?,
        psp_name: "Banca d'Esempio S.p.A.".to_owned(),
        method: Some("Carta di pagamento".to_owned()),
        fee: Some(Cents::new(150)),
        amount: Cents::new(14_832),
        payer_name: Some("Chiara Lorenzi".to_owned()),
        debtor_name: "Chiara Lorenzi".to_owned(),
        debtor_fiscal_code: "LRNCHR85C50A952K".to_owned(),
        causale: "Mensa scolastica, ricarica, novembre 2026".to_owned(),
        lines: vec![
            line("Ricarica del conto mensa di Giulia", 8_240),
            line("Ricarica del conto mensa di Pietro", 6_592),
        ],
        issued_at: "2026-11-21T10:00:00Z".parse()?,
    })
}

fn statement(rows: u32) -> Result<YearStatement, Box<dyn Error>> {
    let rows = (0..rows).map(|number| {
        Ok(StatementRow {
            paid_on: format!("2026-{:02}-{:02}", 1 + number % 12, 1 + number % 27).parse()?,
            causale: "Mensa scolastica, ricarica".to_owned(),
            pupil: (!number.is_multiple_of(3)).then(|| "Giulia Bernardi".to_owned()),
            notice_number: format!("3010000000{number:08}"),
            amount: Cents::new(618 * i64::from(number + 1)),
        })
    });
    Ok(YearStatement {
        year: 2026,
        body_name: "Comune di Borgo Esempio".to_owned(),
        body_fiscal_code: "01199250158".to_owned(),
        person_name: "Chiara Lorenzi".to_owned(),
        person_fiscal_code: "LRNCHR85C50A952K".to_owned(),
        rows: rows.collect::<Result<_, Box<dyn Error>>>()?,
        issued_at: "2027-01-08T10:00:00Z".parse()?,
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("name a folder")?);
    let notice = notice();
    for language in Language::ALL {
        let file = folder.join(format!("avviso-{}.pdf", language.as_str()));
        let begun = std::time::Instant::now();
        std::fs::write(file, avviso(&notice, language)?)?;
        #[expect(clippy::print_stdout, reason = "a program for a person's eyes")]
        {
            println!(
                "avviso in {}: {} ms",
                language.as_str(),
                begun.elapsed().as_millis()
            );
        }
    }
    let undated = Avviso {
        due: None,
        cbill: None,
        ..notice
    };
    std::fs::write(folder.join("avviso-undated.pdf"), avviso(&undated, Language::It)?)?;
    std::fs::write(folder.join("receipt.pdf"), payment_receipt(&receipt()?)?)?;
    std::fs::write(folder.join("statement.pdf"), year_statement(&statement(40)?)?)?;
    Ok(())
}
