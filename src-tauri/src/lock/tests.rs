use super::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use tempfile::TempDir;

/// A phone that says what it was told to.
struct Phone {
    says: Mutex<UnlockOutcome>,
    asked: AtomicUsize,
}

impl Authenticator for Phone {
    fn means(&self) -> LockMeans {
        LockMeans::Finger
    }

    fn ask(&self) -> UnlockOutcome {
        self.asked.fetch_add(1, Ordering::SeqCst);
        *self.says.lock().unwrap()
    }
}

/// A phone, its clock and its storage.
struct Bench {
    folder: TempDir,
    phone: Arc<Phone>,
    now: Arc<Mutex<Instant>>,
}

impl Bench {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            phone: Arc::new(Phone {
                says: Mutex::new(UnlockOutcome::Known),
                asked: AtomicUsize::new(0),
            }),
            now: Arc::new(Mutex::new("2026-11-23T07:00:00Z".parse().unwrap())),
        }
    }

    /// The app starts.
    fn start(&self) -> Lock {
        let now = Arc::clone(&self.now);
        let clock: Clock = Arc::new(move || *now.lock().unwrap());
        Lock::new(Settings::at(self.folder.path()), self.phone.clone(), clock)
    }

    fn pass(&self, time: TimeDelta) {
        *self.now.lock().unwrap() += time;
    }

    fn says(&self, outcome: UnlockOutcome) {
        *self.phone.says.lock().unwrap() = outcome;
    }

    fn asked(&self) -> usize {
        self.phone.asked.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn nobody_is_asked_before_somebody_wanted_it() {
    let bench = Bench::new();
    let lock = bench.start();
    assert!(!lock.is_closed());
    assert_eq!(lock.unlock().await, UnlockOutcome::Known);
    lock.left();
    bench.pass(TimeDelta::days(1));
    lock.came_back();
    assert!(!lock.is_closed());
    assert_eq!(bench.asked(), 0);
}

#[tokio::test]
async fn switched_on_it_is_closed_at_the_next_start_and_opens_to_who_is_known() {
    let bench = Bench::new();
    let lock = bench.start();
    assert_eq!(lock.set(true).await.unwrap(), UnlockOutcome::Known);
    assert!(!lock.is_closed(), "who has just shown who they are goes on");
    let lock = bench.start();
    assert!(lock.is_closed());
    let view = lock.view(true).await;
    assert_eq!(
        (view.means, view.on, view.closed),
        (LockMeans::Finger, true, true)
    );
    assert_eq!(lock.unlock().await, UnlockOutcome::Known);
    assert!(!lock.is_closed());
    assert_eq!(bench.asked(), 2);
}

#[tokio::test]
async fn whoever_is_not_known_stays_outside_whatever_the_reason() {
    let bench = Bench::new();
    bench.start().set(true).await.unwrap();
    let lock = bench.start();
    for outcome in [
        UnlockOutcome::Cancelled,
        UnlockOutcome::NotKnown,
        UnlockOutcome::TooManyTries,
        UnlockOutcome::NothingSetUp,
        UnlockOutcome::Unavailable,
    ] {
        bench.says(outcome);
        assert_eq!(lock.unlock().await, outcome);
        assert!(lock.is_closed(), "{outcome:?}");
    }
}

#[tokio::test]
async fn who_is_not_known_switches_nothing() {
    let bench = Bench::new();
    bench.says(UnlockOutcome::NotKnown);
    let lock = bench.start();
    assert_eq!(lock.set(true).await.unwrap(), UnlockOutcome::NotKnown);
    assert!(!lock.view(true).await.on && !bench.start().is_closed());
    bench.says(UnlockOutcome::Known);
    lock.set(true).await.unwrap();
    bench.says(UnlockOutcome::Cancelled);
    assert_eq!(lock.set(false).await.unwrap(), UnlockOutcome::Cancelled);
    assert!(lock.view(true).await.on && bench.start().is_closed());
    bench.says(UnlockOutcome::Known);
    lock.set(false).await.unwrap();
    assert!(!bench.start().is_closed());
}

#[tokio::test]
async fn it_closes_after_five_minutes_in_the_background_and_not_before() {
    let bench = Bench::new();
    let lock = bench.start();
    lock.set(true).await.unwrap();
    lock.left();
    bench.pass(AWAY - TimeDelta::milliseconds(1));
    assert!(!lock.is_closed());
    lock.came_back();
    // In use, however long.
    bench.pass(TimeDelta::hours(1));
    assert!(!lock.is_closed());
    lock.left();
    bench.pass(TimeDelta::minutes(3));
    // Heard twice, as some systems say it.
    lock.left();
    bench.pass(TimeDelta::minutes(2));
    // A call may come before the system says that the app is back.
    assert!(lock.is_closed());
    lock.came_back();
    assert!(lock.is_closed(), "coming back opens nothing");
}

#[tokio::test]
async fn a_clock_that_was_set_back_closes_it() {
    let bench = Bench::new();
    let lock = bench.start();
    lock.set(true).await.unwrap();
    lock.left();
    bench.pass(TimeDelta::hours(-1));
    lock.came_back();
    assert!(lock.is_closed());
}

#[tokio::test]
async fn the_phones_own_question_does_not_count_as_being_away() {
    let bench = Bench::new();
    bench.start().set(true).await.unwrap();
    let lock = bench.start();
    // The question covers the app, and some phones say so without ever saying that it is back.
    lock.left();
    assert_eq!(lock.unlock().await, UnlockOutcome::Known);
    bench.pass(AWAY * 2);
    assert!(!lock.is_closed());
}

#[tokio::test]
async fn without_anybody_signed_in_there_is_nothing_to_lock() {
    let bench = Bench::new();
    bench.start().set(true).await.unwrap();
    let lock = bench.start();
    assert!(!lock.view(false).await.closed);
    lock.opened();
    assert!(
        !lock.view(true).await.closed,
        "who has just signed in is not asked again"
    );
    lock.forget();
    assert!(!bench.start().is_closed(), "who signs out takes the lock away");
}

#[tokio::test]
async fn a_choice_that_cannot_be_kept_is_not_made() {
    let bench = Bench::new();
    let file = bench.folder.path().join("file");
    std::fs::write(&file, "in the way").unwrap();
    let clock: Clock = Arc::new(|| "2026-11-23T07:00:00Z".parse().unwrap());
    let lock = Lock::new(Settings::at(&file), bench.phone.clone(), clock);
    assert_eq!(lock.set(true).await.unwrap_err().code, ErrorCode::Internal);
    assert!(!lock.view(true).await.on);
}

/// A phone that asks until the test lets it go.
struct Slow(Mutex<std::sync::mpsc::Receiver<()>>);

impl Authenticator for Slow {
    fn means(&self) -> LockMeans {
        LockMeans::Face
    }

    fn ask(&self) -> UnlockOutcome {
        self.0.lock().unwrap().recv().unwrap();
        UnlockOutcome::Known
    }
}

#[tokio::test]
async fn the_phone_asks_one_question_at_a_time() {
    let bench = Bench::new();
    Settings::at(bench.folder.path()).remember_lock(true).unwrap();
    let (go, wait) = std::sync::mpsc::channel();
    let clock: Clock = Arc::new(|| "2026-11-23T07:00:00Z".parse().unwrap());
    let slow = Arc::new(Slow(Mutex::new(wait)));
    let lock = Arc::new(Lock::new(Settings::at(bench.folder.path()), slow, clock));
    let first = tokio::spawn({
        let lock = Arc::clone(&lock);
        async move { lock.unlock().await }
    });
    while !lock.state().asking {
        tokio::task::yield_now().await;
    }
    assert_eq!(lock.unlock().await, UnlockOutcome::Cancelled);
    assert!(lock.is_closed());
    go.send(()).unwrap();
    assert_eq!(first.await.unwrap(), UnlockOutcome::Known);
    assert!(!lock.is_closed());
}

#[test]
fn every_code_that_a_phone_gives_is_understood_and_none_opens() {
    for (code, expected) in [
        (Some("userCancel"), UnlockOutcome::Cancelled),
        (Some("systemCancel"), UnlockOutcome::Cancelled),
        (Some("authenticationFailed"), UnlockOutcome::NotKnown),
        (Some("biometryLockout"), UnlockOutcome::TooManyTries),
        (Some("passcodeNotSet"), UnlockOutcome::NothingSetUp),
        (Some("biometryNotEnrolled"), UnlockOutcome::NothingSetUp),
        (Some("biometryNotAvailable"), UnlockOutcome::Unavailable),
        (Some(""), UnlockOutcome::Unavailable),
        (Some("something of tomorrow"), UnlockOutcome::Unavailable),
        (None, UnlockOutcome::Unavailable),
    ] {
        assert_eq!(outcome(code), expected, "{code:?}");
    }
}
