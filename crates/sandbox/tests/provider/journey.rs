//! Who comes back when all goes well, in each way that providers speak.

use crate::support::{CALLBACK, House, adapter, body, id, settings};
use identity::{
    FederatedLogin as _,
    federated::{Callback, Level, LevelFrom, StartLogin},
    oidc::{AcceptedAcr, AcrPolicy, ClaimsFrom, OidcLogin, ProviderSettings},
};
use sandbox::provider::{CLIENT_SECRET, Signing, Style};
use std::collections::BTreeMap;
use url::Url;

#[tokio::test]
async fn a_parent_comes_back_with_fiscal_code_level_and_evidence() {
    let house = House::new().await;
    let before = house.now();
    let begun = house.start().await.unwrap();
    let query = house.agree(&begun.redirect).await;
    let request = begun.pending.state_hash().to_owned();
    let who = house.finish(&query, begun.pending).await.unwrap();
    assert_eq!(who.fiscal_code().as_str(), "LCTMRT86P60L400L");
    assert_eq!((who.provider(), who.subject()), (&id("spid"), "marta"));
    assert_eq!(
        (who.given_name(), who.family_name(), who.email()),
        (
            Some("Marta"),
            Some("Locatelli"),
            Some("marta.locatelli.1@example.org")
        )
    );
    assert_eq!(who.level(), Level::Two);
    assert!(who.auth_time() >= before - chrono::TimeDelta::seconds(1));
    let evidence = who.evidence();
    assert_eq!(evidence.issuer, house.provider().issuer());
    assert_eq!(evidence.request, request);
    assert_eq!(
        evidence.level_from,
        LevelFrom::Provider("https://www.spid.gov.it/SpidL2".to_owned())
    );
    assert_eq!(evidence.token_hash.len(), 64);
    assert!(evidence.token_id.is_some());
}

#[tokio::test]
async fn claims_that_stand_only_at_userinfo_are_read_there() {
    let house = House::with(|settings| settings.claims_from = ClaimsFrom::Userinfo)
        .await
        .speaking(Style {
            claims_in_id_token: false,
            ..Style::default()
        });
    let who = house.sign_in().await.unwrap();
    assert_eq!(who.fiscal_code().as_str(), "LCTMRT86P60L400L");
    assert_eq!(who.email(), Some("marta.locatelli.1@example.org"));
}

#[tokio::test]
async fn every_name_of_the_fiscal_code_is_read_with_and_without_its_prefix() {
    let house = House::new().await;
    for name in [
        "https://attributes.eid.gov.it/fiscal_number",
        "fiscal_number",
        "fiscalNumber",
    ] {
        for prefix in [true, false] {
            house.provider().set_style(Style {
                fiscal_code_claim: name.to_owned(),
                prefix,
                ..Style::default()
            });
            let who = house.sign_in().await.unwrap();
            assert_eq!(who.fiscal_code().as_str(), "LCTMRT86P60L400L", "{name} {prefix}");
        }
    }
}

#[tokio::test]
async fn each_of_the_three_algorithms_is_taken() {
    let house = House::new().await;
    for signing in [Signing::Rs256, Signing::Ps256, Signing::Es256] {
        house.provider().set_style(Style {
            signing,
            ..Style::default()
        });
        assert!(house.sign_in().await.is_ok(), "{signing:?}");
    }
}

#[tokio::test]
async fn keys_that_changed_without_notice_are_fetched_again() {
    let house = House::new().await;
    assert!(house.sign_in().await.is_ok());
    for _ in 0..2 {
        house.provider().rotate_keys();
        assert!(house.sign_in().await.is_ok());
    }
}

#[tokio::test]
async fn keys_without_names_that_changed_are_fetched_again() {
    let house = House::new().await.speaking(Style {
        named_keys: false,
        ..Style::default()
    });
    assert!(house.sign_in().await.is_ok());
    house.provider().rotate_keys();
    assert!(house.sign_in().await.is_ok());
}

#[tokio::test]
async fn keys_that_change_while_the_person_is_away_do_no_harm() {
    let house = House::new().await;
    assert!(house.sign_in().await.is_ok());
    let begun = house.start().await.unwrap();
    let query = house.agree(&begun.redirect).await;
    house.provider().rotate_keys();
    assert!(house.finish(&query, begun.pending).await.is_ok());
}

#[tokio::test]
async fn the_secret_goes_in_the_body_where_the_provider_wants_it_there() {
    let house = House::new().await.speaking(Style {
        secret_in_body: true,
        ..Style::default()
    });
    assert!(house.sign_in().await.is_ok());
}

#[tokio::test]
async fn cie_brings_the_configured_hint_and_no_mail_address() {
    let house = House::with(|settings| {
        settings.id = id("cie");
        settings.extra_params = BTreeMap::from([("idp_hint".to_owned(), "cie".to_owned())]);
    })
    .await;
    let begun = house.start().await.unwrap();
    let query = house.choose(&begun.redirect, "marta", 3, "acconsento").await;
    let callback = Callback::from_query(id("cie"), body(), &query).unwrap();
    let who = house
        .login
        .finish(callback, begun.pending, house.now())
        .await
        .unwrap();
    assert_eq!((who.level(), who.email()), (Level::Three, None));
    assert_eq!(who.provider(), &id("cie"));
}

