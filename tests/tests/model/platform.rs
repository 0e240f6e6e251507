//! pagoPA in memory: debts, carts, payments, receipts. What it holds as paid is the truth of the model.
//!
//! Every call waits before its effect and after it, so that the portal can die in both places.

use crate::flows::Reported;
use async_trait::async_trait;
use domain::{Cents, Instant};
use pagopa::{
    BodyFiscalCode, NoticeNumber,
    checkout::{Cart, Checkout, CheckoutError},
    gpd::{DebtPosition, DebtPositions, GpdError, Iupd, NewDebt, PositionStatus},
    receipts::recovery::Wanted,
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};
use url::Url;

/// What goes wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nobody is there.
    Refuse,
    /// It is done, and the answer is lost.
    Lose,
}

/// A payment that began and has not ended.
#[derive(Debug, Clone)]
pub struct Token {
    pub navs: Vec<String>,
}

/// A receipt that pagoPA made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    pub id: String,
    pub nav: String,
    pub amount: i64,
}

/// A cart that was opened.
#[derive(Debug, Clone)]
pub struct Opened {
    pub navs: Vec<String>,
    /// The path of its return addresses, up to the word.
    pub way_back: String,
}

#[derive(Debug, Clone)]
struct Position {
    iupd: String,
    notice: NoticeNumber,
    amount: Cents,
    valid: bool,
    /// Receipts of its payments: one, but where a fault of pagoPA made two.
    paid: Vec<String>,
}

#[derive(Default)]
struct Inside {
    /// By notice number.
    positions: BTreeMap<String, Position>,
    tokens: Vec<Token>,
    carts: Vec<Opened>,
    receipts: Vec<Made>,
    flows: Vec<Reported>,
    fault: Option<Fault>,
    /// Receipts and flows so far: their names never come again.
    named: u64,
}

/// The model of pagoPA; clones share it.
#[derive(Clone, Default)]
pub struct Platform(Arc<Mutex<Inside>>);

/// Waits once.
async fn breath() {
    let mut waited = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut waited, true) {
            return std::task::Poll::Ready(());
        }
        context.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
}

impl Platform {
    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap()
    }

    /// What goes wrong with the next call.
    pub fn fault(&self, fault: Option<Fault>) {
        self.inside().fault = fault;
    }

    /// Forgets everything: the next schedule has its own.
    pub fn forget(&self) {
        let mut inside = self.inside();
        let named = inside.named;
        *inside = Inside::default();
        inside.named = named;
    }

    /// One call: a fault, the effect, a fault.
    async fn call<T>(&self, act: impl FnOnce(&mut Inside) -> T) -> Option<T> {
        breath().await;
        let done = {
            let mut inside = self.inside();
            match inside.fault.take() {
                Some(Fault::Refuse) => None,
                Some(Fault::Lose) => {
                    act(&mut inside);
                    None
                }
                None => Some(act(&mut inside)),
            }
        };
        breath().await;
        done
    }

    /// Somebody begins to pay a cart, or one notice at a counter. Another one who begins meanwhile is turned away.
    pub fn begin(&self, navs: &[String]) -> bool {
        let mut inside = self.inside();
        let free = navs.iter().all(|nav| {
            let taken = inside.tokens.iter().any(|token| token.navs.contains(nav));
            let known = inside.positions.get(nav);
            !taken && known.is_some_and(|position| position.valid && position.paid.is_empty())
        });
        if free {
            inside.tokens.push(Token { navs: navs.to_vec() });
        }
        free
    }

    pub fn tokens(&self) -> Vec<Token> {
        self.inside().tokens.clone()
    }

    /// A payment that began is done, also where its debt was made unpayable meanwhile.
    pub fn complete(&self, place: usize) -> Vec<Made> {
        let mut inside = self.inside();
        let token = inside.tokens.remove(place);
        token.navs.iter().map(|nav| inside.receipt(nav)).collect()
    }

    /// A payment that began is given up.
    pub fn abandon(&self, place: usize) {
        self.inside().tokens.remove(place);
    }

    /// pagoPA's own fault: a paid notice is paid again.
    pub fn pay_twice(&self, nav: &str) -> Option<Made> {
        let mut inside = self.inside();
        let paid = inside
            .positions
            .get(nav)
            .is_some_and(|position| !position.paid.is_empty());
        paid.then(|| inside.receipt(nav))
    }

    /// Every cart that was opened.
    pub fn carts(&self) -> Vec<Opened> {
        self.inside().carts.clone()
    }

    /// The notices that are known.
    pub fn navs(&self) -> Vec<String> {
        self.inside().positions.keys().cloned().collect()
    }

    /// The providers report what was transferred and not reported yet.
    pub fn report(&self, at: Instant) {
        let mut inside = self.inside();
        let told: Vec<Made> = inside.flows.iter().flat_map(|flow| flow.lines.clone()).collect();
        let lines: Vec<Made> = inside
            .receipts
            .iter()
            .filter(|made| !told.contains(made))
            .cloned()
            .collect();
        if !lines.is_empty() {
            inside.named += 1;
            let name = format!("model-{}", inside.named);
            inside.flows.push(Reported { name, at, lines });
        }
    }

    /// Every flow; none where the wire is cut.
    pub async fn reported(&self) -> Option<Vec<Reported>> {
        self.call(|inside| inside.flows.clone()).await
    }

    /// The receipt of a payment; none where the wire is cut.
    pub async fn asked_for(&self, wanted: &Wanted) -> Option<Option<Made>> {
        let found = self.call(|inside| {
            let fits = |made: &&Made| {
                made.nav[1..] == wanted.iuv && wanted.iur.as_ref().is_none_or(|iur| *iur == made.id)
            };
            inside.receipts.iter().find(fits).cloned()
        });
        found.await
    }

    /// The receipts of what is paid.
    pub fn receipts(&self) -> Vec<Made> {
        self.inside().receipts.clone()
    }
}

