//! A lost password, through the whole router with a fixed clock: what is answered, what is sent, what it costs.

#![expect(clippy::unwrap_used, reason = "a broken precondition ends the test")]

use api::{
    ErrorBody, ErrorCode, NoQuery,
    children::GetMe,
    contacts::{AddContact, AddContactRequest, ListContacts, RemoveContact},
    recoveries::{
        FinishRecovery, FinishRecoveryRequest, RecoverBy, RecoveryView, StartRecovery, StartRecoveryRequest,
    },
    sessions::{
        ChoosePassword, ChoosePasswordRequest, ClientKind, Secret, SessionKind, SessionView, SignIn,
        SignInRequest,
    },
};
use domain::{
    ContactId, Instant,
    contact::{Contact, ContactKind},
    people::Actor as Person,
};
use http::header;
use identity::TokenHash;
use std::net::SocketAddr;
use testkit::{
    Actor, Bench, Means, PASSWORD, portal,
    portal::router::Body,
    role::{Anonymous, Parent},
};

const NEW: &str = "tre gatti sul tetto rosso";
const SMS: &str = "[sms]\nurl = 'http://127.0.0.1:9/sms'\n[codes]\nsms_per_day = 3\n";

/// Gives the payer of the family a verified contact.
async fn reached(bench: &Bench, contact: &str) {
    let actor = Person {
        body: bench.town.family.body,
        person: bench.town.family.payer,
    };
    let contact = Contact::guess(contact).unwrap();
    let (chance, now) = (bench.chance.clone(), bench.now());
    let kept = bench.app.store.write(move |tx| {
        let id = portal::clock::fresh(&*chance, now, ContactId::from_parts);
        storage::contacts::add_verified(tx, actor, id, &contact, now)
    });
    kept.await.unwrap();
}

fn asked(who: &str, by: RecoverBy) -> StartRecoveryRequest {
    StartRecoveryRequest {
        body: "valmora".into(),
        who: who.into(),
        by,
        device: None,
    }
}

async fn start(actor: &Actor, who: &str, by: RecoverBy) -> Result<RecoveryView, ErrorBody> {
    actor.ask(&StartRecovery {}, &NoQuery {}, &asked(who, by)).await
}

async fn finish(
    actor: &Actor,
    recovery: &RecoveryView,
    code: &str,
    new: &str,
) -> Result<SessionView, ErrorBody> {
    let request = FinishRecoveryRequest {
        code: Secret(code.into()),
        new: Secret(new.into()),
        client: ClientKind::App,
        device: None,
    };
    let endpoint = FinishRecovery {
        recovery: recovery.id,
    };
    actor.ask(&endpoint, &NoQuery {}, &request).await
}

/// Address, kind and content of what is to be sent, in the order of writing.
async fn waiting(bench: &Bench) -> Vec<(String, String, serde_json::Value)> {
    // What has expired is not sent: the deliverer looks away first.
    let now = bench.now();
    let read = bench.app.store.write(move |tx| {
        storage::outbox::wipe(tx, now, Instant::UNIX_EPOCH)?;
        let rows = tx.query(
            "select address, kind, content from outbox where state = 'waiting' order by created_at, id",
            &[],
        )?;
        rows.iter()
            .map(|row| {
                Ok((
                    row.text("address")?.to_owned(),
                    row.text("kind")?.to_owned(),
                    serde_json::from_str(row.text("content")?).unwrap(),
                ))
            })
            .collect::<Result<Vec<_>, storage::StorageError>>()
    });
    read.await.unwrap()
}

/// The one code that waits.
async fn code(bench: &Bench) -> String {
    let all = waiting(bench).await;
    let codes: Vec<_> = all
        .iter()
        .filter(|(_, kind, _)| kind == "recovery_code")
        .collect();
    assert_eq!(codes.len(), 1, "{all:?}");
    codes[0].2["code"].as_str().unwrap().to_owned()
}

fn another(code: &str) -> String {
    let first = if code.starts_with('1') { "2" } else { "1" };
    format!("{first}{}", &code[1..])
}

async fn sign_in(bench: &Bench, name: &str, password: &str) -> Result<SessionView, ErrorBody> {
    let request = SignInRequest {
        body: "valmora".into(),
        badge: name.into(),
        password: Secret(password.into()),
        client: ClientKind::App,
        device: None,
    };
    let anonymous = bench.actor::<Anonymous>(Means::App).await;
    anonymous.ask(&SignIn {}, &NoQuery {}, &request).await
}

