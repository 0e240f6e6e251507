//! Contacts, their codes, the language, and showing again who one is, through the whole router with a fixed clock.

#![expect(clippy::unwrap_used, reason = "a broken precondition ends the test")]

use api::{
    ErrorBody, ErrorCode, NoQuery,
    children::GetMe,
    confirmations::{ConfirmPassword, ConfirmPasswordRequest},
    contacts::{
        AddContact, AddContactRequest, ContactView, ListContacts, RemoveContact, SetLanguage,
        SetLanguageRequest, VerifyContact, VerifyContactRequest,
    },
    sessions::Secret,
};
use domain::{
    body::SignInWay,
    contact::{ContactKind, Language},
};
use testkit::{
    Actor, Bench, Means, PASSWORD,
    role::{OtherParent, Parent, ParentOfAnotherFamily},
};

/// `channel address content` of every message that waits, in order.
async fn outbox(bench: &Bench) -> Vec<(String, String, String)> {
    let read = bench.app.store.read(|tx| {
        let rows = tx.query(
            "select channel, address, kind, content from outbox where state = 'waiting' order by created_at, id",
            &[],
        )?;
        rows.iter()
            .map(|row| {
                Ok((
                    row.text("address")?.to_owned(),
                    row.text("kind")?.to_owned(),
                    row.text("content")?.to_owned(),
                ))
            })
            .collect::<Result<Vec<_>, storage::StorageError>>()
    });
    read.await.unwrap()
}

/// The code that went last to that address.
async fn code(bench: &Bench, to: &str) -> Secret {
    let all = outbox(bench).await;
    let (_, _, content) = all
        .iter()
        .rfind(|(address, kind, _)| address == to && kind == "contact_code")
        .unwrap();
    let content: serde_json::Value = serde_json::from_str(content).unwrap();
    Secret(content["code"].as_str().unwrap().to_owned())
}

fn another(code: &Secret) -> Secret {
    let first = if code.0.starts_with('1') { "2" } else { "1" };
    Secret(format!("{first}{}", &code.0[1..]))
}

async fn add(actor: &Actor, kind: ContactKind, value: &str) -> Result<ContactView, ErrorBody> {
    let request = AddContactRequest {
        kind,
        value: value.to_owned(),
    };
    actor.ask(&AddContact {}, &NoQuery {}, &request).await
}

async fn verify(actor: &Actor, contact: &ContactView, code: Secret) -> Result<ContactView, ErrorBody> {
    let endpoint = VerifyContact { contact: contact.id };
    actor
        .ask(&endpoint, &NoQuery {}, &VerifyContactRequest { code })
        .await
}

async fn verified(bench: &Bench, actor: &Actor, mail: &str) -> ContactView {
    let contact = add(actor, ContactKind::Mail, mail).await.unwrap();
    let code = code(bench, mail).await;
    verify(actor, &contact, code).await.unwrap()
}

async fn list(actor: &Actor) -> Vec<ContactView> {
    actor.ask(&ListContacts {}, &NoQuery {}, &()).await.unwrap()
}

async fn confirm(actor: &Actor, password: &str) -> Result<domain::Instant, ErrorBody> {
    let request = ConfirmPasswordRequest {
        password: Secret(password.to_owned()),
    };
    actor
        .ask(&ConfirmPassword {}, &NoQuery {}, &request)
        .await
        .map(|view| view.until)
}

#[tokio::test]
async fn a_contact_counts_once_its_code_came_back_on_both_engines() {
    for bench in Bench::each().await {
        let parent = bench.actor::<Parent>(Means::App).await;
        let added = add(&parent, ContactKind::Mail, " Ada@Example.it ").await.unwrap();
        assert_eq!((added.value.as_str(), added.verified), ("ada@example.it", false));
        assert_eq!(
            added.code_until,
            Some(bench.now() + chrono::TimeDelta::minutes(10))
        );
        let code = code(&bench, "ada@example.it").await;
        let view = verify(&parent, &added, code.clone()).await.unwrap();
        assert!(view.verified && view.code_until.is_none());
        // Once.
        let again = verify(&parent, &added, code).await.unwrap_err();
        assert_eq!(again.code, ErrorCode::ContactCodeEnded);
        let all = list(&parent).await;
        assert_eq!((all.len(), all[0].verified), (1, true));
    }
}

