//! Who may do what: every operation of the API, and pagoPA's station, for every actor. An operation that is not in
//! this table fails the test.

#![expect(clippy::unwrap_used, reason = "a broken precondition ends the test")]

use api::{
    Endpoint, NoQuery, Reply,
    bodies::{GetBody, ListBodies},
    children::GetMe,
    health::GetHealth,
    meals::{
        CancelMeal, ChangePeriod, GetCalendar, GetReceipt, GetToday, OnRefused, PeriodDays, PeriodRequest,
        PreviewPeriod, RestoreMeal,
    },
    notices::{
        CartRequest, DocumentQuery, GetCart, GetNotice, GetNoticeDocument, GetPaymentReceipt,
        GetYearStatement, ListNotices, StartCart,
    },
    operations,
    sessions::{
        ChoosePassword, ChoosePasswordRequest, ClientKind, EndSession, ListSessions, RefreshRequest,
        RefreshSession, Secret, SignIn, SignInRequest, SignOut, SignOutEverywhere,
    },
    topups::{
        CancelTopUp, CreateTopUp, GetTopUp, GetTopUpOptions, ListTopUps, StartCheckout, TopUpLineRequest,
        TopUpRequest, TopUpWay,
    },
    wallets::{ListPostings, ListWallets, PostingsQuery},
};
use domain::{AttemptId, Cents, NoticeId, ServiceDay, meals::Choice, topup::TopUpChoice};
use http::Request;
use std::collections::BTreeSet;
use testkit::{
    Actor, Bench, Means, PASSWORD,
    portal::router::Body,
    role::{Anonymous, OtherParent, Parent, ParentOfAnotherBody, ParentOfAnotherFamily, ProvisionalParent},
};

