use super::*;
use api::sessions::{Secret, SessionView};
use client::{Client, PortalAddress, TokenStore};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

const LOGIN: &str = "0199a3c4-5f6e-7a8b-9c0d-1e2f3a4b5c6d";
const CODE: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLM-_09";

/// What a portal would answer to the questions, one after the other; the last one again and again.
type Answers = Vec<(u16, Value)>;

/// What the app asked.
type Asked = Arc<Mutex<Vec<Value>>>;

fn done() -> (u16, Value) {
    let session = json!({
        "kind": "full", "body": "valdarca", "password_min": 10,
        "tokens": {
            "access_token": "segreto-access", "access_expires_at": "2026-11-23T08:00:00Z",
            "refresh_token": "segreto-refresh",
        }
    });
    (200, json!({"state": "done", "session": session}))
}

fn waiting() -> (u16, Value) {
    (200, json!({"state": "waiting"}))
}

fn unknown() -> (u16, Value) {
    (404, json!({"code": "not_found", "message": "Non c'è."}))
}

async fn read(stream: &mut TcpStream) -> Option<(String, Value)> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| {
                    line.to_ascii_lowercase()
                        .strip_prefix("content-length: ")?
                        .parse()
                        .ok()
                })
                .unwrap_or(0);
            if body.len() >= length {
                let path = head.split(' ').nth(1)?.to_owned();
                return Some((path, serde_json::from_str(body).unwrap_or_default()));
            }
        }
        let count = stream.read(&mut chunk).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&chunk[..count]);
    }
}

/// A portal on loopback. It answers a start with one login, and questions as told.
async fn portal(answers: Answers) -> (String, Asked) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked = Asked::default();
    let (url, notes) = (format!("{address}/accesso/avvio/{LOGIN}"), Arc::clone(&asked));
    tokio::spawn(async move {
        let mut answers = answers.into_iter().peekable();
        while let Ok((mut stream, _)) = listener.accept().await {
            let Some((path, body)) = read(&mut stream).await else {
                continue;
            };
            notes.lock().unwrap().push(body);
            let (status, answer) = if path.ends_with("/redeem") {
                let next = answers.next().unwrap();
                if answers.peek().is_none() {
                    answers = vec![next.clone()].into_iter().peekable();
                }
                next
            } else {
                let view =
                    json!({"id": LOGIN, "url": url, "expires_at": "2026-11-23T07:51:00Z", "number": "4711"});
                (200, view)
            };
            let answer = answer.to_string();
            let reply = format!(
                "HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{answer}",
                answer.len()
            );
            stream.write_all(reply.as_bytes()).await.unwrap_or_default();
        }
    });
    (address, asked)
}

#[derive(Default)]
struct Kept(Mutex<Vec<String>>);

#[async_trait::async_trait]
impl TokenStore for Kept {
    async fn keep(&self, refresh: &Secret, _: &SessionView) {
        self.0.lock().unwrap().push(refresh.0.clone());
    }
    async fn forget(&self) {}
}

struct Bench {
    logins: Logins,
    session: Arc<Session>,
    kept: Arc<Kept>,
    asked: Asked,
}

/// An app that asks by itself only where `asks`.
async fn bench(answers: Answers, asks: bool) -> Bench {
    let (address, asked) = portal(answers).await;
    let client = Client::new(PortalAddress::parse(&address).unwrap()).unwrap();
    let kept = Arc::new(Kept::default());
    let store: Arc<dyn TokenStore> = kept.clone();
    let clock = Arc::new(|| "2026-11-23T07:41:00Z".parse().unwrap());
    let often = Duration::from_millis(5);
    let pace = if asks {
        Pace {
            soon: often,
            later: often,
            trouble: often,
            ..Pace::default()
        }
    } else {
        Pace {
            soon: Duration::from_hours(1),
            ..Pace::default()
        }
    };
    Bench {
        logins: Logins::at(pace),
        session: Arc::new(Session::new(client, store, clock)),
        kept,
        asked,
    }
}

impl Bench {
    async fn start(&self) -> PendingLoginView {
        let args = StartLoginArgs {
            body: "valdarca".into(),
            provider: "spid".into(),
            hint: None,
            invitation: None,
            confirm: false,
        };
        self.logins
            .start(Arc::clone(&self.session), args, |_| true)
            .await
            .unwrap()
    }

    fn asked(&self) -> Vec<Value> {
        self.asked.lock().unwrap().clone()
    }

    async fn outcome(&self, login: LoginId) -> Option<LoginOutcome> {
        let ended = self.logins.ended(login).await.unwrap();
        assert_eq!((ended.state, ended.session), (LoginState::Failed, None));
        ended.outcome
    }
}

async fn browser_returns(port: u64) {
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).await.unwrap();
    let request =
        format!("GET /ritorno?login={LOGIN}&code={CODE} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn the_browser_comes_back_to_the_door_and_the_session_is_kept() {
    let bench = bench(vec![done()], false).await;
    let pending = bench.start().await;
    assert_eq!((pending.number.as_deref(), pending.opened), (Some("4711"), true));
    assert_eq!(bench.logins.pending(), Some(pending.clone()));
    let start = bench.asked()[0].clone();
    assert_eq!(
        (&start["client"], &start["back"]["to"]),
        (&"app".into(), &"loopback".into())
    );
    browser_returns(start["back"]["port"].as_u64().unwrap()).await;
    let ended = bench.logins.ended(pending.id).await.unwrap();
    assert_eq!(ended.state, LoginState::Done);
    assert_eq!(ended.session.as_ref().unwrap().tokens, None);
    assert!(!serde_json::to_string(&ended).unwrap().contains("segreto"));
    assert_eq!(*bench.kept.0.lock().unwrap(), ["segreto-refresh"]);
    assert!(bench.session.view().await.is_some());
    assert_eq!(bench.logins.pending(), None);
    // What was shown is what the challenge was made of.
    let shown = bench.asked()[1].clone();
    let verifier = shown["verifier"].as_str().unwrap();
    let digest = <sha2::Sha256 as sha2::Digest>::digest(verifier.as_bytes());
    let challenge = base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, digest);
    assert_eq!(
        (start["challenge"].as_str(), shown["code"].as_str()),
        (Some(challenge.as_str()), Some(CODE))
    );
}