impl Inside {
    fn receipt(&mut self, nav: &str) -> Made {
        self.named += 1;
        let id = format!("model-{}", self.named);
        let position = self.positions.get_mut(nav).expect("what is paid is known");
        position.paid.push(id.clone());
        let made = Made {
            id,
            nav: nav.to_owned(),
            amount: position.amount.get(),
        };
        self.receipts.push(made.clone());
        made
    }

    fn by_iupd(&mut self, iupd: &str) -> Option<&mut Position> {
        self.positions.values_mut().find(|position| position.iupd == iupd)
    }
}

impl Position {
    fn told(&self) -> DebtPosition {
        let status = match (self.paid.is_empty(), self.valid) {
            (false, _) => PositionStatus::Paid,
            (true, true) => PositionStatus::Valid,
            (true, false) => PositionStatus::Invalid,
        };
        DebtPosition {
            status,
            notice: self.notice,
            amount: self.amount,
            notification_fee: Cents::ZERO,
            paid_at: None,
            receipt_id: self.paid.first().cloned(),
            fee: None,
            psp: None,
            payment_method: None,
        }
    }
}

fn away() -> GpdError {
    GpdError::Unavailable("the model cut the wire".to_owned())
}

#[async_trait]
impl DebtPositions for Platform {
    async fn create(&self, debt: &NewDebt) -> Result<DebtPosition, GpdError> {
        let (iupd, nav) = (debt.iupd.to_string(), debt.notice.to_string());
        let done = self.call(|inside| {
            if let Some(known) = inside.by_iupd(&iupd) {
                return Ok(known.told());
            }
            if inside.positions.contains_key(&nav) {
                return Err(GpdError::NumberTaken(nav.clone()));
            }
            let position = Position {
                iupd: iupd.clone(),
                notice: debt.notice,
                amount: debt.amount,
                valid: true,
                paid: vec![],
            };
            let told = position.told();
            inside.positions.insert(nav.clone(), position);
            Ok(told)
        });
        done.await.unwrap_or_else(|| Err(away()))
    }

