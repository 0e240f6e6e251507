use super::*;
use crate::lock::{Authenticator, Lock};
use api::{Endpoint, Method, children::GetMe, sessions::SignIn, topups::ListTopUps};
use bridge::{LinkView, LockMeans, UnlockOutcome};
use client::Clock;
use keyring_core::{CredentialStore, mock};
use proptest::prelude::*;
use std::{path::Path, sync::mpsc, time::Duration};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// A portal on loopback that knows one session; it answers until its runtime ends.
async fn portal() -> (String, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let running = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut bytes = vec![0; 16 * 1024];
            let count = stream.read(&mut bytes).await.unwrap_or(0);
            let text = String::from_utf8_lossy(&bytes[..count]).into_owned();
            let (status, body) = answer(&text);
            let reply = format!(
                "HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(reply.as_bytes()).await.unwrap_or_default();
        }
    });
    (address, running)
}

fn answer(request: &str) -> (u16, String) {
    let line = request.lines().next().unwrap_or_default();
    let session = serde_json::json!({
        "kind": "full", "body": "valdarca", "password_min": 10,
        "tokens": {
            "access_token": "segreto-access", "access_expires_at": "2026-11-23T08:00:00Z",
            "refresh_token": "segreto-refresh",
        }
    });
    match line.split(' ').nth(1).unwrap_or_default() {
        "/health" => (
            200,
            r#"{"status":"ok","version":"0.1.0","now":"2026-11-23T07:41:00Z"}"#.into(),
        ),
        "/api/v1/sessions" | "/api/v1/sessions/refresh" | "/api/v1/password"
            if !line.starts_with("DELETE") =>
        {
            (200, session.to_string())
        }
        "/api/v1/topups" => (200, r#"[{"checkout_url":"https://checkout.example/1"}]"#.into()),
        _ if request.contains("authorization: Bearer segreto-access") => (200, "{}".into()),
        _ => (401, r#"{"code":"unauthenticated","message":"Accedi."}"#.into()),
    }
}

struct Bench {
    folder: TempDir,
    store: Arc<CredentialStore>,
    opened: mpsc::Receiver<String>,
    shell: Shell,
}

fn clock() -> Clock {
    Arc::new(|| "2026-11-23T07:41:00Z".parse().unwrap())
}

fn shell(
    folder: &Path,
    store: &Arc<CredentialStore>,
    portal: Option<&str>,
) -> (Shell, mpsc::Receiver<String>) {
    let (open, opened) = mpsc::channel();
    let store = Arc::clone(store);
    let keychain = Keychain::new(Box::new(move || Ok(store)), Duration::from_secs(3));
    let browser = Opener::new(move |url| open.send(url.to_string()).map_err(|error| error.to_string()));
    let shell = Shell::new(
        Settings::at(folder),
        Arc::new(keychain),
        browser,
        Downloads::at(folder.join("Scaricati")),
        portal.map(ToOwned::to_owned),
        clock(),
    );
    (shell, opened)
}

fn bench(portal: Option<&str>) -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let store: Arc<CredentialStore> = mock::Store::new().unwrap();
    let (shell, opened) = shell(folder.path(), &store, portal);
    Bench {
        folder,
        store,
        opened,
        shell,
    }
}

impl Bench {
    /// What the keychain holds, as text.
    fn kept(&self) -> Option<String> {
        let entry = self.store.build("refettorio", "session", None).unwrap();
        entry
            .get_secret()
            .ok()
            .map(|bytes| String::from_utf8(bytes).unwrap())
    }
}

fn badge() -> SignInRequest {
    SignInRequest {
        body: "valdarca".into(),
        badge: "10023".into(),
        password: Secret("tre parole a caso".into()),
        client: ClientKind::Browser,
        device: None,
    }
}

fn call<E: Endpoint<Query = NoQuery, Request = ()>>(endpoint: &E) -> Call {
    Call::new(endpoint, &NoQuery {}, &(), None).unwrap()
}

#[tokio::test]
async fn a_family_signs_in_and_the_page_gets_no_token() {
    let (address, _running) = portal().await;
    let bench = bench(Some(&address));
    let view = bench.shell.sign_in(badge()).await.unwrap();
    assert_eq!(view.tokens, None);
    assert!(bench.kept().unwrap().contains("segreto-refresh"));
    assert!(!bench.kept().unwrap().contains("segreto-access"));
    let status = bench.shell.status().await;
    assert_eq!(status.portal, Some(address));
    let shown = serde_json::to_string(&status).unwrap() + &format!("{:?} {view:?}", bench.shell);
    assert!(!shown.contains("segreto"), "{shown}");
    let view = bench
        .shell
        .choose_password(&ChoosePasswordRequest {
            current: Secret("a".into()),
            new: Secret("b".into()),
        })
        .await
        .unwrap();
    assert_eq!(view.tokens, None);
}

#[tokio::test]
async fn a_restart_goes_on_with_the_kept_session_and_only_with_its_portal() {
    let (address, _running) = portal().await;
    let bench = bench(None);
    bench.shell.choose_portal(&address).await.unwrap();
    bench.shell.sign_in(badge()).await.unwrap();
    let (again, _) = shell(bench.folder.path(), &bench.store, None);
    let status = again.status().await;
    assert_eq!(status.portal.as_ref(), Some(&address));
    assert_eq!(
        status.session.map(|session| session.body),
        Some("valdarca".into())
    );
    assert_eq!(again.call(call(&GetMe {})).await.unwrap().status, 200);
    let (other, _running) = portal().await;
    let (elsewhere, _) = shell(bench.folder.path(), &bench.store, Some(&other));
    assert_eq!(elsewhere.status().await.session, None);
}

#[tokio::test]
async fn signing_out_empties_the_keychain_also_where_the_portal_is_gone() {
    let (address, running) = portal().await;
    let bench = bench(Some(&address));
    bench.shell.sign_in(badge()).await.unwrap();
    running.abort();
    running.await.unwrap_err();
    let status = bench.shell.sign_out(false).await.unwrap();
    assert_eq!((status.session, bench.kept()), (None, None));
    assert_eq!(status.portal, Some(address));
}

#[tokio::test]
async fn signing_out_everywhere_tells_where_the_portal_could_not_be_told() {
    let (address, running) = portal().await;
    let bench = bench(Some(&address));
    bench.shell.sign_in(badge()).await.unwrap();
    running.abort();
    running.await.unwrap_err();
    let error = bench.shell.sign_out(true).await.unwrap_err();
    assert_eq!((error.code, bench.kept()), (ErrorCode::Offline, None));
    assert!(error.message.contains("altri dispositivi"));
}

#[tokio::test]
async fn choosing_another_portal_ends_the_session_with_the_first() {
    let ((first, _one), (second, _two)) = (portal().await, portal().await);
    let bench = bench(None);
    bench.shell.choose_portal(&first).await.unwrap();
    bench.shell.sign_in(badge()).await.unwrap();
    let status = bench.shell.choose_portal(&second).await.unwrap();
    assert_eq!(
        (status.portal, status.session, bench.kept()),
        (Some(second), None, None)
    );
}

#[tokio::test]
async fn a_portal_that_does_not_answer_or_is_none_is_not_chosen() {
    let (address, running) = portal().await;
    running.abort();
    running.await.unwrap_err();
    let bench = bench(None);
    let gone = bench.shell.choose_portal(&address).await.unwrap_err();
    assert_eq!(gone.code, ErrorCode::Offline);
    let wrong = bench
        .shell
        .choose_portal("http://mensa.example.it")
        .await
        .unwrap_err();
    assert_eq!(wrong.code, ErrorCode::InvalidRequest);
    assert!(wrong.message.contains("https://"));
    assert_eq!(bench.shell.status().await.portal, None);
    let before = bench.shell.call(call(&GetMe {})).await.unwrap_err();
    assert!(before.message.contains("Scegli prima il portale"));
}

#[tokio::test]
async fn operations_that_answer_tokens_have_their_own_commands() {
    let (address, _running) = portal().await;
    let bench = bench(Some(&address));
    let sign_in = Call::new(&SignIn {}, &NoQuery {}, &badge(), None).unwrap();
    assert!(bench.shell.call(sign_in.clone()).await.is_err());
    // A false name does not help.
    let disguised = Call {
        operation: "get_me".into(),
        ..sign_in
    };
    assert!(bench.shell.call(disguised).await.is_err());
}

#[tokio::test]
async fn calls_go_to_known_places_of_the_chosen_portal_only() {
    let (address, _running) = portal().await;
    let bench = bench(Some(&address));
    bench.shell.sign_in(badge()).await.unwrap();
    for path in [
        "https://evil.example/api/v1/me",
        "//evil.example/api/v1/me",
        "/api/v1/me/../sessions",
        "/api/v1/other",
        "/api/v1/me/",
        "/api/v1/me#x",
        "me",
        "",
    ] {
        let foreign = Call {
            path: path.into(),
            ..call(&GetMe {})
        };
        assert!(bench.shell.call(foreign).await.is_err(), "{path}");
    }
    let wrong_way = Call {
        method: Method::Delete,
        ..call(&GetMe {})
    };
    assert!(bench.shell.call(wrong_way).await.is_err());
    let hidden = Call {
        operation: "get_receipt".into(),
        path: "/api/v1/receipts/..".into(),
        ..call(&GetMe {})
    };
    assert!(bench.shell.call(hidden).await.is_err());
    assert!(bench.shell.call(call(&GetMe {})).await.is_ok());
}

#[tokio::test]
async fn the_browser_opens_the_checkout_that_the_portal_named() {
    let (address, _running) = portal().await;
    let bench = bench(Some(&address));
    bench.shell.sign_in(badge()).await.unwrap();
    assert!(
        bench
            .shell
            .open_checkout("https://checkout.example/1")
            .await
            .is_err()
    );
    bench.shell.call(call(&ListTopUps {})).await.unwrap();
    bench
        .shell
        .open_checkout("https://checkout.example/1")
        .await
        .unwrap();
    assert_eq!(bench.opened.recv().unwrap(), "https://checkout.example/1");
    assert!(bench.shell.open_checkout("https://evil.example").await.is_err());
}

#[tokio::test]
async fn a_document_is_kept_and_shown_also_where_nothing_shows_it() {
    let bench = bench(None);
    let document = DocumentView {
        file_name: "avviso-301000000000000185.pdf".into(),
        media_type: "application/pdf".into(),
        content: "JVBERi0xLjcK".into(),
    };
    let saved = bench.shell.save_document(&document).await.unwrap();
    assert_eq!(saved.file_name, document.file_name);
    assert!(saved.opened && Path::new(&saved.path).starts_with(bench.folder.path()));
    assert_eq!(bench.opened.recv().unwrap(), saved.path);
    assert_eq!(std::fs::read(&saved.path).unwrap(), b"%PDF-1.7\n");
    drop(bench.opened);
    let again = bench.shell.save_document(&document).await.unwrap();
    assert_eq!(
        (again.file_name.as_str(), again.opened),
        ("avviso-301000000000000185 (2).pdf", false)
    );
}

/// A phone that knows whoever holds it.
struct Knows;

impl Authenticator for Knows {
    fn means(&self) -> LockMeans {
        LockMeans::Face
    }

    fn ask(&self) -> UnlockOutcome {
        UnlockOutcome::Known
    }
}

/// The app on a phone, started again on what was kept before.
fn on_a_phone(bench: &Bench) -> Shell {
    let (shell, _) = shell(bench.folder.path(), &bench.store, None);
    let settings = Settings::at(bench.folder.path());
    shell.with_lock(Lock::new(settings, Arc::new(Knows), clock()))
}

#[tokio::test]
async fn while_the_lock_is_closed_no_command_tells_or_does_anything() {
    let (address, _running) = portal().await;
    let bench = bench(None);
    let shell = on_a_phone(&bench);
    shell.choose_portal(&address).await.unwrap();
    shell.sign_in(badge()).await.unwrap();
    assert!(shell.set_lock(true).await.unwrap().lock.on);
    assert!(
        shell.call(call(&GetMe {})).await.is_ok(),
        "who has just shown who they are goes on"
    );

    let shell = on_a_phone(&bench);
    assert!(shell.lock_status().await.closed);
    let document = DocumentView {
        file_name: "avviso.pdf".into(),
        media_type: "application/pdf".into(),
        content: "JVBERi0xLjcK".into(),
    };
    let code = |error: ErrorBody| error.code;
    for refused in [
        shell.call(call(&GetMe {})).await.map(drop).map_err(code),
        shell.sign_in(badge()).await.map(drop).map_err(code),
        shell
            .choose_portal("mensa.example.it")
            .await
            .map(drop)
            .map_err(code),
        shell
            .open_checkout("https://checkout.example/1")
            .await
            .map_err(code),
        shell.save_document(&document).await.map(drop).map_err(code),
        shell
            .share_document(document.clone())
            .await
            .map(drop)
            .map_err(code),
        shell.share_text("x".into()).await.map(drop).map_err(code),
        shell.set_lock(false).await.map(drop).map_err(code),
    ] {
        assert_eq!(refused, Err(ErrorCode::AppLocked));
    }
    let opened = shell.unlock().await;
    assert_eq!(
        (opened.outcome, opened.lock.closed),
        (UnlockOutcome::Known, false)
    );
    assert_eq!(shell.call(call(&GetMe {})).await.unwrap().status, 200);
}

#[tokio::test]
async fn signing_out_is_the_way_out_of_a_closed_lock_and_takes_it_away() {
    let (address, _running) = portal().await;
    let bench = bench(None);
    let shell = on_a_phone(&bench);
    shell.choose_portal(&address).await.unwrap();
    shell.sign_in(badge()).await.unwrap();
    shell.set_lock(true).await.unwrap();
    let shell = on_a_phone(&bench);
    assert!(shell.lock_status().await.closed);
    shell.sign_out(false).await.unwrap();
    let lock = shell.lock_status().await;
    assert!(!lock.closed && !lock.on);
    assert_eq!(bench.kept(), None);
    shell.sign_in(badge()).await.unwrap();
    assert!(shell.call(call(&GetMe {})).await.is_ok());
    assert!(!on_a_phone(&bench).lock_status().await.closed);
}

/// A keychain that stays closed.
#[derive(Debug)]
struct Closed;

impl keyring_core::api::CredentialStoreApi for Closed {
    fn vendor(&self) -> String {
        "closed".into()
    }

    fn id(&self) -> String {
        "closed".into()
    }

    fn build(
        &self,
        _: &str,
        _: &str,
        _: Option<&std::collections::HashMap<&str, &str>>,
    ) -> Result<keyring_core::Entry, keyring_core::Error> {
        Err(keyring_core::Error::NoStorageAccess(Box::new(
            std::io::Error::other("locked"),
        )))
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }

    fn debug_fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(self, f)
    }
}