#[tokio::test]
async fn five_wrong_codes_and_ten_minutes_end_a_code_and_a_new_one_replaces_it() {
    let bench = Bench::new().await;
    let parent = bench.actor::<Parent>(Means::App).await;
    let added = add(&parent, ContactKind::Mail, "ada@example.it").await.unwrap();
    let right = code(&bench, "ada@example.it").await;
    for left in [4, 3, 2, 1, 0] {
        let error = verify(&parent, &added, another(&right)).await.unwrap_err();
        assert_eq!(
            (error.code, error.field::<u32>("left")),
            (ErrorCode::ContactCodeWrong, Some(left))
        );
    }
    let error = verify(&parent, &added, right.clone()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::ContactCodeEnded);

    bench.set("2026-11-23T07:42:00Z");
    let again = add(&parent, ContactKind::Mail, "ada@example.it").await.unwrap();
    assert_eq!(again.id, added.id);
    let fresh = code(&bench, "ada@example.it").await;
    let error = verify(&parent, &added, right).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::ContactCodeWrong);
    bench.set("2026-11-23T07:52:00Z");
    let error = verify(&parent, &added, fresh).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::ContactCodeEnded);
}

#[tokio::test]
async fn a_code_is_kept_as_a_slow_hash_and_no_more_than_four_go_to_one_place_in_an_hour() {
    let bench = Bench::new().await;
    let parent = bench.actor::<Parent>(Means::App).await;
    for _ in 0..4 {
        add(&parent, ContactKind::Mail, "ada@example.it").await.unwrap();
    }
    let error = add(&parent, ContactKind::Mail, "ada@example.it")
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::TooManyAttempts);
    // Whoever asks.
    let neighbour = bench.actor::<ParentOfAnotherFamily>(Means::App).await;
    let error = add(&neighbour, ContactKind::Mail, "ada@example.it")
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::TooManyAttempts);
    let slow = bench
        .number("select count(*) as n from contact where code_hash like '$argon2id$%'")
        .await;
    assert_eq!(slow, 1);
    // And one person asks for few, wherever they go.
    for n in 0..4 {
        add(&parent, ContactKind::Mail, &format!("a{n}@example.it"))
            .await
            .unwrap();
    }
    let error = add(&parent, ContactKind::Mail, "z@example.it").await.unwrap_err();
    assert_eq!(error.code, ErrorCode::TooManyAttempts);
}

#[tokio::test]
async fn every_change_is_told_to_the_old_contacts_and_a_removed_one_is_told_too() {
    let bench = Bench::new().await;
    let parent = bench.actor::<Parent>(Means::App).await;
    let first = verified(&bench, &parent, "ada@example.it").await;
    bench.set("2026-11-23T07:42:00Z");
    verified(&bench, &parent, "bruni@example.it").await;
    bench.set("2026-11-23T07:43:00Z");
    let endpoint = RemoveContact { contact: first.id };
    parent.ask(&endpoint, &NoQuery {}, &()).await.unwrap();
    let told: Vec<_> = outbox(&bench)
        .await
        .into_iter()
        .filter(|(_, kind, _)| kind == "contact_changed")
        .map(|(address, _, content)| (address, content.contains("\"added\":true")))
        .collect();
    assert_eq!(told.len(), 3, "{told:?}");
    for (address, added) in [
        ("ada@example.it", true),
        ("ada@example.it", false),
        ("bruni@example.it", false),
    ] {
        assert!(told.contains(&(address.to_owned(), added)), "{told:?}");
    }
}

#[tokio::test]
async fn another_person_s_contact_does_not_exist() {
    let bench = Bench::new().await;
    let parent = bench.actor::<Parent>(Means::App).await;
    let added = add(&parent, ContactKind::Mail, "ada@example.it").await.unwrap();
    let right = code(&bench, "ada@example.it").await;
    let other = bench.actor::<OtherParent>(Means::App).await;
    let error = verify(&other, &added, right).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::NotFound);
    let error = other
        .ask(&RemoveContact { contact: added.id }, &NoQuery {}, &())
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::NotFound);
    assert!(list(&other).await.is_empty());
}

#[tokio::test]
async fn what_the_office_wrote_down_is_a_proposal_until_it_is_verified() {
    let bench = Bench::new().await;
    bench
        .sql("update person set email = 'Ada.Bruni@example.it', phone = '0471 123456' where first_name = 'Ada'")
        .await;
    let parent = bench.actor::<Parent>(Means::App).await;
    let all = list(&parent).await;
    // A number at home gets no SMS and is not proposed.
    assert_eq!(all.len(), 1);
    assert!(all[0].proposed_by_office && !all[0].verified);
    let error = verify(&parent, &all[0], Secret("12345678".into()))
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::NotFound);
    let added = add(&parent, ContactKind::Mail, &all[0].value).await.unwrap();
    assert!(added.proposed_by_office);
    let right = code(&bench, &added.value).await;
    verify(&parent, &added, right).await.unwrap();
    let all = list(&parent).await;
    assert_eq!(
        (all.len(), all[0].proposed_by_office, all[0].verified),
        (1, false, true)
    );
}