    async fn get(&self, _: BodyFiscalCode, iupd: &Iupd) -> Result<DebtPosition, GpdError> {
        let told = self.call(|inside| inside.by_iupd(iupd.as_str()).map(|position| position.told()));
        told.await
            .map_or_else(|| Err(away()), |told| told.ok_or(GpdError::NotFound))
    }

    async fn publish(&self, body: BodyFiscalCode, iupd: &Iupd) -> Result<DebtPosition, GpdError> {
        self.get(body, iupd).await
    }

    async fn update(&self, _: &NewDebt) -> Result<DebtPosition, GpdError> {
        Err(GpdError::NotUpdatable("the model changes no debt".to_owned()))
    }

    async fn invalidate(&self, _: BodyFiscalCode, iupd: &Iupd) -> Result<(), GpdError> {
        let done = self.call(|inside| match inside.by_iupd(iupd.as_str()) {
            None => Err(GpdError::NotFound),
            Some(position) if !position.paid.is_empty() => Err(GpdError::NotInvalidable("paid".to_owned())),
            Some(position) => {
                position.valid = false;
                Ok(())
            }
        });
        done.await.unwrap_or_else(|| Err(away()))
    }
}

#[async_trait]
impl Checkout for Platform {
    async fn open_cart(&self, cart: &Cart) -> Result<Url, CheckoutError> {
        let navs: Vec<String> = cart.notices().iter().map(|one| one.notice.to_string()).collect();
        let done = self.call(|inside| {
            let payable = navs.iter().all(|nav| {
                let known = inside.positions.get(nav);
                known.is_some_and(|position| position.valid && position.paid.is_empty())
                    && !inside.tokens.iter().any(|token| token.navs.contains(nav))
            });
            if payable {
                let path = cart.returns().ok.path();
                inside.carts.push(Opened {
                    navs: navs.clone(),
                    way_back: path.trim_end_matches("ok").to_owned(),
                });
            }
            payable
        });
        match done.await {
            None => Err(CheckoutError::Unavailable("the model cut the wire".to_owned())),
            Some(false) => Err(CheckoutError::AlreadyPaidOrInProgress(
                "so says the model".to_owned(),
            )),
            Some(true) => Ok(Url::parse("https://checkout.pagopa.it/c/model").unwrap()),
        }
    }
}

/// `paSendRTV2` for a receipt.
pub fn envelope(body: &str, made: &Made, at: Instant) -> String {
    let amount = format!("{}.{:02}", made.amount / 100, made.amount % 100);
    let (id, nav, iuv) = (&made.id, &made.nav, &made.nav[1..]);
    let at = at.to_rfc3339();
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:pafn="http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd"><soapenv:Body><pafn:paSendRTV2Request><idPA>{body}</idPA><idBrokerPA>{body}</idBrokerPA><idStation>{body}_01</idStation><receipt><receiptId>{id}</receiptId><noticeNumber>{nav}</noticeNumber><fiscalCode>{body}</fiscalCode><outcome>OK</outcome><creditorReferenceId>{iuv}</creditorReferenceId><paymentAmount>{amount}</paymentAmount><description>Mensa scolastica</description><companyName>Comune di Valmora</companyName><debtor><uniqueIdentifier><entityUniqueIdentifierType>F</entityUniqueIdentifierType><entityUniqueIdentifierValue>BRNDAA85A41A794Z</entityUniqueIdentifierValue></uniqueIdentifier><fullName>Ada Bruni</fullName></debtor><transferList><transfer><idTransfer>1</idTransfer><transferAmount>{amount}</transferAmount><fiscalCodePA>{body}</fiscalCodePA><IBAN>IT60X0542811101000000123456</IBAN><remittanceInformation>Mensa scolastica</remittanceInformation><transferCategory>9/0107101TS/</transferCategory></transfer></transferList><idPSP>MODEL</idPSP><PSPCompanyName>Banca di prova</PSPCompanyName><idChannel>MODEL_01</idChannel><channelDescription>web</channelDescription><paymentDateTime>{at}</paymentDateTime></receipt></pafn:paSendRTV2Request></soapenv:Body></soapenv:Envelope>"#
    )
}
