//! What is read from the portal, and how it stands. Every remote read of every screen goes through here.

use crate::{
    clock::Clock,
    offline::kept,
    platform::{Here, use_here},
    portal,
    session::{Session, Standing},
    under_way::UnderWay,
};
use api::{Call, Endpoint, ErrorBody, ErrorCode};
use dioxus::prelude::*;
use domain::{Instant, PersonId};
use serde_json::Value;
use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

/// How a read stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Remote<T> {
    /// Nothing came yet: a skeleton.
    Loading,
    /// It is here, since `at` (the portal's clock, or this machine's where the portal told none).
    Ready {
        /// What the portal said.
        value: T,
        /// When.
        at: Instant,
    },
    /// What was known `at` that time; asking again failed.
    Stale {
        /// What the portal said then.
        value: T,
        /// When.
        at: Instant,
        /// Why asking again failed.
        error: ErrorBody,
    },
    /// Nothing is known.
    Failed(ErrorBody),
}

impl<T> Remote<T> {
    /// What is known, fresh or not.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Ready { value, .. } | Self::Stale { value, .. } => Some(value),
            Self::Loading | Self::Failed(_) => None,
        }
    }
}

/// What was read in this session, by path: shown at once when the person comes back to a screen, and when
/// the network is gone. Forgotten at sign-out. What outlives this page is in [`crate::offline::kept`].
#[derive(Clone, Default)]
pub struct Known {
    answers: Rc<RefCell<HashMap<String, (Value, Instant)>>>,
    stocked: Rc<Cell<bool>>,
    under_way: UnderWay,
}

impl Known {
    /// Forgets everything.
    pub fn forget(&self) {
        self.answers.borrow_mut().clear();
        self.stocked.set(false);
    }

    /// The reads that are under way.
    pub fn under_way(&self) -> UnderWay {
        self.under_way.clone()
    }

    /// Whether nobody asked this before, since the person came.
    pub fn first_stocking(&self) -> bool {
        !self.stocked.replace(true)
    }
}

/// A read and the way to repeat it.
pub struct Source<T: 'static> {
    state: Signal<Remote<T>>,
    again: Callback<()>,
}

impl<T> Clone for Source<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Source<T> {}
impl<T> PartialEq for Source<T> {
    fn eq(&self, other: &Self) -> bool {
        self.state == other.state
    }
}

impl<T: 'static> Source<T> {
    /// How it stands; the component that calls this is drawn again when it changes.
    pub fn state(self) -> ReadSignal<Remote<T>> {
        self.state.into()
    }

    /// Asks again. What is shown stays until the answer comes.
    pub fn reload(self) {
        self.again.call(());
    }

    /// Changes what is shown, where an act told something newer than the last read.
    pub fn amend(mut self, change: impl FnOnce(&mut T)) {
        self.state.with_mut(|state| match state {
            Remote::Ready { value, .. } | Remote::Stale { value, .. } => change(value),
            Remote::Loading | Remote::Failed(_) => {}
        });
    }
}

/// Reads an endpoint now, and again whenever its path or query changes. What was known before is shown meanwhile.
pub fn use_source<E: Endpoint<Request = ()> + 'static>(endpoint: E, query: E::Query) -> Source<E::Response>
where
    E::Response: 'static,
{
    use_reading(endpoint, query, true)
}

