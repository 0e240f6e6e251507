//! A portal between the model of pagoPA and a family, that can die wherever it waits.

use crate::platform::{Made, Platform, envelope};
use api::{Endpoint, NoQuery, Reply};
use domain::{BodyId, IdempotencyKey, WalletId};
use http::Request;
use pagopa::receipts::{Answer, FaultCode};
use portal::{
    App,
    reconcile::{Pace, round},
    router::Body,
    station::{
        process,
        receive::{Source, keep},
    },
    topups::{Gateways, gateway::Gateway},
};
use serde_json::json;
use std::{pin::pin, sync::Arc, task::Poll};
use storage::{StorageError, bodies, ledger};
use testkit::{Actor, Bench, Means, role::Parent};

/// Codice fiscale of Valmora, invented, with right check digit.
pub const VALMORA: &str = "03334231200";

/// The answer after which pagoPA sends a receipt again.
pub const AGAIN: &str = "PAA_SYSTEM_ERROR";

/// The portal, its family and pagoPA.
pub struct Stage {
    pub bench: Bench,
    pub platform: Platform,
    parent: Actor,
    /// Deaths so far.
    pub crashes: u64,
}

/// Goes on for so many waits; then what was waited for has happened, and the portal dies before it goes on.
async fn dying<T>(steps: usize, future: impl Future<Output = T>) -> Option<T> {
    let (mut future, mut left) = (pin!(future), steps);
    std::future::poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}

impl Stage {
    pub async fn around(mut bench: Bench) -> Self {
        let mut settings = (*bench.app.settings).clone();
        settings.pagopa = serde_json::from_value(json!({
            "gpd_url": "http://127.0.0.1:9/gpd",
            "checkout_url": "http://127.0.0.1:9/checkout",
            "bodies": {"valmora": {
                "fiscal_code": VALMORA,
                "company_name": "Comune di Valmora",
                "segregation_code": "01",
                "iban": "IT60X0542811101000000123456",
                "station_id": format!("{VALMORA}_01"),
                "broker_id": VALMORA,
                "key_file": "/nowhere",
            }},
        }))
        .unwrap();
        bench.app.settings = Arc::new(settings);
        let parent = bench.actor::<Parent>(Means::App).await;
        let mut stage = Self {
            bench,
            platform: Platform::default(),
            parent,
            crashes: 0,
        };
        stage.start().await;
        stage
    }

    /// Another portal on the same database: the one before is gone with all that it had in memory.
    pub async fn start(&mut self) {
        let app = App {
            gateways: Gateways::default(),
            ..self.bench.app.clone()
        };
        let id = self.body();
        let body = app.store.read(move |tx| bodies::by_id(tx, id)).await;
        let body = body.map_err(|error: StorageError| error).unwrap().unwrap();
        let platform = &self.platform;
        let made = app.gateways.stand_in(&app, &body, |settings| Gateway {
            settings,
            gpd: Box::new(platform.clone()),
            checkout: Box::new(platform.clone()),
            flows: Some(Arc::new(platform.clone())),
            receipts: vec![Box::new(platform.clone())],
        });
        made.unwrap();
        self.bench.router = portal::router(app.clone());
        self.bench.app = app;
        self.parent = self.parent.at(&self.bench);
    }

    pub fn body(&self) -> BodyId {
        self.bench.town.family.body
    }

    pub fn wallets(&self) -> [WalletId; 2] {
        [0, 1].map(|child| self.bench.town.family.children[child].wallet)
    }

    pub fn key(&self) -> IdempotencyKey {
        self.parent.key()
    }

    pub async fn balances(&self) -> [i64; 2] {
        let (body, [one, two]) = (self.body(), self.wallets());
        let read = self.bench.app.store.read(move |tx| {
            Ok::<_, StorageError>([
                ledger::balance(tx, body, one)?.get(),
                ledger::balance(tx, body, two)?.get(),
            ])
        });
        read.await.unwrap()
    }

    /// Something that the portal does; where it dies on the way, another one starts.
    async fn survive<T>(&mut self, dies: Option<usize>, act: impl Future<Output = T>) -> Option<T> {
        let Some(steps) = dies else {
            return Some(act.await);
        };
        let done = dying(steps, act).await;
        if done.is_none() {
            self.crashes += 1;
            self.start().await;
        }
        done
    }

    /// The family asks for something.
    pub async fn ask<E: Endpoint<Query = NoQuery>>(
        &mut self,
        endpoint: &E,
        request: &E::Request,
        key: IdempotencyKey,
        dies: Option<usize>,
    ) -> Option<Reply> {
        let parent = self.parent.clone();
        let act = async move { parent.send_keyed(endpoint, &NoQuery {}, request, Some(key)).await };
        self.survive(dies, act).await
    }

    /// A browser comes back.
    pub async fn come_back(&mut self, way_back: &str, word: &str) {
        let request = Request::get(format!("{way_back}{word}"));
        self.parent.raw(request.body(Body::empty()).unwrap()).await;
    }

    /// A receipt arrives; what the portal answers, if it lives so long: `OK`, or the fault's code.
    pub async fn receive(
        &mut self,
        made: &Made,
        source: Source,
        dies: Option<usize>,
    ) -> Option<&'static str> {
        let (app, xml) = (self.bench.app.clone(), envelope(VALMORA, made, self.bench.now()));
        let act = async move { keep(&app, xml.as_bytes(), source).await };
        Some(match self.survive(dies, act).await? {
            Answer::Ok => "OK",
            Answer::Ko(fault) => fault.code.as_str(),
        })
    }

    /// The portal compares with what pagoPA holds.
    pub async fn reconcile(&mut self, dies: Option<usize>) {
        let app = self.bench.app.clone();
        let act = async move { round(&app, Pace::Now).await.unwrap() };
        self.survive(dies, act).await;
    }

    /// What the jobs do on each round, and at start.
    pub async fn process(&mut self, dies: Option<usize>) {
        let app = self.bench.app.clone();
        let act = async move { process::due(&app).await.unwrap() };
        let done = self.survive(dies, act).await;
        assert!(matches!(done, None | Some(0)), "a receipt cannot be processed");
    }
}

#[test]
fn the_answer_that_asks_for_more_is_the_one_of_pagopa() {
    assert_eq!(FaultCode::System.as_str(), AGAIN);
}