#[tokio::test]
async fn who_signs_out_is_told_no_more_also_where_the_keychain_refuses_and_stays_locked() {
    let (address, _running) = portal().await;
    let folder = tempfile::tempdir().unwrap();
    let closed: Arc<CredentialStore> = Arc::new(Closed);
    let settings = Settings::at(folder.path());
    let (shell, _) = shell(folder.path(), &closed, Some(&address));
    let shell = shell.with_lock(Lock::new(settings.clone(), Arc::new(Knows), clock()));
    shell.sign_in(badge()).await.unwrap();
    assert!(shell.set_lock(true).await.unwrap().lock.on);
    settings
        .remember_background(crate::settings::Background {
            notifies: true,
            keeps_watching: false,
        })
        .unwrap();
    let error = shell.sign_out(false).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Internal);
    assert!(!settings.background().notifies);
    // A session that the keychain may still hold stays behind its lock.
    assert!(settings.locks());
}

#[cfg(desktop)]
#[tokio::test]
async fn who_watches_hears_at_once_that_somebody_signs_in_or_out() {
    let (address, _running) = portal().await;
    let bench = bench(Some(&address));
    let heard = async || {
        let changed = tokio::time::timeout(Duration::from_secs(30), bench.shell.changed());
        changed.await.is_ok()
    };
    bench.shell.sign_in(badge()).await.unwrap();
    assert!(heard().await);
    let words = ChoosePasswordRequest {
        current: Secret("a".into()),
        new: Secret("b".into()),
    };
    bench.shell.choose_password(&words).await.unwrap();
    assert!(heard().await);
    bench.shell.sign_out(false).await.unwrap();
    assert!(heard().await);
}

