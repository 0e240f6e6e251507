//! Invitations, told as stories: a link by mail and a code by voice, and what they are worth.

#![expect(clippy::unwrap_used, reason = "a broken precondition ends the test")]

use api::{
    ErrorBody, ErrorCode, NoQuery,
    children::GetMe,
    invitations::{
        AcceptInvitation, CreateInvitation, InvitationKeysRequest, InvitationRequest, InvitationState,
        InvitationView, JoinByInvitation, JoinRequest, ListInvitations, ShowInvitation, WithdrawInvitation,
    },
    meals::{CancelMeal, GetCalendar},
    people::{EndBond, ListPeople},
    sessions::{ClientKind, Secret},
};
use chrono::TimeDelta;
use domain::{
    ServiceDay,
    people::{BondKind, Rights},
};
use testkit::{
    Actor, Bench, Means,
    role::{Anonymous, DelegateWhoSees, OtherParent, Parent, ParentOfAnotherBody, ParentOfAnotherFamily},
};

const SEES: Rights = Rights {
    see: true,
    ..Rights::NONE
};
const NONE: NoQuery = NoQuery {};
/// The other parent has an address.
const DINOS_MAIL: &str = "insert into contact (id, body_id, person_id, kind, value, added_at, verified_at) \
    select id, body_id, id, 'mail', 'dino@example.it', 1, 1 from person where first_name = 'Dino'";

fn day(text: &str) -> ServiceDay {
    text.parse().unwrap()
}

/// A grandmother, who may see and cancel until June.
fn grandmother(bench: &Bench) -> InvitationRequest {
    InvitationRequest {
        children: vec![bench.town.family.children[0].id],
        kind: BondKind::Delegate,
        first_name: "Rosa".into(),
        surname: "Bruni".into(),
        mail: " Rosa@Example.it ".into(),
        rights: Rights { cancel: true, ..SEES },
        last_day: Some(day("2027-06-08")),
    }
}

/// Another parent of both children.
fn guardian(bench: &Bench) -> InvitationRequest {
    InvitationRequest {
        children: bench.town.family.children.iter().map(|child| child.id).collect(),
        kind: BondKind::Guardian,
        rights: Rights::ALL,
        last_day: None,
        ..grandmother(bench)
    }
}

async fn invite(bench: &Bench, request: &InvitationRequest) -> (Actor, InvitationView) {
    let parent = bench.actor::<Parent>(Means::App).await;
    let made = parent.ask(&CreateInvitation {}, &NONE, request).await.unwrap();
    (parent, made)
}

fn wrong(keys: &InvitationKeysRequest) -> InvitationKeysRequest {
    let right: u32 = keys.code.0.parse().unwrap();
    InvitationKeysRequest {
        code: Secret(format!("{:08}", (right + 1) % 100_000_000)),
        ..keys.clone()
    }
}

fn newcomer(keys: &InvitationKeysRequest, fiscal_code: &str) -> JoinRequest {
    JoinRequest {
        token: keys.token.clone(),
        code: keys.code.clone(),
        first_name: "Rosa".into(),
        surname: "Bruni".into(),
        fiscal_code: Secret(fiscal_code.into()),
        new: Secret("tre gatti sul tetto rosso".into()),
        client: ClientKind::App,
    }
}

async fn refused(actor: &Actor, keys: &InvitationKeysRequest) -> ErrorBody {
    let answer = actor.send(&ShowInvitation {}, &NONE, keys).await;
    assert_eq!(answer.status, 404, "{answer:?}");
    answer.read::<ShowInvitation>().unwrap_err()
}

