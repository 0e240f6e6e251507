//! Somebody with a session, or without, who drives the router as an app or a browser would.

use crate::Bench;
use api::{Call, Endpoint, ErrorBody, IDEMPOTENCY_KEY, Method, Reply};
use domain::{IdempotencyKey, SessionId};
use http::{Request, Response, header};
use portal::{
    clock::fresh,
    router::{Body, ConnectInfo, Router, bytes_of},
};
use std::{net::SocketAddr, sync::Arc};
use tower::ServiceExt as _;

/// How an actor keeps its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    /// A bearer token.
    App,
    /// A cookie, with the header that guards it.
    Browser,
}

/// One actor. Everything it sends goes through the whole router.
#[derive(Clone)]
pub struct Actor {
    /// Its role's name.
    pub name: &'static str,
    /// App or browser.
    pub means: Means,
    /// Its token, if any.
    pub token: Option<String>,
    /// Its session, if any.
    pub session: Option<SessionId>,
    /// Where it calls from; not from this machine unless a test says so.
    pub peer: SocketAddr,
    router: Router,
    chance: Arc<crate::SeededChance>,
    clock: Arc<crate::FixedClock>,
}

impl Actor {
    pub(crate) fn new(
        name: &'static str,
        bench: &Bench,
        means: Means,
        token: Option<String>,
        session: Option<SessionId>,
    ) -> Self {
        Self {
            name,
            means,
            token,
            session,
            peer: SocketAddr::from(([192, 0, 2, 7], 40_000)),
            router: bench.router.clone(),
            chance: Arc::clone(&bench.chance),
            clock: Arc::clone(&bench.clock),
        }
    }

    /// The same, holding another token; none to hold nothing.
    #[must_use]
    pub fn holding(&self, token: Option<&str>) -> Self {
        Self {
            token: token.map(str::to_owned),
            ..self.clone()
        }
    }

    /// The same, at another portal on the same database.
    #[must_use]
    pub fn at(&self, bench: &Bench) -> Self {
        Self {
            router: bench.router.clone(),
            ..self.clone()
        }
    }

    /// The same, keeping its session in another way.
    #[must_use]
    pub fn by(&self, means: Means) -> Self {
        Self {
            means,
            ..self.clone()
        }
    }

    /// A fresh idempotency key.
    pub fn key(&self) -> IdempotencyKey {
        use portal::Clock as _;
        fresh(&*self.chance, self.clock.now(), IdempotencyKey::from_parts)
    }

    /// Sends a typed call, with a fresh key where it writes; answers status and JSON.
    pub async fn send<E: Endpoint>(&self, endpoint: &E, query: &E::Query, request: &E::Request) -> Reply {
        let key = (E::METHOD != Method::Get).then(|| self.key());
        self.send_keyed(endpoint, query, request, key).await
    }

    /// Sends a typed call with that key, or with none.
    pub async fn send_keyed<E: Endpoint>(
        &self,
        endpoint: &E,
        query: &E::Query,
        request: &E::Request,
        key: Option<IdempotencyKey>,
    ) -> Reply {
        self.call(&Call::new(endpoint, query, request, key).expect("a call is JSON"))
            .await
    }

    /// Sends a typed call and reads its answer.
    pub async fn ask<E: Endpoint>(
        &self,
        endpoint: &E,
        query: &E::Query,
        request: &E::Request,
    ) -> Result<E::Response, ErrorBody> {
        self.send(endpoint, query, request).await.read::<E>()
    }

    /// Sends a call.
    pub async fn call(&self, call: &Call) -> Reply {
        let body = call.body.as_ref().map_or_else(String::new, ToString::to_string);
        let mut request = self.request(call.method.as_str(), &call.path);
        if call.body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        if let Some(key) = call.key {
            request = request.header(IDEMPOTENCY_KEY, key.to_string());
        }
        let response = self.raw(request.body(Body::from(body)).expect("a request")).await;
        let status = response.status().as_u16();
        let bytes = bytes_of(response.into_body()).await.expect("an answer's body");
        let body = if bytes.is_empty() {
            serde_json::Value::Null
        } else {
            serde_json::from_slice(&bytes).unwrap_or_else(|_| String::from_utf8_lossy(&bytes).into())
        };
        Reply { status, body }
    }

    /// A request with the actor's session and guard, to be completed.
    pub fn request(&self, method: &str, path: &str) -> http::request::Builder {
        let request = Request::builder().method(method).uri(path);
        match (self.means, &self.token) {
            (Means::App, Some(token)) => request.header(header::AUTHORIZATION, format!("Bearer {token}")),
            (Means::Browser, Some(token)) => request
                .header(header::COOKIE, format!("refettorio={token}"))
                .header(api::CSRF_HEADER, "1"),
            (_, None) => request.header(api::CSRF_HEADER, "1"),
        }
    }

    /// Sends whatever a test made, for answers beyond JSON and for requests that no client would send.
    pub async fn raw(&self, mut request: Request<Body>) -> Response<Body> {
        request.extensions_mut().insert(ConnectInfo(self.peer));
        self.router
            .clone()
            .oneshot(request)
            .await
            .expect("a router always answers")
    }
}
