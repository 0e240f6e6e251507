//! A sandbox that records, our clients, and a station that takes receipts and answers for notices.

use crate::contract;
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use domain::Cents;
use pagopa::{
    BodyFiscalCode, Causale, NoticeNumber, Patience, SubscriptionKey, TaxonomyCode,
    checkout::{Cart, CartNotice, CheckoutClient, ReturnUrls},
    fdr::FdrClient,
    gpd::{Debtor, GpdClient, Iupd, NewDebt},
    receipts::{
        Answer, Fault, FaultCode, PushedReceipt,
        recovery::{BizEvents, GpdReceipts},
    },
    station::{GetPaymentAnswer, Payable, StationRequest, VerifyAnswer},
};
use sandbox::{Options, Sandbox};
use std::{
    collections::VecDeque,
    net::Ipv4Addr,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::net::TcpListener;
use url::Url;

pub const BODY: &str = "03334231200";

/// How the station answers next; then always OK.
#[derive(Debug, Clone, Copy)]
pub enum StationAnswer {
    Ko(FaultCode),
    Broken,
}

#[derive(Debug, Default, Clone)]
pub struct Station {
    pub received: Arc<Mutex<Vec<String>>>,
    pub next: Arc<Mutex<VecDeque<StationAnswer>>>,
    /// Notices that it holds itself, by their number in the sequence, with their cents.
    pub notices: Arc<Mutex<Vec<(u64, i64)>>>,
}

impl Station {
    pub fn receipts(&self) -> Vec<PushedReceipt> {
        self.received
            .lock()
            .unwrap()
            .iter()
            .map(|xml| PushedReceipt::parse(xml.as_bytes()).unwrap())
            .collect()
    }
}

pub struct World {
    pub sandbox: Sandbox,
    pub station: Station,
    pub gpd: GpdClient,
    pub checkout: CheckoutClient,
    pub receipts: GpdReceipts,
    pub events: BizEvents,
    pub fdr: FdrClient,
    /// Follows no redirect: the tests look at each step of the browser.
    pub browser: reqwest::Client,
    key: String,
}

/// What went over the wire is held against the published documents, whatever the test was about.
impl Drop for World {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            contract::count(&self.hold());
        }
    }
}

impl World {
    pub async fn new() -> Self {
        Self::with(Options::default()).await
    }

    pub async fn with(options: Options) -> Self {
        let station = Station::default();
        let app = Router::new()
            .route("/pagopa/station", post(take))
            .with_state(station.clone());
        let receipt_url = serve(app).await.join("pagopa/station").unwrap();
        let options = Options {
            receipt_url: Some(receipt_url),
            record: true,
            retry_every: Duration::from_millis(1),
            starts_at: Some("2026-11-23T08:30:00Z".parse().unwrap()),
            ..options
        };
        let options_key = options.key.clone();
        let sandbox = Sandbox::start(options).await.unwrap();
        let base = sandbox.url().clone();
        let host = format!("127.0.0.1:{}", sandbox.url().port().unwrap());
        let at = |path: &str| base.join(path).unwrap().try_into().unwrap();
        let key = || SubscriptionKey::new(&options_key).unwrap();
        Self {
            gpd: GpdClient::new(at("gpd/debt-positions-service/v1"), key(), patience()).unwrap(),
            checkout: CheckoutClient::new(at("checkout/ec/v2"), None, vec![host], patience()).unwrap(),
            receipts: GpdReceipts::new(at("gpd/payments-receipts-service/v1"), key(), patience()).unwrap(),
            events: BizEvents::new(at("bizevents/service/v1"), key(), patience()).unwrap(),
            fdr: FdrClient::new(at("fdr-org/service/v1"), key(), patience()).unwrap(),
            sandbox,
            station,
            browser: browser(),
            key: options_key.clone(),
        }
    }

    /// Holds everything so far against the published documents; answers which messages were valid.
    pub fn hold(&self) -> Vec<contract::Held> {
        contract::hold(&self.sandbox.platform().exchanges()).unwrap_or_else(|why| panic!("{why}"))
    }

