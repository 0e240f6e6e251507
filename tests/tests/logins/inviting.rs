//! Accepting an invitation by SPID: what a login keeps of its link and its code meanwhile.

use crate::stage::{PAGE, Stage, told};
use api::{
    NoQuery,
    invitations::{CreateInvitation, InvitationKeysRequest, InvitationRequest},
    logins::{InvitationProof, LoginOutcome, StartLoginRequest},
    sessions::Secret,
};
use domain::people::{BondKind, Rights};
use testkit::{Means, role::Parent};

/// Ada invites another parent of her children; link and code.
async fn invited(stage: &Stage) -> InvitationKeysRequest {
    let parent = stage.bench.actor::<Parent>(Means::App).await;
    let request = InvitationRequest {
        children: stage
            .bench
            .town
            .family
            .children
            .iter()
            .map(|child| child.id)
            .collect(),
        kind: BondKind::Guardian,
        first_name: "Mario".into(),
        surname: "Bianchi".into(),
        mail: "mario@example.it".into(),
        rights: Rights::ALL,
        last_day: None,
    };
    let made = parent
        .ask(&CreateInvitation {}, &NoQuery {}, &request)
        .await
        .unwrap();
    stage.bench.keys_of(&made).await
}

fn accepting(token: &str, code: &str) -> StartLoginRequest {
    StartLoginRequest {
        invitation: Some(InvitationProof {
            token: Secret(token.to_owned()),
            code: Secret(code.to_owned()),
        }),
        ..Stage::of_browser()
    }
}

#[tokio::test]
async fn neither_link_nor_code_lies_in_a_login_that_waits_and_it_is_accepted_all_the_same() {
    let stage = Stage::new().await;
    let keys = invited(&stage).await;
    let (token, code) = (keys.token.0.as_str(), keys.code.0.as_str());
    let begun = stage.start(&accepting(token, code)).await.unwrap();
    let clear = format!(
        "select count(*) as n from login where invitation is null or invitation like '%{token}%' \
         or invitation like '%\"{code}\"%'"
    );
    assert_eq!(stage.bench.number(&clear).await, 0);
    let mut browser = stage.browser();
    let callback = browser
        .go_and_choose(&begun.url, ("mario", 2, "acconsento"))
        .await;
    assert_eq!(stage.bench.number(&clear).await, 0, "nor on its way back");
    assert_eq!(browser.get(&callback).await.location.as_deref(), Some(PAGE));
    let me = browser.me().await.unwrap();
    assert_eq!((me.name.as_str(), me.children.len()), ("Mario Bianchi", 2));
    let left = "select count(*) as n from login where invitation is not null";
    assert_eq!(stage.bench.number(left).await, 0);
}

#[tokio::test]
async fn a_wrong_code_is_refused_at_the_end_and_counted() {
    let stage = Stage::new().await;
    let keys = invited(&stage).await;
    let wrong = if keys.code.0 == "00000000" {
        "00000001"
    } else {
        "00000000"
    };
    let begun = stage.start(&accepting(&keys.token.0, wrong)).await.unwrap();
    let mut browser = stage.browser();
    let callback = browser
        .go_and_choose(&begun.url, ("mario", 2, "acconsento"))
        .await;
    assert_eq!(
        browser.get(&callback).await.location,
        Some(told(LoginOutcome::InvitationRefused))
    );
    assert_eq!(stage.bench.number("select tries as n from invitation").await, 1);
}