#[tokio::test]
async fn a_family_comes_back_by_mail_on_both_engines() {
    for bench in Bench::each().await {
        reached(&bench, "ada@example.it").await;
        let signed_in = bench.actor::<Parent>(Means::App).await;
        let anonymous = bench.actor::<Anonymous>(Means::App).await;
        let recovery = start(&anonymous, " vm-0002", RecoverBy::Mail).await.unwrap();
        assert_eq!(recovery.digits, 8);
        let all = waiting(&bench).await;
        assert_eq!(all[0].0, "ada@example.it");
        // A badge code that was forgotten is in the mail too.
        assert_eq!(all[0].2["badges"], serde_json::json!(["VM0001", "VM0002"]));
        let code = code(&bench).await;
        let view = finish(
            &anonymous,
            &recovery,
            &format!("{} {}", &code[..4], &code[4..]),
            NEW,
        )
        .await
        .unwrap();
        assert_eq!((view.kind, view.body.as_str()), (SessionKind::Full, "valmora"));
        let token = view.tokens.unwrap().access_token.0;
        let me = anonymous
            .holding(Some(&token))
            .ask(&GetMe {}, &NoQuery {}, &())
            .await;
        assert_eq!(me.unwrap().name, "Ada Bruni");
        // Other devices are signed out, and every contact is told.
        assert_eq!(signed_in.send(&GetMe {}, &NoQuery {}, &()).await.status, 401);
        let told = waiting(&bench).await;
        assert!(
            told.iter()
                .any(|(to, kind, _)| to == "ada@example.it" && kind == "password_changed"),
            "{told:?}"
        );
        assert!(sign_in(&bench, "VM0001", PASSWORD).await.is_err());
        sign_in(&bench, "VM0001", NEW).await.unwrap();
        // Once.
        let error = finish(&anonymous, &recovery, &code, NEW).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::RecoveryEnded);
    }
}

#[tokio::test]
async fn a_verified_mail_address_signs_in_and_recovers_and_an_unverified_one_does_neither() {
    let bench = Bench::new().await;
    bench
        .sql("update person set email = 'ada@example.it' where first_name = 'Ada'")
        .await;
    let error = sign_in(&bench, "ada@example.it", PASSWORD).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::WrongCredentials);
    let anonymous = bench.actor::<Anonymous>(Means::App).await;
    start(&anonymous, "ada@example.it", RecoverBy::Mail)
        .await
        .unwrap();
    assert!(waiting(&bench).await.is_empty());
    reached(&bench, "ada@example.it").await;
    sign_in(&bench, " ADA@example.it ", PASSWORD).await.unwrap();
    start(&anonymous, "Ada@Example.it", RecoverBy::Mail)
        .await
        .unwrap();
    assert_eq!(waiting(&bench).await.len(), 1);
}

#[tokio::test]
async fn somebody_and_nobody_get_the_same_answer_for_the_same_work() {
    let bench = Bench::with(|toml| toml.push_str(SMS)).await;
    reached(&bench, "ada@example.it").await;
    let anonymous = bench.actor::<Anonymous>(Means::App).await;
    let mut seen = Vec::new();
    for (n, (who, by)) in [
        ("VM0001", RecoverBy::Mail),
        // Nobody's badge; a badge without a verified contact; a number that nobody verified; no badge at all.
        ("ZZ9999", RecoverBy::Mail),
        ("VM0003", RecoverBy::Mail),
        ("VM0001", RecoverBy::Sms),
        ("333 1234567", RecoverBy::Sms),
        ("nobody@example.it", RecoverBy::Mail),
        ("", RecoverBy::Mail),
    ]
    .into_iter()
    .enumerate()
    {
        let rows = async || {
            bench
                .number(
                    "select (select count(*) from recovery) * 1000 + (select count(*) from outbox) * 100 + \
                     (select count(*) from code_sent) * 10 + (select count(*) from audit) as n",
                )
                .await
        };
        let (runs, before) = (bench.app.passwords.runs(), rows().await);
        let reply = anonymous
            .send(&StartRecovery {}, &NoQuery {}, &asked(who, by))
            .await;
        let mut body = reply.body.clone();
        body["id"] = "the same".into();
        // One digit more for what several persons may share, whoever has it.
        let shared = who.contains('@') || who.starts_with('3');
        assert_eq!(body["digits"], 8 + u64::from(shared), "{who}");
        body["digits"] = "the same".into();
        seen.push((
            reply.status,
            body.to_string(),
            bench.app.passwords.runs() - runs,
            rows().await - before,
        ));
        assert_eq!(seen[n], seen[0], "{who} by {by:?}");
    }
    assert_eq!(seen[0].2, 1);
    assert_eq!(waiting(&bench).await.len(), 1);
    // Finishing costs the same too, and a decoy has no right code.
    let real = start(&anonymous, "VM0001", RecoverBy::Mail).await.unwrap();
    let decoy = start(&anonymous, "ZZ9999", RecoverBy::Mail).await.unwrap();
    let mut answers = Vec::new();
    for recovery in [real, decoy] {
        let runs = bench.app.passwords.runs();
        let error = finish(&anonymous, &recovery, "00000000", NEW).await.unwrap_err();
        answers.push((error, bench.app.passwords.runs() - runs));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].0.code, ErrorCode::RecoveryCodeWrong);
}

