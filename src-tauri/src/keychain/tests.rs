use super::*;
use api::sessions::SessionKind;
use std::{collections::HashMap, env, process::Command};

fn item(token: &str) -> Item {
    Item {
        portal: "https://mensa.example.it".into(),
        refresh_token: Secret(token.into()),
        session: SessionView {
            kind: SessionKind::Full,
            body: "valdarca".into(),
            password_min: 10,
            tokens: None,
        },
    }
}

fn broken(error: fn() -> Error) -> Keychain {
    Keychain::new(Box::new(move || Err(error())), LIMIT)
}

#[tokio::test]
async fn an_item_is_kept_replaced_and_forgotten() {
    let keychain = Keychain::new(Box::new(|| Ok(keyring_core::mock::Store::new()?)), LIMIT);
    assert_eq!(keychain.read().await, None);
    assert!(keychain.write(item("one")).await);
    assert!(keychain.write(item("two")).await);
    assert_eq!(keychain.read().await, Some(item("two")));
    assert!(keychain.delete().await);
    assert!(keychain.delete().await, "twice is no error");
    assert_eq!(
        (keychain.read().await, keychain.view()),
        (None, KeychainView::System)
    );
}

#[tokio::test]
async fn without_a_keychain_nothing_is_kept_and_it_says_so() {
    let keychain = broken(|| Error::NoDefaultStore);
    assert!(!keychain.write(item("one")).await);
    assert_eq!(
        (keychain.read().await, keychain.view()),
        (None, KeychainView::MemoryOnly)
    );
    assert!(keychain.delete().await);
}

#[tokio::test]
async fn a_locked_keychain_is_told_from_a_missing_one() {
    let keychain = broken(refusal);
    assert_eq!(keychain.read().await, None);
    assert_eq!(keychain.view(), KeychainView::Refused);
}

#[tokio::test]
async fn a_keychain_that_never_answers_is_waited_for_no_longer_than_the_limit() {
    let (_hold, never) = mpsc::channel::<()>();
    let keychain = Keychain::new(
        Box::new(move || {
            never.recv().ok();
            Err(Error::NoDefaultStore)
        }),
        Duration::from_millis(20),
    );
    assert!(!keychain.write(item("one")).await);
    assert_eq!(keychain.view(), KeychainView::Refused);
}

fn refusal() -> Error {
    Error::NoStorageAccess(Box::new(std::io::Error::other("locked")))
}

/// Counts how often it is opened, and refuses or waits for a person before it does what another does.
#[derive(Debug)]
struct Asking {
    inner: Arc<CredentialStore>,
    asked: Arc<std::sync::atomic::AtomicUsize>,
    refuses: Arc<AtomicBool>,
    answer: Mutex<Option<mpsc::Receiver<()>>>,
}

impl keyring_core::api::CredentialStoreApi for Asking {
    fn vendor(&self) -> String {
        "asking".into()
    }

    fn id(&self) -> String {
        "asking".into()
    }

    fn build(
        &self,
        service: &str,
        user: &str,
        modifiers: Option<&HashMap<&str, &str>>,
    ) -> Result<Entry, Error> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if let Some(answer) = self.answer.lock().unwrap().take() {
            answer.recv().ok();
        }
        if self.refuses.load(Ordering::SeqCst) {
            return Err(refusal());
        }
        self.inner.build(service, user, modifiers)
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }

    fn debug_fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(self, f)
    }
}

#[tokio::test]
async fn of_the_writes_that_wait_for_a_person_only_the_newest_is_done() {
    let asked = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let (answers, answer) = mpsc::channel();
    let store = Asking {
        inner: keyring_core::mock::Store::new().unwrap(),
        asked: Arc::clone(&asked),
        refuses: Arc::default(),
        answer: Mutex::new(Some(answer)),
    };
    let keychain = Keychain::new(Box::new(move || Ok(Arc::new(store))), LIMIT);
    let (_, second, third, ()) = tokio::join!(
        keychain.write(item("one")),
        keychain.write(item("two")),
        keychain.write(item("three")),
        async { answers.send(()).unwrap() },
    );
    assert!(!second && third);
    assert!(
        asked.load(Ordering::SeqCst) <= 2,
        "the first may have begun before the others came"
    );
    assert_eq!(keychain.read().await, Some(item("three")));
}

#[tokio::test]
#[cfg(desktop)]
async fn a_keychain_that_refused_to_keep_something_is_asked_again_once_the_person_is_there() {
    let asked = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let refuses = Arc::new(AtomicBool::new(true));
    let store = Asking {
        inner: keyring_core::mock::Store::new().unwrap(),
        asked: Arc::clone(&asked),
        refuses: Arc::clone(&refuses),
        answer: Mutex::new(None),
    };
    let keychain = Keychain::new(Box::new(move || Ok(Arc::new(store))), LIMIT);
    for _ in 0..3 {
        assert!(!keychain.write(item("one")).await);
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert_eq!(keychain.view(), KeychainView::Refused);
    refuses.store(false, Ordering::SeqCst);
    keychain.may_ask_again();
    assert!(keychain.write(item("two")).await);
    assert_eq!(keychain.view(), KeychainView::System);
}

/// Refuses all after the first so many wishes; those find nothing.
#[derive(Debug)]
struct Locked(std::sync::atomic::AtomicUsize);

impl keyring_core::api::CredentialStoreApi for Locked {
    fn vendor(&self) -> String {
        "locked".into()
    }

    fn id(&self) -> String {
        "locked".into()
    }

    fn build(&self, _: &str, _: &str, _: Option<&HashMap<&str, &str>>) -> Result<Entry, Error> {
        let open = self
            .0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        Err(if open.is_ok() { Error::NoEntry } else { refusal() })
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }

    fn debug_fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(self, f)
    }
}

