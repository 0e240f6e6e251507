//! One test for everything that a provider may do wrong: nobody gets in, and the reason is the right one.

use crate::support::{House, misbehaves};
use domain::fiscal_code::FiscalCodeError;
use identity::{
    LoginError,
    federated::{Level, Misbehaviour},
    oidc::{AcrPolicy, ClaimsFrom, ProviderSettings},
};
use sandbox::provider::{Fault, Style};
use std::time::Duration;

/// A whole login with a fault.
async fn with(fault: Fault) -> LoginError {
    House::new().await.wrong(fault).sign_in().await.unwrap_err()
}

fn at_userinfo(settings: &mut ProviderSettings) {
    settings.claims_from = ClaimsFrom::Userinfo;
}

#[tokio::test]
async fn a_token_of_another_issuer_is_refused() {
    assert_eq!(with(Fault::WrongIssuer).await, misbehaves(Misbehaviour::Issuer));
}

#[tokio::test]
async fn a_token_for_another_client_is_refused() {
    assert_eq!(
        with(Fault::WrongAudience).await,
        misbehaves(Misbehaviour::Audience)
    );
}

#[tokio::test]
async fn a_token_for_us_and_another_client_is_refused() {
    assert_eq!(
        with(Fault::ExtraAudience).await,
        misbehaves(Misbehaviour::Audience)
    );
}

#[tokio::test]
async fn a_token_that_another_client_asked_for_is_refused() {
    assert_eq!(
        with(Fault::WrongAuthorizedParty).await,
        misbehaves(Misbehaviour::AuthorizedParty)
    );
}

#[tokio::test]
async fn a_token_with_the_nonce_of_another_login_is_refused() {
    assert_eq!(with(Fault::WrongNonce).await, misbehaves(Misbehaviour::Nonce));
}

#[tokio::test]
async fn a_token_that_nobody_signed_is_refused() {
    assert_eq!(
        with(Fault::AlgorithmNone).await,
        misbehaves(Misbehaviour::Algorithm)
    );
}

#[tokio::test]
async fn a_token_signed_with_the_public_key_as_a_secret_is_refused() {
    assert_eq!(
        with(Fault::Hs256WithPublicKey).await,
        misbehaves(Misbehaviour::Algorithm)
    );
}

#[tokio::test]
async fn a_token_with_the_signature_of_another_text_is_refused() {
    assert_eq!(
        with(Fault::WrongSignature).await,
        misbehaves(Misbehaviour::Signature)
    );
}

#[tokio::test]
async fn a_token_by_a_key_that_is_not_published_is_refused() {
    assert_eq!(
        with(Fault::UnknownKey).await,
        misbehaves(Misbehaviour::UnknownKey)
    );
}

#[tokio::test]
async fn an_expired_token_is_refused() {
    assert_eq!(
        with(Fault::ExpiredToken).await,
        misbehaves(Misbehaviour::TokenExpired)
    );
}

#[tokio::test]
async fn a_token_from_the_future_is_refused() {
    assert_eq!(
        with(Fault::FutureToken).await,
        misbehaves(Misbehaviour::FromTheFuture)
    );
}

#[tokio::test]
async fn a_token_from_before_the_login_is_refused() {
    assert_eq!(
        with(Fault::OldToken).await,
        misbehaves(Misbehaviour::OlderThanTheLogin)
    );
}

#[tokio::test]
async fn an_access_token_that_was_swapped_is_refused() {
    assert_eq!(
        with(Fault::WrongAccessToken).await,
        misbehaves(Misbehaviour::AccessToken)
    );
}

#[tokio::test]
async fn an_old_session_is_no_step_up_but_is_a_login() {
    let house = House::new().await.wrong(Fault::StaleSession);
    assert!(house.sign_in().await.is_ok());
    let begun = house.start_with(true).await.unwrap();
    let query = house.agree(&begun.redirect).await;
    assert_eq!(
        house.finish(&query, begun.pending).await.unwrap_err(),
        misbehaves(Misbehaviour::NotFresh)
    );
}

