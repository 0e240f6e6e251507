mod people;
mod unsure;

use super::*;
use api::{Endpoint, meals::ChangePeriod, meals::GetToday, notifications::NotificationActionView};
use domain::{MessageId, SubscriptionId};
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use tempfile::TempDir;
use tokio::sync::{mpsc, oneshot};

/// A portal, a window and a board that only remember.
struct Stage {
    folder: TempDir,
    around: Arc<Around>,
    board: Arc<Paper>,
    watch: Arc<Watch>,
    cards: mpsc::UnboundedReceiver<(Card, oneshot::Sender<Outcome>)>,
}

struct Around {
    signed_in: Mutex<bool>,
    /// How often that was asked.
    looked: Mutex<u32>,
    /// What the portal answers, by operation: each once, the last again and again.
    answers: Mutex<BTreeMap<&'static str, VecDeque<Result<Reply, ErrorBody>>>>,
    calls: mpsc::UnboundedSender<Call>,
    called: tokio::sync::Mutex<mpsc::UnboundedReceiver<Call>>,
    opened: mpsc::UnboundedSender<String>,
    paths: tokio::sync::Mutex<mpsc::UnboundedReceiver<String>>,
}

#[async_trait]
impl App for Around {
    async fn signed_in(&self) -> bool {
        *self.looked.lock().unwrap() += 1;
        *self.signed_in.lock().unwrap()
    }

    async fn call(&self, call: Call) -> Result<Reply, ErrorBody> {
        let operation = call.operation.clone();
        self.calls.send(call).unwrap();
        let mut answers = self.answers.lock().unwrap();
        let queue = answers
            .get_mut(operation.as_str())
            .unwrap_or_else(|| panic!("{operation}"));
        if queue.len() > 1 {
            queue.pop_front().unwrap()
        } else {
            queue[0].clone()
        }
    }

    async fn open(&self, path: &str) {
        self.opened.send(path.to_owned()).unwrap();
    }
}

struct Paper {
    works: Mutex<bool>,
    hangs: Mutex<bool>,
    cards: mpsc::UnboundedSender<(Card, oneshot::Sender<Outcome>)>,
}

#[async_trait]
impl Board for Paper {
    async fn works(&self) -> bool {
        let hangs = *self.hangs.lock().unwrap();
        if hangs {
            std::future::pending::<()>().await;
        }
        *self.works.lock().unwrap()
    }

    async fn show(&self, card: &Card) -> Result<Box<dyn Shown>, String> {
        if !self.works().await {
            return Err("nothing shows notifications here".to_owned());
        }
        let (act, acted) = oneshot::channel();
        self.cards.send((card.clone(), act)).unwrap();
        Ok(Box::new(Pinned(acted)))
    }
}

struct Pinned(oneshot::Receiver<Outcome>);

#[async_trait]
impl Shown for Pinned {
    async fn outcome(self: Box<Self>, take_away: oneshot::Receiver<()>) -> Outcome {
        tokio::select! {
            acted = self.0 => acted.unwrap_or(Outcome::Gone),
            _ = take_away => Outcome::Gone,
        }
    }
}

const NOW: &str = "2026-11-23T07:41:00Z";
const CUT_OFF: &str = "2026-11-23T08:30:00Z";

fn id(number: u8) -> MessageId {
    MessageId::from_parts(1, [number; 10])
}

fn child(number: u8) -> domain::ChildId {
    domain::ChildId::from_parts(1, [number; 10])
}

fn person(number: u8) -> PersonId {
    PersonId::from_parts(1, [number; 10])
}

fn me(number: u8) -> Value {
    json!({
        "now": NOW, "person": person(number), "name": "Chi Accede", "initials": "CA", "children": [],
        "body": {
            "slug": "valdarca", "name": "Comune di Valdarca", "kind": "public",
            "contacts": {"office": "Mensa", "phone": "0346 000000", "email": "mensa@example.it", "hours": "9-12"},
            "sign_in_ways": [], "model": "expected_by_default", "wallet_scope": "child", "schools": [],
        },
    })
}

#[expect(clippy::unnecessary_wraps, reason = "stands beside answers that did not come")]
fn says(body: impl serde::Serialize) -> Result<Reply, ErrorBody> {
    let body = serde_json::to_value(body).unwrap();
    Ok(Reply { status: 200, body })
}

