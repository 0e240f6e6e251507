//! Each adapter for phones and App IO against its stand-in: what arrives there, and what becomes of each way to say no.

use chrono::TimeDelta;
use domain::{Instant, MessageId};
use notify::{
    Carrier as _, CarryError, Content, Destination, Parcel,
    apns::Apns,
    fcm::Fcm,
    io::{Io, IoText},
    words::{Note, NoteAction, NoteActionId},
};
use sandbox::{Options, Sandbox, apns, fcm, io};
use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) const CITIZEN: &str = "RSSMRA80A01H501U";

pub(crate) fn start() -> Instant {
    "2026-11-23T07:41:00Z".parse().unwrap()
}

pub(crate) async fn sandbox() -> Sandbox {
    let options = Options {
        starts_at: Some(start()),
        ..Options::default()
    };
    Sandbox::start(options).await.unwrap()
}

/// The three sections of a configuration, with their files in a folder.
pub(crate) fn settings(sandbox: &Sandbox, folder: &TempDir) -> Value {
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let account = sandbox.firebase().account().unwrap().to_string();
    let apple = sandbox.apple().credentials().unwrap();
    json!({
        "fcm": {
            "service_account_file": file("firebase.json", &account),
            "url": sandbox.firebase().address(),
        },
        "apns": {
            "key_file": file("AuthKey.p8", &apple.key),
            "key_id": apple.key_id,
            "team_id": apple.team_id,
            "topic": apple.topic,
            "url": sandbox.apple().address(),
            "development_url": sandbox.apple().development_address(),
        },
        "io": {
            "url": sandbox.io().address(),
            "bodies": { "valmora": { "key_file": file("io.key", io::KEY) } },
        },
    })
}

fn of<T: serde::de::DeserializeOwned>(settings: &Value, section: &str) -> T {
    serde_json::from_value(settings[section].clone()).unwrap()
}

fn note() -> Content {
    Content::Note(Note {
        title: "Mensa - Comune di Valmora".to_owned(),
        body: "Restano 2 pasti, fino a giovedì 26.".to_owned(),
        path: "/ricarica".to_owned(),
        tag: "low_balance".to_owned(),
        actions: vec![NoteAction {
            id: NoteActionId::TopUp,
            label: "Ricarica".to_owned(),
            path: "/ricarica".to_owned(),
        }],
    })
}

fn parcel(number: u8, to: Destination, content: Content) -> Parcel {
    Parcel {
        id: MessageId::from_parts(1, [number; 10]),
        sender: "Comune di Valmora".to_owned(),
        reply_to: None,
        to,
        content,
        urgent: false,
        at: start(),
        expires: None,
    }
}

fn waits(outcome: &Result<(), CarryError>) -> Option<TimeDelta> {
    match outcome {
        Err(CarryError::NotBefore { wait, .. }) => Some(*wait),
        _ => None,
    }
}

fn later(outcome: &Result<(), CarryError>) -> bool {
    matches!(outcome, Err(CarryError::Later(_)))
}

fn never(outcome: &Result<(), CarryError>) -> bool {
    matches!(outcome, Err(CarryError::Never(_)))
}

fn android(token: &str) -> Parcel {
    let token = token.to_owned();
    parcel(1, Destination::Fcm { token }, note())
}

#[tokio::test]
async fn an_android_phone_shows_the_text_and_hands_the_rest_to_the_app() {
    let (sandbox, folder) = (sandbox().await, tempfile::tempdir().unwrap());
    let carrier = Fcm::new(&of(&settings(&sandbox, &folder), "fcm")).unwrap();
    let phone = sandbox.firebase().register().unwrap();
    carrier.carry(&android(&phone)).await.unwrap();
    let mut urgent = android(&phone);
    urgent.urgent = true;
    urgent.expires = Some(start() + TimeDelta::minutes(30));
    carrier.carry(&urgent).await.unwrap();
    let received = sandbox.firebase().received();
    let message = &received[0].message;
    assert_eq!(
        message["notification"]["body"],
        "Restano 2 pasti, fino a giovedì 26."
    );
    let data = &message["data"];
    assert_eq!(
        (&data["path"], &data["tag"]),
        (&json!("/ricarica"), &json!("low_balance"))
    );
    assert_eq!(data["id"], android(&phone).id.to_string());
    let actions: Value = serde_json::from_str(data["actions"].as_str().unwrap()).unwrap();
    assert_eq!(actions[0]["id"], "top_up");
    assert_eq!(message["android"]["priority"], "NORMAL");
    assert_eq!(message["android"]["ttl"], "172800s");
    assert_eq!(message["android"]["notification"]["channel_id"], "avvisi");
    let message = &received[1].message;
    assert_eq!(message["android"]["priority"], "HIGH");
    assert_eq!(message["android"]["ttl"], "1800s");
    assert_eq!(message["android"]["notification"]["channel_id"], "urgenti");
    // One token for both, and another once it is old.
    assert_eq!(sandbox.firebase().tokens_given(), 1);
    sandbox.firebase().advance(TimeDelta::minutes(56));
    let mut after = android(&phone);
    after.at = start() + TimeDelta::minutes(56);
    carrier.carry(&after).await.unwrap();
    assert_eq!(sandbox.firebase().tokens_given(), 2);
    sandbox.stop().await.unwrap();
}

