//! What a browser or a stranger may bring back: codes and states that were used, that are too old, that are somebody
//! else's; and what the provider's page refuses.

use crate::support::{CALLBACK, House, body, callback, id};
use domain::BodyId;
use identity::{FederatedLogin as _, LoginError, federated::Callback};
use std::collections::HashMap;
use url::Url;

#[tokio::test]
async fn a_code_that_was_used_is_refused_the_second_time() {
    let house = House::new().await;
    let begun = house.start().await.unwrap();
    let query = house.agree(&begun.redirect).await;
    let again = begun.pending.clone();
    assert!(house.finish(&query, begun.pending).await.is_ok());
    assert_eq!(
        house.finish(&query, again).await.unwrap_err(),
        LoginError::Replayed
    );
}

#[tokio::test]
async fn a_state_that_was_used_finds_no_login() {
    // As the portal keeps them: by the hash of the state, taken out at the first callback.
    let house = House::new().await;
    let begun = house.start().await.unwrap();
    let query = house.agree(&begun.redirect).await;
    let mut kept = HashMap::from([(begun.pending.state_hash().to_owned(), begun.pending)]);
    let pending = kept.remove(&callback(&query).state_hash()).unwrap();
    assert!(house.finish(&query, pending).await.is_ok());
    assert!(kept.remove(&callback(&query).state_hash()).is_none());
}

#[tokio::test]
async fn a_state_that_was_used_opens_nothing_with_a_new_code_either() {
    let house = House::new().await;
    let (first, second) = (house.start().await.unwrap(), house.start().await.unwrap());
    let query = house.agree(&first.redirect).await;
    let kept = first.pending.clone();
    assert!(house.finish(&query, first.pending).await.is_ok());
    // The code of another login, pushed in under the old state: it has another verifier.
    let injected = with_code_of(&query, &house.agree(&second.redirect).await);
    assert_eq!(
        house.finish(&injected, kept).await.unwrap_err(),
        LoginError::Replayed
    );
}

#[tokio::test]
async fn a_strangers_code_in_ones_own_login_is_refused() {
    let house = House::new().await;
    let (mine, theirs) = (house.start().await.unwrap(), house.start().await.unwrap());
    let my_query = house.agree(&mine.redirect).await;
    let their_query = house.choose(&theirs.redirect, "andrea", 2, "acconsento").await;
    let injected = with_code_of(&my_query, &their_query);
    assert_eq!(
        house.finish(&injected, mine.pending).await.unwrap_err(),
        LoginError::Replayed
    );
}

#[tokio::test]
async fn a_strangers_callback_does_not_fit_ones_own_login() {
    let house = House::new().await;
    let (mine, theirs) = (house.start().await.unwrap(), house.start().await.unwrap());
    let their_query = house.agree(&theirs.redirect).await;
    assert_eq!(
        house.finish(&their_query, mine.pending).await.unwrap_err(),
        LoginError::WrongState
    );
}

#[tokio::test]
async fn a_login_of_another_body_is_refused_and_its_code_stays_unused() {
    let house = House::new().await;
    let begun = house.start().await.unwrap();
    let query = house.agree(&begun.redirect).await;
    let elsewhere = BodyId::from_parts(2, [2; 10]);
    let stranger = Callback::from_query(id("spid"), elsewhere, &query).unwrap();
    let told = house
        .login
        .finish(stranger, begun.pending.clone(), house.now())
        .await;
    assert_eq!(told.unwrap_err(), LoginError::WrongBody);
    assert!(house.finish(&query, begun.pending).await.is_ok());
}

#[tokio::test]
async fn a_callback_at_another_providers_address_is_refused() {
    let house = House::new().await;
    let begun = house.start().await.unwrap();
    let query = house.agree(&begun.redirect).await;
    let elsewhere = Callback::from_query(id("cie"), body(), &query).unwrap();
    let told = house.login.finish(elsewhere, begun.pending, house.now()).await;
    assert_eq!(told.unwrap_err(), LoginError::WrongProvider);
}

#[tokio::test]
async fn who_takes_more_than_ten_minutes_begins_again() {
    let house = House::new().await;
    let begun = house.start().await.unwrap();
    let query = house.agree(&begun.redirect).await;
    let late = begun.pending.ends_at();
    let told = house.login.finish(callback(&query), begun.pending, late).await;
    assert_eq!(told.unwrap_err(), LoginError::Expired);
}