#[expect(clippy::unnecessary_wraps, reason = "stands beside answers that did not come")]
fn refuses(status: u16, code: ErrorCode) -> Result<Reply, ErrorBody> {
    let body = serde_json::to_value(ErrorBody::new(code, "Chiama l'ufficio: 0346 000000.")).unwrap();
    Ok(Reply { status, body })
}

fn offline() -> Result<Reply, ErrorBody> {
    Err(ErrorBody::new(ErrorCode::Offline, "Il portale non risponde."))
}

fn low(number: u8) -> NotificationView {
    NotificationView {
        id: id(number),
        title: "Mensa - Comune di Valdarca".into(),
        body: "Restano 2 pasti.".into(),
        path: "/portafoglio".into(),
        tag: "low_balance".into(),
        actions: vec![NotificationActionView {
            id: NotificationAction::TopUp,
            label: "Ricarica".into(),
            path: "/ricarica".into(),
            children: Vec::new(),
        }],
        at: NOW.parse().unwrap(),
        until: None,
        ended: false,
    }
}

fn reminder(number: u8) -> NotificationView {
    NotificationView {
        body: "Oggi Anna e Luca mangiano a scuola.".into(),
        path: "/".into(),
        tag: "morning_reminder".into(),
        actions: vec![NotificationActionView {
            id: NotificationAction::AbsentToday,
            label: "Oggi non mangiano".into(),
            path: "/?assenti=oggi".into(),
            children: [1, 2].map(child).to_vec(),
        }],
        until: Some(CUT_OFF.parse().unwrap()),
        ..low(number)
    }
}

fn news(items: &[NotificationView], cursor: &str) -> Result<Reply, ErrorBody> {
    says(NotificationsView {
        now: NOW.parse().unwrap(),
        items: items.to_vec(),
        cursor: cursor.into(),
        next_in_seconds: 30,
    })
}

impl Stage {
    fn new(notifies: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings::at(folder.path());
        settings
            .remember_background(crate::settings::Background {
                notifies,
                keeps_watching: false,
            })
            .unwrap();
        let known = Watched {
            person: Some(person(1)),
            ..Watched::default()
        };
        settings.remember_watched(&known).unwrap();
        let (calls, called) = mpsc::unbounded_channel();
        let (opened, paths) = mpsc::unbounded_channel();
        let (show, cards) = mpsc::unbounded_channel();
        let around = Arc::new(Around {
            signed_in: Mutex::new(true),
            looked: Mutex::new(0),
            answers: Mutex::default(),
            calls,
            called: tokio::sync::Mutex::new(called),
            opened,
            paths: tokio::sync::Mutex::new(paths),
        });
        let board = Arc::new(Paper {
            works: Mutex::new(true),
            hangs: Mutex::new(false),
            cards: show,
        });
        let watch = Watch::new(Arc::clone(&around) as _, Arc::clone(&board) as _, settings);
        let stage = Self {
            folder,
            around,
            board,
            watch,
            cards,
        };
        stage.answers::<EndNotification>([says(())]);
        stage.answers::<UnsubscribePush>([says(())]);
        stage.answers::<GetMe>([says(me(1))]);
        stage.answers::<SubscribePush>([says(json!({"id": SubscriptionId::from_parts(1, [9; 10])}))]);
        stage
    }

    fn answers<E: Endpoint>(&self, answers: impl IntoIterator<Item = Result<Reply, ErrorBody>>) {
        let mut all = self.around.answers.lock().unwrap();
        all.insert(E::OPERATION, answers.into_iter().collect());
    }

    /// The same computer after the app was started again.
    fn again(&mut self) {
        let (app, board) = (Arc::clone(&self.around), Arc::clone(&self.board));
        self.watch = Watch::new(app, board, Settings::at(self.folder.path()));
    }

    /// The next call of an operation; those of others are passed over.
    async fn call<E: Endpoint>(&self) -> Call {
        let mut called = self.around.called.lock().await;
        loop {
            let call = called.recv().await.unwrap();
            if call.operation == E::OPERATION {
                return call;
            }
        }
    }

    async fn path(&self) -> String {
        self.around.paths.lock().await.recv().await.unwrap()
    }

    fn shown(&mut self) -> Option<(Card, oneshot::Sender<Outcome>)> {
        self.cards.try_recv().ok()
    }

    fn kept(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("settings.json")).unwrap()
    }
}

