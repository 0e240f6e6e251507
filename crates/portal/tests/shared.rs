//! Two persons who share one mailbox: each signs in by it, and each gets a code of their own.

#![expect(clippy::unwrap_used, reason = "a broken precondition ends the test")]

use api::{
    ErrorBody, ErrorCode, NoQuery,
    children::GetMe,
    recoveries::{
        FinishRecovery, FinishRecoveryRequest, RecoverBy, RecoveryView, StartRecovery, StartRecoveryRequest,
    },
    sessions::{ClientKind, Secret, SessionView, SignIn, SignInRequest},
};
use domain::{ContactId, PersonId, contact::Contact, people::Actor as Person};
use storage::people::Credential;
use testkit::{Actor, Bench, Means, PASSWORD, portal, role::Anonymous};

const MAIL: &str = "casa@example.it";
const DINOS: &str = "otto civette blu";
const NEW: &str = "tre gatti sul tetto rosso";
const SMS: &str = "[sms]\nurl = 'http://127.0.0.1:9/sms'\n";

/// Ada and Dino have verified the same address, Ada first; Dino's password is that.
async fn shared(bench: &Bench, dinos: &str) {
    let hash = bench.app.passwords.hash(dinos.to_owned(), [7; 16]).await.unwrap();
    let (body, chance, now) = (bench.town.family.body, bench.chance.clone(), bench.now());
    let both: [PersonId; 2] = [bench.town.family.payer, bench.town.other_parent];
    let kept = bench.app.store.write(move |tx| {
        for (n, person) in both.into_iter().enumerate() {
            let actor = Person { body, person };
            let id = portal::clock::fresh(&*chance, now, ContactId::from_parts);
            let at = now + chrono::TimeDelta::seconds(i64::try_from(n).unwrap());
            storage::contacts::add_verified(tx, actor, id, &Contact::guess(MAIL).unwrap(), at)?;
        }
        let credential = Credential {
            password_hash: hash.clone(),
            provisional: false,
            expires_at: None,
        };
        storage::people::set_credential(
            tx,
            Person {
                body,
                person: both[1],
            },
            &credential,
            now,
        )
    });
    kept.await.unwrap();
}

async fn sign_in(bench: &Bench, password: &str) -> Result<String, ErrorBody> {
    let anyone = bench.actor::<Anonymous>(Means::App).await;
    let request = SignInRequest {
        body: "valmora".into(),
        badge: MAIL.into(),
        password: Secret(password.into()),
        client: ClientKind::App,
        device: None,
    };
    let view = anyone.ask(&SignIn {}, &NoQuery {}, &request).await?;
    Ok(name(&anyone, view).await)
}

/// Whose session it is.
async fn name(anyone: &Actor, view: SessionView) -> String {
    let token = view.tokens.unwrap().access_token.0;
    let signed_in = anyone.holding(Some(&token));
    signed_in.ask(&GetMe {}, &NoQuery {}, &()).await.unwrap().name
}

async fn start(anyone: &Actor) -> RecoveryView {
    let request = StartRecoveryRequest {
        body: "valmora".into(),
        who: MAIL.into(),
        by: RecoverBy::Mail,
        device: None,
    };
    anyone
        .ask(&StartRecovery {}, &NoQuery {}, &request)
        .await
        .unwrap()
}

async fn finish(anyone: &Actor, recovery: &RecoveryView, code: &str) -> Result<SessionView, ErrorBody> {
    let request = FinishRecoveryRequest {
        code: Secret(code.into()),
        new: Secret(NEW.into()),
        client: ClientKind::App,
        device: None,
    };
    let endpoint = FinishRecovery {
        recovery: recovery.id,
    };
    anyone.ask(&endpoint, &NoQuery {}, &request).await
}

/// Names and codes of the one mail that waits, in its order.
async fn codes(bench: &Bench) -> Vec<(String, String)> {
    let read = bench.app.store.read(move |tx| {
        let rows = tx.query(
            "select content from outbox where state = 'waiting' and kind = 'recovery_code'",
            &[],
        )?;
        assert_eq!(rows.len(), 1, "one mail for both");
        let content: serde_json::Value = serde_json::from_str(rows[0].text("content")?).unwrap();
        let of = |one: &serde_json::Value| {
            let text = |name: &str| one[name].as_str().unwrap().to_owned();
            (text("name"), text("code"))
        };
        let mut all = vec![of(&content)];
        all.extend(content["others"].as_array().unwrap().iter().map(of));
        Ok::<_, storage::StorageError>(all)
    });
    read.await.unwrap()
}