#[tokio::test]
async fn a_grandmother_hears_the_code_and_joins_with_a_password_of_her_own() {
    for bench in Bench::each().await {
        bench.sql(DINOS_MAIL).await;
        let (parent, made) = invite(&bench, &grandmother(&bench)).await;
        assert_eq!(made.state, InvitationState::Open);
        assert_eq!(made.mail, "rosa@example.it");
        let code = made.code.clone().unwrap().0;
        assert!(
            code.len() == 8 && code.bytes().all(|b| b.is_ascii_digit()),
            "{code}"
        );
        let keys = bench.keys_of(&made).await;
        let guest = bench.actor::<Anonymous>(Means::App).await;
        let shown = guest.ask(&ShowInvitation {}, &NONE, &keys).await.unwrap();
        assert_eq!((shown.body.as_str(), shown.from.as_str()), ("valmora", "Ada"));
        assert_eq!(shown.children, ["Elio"]);
        let joined = guest
            .ask(&JoinByInvitation {}, &NONE, &newcomer(&keys, "RSSMRA85T10A562S"))
            .await
            .unwrap();
        let token = joined.tokens.unwrap().access_token.0;
        let rosa = guest.holding(Some(&token));
        let me = rosa.ask(&GetMe {}, &NONE, &()).await.unwrap();
        assert_eq!(me.name, "Rosa Bruni");
        assert_eq!(me.children.len(), 1);
        assert_eq!(me.children[0].rights, Rights { cancel: true, ..SEES });
        let child = me.children[0].id;
        let cancel = CancelMeal {
            child,
            day: day("2026-11-25"),
        };
        rosa.ask(&cancel, &NONE, &()).await.unwrap();
        // Used once: it opens nothing any more, and its maker sees that it was accepted.
        refused(&guest, &keys).await;
        let listed = parent.ask(&ListInvitations {}, &NONE, &()).await.unwrap();
        assert_eq!(listed[0].state, InvitationState::Accepted);
        assert_eq!(listed[0].code, None);
        // The other parent was told, and her address is known to be hers.
        let told =
            "select count(*) as n from outbox where kind = 'bond_added' and address = 'dino@example.it'";
        assert_eq!(bench.number(told).await, 1);
        let contact =
            "select count(*) as n from contact where value = 'rosa@example.it' and verified_at is not null";
        assert_eq!(bench.number(contact).await, 1);
        // Whoever brought her in ends it, and the next request finds nothing.
        let people = parent.ask(&ListPeople {}, &NONE, &()).await.unwrap();
        let rosa_bond = people[0]
            .people
            .iter()
            .find(|one| one.name == "Rosa Bruni")
            .unwrap();
        assert!(rosa_bond.may_end && rosa_bond.granted_by_you);
        let person = rosa_bond.person;
        parent.ask(&EndBond { child, person }, &NONE, &()).await.unwrap();
        assert!(rosa.ask(&GetMe {}, &NONE, &()).await.unwrap().children.is_empty());
    }
}

#[tokio::test]
async fn another_parent_who_is_signed_in_accepts_with_link_and_code() {
    let bench = Bench::new().await;
    let (_, made) = invite(&bench, &guardian(&bench)).await;
    let keys = bench.keys_of(&made).await;
    let ivo = bench.actor::<ParentOfAnotherFamily>(Means::Browser).await;
    let accepted = ivo.ask(&AcceptInvitation {}, &NONE, &keys).await.unwrap();
    assert_eq!(accepted.children.len(), 2);
    for child in accepted.children {
        let calendar = GetCalendar {
            child,
            month: "2026-11".into(),
        };
        ivo.ask(&calendar, &NONE, &()).await.unwrap();
    }
    // A guardian is ended by the office alone.
    let parent = bench.actor::<Parent>(Means::App).await;
    let end = EndBond {
        child: bench.town.family.children[0].id,
        person: bench.town.neighbours.payer,
    };
    let answer = parent.ask(&end, &NONE, &()).await.unwrap_err();
    assert_eq!(answer.code, ErrorCode::NotAllowed);
}

#[tokio::test]
async fn an_unknown_link_and_a_wrong_code_are_answered_the_same_and_five_wrong_codes_end_it() {
    let bench = Bench::new().await;
    let (parent, made) = invite(&bench, &grandmother(&bench)).await;
    let keys = bench.keys_of(&made).await;
    let guest = bench.actor::<Anonymous>(Means::App).await;
    let nowhere = InvitationKeysRequest {
        token: Secret("x".repeat(43)),
        ..keys.clone()
    };
    let unknown = refused(&guest, &nowhere).await;
    for _ in 0..4 {
        assert_eq!(refused(&guest, &wrong(&keys)).await, unknown);
    }
    guest.ask(&ShowInvitation {}, &NONE, &keys).await.unwrap();
    // The fifth may come by any door.
    let ivo = bench.actor::<ParentOfAnotherFamily>(Means::App).await;
    let fifth = ivo.ask(&AcceptInvitation {}, &NONE, &wrong(&keys)).await;
    assert_eq!(fifth.unwrap_err(), unknown);
    assert_eq!(refused(&guest, &keys).await, unknown);
    let listed = parent.ask(&ListInvitations {}, &NONE, &()).await.unwrap();
    assert_eq!(listed[0].state, InvitationState::Expired);
    let noted = "select count(*) as n from audit where act = 'open_invitation' and outcome = 'refused'";
    assert_eq!(bench.number(noted).await, 6);
}

#[tokio::test]
async fn after_seven_days_and_once_withdrawn_it_opens_nothing() {
    let bench = Bench::new().await;
    let guest = bench.actor::<Anonymous>(Means::App).await;
    let (parent, first) = invite(&bench, &grandmother(&bench)).await;
    let first_keys = bench.keys_of(&first).await;
    let withdraw = WithdrawInvitation { invitation: first.id };
    let closed = parent.ask(&withdraw, &NONE, &()).await.unwrap();
    assert_eq!(closed.state, InvitationState::Withdrawn);
    refused(&guest, &first_keys).await;
    let waiting = "select count(*) as n from outbox where kind = 'invitation' and state = 'waiting'";
    assert_eq!(bench.number(waiting).await, 0);
    let (_, second) = invite(&bench, &grandmother(&bench)).await;
    let keys = bench.keys_of(&second).await;
    bench.clock.forward(TimeDelta::days(7) - TimeDelta::seconds(1));
    guest.ask(&ShowInvitation {}, &NONE, &keys).await.unwrap();
    bench.clock.forward(TimeDelta::seconds(1));
    refused(&guest, &keys).await;
}