#[tokio::test]
async fn what_is_new_is_shown_once_also_after_another_start_and_never_written_down() {
    let mut stage = Stage::new(true);
    stage.answers::<ListNotifications>([news(&[low(1)], "1"), news(&[], "1")]);
    assert_eq!(stage.watch.turn().await, Some(Duration::from_secs(30)));
    let (card, _act) = stage.shown().unwrap();
    assert_eq!(
        (card.title.as_str(), card.body.as_str(), card.stays),
        ("Mensa - Comune di Valdarca", "Restano 2 pasti.", true)
    );
    assert_eq!(card.actions, [("top_up".to_owned(), "Ricarica".to_owned())]);
    stage.again();
    stage.watch.turn().await;
    assert!(stage.shown().is_none());
    assert!(
        stage
            .call::<ListNotifications>()
            .await
            .path
            .ends_with("/notifications")
    );
    assert!(stage.call::<ListNotifications>().await.path.ends_with("?after=1"));
    let kept = stage.kept();
    assert!(!kept.contains("pasti") && !kept.contains("Valdarca"), "{kept}");
}

#[tokio::test]
async fn a_computer_that_the_portal_does_not_know_subscribes_first_and_begins_anew() {
    let mut stage = Stage::new(true);
    let old = Watched {
        subscription: None,
        cursor: Some("57".into()),
        person: None,
    };
    Settings::at(stage.folder.path()).remember_watched(&old).unwrap();
    stage.answers::<ListNotifications>([refuses(404, ErrorCode::NotFound), news(&[low(1)], "1")]);
    stage.watch.turn().await;
    assert!(
        stage
            .call::<ListNotifications>()
            .await
            .path
            .ends_with("?after=57")
    );
    let subscribed = stage.call::<SubscribePush>().await;
    assert_eq!(subscribed.body, Some(json!({"kind": "desktop"})));
    assert!(
        stage
            .call::<ListNotifications>()
            .await
            .path
            .ends_with("/notifications")
    );
    assert!(stage.shown().is_some());
}

#[tokio::test]
async fn a_button_opens_its_page_and_ends_the_notification_everywhere() {
    let mut stage = Stage::new(true);
    stage.answers::<ListNotifications>([news(&[low(1)], "1")]);
    stage.watch.turn().await;
    let (_, act) = stage.shown().unwrap();
    act.send(Outcome::Chosen("top_up".into())).unwrap();
    assert_eq!(stage.path().await, "/ricarica");
    let ended = stage.call::<EndNotification>().await;
    assert!(ended.path.contains(&id(1).to_string()));
}

#[tokio::test]
async fn a_click_opens_the_page_of_the_notification_and_putting_it_away_does_nothing() {
    let mut stage = Stage::new(true);
    stage.answers::<ListNotifications>([news(&[low(1)], "1"), news(&[reminder(2)], "2")]);
    stage.watch.turn().await;
    let (_, act) = stage.shown().unwrap();
    act.send(Outcome::Chosen(DEFAULT.into())).unwrap();
    assert_eq!(stage.path().await, "/portafoglio");
    stage.call::<EndNotification>().await;
    stage.watch.turn().await;
    let (_, act) = stage.shown().unwrap();
    act.send(Outcome::PutAway).unwrap();
    while !stage.watch.state().shown.is_empty() {
        tokio::task::yield_now().await;
    }
    assert!(stage.around.paths.lock().await.try_recv().is_err());
    let mut called = stage.around.called.lock().await;
    while let Ok(call) = called.try_recv() {
        assert_eq!(call.operation, ListNotifications::OPERATION);
    }
}

#[tokio::test]
async fn what_was_acted_upon_elsewhere_or_replaced_goes_away() {
    let mut stage = Stage::new(true);
    let gone = NotificationView {
        ended: true,
        ..reminder(2)
    };
    stage.answers::<ListNotifications>([
        news(&[low(1), reminder(2)], "2"),
        news(&[gone], "3"),
        news(&[low(3)], "4"),
    ]);
    stage.watch.turn().await;
    let (_, first) = stage.shown().unwrap();
    let (_, mut second) = stage.shown().unwrap();
    stage.watch.turn().await;
    // Whoever shows it has let go of it.
    second.closed().await;
    assert!(!first.is_closed());
    stage.watch.turn().await;
    let mut first = first;
    first.closed().await;
    let (_, third) = stage.shown().unwrap();
    assert!(!third.is_closed());
    // It ended there, or was replaced: nothing is to be told to the portal.
    let mut called = stage.around.called.lock().await;
    while let Ok(call) = called.try_recv() {
        assert_eq!(call.operation, ListNotifications::OPERATION);
    }
}