#[tokio::test]
async fn a_proxy_that_says_nothing_true_of_the_level_is_trusted_where_the_configuration_says_so() {
    let trust = |settings: &mut ProviderSettings| {
        settings.acr.policy = AcrPolicy::TrustProxy;
        settings.acr.level = Some(Level::Two);
    };
    let house = House::with(trust).await.speaking(Style {
        constant_acr: Some("urn:oasis:names:tc:SAML:2.0:ac:classes:InternetProtocolPassword".to_owned()),
        ..Style::default()
    });
    let who = house.sign_in().await.unwrap();
    assert_eq!(who.level(), Level::Two);
    assert_eq!(who.evidence().level_from, LevelFrom::Configuration);
}

#[tokio::test]
async fn a_providers_own_words_for_levels_are_configuration() {
    let accept = |settings: &mut ProviderSettings| {
        settings.acr.accept = vec![AcceptedAcr {
            acr: "loa:due".to_owned(),
            level: Level::Two,
        }];
    };
    let house = House::with(accept).await.speaking(Style {
        constant_acr: Some("loa:due".to_owned()),
        ..Style::default()
    });
    assert_eq!(house.sign_in().await.unwrap().level(), Level::Two);
}

#[tokio::test]
async fn a_step_up_asks_for_credentials_and_sees_that_they_were_shown() {
    let house = House::with(|settings| {
        settings.extra_params = BTreeMap::from([("prompt".to_owned(), "consent".to_owned())]);
    })
    .await;
    let begun = house.start_with(true).await.unwrap();
    let asked: BTreeMap<_, _> = begun.redirect.query_pairs().into_owned().collect();
    assert_eq!(asked["prompt"], "consent login");
    assert_eq!(asked["max_age"], "0");
    let query = house.agree(&begun.redirect).await;
    assert!(house.finish(&query, begun.pending).await.is_ok());
}

#[tokio::test]
async fn the_browser_is_sent_away_with_all_that_a_provider_wants() {
    let house = House::new().await;
    let begun = house.start().await.unwrap();
    let asked: Vec<_> = begun.redirect.query_pairs().into_owned().collect();
    let one = |name: &str| {
        let mut found = asked.iter().filter(|(known, _)| known == name);
        let value = found.next().unwrap().1.clone();
        assert!(found.next().is_none(), "{name} twice");
        value
    };
    assert_eq!(one("response_type"), "code");
    assert_eq!(one("redirect_uri"), CALLBACK);
    assert_eq!(one("scope"), "openid profile email");
    assert_eq!(one("code_challenge_method"), "S256");
    assert_eq!(one("acr_values"), "https://www.spid.gov.it/SpidL2");
    for secret in ["state", "nonce", "code_challenge"] {
        assert_eq!(one(secret).len(), 43);
    }
    let other = house.start().await.unwrap();
    assert_ne!(other.pending.state_hash(), begun.pending.state_hash());
}

#[tokio::test]
async fn what_is_kept_holds_no_state_and_what_is_printed_holds_no_person() {
    let house = House::new().await;
    let begun = house.start().await.unwrap();
    let asked: BTreeMap<_, _> = begun.redirect.query_pairs().into_owned().collect();
    let kept = serde_json::to_string(&begun.pending).unwrap();
    assert!(!kept.contains(&asked["state"]));
    let query = house.agree(&begun.redirect).await;
    let pending = serde_json::from_str(&kept).unwrap();
    let who = house.finish(&query, pending).await.unwrap();
    let printed = format!("{who:?} {:?} {:?}", house.login, begun.pending);
    for secret in ["LCTMRT", "Marta", "marta", CLIENT_SECRET, asked["nonce"].as_str()] {
        assert!(!printed.contains(secret), "{printed}");
    }
}

#[tokio::test]
async fn a_provider_that_rests_for_an_hour_is_remembered_where_it_was() {
    let house = House::new().await;
    assert!(house.start().await.is_ok());
    house
        .provider()
        .set_fault(Some(sandbox::provider::Fault::Unavailable));
    let request = StartLogin {
        body: body(),
        callback: Url::parse(CALLBACK).unwrap(),
        fresh: false,
        hint: None,
        now: house.now() + chrono::TimeDelta::hours(2),
    };
    assert!(house.login.start(request).await.is_ok());
}

#[tokio::test]
async fn two_entries_of_one_proxy_do_not_take_each_others_logins() {
    let house = House::new().await;
    let mut other = settings(house.provider().issuer());
    other.id = id("cie");
    let cie: OidcLogin = adapter(other);
    let begun = house.start().await.unwrap();
    let query = house.agree(&begun.redirect).await;
    let callback = Callback::from_query(id("spid"), body(), &query).unwrap();
    assert_eq!(
        cie.finish(callback, begun.pending, house.now())
            .await
            .unwrap_err(),
        identity::LoginError::WrongProvider
    );
}