#[tokio::test]
async fn a_computer_has_no_lock_and_no_sheet() {
    let bench = bench(None);
    let lock = bench.shell.lock_status().await;
    assert_eq!(lock, bridge::LockView::NONE);
    assert!(!bench.shell.status().await.shares);
    assert!(
        !bench
            .shell
            .share_text("https://mensa.example.it/x".into())
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn a_link_opens_a_page_of_the_chosen_portal_and_of_no_other() {
    let (address, _running) = portal().await;
    let bench = bench(Some(&address));
    bench.shell.link(&format!("{address}/ricarica")).await;
    let ricarica = LinkView::Open {
        path: "/ricarica".into(),
    };
    assert_eq!(bench.shell.await_link().await, Some(ricarica));
    bench.shell.link("https://mensa.example.it/ricarica").await;
    let other = LinkView::OtherPortal {
        host: "mensa.example.it".into(),
    };
    assert_eq!(bench.shell.await_link().await, Some(other));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_typed_as_a_portal_is_refused_in_words_or_asked_on_this_machine(text in "[ a-z:/@.#?%\\\\]{0,24}") {
        prop_assume!(PortalAddress::parse(&text).is_err());
        let bench = bench(None);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let error = runtime.block_on(bench.shell.choose_portal(&text)).unwrap_err();
        prop_assert_eq!(error.code, ErrorCode::InvalidRequest);
        prop_assert!(error.message.ends_with('.'));
    }
}
