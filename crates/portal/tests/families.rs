//! Families as they are, told as stories: delegates with some rights, bonds that end, parents who live apart.

#![expect(clippy::unwrap_used, reason = "a broken precondition ends the test")]

use api::{
    ErrorCode, NoQuery,
    children::GetMe,
    meals::{CancelMeal, GetCalendar},
    notices::{GetNotice, GetPaymentReceipt, GetYearStatement, ListNotices, NoticesView},
    people::{ChangeBond, ChangeBondRequest, ChildPeopleView, EndBond, ListPeople},
    topups::{CreateTopUp, GetTopUp, ListTopUps, TopUpLineRequest, TopUpRequest, TopUpWay},
    wallets::ListWallets,
};
use domain::{
    Cents, ChildId, NoticeId, ServiceDay,
    people::{BondKind, Rights},
    topup::TopUpChoice,
};
use std::fmt::Write as _;
use storage::families::{self, By};
use testkit::{
    Actor, Bench, Means,
    role::{
        DelegateWhoCancels, DelegateWhoPays, DelegateWhoReads, DelegateWhoSees, OtherParent, Parent,
        ParentOfAnotherFamily,
    },
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

fn elio(bench: &Bench) -> ChildId {
    bench.town.family.children[0].id
}

fn november(bench: &Bench) -> GetCalendar {
    GetCalendar {
        child: elio(bench),
        month: "2026-11".into(),
    }
}

/// A bench whose bodies take payments; pagoPA is not there.
async fn paying() -> Bench {
    let key = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(key.path(), "key").unwrap();
    let bench = Bench::with(|toml| {
        let _ = write!(
            toml,
            "[pagopa]\ngpd_url = 'http://127.0.0.1:9/gpd'\ncheckout_url = 'http://127.0.0.1:9/checkout'\n\
             [pagopa.bodies.valmora]\nkey_file = '{}'\nfiscal_code = '00000000000'\ncompany_name = 'Ente'\n\
             segregation_code = '01'\niban = 'IT60X0542811101000000123456'\nstation_id = '00000000000_01'\n\
             broker_id = '00000000000'\n",
            key.path().display()
        );
    })
    .await;
    key.keep().unwrap();
    bench
}

/// Somebody has topped Elio's wallet up, and the receipt has come.
async fn paid(bench: &Bench, actor: &Actor) -> NoticeId {
    let amount = Cents::new(1_000);
    let request = TopUpRequest {
        lines: vec![TopUpLineRequest {
            child: elio(bench),
            choice: TopUpChoice::Free { amount },
        }],
        way: TopUpWay::Online,
    };
    let notice = actor.ask(&CreateTopUp {}, &NONE, &request).await.unwrap().id;
    bench
        .sql(&format!(
            "update notice set state = 'paid', paid_at = created_at where id = '{notice}'"
        ))
        .await;
    bench
        .sql(&format!(
            "insert into receipt (id, receipt_id, body_id, nav, amount, received_at, xml, outcome, notice_id) \
             select id, 'R' || nav, body_id, nav, amount, created_at, '', 'credited', id from notice \
             where id = '{notice}'"
        ))
        .await;
    notice
}

async fn notices(actor: &Actor) -> NoticesView {
    actor.ask(&ListNotices {}, &NONE, &()).await.unwrap()
}

#[tokio::test]
async fn parents_who_live_apart_each_see_their_own_payments_and_receipts_alone() {
    let bench = paying().await;
    let ada = bench.actor::<Parent>(Means::App).await;
    let dino = bench.actor::<OtherParent>(Means::App).await;
    let both = [
        (&ada, paid(&bench, &ada).await),
        (&dino, paid(&bench, &dino).await),
    ];
    for (at, (actor, own)) in both.iter().enumerate() {
        let other = both[1 - at].1;
        let listed: Vec<_> = notices(actor).await.others.iter().map(|one| one.id).collect();
        assert_eq!(listed, [*own], "{}", actor.name);
        let sums: Vec<_> = notices(actor)
            .await
            .years
            .iter()
            .map(|year| (year.total, year.count))
            .collect();
        assert_eq!(sums, [(Cents::new(1_000), 1)]);
        let top_ups = actor.ask(&ListTopUps {}, &NONE, &()).await.unwrap();
        assert!(top_ups.iter().all(|one| one.id == *own));
        let answers = [
            actor.send(&GetNotice { notice: other }, &NONE, &()).await.status,
            actor.send(&GetTopUp { topup: other }, &NONE, &()).await.status,
            actor
                .send(&GetPaymentReceipt { notice: other }, &NONE, &())
                .await
                .status,
        ];
        assert_eq!(answers, [404; 3], "{}", actor.name);
    }
    // Delegates see neither, and nothing was paid by them.
    for notice in both.map(|(_, notice)| notice) {
        let mia = bench.actor::<DelegateWhoReads>(Means::App).await;
        let leo = bench.actor::<DelegateWhoPays>(Means::App).await;
        for actor in [&mia, &leo] {
            let answers = [
                actor.send(&GetNotice { notice }, &NONE, &()).await.status,
                actor.send(&GetPaymentReceipt { notice }, &NONE, &()).await.status,
                actor
                    .send(&GetYearStatement { year: 2026 }, &NONE, &())
                    .await
                    .status,
            ];
            assert_eq!(answers, [404; 3], "{}", actor.name);
            assert!(notices(actor).await.others.is_empty());
        }
    }
}

#[tokio::test]
async fn a_delegate_reads_what_the_office_asks_of_who_brought_them_in_until_it_is_paid() {
    let bench = paying().await;
    let ada = bench.actor::<Parent>(Means::App).await;
    let dino = bench.actor::<OtherParent>(Means::App).await;
    let mia = bench.actor::<DelegateWhoReads>(Means::App).await;
    let of_ada = paid(&bench, &ada).await;
    let of_dino = paid(&bench, &dino).await;
    bench
        .sql("update notice set kind = 'invoice', state = 'payable', paid_at = null")
        .await;
    let listed = notices(&mia).await;
    assert!(listed.due.is_empty() && listed.years.is_empty());
    assert_eq!(listed.others.len(), 1);
    let notice = &listed.others[0];
    assert!(notice.id == of_ada && !notice.yours && notice.payment.is_none());
    assert_eq!(notice.lines[0].first_name.as_deref(), Some("Elio"));
    let other = mia.send(&GetNotice { notice: of_dino }, &NONE, &()).await;
    assert_eq!(other.status, 404);
    // Nobody else reads it: not the other parent, not a delegate without that right.
    for actor in [&dino, &bench.actor::<DelegateWhoSees>(Means::App).await] {
        let answer = actor.send(&GetNotice { notice: of_ada }, &NONE, &()).await;
        assert_eq!(answer.status, 404, "{}", actor.name);
    }
    // A line about another child of the payer is none of hers.
    let gaia = bench.town.family.children[1].id;
    bench
        .sql(&format!(
            "insert into notice_line (notice_id, line, child_id, amount) values ('{of_ada}', 1, '{gaia}', 0)"
        ))
        .await;
    assert!(notices(&mia).await.others.is_empty());
    bench
        .sql(&format!("delete from notice_line where child_id = '{gaia}'"))
        .await;
    bench.sql("update notice set state = 'paid'").await;
    assert!(notices(&mia).await.others.is_empty());
}

#[tokio::test]
async fn each_right_opens_what_it_names_and_nothing_else() {
    let bench = Bench::new().await;
    let ugo = bench.actor::<DelegateWhoSees>(Means::App).await;
    let eva = bench.actor::<DelegateWhoCancels>(Means::App).await;
    let leo = bench.actor::<DelegateWhoPays>(Means::App).await;
    let mia = bench.actor::<DelegateWhoReads>(Means::App).await;
    let cancel = CancelMeal {
        child: elio(&bench),
        day: day("2026-11-25"),
    };
    for (actor, expected) in [(&ugo, 403), (&eva, 200), (&leo, 403), (&mia, 403)] {
        assert_eq!(
            actor.send(&cancel, &NONE, &()).await.status,
            expected,
            "{}",
            actor.name
        );
        let me = actor.ask(&GetMe {}, &NONE, &()).await.unwrap();
        assert_eq!(me.children.len(), 1);
    }
    for (actor, expected) in [(&ugo, 200), (&eva, 404), (&leo, 404), (&mia, 404)] {
        let answer = actor.send(&november(&bench), &NONE, &()).await;
        assert_eq!(answer.status, expected, "{}", actor.name);
    }
    for (actor, expected) in [(&ugo, 0), (&eva, 0), (&leo, 1), (&mia, 0)] {
        let wallets = actor.ask(&ListWallets {}, &NONE, &()).await.unwrap();
        assert_eq!(wallets.len(), expected, "{}", actor.name);
    }
}

#[tokio::test]
async fn a_bond_holds_on_its_last_day_and_not_on_the_next() {
    let bench = Bench::new().await;
    bench
        .sql("update bond set last_day = '2026-11-24' where kind = 'delegate'")
        .await;
    let ugo = bench.actor::<DelegateWhoSees>(Means::App).await;
    // 23:59:59 of the last day in Rome, and the second after.
    for (now, expected) in [("2026-11-24T22:59:59Z", 200), ("2026-11-24T23:00:00Z", 404)] {
        bench.set(now);
        let answer = ugo.send(&november(&bench), &NONE, &()).await;
        assert_eq!(answer.status, expected, "{now}");
    }
    assert!(ugo.ask(&GetMe {}, &NONE, &()).await.unwrap().children.is_empty());
}

fn person<'a>(view: &'a [ChildPeopleView], name: &str) -> &'a api::people::BondView {
    view[0].people.iter().find(|one| one.name == name).unwrap()
}