#[tokio::test]
async fn userinfo_of_another_subject_is_refused() {
    let house = House::with(at_userinfo).await.wrong(Fault::SwappedSubject);
    assert_eq!(
        house.sign_in().await.unwrap_err(),
        misbehaves(Misbehaviour::SubjectSwapped)
    );
}

#[tokio::test]
async fn an_identity_without_fiscal_code_is_told_so() {
    assert_eq!(with(Fault::NoFiscalCode).await, LoginError::NoFiscalCode);
    let house = House::with(at_userinfo).await.wrong(Fault::NoFiscalCode);
    assert_eq!(house.sign_in().await.unwrap_err(), LoginError::NoFiscalCode);
}

#[tokio::test]
async fn an_identity_of_another_country_is_one_without_fiscal_code() {
    assert_eq!(with(Fault::ForeignFiscalCode).await, LoginError::NoFiscalCode);
}

#[tokio::test]
async fn a_malformed_fiscal_code_is_told_so_with_and_without_its_prefix() {
    let house = House::new().await.wrong(Fault::MalformedFiscalCode);
    for prefix in [true, false] {
        house.provider().set_style(Style {
            prefix,
            ..Style::default()
        });
        assert_eq!(
            house.sign_in().await.unwrap_err(),
            LoginError::MalformedFiscalCode(FiscalCodeError::Control { expected: 'L' })
        );
    }
}

#[tokio::test]
async fn a_level_too_low_is_told_so() {
    assert_eq!(with(Fault::WrongLevel).await, LoginError::LevelTooLow);
}

#[tokio::test]
async fn who_chooses_level_one_is_told_so() {
    let house = House::new().await;
    let begun = house.start().await.unwrap();
    let query = house.choose(&begun.redirect, "marta", 1, "acconsento").await;
    assert_eq!(
        house.finish(&query, begun.pending).await.unwrap_err(),
        LoginError::LevelTooLow
    );
}

#[tokio::test]
async fn a_level_that_nobody_configured_is_too_low() {
    let house = House::new().await.speaking(Style {
        constant_acr: Some("1".to_owned()),
        ..Style::default()
    });
    assert_eq!(house.sign_in().await.unwrap_err(), LoginError::LevelTooLow);
}

#[tokio::test]
async fn no_level_where_one_is_required_is_the_providers_fault() {
    assert_eq!(with(Fault::NoLevel).await, misbehaves(Misbehaviour::NoLevel));
}

#[tokio::test]
async fn a_trusted_proxy_that_contradicts_itself_is_not_trusted() {
    let trust = |settings: &mut ProviderSettings| {
        settings.acr.policy = AcrPolicy::TrustProxy;
        settings.acr.level = Some(Level::Two);
    };
    let house = House::with(trust).await.wrong(Fault::WrongLevel);
    assert_eq!(house.sign_in().await.unwrap_err(), LoginError::LevelTooLow);
    house.provider().set_fault(Some(Fault::NoLevel));
    assert!(house.sign_in().await.is_ok());
}

#[tokio::test]
async fn access_denied_by_the_provider_is_told_as_such() {
    assert_eq!(with(Fault::AccessDenied).await, LoginError::Denied);
}

#[tokio::test]
async fn who_does_not_agree_and_who_goes_back_are_told_apart() {
    let house = House::new().await;
    for (choice, told) in [("nego", LoginError::Denied), ("annulla", LoginError::Cancelled)] {
        let begun = house.start().await.unwrap();
        let query = house.choose(&begun.redirect, "marta", 2, choice).await;
        assert_eq!(house.finish(&query, begun.pending).await.unwrap_err(), told);
    }
}

#[tokio::test]
async fn a_callback_that_does_not_say_its_issuer_is_refused() {
    assert_eq!(
        with(Fault::CallbackWithoutIssuer).await,
        misbehaves(Misbehaviour::NoIssuer)
    );
}