#[tokio::test]
async fn a_refusal_to_forget_matters_only_where_something_may_be_kept() {
    let unknown = Keychain::new(Box::new(|| Ok(Arc::new(Locked(0.into())))), LIMIT);
    assert_eq!(unknown.read().await, None);
    assert!(!unknown.delete().await);
    let empty = Keychain::new(Box::new(|| Ok(Arc::new(Locked(1.into())))), LIMIT);
    assert_eq!(empty.read().await, None);
    assert!(!empty.write(item("one")).await);
    assert!(empty.delete().await);
    assert_eq!(empty.view(), KeychainView::Refused);
}

#[tokio::test]
async fn what_cannot_be_read_is_removed() {
    let store: Arc<CredentialStore> = keyring_core::mock::Store::new().unwrap();
    store
        .build(SERVICE, USER, None)
        .unwrap()
        .set_secret(b"{old}")
        .unwrap();
    let shared = Arc::clone(&store);
    let keychain = Keychain::new(Box::new(move || Ok(shared)), LIMIT);
    assert_eq!(keychain.read().await, None);
    let left = store.build(SERVICE, USER, None).unwrap().get_secret();
    assert!(matches!(left, Err(Error::NoEntry)), "{left:?}");
}

#[tokio::test]
async fn what_can_no_longer_be_decrypted_is_removed_and_the_family_signs_in_again() {
    let spoilt: [fn() -> Error; 3] = [
        || Error::BadDataFormat(vec![12, 0], Box::new(std::io::Error::other("tag"))),
        || Error::BadStoreFormat("no key".into()),
        || Error::BadEncoding(vec![0xff]),
    ];
    for error in spoilt {
        let store: Arc<CredentialStore> = keyring_core::mock::Store::new().unwrap();
        let entry = store.build(SERVICE, USER, None).unwrap();
        entry.set_secret(b"ciphertext").unwrap();
        let cred: &keyring_core::mock::Cred = entry.as_any().downcast_ref().unwrap();
        cred.set_error(error());
        let shared = Arc::clone(&store);
        let keychain = Keychain::new(Box::new(move || Ok(shared)), LIMIT);
        assert_eq!(keychain.read().await, None);
        assert_eq!(
            keychain.view(),
            KeychainView::System,
            "the keychain itself is well"
        );
        let left = store.build(SERVICE, USER, None).unwrap().get_secret();
        assert!(matches!(left, Err(Error::NoEntry)), "{left:?}");
        assert!(keychain.write(item("new")).await);
        assert_eq!(keychain.read().await, Some(item("new")));
    }
}

#[tokio::test]
async fn a_failure_that_may_pass_removes_nothing() {
    let store: Arc<CredentialStore> = keyring_core::mock::Store::new().unwrap();
    let shared = Arc::clone(&store);
    let keychain = Keychain::new(Box::new(move || Ok(shared)), LIMIT);
    assert!(keychain.write(item("one")).await);
    let entry = store.build(SERVICE, USER, None).unwrap();
    let cred: &keyring_core::mock::Cred = entry.as_any().downcast_ref().unwrap();
    cred.set_error(Error::PlatformFailure(Box::new(std::io::Error::other("busy"))));
    assert_eq!(
        (keychain.read().await, keychain.view()),
        (None, KeychainView::Refused)
    );
    assert_eq!(keychain.read().await, Some(item("one")));
}

#[tokio::test]
async fn a_store_that_breaks_its_thread_is_no_keychain() {
    let keychain = Keychain::new(Box::new(|| panic!("no activity yet")), LIMIT);
    assert!(!keychain.write(item("one")).await);
    assert_eq!(keychain.view(), KeychainView::MemoryOnly);
}

#[test]
fn no_debug_shows_a_token() {
    assert!(!format!("{:?}", item("sesamo")).contains("sesamo"));
}

/// Set for the inner run, which has a keychain of its own.
const INNER: &str = "REFETTORIO_TEST_KEYCHAIN";

#[test]
#[cfg(target_os = "linux")]
fn the_real_secret_service_keeps_an_item() {
    if env::var_os(INNER).is_some() {
        return;
    }
    let there = |program: &str| Command::new(program).arg("--version").output().is_ok();
    if !there("dbus-run-session") || !there("gnome-keyring-daemon") {
        eprintln!(
            "SKIPPED the_real_secret_service_keeps_an_item: needs dbus-run-session and gnome-keyring-daemon"
        );
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let inner = "printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null && \
        exec \"$0\" --exact keychain::tests::inner_run_with_a_real_keychain --nocapture";
    let output = Command::new("dbus-run-session")
        .args(["--", "sh", "-c", inner])
        .arg(env::current_exe().unwrap())
        .envs([("HOME", home.path()), ("XDG_RUNTIME_DIR", home.path())])
        .env_remove("XDG_DATA_HOME")
        .env(INNER, "1")
        .output()
        .unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("kept in the system's keychain"), "{said}");
}

#[tokio::test]
async fn inner_run_with_a_real_keychain() {
    if env::var_os(INNER).is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let keychain = Keychain::of_the_system(folder.path());
    assert_eq!(keychain.read().await, None);
    assert!(keychain.write(item("one")).await);
    let again = Keychain::of_the_system(folder.path());
    assert_eq!(again.read().await, Some(item("one")));
    assert_eq!(again.view(), KeychainView::System);
    assert!(again.delete().await);
    assert_eq!(keychain.read().await, None);
    println!("kept in the system's keychain");
}