#[tokio::test]
async fn sent_again_it_is_one_invitation_with_another_link_and_code() {
    let bench = Bench::new().await;
    let parent = bench.actor::<Parent>(Means::App).await;
    let (request, key) = (grandmother(&bench), parent.key());
    let mut made = Vec::new();
    for _ in 0..2 {
        let answer = parent
            .send_keyed(&CreateInvitation {}, &NONE, &request, Some(key))
            .await;
        let view = answer.read::<CreateInvitation>().unwrap();
        made.push((bench.keys_of(&view).await, view));
    }
    assert_eq!(made[0].1.id, made[1].1.id);
    assert_eq!(bench.number("select count(*) as n from invitation").await, 1);
    let waiting = "select count(*) as n from outbox where kind = 'invitation' and state = 'waiting'";
    assert_eq!(bench.number(waiting).await, 1);
    let guest = bench.actor::<Anonymous>(Means::App).await;
    refused(&guest, &made[0].0).await;
    guest.ask(&ShowInvitation {}, &NONE, &made[1].0).await.unwrap();
}

#[tokio::test]
async fn neither_link_nor_code_is_kept_where_it_could_be_read() {
    let bench = Bench::new().await;
    let (_, made) = invite(&bench, &grandmother(&bench)).await;
    let keys = bench.keys_of(&made).await;
    for (table, column) in [
        ("idempotency", "response"),
        ("invitation", "code_hash"),
        ("invitation", "token_hash"),
        ("outbox", "content"),
    ] {
        let code = &keys.code.0;
        let found = format!("select count(*) as n from {table} where {column} like '%{code}%'");
        assert_eq!(bench.number(&found).await, 0, "{table}.{column}");
    }
    let found = format!(
        "select count(*) as n from invitation where token_hash like '%{0}%' or code_hash like '%{0}%'",
        keys.token.0
    );
    assert_eq!(bench.number(&found).await, 0);
}

#[tokio::test]
async fn nobody_grants_more_than_they_hold_also_when_the_office_takes_it_later() {
    let bench = Bench::new().await;
    let dino = bench.actor::<OtherParent>(Means::App).await;
    let ask = InvitationRequest {
        rights: Rights { pay: true, ..SEES },
        ..grandmother(&bench)
    };
    let made = dino.ask(&CreateInvitation {}, &NONE, &ask).await.unwrap();
    let keys = bench.keys_of(&made).await;
    let person = bench.town.other_parent;
    bench
        .sql(&format!(
            "update bond set may_pay = 0 where person_id = '{person}'"
        ))
        .await;
    let answer = dino.ask(&CreateInvitation {}, &NONE, &ask).await.unwrap_err();
    assert_eq!(answer.code, ErrorCode::NotAllowed);
    let ivo = bench.actor::<ParentOfAnotherFamily>(Means::App).await;
    ivo.ask(&AcceptInvitation {}, &NONE, &keys).await.unwrap();
    let me = ivo.ask(&GetMe {}, &NONE, &()).await.unwrap();
    let elio = me
        .children
        .iter()
        .find(|child| child.first_name == "Elio")
        .unwrap();
    assert_eq!(elio.rights, SEES);
}

#[tokio::test]
async fn whoever_lost_the_child_meanwhile_has_invited_nobody() {
    let bench = Bench::new().await;
    let dino = bench.actor::<OtherParent>(Means::App).await;
    let made = dino
        .ask(&CreateInvitation {}, &NONE, &grandmother(&bench))
        .await
        .unwrap();
    let keys = bench.keys_of(&made).await;
    let person = bench.town.other_parent;
    bench
        .sql(&format!(
            "update bond set ended_at = 1 where person_id = '{person}'"
        ))
        .await;
    let guest = bench.actor::<Anonymous>(Means::App).await;
    refused(&guest, &keys).await;
    let joined = guest
        .ask(&JoinByInvitation {}, &NONE, &newcomer(&keys, "RSSMRA85T10A562S"))
        .await;
    assert_eq!(joined.unwrap_err().code, ErrorCode::InvitationRefused);
}

