//! A place for tests: answers that were written down before, and a record of what was asked.

use super::{
    Answer, Later, Place, Platform,
    push::{Keys, NotSubscribed, Notices},
};
use crate::portal;
use api::{
    Call, ErrorBody, ErrorCode, Reply,
    logins::RedeemedLoginView,
    notices::DocumentView,
    sessions::{ChoosePasswordRequest, SessionKind, SessionView, SignInRequest},
};
use bridge::{
    BackgroundView, KeychainView, LinkView, LockView, PendingLoginView, SetBackgroundArgs, StartLoginArgs,
    StatusView, UnlockedView,
};
use domain::{Instant, LoginId};
use serde::Serialize;
use std::{
    cell::{Cell, RefCell},
    collections::{HashMap, VecDeque},
    future::poll_fn,
    rc::Rc,
    task::{Poll, Waker},
};

/// What the next call of an operation gets.
#[derive(Clone)]
enum Script {
    Say(Reply),
    Fail(ErrorBody),
    Never,
}

/// What a test told and what was done.
#[derive(Clone, Default)]
pub struct Fake(Rc<Inner>);

struct Inner {
    scripts: RefCell<HashMap<String, VecDeque<Script>>>,
    calls: RefCell<Vec<Call>>,
    opened: RefCell<Vec<String>>,
    signed_out: Cell<Option<bool>>,
    memory: RefCell<HashMap<String, String>>,
    status: RefCell<StatusView>,
    shell: Cell<bool>,
    now: Cell<Instant>,
    drawn: Cell<u8>,
    title: RefCell<String>,
    naps: RefCell<Vec<Rc<Nap>>>,
    waiting: RefCell<Vec<Rc<Nap>>>,
    copied: RefCell<Vec<String>>,
    no_clipboard: Cell<bool>,
    kept: RefCell<Vec<DocumentView>>,
    full: Cell<bool>,
    shared: RefCell<Vec<DocumentView>>,
    sharing: Cell<Option<bool>>,
    shared_texts: RefCell<Vec<String>>,
    hidden: Cell<bool>,
    covered: Cell<bool>,
    scrolled: Cell<bool>,
    closed_browser: Cell<bool>,
    outcome: RefCell<Option<String>>,
    unplugged: Cell<bool>,
    renewing: RefCell<Vec<Rc<Nap>>>,
    reloaded: Cell<bool>,
    summonses: RefCell<VecDeque<String>>,
    following: RefCell<Vec<Rc<Nap>>>,
    notices: RefCell<Option<Notices>>,
    permission: RefCell<Option<NotSubscribed>>,
    subscribed: RefCell<Vec<String>>,
}