#[tokio::test]
async fn no_contact_changes_where_the_person_has_not_lately_shown_who_they_are() {
    let bench = Bench::new().await;
    let parent = bench.actor::<Parent>(Means::Browser).await;
    let contact = verified(&bench, &parent, "ada@example.it").await;
    bench.set("2026-11-23T07:51:00Z");
    let error = add(&parent, ContactKind::Mail, "b@example.it").await.unwrap_err();
    assert_eq!(error.code, ErrorCode::ConfirmationRequired);
    assert_eq!(
        error.field::<Vec<String>>("ways").unwrap(),
        ["password", "spid", "cie"]
    );
    let endpoint = RemoveContact { contact: contact.id };
    let error = parent.ask(&endpoint, &NoQuery {}, &()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::ConfirmationRequired);

    let error = confirm(&parent, "quattro mele rosse").await.unwrap_err();
    assert_eq!(error.code, ErrorCode::WrongCredentials);
    let error = parent.ask(&endpoint, &NoQuery {}, &()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::ConfirmationRequired);

    let until = confirm(&parent, PASSWORD).await.unwrap();
    assert_eq!(until, bench.now() + chrono::TimeDelta::minutes(10));
    parent.ask(&endpoint, &NoQuery {}, &()).await.unwrap();
    // Another session of the same person is not confirmed by it.
    let session = parent.session.unwrap();
    let others = bench
        .number(&format!(
            "select count(*) as n from session where id <> '{session}' and confirmed_at > created_at"
        ))
        .await;
    assert_eq!(others, 0);
}

#[tokio::test]
async fn guessing_at_a_confirmation_has_to_wait() {
    let bench = Bench::new().await;
    let parent = bench.actor::<Parent>(Means::App).await;
    let mut codes = Vec::new();
    for _ in 0..6 {
        codes.push(confirm(&parent, "quattro mele rosse").await.unwrap_err().code);
    }
    assert_eq!(codes[4], ErrorCode::WrongCredentials);
    assert_eq!(codes[5], ErrorCode::TooManyAttempts);
}

#[tokio::test]
async fn who_has_no_password_is_not_asked_for_one() {
    let bench = Bench::new().await;
    let other = bench.actor::<OtherParent>(Means::App).await;
    let error = confirm(&other, PASSWORD).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::WayNotOffered);
    let me = other.ask(&GetMe {}, &NoQuery {}, &()).await.unwrap();
    assert_eq!(me.ways, [SignInWay::Spid, SignInWay::Cie]);
}

#[tokio::test]
async fn what_is_no_contact_is_refused_with_what_to_do() {
    let bench = Bench::new().await;
    let parent = bench.actor::<Parent>(Means::App).await;
    for (kind, value, code) in [
        (ContactKind::Mail, "ada", ErrorCode::ContactInvalid),
        (
            ContactKind::Mail,
            "ada@example.it\r\nbcc: z@example.it",
            ErrorCode::ContactInvalid,
        ),
        (ContactKind::Phone, "0471 123456", ErrorCode::ContactInvalid),
        (ContactKind::Phone, "333 1234567", ErrorCode::SmsNotOffered),
    ] {
        assert_eq!(add(&parent, kind, value).await.unwrap_err().code, code, "{value}");
    }
}

#[tokio::test]
async fn the_language_is_the_person_s_own() {
    let bench = Bench::new().await;
    let parent = bench.actor::<Parent>(Means::App).await;
    let language = async |actor: &Actor| actor.ask(&GetMe {}, &NoQuery {}, &()).await.unwrap().language;
    assert_eq!(language(&parent).await, Language::It);
    let request = SetLanguageRequest {
        language: Language::De,
    };
    parent.ask(&SetLanguage {}, &NoQuery {}, &request).await.unwrap();
    assert_eq!(language(&parent).await, Language::De);
    let other = bench.actor::<OtherParent>(Means::App).await;
    assert_eq!(language(&other).await, Language::It);
    let me = parent.ask(&GetMe {}, &NoQuery {}, &()).await.unwrap();
    assert_eq!(me.ways, [SignInWay::Badge, SignInWay::Spid, SignInWay::Cie]);
}

#[tokio::test]
async fn a_provisional_password_is_not_offered_as_a_proof() {
    let bench = Bench::new().await;
    let parent = bench.actor::<Parent>(Means::App).await;
    bench.sql("update credential set provisional = 1").await;
    bench.sql("update session set confirmed_at = 1").await;
    let error = add(&parent, ContactKind::Mail, "ada@example.it")
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::ConfirmationRequired);
    let ways: Vec<String> = error.field("ways").unwrap();
    assert!(!ways.contains(&"password".to_owned()), "{ways:?}");
}
