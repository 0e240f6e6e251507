//! Which ways there are is data of the body: one that it does not offer is not there.

use crate::stage::{Stage, section};
use api::{
    ErrorCode, NoQuery,
    bodies::{GetBody, ProviderKind},
    logins::BackTo,
};
use sandbox::provider::CLIENT_SECRET;

async fn only(stage: &Stage, ways: &str) {
    stage
        .bench
        .sql(&format!(
            "update body set settings = replace(settings, '\"sign_in_ways\":[\"badge\",\"spid\",\"cie\"]', \
             '\"sign_in_ways\":[{ways}]')"
        ))
        .await;
}

async fn offered(stage: &Stage) -> Vec<(String, ProviderKind)> {
    let body = GetBody {
        body: "valmora".into(),
    };
    let view = stage.anyone.ask(&body, &NoQuery {}, &()).await.unwrap();
    view.providers.into_iter().map(|one| (one.id, one.kind)).collect()
}

#[tokio::test]
async fn a_body_shows_the_providers_of_its_own_ways_and_has_no_route_for_others() {
    let stage = Stage::new().await;
    let both = [
        ("spid".to_owned(), ProviderKind::Spid),
        ("cie".to_owned(), ProviderKind::Cie),
    ];
    assert_eq!(offered(&stage).await, both);
    only(&stage, "\"spid\"").await;
    assert_eq!(offered(&stage).await, both[..1]);
    assert!(stage.start(&Stage::of_browser()).await.is_ok());
    let mut request = Stage::of_browser();
    request.provider = "cie".into();
    assert_eq!(stage.start(&request).await.unwrap_err().code, ErrorCode::NotFound);
    only(&stage, "\"badge\"").await;
    request.provider = "altro".into();
    assert_eq!(stage.start(&request).await.unwrap_err().code, ErrorCode::NotFound);
    let mut request = Stage::of_browser();
    request.body = "nessuno".into();
    assert_eq!(stage.start(&request).await.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_hub_stands_behind_both_ways() {
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), CLIENT_SECRET).unwrap();
    let stage = Stage::with(|toml| {
        let hub = section("hub", "http://127.0.0.1:9/identita", secret.path(), "");
        toml.push_str(&hub);
    })
    .await;
    only(&stage, "\"cie\"").await;
    assert_eq!(
        offered(&stage).await,
        [
            ("cie".to_owned(), ProviderKind::Cie),
            ("hub".to_owned(), ProviderKind::Hub)
        ]
    );
}

#[tokio::test]
async fn what_does_not_fit_together_is_refused_before_it_begins() {
    let stage = Stage::new().await;
    let mut wrong = Vec::new();
    for back in [
        BackTo::Page {
            path: "//altrove.example".into(),
        },
        BackTo::Page {
            path: "https://altrove.example".into(),
        },
        BackTo::Loopback { port: 40_123 },
        BackTo::Scheme,
    ] {
        let mut request = Stage::of_browser();
        request.back = back;
        wrong.push(request);
    }
    for challenge in [None, Some("kurz".to_owned()), Some("=".repeat(43))] {
        let mut request = Stage::of_app();
        request.challenge = challenge;
        wrong.push(request);
    }
    let mut request = Stage::of_app();
    request.back = BackTo::Loopback { port: 22 };
    wrong.push(request);
    let mut request = Stage::of_browser();
    request.hint = Some("https://altro.example".into());
    wrong.push(request);
    for request in wrong {
        let refused = stage.start(&request).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::InvalidRequest, "{request:?}");
    }
    assert_eq!(stage.bench.number("select count(*) as n from login").await, 0);
}

#[tokio::test]
async fn a_chosen_hint_reaches_the_provider() {
    let stage = Stage::with(|toml| {
        *toml = toml.replacen(
            "id = 'spid'\n",
            "id = 'spid'\nhint_parameter = 'idp_hint'\n\
             hints = [{ value = 'https://identity.example.it', label = 'Esempio ID' }]\n",
            1,
        );
    })
    .await;
    let mut request = Stage::of_browser();
    request.hint = Some("https://identity.example.it".into());
    let begun = stage.start(&request).await.unwrap();
    let provider = stage.browser().go(&begun.url).await;
    let hint = provider
        .query_pairs()
        .find(|(name, _)| name == "idp_hint")
        .unwrap()
        .1;
    assert_eq!(hint, "https://identity.example.it");
}