#[tokio::test]
async fn what_the_office_ended_no_invitation_opens_again() {
    let bench = Bench::new().await;
    let person = bench.town.other_parent;
    bench
        .sql(&format!(
            "update bond set ended_at = 1, ended_by = 'office' where person_id = '{person}'"
        ))
        .await;
    let (_, made) = invite(&bench, &guardian(&bench)).await;
    let keys = bench.keys_of(&made).await;
    let dino = bench.actor::<OtherParent>(Means::App).await;
    // He was never bound to Gaia: that is what the other parent grants now.
    let accepted = dino.ask(&AcceptInvitation {}, &NONE, &keys).await.unwrap();
    assert_eq!(accepted.children, [bench.town.family.children[1].id]);
}

#[tokio::test]
async fn the_body_decides_whom_families_bring_in() {
    let bench = Bench::new().await;
    let parent = bench.actor::<Parent>(Means::App).await;
    bench
        .sql("update body set settings = replace(settings, '\"delegates\":true', '\"delegates\":false')")
        .await;
    let people = parent.ask(&ListPeople {}, &NONE, &()).await.unwrap();
    assert!(!people[0].may_invite && people[0].may_invite_guardian);
    let answer = parent
        .ask(&CreateInvitation {}, &NONE, &grandmother(&bench))
        .await;
    assert_eq!(answer.unwrap_err().code, ErrorCode::InvitationNotOffered);
    let answer = parent.ask(&CreateInvitation {}, &NONE, &guardian(&bench)).await;
    assert_eq!(answer.unwrap().state, InvitationState::Open);
}

#[tokio::test]
async fn nobody_joins_as_somebody_whom_the_body_knows() {
    let bench = Bench::new().await;
    bench
        .sql("update person set fiscal_code = 'RSSMRA85T10A562S' where first_name = 'Dino'")
        .await;
    let (_, made) = invite(&bench, &grandmother(&bench)).await;
    let keys = bench.keys_of(&made).await;
    let guest = bench.actor::<Anonymous>(Means::App).await;
    let request = newcomer(&keys, "RSSMRA85T10A562S");
    for _ in 0..5 {
        let answer = guest
            .ask(&JoinByInvitation {}, &NONE, &request)
            .await
            .unwrap_err();
        assert_eq!(answer.code, ErrorCode::PersonKnown);
    }
    // Trying fiscal codes ends the invitation as trying codes does.
    let answer = guest
        .ask(&JoinByInvitation {}, &NONE, &request)
        .await
        .unwrap_err();
    assert_eq!(answer.code, ErrorCode::InvitationRefused);
}

#[tokio::test]
async fn without_a_fresh_proof_of_who_asks_nobody_is_invited() {
    let bench = Bench::new().await;
    let parent = bench.actor::<Parent>(Means::App).await;
    bench.sql("update session set confirmed_at = null").await;
    let answer = parent
        .ask(&CreateInvitation {}, &NONE, &grandmother(&bench))
        .await
        .unwrap_err();
    assert_eq!(answer.code, ErrorCode::ConfirmationRequired);
    assert_eq!(bench.number("select count(*) as n from invitation").await, 0);
}

#[tokio::test]
async fn strangers_and_delegates_invite_nobody_and_other_bodies_accept_nothing() {
    let bench = Bench::new().await;
    let ivo = bench.actor::<ParentOfAnotherFamily>(Means::App).await;
    let answer = ivo
        .ask(&CreateInvitation {}, &NONE, &grandmother(&bench))
        .await
        .unwrap_err();
    assert_eq!(answer.code, ErrorCode::NotFound);
    let ugo = bench.actor::<DelegateWhoSees>(Means::App).await;
    let answer = ugo
        .ask(&CreateInvitation {}, &NONE, &grandmother(&bench))
        .await
        .unwrap_err();
    assert_eq!(answer.code, ErrorCode::NotAllowed);
    let (parent, made) = invite(&bench, &grandmother(&bench)).await;
    let keys = bench.keys_of(&made).await;
    let noa = bench.actor::<ParentOfAnotherBody>(Means::App).await;
    let answer = noa.ask(&AcceptInvitation {}, &NONE, &keys).await.unwrap_err();
    assert_eq!(answer.code, ErrorCode::InvitationRefused);
    // Nor does who made it.
    let answer = parent.ask(&AcceptInvitation {}, &NONE, &keys).await.unwrap_err();
    assert_eq!(answer.code, ErrorCode::InvitationRefused);
}

#[tokio::test]
async fn ten_invitations_a_day_are_enough() {
    let bench = Bench::new().await;
    let parent = bench.actor::<Parent>(Means::App).await;
    for _ in 0..10 {
        parent
            .ask(&CreateInvitation {}, &NONE, &grandmother(&bench))
            .await
            .unwrap();
    }
    let answer = parent
        .ask(&CreateInvitation {}, &NONE, &grandmother(&bench))
        .await
        .unwrap_err();
    assert_eq!(answer.code, ErrorCode::TooManyAttempts);
}
