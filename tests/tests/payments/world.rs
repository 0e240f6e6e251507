//! A portal that listens, the sandbox behind two wires, and a family with an app.

use crate::wire::Wire;
use api::{
    Call, Endpoint, ErrorBody, NoQuery,
    notices::{CartRequest, CartView, GetCart, StartCart},
    sessions::Secret,
    topups::{
        CancelTopUp, CreateTopUp, GetTopUp, GetTopUpOptions, StartCheckout, TopUpLineRequest, TopUpRequest,
        TopUpView, TopUpWay,
    },
};
use client::{Client, PortalAddress};
use domain::{
    AttemptId, Cents, ChildId, IdempotencyKey, NoticeId,
    notice::NoticeKind,
    topup::{TopUpChoice, TopUpState},
};
use pagopa::NoticeNumber;
use portal::topups::Gateways;
use sandbox::{Options, Sandbox};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use storage::notices::{Notice, NoticeLine};
use testkit::{
    Actor, Bench, Means, Role,
    role::{Parent, ParentOfAnotherFamily},
};
use tokio::{net::TcpListener, sync::oneshot};

/// Codice fiscale of Valmora, invented, with right check digit.
pub const VALMORA: &str = "03334231200";

/// Everything, on one engine.
pub struct World {
    pub bench: Bench,
    pub sandbox: Sandbox,
    pub gpd: Wire,
    pub checkout: Wire,
    pub family: Phone,
    pub neighbours: Phone,
    pub web: reqwest::Client,
    url: String,
    server: Option<oneshot::Sender<()>>,
}

/// The app of somebody who is signed in.
pub struct Phone {
    client: Client,
    token: Secret,
    actor: Actor,
}

/// Worlds on every engine that this machine has.
pub async fn worlds() -> Vec<World> {
    let mut worlds = Vec::new();
    for bench in Bench::each().await {
        worlds.push(World::around(bench).await);
    }
    worlds
}

impl World {
    /// On SQLite only.
    pub async fn new() -> Self {
        Self::around(Bench::new().await).await
    }

    async fn around(bench: Bench) -> Self {
        let options = Options {
            starts_at: Some(bench.now()),
            retry_every: Duration::from_millis(50),
            ..Options::default()
        };
        let sandbox = Sandbox::start(options).await.unwrap();
        let there = sandbox.url().socket_addrs(|| None).unwrap()[0];
        let (gpd, checkout) = (Wire::to(there).await, Wire::to(there).await);
        for (name, code) in [
            ("Ada", "BRNDAA85A41A794Z"),
            ("Ivo", "CNTVIO84B02A794X"),
            ("Noa", "FRRNOA83C43A794Y"),
        ] {
            bench
                .sql(&format!(
                    "update person set fiscal_code = '{code}' where first_name = '{name}'"
                ))
                .await;
        }
        let (family, neighbours) = (
            phone::<Parent>(&bench, "http://127.0.0.1:1").await,
            phone::<ParentOfAnotherFamily>(&bench, "http://127.0.0.1:1").await,
        );
        let web = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut world = Self {
            bench,
            sandbox,
            gpd,
            checkout,
            family,
            neighbours,
            web,
            url: String::new(),
            server: None,
        };
        world.start().await;
        world
    }

    /// Starts the portal, or another one on the same database: the first is gone with all that it had in memory.
    pub async fn start(&mut self) {
        self.start_with(&|_| ()).await;
    }