#[tokio::test]
async fn a_token_that_google_takes_back_is_renewed_once() {
    let (sandbox, folder) = (sandbox().await, tempfile::tempdir().unwrap());
    let carrier = Fcm::new(&of(&settings(&sandbox, &folder), "fcm")).unwrap();
    let google = sandbox.firebase();
    let phone = google.register().unwrap();
    carrier.carry(&android(&phone)).await.unwrap();
    google.revoke();
    carrier.carry(&android(&phone)).await.unwrap();
    assert_eq!((google.tokens_given(), google.received().len()), (2, 2));
    google.set_faults(fcm::Faults {
        unauthorized: 1,
        ..fcm::Faults::default()
    });
    assert!(later(&carrier.carry(&android(&phone)).await));
    assert_eq!(google.tokens_given(), 3, "it asks once more, not again and again");
    sandbox.stop().await.unwrap();
}

#[tokio::test]
async fn each_way_in_which_google_says_no_has_its_consequence() {
    let (sandbox, folder) = (sandbox().await, tempfile::tempdir().unwrap());
    let configured = settings(&sandbox, &folder);
    let carrier = Fcm::new(&of(&configured, "fcm")).unwrap();
    let google = sandbox.firebase();
    let phone = google.register().unwrap();
    let none = fcm::Faults::default();
    google.set_faults(fcm::Faults { no_token: 1, ..none });
    assert!(later(&carrier.carry(&android(&phone)).await));
    google.set_faults(fcm::Faults { later: 1, ..none });
    assert_eq!(
        waits(&carrier.carry(&android(&phone)).await),
        Some(TimeDelta::seconds(30))
    );
    google.set_faults(fcm::Faults { quota: 1, ..none });
    assert_eq!(
        waits(&carrier.carry(&android(&phone)).await),
        Some(TimeDelta::minutes(1))
    );
    google.set_faults(fcm::Faults {
        other_project: 1,
        ..none
    });
    assert!(never(&carrier.carry(&android(&phone)).await));
    google.set_faults(fcm::Faults { unsaid: 1, ..none });
    assert!(later(&carrier.carry(&android(&phone)).await));
    google.set_faults(none);
    let unknown = format!("{phone}x");
    assert_eq!(carrier.carry(&android(&unknown)).await, Err(CarryError::Gone));
    assert!(google.forget(&phone));
    assert_eq!(carrier.carry(&android(&phone)).await, Err(CarryError::Gone));
    // Another key than the account's: Google gives no token, and nothing is lost.
    let other = self::sandbox().await;
    let mut stolen = other.firebase().account().unwrap();
    stolen["token_uri"] = google.account().unwrap()["token_uri"].clone();
    std::fs::write(folder.path().join("firebase.json"), stolen.to_string()).unwrap();
    let stranger = Fcm::new(&of(&configured, "fcm")).unwrap();
    assert!(later(&stranger.carry(&android(&phone)).await));
    other.stop().await.unwrap();
    sandbox.stop().await.unwrap();
    assert!(later(&carrier.carry(&android(&phone)).await), "nobody is there");
}

fn iphone(token: &str, development: bool) -> Parcel {
    let token = token.to_owned();
    parcel(2, Destination::Apns { token, development }, note())
}