#[tokio::test]
async fn five_wrong_codes_or_ten_minutes_end_a_recovery() {
    let bench = Bench::new().await;
    reached(&bench, "ada@example.it").await;
    let anonymous = bench.actor::<Anonymous>(Means::App).await;
    let recovery = start(&anonymous, "VM0001", RecoverBy::Mail).await.unwrap();
    let right = code(&bench).await;
    for left in [4, 3, 2, 1, 0] {
        let error = finish(&anonymous, &recovery, &another(&right), NEW)
            .await
            .unwrap_err();
        assert_eq!(
            (error.code, error.field::<u32>("left")),
            (ErrorCode::RecoveryCodeWrong, Some(left))
        );
    }
    let error = finish(&anonymous, &recovery, &right, NEW).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::RecoveryEnded);

    bench.set("2026-11-23T08:00:00Z");
    let recovery = start(&anonymous, "VM0001", RecoverBy::Mail).await.unwrap();
    let right = code(&bench).await;
    bench.set("2026-11-23T08:10:00Z");
    let error = finish(&anonymous, &recovery, &right, NEW).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::RecoveryEnded);
    sign_in(&bench, "VM0001", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn a_code_opens_only_the_recovery_that_it_was_sent_for() {
    let bench = Bench::new().await;
    reached(&bench, "ada@example.it").await;
    let anonymous = bench.actor::<Anonymous>(Means::App).await;
    start(&anonymous, "VM0001", RecoverBy::Mail).await.unwrap();
    let first = code(&bench).await;
    let second = start(&anonymous, "VM0001", RecoverBy::Mail).await.unwrap();
    let error = finish(&anonymous, &second, &first, NEW).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::RecoveryCodeWrong);
}

#[tokio::test]
async fn a_weak_new_password_costs_no_try() {
    let bench = Bench::new().await;
    reached(&bench, "ada@example.it").await;
    let anonymous = bench.actor::<Anonymous>(Means::App).await;
    let recovery = start(&anonymous, "VM0001", RecoverBy::Mail).await.unwrap();
    let right = code(&bench).await;
    for weak in [
        "corta",
        "juventus2026",
        "valmora123456",
        "Collodi2026!",
        "vm0001vm0001",
        "Elio-Elio-2018",
    ] {
        let error = finish(&anonymous, &recovery, &right, weak).await.unwrap_err();
        assert!(
            [ErrorCode::PasswordTooShort, ErrorCode::PasswordGuessable].contains(&error.code),
            "{weak}: {error:?}"
        );
    }
    finish(&anonymous, &recovery, &right, NEW).await.unwrap();
}

#[tokio::test]
async fn only_so_many_codes_go_to_one_place_and_only_so_many_texts_are_paid_for_and_nobody_is_told() {
    let bench = Bench::with(|toml| toml.push_str(SMS)).await;
    reached(&bench, "ada@example.it").await;
    reached(&bench, "+393331234567").await;
    for n in 0..6 {
        // From everywhere, so that no address has to wait.
        let mut stranger = bench.actor::<Anonymous>(Means::App).await;
        stranger.peer = SocketAddr::from(([198, 51, 100, n], 40_000));
        start(&stranger, "VM0001", RecoverBy::Mail).await.unwrap();
        start(&stranger, "VM0001", RecoverBy::Sms).await.unwrap();
    }
    let all = waiting(&bench).await;
    let to = |address: &str| all.iter().filter(|(to, _, _)| to == address).count();
    assert_eq!((to("ada@example.it"), to("+393331234567")), (4, 3));
    // A text names no badge.
    let text = all.iter().find(|(to, _, _)| to.starts_with('+')).unwrap();
    assert_eq!(text.2["badges"], serde_json::json!([]));
}

