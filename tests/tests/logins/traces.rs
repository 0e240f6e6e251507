//! What is left of a login: a line of the audit, what finds the assertion again, and nothing else.

use crate::stage::{Stage, VERIFIER};
use chrono::TimeDelta;
use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};
use tracing_subscriber::EnvFilter;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The log is the whole program's: what the other tests of it say is held against the same secrets.
#[tokio::test]
async fn no_secret_of_a_login_is_in_the_log() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(
            "off,refettorio_portal=trace,refettorio_identity=trace,refettorio_storage=trace",
        ))
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .try_init()
        .unwrap();
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    for person in ["marta", "mario"] {
        stage.sign_in(&mut browser, person).await;
    }
    let begun = stage.start(&Stage::of_app()).await.unwrap();
    let callback = browser
        .go_and_choose(&begun.url, ("marta", 2, "acconsento"))
        .await;
    let fine = browser.get(&callback).await.location.unwrap();
    let page = browser.get(&fine).await.text;
    let code = page
        .split_once("code=")
        .unwrap()
        .1
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    stage.redeem(begun.id, VERIFIER, Some(&code)).await.unwrap();
    let kept = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let ours: Vec<&str> = kept
        .lines()
        .filter(|line| line.contains("refettorio_portal"))
        .collect();
    assert!(ours.iter().any(|line| line.contains("a login began")), "{kept}");
    let callback: url::Url = callback.parse().unwrap();
    let mut secrets: Vec<String> = callback
        .query_pairs()
        .map(|(_, value)| value.into_owned())
        .collect();
    secrets.retain(|value| !value.starts_with("http"));
    secrets.extend([
        code,
        VERIFIER.to_owned(),
        "LCTMRT86P60L400L".to_owned(),
        "Locatelli".to_owned(),
    ]);
    secrets.extend(browser.cookies.values().cloned());
    for secret in secrets {
        assert!(
            !ours.iter().any(|line| line.contains(&secret)),
            "{secret} is in the log"
        );
    }
}

#[tokio::test]
async fn no_secret_of_a_login_is_in_the_database() {
    let stage = Stage::new().await;
    let begun = stage.start(&Stage::of_app()).await.unwrap();
    let mut browser = stage.browser();
    let callback = browser
        .go_and_choose(&begun.url, ("marta", 2, "acconsento"))
        .await;
    let fine = browser.get(&callback).await.location.unwrap();
    let page = browser.get(&fine).await.text;
    let code = page
        .split_once("code=")
        .unwrap()
        .1
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    stage.redeem(begun.id, VERIFIER, Some(&code)).await.unwrap();

    let callback: url::Url = callback.parse().unwrap();
    let mut secrets: Vec<String> = ["code", "state"]
        .iter()
        .map(|name| {
            let found = callback.query_pairs().find(|(key, _)| key == name);
            found.unwrap().1.into_owned()
        })
        .collect();
    // What begins like the JSON of a token, our own code and verifier, the browser's cookie.
    secrets.extend(["eyJ".to_owned(), code, VERIFIER.to_owned()]);
    secrets.extend(browser.cookies.values().cloned());
    let mut kept = Vec::new();
    for name in ["portal.db", "portal.db-wal"] {
        kept.extend(std::fs::read(stage.bench.folder().join(name)).unwrap_or_default());
    }
    let kept = String::from_utf8_lossy(&kept);
    assert!(kept.contains("login_proof"), "the database was read");
    for secret in secrets {
        assert!(!kept.contains(&secret), "{secret} is in the database");
    }
    let left = "select count(*) as n from login where pending is not null or code_hash is not null \
                or number is not null";
    assert_eq!(stage.bench.number(left).await, 0);
}

#[tokio::test]
async fn logins_are_forgotten_and_what_finds_them_again_is_kept_as_long_as_the_audit() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    stage.sign_in(&mut browser, "marta").await;
    stage.start(&Stage::of_browser()).await.unwrap();
    let sweep = async || {
        let now = stage.bench.now();
        let pruned = stage
            .bench
            .app
            .store
            .write(move |tx| portal::logins::prune(tx, now));
        pruned
            .await
            .unwrap_or_else(|error: storage::StorageError| panic!("{error}"))
    };
    assert_eq!(sweep().await, 0);
    stage.wait(TimeDelta::minutes(71));
    assert_eq!(sweep().await, 2);
    let proofs = "select count(*) as n from login_proof";
    assert_eq!(stage.bench.number(proofs).await, 1);
    stage.bench.set("2028-11-24T08:00:00Z");
    sweep().await;
    assert_eq!(stage.bench.number(proofs).await, 0);
}