/// The same where only what the portal says now will do: what may be paid is never shown from memory.
pub fn use_fresh<E: Endpoint<Request = ()> + 'static>(endpoint: E, query: E::Query) -> Source<E::Response>
where
    E::Response: 'static,
{
    use_reading(endpoint, query, false)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "a screen names its endpoint on the spot: use_source(GetToday {}, NoQuery {})"
)]
fn use_reading<E: Endpoint<Request = ()> + 'static>(
    endpoint: E,
    query: E::Query,
    from_memory: bool,
) -> Source<E::Response>
where
    E::Response: 'static,
{
    let here = use_here();
    let known = use_context::<Known>();
    let session = use_context::<Session>();
    let clock = use_context::<Clock>();
    let call = Call::new(&endpoint, &query, &(), None).map_err(|_| portal::unreadable());
    let path = call.as_ref().map(|c| c.path.clone()).unwrap_or_default();
    let recalled = {
        let (known, path) = (known.clone(), path.clone());
        move || {
            if from_memory {
                recall::<E::Response>(&known, &path)
            } else {
                Remote::Loading
            }
        }
    };
    let mut state = use_signal(recalled.clone());
    let mut asked = use_hook(|| CopyValue::new(0_u64));
    let again = use_callback(move |()| {
        asked += 1;
        let (number, here, known) = (asked(), here.clone(), known.clone());
        let call = call.clone();
        let asked_path = call.as_ref().map(|c| c.path.clone()).unwrap_or_default();
        let under_way = known.under_way.begin();
        spawn(async move {
            let answer = match call {
                Ok(call) => read(&here, &known, clock, session.person(), call).await,
                Err(error) => Err(error),
            };
            if answer.is_err() {
                under_way.fail();
            }
            // An answer to an older question says nothing about what is asked now.
            if asked() != number {
                return;
            }
            let answer = answer.and_then(|(body, at)| match serde_json::from_value(body) {
                Ok(value) => Ok((value, at)),
                Err(_) => Err(portal::unreadable()),
            });
            match answer {
                Ok((value, at)) => state.set(Remote::Ready { value, at }),
                Err(error) if error.code == ErrorCode::Unauthenticated => session.set(Standing::Anonymous),
                Err(error) if error.code == ErrorCode::PasswordChoiceRequired => {
                    session.set(Standing::choosing(None, None));
                }
                Err(error) => {
                    let kept = if from_memory {
                        kept_answer(&here, session, &error, &asked_path)
                    } else {
                        None
                    };
                    state.with_mut(|state| {
                        *state = match std::mem::replace(state, Remote::Loading) {
                            Remote::Ready { value, at } | Remote::Stale { value, at, .. } => {
                                Remote::Stale { value, at, error }
                            }
                            Remote::Loading | Remote::Failed(_) => stale(kept, error),
                        }
                    });
                }
            }
        });
    });
    let mut shown_path = use_hook(|| CopyValue::new(path.clone()));
    use_effect(use_reactive((&path,), move |(path,)| {
        if *shown_path.peek() != path {
            shown_path.set(path);
            state.set(recalled());
        }
        again.call(());
    }));
    Source { state, again }
}

/// The part that is the same for every endpoint, so that it is in the program once.
async fn read(
    here: &Here,
    known: &Known,
    clock: Clock,
    person: Option<PersonId>,
    call: Call,
) -> Result<(Value, Instant), ErrorBody> {
    let reply = here.call(call.clone()).await?;
    if !(200..300).contains(&reply.status) {
        if matches!(reply.status, 403 | 404) {
            kept::refused(here, &call.path);
            known.answers.borrow_mut().remove(&call.path);
        }
        return Err(serde_json::from_value(reply.body).unwrap_or_else(|_| portal::unreadable()));
    }
    let now = reply.body.get("now");
    let told = now.and_then(|now| serde_json::from_value(now.clone()).ok());
    if let Some(now) = told {
        clock.set(here, now);
    }
    let at = told.or(clock.peek()).unwrap_or_else(|| here.now());
    if let Some(person) = person {
        let offset = told
            .or(clock.peek())
            .map_or_else(|| kept::offset(here), |now| now - here.now());
        kept::keep(here, person, &call, &reply.body, at, offset);
    }
    known
        .answers
        .borrow_mut()
        .insert(call.path, (reply.body.clone(), at));
    Ok((reply.body, at))
}

/// What this device keeps of an answer, where asking was not answered. A refusal is an answer.
fn kept_answer(here: &Here, session: Session, error: &ErrorBody, path: &str) -> Option<(Value, Instant)> {
    let person = session.person().filter(|_| portal::is_unanswered(error))?;
    let kept = kept::recall(here, Some(person), path)?;
    Some((kept.body, kept.at))
}

fn stale<T: serde::de::DeserializeOwned>(kept: Option<(Value, Instant)>, error: ErrorBody) -> Remote<T> {
    let read = kept.and_then(|(body, at)| Some((serde_json::from_value(body).ok()?, at)));
    match read {
        Some((value, at)) => Remote::Stale { value, at, error },
        None => Remote::Failed(error),
    }
}

fn recall<T: serde::de::DeserializeOwned>(known: &Known, path: &str) -> Remote<T> {
    let known = known.answers.borrow();
    known
        .get(path)
        .and_then(|(body, at)| {
            let value = serde_json::from_value(body.clone()).ok()?;
            Some(Remote::Ready { value, at: *at })
        })
        .unwrap_or(Remote::Loading)
}

/// Does something each time the person comes back to the window or the network changes.
pub fn use_wake(act: impl FnMut() + 'static) {
    let here = use_here();
    let act = use_hook(|| Rc::new(RefCell::new(act)));
    use_future(move || {
        let (here, act) = (here.clone(), act.clone());
        async move {
            loop {
                here.wake().await;
                (act.borrow_mut())();
            }
        }
    });
}