fn today(standing: &str, may: impl Into<Value>) -> Value {
    let may = may.into();
    let card = |number: u8, name: &str, closes_at: &str| {
        json!({
            "child": child(number), "first_name": name, "class": null, "school": null,
            "wallet": domain::WalletId::from_parts(1, [1; 10]), "meals_left": 2, "next": null,
            "day": {"day": "2026-11-23", "standing": standing, "may": may, "closes_at": closes_at},
        })
    };
    json!({
        "now": NOW, "today": "2026-11-23", "phone": "0346 000000", "wallets": [],
        "children": [card(1, "Anna", CUT_OFF), card(2, "Luca", CUT_OFF), card(3, "Elio", CUT_OFF)],
    })
}

fn cancelled() -> Value {
    let line = |number: u8| json!({"child": child(number), "day": "2026-11-23"});
    json!({
        "receipt": {
            "number": "VA-0002C-7", "at": "2026-11-23T07:41:07Z", "choice": "does_not_eat",
            "lines": [line(1), line(2)], "undo_until": CUT_OFF, "text": "", "signature": "",
        },
        "changed": [line(1), line(2)], "refused": [], "meals": 2, "amount": 1236,
    })
}

/// What the app says after the button of a reminder was pressed.
async fn pressed(stage: &mut Stage) -> Card {
    stage.answers::<ListNotifications>([news(&[reminder(1)], "1")]);
    stage.watch.turn().await;
    let (_, act) = stage.shown().unwrap();
    act.send(Outcome::Chosen("absent_today".into())).unwrap();
    stage.cards.recv().await.unwrap().0
}

#[tokio::test]
async fn who_does_not_eat_today_is_cancelled_once_and_told_with_time_and_number() {
    let mut stage = Stage::new(true);
    stage.answers::<GetToday>([says(today("expected", json!("does_not_eat")))]);
    // The first answer is lost on its way.
    stage.answers::<ChangePeriod>([offline(), says(cancelled())]);
    let said = pressed(&mut stage).await;
    assert_eq!(said.title, "Disdetta registrata");
    assert_eq!(
        said.body,
        "Oggi Anna e Luca non mangiano a scuola. Registrata alle 8:41:07, ricevuta VA-0002C-7."
    );
    let (first, second) = (
        stage.call::<ChangePeriod>().await,
        stage.call::<ChangePeriod>().await,
    );
    assert_eq!(first, second, "the same act, with the same key");
    assert_eq!(first.key.unwrap().to_string(), id(1).to_string());
    let asked = first.body.unwrap();
    assert_eq!(
        asked["children"].as_array().unwrap().len(),
        2,
        "those whom the reminder names: {asked}"
    );
    let ended = stage.call::<EndNotification>().await;
    assert!(ended.path.contains(&id(1).to_string()));
}

#[tokio::test]
async fn what_was_not_possible_is_told_with_what_to_do() {
    let mut stage = Stage::new(true);
    stage.answers::<GetToday>([says(today("cancelled", json!("eats")))]);
    assert_eq!(pressed(&mut stage).await.title, "Nessuna disdetta da fare");
    let mut stage = Stage::new(true);
    let mut view = today("charged", Value::Null);
    view["now"] = CUT_OFF.into();
    stage.answers::<GetToday>([says(view)]);
    let late = pressed(&mut stage).await;
    assert!(
        late.title == "Disdetta non fatta" && late.body.contains("9:30") && late.body.contains("0346 000000"),
        "{late:?}"
    );
    let mut stage = Stage::new(true);
    stage.answers::<GetToday>([says(today("expected", json!("does_not_eat")))]);
    stage.answers::<ChangePeriod>([refuses(409, ErrorCode::TooLate)]);
    assert_eq!(pressed(&mut stage).await.body, "Chiama l'ufficio: 0346 000000.");
    let mut stage = Stage::new(true);
    stage.answers::<GetToday>([offline()]);
    assert!(pressed(&mut stage).await.body.contains("non è partita"));
    let mut stage = Stage::new(true);
    stage.answers::<GetToday>([says(today("expected", json!("does_not_eat")))]);
    stage.answers::<ChangePeriod>([offline()]);
    let unsure = pressed(&mut stage).await;
    assert!(
        unsure.title == "Disdetta da controllare" && unsure.body.contains("controlla"),
        "{unsure:?}"
    );
}