#[tokio::test]
async fn the_password_says_which_of_them_signs_in_on_both_engines() {
    for bench in Bench::each().await {
        shared(&bench, DINOS).await;
        assert!(sign_in(&bench, PASSWORD).await.unwrap().starts_with("Ada "));
        assert!(sign_in(&bench, DINOS).await.unwrap().starts_with("Dino "));
        let error = sign_in(&bench, "quattro mele rosse").await.unwrap_err();
        assert_eq!(error.code, ErrorCode::WrongCredentials);
    }
}

#[tokio::test]
async fn the_same_password_of_both_opens_neither_and_says_what_to_do() {
    let bench = Bench::new().await;
    shared(&bench, PASSWORD).await;
    let before = bench.number("select count(*) as n from session").await;
    let error = sign_in(&bench, PASSWORD).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::SharedMailbox);
    assert!(
        error.message.contains("recupera la password"),
        "{}",
        error.message
    );
    assert_eq!(bench.number("select count(*) as n from session").await, before);
    // Whoever does not know the password learns nothing of it.
    let error = sign_in(&bench, "quattro mele rosse").await.unwrap_err();
    assert_eq!(error.code, ErrorCode::WrongCredentials);
}

#[tokio::test]
async fn a_lost_password_comes_back_by_a_code_for_each_of_them_on_both_engines() {
    for bench in Bench::each().await {
        shared(&bench, DINOS).await;
        let anyone = bench.actor::<Anonymous>(Means::App).await;
        let recovery = start(&anyone).await;
        assert_eq!(recovery.digits, 9);
        let all = codes(&bench).await;
        let names: Vec<_> = all.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["Ada", "Dino"]);
        let (ada, dino) = (&all[0].1, &all[1].1);
        assert_eq!((ada.len(), &ada[..8]), (9, &dino[..8]));
        // Without its last digit, or with one that is nobody's, a code is nobody's.
        for wrong in [&ada[..8], &format!("{}3", &ada[..8]), &format!("{}0", &ada[..8])] {
            let error = finish(&anyone, &recovery, wrong).await.unwrap_err();
            assert_eq!(error.code, ErrorCode::RecoveryCodeWrong, "{wrong}");
        }
        let opened = finish(&anyone, &recovery, dino).await.unwrap();
        assert!(name(&anyone, opened).await.starts_with("Dino "));
        assert!(sign_in(&bench, NEW).await.unwrap().starts_with("Dino "));
        assert!(sign_in(&bench, PASSWORD).await.unwrap().starts_with("Ada "));
        // The other code has ended with the recovery.
        let error = finish(&anyone, &recovery, ada).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::RecoveryEnded);
    }
}

#[tokio::test]
async fn a_code_in_a_shared_mailbox_ends_when_either_of_them_leaves_it() {
    let bench = Bench::new().await;
    shared(&bench, DINOS).await;
    let anyone = bench.actor::<Anonymous>(Means::App).await;
    let recovery = start(&anyone).await;
    let (dino, now) = (bench.town.other_parent, bench.now());
    let ended = bench
        .app
        .store
        .write(move |tx| storage::recoveries::end_all(tx, dino, now));
    ended.await.unwrap();
    let code = codes(&bench).await.remove(1).1;
    let error = finish(&anyone, &recovery, &code).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::RecoveryEnded);
}

#[tokio::test]
async fn ones_own_sign_in_buys_no_guesses_at_the_others_password() {
    let bench = Bench::new().await;
    shared(&bench, DINOS).await;
    let mut waits = 0;
    for _ in 0..4 {
        for n in 0..4 {
            let refused = sign_in(&bench, &format!("quattro mele rosse {n}"))
                .await
                .unwrap_err();
            waits += u32::from(refused.code == ErrorCode::TooManyAttempts);
        }
        // Ada knows her own.
        let _own = sign_in(&bench, PASSWORD).await;
    }
    assert!(waits > 0);
}

#[tokio::test]
async fn a_code_by_text_message_is_of_nobody_who_has_not_that_number() {
    let bench = Bench::with(|toml| toml.push_str(SMS)).await;
    shared(&bench, DINOS).await;
    let (body, person, now) = (bench.town.family.body, bench.town.family.payer, bench.now());
    let id = portal::clock::fresh(&*bench.chance, now, ContactId::from_parts);
    let kept = bench.app.store.write(move |tx| {
        let phone = Contact::guess("+393331112223").unwrap();
        storage::contacts::add_verified(tx, Person { body, person }, id, &phone, now)
    });
    kept.await.unwrap();
    let anyone = bench.actor::<Anonymous>(Means::App).await;
    let request = StartRecoveryRequest {
        body: "valmora".into(),
        who: MAIL.into(),
        by: RecoverBy::Sms,
        device: None,
    };
    anyone
        .ask(&StartRecovery {}, &NoQuery {}, &request)
        .await
        .unwrap();
    let codes = codes(&bench).await;
    assert_eq!(codes.len(), 1, "{codes:?}");
}