    /// Calls one of pagoPA's services without a client, with the key or another.
    pub async fn service(
        &self,
        method: &str,
        path: &str,
        body: Option<serde_json::Value>,
        key: Option<&str>,
    ) -> (u16, String) {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let url = self.sandbox.url().join(path).unwrap();
        let mut request = self.browser.request(method, url);
        request = request.header("Ocp-Apim-Subscription-Key", key.unwrap_or(&self.key));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// The same by `GET`, read.
    pub async fn ask(&self, path: &str) -> (u16, serde_json::Value) {
        let (status, text) = self.service("GET", path, None, None).await;
        (
            status,
            serde_json::from_str(&text).unwrap_or(serde_json::Value::Null),
        )
    }

    /// What goes wrong from now on.
    pub fn disturb(&self, faults: serde_json::Value) {
        let faults = serde_json::from_value(faults).unwrap();
        self.sandbox.platform().set_faults(faults);
    }

    /// Opens a page of the sandbox.
    pub async fn get(&self, path: &str) -> (u16, String) {
        let answer = self
            .browser
            .get(self.sandbox.url().join(path).unwrap())
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// Presses a button of the payment page and follows to the page after it.
    pub async fn press(&self, page: &str, button: &str) -> (u16, String) {
        let path = format!("{page}/{button}");
        let answer = self
            .browser
            .post(self.sandbox.url().join(&path).unwrap())
            .send()
            .await
            .unwrap();
        match answer.headers().get(header::LOCATION) {
            Some(next) => self.get(next.to_str().unwrap()).await,
            None => (answer.status().as_u16(), answer.text().await.unwrap()),
        }
    }

    /// Calls one of the sandbox's own operations.
    pub async fn command(&self, method: &str, path: &str, body: serde_json::Value) -> (u16, String) {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let url = self.sandbox.url().join(path).unwrap();
        let answer = self
            .browser
            .request(method, url)
            .json(&body)
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

pub fn patience() -> Patience {
    Patience {
        first_pause: Duration::from_millis(1),
        longest_pause: Duration::from_millis(5),
        ..Patience::default()
    }
}

fn browser() -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

pub fn notice(sequence: u64) -> NoticeNumber {
    NoticeNumber::generate("01".parse().unwrap(), sequence).unwrap()
}

pub fn body() -> BodyFiscalCode {
    BODY.parse().unwrap()
}

pub fn debt(sequence: u64, cents: i64) -> NewDebt {
    NewDebt {
        body: body(),
        iupd: Iupd::of(body(), notice(sequence)),
        company_name: "Comune di Prova".parse().unwrap(),
        debtor: Debtor {
            fiscal_code: "RSSMRA85T10A562S".to_owned(),
            full_name: "Maria Rossi & <figli>".to_owned(),
        },
        notice: notice(sequence),
        amount: Cents::new(cents),
        causale: causale(),
        due: "2026-12-31T22:59:59Z".parse().unwrap(),
        expires: true,
        iban: "IT60X0542811101000000123456".parse().unwrap(),
        taxonomy: TaxonomyCode::school_canteen(),
    }
}

fn causale() -> Causale {
    Causale::top_up("Comune di Prova", "2026-11-23".parse().unwrap()).unwrap()
}

pub fn cart(notices: &[(u64, i64)]) -> Cart {
    let url = |outcome: &str| {
        Url::parse(&format!("https://mensa.example/rientro/a1b2?esito={outcome}&x=1")).unwrap()
    };
    let notices = notices
        .iter()
        .map(|(sequence, cents)| CartNotice {
            notice: notice(*sequence),
            body: body(),
            company_name: "Comune di Prova".parse().unwrap(),
            amount: Cents::new(*cents),
            causale: causale(),
        })
        .collect();
    let returns = ReturnUrls {
        ok: url("ok"),
        cancel: url("no"),
        error: url("errore"),
        waiting: url("attesa"),
    };
    Cart::new(notices, returns).unwrap()
}

/// Serves on a port that the system chooses, until the test ends.
pub async fn serve(app: Router) -> Url {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}

async fn take(State(station): State<Station>, xml: String) -> Response {
    let answer = match StationRequest::parse(xml.as_bytes()) {
        Ok(StationRequest::Verify(request)) => match station.held(request.notice_number) {
            Ok(payable) => VerifyAnswer::Ok(payable).to_xml(),
            Err(fault) => VerifyAnswer::Ko(fault).to_xml(),
        },
        Ok(StationRequest::GetPayment(request)) => match station.held(request.notice_number) {
            Ok(payable) => GetPaymentAnswer::Ok(payable).to_xml(),
            Err(fault) => GetPaymentAnswer::Ko(fault).to_xml(),
        },
        Ok(StationRequest::Receipt(_)) | Err(_) => {
            let next = station.next.lock().unwrap().pop_front();
            station.received.lock().unwrap().push(xml);
            match next {
                None => Answer::Ok.to_xml(),
                Some(StationAnswer::Ko(code)) => {
                    Answer::Ko(Fault::new(code, BODY).describe("prova & <errore>")).to_xml()
                }
                Some(StationAnswer::Broken) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            }
        }
    };
    ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], answer).into_response()
}

impl Station {
    /// A notice that it holds itself.
    fn held(&self, wanted: NoticeNumber) -> Result<Box<Payable>, Fault> {
        let notices = self.notices.lock().unwrap();
        let found = notices.iter().find(|(sequence, _)| notice(*sequence) == wanted);
        let (sequence, cents) = found.ok_or_else(|| Fault::new(FaultCode::UnknownNotice, BODY))?;
        Ok(Box::new(Payable::new(debt(*sequence, *cents), None).unwrap()))
    }
}
