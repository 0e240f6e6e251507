//! The log has every request and no secret. Alone in its program: the log is the whole program's.

use api::NoQuery;
use http::header;
use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};
use testkit::{
    Bench, Means, PASSWORD,
    portal::router::{Body, bytes_of},
    role::{Anonymous, Parent},
};

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

#[tokio::test]
async fn the_log_has_every_request_and_no_secret() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let bench = Bench::new().await;
    let anyone = bench.actor::<Anonymous>(Means::App).await;
    let sign_in = |password: &str| {
        format!(r#"{{"body":"valmora","badge":"VM0001","password":"{password}","client":"app"}}"#)
    };
    let mut secrets = vec![
        PASSWORD.to_owned(),
        "sbagliatissima".to_owned(),
        "Elio".to_owned(),
        "Bruni".to_owned(),
    ];
    for password in [PASSWORD, "sbagliatissima"] {
        let request = anyone
            .request("POST", "/api/v1/sessions")
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(sign_in(password)))
            .unwrap();
        let response = anyone.raw(request).await;
        let bytes = bytes_of(response.into_body()).await.unwrap();
        if let Ok(view) = serde_json::from_slice::<api::sessions::SessionView>(&bytes) {
            let tokens = view.tokens.unwrap();
            secrets.extend([tokens.access_token.0, tokens.refresh_token.0]);
        }
    }
    let parent = anyone.holding(Some(&secrets[4]));
    parent
        .ask(&api::children::GetMe {}, &NoQuery {}, &())
        .await
        .unwrap();
    let browser = bench.actor::<Parent>(Means::Browser).await;
    secrets.push(browser.token.clone().unwrap());
    browser
        .ask(&api::meals::GetToday {}, &NoQuery {}, &())
        .await
        .unwrap();

    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for line in [
        "/api/v1/sessions",
        "\"status\":401",
        "/api/v1/me",
        "/api/v1/today",
    ] {
        assert!(text.contains(line), "{line} is missing in {text}");
    }
    assert_eq!(secrets.len(), 7);
    for secret in secrets {
        assert!(!text.contains(&secret), "{secret} is in the log");
    }
}
