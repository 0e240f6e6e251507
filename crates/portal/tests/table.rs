//! Who may do what: every operation of the API, and pagoPA's station, for every actor. An operation that is not in
//! this table fails the test.

#![expect(clippy::unwrap_used, reason = "a broken precondition ends the test")]

use api::{
    Endpoint, NoQuery, Reply,
    bodies::{GetBody, ListBodies},
    children::GetMe,
    confirmations::{ConfirmPassword, ConfirmPasswordRequest},
    contacts::{
        AddContact, AddContactRequest, ContactView, ListContacts, RemoveContact, SetLanguage,
        SetLanguageRequest, VerifyContact, VerifyContactRequest,
    },
    feeds::{CreateFeed, ListFeeds, RevokeFeed},
    health::GetHealth,
    invitations::{
        AcceptInvitation, CreateInvitation, InvitationRequest, InvitationView, JoinByInvitation, JoinRequest,
        ListInvitations, ShowInvitation, WithdrawInvitation,
    },
    logins::{BackTo, RedeemLogin, RedeemLoginRequest, StartLogin, StartLoginRequest},
    meals::{
        CancelMeal, ChangePeriod, GetCalendar, GetReceipt, GetToday, OnRefused, PeriodDays, PeriodRequest,
        PreviewPeriod, RestoreMeal,
    },
    notices::{
        CartRequest, DocumentQuery, GetCart, GetNotice, GetNoticeDocument, GetPaymentReceipt,
        GetYearStatement, ListNotices, StartCart,
    },
    notifications::{EndNotification, ListNotifications, NotificationsQuery},
    operations,
    people::{ChangeBond, ChangeBondRequest, EndBond, ListPeople},
    preferences::{GetPreferences, SetPreferences},
    recoveries::{FinishRecovery, FinishRecoveryRequest, RecoverBy, StartRecovery, StartRecoveryRequest},
    sessions::{
        ChoosePassword, ChoosePasswordRequest, ClientKind, EndSession, ListSessions, RefreshRequest,
        RefreshSession, Secret, SignIn, SignInRequest, SignOut, SignOutEverywhere,
    },
    subscriptions::{GetPushKey, SubscribePush, SubscribePushRequest, UnsubscribePush},
    topups::{
        CancelTopUp, CreateTopUp, GetTopUp, GetTopUpOptions, ListTopUps, StartCheckout, TopUpLineRequest,
        TopUpRequest, TopUpWay,
    },
    wallets::{ListPostings, ListWallets, PostingsQuery},
};
use domain::{
    AttemptId, Cents, MessageId, NoticeId, ServiceDay,
    contact::{ContactKind, Language},
    meals::Choice,
    message::{Address, Message, Text},
    people::{BondKind, Rights},
    telling::Preferences,
    topup::TopUpChoice,
};
use http::Request;
use notify::push::VapidKey;
use std::fmt::Write as _;
use std::{collections::BTreeSet, ops::Deref};
use testkit::{
    Actor, Bench, Means, PASSWORD,
    portal::router::Body,
    role::{
        Anonymous, DelegateWhoCancels, DelegateWhoPays, DelegateWhoReads, DelegateWhoSees, OtherParent,
        Parent, ParentOfAnotherBody, ParentOfAnotherFamily, ProvisionalParent, Staff,
    },
};
use tokio::sync::OnceCell;