/// Statuses for: anonymous, provisional parent, parent, other parent of the same child, parent of another family,
/// parent of another body. Everything that is asked for is the parent's.
type Row = (&'static str, [u16; 6]);

/// Anybody.
const PUBLIC: [u16; 6] = [200; 6];
/// Whoever has a session, each for themselves.
const ANY_SESSION: [u16; 6] = [401, 200, 200, 200, 200, 200];
/// Whoever has a full session, each for themselves.
const SESSION: [u16; 6] = [401, 403, 200, 200, 200, 200];
/// Those who are bound to the child; to others it does not exist.
const BOUND: [u16; 6] = [401, 403, 200, 200, 404, 404];
/// Who made it; to others it does not exist.
const MADE: [u16; 6] = [401, 403, 200, 404, 404, 404];

const TABLE: [Row; 34] = [
    ("get_health", PUBLIC),
    ("list_bodies", PUBLIC),
    ("get_body", PUBLIC),
    ("sign_in", PUBLIC),
    ("refresh_session", PUBLIC),
    // The other parent has no password, Pieve's parent another one.
    ("choose_password", [401, 200, 200, 403, 200, 403]),
    ("sign_out", ANY_SESSION),
    ("sign_out_everywhere", SESSION),
    ("list_sessions", SESSION),
    ("end_session", MADE),
    ("get_me", SESSION),
    ("get_today", SESSION),
    ("get_calendar", BOUND),
    ("cancel_meal", BOUND),
    ("restore_meal", BOUND),
    ("preview_period", BOUND),
    ("change_period", BOUND),
    ("get_receipt", BOUND),
    ("list_wallets", SESSION),
    ("list_postings", BOUND),
    ("get_top_up_options", SESSION),
    ("create_top_up", BOUND),
    ("list_top_ups", SESSION),
    ("get_top_up", MADE),
    ("start_checkout", MADE),
    // pagoPA may know the position, and cannot be asked to forget it: the notice stays as it is.
    ("cancel_top_up", [401, 403, 503, 404, 404, 404]),
    ("start_cart", MADE),
    ("get_cart", MADE),
    ("list_notices", SESSION),
    ("get_notice", MADE),
    ("get_notice_document", MADE),
    ("get_payment_receipt", MADE),
    // To whoever paid nothing in that year it does not exist.
    ("get_year_statement", MADE),
    // Not from this machine: nobody's, whoever is signed in.
    ("station", [404; 6]),
];

/// Operations that change nothing and need nothing to be changed before them.
const READING: [&str; 13] = [
    "get_health",
    "list_bodies",
    "get_body",
    "list_sessions",
    "get_me",
    "get_today",
    "get_calendar",
    "preview_period",
    "list_wallets",
    "list_postings",
    "get_top_up_options",
    "list_top_ups",
    "list_notices",
];

/// The bodies take payments, but pagoPA is not there: notices are kept and can be paid later.
async fn bench() -> Bench {
    let key = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(key.path(), "key").unwrap();
    let section = |slug: &str, code: &str| {
        format!(
            "[pagopa.bodies.{slug}]\nkey_file = '{}'\nfiscal_code = '{code}'\ncompany_name = 'Ente'\n\
             segregation_code = '01'\niban = 'IT60X0542811101000000123456'\nstation_id = '{code}_01'\n\
             broker_id = '{code}'\n",
            key.path().display()
        )
    };
    let addresses =
        "[pagopa]\ngpd_url = 'http://127.0.0.1:9/gpd'\ncheckout_url = 'http://127.0.0.1:9/checkout'\n";
    let bench = Bench::with(|toml| {
        toml.push_str(addresses);
        toml.push_str(&section("valmora", "00000000000"));
        toml.push_str(&section("pieve", "00000000000"));
    })
    .await;
    // The clients read the key when they are first needed.
    key.keep().unwrap();
    // Papers print a code of sixteen characters.
    bench
        .sql("update person set fiscal_code = 'BRNDAA85A41H501Z' where first_name = 'Ada'")
        .await;
    bench
}

async fn actor(bench: &Bench, means: Means, which: usize) -> Actor {
    match which {
        0 => bench.actor::<Anonymous>(means).await,
        1 => bench.actor::<ProvisionalParent>(means).await,
        2 => bench.actor::<Parent>(means).await,
        3 => bench.actor::<OtherParent>(means).await,
        4 => bench.actor::<ParentOfAnotherFamily>(means).await,
        _ => bench.actor::<ParentOfAnotherBody>(means).await,
    }
}

fn day() -> ServiceDay {
    "2026-11-25".parse().unwrap()
}

/// Sends one operation about the parent's things.
#[expect(
    clippy::too_many_lines,
    reason = "one line an operation, to be read beside the table"
)]
async fn act(operation: &str, bench: &Bench, actor: &Actor) -> u16 {
    let none = NoQuery {};
    let child = bench.town.family.children[0].id;
    let wallet = bench.town.family.children[0].wallet;
    match operation {
        "get_health" => status(actor, &GetHealth {}, &none, &()).await,
        "list_bodies" => status(actor, &ListBodies {}, &none, &()).await,
        "get_body" => {
            status(
                actor,
                &GetBody {
                    body: "valmora".into(),
                },
                &none,
                &(),
            )
            .await
        }
        "sign_in" => sign_in(actor).await.status,
        "refresh_session" => {
            let view = sign_in(&bench.actor::<Anonymous>(Means::App).await)
                .await
                .read::<SignIn>()
                .unwrap();
            let request = RefreshRequest {
                refresh_token: view.tokens.unwrap().refresh_token,
            };
            status(actor, &RefreshSession {}, &none, &request).await
        }
        "choose_password" => {
            let (current, new) = (
                Secret(PASSWORD.into()),
                Secret("tre gatti sul tetto rosso".into()),
            );
            status(
                actor,
                &ChoosePassword {},
                &none,
                &ChoosePasswordRequest { current, new },
            )
            .await
        }
        "sign_out" => status(actor, &SignOut {}, &none, &()).await,
        "sign_out_everywhere" => status(actor, &SignOutEverywhere {}, &none, &()).await,
        "list_sessions" => status(actor, &ListSessions {}, &none, &()).await,
        "end_session" => {
            let session = bench.actor::<Parent>(Means::App).await.session.unwrap();
            status(actor, &EndSession { session }, &none, &()).await
        }
        "get_me" => status(actor, &GetMe {}, &none, &()).await,
        "get_today" => status(actor, &GetToday {}, &none, &()).await,
        "get_calendar" => {
            status(
                actor,
                &GetCalendar {
                    child,
                    month: "2026-11".into(),
                },
                &none,
                &(),
            )
            .await
        }
        "cancel_meal" => status(actor, &CancelMeal { child, day: day() }, &none, &()).await,
        "restore_meal" => {
            cancelled(bench).await;
            status(actor, &RestoreMeal { child, day: day() }, &none, &()).await
        }
        "preview_period" => status(actor, &PreviewPeriod {}, &none, &period(bench)).await,
        "change_period" => status(actor, &ChangePeriod {}, &none, &period(bench)).await,
        "get_receipt" => {
            let number = cancelled(bench).await;
            status(actor, &GetReceipt { number }, &none, &()).await
        }
        "list_wallets" => status(actor, &ListWallets {}, &none, &()).await,
        "list_postings" => status(actor, &ListPostings { wallet }, &PostingsQuery::default(), &()).await,
        "get_top_up_options" => status(actor, &GetTopUpOptions {}, &none, &()).await,
        "create_top_up" => status(actor, &CreateTopUp {}, &none, &top_up(bench)).await,
        "list_top_ups" => status(actor, &ListTopUps {}, &none, &()).await,
        "get_top_up" => {
            status(
                actor,
                &GetTopUp {
                    topup: notice(bench).await,
                },
                &none,
                &(),
            )
            .await
        }
        "start_checkout" => {
            status(
                actor,
                &StartCheckout {
                    topup: notice(bench).await,
                },
                &none,
                &(),
            )
            .await
        }
        "cancel_top_up" => {
            status(
                actor,
                &CancelTopUp {
                    topup: notice(bench).await,
                },
                &none,
                &(),
            )
            .await
        }
        "start_cart" => {
            let notices = vec![notice(bench).await];
            status(actor, &StartCart {}, &none, &CartRequest { notices }).await
        }
        "get_cart" => {
            let cart = cart(bench).await;
            status(actor, &GetCart { cart }, &none, &()).await
        }
        "list_notices" => status(actor, &ListNotices {}, &none, &()).await,
        "get_notice" => {
            let notice = notice(bench).await;
            status(actor, &GetNotice { notice }, &none, &()).await
        }
        "get_notice_document" => {
            let notice = notice(bench).await;
            bench.sql("update notice set state = 'payable'").await;
            let query = DocumentQuery::default();
            status(actor, &GetNoticeDocument { notice }, &query, &()).await
        }
        "get_payment_receipt" => {
            let notice = paid(bench).await;
            status(actor, &GetPaymentReceipt { notice }, &none, &()).await
        }
        "get_year_statement" => {
            paid(bench).await;
            status(actor, &GetYearStatement { year: 2026 }, &none, &()).await
        }
        "station" => {
            let push = Request::post("/pagopa/station").header("content-type", "text/xml");
            actor
                .raw(push.body(Body::from("<x/>")).unwrap())
                .await
                .status()
                .as_u16()
        }
        unknown => panic!("{unknown} is not in the table: say here what it asks for, and above who may"),
    }
}

