//! The session against a stand-in portal on loopback.

use crate::{Client, Clock, PortalAddress, Session, TokenStore, Transport, answers_tokens, opens_session};
use api::{
    Call, ErrorBody, ErrorCode, NoQuery,
    children::GetMe,
    meals::CancelMeal,
    recoveries::{FinishRecovery, FinishRecoveryRequest},
    sessions::{ClientKind, Secret, SessionView, SignInRequest},
};
use chrono::{DateTime, TimeDelta};
use domain::{ChildId, Instant, RecoveryId};
use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

const NOW: i64 = 1_795_420_860;

fn now() -> Instant {
    DateTime::from_timestamp(NOW, 0).unwrap()
}

fn clock() -> Clock {
    Arc::new(now)
}

/// What the stand-in has seen and which tokens are good.
#[derive(Debug, Default)]
struct State {
    number: u32,
    access: HashSet<String>,
    refresh: HashSet<String>,
    refreshes: u32,
    keys: Vec<String>,
    ended: bool,
    /// So many requests are cut off without an answer.
    cut: u32,
    seen: u32,
}

impl State {
    fn tokens(&mut self) -> serde_json::Value {
        self.number += 1;
        let (access, refresh) = (
            format!("access-{}", self.number),
            format!("refresh-{}", self.number),
        );
        self.access = HashSet::from([access.clone()]);
        self.refresh = HashSet::from([refresh.clone()]);
        serde_json::json!({
            "kind": "full", "body": "valdarca", "password_min": 10,
            "tokens": {
                "access_token": access,
                "access_expires_at": now() + TimeDelta::minutes(15),
                "refresh_token": refresh,
            }
        })
    }

    fn answer(&mut self, head: &str, body: &str) -> (u16, serde_json::Value) {
        let refused = |code| {
            (
                401,
                serde_json::to_value(ErrorBody::new(code, "Accedi di nuovo.")).unwrap(),
            )
        };
        let line = head.lines().next().unwrap_or_default();
        let header = |name: &str| {
            head.lines()
                .find_map(|line| line.strip_prefix(&format!("{name}: ")))
                .map(ToOwned::to_owned)
        };
        if line.starts_with("POST /api/v1/sessions ") || line.contains("/finish ") {
            return (200, self.tokens());
        }
        if line.starts_with("POST /api/v1/sessions/refresh ") {
            self.refreshes += 1;
            let request: serde_json::Value = serde_json::from_str(body).unwrap();
            let token = request["refresh_token"].as_str().unwrap().to_owned();
            if self.ended || !self.refresh.remove(&token) {
                self.ended = true;
                return refused(ErrorCode::Unauthenticated);
            }
            return (200, self.tokens());
        }
        let bearer = header("authorization").unwrap_or_default();
        if !self.access.contains(bearer.trim_start_matches("Bearer ")) {
            return refused(ErrorCode::Unauthenticated);
        }
        if line.starts_with("DELETE ") {
            return (204, serde_json::Value::Null);
        }
        (200, serde_json::json!({ "echo": line }))
    }
}

async fn serve(mut stream: TcpStream, state: Arc<Mutex<State>>) {
    let mut bytes = Vec::new();
    let (head, body) = loop {
        let mut part = [0; 4096];
        let count = stream.read(&mut part).await.unwrap_or(0);
        if count == 0 {
            return;
        }
        bytes.extend_from_slice(&part[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |length| length.parse::<usize>().unwrap());
            if body.len() >= length {
                break (head.to_owned(), body.to_owned());
            }
        }
    };
    let (status, answer) = {
        let mut state = state.lock().unwrap();
        state.seen += 1;
        let key = head
            .lines()
            .find_map(|line| line.strip_prefix("idempotency-key: "));
        state.keys.extend(key.map(ToOwned::to_owned));
        if state.cut > 0 {
            state.cut -= 1;
            return;
        }
        state.answer(&head, &body)
    };
    let text = if answer.is_null() {
        String::new()
    } else {
        answer.to_string()
    };
    let reply = format!(
        "HTTP/1.1 {status} x\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{text}",
        text.len()
    );
    stream.write_all(reply.as_bytes()).await.unwrap_or_default();
}

async fn portal() -> (PortalAddress, Arc<Mutex<State>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = PortalAddress::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let state = Arc::new(Mutex::new(State::default()));
    let shared = Arc::clone(&state);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, Arc::clone(&shared)));
        }
    });
    (address, state)
}

/// Remembers what it was told, in order.
#[derive(Default)]
struct Diary(Mutex<Vec<Option<String>>>);

#[async_trait::async_trait]
impl TokenStore for Diary {
    async fn keep(&self, refresh: &Secret, view: &SessionView) {
        assert!(view.tokens.is_none());
        self.0.lock().unwrap().push(Some(refresh.0.clone()));
    }

    async fn forget(&self) {
        self.0.lock().unwrap().push(None);
    }
}

fn badge() -> SignInRequest {
    SignInRequest {
        body: "valdarca".into(),
        badge: "10023".into(),
        password: Secret("tre parole a caso".into()),
        client: ClientKind::App,
        device: None,
    }
}

fn me() -> Call {
    Call::new(&GetMe {}, &NoQuery {}, &(), None).unwrap()
}

fn cancel() -> Call {
    let endpoint = CancelMeal {
        child: ChildId::from_parts(1, [1; 10]),
        day: "2026-11-23".parse().unwrap(),
    };
    Call::new(&endpoint, &NoQuery {}, &(), None).unwrap()
}