#[tokio::test]
async fn guardians_see_everybody_and_delegates_themselves_and_who_brought_them_in() {
    let bench = Bench::new().await;
    let ada = bench.actor::<Parent>(Means::App).await;
    let seen = ada.ask(&ListPeople {}, &NONE, &()).await.unwrap();
    let names: Vec<_> = seen[0].people.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Ada Bruni",
            "Dino Neri",
            "Eva Riva",
            "Leo Serra",
            "Mia Costa",
            "Ugo Sala"
        ]
    );
    assert_eq!(seen[1].people.len(), 1);
    let own = person(&seen, "Ada Bruni");
    assert!(own.you && own.kind == BondKind::Payer && !own.may_change && !own.may_end);
    let dino = person(&seen, "Dino Neri");
    assert!(!dino.may_change && !dino.may_end);
    let ugo = person(&seen, "Ugo Sala");
    assert!(ugo.may_change && ugo.may_end && ugo.granted_by_you);
    assert_eq!(ugo.last_day, Some(day("2027-06-08")));
    let delegate = bench.actor::<DelegateWhoSees>(Means::App).await;
    let seen = delegate.ask(&ListPeople {}, &NONE, &()).await.unwrap();
    let names: Vec<_> = seen[0].people.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Ada Bruni", "Ugo Sala"]);
    assert!(!seen[0].may_invite && !seen[0].may_invite_guardian);
    let own = person(&seen, "Ugo Sala");
    assert!(own.you && own.may_end && !own.may_change);
}