async fn status<E: Endpoint>(actor: &Actor, endpoint: &E, query: &E::Query, request: &E::Request) -> u16 {
    actor.send(endpoint, query, request).await.status
}

async fn sign_in(actor: &Actor) -> Reply {
    let request = SignInRequest {
        body: "valmora".into(),
        badge: "VM0001".into(),
        password: Secret(PASSWORD.into()),
        client: ClientKind::App,
    };
    actor.send(&SignIn {}, &NoQuery {}, &request).await
}

/// The parent has cancelled the day; answers the receipt's number.
async fn cancelled(bench: &Bench) -> String {
    let parent = bench.actor::<Parent>(Means::App).await;
    let child = bench.town.family.children[0].id;
    parent
        .ask(&CancelMeal { child, day: day() }, &NoQuery {}, &())
        .await
        .unwrap()
        .number
}

/// The parent has made a notice.
async fn notice(bench: &Bench) -> NoticeId {
    let parent = bench.actor::<Parent>(Means::App).await;
    parent
        .ask(&CreateTopUp {}, &NoQuery {}, &top_up(bench))
        .await
        .unwrap()
        .id
}

/// The parent has set out with a notice.
async fn cart(bench: &Bench) -> AttemptId {
    notice(bench).await;
    let id = "0199a5f0-0000-7000-8000-000000000001";
    for insert in [
        format!(
            "insert into attempt (id, body_id, person_id, started_at) \
             select '{id}', body_id, person_id, created_at from notice"
        ),
        format!(
            "insert into attempt_notice (attempt_id, notice_id, place, started_at) \
             select '{id}', id, 0, created_at from notice"
        ),
    ] {
        bench.sql(&insert).await;
    }
    id.parse().unwrap()
}

