//! A bench whose bodies are on pagoPA, with a pagoPA that is a list in memory.

use async_trait::async_trait;
use chrono::TimeDelta;
use domain::{Cents, NoticeId};
use pagopa::{
    BodyFiscalCode, Patience,
    checkout::CheckoutClient,
    gpd::{DebtPosition, DebtPositions, GpdError, Iupd, NewDebt, PositionStatus},
};
use refettorio_portal::{
    import::{ImportError, report::Report},
    issuing::{self, Batch},
    topups::gateway::Gateway,
};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};
use storage::{StorageError, bodies, notices, notices::Notice};
use testkit::Bench;

/// The fiscal code of the family's payer.
pub const ADA: &str = "RSSMRA80A01H501U";
/// The fiscal code of the neighbours' payer.
pub const IVO: &str = "VRDNNA82C43H501U";
/// The first line of every file.
pub const HEADER: &str = "numero;codice_fiscale;badge;tipo;oggetto;importo;scadenza\n";

fn section(slug: &str, code: &str, more: &str) -> String {
    format!(
        "[pagopa.bodies.{slug}]\nkey_file = 'nowhere'\nfiscal_code = '{code}'\ncompany_name = 'Comune di Prova'\n\
         segregation_code = '01'\niban = 'IT60X0542811101000000123456'\nstation_id = '{code}_01'\n\
         broker_id = '{code}'\ncbill = 'A0EDT'\n{more}"
    )
}

/// Two bodies on pagoPA; `more` is said of the first.
pub async fn benches(more: &str) -> Vec<Bench> {
    let benches = Bench::each_with(|toml| {
        toml.push_str(
            "[pagopa]\ngpd_url = 'http://127.0.0.1:9/gpd'\ncheckout_url = 'http://127.0.0.1:9/checkout'\n",
        );
        toml.push_str(&section("valmora", "00000000000", more));
        toml.push_str(&section("pieve", "03334231200", ""));
    })
    .await;
    for bench in &benches {
        for (name, code) in [("Ada", ADA), ("Ivo", IVO)] {
            bench
                .sql(&format!(
                    "update person set fiscal_code = '{code}' where first_name = '{name}'"
                ))
                .await;
        }
    }
    benches
}

/// pagoPA as far as an office meets it.
#[derive(Clone, Default)]
pub struct Gpd {
    pub debts: Arc<Mutex<Vec<NewDebt>>>,
    pub withdrawn: Arc<Mutex<Vec<String>>>,
    pub away: Arc<AtomicBool>,
}

impl Gpd {
    /// Puts itself in the place of Valmora's pagoPA.
    pub async fn stand_in(&self, bench: &Bench) {
        let id = bench.town.family.body;
        let read = bench.app.store.read(move |tx| bodies::by_id(tx, id));
        let body = read.await.map_err(|error: StorageError| error).unwrap().unwrap();
        let gpd = self.clone();
        let make = |settings: pagopa::config::PagopaSettings| Gateway {
            checkout: Box::new(
                CheckoutClient::new(
                    settings.checkout_url.clone(),
                    None,
                    Vec::new(),
                    Patience::default(),
                )
                .unwrap(),
            ),
            gpd: Box::new(gpd),
            flows: None,
            receipts: Vec::new(),
            settings,
        };
        bench.app.gateways.stand_in(&bench.app, &body, make).unwrap();
    }

    fn there(&self) -> Result<(), GpdError> {
        if self.away.load(Ordering::Relaxed) {
            Err(GpdError::Unavailable("away".to_owned()))
        } else {
            Ok(())
        }
    }
}

fn position(debt: &NewDebt) -> DebtPosition {
    DebtPosition {
        status: PositionStatus::Valid,
        notice: debt.notice,
        amount: debt.amount,
        notification_fee: Cents::ZERO,
        paid_at: None,
        receipt_id: None,
        fee: None,
        psp: None,
        payment_method: None,
    }
}

#[async_trait]
impl DebtPositions for Gpd {
    async fn create(&self, debt: &NewDebt) -> Result<DebtPosition, GpdError> {
        self.there()?;
        self.debts.lock().unwrap().push(debt.clone());
        Ok(position(debt))
    }

    async fn get(&self, _: BodyFiscalCode, iupd: &Iupd) -> Result<DebtPosition, GpdError> {
        self.there()?;
        let debts = self.debts.lock().unwrap();
        debts
            .iter()
            .find(|debt| debt.iupd == *iupd)
            .map(position)
            .ok_or(GpdError::NotFound)
    }

    async fn publish(&self, body: BodyFiscalCode, iupd: &Iupd) -> Result<DebtPosition, GpdError> {
        self.get(body, iupd).await
    }

    async fn update(&self, debt: &NewDebt) -> Result<DebtPosition, GpdError> {
        self.there().map(|()| position(debt))
    }

    async fn invalidate(&self, body: BodyFiscalCode, iupd: &Iupd) -> Result<(), GpdError> {
        self.get(body, iupd).await?;
        self.withdrawn.lock().unwrap().push(iupd.to_string());
        Ok(())
    }
}

/// Issues the rows for Valmora.
pub async fn issue(bench: &Bench, rows: &str) -> Result<Report, ImportError> {
    file(bench, &format!("{HEADER}{rows}"), false).await
}

/// Issues a file for Valmora.
pub async fn file(bench: &Bench, csv: &str, dry_run: bool) -> Result<Report, ImportError> {
    let batch = Batch {
        slug: "valmora".to_owned(),
        csv: csv.as_bytes().to_vec(),
        pagopa: bench.app.settings.pagopa.clone(),
        dry_run,
    };
    issuing::run(&bench.app.store, batch, bench.now(), bench.chance.clone()).await
}

/// What is wrong with the rows.
pub async fn errors(bench: &Bench, rows: &str) -> Vec<String> {
    match issue(bench, rows).await {
        Err(ImportError::Wrong(findings)) => findings.errors.iter().map(ToString::to_string).collect(),
        other => panic!("{other:?}"),
    }
}

/// The notice with the office's number.
pub async fn issued(bench: &Bench, number: &'static str) -> Notice {
    let body = bench.town.family.body;
    let read = bench
        .app
        .store
        .read(move |tx| notices::by_reference(tx, body, number));
    read.await.map_err(|error: StorageError| error).unwrap().unwrap()
}

/// A receipt of the notice came, and it was paid then.
pub async fn pay(bench: &Bench, id: NoticeId, at: &str, fee: i64) {
    let paid_at = at.parse::<domain::Instant>().unwrap().timestamp_micros();
    bench
        .sql(&format!(
            "update notice set state = 'paid', paid_at = {paid_at} where id = '{id}'"
        ))
        .await;
    bench
        .sql(&format!(
            "insert into receipt (id, receipt_id, body_id, nav, amount, received_at, xml, outcome, notice_id, paid_at, \
             psp, method, fee, payer) select id, 'R' || nav, body_id, nav, amount, {}, '', 'credited', id, {paid_at}, \
             'Banca di Prova', 'CP', {fee}, 'Rossi Mario' from notice where id = '{id}'",
            paid_at + TimeDelta::minutes(1).num_microseconds().unwrap()
        ))
        .await;
}