#[tokio::test]
async fn a_guardian_changes_a_delegation_at_once_and_the_other_guardian_is_told() {
    let bench = Bench::new().await;
    bench.sql(DINOS_MAIL).await;
    let ada = bench.actor::<Parent>(Means::App).await;
    let ugo = bench.actor::<DelegateWhoSees>(Means::App).await;
    let change = ChangeBond {
        child: elio(&bench),
        person: bench.town.delegates.see,
    };
    let request = ChangeBondRequest {
        rights: Rights {
            pay: true,
            ..Rights::NONE
        },
        last_day: Some(day("2026-12-31")),
    };
    let changed = ada.ask(&change, &NONE, &request).await.unwrap();
    assert_eq!(
        (changed.rights, changed.last_day),
        (request.rights, request.last_day)
    );
    assert_eq!(ugo.send(&november(&bench), &NONE, &()).await.status, 404);
    assert_eq!(ugo.ask(&ListWallets {}, &NONE, &()).await.unwrap().len(), 1);
    let told = "select count(*) as n from outbox where kind = 'bond_added' and address = 'dino@example.it'";
    assert_eq!(bench.number(told).await, 1);
    assert_eq!(
        bench
            .number("select count(*) as n from audit where act = 'change_bond'")
            .await,
        1
    );
    // A day that is past, no right at all.
    for wrong in [
        ChangeBondRequest {
            last_day: Some(day("2026-11-22")),
            ..request
        },
        ChangeBondRequest {
            last_day: None,
            ..request
        },
        ChangeBondRequest {
            rights: Rights::NONE,
            ..request
        },
    ] {
        let answer = ada.ask(&change, &NONE, &wrong).await.unwrap_err();
        assert_eq!(answer.code, ErrorCode::InvalidRequest);
    }
}