#[tokio::test]
async fn a_link_brings_the_code_for_its_own_login_only() {
    let bench = bench(vec![done()], false).await;
    let pending = bench.start().await;
    let other = LOGIN.replace('d', "e").parse().unwrap();
    let brought = Brought::Code(Secret(CODE.into()));
    assert!(!bench.logins.returned(Return {
        login: other,
        brought: brought.clone()
    }));
    assert!(bench.logins.returned(Return {
        login: pending.id,
        brought
    }));
    let ended = bench.logins.ended(pending.id).await.unwrap();
    assert_eq!(ended.state, LoginState::Done);
}

#[tokio::test]
async fn without_any_way_back_the_portal_is_asked_until_it_knows() {
    let busy = (503, json!({"code": "busy", "message": "Riprova."}));
    let bench = bench(vec![waiting(), busy, waiting(), done()], true).await;
    let pending = bench.start().await;
    let ended = bench.logins.ended(pending.id).await.unwrap();
    assert_eq!(ended.state, LoginState::Done);
    assert!(bench.asked()[1..].iter().all(|asked| asked.get("code").is_none()));
}

#[tokio::test]
async fn a_code_that_is_none_changes_nothing() {
    let bench = bench(vec![unknown(), done()], false).await;
    let pending = bench.start().await;
    let brought = Brought::Code(Secret(CODE.into()));
    assert!(bench.logins.returned(Return {
        login: pending.id,
        brought: brought.clone()
    }));
    assert!(bench.logins.returned(Return {
        login: pending.id,
        brought
    }));
    assert_eq!(
        bench.logins.ended(pending.id).await.unwrap().state,
        LoginState::Done
    );
}

#[tokio::test]
async fn what_the_portal_says_went_wrong_reaches_the_page() {
    let refused = (200, json!({"state": "failed", "outcome": "no_match"}));
    let bench = bench(vec![refused], true).await;
    let pending = bench.start().await;
    assert_eq!(bench.outcome(pending.id).await, Some(LoginOutcome::NoMatch));
}

#[tokio::test]
async fn what_a_browser_says_went_wrong_is_only_a_reason_to_ask() {
    let bench = bench(vec![waiting(), done()], false).await;
    let pending = bench.start().await;
    for _ in 0..2 {
        let brought = Brought::Outcome(LoginOutcome::NoMatch);
        assert!(bench.logins.returned(Return {
            login: pending.id,
            brought
        }));
    }
    assert_eq!(
        bench.logins.ended(pending.id).await.unwrap().state,
        LoginState::Done
    );
}

#[tokio::test]
async fn a_login_that_the_portal_has_forgotten_has_expired() {
    let bench = bench(vec![unknown()], true).await;
    let pending = bench.start().await;
    assert_eq!(bench.outcome(pending.id).await, Some(LoginOutcome::Expired));
}

#[tokio::test]
async fn nobody_waits_longer_than_the_limit() {
    let mut bench = bench(vec![waiting()], false).await;
    bench.logins.pace.limit = Duration::from_millis(20);
    let pending = bench.start().await;
    assert_eq!(bench.outcome(pending.id).await, Some(LoginOutcome::Expired));
}

#[tokio::test]
async fn who_gives_up_is_told_so_at_once() {
    let bench = bench(vec![waiting()], false).await;
    let pending = bench.start().await;
    bench.logins.cancel(Some(pending.id));
    assert_eq!(bench.outcome(pending.id).await, Some(LoginOutcome::Cancelled));
    assert_eq!(bench.logins.pending(), None);
    let again = bench.logins.open(pending.id, |_| true).unwrap_err();
    assert_eq!(again.code, ErrorCode::NotFound);
}

#[tokio::test]
async fn the_browser_can_be_opened_again_and_a_missing_one_is_told_in_words() {
    let bench = bench(vec![waiting()], false).await;
    let pending = bench.start().await;
    let mut opened = None;
    bench
        .logins
        .open(pending.id, |url| {
            opened = Some(url.to_string());
            true
        })
        .unwrap();
    assert_eq!(opened, Some(pending.url));
    let none = bench.logins.open(pending.id, |_| false).unwrap_err();
    assert!(none.message.contains("Copia l'indirizzo"));
}

#[tokio::test]
async fn a_second_login_ends_the_first() {
    let bench = bench(vec![waiting()], false).await;
    let first = bench.start().await;
    let end = bench.logins.lock().as_ref().unwrap().end.clone();
    let second = bench.start().await;
    assert_eq!(first.id, second.id, "this portal knows only one");
    let mut end = end;
    let ended = end.wait_for(Option::is_some).await.unwrap().clone();
    assert_eq!(ended.unwrap().unwrap().outcome, Some(LoginOutcome::Cancelled));
    assert_eq!(bench.logins.pending(), Some(second));
}