#[tokio::test]
async fn one_address_that_asks_for_many_has_to_wait() {
    let bench = Bench::new().await;
    let anonymous = bench.actor::<Anonymous>(Means::App).await;
    for n in 0..30 {
        start(&anonymous, &format!("ZZ{n:04}"), RecoverBy::Mail)
            .await
            .unwrap();
    }
    let error = start(&anonymous, "ZZ9999", RecoverBy::Mail).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::TooManyAttempts);
    // A school behind the same address has not to wait for long, and another address not at all.
    bench.set(&(bench.now() + chrono::TimeDelta::seconds(30)).to_rfc3339());
    start(&anonymous, "ZZ9999", RecoverBy::Mail).await.unwrap();
    let mut other = anonymous;
    other.peer = SocketAddr::from(([198, 51, 100, 1], 40_000));
    start(&other, "ZZ9999", RecoverBy::Mail).await.unwrap();
}

#[tokio::test]
async fn where_no_text_is_sent_or_no_password_is_taken_that_is_said() {
    let bench = Bench::new().await;
    let anonymous = bench.actor::<Anonymous>(Means::App).await;
    let error = start(&anonymous, "VM0001", RecoverBy::Sms).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::SmsNotOffered);
    bench
        .sql("update body set settings = replace(settings, '\"badge\",', '') where slug = 'valmora'")
        .await;
    let error = start(&anonymous, "VM0001", RecoverBy::Mail).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::WayNotOffered);
}

#[tokio::test]
async fn choosing_a_password_is_told_to_every_contact() {
    let bench = Bench::new().await;
    reached(&bench, "ada@example.it").await;
    let parent = bench.actor::<Parent>(Means::App).await;
    let request = ChoosePasswordRequest {
        current: Secret(PASSWORD.into()),
        new: Secret(NEW.into()),
    };
    parent
        .ask(&ChoosePassword {}, &NoQuery {}, &request)
        .await
        .unwrap();
    let told = waiting(&bench).await;
    assert_eq!((told.len(), told[0].1.as_str()), (1, "password_changed"));
}

#[tokio::test]
async fn nothing_that_was_typed_and_no_code_lies_in_the_audit() {
    let bench = Bench::new().await;
    reached(&bench, "ada@example.it").await;
    let anonymous = bench.actor::<Anonymous>(Means::App).await;
    let recovery = start(&anonymous, "ada@example.it", RecoverBy::Mail)
        .await
        .unwrap();
    start(&anonymous, "nobody@example.it", RecoverBy::Mail)
        .await
        .unwrap();
    start(&anonymous, "VM0003", RecoverBy::Mail).await.unwrap();
    let right = code(&bench).await;
    finish(&anonymous, &recovery, &another(&right), NEW)
        .await
        .unwrap_err();
    finish(&anonymous, &recovery, &right, NEW).await.unwrap();
    let body = bench.town.family.body;
    let read = bench
        .app
        .store
        .read(move |tx| storage::audit::list(tx, body, None, Instant::UNIX_EPOCH));
    let lines: Vec<_> = read
        .await
        .unwrap()
        .into_iter()
        .map(|line| {
            format!(
                "{} {} {} {}",
                line.act.as_str(),
                line.outcome.as_str(),
                line.detail.as_str(),
                line.person.is_some()
            )
        })
        .collect();
    let mut lines: Vec<_> = lines.iter().map(String::as_str).collect();
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            "finish_recovery done  true",
            "finish_recovery refused wrong_code true",
            "start_recovery done mail_code true",
            "start_recovery refused  false",
            "start_recovery refused no_contact true",
        ]
    );
}

#[tokio::test]
async fn who_has_to_wait_or_is_nobody_has_no_hash_made() {
    let bench = Bench::new().await;
    let anonymous = bench.actor::<Anonymous>(Means::App).await;
    for n in 0..30 {
        start(&anonymous, &format!("ZZ{n:04}"), RecoverBy::Mail)
            .await
            .unwrap();
    }
    let runs = bench.app.passwords.runs();
    let error = start(&anonymous, "ZZ9999", RecoverBy::Mail).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::TooManyAttempts);
    let request = AddContactRequest {
        kind: ContactKind::Mail,
        value: "ada@example.it".into(),
    };
    let reply = anonymous.send(&AddContact {}, &NoQuery {}, &request).await;
    assert_eq!(reply.status, 401);
    assert_eq!(bench.app.passwords.runs(), runs);
}

