//! What was paid and transferred, for the accountants: a table that adds up to the cent.
//!
//! A row is a receipt. What was paid and not credited stands in it too, with what became of it, so that the sum of the
//! rows is what pagoPA took for the body.

use chrono::{DateTime, Datelike as _, NaiveTime};
use domain::{BodyId, Cents, ServiceDay, time::instant_in_rome};
use storage::{
    StorageError, Tx,
    flows::{self, Account},
};

/// The columns, in the words that Italian accountants use.
const COLUMNS: [&str; 16] = [
    "data_pagamento",
    "anno",
    "numero_avviso",
    "IUV",
    "IUR",
    "PSP",
    "tipo",
    "riferimento",
    "causale",
    "importo_pagato",
    "esito",
    "FdR",
    "TRN",
    "data_riversamento",
    "importo_riversato",
    "differenza",
];

/// Why there is no table.
#[derive(Debug, thiserror::Error)]
pub enum AccountingError {
    /// The last day comes before the first.
    #[error("l'ultimo giorno viene prima del primo")]
    Days,
    /// It cannot be written.
    #[error("la tabella non si scrive: {0}")]
    Write(String),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<csv::Error> for AccountingError {
    fn from(error: csv::Error) -> Self {
        Self::Write(error.to_string())
    }
}

/// What the table adds up to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Receipts.
    pub receipts: usize,
    /// What was paid.
    pub paid: Cents,
    /// Of that, what flows have transferred.
    pub transferred: Cents,
    /// Receipts that no flow names yet.
    pub waiting: usize,
    /// What these are worth.
    pub waiting_amount: Cents,
    /// Where a flow says another amount than its receipt: flow minus receipt.
    pub difference: Cents,
}

impl Totals {
    fn add(&mut self, account: &Account) {
        self.receipts += 1;
        self.paid += account.amount;
        if let Some(transferred) = account.transferred {
            self.transferred += transferred;
            self.difference += transferred - account.amount;
        } else {
            self.waiting += 1;
            self.waiting_amount += account.amount;
        }
    }

    /// Whether nothing got lost between the columns.
    pub fn adds_up(&self) -> bool {
        self.paid + self.difference == self.transferred + self.waiting_amount
    }
}

/// Every receipt paid from the first to the last day, both in it.
pub fn read(
    tx: &mut dyn Tx,
    body: BodyId,
    first: ServiceDay,
    last: ServiceDay,
) -> Result<Vec<Account>, AccountingError> {
    if last < first {
        return Err(AccountingError::Days);
    }
    let from = instant_in_rome(first, NaiveTime::MIN);
    let until = instant_in_rome(last + chrono::Days::new(1), NaiveTime::MIN);
    Ok(flows::accounts(tx, body, from, until)?)
}

fn kind(kind: Option<&str>) -> &'static str {
    match kind {
        Some("top_up") => "ricarica",
        Some("invoice") => "retta",
        Some("fee") => "quota",
        _ => "sconosciuto",
    }
}

fn outcome(outcome: &str) -> &'static str {
    match outcome {
        "received" => "da elaborare",
        "credited" => "accreditato",
        "paid_after_cancel" => "accreditato, pagato dopo il ritiro",
        "second_payment" => "secondo pagamento: da restituire",
        "unknown_notice" => "avviso sconosciuto: da attribuire",
        "amount_differs" => "importo diverso: da verificare",
        _ => "da verificare",
    }
}

/// As a spreadsheet reads it: no thousands' points, a plain minus.
fn cell(amount: Cents) -> String {
    let cents = amount.get().unsigned_abs();
    let sign = if amount.is_negative() { "-" } else { "" };
    format!("{sign}{},{:02}", cents / 100, cents % 100)
}

fn in_rome(at: DateTime<chrono::Utc>) -> ServiceDay {
    domain::time::day_in_rome(at)
}