async fn signed_in() -> (Arc<Session>, Arc<Diary>, Arc<Mutex<State>>) {
    let (address, state) = portal().await;
    let diary = Arc::new(Diary::default());
    let store: Arc<dyn TokenStore> = diary.clone();
    let session = Session::new(Client::new(address).unwrap(), store, clock());
    let view = session.sign_in(&badge()).await.unwrap();
    assert_eq!((view.body.as_str(), view.tokens), ("valdarca", None));
    (Arc::new(session), diary, state)
}

#[tokio::test]
async fn a_recovery_opens_a_session_that_is_kept_instead_of_the_one_before() {
    let (session, diary, _) = signed_in().await;
    let recovery = RecoveryId::from_parts(1, [1; 10]);
    let request = FinishRecoveryRequest {
        code: Secret("12345678".into()),
        new: Secret("tre parole nuove".into()),
        client: ClientKind::App,
        device: None,
    };
    let call = Call::new(&FinishRecovery { recovery }, &NoQuery {}, &request, None).unwrap();
    assert!(opens_session(&call.operation) && answers_tokens(&call.operation));
    let view = session.open(call).await.unwrap();
    assert!(view.tokens.is_none(), "the answer holds no token");
    assert_eq!(
        diary.0.lock().unwrap().last(),
        Some(&Some("refresh-2".to_owned()))
    );
    assert_eq!(session.send_call(me()).await.unwrap().status, 200);
}

#[tokio::test]
async fn many_calls_at_once_renew_the_session_once() {
    let (session, diary, state) = signed_in().await;
    state.lock().unwrap().access.clear();
    let calls: Vec<_> = (0..8)
        .map(|_| {
            let session = Arc::clone(&session);
            tokio::spawn(async move { session.send_call(me()).await })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap().status, 200);
    }
    assert_eq!(state.lock().unwrap().refreshes, 1);
    let kept = diary.0.lock().unwrap().clone();
    assert_eq!(kept, [Some("refresh-1".to_owned()), Some("refresh-2".to_owned())]);
}

#[tokio::test]
async fn a_session_that_ended_is_forgotten_and_says_so() {
    let (session, diary, state) = signed_in().await;
    {
        let mut state = state.lock().unwrap();
        state.access.clear();
        state.ended = true;
    }
    let error = session.send_call(me()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Unauthenticated);
    assert_eq!(diary.0.lock().unwrap().last(), Some(&None));
    assert_eq!(session.view().await, None);
}

#[tokio::test]
async fn a_kept_session_goes_on_after_a_restart() {
    let (session, diary, state) = signed_in().await;
    let view = session.view().await.unwrap();
    let store: Arc<dyn TokenStore> = diary.clone();
    let later = Session::resume(
        session.client().clone(),
        store,
        clock(),
        Secret("refresh-1".into()),
        view,
    );
    assert_eq!(later.send_call(me()).await.unwrap().status, 200);
    assert_eq!(state.lock().unwrap().refreshes, 1);
    assert_eq!(
        diary.0.lock().unwrap().last(),
        Some(&Some("refresh-2".to_owned()))
    );
}

#[tokio::test]
async fn a_write_that_was_cut_off_is_sent_again_with_the_same_key() {
    let (session, _, state) = signed_in().await;
    {
        let mut state = state.lock().unwrap();
        state.keys.clear();
        state.cut = 2;
        state.seen = 0;
    }
    assert_eq!(session.send_call(cancel()).await.unwrap().status, 200);
    let state = state.lock().unwrap();
    let different: HashSet<_> = state.keys.iter().collect();
    assert_eq!((state.seen, state.keys.len(), different.len()), (3, 3, 1));
}

#[tokio::test]
async fn a_write_that_is_repeated_after_a_renewal_keeps_its_key() {
    let (session, _, state) = signed_in().await;
    {
        let mut state = state.lock().unwrap();
        state.keys.clear();
        state.access.clear();
    }
    assert_eq!(session.send_call(cancel()).await.unwrap().status, 200);
    let keys = state.lock().unwrap().keys.clone();
    // The act, the renewal, the act again.
    assert_eq!((keys.len(), &keys[0]), (3, &keys[2]));
    assert_ne!(keys[0], keys[1]);
}

#[tokio::test]
async fn a_renewal_whose_answer_got_lost_is_not_repeated() {
    let (session, diary, state) = signed_in().await;
    {
        let mut state = state.lock().unwrap();
        state.access.clear();
        state.seen = 0;
    }
    assert!(session.send_call(me()).await.is_ok());
    {
        let mut state = state.lock().unwrap();
        state.access.clear();
        state.seen = 0;
        state.cut = 9;
    }
    let restarted = Session::resume(
        session.client().clone(),
        diary.clone(),
        clock(),
        Secret("refresh-2".into()),
        session.view().await.unwrap(),
    );
    let error = restarted.send_call(me()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Offline);
    assert_eq!(state.lock().unwrap().seen, 1);
    assert!(restarted.view().await.is_some(), "being offline ends no session");
}

#[tokio::test]
async fn signing_out_forgets_also_where_the_portal_is_gone() {
    let (session, diary, state) = signed_in().await;
    state.lock().unwrap().cut = u32::MAX;
    let error = session.sign_out(false).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Offline);
    assert_eq!(diary.0.lock().unwrap().last(), Some(&None));
    assert_eq!(session.view().await, None);
}

#[tokio::test]
async fn nobody_there_is_offline_in_words() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let client = Client::new(PortalAddress::parse(&format!("http://{address}")).unwrap()).unwrap();
    let error = client.send(&GetMe {}, &NoQuery {}, &(), None).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Offline);
    assert!(error.message.contains("riprova"));
}

#[tokio::test]
async fn no_debug_shows_a_token() {
    let (session, _, _) = signed_in().await;
    let shown = format!("{session:?} {:?} {:?}", badge(), session.view().await);
    for secret in ["access-1", "refresh-1", "tre parole"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