#[tokio::test]
async fn a_guardian_from_whom_the_office_took_everything_is_told_of_nobody() {
    let bench = Bench::new().await;
    bench.sql(DINOS_MAIL).await;
    let dino = bench.town.other_parent;
    bench
        .sql(&format!(
            "update bond set may_see = 0, may_cancel = 0, may_pay = 0, may_documents = 0 where person_id = '{dino}'"
        ))
        .await;
    let ada = bench.actor::<Parent>(Means::App).await;
    let end = EndBond {
        child: elio(&bench),
        person: bench.town.delegates.see,
    };
    assert_eq!(ada.send(&end, &NONE, &()).await.status, 200);
    let told = "select count(*) as n from outbox where address = 'dino@example.it'";
    assert_eq!(bench.number(told).await, 0);
}

#[tokio::test]
async fn a_delegate_may_go_and_whoever_is_no_guardian_sends_nobody_away() {
    let bench = Bench::new().await;
    let child = elio(&bench);
    let ugo = bench.actor::<DelegateWhoSees>(Means::App).await;
    let delegates = bench.town.delegates;
    let others = EndBond {
        child,
        person: delegates.pay,
    };
    assert_eq!(ugo.send(&others, &NONE, &()).await.status, 403);
    let ivo = bench.actor::<ParentOfAnotherFamily>(Means::App).await;
    assert_eq!(ivo.send(&others, &NONE, &()).await.status, 404);
    let own = EndBond {
        child,
        person: delegates.see,
    };
    assert_eq!(ugo.send(&own, &NONE, &()).await.status, 200);
    assert_eq!(ugo.send(&november(&bench), &NONE, &()).await.status, 404);
    // It was the delegate's own act, for which one shows who one is.
    bench.sql("update session set confirmed_at = null").await;
    let leo = bench.actor::<DelegateWhoPays>(Means::App).await;
    bench.sql("update session set confirmed_at = null").await;
    let answer = leo.ask(&others, &NONE, &()).await.unwrap_err();
    assert_eq!(answer.code, ErrorCode::ConfirmationRequired);
}

#[tokio::test]
async fn what_the_office_takes_from_a_guardian_their_delegates_lose_too() {
    for bench in Bench::each().await {
        let (family, delegates) = (bench.town.family.clone(), bench.town.delegates);
        let (body, child) = (family.body, family.children[0].id);
        let payer = family.payer;
        bench
            .sql(&format!(
                "update bond set may_pay = 0 where person_id = '{payer}'"
            ))
            .await;
        let narrowed = bench.app.store.write(move |tx| families::narrow(tx, body));
        narrowed.await.unwrap();
        let leo = bench.actor::<DelegateWhoPays>(Means::App).await;
        assert!(leo.ask(&GetMe {}, &NONE, &()).await.unwrap().children.is_empty());
        let ugo = bench.actor::<DelegateWhoSees>(Means::App).await;
        let me = ugo.ask(&GetMe {}, &NONE, &()).await.unwrap();
        assert_eq!(me.children[0].rights, SEES);
        // Ended with whoever brought them in.
        let now = bench.now();
        let ended = bench.app.store.write(move |tx| {
            families::end(tx, body, (payer, child), By::Office, now)?;
            families::end_granted(tx, body, (payer, child), By::Office, now)
        });
        let ended: Result<_, storage::StorageError> = ended.await;
        let ended = ended.unwrap();
        assert!(ended.contains(&delegates.see) && ended.len() == 4);
        assert!(ugo.ask(&GetMe {}, &NONE, &()).await.unwrap().children.is_empty());
    }
}