/// Writes the table with a last row of sums. Semicolons and decimal commas, as an Italian spreadsheet opens them.
pub fn write(accounts: &[Account], out: impl std::io::Write) -> Result<Totals, AccountingError> {
    let mut table = csv::WriterBuilder::new().delimiter(b';').from_writer(out);
    table.write_record(COLUMNS)?;
    let mut totals = Totals::default();
    for account in accounts {
        totals.add(account);
        let day = in_rome(account.paid_at);
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        table.write_record([
            day.to_string(),
            day.year().to_string(),
            account.nav.clone(),
            text(&account.iuv),
            account.iur.clone(),
            text(&account.psp),
            kind(account.kind.as_deref()).to_owned(),
            text(&account.reference),
            text(&account.causale),
            cell(account.amount),
            outcome(&account.outcome).to_owned(),
            text(&account.fdr),
            text(&account.regulation),
            account
                .regulation_day
                .map(|day| day.to_string())
                .unwrap_or_default(),
            account.transferred.map(cell).unwrap_or_default(),
            account
                .transferred
                .map(|transferred| cell(transferred - account.amount))
                .unwrap_or_default(),
        ])?;
    }
    let mut sums = vec![String::new(); COLUMNS.len()];
    sums[0] = format!("totale ({} pagamenti)", totals.receipts);
    sums[9] = cell(totals.paid);
    sums[10] = format!(
        "{} in attesa di riversamento: {}",
        totals.waiting,
        cell(totals.waiting_amount)
    );
    sums[14] = cell(totals.transferred);
    sums[15] = cell(totals.difference);
    table.write_record(&sums)?;
    table
        .flush()
        .map_err(|error| AccountingError::Write(error.to_string()))?;
    Ok(totals)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(amount: i64, transferred: Option<i64>) -> Account {
        Account {
            paid_at: "2026-11-23T23:30:00Z".parse().unwrap(),
            nav: "301000000000004285".to_owned(),
            iuv: Some("01000000000004285".to_owned()),
            iur: "r1".to_owned(),
            psp: Some("Banca; di prova".to_owned()),
            amount: Cents::new(amount),
            outcome: "credited".to_owned(),
            kind: Some("top_up".to_owned()),
            causale: Some("Mensa".to_owned()),
            reference: None,
            fdr: transferred.map(|_| "2026-11-24-1".to_owned()),
            regulation: transferred.map(|_| "TRN1".to_owned()),
            regulation_day: transferred.map(|_| "2026-11-25".parse().unwrap()),
            transferred: transferred.map(Cents::new),
        }
    }

    fn table(accounts: &[Account]) -> (Vec<Vec<String>>, Totals) {
        let mut out = Vec::new();
        let totals = write(accounts, &mut out).unwrap();
        let mut read = csv::ReaderBuilder::new()
            .delimiter(b';')
            .has_headers(false)
            .from_reader(out.as_slice());
        let rows = read
            .records()
            .map(|row| row.unwrap().iter().map(str::to_owned).collect())
            .collect();
        (rows, totals)
    }

    #[test]
    fn the_sums_are_the_sums_of_their_columns() {
        let (rows, totals) = table(&[
            account(12_360, Some(12_360)),
            account(618, None),
            account(5_000, Some(4_900)),
        ]);
        assert!(totals.adds_up(), "{totals:?}");
        assert_eq!(totals.paid, Cents::new(17_978));
        assert_eq!((totals.waiting, totals.waiting_amount), (1, Cents::new(618)));
        let cents = |text: &str| text.replace(',', "").parse::<i64>().unwrap_or(0);
        for column in [9, 14, 15] {
            let sum: i64 = rows[1..4].iter().map(|row| cents(&row[column])).sum();
            assert_eq!(cents(&rows[4][column]), sum, "column {column}");
        }
    }

    #[test]
    fn the_day_is_the_one_in_italy_and_a_semicolon_in_a_name_stays_in_its_cell() {
        let (rows, _) = table(&[account(618, None)]);
        assert_eq!(rows[1][0], "2026-11-24");
        assert_eq!(rows[1][5], "Banca; di prova");
        assert!(rows.iter().all(|row| row.len() == COLUMNS.len()));
    }
}
