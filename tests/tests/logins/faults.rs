//! What a provider does wrong, through the portal: nobody gets in, everybody is told something that helps.

use crate::stage::{PAGE, Stage, told};
use api::logins::LoginOutcome;
use sandbox::provider::{Fault, Style};

/// What a family is told of a fault.
const fn outcome_of(fault: Fault) -> LoginOutcome {
    match fault {
        Fault::WrongLevel => LoginOutcome::LevelTooLow,
        Fault::NoFiscalCode | Fault::MalformedFiscalCode | Fault::ForeignFiscalCode => {
            LoginOutcome::IdentityRefused
        }
        Fault::AccessDenied => LoginOutcome::Cancelled,
        Fault::Unavailable | Fault::SlowAnswer => LoginOutcome::ProviderUnavailable,
        _ => LoginOutcome::ProviderFault,
    }
}

#[tokio::test]
async fn each_fault_of_the_provider_is_refused_with_its_words() {
    let stage = Stage::new().await;
    let mut tried = 0;
    for fault in Fault::ALL.iter().copied() {
        // Claims of userinfo are not asked for here; an old session is refused where one confirms; half a minute is the
        // patience of another test.
        let elsewhere = [Fault::SwappedSubject, Fault::StaleSession, Fault::SlowAnswer];
        // What the portal has kept of the provider it does not ask for again.
        let kept = [Fault::RedirectingDiscovery, Fault::ForeignDiscovery];
        if elsewhere.contains(&fault) || kept.contains(&fault) {
            continue;
        }
        stage.provider().set_fault(None);
        let mut browser = stage.browser();
        let begun = stage.start(&Stage::of_browser()).await.unwrap();
        let provider = browser.go(&begun.url).await;
        stage.provider().set_fault(Some(fault));
        let callback = browser.choose(&provider, ("marta", 2, "acconsento")).await;
        let to = browser.get(&callback).await.location;
        assert_eq!(to, Some(told(outcome_of(fault))), "{fault:?}");
        assert!(browser.me().await.is_err(), "{fault:?}");
        tried += 1;
    }
    assert!(tried >= 20, "{tried}");
    stage.provider().set_fault(None);
    let mut browser = stage.browser();
    assert_eq!(
        stage.sign_in(&mut browser, "marta").await,
        PAGE,
        "and then it works again"
    );
    assert_eq!(stage.audited("sign_in", "done", "spid").await, 1);
}

#[tokio::test]
async fn a_provider_that_cannot_be_asked_is_told_before_anybody_leaves() {
    for (fault, outcome) in [
        (Fault::Unavailable, LoginOutcome::ProviderUnavailable),
        (Fault::ForeignDiscovery, LoginOutcome::ProviderFault),
        (Fault::RedirectingDiscovery, LoginOutcome::ProviderFault),
        (Fault::HugeAnswer, LoginOutcome::ProviderFault),
    ] {
        let stage = Stage::new().await;
        stage.provider().set_fault(Some(fault));
        let begun = stage.start(&Stage::of_browser()).await.unwrap();
        let answer = stage.browser().get(&begun.url).await;
        assert_eq!(answer.location, Some(told(outcome)), "{fault:?}");
        // An app is told too, and does not wait.
        let begun = stage.start(&Stage::of_app()).await.unwrap();
        let page = stage.browser().get(&begun.url).await;
        assert!(page.text.contains("Torna all'app"), "{}", page.text);
        let asked = stage
            .redeem(begun.id, crate::stage::VERIFIER, None)
            .await
            .unwrap();
        assert_eq!(asked.outcome, Some(outcome), "{fault:?}");
    }
}

#[tokio::test]
async fn new_keys_of_the_provider_are_fetched() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    assert_eq!(stage.sign_in(&mut browser, "marta").await, PAGE);
    stage.provider().rotate_keys();
    assert_eq!(stage.sign_in(&mut browser, "marta").await, PAGE);
}

#[tokio::test]
async fn a_proxy_whose_level_says_nothing_needs_somebody_who_vouches() {
    let constant = Style {
        constant_acr: Some("urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified".to_owned()),
        ..Style::default()
    };
    let stage = Stage::new().await;
    stage.provider().set_style(constant.clone());
    let mut browser = stage.browser();
    assert_eq!(
        stage.sign_in(&mut browser, "marta").await,
        told(LoginOutcome::LevelTooLow)
    );
    let stage = Stage::with(|toml| {
        let asked = "acr = { request = ['https://www.spid.gov.it/SpidL2'], policy = 'require' }";
        *toml = toml.replace(asked, "acr = { policy = 'trust_proxy', level = 2 }");
    })
    .await;
    stage.provider().set_style(constant);
    assert_eq!(stage.sign_in(&mut stage.browser(), "marta").await, PAGE);
    let vouched = "select count(*) as n from login_proof where level = 2 and acr = ''";
    assert_eq!(stage.bench.number(vouched).await, 1);
}