#[tokio::test]
async fn a_callback_of_another_issuer_is_refused_before_its_code_is_used() {
    let house = House::new().await.wrong(Fault::CallbackOfAnotherIssuer);
    let begun = house.start().await.unwrap();
    let query = house.agree(&begun.redirect).await;
    let pending = begun.pending.clone();
    assert_eq!(
        house.finish(&query, begun.pending).await.unwrap_err(),
        LoginError::WrongProvider
    );
    // The code never left: with the right issuer it is still good.
    house.provider().set_fault(None);
    let state_and_code = query.split("&iss=").next().unwrap();
    let right = format!("{state_and_code}&iss={}", house.provider().issuer());
    assert!(house.finish(&right, pending).await.is_ok());
}

#[tokio::test]
async fn a_discovery_that_redirects_is_not_followed() {
    let error = with(Fault::RedirectingDiscovery).await;
    let LoginError::ProviderMisbehaves(Misbehaviour::Answer { endpoint, problem }) = error else {
        panic!("{error}");
    };
    assert_eq!(endpoint, "discovery");
    assert!(problem.contains("redirects"), "{problem}");
}

#[tokio::test]
async fn a_discovery_of_another_issuer_is_not_believed() {
    assert_eq!(
        with(Fault::ForeignDiscovery).await,
        misbehaves(Misbehaviour::Metadata("it names another issuer"))
    );
}

#[tokio::test]
async fn a_huge_answer_is_not_read_to_its_end() {
    for (endpoint, before) in [("discovery", true), ("token", false)] {
        let house = House::new().await;
        if before {
            house.provider().set_fault(Some(Fault::HugeAnswer));
        }
        let told = match house.start().await {
            Err(error) => error,
            Ok(begun) => {
                let query = house.agree(&begun.redirect).await;
                house.provider().set_fault(Some(Fault::HugeAnswer));
                house.finish(&query, begun.pending).await.unwrap_err()
            }
        };
        let LoginError::ProviderMisbehaves(Misbehaviour::Answer {
            endpoint: told,
            problem,
        }) = told
        else {
            panic!("{told}");
        };
        assert_eq!(told, endpoint);
        assert!(problem.contains("larger"), "{problem}");
    }
}

#[tokio::test]
async fn a_slow_answer_is_not_waited_for() {
    let house = House::new()
        .await
        .impatient(Duration::from_millis(200))
        .wrong(Fault::SlowAnswer);
    assert!(matches!(
        house.start().await,
        Err(LoginError::ProviderUnavailable(_))
    ));
}

#[tokio::test]
async fn a_provider_that_is_down_is_unavailable_at_the_start_and_at_the_end() {
    let house = House::new().await;
    let begun = house.start().await.unwrap();
    let query = house.agree(&begun.redirect).await;
    house.provider().set_fault(Some(Fault::Unavailable));
    assert!(matches!(
        house.finish(&query, begun.pending).await,
        Err(LoginError::ProviderUnavailable(_))
    ));
    let down = House::new().await.wrong(Fault::Unavailable);
    assert!(matches!(
        down.start().await,
        Err(LoginError::ProviderUnavailable(_))
    ));
}

#[tokio::test]
async fn a_provider_that_does_not_take_our_secret_is_for_the_office() {
    assert_eq!(
        with(Fault::ClientRefused).await,
        misbehaves(Misbehaviour::ClientRefused)
    );
}

#[tokio::test]
async fn no_fault_lets_anybody_in_who_should_not_be() {
    // The two that are no harm where claims stand in the id token and no step-up is asked for.
    let harmless = [Fault::StaleSession, Fault::SwappedSubject];
    let mut house = House::new().await;
    for fault in Fault::ALL {
        // Another adapter each time: the one before remembers what the provider said.
        house = house.impatient(Duration::from_secs(2)).wrong(*fault);
        let entered = house.sign_in().await.is_ok();
        assert_eq!(entered, harmless.contains(fault), "{fault:?}");
    }
}
