//! A place for tests: answers that were written down before, and a record of what was asked.

use super::{Answer, Later, Place, Platform};
use crate::portal;
use api::{
    Call, ErrorBody, ErrorCode, Reply,
    sessions::{ChoosePasswordRequest, SessionKind, SessionView, SignInRequest},
};
use bridge::{KeychainView, StatusView};
use domain::Instant;
use serde::Serialize;
use std::{
    cell::{Cell, RefCell},
    collections::{HashMap, VecDeque},
    rc::Rc,
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
            }),
            shell: Cell::default(),
            now: Cell::default(),
            drawn: Cell::default(),
            title: RefCell::default(),
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

    fn sign_out(&self, everywhere: bool) -> Answer<StatusView> {
        self.0.signed_out.set(Some(everywhere));
        self.status()
    }

    fn open_checkout(&self, url: String) -> Answer<()> {
        self.0.opened.borrow_mut().push(url);
        Box::pin(async { Ok(()) })
    }

    fn now(&self) -> Instant {
        self.0.now.get()
    }

    fn chance(&self) -> [u8; 10] {
        self.0.drawn.set(self.0.drawn.get() + 1);
        [self.0.drawn.get(); 10]
    }

    fn sleep(&self, _: u32) -> Later<()> {
        Box::pin(std::future::pending())
    }

    fn wake(&self) -> Later<()> {
        Box::pin(std::future::pending())
    }

    fn online(&self) -> bool {
        true
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

    fn set_title(&self, title: &str) {
        title.clone_into(&mut self.0.title.borrow_mut());
    }

    fn focus(&self, _: &str) {}

    fn show_dialog(&self, _: &str) {}

    fn close_dialog(&self, _: &str) {}

    fn copy(&self, _: &str) {}
}