/// Statuses for, in this order: anonymous, provisional parent, parent, other parent of the same child; delegates of the
/// child with one right alone: who sees, who cancels, who pays, who reads papers; parent of another family, parent of
/// another body, staff. Everything that is asked for is the parent's, and about the first child.
///
/// Staff works at the portal's own machine and has no sign-in on the web: what it sends opens nothing.
type Statuses = [u16; 11];
type Row = (&'static str, Statuses);

/// Anybody.
const PUBLIC: Statuses = [200; 11];
/// Whoever has a session, each for themselves.
const ANY_SESSION: Statuses = [401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 401];
/// Whoever has a full session, each for themselves.
const SESSION: Statuses = [401, 403, 200, 200, 200, 200, 200, 200, 200, 200, 401];
/// A thing of the child, for who sees it; to others it does not exist.
const SEEN: Statuses = [401, 403, 200, 200, 200, 404, 404, 404, 404, 404, 401];
/// A thing of the child's wallet, for who pays.
const PAID: Statuses = [401, 403, 200, 200, 404, 404, 200, 404, 404, 404, 401];
/// A paper of the office about the child, for who it is addressed to and the delegate who reads papers for them.
const READ: Statuses = [401, 403, 200, 404, 404, 404, 404, 200, 404, 404, 401];
/// An act on the child's days: who is bound without that right is told so, to others the child does not exist.
const CANCELS: Statuses = [401, 403, 200, 200, 403, 200, 403, 403, 404, 404, 401];
/// An act on the child's wallet.
const PAYS: Statuses = [401, 403, 200, 200, 403, 403, 200, 403, 404, 404, 401];
/// An act of who answers for the child: guardians and the payer.
const ANSWERS: Statuses = [401, 403, 200, 200, 403, 403, 403, 403, 404, 404, 401];
/// Who made it; to others it does not exist.
const MADE: Statuses = [401, 403, 200, 404, 404, 404, 404, 404, 404, 404, 401];

const TABLE: &[Row] = &[
    ("get_health", PUBLIC),
    ("list_bodies", PUBLIC),
    ("get_body", PUBLIC),
    ("start_login", PUBLIC),
    ("redeem_login", PUBLIC),
    ("sign_in", PUBLIC),
    ("refresh_session", PUBLIC),
    // The other parent and the delegates have no password, Pieve's parent another one.
    (
        "choose_password",
        [401, 200, 200, 403, 403, 403, 403, 403, 200, 403, 401],
    ),
    ("sign_out", ANY_SESSION),
    ("sign_out_everywhere", SESSION),
    ("list_sessions", SESSION),
    ("end_session", MADE),
    // As for choosing a password; a provisional one confirms nothing.
    (
        "confirm_password",
        [401, 403, 200, 403, 403, 403, 403, 403, 200, 403, 401],
    ),
    ("start_recovery", PUBLIC),
    ("finish_recovery", PUBLIC),
    ("list_contacts", SESSION),
    ("add_contact", SESSION),
    ("verify_contact", MADE),
    ("remove_contact", MADE),
    ("set_language", SESSION),
    ("get_me", SESSION),
    ("get_preferences", SESSION),
    ("set_preferences", SESSION),
    ("get_push_key", SESSION),
    ("subscribe_push", SESSION),
    ("unsubscribe_push", MADE),
    ("list_notifications", SESSION),
    ("end_notification", MADE),
    ("list_people", SESSION),
    ("change_bond", ANSWERS),
    // Also whom it is about.
    (
        "end_bond",
        [401, 403, 200, 200, 200, 403, 403, 403, 404, 404, 401],
    ),
    ("list_invitations", SESSION),
    ("create_invitation", ANSWERS),
    ("withdraw_invitation", MADE),
    ("show_invitation", PUBLIC),
    // Whoever holds link and code, but not who made it.
    (
        "accept_invitation",
        [401, 403, 404, 200, 200, 200, 200, 200, 200, 404, 401],
    ),
    ("join_by_invitation", PUBLIC),
    ("get_today", SESSION),
    ("get_calendar", SEEN),
    ("cancel_meal", CANCELS),
    ("restore_meal", CANCELS),
    ("preview_period", CANCELS),
    ("change_period", CANCELS),
    ("get_receipt", SEEN),
    ("list_feeds", SESSION),
    ("create_feed", SEEN),
    ("revoke_feed", MADE),
    ("list_wallets", SESSION),
    ("list_postings", PAID),
    ("get_top_up_options", SESSION),
    ("create_top_up", PAYS),
    ("list_top_ups", SESSION),
    ("get_top_up", MADE),
    ("start_checkout", MADE),
    // pagoPA may know the position, and cannot be asked to forget it: the notice stays as it is.
    (
        "cancel_top_up",
        [401, 403, 503, 404, 404, 404, 404, 404, 404, 404, 401],
    ),
    ("start_cart", MADE),
    ("get_cart", MADE),
    ("list_notices", SESSION),
    ("get_notice", MADE),
    ("get_notice_document", MADE),
    // What the office asks the parent to pay for the child.
    ("get_notice of the office", READ),
    ("get_notice_document of the office", READ),
    ("start_cart of the office", MADE),
    ("get_payment_receipt", MADE),
    // To whoever paid nothing in that year it does not exist.
    ("get_year_statement", MADE),
    // Not from this machine: nobody's, whoever is signed in.
    ("station", [404; 11]),
];

/// Operations that change nothing and need nothing to be changed before them.
const READING: &[&str] = &[
    "get_health",
    "list_bodies",
    "get_body",
    "list_sessions",
    "list_contacts",
    "get_me",
    "get_preferences",
    "get_push_key",
    "list_people",
    "list_invitations",
    "get_today",
    "get_calendar",
    "preview_period",
    "list_feeds",
    "list_wallets",
    "list_postings",
    "get_top_up_options",
    "list_top_ups",
    "list_notices",
];

/// Writes by which an actor changes nothing for the next.
const EACH_FOR_THEMSELVES: &[&str] = &[
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "set_language",
    "set_preferences",
    "show_invitation",
];

/// A portal, and what its parent has made there: once, however many actors ask for it.
struct Stage {
    bench: Bench,
    cancelled: OnceCell<String>,
    notice: OnceCell<NoticeId>,
    paid: OnceCell<NoticeId>,
    cart: OnceCell<AttemptId>,
    contact: OnceCell<ContactView>,
    invited: OnceCell<InvitationView>,
}

impl Deref for Stage {
    type Target = Bench;
    fn deref(&self) -> &Bench {
        &self.bench
    }
}

async fn stage() -> Stage {
    Stage {
        bench: bench().await,
        cancelled: OnceCell::new(),
        notice: OnceCell::new(),
        paid: OnceCell::new(),
        cart: OnceCell::new(),
        contact: OnceCell::new(),
        invited: OnceCell::new(),
    }
}

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
    let push = tempfile::tempdir().unwrap().keep().join("push.key");
    let push = format!(
        "[push]\nkey_file = '{}'\ncontact = 'mailto:mensa@example.it'\nhosts = ['127.0.0.1:9']\n",
        push.display()
    );
    let bench = Bench::with(|toml| {
        toml.push_str(&push);
        toml.push_str(addresses);
        toml.push_str(&section("valmora", "00000000000"));
        toml.push_str(&section("pieve", "00000000000"));
        // Whoever begins a login is not at the provider yet.
        let _ = write!(
            toml,
            "[[login.provider]]\nid = 'spid'\nlabel = 'Entra con SPID'\nkind = 'spid'\n\
             issuer = 'http://127.0.0.1:9'\nclient_id = 'mensa'\nclient_secret_file = '{}'\n\
             acr = {{ policy = 'require' }}\n",
            key.path().display()
        );
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
        4 => bench.actor::<DelegateWhoSees>(means).await,
        5 => bench.actor::<DelegateWhoCancels>(means).await,
        6 => bench.actor::<DelegateWhoPays>(means).await,
        7 => bench.actor::<DelegateWhoReads>(means).await,
        8 => bench.actor::<ParentOfAnotherFamily>(means).await,
        9 => bench.actor::<ParentOfAnotherBody>(means).await,
        _ => {
            let staff = bench.actor::<Staff>(means).await;
            staff.holding(Some("what the office holds is no session"))
        }
    }
}

/// A browser as its push service knows it; any point of the curve is a key.
fn browser(bench: &Bench) -> SubscribePushRequest {
    let push = bench.app.settings.push.as_ref().unwrap();
    let key = VapidKey::load_or_create(&push.key_file).unwrap();
    SubscribePushRequest::Web {
        endpoint: "http://127.0.0.1:9/push/a".into(),
        public_key: key.public().to_owned(),
        secret: Secret("AAAAAAAAAAAAAAAAAAAAAA".into()),
    }
}

/// A message for the parent's computer.
async fn told_on_a_computer(bench: &Bench) -> MessageId {
    let parent = bench.actor::<Parent>(Means::Browser).await;
    let subscribed = parent
        .ask(&SubscribePush {}, &NoQuery {}, &SubscribePushRequest::Desktop {})
        .await;
    let now = bench.app.now();
    let message = Message {
        id: bench.app.fresh(now, MessageId::from_parts),
        body: bench.town.family.body,
        person: Some(bench.town.family.payer),
        to: Address::Push(subscribed.unwrap().id),
        cause: format!("renewal/{now}"),
        due: now,
        expires: None,
        text: Text::RenewalOpens {
            year: "2027/2028".to_owned(),
            last_day: day(),
            children: Vec::new(),
            who: Vec::new(),
        },
    };
    let id = message.id;
    let added = bench
        .app
        .store
        .write(move |tx| storage::outbox::add(tx, &message, now));
    added.await.unwrap();
    id
}

const SEES: Rights = Rights {
    see: true,
    ..Rights::NONE
};

fn day() -> ServiceDay {
    "2026-11-25".parse().unwrap()
}

/// Sends one operation about the parent's things.
#[expect(
    clippy::too_many_lines,
    reason = "one line an operation, to be read beside the table"
)]
async fn act(operation: &str, bench: &Stage, actor: &Actor) -> u16 {
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
        "start_login" => status(actor, &StartLogin {}, &none, &login()).await,
        "redeem_login" => {
            let begun = actor.ask(&StartLogin {}, &none, &login()).await.unwrap();
            let request = RedeemLoginRequest {
                verifier: Secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into()),
                code: None,
            };
            status(actor, &RedeemLogin { login: begun.id }, &none, &request).await
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
        "confirm_password" => {
            let password = Secret(PASSWORD.into());
            status(
                actor,
                &ConfirmPassword {},
                &none,
                &ConfirmPasswordRequest { password },
            )
            .await
        }
        "start_recovery" => status(actor, &StartRecovery {}, &none, &lost()).await,
        "finish_recovery" => {
            contact(bench).await;
            bench.sql("update contact set verified_at = added_at").await;
            let recovery = actor.ask(&StartRecovery {}, &none, &lost()).await.unwrap().id;
            let request = FinishRecoveryRequest {
                code: code(bench, "recovery_code").await,
                new: Secret("tre gatti sul tetto rosso".into()),
                client: ClientKind::App,
                device: None,
            };
            status(actor, &FinishRecovery { recovery }, &none, &request).await
        }
        "list_contacts" => status(actor, &ListContacts {}, &none, &()).await,
        "add_contact" => status(actor, &AddContact {}, &none, &mail()).await,
        "verify_contact" => {
            let contact = contact(bench).await.id;
            let code = code(bench, "contact_code").await;
            status(
                actor,
                &VerifyContact { contact },
                &none,
                &VerifyContactRequest { code },
            )
            .await
        }
        "remove_contact" => {
            let contact = contact(bench).await.id;
            status(actor, &RemoveContact { contact }, &none, &()).await
        }
        "set_language" => {
            let language = Language::De;
            status(actor, &SetLanguage {}, &none, &SetLanguageRequest { language }).await
        }
        "get_me" => status(actor, &GetMe {}, &none, &()).await,
        "get_preferences" => status(actor, &GetPreferences {}, &none, &()).await,
        "set_preferences" => status(actor, &SetPreferences {}, &none, &Preferences::default()).await,
        "get_push_key" => status(actor, &GetPushKey {}, &none, &()).await,
        "subscribe_push" => status(actor, &SubscribePush {}, &none, &browser(bench)).await,
        "unsubscribe_push" => {
            let parent = bench.actor::<Parent>(Means::Browser).await;
            let told = parent
                .ask(&SubscribePush {}, &none, &browser(bench))
                .await
                .unwrap();
            let subscription = told.id;
            status(actor, &UnsubscribePush { subscription }, &none, &()).await
        }
        "list_notifications" => {
            // Who has no session cannot do this either, and is refused below.
            let _computer = status(actor, &SubscribePush {}, &none, &SubscribePushRequest::Desktop {}).await;
            status(actor, &ListNotifications {}, &NotificationsQuery::default(), &()).await
        }
        "end_notification" => {
            let message = told_on_a_computer(bench).await;
            status(actor, &EndNotification { message }, &none, &()).await
        }
        "list_people" => status(actor, &ListPeople {}, &none, &()).await,
        "change_bond" => {
            let person = bench.town.delegates.see;
            let request = ChangeBondRequest {
                rights: SEES,
                last_day: Some(day()),
            };
            status(actor, &ChangeBond { child, person }, &none, &request).await
        }
        "end_bond" => {
            let person = bench.town.delegates.see;
            status(actor, &EndBond { child, person }, &none, &()).await
        }
        "list_invitations" => status(actor, &ListInvitations {}, &none, &()).await,
        "create_invitation" => status(actor, &CreateInvitation {}, &none, &invitation(bench)).await,
        "withdraw_invitation" => {
            let invitation = invited(bench).await.id;
            status(actor, &WithdrawInvitation { invitation }, &none, &()).await
        }
        "show_invitation" => {
            let keys = bench.keys_of(&invited(bench).await).await;
            status(actor, &ShowInvitation {}, &none, &keys).await
        }
        "accept_invitation" => {
            let keys = bench.keys_of(&invited(bench).await).await;
            status(actor, &AcceptInvitation {}, &none, &keys).await
        }
        "join_by_invitation" => {
            let keys = bench.keys_of(&invited(bench).await).await;
            let request = JoinRequest {
                token: keys.token,
                code: keys.code,
                first_name: "Rosa".into(),
                surname: "Sala".into(),
                fiscal_code: Secret("RSSMRA85T10A562S".into()),
                new: Secret("tre gatti sul tetto rosso".into()),
                client: ClientKind::App,
            };
            status(actor, &JoinByInvitation {}, &none, &request).await
        }
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
        "list_feeds" => status(actor, &ListFeeds {}, &none, &()).await,
        "create_feed" => status(actor, &CreateFeed { child }, &none, &()).await,
        "revoke_feed" => {
            let parent = bench.actor::<Parent>(Means::App).await;
            let made = parent.ask(&CreateFeed { child }, &none, &()).await.unwrap();
            status(actor, &RevokeFeed { feed: made.feed.id }, &none, &()).await
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
        "get_notice of the office" => {
            let notice = issued(bench).await;
            status(actor, &GetNotice { notice }, &none, &()).await
        }
        "get_notice_document of the office" => {
            let notice = issued(bench).await;
            let query = DocumentQuery::default();
            status(actor, &GetNoticeDocument { notice }, &query, &()).await
        }
        "start_cart of the office" => {
            let notices = vec![issued(bench).await];
            status(actor, &StartCart {}, &none, &CartRequest { notices }).await
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

/// An app's login; the challenge is S256 of the verifier in the table.
fn login() -> StartLoginRequest {
    StartLoginRequest {
        body: "valmora".into(),
        provider: "spid".into(),
        hint: None,
        client: ClientKind::App,
        challenge: Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".into()),
        back: BackTo::Loopback { port: 40_000 },
        invitation: None,
        confirm: false,
    }
}

async fn sign_in(actor: &Actor) -> Reply {
    let request = SignInRequest {
        body: "valmora".into(),
        badge: "VM0001".into(),
        password: Secret(PASSWORD.into()),
        client: ClientKind::App,
        device: None,
    };
    actor.send(&SignIn {}, &NoQuery {}, &request).await
}

fn mail() -> AddContactRequest {
    AddContactRequest {
        kind: ContactKind::Mail,
        value: "ada@example.it".into(),
    }
}

/// The parent lost the password.
fn lost() -> StartRecoveryRequest {
    StartRecoveryRequest {
        body: "valmora".into(),
        who: "VM0001".into(),
        by: RecoverBy::Mail,
        device: None,
    }
}

/// The parent has added a mail address.
async fn contact(stage: &Stage) -> ContactView {
    let add = async || {
        let parent = stage.actor::<Parent>(Means::App).await;
        parent.ask(&AddContact {}, &NoQuery {}, &mail()).await.unwrap()
    };
    stage.contact.get_or_init(add).await.clone()
}

/// The code of the message of that kind that waits.
async fn code(bench: &Bench, kind: &'static str) -> Secret {
    let read = bench.app.store.read(move |tx| {
        let sql = "select content from outbox where state = 'waiting' and kind = $1";
        let row = tx.query_one(sql, &storage::params![kind])?;
        Ok::<_, storage::StorageError>(row.text("content")?.to_owned())
    });
    let content: serde_json::Value = serde_json::from_str(&read.await.unwrap()).unwrap();
    Secret(content["code"].as_str().unwrap().to_owned())
}

/// The parent has cancelled the day; answers the receipt's number.
async fn cancelled(stage: &Stage) -> String {
    let cancel = async || {
        let parent = stage.actor::<Parent>(Means::App).await;
        let child = stage.town.family.children[0].id;
        let cancel = CancelMeal { child, day: day() };
        let receipt = parent.ask(&cancel, &NoQuery {}, &()).await;
        receipt.unwrap().number
    };
    stage.cancelled.get_or_init(cancel).await.clone()
}

/// The parent has made a notice.
async fn notice(stage: &Stage) -> NoticeId {
    let create = async || {
        let parent = stage.actor::<Parent>(Means::App).await;
        let made = parent.ask(&CreateTopUp {}, &NoQuery {}, &top_up(stage)).await;
        made.unwrap().id
    };
    *stage.notice.get_or_init(create).await
}

/// The office has asked the parent to pay for the child.
async fn issued(bench: &Stage) -> NoticeId {
    let notice = notice(bench).await;
    bench
        .sql("update notice set state = 'payable', kind = 'invoice'")
        .await;
    notice
}

/// A guest who may see the child.
fn invitation(bench: &Bench) -> InvitationRequest {
    InvitationRequest {
        children: vec![bench.town.family.children[0].id],
        kind: BondKind::Delegate,
        first_name: "Rosa".into(),
        surname: "Sala".into(),
        mail: "rosa@example.it".into(),
        rights: SEES,
        last_day: Some(day()),
    }
}

/// The parent has invited somebody.
async fn invited(stage: &Stage) -> InvitationView {
    let create = async || {
        let parent = stage.actor::<Parent>(Means::App).await;
        let made = parent
            .ask(&CreateInvitation {}, &NoQuery {}, &invitation(stage))
            .await;
        made.unwrap()
    };
    stage.invited.get_or_init(create).await.clone()
}

/// The parent has set out with a notice.
async fn cart(stage: &Stage) -> AttemptId {
    *stage.cart.get_or_init(async || set_out(stage).await).await
}

async fn set_out(bench: &Stage) -> AttemptId {
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
async fn paid(stage: &Stage) -> NoticeId {
    *stage.paid.get_or_init(async || pay(stage).await).await
}

async fn pay(bench: &Stage) -> NoticeId {
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
    // "get_notice of the office" is one more row of an operation.
    let first = |row: &Row| row.0.split(' ').next().unwrap();
    let rows: BTreeSet<_> = TABLE.iter().map(first).collect();
    assert_eq!(rows, listed);
    let distinct: BTreeSet<_> = TABLE.iter().map(|(row, _)| row).collect();
    assert_eq!(TABLE.len(), distinct.len(), "a row is there twice");
}

/// Whether that answer says that nothing was done, nor will be for the next who asks.
fn is_refusal(status: u16) -> bool {
    matches!(status, 401 | 403 | 404)
}

/// All rows, by those actors. Whoever only reads, or is turned away, shares a portal with others; whoever changes
/// something has one of their own.
async fn table_by(means: Means, actors: &[usize]) {
    let mut wrong = Vec::new();
    let reading = stage().await;
    for (operation, expected) in TABLE {
        let shared = OnceCell::new();
        for &i in actors {
            let own;
            let stage = if READING.contains(operation) {
                &reading
            } else if is_refusal(expected[i]) || EACH_FOR_THEMSELVES.contains(operation) {
                shared.get_or_init(stage).await
            } else {
                own = stage().await;
                &own
            };
            let actor = actor(stage, means, i).await;
            let status = act(operation, stage, &actor).await;
            if status != expected[i] {
                wrong.push(format!(
                    "{operation} by {} ({means:?}): {status} instead of {}",
                    actor.name, expected[i]
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[tokio::test]
async fn each_parent_and_stranger_may_do_what_the_table_says_from_the_app() {
    table_by(Means::App, &[0, 1, 2, 3, 8, 9, 10]).await;
}

#[tokio::test]
async fn each_delegate_may_do_what_the_table_says_from_the_app() {
    table_by(Means::App, &[4, 5, 6, 7]).await;
}

/// Whose a session is does not depend on how it is kept: these stand for the others.
#[tokio::test]
async fn nobody_some_parents_and_a_stranger_may_do_what_the_table_says_from_a_browser() {
    table_by(Means::Browser, &[0, 1, 2, 8]).await;
}