#[tokio::test]
async fn an_iphone_gets_the_words_and_all_that_apple_wants_to_know() {
    let (sandbox, folder) = (sandbox().await, tempfile::tempdir().unwrap());
    let carrier = Apns::new(&of(&settings(&sandbox, &folder), "apns")).unwrap();
    let apple = sandbox.apple();
    let (phone, made) = (apple.register(false).unwrap(), apple.register(true).unwrap());
    carrier.carry(&iphone(&phone, false)).await.unwrap();
    let mut urgent = iphone(&made, true);
    urgent.urgent = true;
    urgent.expires = Some(start() + TimeDelta::minutes(30));
    carrier.carry(&urgent).await.unwrap();
    let [first, second] = &apple.alerted()[..] else {
        panic!("two notifications")
    };
    assert_eq!(
        first.payload["aps"]["alert"]["body"],
        "Restano 2 pasti, fino a giovedì 26."
    );
    assert_eq!(first.payload["aps"]["category"], "top_up");
    assert_eq!(first.payload["path"], "/ricarica");
    assert_eq!(first.payload["id"], first.id);
    assert_eq!(first.id, iphone(&phone, false).id.to_string());
    assert_eq!((first.priority, first.collapse_id.as_str()), (5, "low_balance"));
    assert_eq!(first.expiration, (start() + TimeDelta::days(2)).timestamp());
    assert_eq!((second.priority, second.development), (10, true));
    assert_eq!(second.expiration, (start() + TimeDelta::minutes(30)).timestamp());
    // Where an app's environment was told wrongly, Apple does not know the device.
    assert_eq!(carrier.carry(&iphone(&phone, true)).await, Err(CarryError::Gone));
    // One token serves for all, until it is fifty minutes old.
    assert_eq!(apple.tokens_seen(), 1);
    apple.advance(TimeDelta::minutes(51));
    let mut after = iphone(&phone, false);
    after.at = start() + TimeDelta::minutes(51);
    carrier.carry(&after).await.unwrap();
    assert_eq!((apple.tokens_seen(), apple.repeated()), (2, 1));
    // Apple speaks HTTP/2 alone.
    let old = reqwest::Client::builder().http1_only().build().unwrap();
    let answer = old
        .post(format!("{}/3/device/{phone}", apple.address()))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 505);
    sandbox.stop().await.unwrap();
}

#[tokio::test]
async fn apples_token_is_renewed_where_apple_calls_it_expired_but_not_too_soon() {
    let (sandbox, folder) = (sandbox().await, tempfile::tempdir().unwrap());
    let carrier = Apns::new(&of(&settings(&sandbox, &folder), "apns")).unwrap();
    let apple = sandbox.apple();
    let phone = apple.register(false).unwrap();
    carrier.carry(&iphone(&phone, false)).await.unwrap();
    apple.expire();
    assert!(later(&carrier.carry(&iphone(&phone, false)).await));
    assert_eq!(apple.tokens_seen(), 1);
    apple.advance(TimeDelta::minutes(25));
    let mut after = iphone(&phone, false);
    after.at = start() + TimeDelta::minutes(25);
    carrier.carry(&after).await.unwrap();
    assert_eq!(apple.tokens_seen(), 2);
    sandbox.stop().await.unwrap();
}

#[tokio::test]
async fn each_way_in_which_apple_says_no_has_its_consequence() {
    let (sandbox, folder) = (sandbox().await, tempfile::tempdir().unwrap());
    let configured = settings(&sandbox, &folder);
    let carrier = Apns::new(&of(&configured, "apns")).unwrap();
    let apple = sandbox.apple();
    let phone = apple.register(false).unwrap();
    let none = apns::Faults::default();
    let faults = [
        apns::Faults { later: 1, ..none },
        apns::Faults { too_many: 1, ..none },
        apns::Faults {
            invalid_token: 1,
            ..none
        },
        apns::Faults { unsaid: 1, ..none },
    ];
    for faults in faults {
        apple.set_faults(faults);
        assert!(later(&carrier.carry(&iphone(&phone, false)).await), "{faults:?}");
    }
    apple.set_faults(apns::Faults {
        other_topic: 1,
        ..none
    });
    assert!(never(&carrier.carry(&iphone(&phone, false)).await));
    apple.set_faults(none);
    let mut long = iphone(&phone, false);
    if let Content::Note(note) = &mut long.content {
        note.body = "x".repeat(2_100);
        note.title = "y".repeat(2_100);
    }
    assert!(never(&carrier.carry(&long).await));
    let unknown = "ab".repeat(32);
    assert_eq!(
        carrier.carry(&iphone(&unknown, false)).await,
        Err(CarryError::Gone)
    );
    assert!(apple.forget(&phone));
    assert_eq!(carrier.carry(&iphone(&phone, false)).await, Err(CarryError::Gone));
    // Another team's key.
    let other = self::sandbox().await;
    let key = other.apple().credentials().unwrap().key;
    std::fs::write(folder.path().join("AuthKey.p8"), key).unwrap();
    let stranger = Apns::new(&of(&configured, "apns")).unwrap();
    assert!(later(&stranger.carry(&iphone(&phone, false)).await));
    std::fs::write(folder.path().join("AuthKey.p8"), "nonsense").unwrap();
    assert!(Apns::new(&of(&configured, "apns")).is_err());
    other.stop().await.unwrap();
    sandbox.stop().await.unwrap();
}