/// Somebody who waits: so many milliseconds, or for the person.
#[derive(Default)]
struct Nap {
    millis: u32,
    over: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl Nap {
    fn wait(self: Rc<Self>) -> Later<()> {
        Box::pin(poll_fn(move |context| {
            if self.over.get() {
                return Poll::Ready(());
            }
            *self.waker.borrow_mut() = Some(context.waker().clone());
            Poll::Pending
        }))
    }

    fn end(&self) {
        self.over.set(true);
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

impl Default for Inner {
    fn default() -> Self {
        Self {
            scripts: RefCell::default(),
            calls: RefCell::default(),
            opened: RefCell::default(),
            signed_out: Cell::default(),
            memory: RefCell::default(),
            status: RefCell::new(StatusView {
                portal: Some("https://mensa.example.it".into()),
                session: None,
                keychain: KeychainView::System,
                shares: false,
            }),
            shell: Cell::default(),
            now: Cell::default(),
            drawn: Cell::default(),
            title: RefCell::default(),
            naps: RefCell::default(),
            waiting: RefCell::default(),
            copied: RefCell::default(),
            no_clipboard: Cell::default(),
            kept: RefCell::default(),
            full: Cell::default(),
            shared: RefCell::default(),
            sharing: Cell::default(),
            shared_texts: RefCell::default(),
            hidden: Cell::default(),
            covered: Cell::default(),
            scrolled: Cell::default(),
            closed_browser: Cell::default(),
            outcome: RefCell::default(),
            unplugged: Cell::default(),
            renewing: RefCell::default(),
            reloaded: Cell::default(),
            summonses: RefCell::default(),
            following: RefCell::default(),
            notices: RefCell::default(),
            permission: RefCell::default(),
            subscribed: RefCell::default(),
        }
    }
}

impl Fake {
    /// Whose machine clock stands at `now`.
    pub fn at(now: Instant) -> Self {
        let fake = Self::default();
        fake.0.now.set(now);
        fake
    }

    /// In the shell, standing so.
    #[must_use]
    pub fn in_shell(self, status: StatusView) -> Self {
        self.0.shell.set(true);
        *self.0.status.borrow_mut() = status;
        self
    }

    fn script(&self, operation: &str, script: Script) {
        self.0
            .scripts
            .borrow_mut()
            .entry(operation.to_owned())
            .or_default()
            .push_back(script);
    }

    /// The next call of `operation` gets this answer; the last answer told is repeated.
    #[must_use]
    pub fn says(self, operation: &str, body: &impl Serialize) -> Self {
        let body = serde_json::to_value(body).unwrap_or_default();
        self.script(operation, Script::Say(Reply { status: 200, body }));
        self
    }

    /// The next call of `operation` is refused so.
    #[must_use]
    pub fn refuses(self, operation: &str, error: ErrorBody) -> Self {
        self.script(operation, Script::Fail(error));
        self
    }

    /// The next call of `operation` finds no network.
    #[must_use]
    pub fn offline(self, operation: &str) -> Self {
        self.refuses(operation, portal::offline())
    }

    /// The next call of `operation` gets no answer for as long as the test runs.
    #[must_use]
    pub fn silent(self, operation: &str) -> Self {
        self.script(operation, Script::Never);
        self
    }

    /// What was asked of an operation, in order.
    pub fn calls(&self, operation: &str) -> Vec<Call> {
        let calls = self.0.calls.borrow();
        calls
            .iter()
            .filter(|c| c.operation == operation)
            .cloned()
            .collect()
    }

    /// Which checkouts were opened.
    pub fn opened(&self) -> Vec<String> {
        self.0.opened.borrow().clone()
    }

    /// Whether the person signed out, and whether everywhere.
    pub fn signed_out(&self) -> Option<bool> {
        self.0.signed_out.get()
    }

    /// The window's title.
    pub fn title(&self) -> String {
        self.0.title.borrow().clone()
    }

    /// What was put on the clipboard.
    pub fn copied(&self) -> Vec<String> {
        self.0.copied.borrow().clone()
    }

    /// Nothing can be put on the clipboard.
    #[must_use]
    pub fn without_clipboard(self) -> Self {
        self.0.no_clipboard.set(true);
        self
    }

    /// Which documents were kept.
    pub fn kept(&self) -> Vec<DocumentView> {
        self.0.kept.borrow().clone()
    }

    /// No document can be kept.
    #[must_use]
    pub fn without_room(self) -> Self {
        self.0.full.set(true);
        self
    }

    /// Files can be handed to other apps, as far as the place believes; whether it `works` shows when it is tried.
    #[must_use]
    pub fn sharing(self, works: bool) -> Self {
        self.0.sharing.set(Some(works));
        self
    }

    /// Which documents were handed to other apps.
    pub fn shared(&self) -> Vec<DocumentView> {
        self.0.shared.borrow().clone()
    }

    /// Which texts were handed to other apps.
    pub fn shared_texts(&self) -> Vec<String> {
        self.0.shared_texts.borrow().clone()
    }

    /// The person goes to another app, or comes back.
    pub fn hide(&self, hidden: bool) {
        self.0.hidden.set(hidden);
        self.come_back();
    }

    /// Whether nothing can be seen of what is drawn.
    pub fn covered(&self) -> bool {
        self.0.covered.get()
    }

    /// The page is not at its top any more, or is again.
    pub fn scroll(&self, scrolled: bool) {
        self.0.scrolled.set(scrolled);
    }

    fn is_scripted(&self, name: &str) -> bool {
        self.0.scripts.borrow().contains_key(name)
    }

    /// No checkout can be opened.
    #[must_use]
    pub fn without_browser(self) -> Self {
        self.0.closed_browser.set(true);
        self
    }

    /// The same device with the page opened anew: what was kept is still there, nothing else is.
    #[must_use]
    pub fn opened_anew(&self) -> Self {
        let fake = Self::at(self.0.now.get());
        fake.0.memory.borrow_mut().clone_from(&self.0.memory.borrow());
        fake.0.shell.set(self.0.shell.get());
        fake
    }

    /// The machine is in no network, or in one again, and knows it.
    pub fn unplug(&self, unplugged: bool) {
        self.0.unplugged.set(unplugged);
    }

    /// The machine's clock stands there now.
    pub fn set(&self, now: Instant) {
        self.0.now.set(now);
    }

    /// Everything that is kept on the device, as text.
    pub fn memory(&self) -> String {
        format!("{:?}", self.0.memory.borrow())
    }

    /// A newer version of the page is ready.
    pub fn renew(&self) {
        for nap in self.0.renewing.take() {
            nap.end();
        }
    }

    /// Whether the page was opened anew.
    pub fn reloaded(&self) -> bool {
        self.0.reloaded.get()
    }

    /// Everybody who sleeps wakes up, however long they meant to. Tells how long that was.
    pub fn pass(&self) -> Vec<u32> {
        // Who was dropped meanwhile does not sleep any more.
        let naps = self
            .0
            .naps
            .take()
            .into_iter()
            .filter(|nap| Rc::strong_count(nap) > 1);
        naps.map(|nap| {
            nap.end();
            nap.millis
        })
        .collect()
    }

    /// The person comes back to the window.
    pub fn come_back(&self) {
        for nap in self.0.waiting.take() {
            nap.end();
        }
    }

    /// A notification was pressed, which leads there.
    pub fn summon(&self, path: &str) {
        self.0.summonses.borrow_mut().push_back(path.to_owned());
        for nap in self.0.following.take() {
            nap.end();
        }
    }

    /// So it stands with notifications here.
    #[must_use]
    pub fn with_notices(self, notices: Notices) -> Self {
        *self.0.notices.borrow_mut() = Some(notices);
        self
    }

    /// The person, or the browser, will not have it.
    #[must_use]
    pub fn not_subscribing(self, why: NotSubscribed) -> Self {
        *self.0.permission.borrow_mut() = Some(why);
        self
    }

    /// How it stands with notifications here now.
    pub fn notices_now(&self) -> Option<Notices> {
        self.0.notices.borrow().clone()
    }

    /// With which keys of a portal the browser subscribed.
    pub fn subscribed(&self) -> Vec<String> {
        self.0.subscribed.borrow().clone()
    }

    fn answer(&self, call: Call) -> Answer<Reply> {
        let script = {
            let mut scripts = self.0.scripts.borrow_mut();
            scripts.get_mut(&call.operation).and_then(|queue| {
                if queue.len() > 1 {
                    queue.pop_front()
                } else {
                    queue.front().cloned()
                }
            })
        };
        let unscripted = || {
            ErrorBody::new(
                ErrorCode::Internal,
                format!("no answer was told for {}", call.operation),
            )
        };
        let script = script.unwrap_or_else(|| Script::Fail(unscripted()));
        self.0.calls.borrow_mut().push(call);
        Box::pin(async move {
            match script {
                Script::Say(reply) => Ok(reply),
                Script::Fail(error) => Err(error),
                Script::Never => std::future::pending().await,
            }
        })
    }

    /// A command that is no operation of the portal.
    fn command<T: serde::de::DeserializeOwned + 'static>(
        &self,
        name: &str,
        path: &str,
        body: &impl Serialize,
    ) -> Answer<T> {
        let answer = self.answer(Call {
            operation: name.to_owned(),
            method: api::Method::Post,
            path: path.to_owned(),
            body: serde_json::to_value(body).ok(),
            key: None,
        });
        Box::pin(async move { serde_json::from_value(answer.await?.body).map_err(|_| portal::unreadable()) })
    }

    /// The page was opened at an address that says this of a login.
    #[must_use]
    pub fn with_outcome(self, outcome: &str) -> Self {
        *self.0.outcome.borrow_mut() = Some(outcome.to_owned());
        self
    }

    fn session(&self, operation: &str, body: &impl Serialize) -> Answer<SessionView> {
        let call = Call {
            operation: operation.to_owned(),
            method: api::Method::Post,
            path: String::new(),
            body: serde_json::to_value(body).ok(),
            key: None,
        };
        let answer = self.answer(call);
        Box::pin(async move { answer.await?.read::<api::sessions::SignIn>() })
    }
}

/// A session as the portal opens it.
pub fn session(kind: SessionKind) -> SessionView {
    SessionView {
        kind,
        body: "valmora".into(),
        password_min: 12,
        tokens: None,
    }
}

/// Of this browser's subscription.
pub fn keys() -> Keys {
    Keys {
        endpoint: "https://push.example/1".into(),
        public_key: "BPublic".into(),
        secret: api::sessions::Secret("segreto".into()),
    }
}

impl Platform for Fake {
    fn place(&self) -> Place {
        if self.0.shell.get() {
            Place::Shell
        } else {
            Place::Browser
        }
    }

    fn call(&self, call: Call) -> Answer<Reply> {
        self.answer(call)
    }

    fn status(&self) -> Answer<StatusView> {
        let status = self.0.status.borrow().clone();
        Box::pin(async { Ok(status) })
    }

    fn choose_portal(&self, address: String) -> Answer<StatusView> {
        let call = Call {
            operation: "choose_portal".into(),
            method: api::Method::Post,
            path: address.clone(),
            body: None,
            key: None,
        };
        let answer = self.answer(call);
        let mut status = self.0.status.borrow().clone();
        status.portal = Some(address);
        Box::pin(async move { answer.await.map(|_| status) })
    }

    fn sign_in(&self, request: SignInRequest) -> Answer<SessionView> {
        self.session("sign_in", &request)
    }

    fn choose_password(&self, request: ChoosePasswordRequest) -> Answer<SessionView> {
        self.session("choose_password", &request)
    }

    fn open_session(&self, call: Call) -> Answer<SessionView> {
        let answer = self.answer(call);
        Box::pin(async move { answer.await?.read::<api::sessions::SignIn>() })
    }

    fn begin_login(&self, args: StartLoginArgs, back: String) -> Answer<Option<PendingLoginView>> {
        self.command("begin_login", &back, &args)
    }

    fn pending_login(&self) -> Answer<Option<PendingLoginView>> {
        if self.0.scripts.borrow().contains_key("pending_login") {
            return self.command("pending_login", "", &());
        }
        Box::pin(async { Ok(None) })
    }

    fn open_login(&self, login: LoginId) -> Answer<()> {
        self.command("open_login", "", &login)
    }

    fn await_login(&self, login: LoginId) -> Answer<RedeemedLoginView> {
        self.command("await_login", "", &login)
    }

    fn cancel_login(&self, login: LoginId) -> Answer<()> {
        self.command("cancel_login", "", &login)
    }

    fn outcome(&self) -> Option<String> {
        self.0.outcome.take()
    }

    fn sign_out(&self, everywhere: bool) -> Answer<StatusView> {
        self.0.signed_out.set(Some(everywhere));
        self.0.status.borrow_mut().session = None;
        self.status()
    }

    fn open_checkout(&self, url: String) -> Answer<()> {
        self.0.opened.borrow_mut().push(url);
        let closed = self.0.closed_browser.get();
        Box::pin(async move { if closed { Err(portal::unreadable()) } else { Ok(()) } })
    }

    fn now(&self) -> Instant {
        self.0.now.get()
    }

    fn chance(&self) -> [u8; 10] {
        self.0.drawn.set(self.0.drawn.get() + 1);
        [self.0.drawn.get(); 10]
    }

    fn sleep(&self, millis: u32) -> Later<()> {
        let nap = Rc::new(Nap {
            millis,
            ..Nap::default()
        });
        self.0.naps.borrow_mut().push(nap.clone());
        nap.wait()
    }

    fn wake(&self) -> Later<()> {
        let nap = Rc::<Nap>::default();
        self.0.waiting.borrow_mut().push(nap.clone());
        nap.wait()
    }

    fn online(&self) -> bool {
        !self.0.unplugged.get()
    }

    fn visible(&self) -> bool {
        !self.0.hidden.get()
    }

    fn remember(&self, name: &str, value: &str) {
        self.0
            .memory
            .borrow_mut()
            .insert(name.to_owned(), value.to_owned());
    }

    fn recall(&self, name: &str) -> Option<String> {
        self.0.memory.borrow().get(name).cloned()
    }

    fn forget(&self, name: &str) {
        self.0.memory.borrow_mut().remove(name);
    }

    fn newer(&self) -> Later<()> {
        let nap = Rc::<Nap>::default();
        self.0.renewing.borrow_mut().push(nap.clone());
        nap.wait()
    }

    fn reload(&self) {
        self.0.reloaded.set(true);
    }

    fn summoned(&self) -> Later<String> {
        let inner = self.0.clone();
        Box::pin(async move {
            loop {
                if let Some(path) = inner.summonses.borrow_mut().pop_front() {
                    return path;
                }
                let nap = Rc::<Nap>::default();
                inner.following.borrow_mut().push(nap.clone());
                nap.wait().await;
            }
        })
    }

    fn notices(&self) -> Later<Notices> {
        let notices = self.notices_now().unwrap_or(Notices::Unsupported);
        Box::pin(async { notices })
    }

    fn subscribe(&self, key: String) -> Later<Result<Keys, NotSubscribed>> {
        self.0.subscribed.borrow_mut().push(key);
        let answer = match *self.0.permission.borrow() {
            Some(why) => Err(why),
            None => Ok(keys()),
        };
        if answer.is_ok() {
            *self.0.notices.borrow_mut() = Some(Notices::On(keys()));
        }
        Box::pin(async { answer })
    }

    fn unsubscribe(&self) -> Later<()> {
        *self.0.notices.borrow_mut() = Some(Notices::Off);
        Box::pin(async {})
    }

    fn set_title(&self, title: &str) {
        title.clone_into(&mut self.0.title.borrow_mut());
    }

    fn focus(&self, _: &str) {}

    fn show_dialog(&self, _: &str) {}

    fn close_dialog(&self, _: &str) {}

    fn copy(&self, text: &str) -> Later<bool> {
        let works = !self.0.no_clipboard.get();
        if works {
            self.0.copied.borrow_mut().push(text.to_owned());
        }
        Box::pin(async move { works })
    }

    fn keep_document(&self, document: DocumentView) -> Answer<String> {
        let full = self.0.full.get();
        let name = document.file_name.clone();
        if !full {
            self.0.kept.borrow_mut().push(document);
        }
        Box::pin(async move { if full { Err(portal::unreadable()) } else { Ok(name) } })
    }

    fn can_share(&self) -> bool {
        self.0.sharing.get().is_some()
    }

    fn share_document(&self, document: DocumentView) -> Later<bool> {
        let works = self.0.sharing.get() == Some(true);
        if works {
            self.0.shared.borrow_mut().push(document);
        }
        Box::pin(async move { works })
    }

    fn can_share_text(&self) -> bool {
        self.can_share()
    }

    fn share_text(&self, text: &str) -> Later<bool> {
        let works = self.0.sharing.get() == Some(true);
        if works {
            self.0.shared_texts.borrow_mut().push(text.to_owned());
        }
        Box::pin(async move { works })
    }

    fn lock_status(&self) -> Answer<LockView> {
        if self.is_scripted("lock_status") {
            return self.command("lock_status", "", &());
        }
        Box::pin(async { Ok(LockView::NONE) })
    }

    fn set_lock(&self, on: bool) -> Answer<UnlockedView> {
        self.command("set_lock", "", &on)
    }

    fn unlock(&self) -> Answer<UnlockedView> {
        self.command("unlock", "", &())
    }

    fn background(&self) -> Answer<BackgroundView> {
        if self.is_scripted("background_status") {
            return self.command("background_status", "", &());
        }
        Box::pin(async { Ok(BackgroundView::NONE) })
    }

    fn set_background(&self, wish: SetBackgroundArgs) -> Answer<BackgroundView> {
        self.command("set_background", "", &wish)
    }

    fn cover(&self, covered: bool) {
        self.0.covered.set(covered);
    }

    fn await_link(&self) -> Answer<Option<LinkView>> {
        let left = self.0.scripts.borrow().get("await_link").map(VecDeque::len);
        // The last answer told is not repeated: a link comes once.
        if left.is_none_or(|left| left == 1 && !self.calls("await_link").is_empty()) {
            return Box::pin(std::future::pending());
        }
        self.command("await_link", "", &())
    }

    fn at_top(&self) -> bool {
        !self.0.scrolled.get()
    }

    fn rouse(&self) {
        self.come_back();
    }
}