    /// The same, with other settings.
    pub async fn start_with(&mut self, change: &dyn Fn(&mut portal::config::Settings)) {
        if let Some(stop) = self.server.take() {
            let _ = stop.send(());
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        self.url = format!("http://{}", listener.local_addr().unwrap());
        let mut settings = (*self.bench.app.settings).clone();
        settings.public_url = self.url.parse().unwrap();
        settings.pagopa = serde_json::from_value(self.section()).unwrap();
        change(&mut settings);
        let app = portal::App {
            settings: Arc::new(settings),
            gateways: Gateways::default(),
            ..self.bench.app.clone()
        };
        self.bench.router = portal::router(app.clone());
        self.bench.app = app.clone();
        let (stop, stopped) = oneshot::channel();
        tokio::spawn(portal::router::serve(app, listener, async {
            let _ = stopped.await;
        }));
        self.server = Some(stop);
        self.sandbox
            .platform()
            .set_receipt_url(format!("{}/pagopa/station", self.url).parse().unwrap());
        self.family = phone::<Parent>(&self.bench, &self.url).await;
        self.neighbours = phone::<ParentOfAnotherFamily>(&self.bench, &self.url).await;
    }

    fn section(&self) -> Value {
        let key = self.bench.folder().join("pagopa.key");
        std::fs::write(&key, "sandbox-key\n").unwrap();
        let host = self.sandbox.url().socket_addrs(|| None).unwrap()[0].to_string();
        json!({
            "gpd_url": format!("http://{}/gpd/debt-positions-service/v1", self.gpd.address),
            "checkout_url": format!("http://{}/checkout/ec/v2", self.checkout.address),
            "checkout_hosts": [host],
            "bodies": {"valmora": {
                "fiscal_code": VALMORA,
                "company_name": "Comune di Valmora",
                "segregation_code": "01",
                "iban": "IT60X0542811101000000123456",
                "station_id": format!("{VALMORA}_01"),
                "broker_id": VALMORA,
                "key_file": key,
            }},
        })
    }

    /// The family's children: Elio and Gaia.
    pub fn children(&self) -> [ChildId; 2] {
        [
            self.bench.town.family.children[0].id,
            self.bench.town.family.children[1].id,
        ]
    }

    /// What is in the wallets of the family's children.
    pub async fn balances(&self) -> [i64; 2] {
        let mut found = [0; 2];
        for (balance, child) in found.iter_mut().zip(&self.bench.town.family.children) {
            let sum = "select cast(sum(amount) as bigint) as n from posting where wallet_id =";
            *balance = self.bench.number(&format!("{sum} '{}'", child.wallet)).await;
        }
        found
    }

    /// How many rows of a table fit.
    pub async fn count(&self, what: &str) -> i64 {
        self.bench
            .number(&format!("select count(*) as n from {what}"))
            .await
    }

    /// A top-up of twenty meals for the elder child, at the checkout: 123.60 €.
    pub async fn twenty_meals(&self) -> TopUpView {
        self.family
            .top_up(&[meals(self.children()[0], 20)])
            .await
            .unwrap()
    }

    /// Returns when every receipt that was sent has arrived, and what was kept is processed.
    pub async fn settled(&self) {
        self.sandbox.platform().settled().await;
        // The portal does it by itself right after its answer; whoever comes second finds nothing to do.
        let left = portal::station::process::due(&self.bench.app).await.unwrap();
        assert_eq!(left, 0, "receipts that cannot be processed");
    }

    /// A notice that the office issued to the family's payer, with one line; a fee credits no wallet.
    pub async fn issue(&self, kind: NoticeKind, cents: i64, number: u64) -> NoticeId {
        use testkit::portal::clock::fresh;
        let now = self.bench.now();
        let id = fresh(&*self.bench.chance, now, NoticeId::from_parts);
        let child = &self.bench.town.family.children[0];
        let nav = NoticeNumber::generate("01".parse().unwrap(), 900_000 + number).unwrap();
        let notice = Notice {
            id,
            body: self.bench.town.family.body,
            person: self.bench.town.family.payer,
            kind,
            reference: Some(format!("2026/{number}")),
            nav: nav.to_string(),
            iupd: format!("{VALMORA}-{id}"),
            amount: Cents::new(cents),
            subject: "Mensa scolastica, ottobre 2026".into(),
            causale: "Comune di Valmora - Mensa scolastica, ottobre 2026".into(),
            state: TopUpState::Preparing,
            created_at: now,
            published_at: None,
            due_day: "2026-12-15".parse().unwrap(),
            paid_at: None,
            lines: vec![NoticeLine {
                child: Some(child.id),
                wallet: (kind == NoticeKind::Invoice).then_some(child.wallet),
                amount: Cents::new(cents),
                meals: None,
                description: Some("Mensa scolastica, ottobre 2026".into()),
            }],
            attempt: None,
        };
        let written = self
            .bench
            .app
            .store
            .write(move |tx| storage::notices::insert(tx, &notice, &nav.iuv()));
        written
            .await
            .map_err(|error: storage::StorageError| error)
            .unwrap();
        id
    }

    /// What is open in the office, in words and in their order.
    pub async fn office(&self) -> Vec<(String, String)> {
        let body = self.bench.town.family.body;
        let read = self
            .bench
            .app
            .store
            .read(move |tx| storage::office::list_open(tx, body, 100));
        let items: Result<_, storage::StorageError> = read.await;
        let mut open: Vec<_> = items
            .unwrap()
            .into_iter()
            .map(|item| (item.kind.as_str().to_owned(), item.about))
            .collect();
        open.sort();
        open
    }

    /// The payment page's buttons: `paga`, `rifiuta`, `annulla`, `attesa`, `chiudi`. Receipts have arrived when it
    /// answers.
    pub async fn press(&self, view: &TopUpView, button: &str) -> u16 {
        self.press_at(view.checkout_url.as_deref(), button).await
    }

    /// The same on the page of a cart.
    pub async fn press_at(&self, checkout_url: Option<&str>, button: &str) -> u16 {
        let pressed = self
            .web
            .post(self.page(checkout_url).join(button).unwrap())
            .send()
            .await
            .unwrap();
        self.settled().await;
        pressed.status().as_u16()
    }

    /// "Continua": the browser comes back by the address that the cart came with.
    pub async fn go_back(&self, view: &TopUpView) {
        self.go_back_from(view.checkout_url.as_deref()).await;
    }

    /// The same from the page of a cart.
    pub async fn go_back_from(&self, checkout_url: Option<&str>) {
        let page = self.page(checkout_url).to_string();
        let text = self
            .web
            .get(page.trim_end_matches('/'))
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        let link = text
            .split("id=\"continua\" href=\"")
            .nth(1)
            .expect("a way back")
            .split('"')
            .next()
            .unwrap();
        assert!(link.starts_with(&format!("{}/ritorno/", self.url)), "{link}");
        self.web.get(link).send().await.unwrap();
    }

    fn page(&self, checkout_url: Option<&str>) -> reqwest::Url {
        let url: reqwest::Url = checkout_url.expect("a checkout").parse().unwrap();
        let cart = url.path_segments().unwrap().nth(4).unwrap().to_owned();
        self.sandbox.url().join(&format!("c/{cart}/")).unwrap()
    }

    /// The sandbox's own JSON.
    pub async fn look(&self, path: &str) -> Value {
        let url = self.sandbox.url().join(path).unwrap();
        self.web.get(url).send().await.unwrap().json().await.unwrap()
    }

    /// Asks the sandbox for something; gives its answer when receipts have arrived.
    pub async fn ask(&self, path: &str, what: &Value) -> Value {
        let url = self.sandbox.url().join(path).unwrap();
        let answer = self.web.post(url).json(what).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        let text = answer.text().await.unwrap();
        self.settled().await;
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// A receipt for that notice and amount; answers `OK` or the fault.
    pub async fn receipt(&self, notice: &str, amount: i64, id: &str) -> String {
        let what = json!({"body": VALMORA, "notice_number": notice, "amount": amount, "receipt_id": id});
        self.ask("sandbox/receipts", &what).await;
        self.last_answer()
    }

    /// What the portal answered to the last push.
    pub fn last_answer(&self) -> String {
        let pushes = self.sandbox.platform().pushes();
        let attempt = pushes
            .last()
            .and_then(|push| push.attempts.last())
            .expect("a push");
        attempt
            .fault_code
            .clone()
            .or_else(|| attempt.outcome.clone())
            .unwrap_or_else(|| format!("{attempt:?}"))
    }

    /// Sends anything to the station.
    pub async fn push(&self, xml: impl Into<reqwest::Body>) -> (u16, String) {
        let url = format!("{}/pagopa/station", self.url);
        let answer = self.web.post(url).body(xml).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// What must be true at any time: every paid notice is credited once, nothing else is, and balances are sums.
    pub async fn is_sound(&self) {
        self.settled().await;
        let paid = self.count("notice where state = 'paid'").await;
        let credited = "receipt where outcome in ('credited', 'paid_after_cancel')";
        assert_eq!(
            self.count(credited).await,
            paid,
            "one credited receipt a paid notice"
        );
        let lines = self
            .count("notice_line l join notice n on n.id = l.notice_id where n.state = 'paid' and l.wallet_id is not null")
            .await;
        assert_eq!(
            self.count("posting where kind = 'top_up'").await,
            lines,
            "one posting a line"
        );
        let owed = "select cast(coalesce(sum(amount), 0) as bigint) as n from";
        assert_eq!(
            self.bench
                .number(&format!("{owed} posting where kind = 'top_up'"))
                .await,
            self.bench
                .number(
                    "select cast(coalesce(sum(l.amount), 0) as bigint) as n from notice_line l \
                     join notice n on n.id = l.notice_id where n.state = 'paid' and l.wallet_id is not null"
                )
                .await,
        );
        let wrong = "wallet w where (select sum(p.amount) from posting p where p.wallet_id = w.id) <> \
            (select p.balance_after from posting p where p.wallet_id = w.id order by p.position desc limit 1)";
        assert_eq!(self.count(wrong).await, 0, "balances are sums");
        let positions = self.look("sandbox/positions").await;
        let paid_there = positions
            .as_array()
            .unwrap()
            .iter()
            .filter(|p| p["status"] == "PAID")
            .count();
        assert_eq!(
            i64::try_from(paid_there).unwrap(),
            paid,
            "what pagoPA took is what was credited"
        );
        assert!(
            i64::try_from(positions.as_array().unwrap().len()).unwrap() <= self.count("notice").await,
            "one debt a notice"
        );
    }
}

async fn phone<R: Role>(bench: &Bench, url: &str) -> Phone {
    let actor = bench.actor::<R>(Means::App).await;
    Phone {
        client: Client::new(PortalAddress::parse(url).unwrap()).unwrap(),
        token: Secret(actor.token.clone().unwrap()),
        actor,
    }
}

/// So many meals for a child.
pub fn meals(child: ChildId, meals: u32) -> TopUpLineRequest {
    TopUpLineRequest {
        child,
        choice: TopUpChoice::Meals { meals },
    }
}

/// Any amount for a child.
pub fn free(child: ChildId, cents: i64) -> TopUpLineRequest {
    TopUpLineRequest {
        child,
        choice: TopUpChoice::Free {
            amount: Cents::new(cents),
        },
    }
}

/// A fixed amount for a child.
pub fn fixed(child: ChildId, cents: i64) -> TopUpLineRequest {
    TopUpLineRequest {
        child,
        choice: TopUpChoice::Fixed {
            amount: Cents::new(cents),
        },
    }
}

impl Phone {
    /// Over the network, with a key of the test's own.
    pub async fn send<E: Endpoint<Query = NoQuery>>(
        &self,
        endpoint: &E,
        request: &E::Request,
        key: IdempotencyKey,
    ) -> Result<E::Response, ErrorBody> {
        let call = Call::new(endpoint, &NoQuery {}, request, Some(key)).unwrap();
        self.client.send_call(call, Some(&self.token)).await?.read::<E>()
    }

    pub fn key(&self) -> IdempotencyKey {
        self.actor.key()
    }

    pub async fn top_up(&self, lines: &[TopUpLineRequest]) -> Result<TopUpView, ErrorBody> {
        self.top_up_as(lines, self.key()).await
    }

    pub async fn top_up_as(
        &self,
        lines: &[TopUpLineRequest],
        key: IdempotencyKey,
    ) -> Result<TopUpView, ErrorBody> {
        self.send(
            &CreateTopUp {},
            &TopUpRequest {
                lines: lines.to_vec(),
                way: TopUpWay::Online,
            },
            key,
        )
        .await
    }

    pub async fn again(&self, topup: NoticeId) -> Result<TopUpView, ErrorBody> {
        self.send(&StartCheckout { topup }, &(), self.key()).await
    }

    pub async fn pay_together(&self, notices: &[NoticeId]) -> Result<CartView, ErrorBody> {
        self.pay_together_as(notices, self.key()).await
    }

    pub async fn pay_together_as(
        &self,
        notices: &[NoticeId],
        key: IdempotencyKey,
    ) -> Result<CartView, ErrorBody> {
        let notices = notices.to_vec();
        self.send(&StartCart {}, &CartRequest { notices }, key).await
    }

    pub async fn cart(&self, cart: AttemptId) -> Result<CartView, ErrorBody> {
        self.send(&GetCart { cart }, &(), self.key()).await
    }

    /// A notice that is paid with its paper.
    pub async fn by_notice(&self, lines: &[TopUpLineRequest]) -> Result<TopUpView, ErrorBody> {
        let request = TopUpRequest {
            lines: lines.to_vec(),
            way: TopUpWay::Notice,
        };
        self.send(&CreateTopUp {}, &request, self.key()).await
    }

    pub async fn withdraw(&self, topup: NoticeId) -> Result<TopUpView, ErrorBody> {
        self.send(&CancelTopUp { topup }, &(), self.key()).await
    }

    pub async fn look(&self, topup: NoticeId) -> TopUpView {
        self.send(&GetTopUp { topup }, &(), self.key()).await.unwrap()
    }

    /// The top-up that is offered before a new one.
    pub async fn open(&self) -> Option<TopUpView> {
        self.send(&GetTopUpOptions {}, &(), self.key())
            .await
            .unwrap()
            .open
    }

    /// The person, without a socket: what it asks can be given up in the middle.
    pub fn actor(&self) -> Actor {
        self.actor.clone()
    }
}