fn citizen(body: &str) -> Parcel {
    let to = Destination::Io {
        body: body.to_owned(),
        fiscal_code: CITIZEN.to_owned(),
    };
    let text = IoText {
        subject: "Mensa scolastica: pasti rimasti".to_owned(),
        markdown: "Restano 2 pasti. ".repeat(8),
    };
    parcel(3, to, Content::Io(text))
}

#[tokio::test]
async fn app_io_is_asked_for_the_profile_before_each_message() {
    let (sandbox, folder) = (sandbox().await, tempfile::tempdir().unwrap());
    let carrier = Io::new(&of(&settings(&sandbox, &folder), "io")).unwrap();
    let io = sandbox.io();
    let mut brief = citizen("valmora");
    brief.expires = Some(start() + TimeDelta::minutes(10));
    carrier.carry(&citizen("valmora")).await.unwrap();
    carrier.carry(&brief).await.unwrap();
    assert_eq!((io.profiles(), io.told().len()), (2, 2));
    let told = io.told();
    assert_eq!(told[0].message["fiscal_code"], CITIZEN);
    assert_eq!(told[0].message["time_to_live"], 604_800);
    assert_eq!(told[1].message["time_to_live"], 3_600);
    assert_eq!(told[0].message["content"]["require_secure_channels"], true);
    assert!(told[0].message["content"].get("payment_data").is_none());
    // The stand-in refuses what skips the profile.
    let skipped = reqwest::Client::new()
        .post(format!("{}/messages", io.address()))
        .header("Ocp-Apim-Subscription-Key", io::KEY)
        .json(&told[0].message)
        .send();
    assert_eq!(skipped.await.unwrap().status(), 403);
    sandbox.stop().await.unwrap();
}

#[tokio::test]
async fn who_is_not_in_app_io_is_let_be_and_a_body_without_a_key_never_calls() {
    let (sandbox, folder) = (sandbox().await, tempfile::tempdir().unwrap());
    let configured = settings(&sandbox, &folder);
    let carrier = Io::new(&of(&configured, "io")).unwrap();
    let io = sandbox.io();
    let unreachable = |outcome| matches!(outcome, Err(CarryError::Unreachable(_)));
    assert!(unreachable(carrier.carry(&citizen("pieve")).await));
    assert_eq!(io.profiles(), 0);
    for kind in [io::Citizen::Absent, io::Citizen::Refuses] {
        io.set_citizen(CITIZEN, kind);
        assert!(unreachable(carrier.carry(&citizen("valmora")).await), "{kind:?}");
    }
    io.set_citizen(CITIZEN, io::Citizen::Reads);
    let none = io::Faults::default();
    io.set_faults(io::Faults { slow_down: 1, ..none });
    assert_eq!(
        waits(&carrier.carry(&citizen("valmora")).await),
        Some(TimeDelta::seconds(90))
    );
    io.set_faults(io::Faults { later: 1, ..none });
    assert!(later(&carrier.carry(&citizen("valmora")).await));
    io.set_faults(io::Faults { unsaid: 1, ..none });
    assert!(later(&carrier.carry(&citizen("valmora")).await));
    io.set_faults(none);
    let mut short = citizen("valmora");
    if let Content::Io(text) = &mut short.content {
        text.markdown.truncate(79);
    }
    assert!(never(&carrier.carry(&short).await));
    // A key that IO does not know: the office can put it right.
    std::fs::write(folder.path().join("io.key"), "another").unwrap();
    let stranger = Io::new(&of(&configured, "io")).unwrap();
    assert!(later(&stranger.carry(&citizen("valmora")).await));
    assert!(io.told().len() == 1, "only what the answer was lost of");
    sandbox.stop().await.unwrap();
}
