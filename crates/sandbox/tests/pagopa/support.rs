//! A sandbox, a station that takes receipts, and a recorder between our client and the sandbox.

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use domain::Cents;
use pagopa::{
    BodyFiscalCode, Causale, NoticeNumber, Patience, SubscriptionKey, TaxonomyCode,
    checkout::{Cart, CartNotice, CheckoutClient, ReturnUrls},
    gpd::{Debtor, GpdClient, Iupd, NewDebt},
    receipts::{Answer, Fault, FaultCode, PushedReceipt},
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

/// One call that went over the wire.
#[derive(Debug, Clone)]
pub struct Exchange {
    pub method: String,
    pub path: String,
    pub sent: Vec<u8>,
    pub status: u16,
    pub answer: Vec<u8>,
}

/// How the station answers next; then always OK.
#[derive(Debug, Clone, Copy)]
pub enum StationAnswer {
    Ko(FaultCode),
    Broken,
}

#[derive(Debug, Default, Clone)]
pub struct Station {
    pub received: Arc<Mutex<Vec<String>>>,
    pub sent: Arc<Mutex<Vec<String>>>,
    pub next: Arc<Mutex<VecDeque<StationAnswer>>>,
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
    pub exchanges: Arc<Mutex<Vec<Exchange>>>,
    pub gpd: GpdClient,
    pub checkout: CheckoutClient,
    /// Follows no redirect: the tests look at each step of the browser.
    pub browser: reqwest::Client,
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
            retry_every: Duration::from_millis(1),
            starts_at: Some("2026-11-23T08:30:00Z".parse().unwrap()),
            ..options
        };
        let key = SubscriptionKey::new(&options.key).unwrap();
        let sandbox = Sandbox::start(options).await.unwrap();
        let exchanges = Arc::<Mutex<Vec<Exchange>>>::default();
        let recorder = Recorder {
            to: sandbox.url().clone(),
            http: browser(),
            exchanges: Arc::clone(&exchanges),
        };
        let base = serve(Router::new().fallback(record).with_state(recorder)).await;
        let host = format!("127.0.0.1:{}", sandbox.url().port().unwrap());
        Self {
            gpd: GpdClient::new(
                base.join("gpd/debt-positions-service/v1")
                    .unwrap()
                    .try_into()
                    .unwrap(),
                key,
                patience(),
            )
            .unwrap(),
            checkout: CheckoutClient::new(
                base.join("checkout/ec/v2").unwrap().try_into().unwrap(),
                None,
                vec![host],
                patience(),
            )
            .unwrap(),
            sandbox,
            station,
            exchanges,
            browser: browser(),
        }
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
    let next = station.next.lock().unwrap().pop_front();
    station.received.lock().unwrap().push(xml);
    let answer = match next {
        None => Answer::Ok,
        Some(StationAnswer::Ko(code)) => Answer::Ko(Fault::new(code, BODY).describe("prova & <errore>")),
        Some(StationAnswer::Broken) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    let xml = answer.to_xml();
    station.sent.lock().unwrap().push(xml.clone());
    ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], xml).into_response()
}

#[derive(Clone)]
struct Recorder {
    to: Url,
    http: reqwest::Client,
    exchanges: Arc<Mutex<Vec<Exchange>>>,
}

async fn record(State(recorder): State<Recorder>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let sent: Bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let path = parts.uri.path_and_query().unwrap().as_str().to_owned();
    let mut headers = parts.headers;
    headers.remove(header::HOST);
    let answer = recorder
        .http
        .request(parts.method.clone(), recorder.to.join(&path).unwrap())
        .headers(headers)
        .body(sent.clone())
        .send()
        .await
        .unwrap();
    let status = answer.status();
    let mut response = Response::builder().status(status);
    for name in [
        header::CONTENT_TYPE,
        header::LOCATION,
        HeaderName::from_static("retry-after"),
    ] {
        if let Some(value) = answer.headers().get(&name) {
            response = response.header(name, value);
        }
    }
    let bytes = answer.bytes().await.unwrap();
    recorder.exchanges.lock().unwrap().push(Exchange {
        method: parts.method.to_string(),
        path,
        sent: sent.to_vec(),
        status: status.as_u16(),
        answer: bytes.to_vec(),
    });
    response.body(Body::from(bytes)).unwrap()
}