#[tokio::test]
async fn without_a_daemon_nothing_is_lost_and_an_absence_is_told_in_the_window() {
    let mut stage = Stage::new(true);
    *stage.board.works.lock().unwrap() = false;
    stage.answers::<ListNotifications>([news(&[low(1)], "1")]);
    assert_eq!(stage.watch.turn().await, Some(TROUBLE));
    assert!(!stage.kept().contains("cursor\": \"1"), "{}", stage.kept());
    *stage.board.works.lock().unwrap() = true;
    assert_eq!(stage.watch.turn().await, Some(Duration::from_secs(30)));
    assert!(stage.shown().is_some());
    // It went away between the reminder and the press.
    stage.answers::<ListNotifications>([news(&[reminder(2)], "2")]);
    stage.answers::<GetToday>([offline()]);
    stage.watch.turn().await;
    let (_, act) = stage.shown().unwrap();
    *stage.board.works.lock().unwrap() = false;
    act.send(Outcome::Chosen("absent_today".into())).unwrap();
    assert_eq!(stage.path().await, "/");
}

#[tokio::test]
async fn without_a_network_it_asks_less_and_less_often_and_ends_are_told_later() {
    let mut stage = Stage::new(true);
    stage.answers::<ListNotifications>([news(&[low(1)], "1"), offline()]);
    stage.answers::<EndNotification>([offline(), says(())]);
    stage.watch.turn().await;
    let (_, act) = stage.shown().unwrap();
    act.send(Outcome::Chosen(DEFAULT.into())).unwrap();
    stage.call::<EndNotification>().await;
    while stage.watch.state().to_end.is_empty() {
        tokio::task::yield_now().await;
    }
    let mut pauses = Vec::new();
    for _ in 0..7 {
        pauses.push(stage.watch.turn().await.unwrap().as_secs());
    }
    assert_eq!(pauses, [15, 30, 60, 120, 240, 300, 300]);
    stage.call::<EndNotification>().await;
    stage.answers::<ListNotifications>([news(&[], "1")]);
    assert_eq!(stage.watch.turn().await, Some(Duration::from_secs(30)));
    stage.answers::<ListNotifications>([offline()]);
    assert_eq!(stage.watch.turn().await, Some(TROUBLE));
}

#[tokio::test]
async fn who_signs_out_or_switches_it_off_sees_nothing_more() {
    let mut stage = Stage::new(true);
    let subscription = SubscriptionId::from_parts(1, [9; 10]);
    let watched = Watched {
        subscription: Some(subscription),
        cursor: None,
        person: Some(person(1)),
    };
    let settings = stage.watch.settings.clone();
    settings.remember_watched(&watched).unwrap();
    stage.answers::<ListNotifications>([news(&[low(1)], "1"), news(&[low(2)], "2")]);
    stage.watch.turn().await;
    let (_, mut act) = stage.shown().unwrap();
    *stage.around.signed_in.lock().unwrap() = false;
    assert_eq!(stage.watch.turn().await, Some(SIGNED_OUT));
    act.closed().await;
    *stage.around.signed_in.lock().unwrap() = true;
    stage.watch.turn().await;
    let (_, mut act) = stage.shown().unwrap();
    settings
        .remember_background(crate::settings::Background::default())
        .unwrap();
    assert_eq!(stage.watch.turn().await, None);
    act.closed().await;
    let ended = stage.call::<UnsubscribePush>().await;
    assert!(ended.path.contains(&subscription.to_string()));
    assert_eq!(settings.watched(), Watched::default());
}

#[tokio::test(start_paused = true)]
async fn a_reminder_goes_away_at_its_cut_off() {
    let mut stage = Stage::new(true);
    stage.answers::<ListNotifications>([news(&[reminder(1)], "1")]);
    stage.watch.turn().await;
    let (_, mut act) = stage.shown().unwrap();
    let shown = tokio::time::Instant::now();
    act.closed().await;
    assert_eq!(shown.elapsed().as_secs(), 49 * 60);
}

#[tokio::test]
async fn nothing_is_asked_where_nobody_wants_it() {
    let stage = Stage::new(false);
    assert_eq!(stage.watch.turn().await, None);
    *stage.around.signed_in.lock().unwrap() = false;
    assert_eq!(stage.watch.turn().await, None);
    assert!(stage.around.called.lock().await.try_recv().is_err());
    assert_eq!(
        *stage.around.looked.lock().unwrap(),
        0,
        "nor who is signed in: the keychain knows"
    );
}