#[tokio::test]
async fn a_code_that_is_too_old_for_the_provider_is_refused() {
    let house = House::new().await;
    let begun = house.start().await.unwrap();
    let query = house.agree(&begun.redirect).await;
    house.provider().advance(chrono::TimeDelta::minutes(2));
    assert_eq!(
        house.finish(&query, begun.pending).await.unwrap_err(),
        LoginError::Replayed
    );
}

#[tokio::test]
async fn an_error_under_a_wrong_state_is_not_told() {
    let house = House::new().await;
    let begun = house.start().await.unwrap();
    let told = house.finish("error=access_denied&state=x", begun.pending).await;
    assert_eq!(told.unwrap_err(), LoginError::WrongState);
}

#[tokio::test]
async fn the_page_names_every_person_and_every_control() {
    let house = House::new().await;
    let begun = house.start().await.unwrap();
    let shown = house.browser.get(begun.redirect).send().await.unwrap();
    assert_eq!(shown.status(), 200);
    let text = shown.text().await.unwrap();
    assert!(text.contains("<html lang=\"it\">") && text.contains("<h1>Entra con SPID</h1>"));
    for person in sandbox::provider::PEOPLE {
        assert!(text.contains(&format!("for=\"{}\"", person.subject)));
    }
    for words in [
        "Acconsento",
        "Non acconsento",
        "Annulla",
        "for=\"livello\"",
        "<legend>",
    ] {
        assert!(text.contains(words), "{words}");
    }
}

#[tokio::test]
async fn the_page_sends_nobody_to_an_address_that_is_not_the_portals() {
    let house = House::new().await;
    let begun = house.start().await.unwrap();
    for (from, to) in [
        ("127.0.0.1%3A8080", "altrove.example.org"),
        ("client_id=refettorio", "client_id=altri"),
    ] {
        let changed = begun.redirect.as_str().replace(from, to);
        assert_ne!(changed, begun.redirect.as_str());
        let shown = house.browser.get(changed).send().await.unwrap();
        assert_eq!(shown.status(), 400);
        assert!(shown.headers().get("location").is_none());
    }
}

#[tokio::test]
async fn the_provider_wants_pkce_and_a_long_state() {
    let house = House::new().await;
    let begun = house.start().await.unwrap();
    for (name, value) in [
        ("code_challenge_method", "plain"),
        ("code_challenge", ""),
        ("state", "short"),
        ("nonce", ""),
    ] {
        let mut changed = begun.redirect.clone();
        let query: Vec<_> = begun.redirect.query_pairs().into_owned().collect();
        changed.query_pairs_mut().clear().extend_pairs(
            query
                .iter()
                .map(|(key, old)| (key, if key == name { value } else { old })),
        );
        let answer = house.browser.get(changed).send().await.unwrap();
        let location = answer.headers()["location"].to_str().unwrap();
        assert!(
            location.starts_with(CALLBACK) && location.contains("error=invalid_request"),
            "{name}"
        );
    }
}

#[tokio::test]
async fn faults_and_keys_are_changed_over_http_too() {
    let house = House::new().await;
    let at = |path: &str| house.sandbox.url().join(path).unwrap();
    let set = |text: &'static str| {
        let request = house.browser.put(at("sandbox/provider/fault"));
        request
            .header("content-type", "application/json")
            .body(text)
            .send()
    };
    assert_eq!(set(r#"{"fault":"wrong-nonce"}"#).await.unwrap().status(), 204);
    assert!(house.sign_in().await.is_err());
    assert_eq!(set(r#"{"fault":"unheard-of"}"#).await.unwrap().status(), 422);
    assert_eq!(set(r#"{"fault":null}"#).await.unwrap().status(), 204);
    let rotate = house
        .browser
        .post(at("sandbox/provider/rotate"))
        .send()
        .await
        .unwrap();
    assert_eq!(rotate.status(), 204);
    assert!(house.sign_in().await.is_ok());
    let page = house
        .browser
        .get(at("identita"))
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(page.contains("<label for=\"guasto\">"));
}

/// The first query with the code of the second.
fn with_code_of(first: &str, second: &str) -> String {
    let code = |query: &str| {
        let url = Url::parse(&format!("http://127.0.0.1/?{query}")).unwrap();
        let found = url.query_pairs().find(|(name, _)| name == "code");
        found.unwrap().1.into_owned()
    };
    first.replace(&code(first), &code(second))
}