#[tokio::test]
async fn asking_too_often_makes_the_wait_no_longer_and_strangers_leave_the_family_s_own_browser_its_codes() {
    let bench = Bench::new().await;
    reached(&bench, "ada@example.it").await;
    let mut stranger = bench.actor::<Anonymous>(Means::App).await;
    for (n, minute) in (0..12).map(|n| (n, n * 5)) {
        bench.set(&format!("2026-11-23T08:{minute:02}:00Z"));
        stranger.peer = SocketAddr::from(([198, 51, 100, n], 40_000));
        start(&stranger, "VM0001", RecoverBy::Mail).await.unwrap();
    }
    // Four went out in the first quarter of an hour, and none since.
    assert!(waiting(&bench).await.is_empty());
    let family = Person {
        body: bench.town.family.body,
        person: bench.town.family.payer,
    };
    let now = bench.now();
    let known = bench
        .app
        .store
        .write(move |tx| storage::throttle::know_device(tx, TokenHash::of("ours").as_str(), family, now));
    known.await.unwrap();
    let browser = bench.actor::<Anonymous>(Means::Browser).await;
    for device in ["theirs", "ours"] {
        let sent = browser
            .request("POST", "/api/v1/recoveries")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::COOKIE, format!("refettorio-device={device}"))
            .body(Body::from(
                serde_json::to_vec(&asked("VM0001", RecoverBy::Mail)).unwrap(),
            ))
            .unwrap();
        assert_eq!(browser.raw(sent).await.status(), 200);
        assert_eq!(waiting(&bench).await.len(), usize::from(device == "ours"));
    }
    // The app says by which token it is known, as a browser does by its cookie.
    bench.set("2026-11-23T08:59:00Z");
    let app = bench.actor::<Anonymous>(Means::App).await;
    for (device, sent) in [("theirs", 1), ("ours", 2)] {
        let request = StartRecoveryRequest {
            device: Some(Secret(device.into())),
            ..asked("VM0001", RecoverBy::Mail)
        };
        app.ask(&StartRecovery {}, &NoQuery {}, &request).await.unwrap();
        assert_eq!(waiting(&bench).await.len(), sent, "{device}");
    }
    // An hour after those that were sent, anybody may ask again.
    bench.set("2026-11-23T09:16:00Z");
    start(&stranger, "VM0001", RecoverBy::Mail).await.unwrap();
    assert_eq!(waiting(&bench).await.len(), 1, "what was sent before has expired");
}

#[tokio::test]
async fn a_code_on_its_way_to_a_contact_that_is_removed_opens_nothing() {
    let bench = Bench::new().await;
    reached(&bench, "ada@example.it").await;
    let parent = bench.actor::<Parent>(Means::App).await;
    let anonymous = bench.actor::<Anonymous>(Means::App).await;
    let recovery = start(&anonymous, "VM0001", RecoverBy::Mail).await.unwrap();
    let right = code(&bench).await;
    let contacts = parent.ask(&ListContacts {}, &NoQuery {}, &()).await.unwrap();
    let contact = contacts[0].id;
    parent
        .ask(&RemoveContact { contact }, &NoQuery {}, &())
        .await
        .unwrap();
    let error = finish(&anonymous, &recovery, &right, NEW).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::RecoveryEnded);
}

#[tokio::test]
async fn sessions_that_a_recovery_ended_are_forgotten_in_time_and_the_new_one_is_not_on_both_engines() {
    for bench in Bench::each().await {
        reached(&bench, "ada@example.it").await;
        let anonymous = bench.actor::<Anonymous>(Means::App).await;
        sign_in(&bench, "VM0001", PASSWORD).await.unwrap();
        let recovery = start(&anonymous, "VM0001", RecoverBy::Mail).await.unwrap();
        let right = code(&bench).await;
        finish(&anonymous, &recovery, &right, NEW).await.unwrap();
        let before = bench.now();
        let prune = async |before| {
            let pruned = bench
                .app
                .store
                .write(move |tx| storage::sessions::prune(tx, before));
            pruned.await.unwrap()
        };
        assert_eq!(prune(before).await, 0);
        assert_eq!(prune(before + chrono::TimeDelta::seconds(1)).await, 1);
        for table in ["session", "refresh_token"] {
            let left = format!("select count(*) as n from {table}");
            assert_eq!(bench.number(&left).await, 1, "{table}");
        }
        assert_eq!(prune(before + chrono::TimeDelta::days(181)).await, 1);
    }
}