/// The parent has made a notice and paid it.
async fn paid(bench: &Bench) -> NoticeId {
    let notice = notice(bench).await;
    bench
        .sql("update notice set state = 'paid', paid_at = created_at")
        .await;
    bench
        .sql(
            "insert into receipt (id, receipt_id, body_id, nav, amount, received_at, xml, outcome, notice_id) \
             select id, 'R1', body_id, nav, amount, created_at, '', 'credited', id from notice",
        )
        .await;
    notice
}

fn top_up(bench: &Bench) -> TopUpRequest {
    let choice = TopUpChoice::Free {
        amount: Cents::new(1_000),
    };
    TopUpRequest {
        lines: vec![TopUpLineRequest {
            child: bench.town.family.children[0].id,
            choice,
        }],
        way: TopUpWay::Online,
    }
}

fn period(bench: &Bench) -> PeriodRequest {
    PeriodRequest {
        children: vec![bench.town.family.children[0].id],
        days: PeriodDays::Range {
            first: day(),
            last: "2026-11-27".parse().unwrap(),
        },
        choice: Choice::DoesNotEat,
        refused: OnRefused::Stop,
    }
}

#[test]
fn every_operation_has_its_row() {
    let listed: BTreeSet<_> = operations()
        .iter()
        .map(|operation| operation.id)
        .chain(["station"])
        .collect();
    let rows: BTreeSet<_> = TABLE.iter().map(|(operation, _)| *operation).collect();
    assert_eq!(rows, listed);
    assert_eq!(TABLE.len(), listed.len(), "an operation has two rows");
}

async fn table_by(means: Means) {
    let mut wrong = Vec::new();
    let shared = bench().await;
    for (operation, expected) in TABLE {
        for (i, expected) in expected.into_iter().enumerate() {
            // Where something is changed, each its own portal: what one actor does changes nothing for the next.
            let own = if READING.contains(&operation) {
                None
            } else {
                Some(bench().await)
            };
            let bench = own.as_ref().unwrap_or(&shared);
            let actor = actor(bench, means, i).await;
            let status = act(operation, bench, &actor).await;
            if status != expected {
                wrong.push(format!(
                    "{operation} by {} ({means:?}): {status} instead of {expected}",
                    actor.name
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[tokio::test]
async fn each_actor_may_do_what_the_table_says_from_the_app() {
    table_by(Means::App).await;
}

#[tokio::test]
async fn each_actor_may_do_what_the_table_says_from_a_browser() {
    table_by(Means::Browser).await;
}
