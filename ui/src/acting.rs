//! An act from the finger to its answer: one at a time, repeated with the same key where nobody knows what became of it,
//! and after asking who the person is where the portal wants to be sure.
//!
//! ```ignore
//! let acting = use_acting::<AddContact>(move |contact| source.reload());
//! acting.start(AddContact {}, request);
//! rsx! { Asked { acting, about: t!("contacts-about-add") } Button { busy: acting.busy(), .. } }
//! ```

use crate::{
    confirm::ConfirmYou,
    platform::{Here, use_here},
    portal::{Act, is_unanswered},
    session::{Standing, use_session},
};
use api::{Endpoint, ErrorBody, ErrorCode, NoQuery};
use dioxus::prelude::*;

/// Acts of one kind on one screen.
pub struct Acting<E: Endpoint<Query = NoQuery> + 'static>
where
    E::Request: 'static,
{
    here: CopyValue<Here>,
    /// What is on its way, or may have to be sent again.
    act: Signal<Option<Act<E>>>,
    busy: Signal<bool>,
    error: Signal<Option<ErrorBody>>,
    asked: Signal<Option<ErrorBody>>,
    send: Callback<()>,
}

impl<E: Endpoint<Query = NoQuery>> Clone for Acting<E> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<E: Endpoint<Query = NoQuery>> Copy for Acting<E> {}
impl<E: Endpoint<Query = NoQuery>> PartialEq for Acting<E> {
    fn eq(&self, other: &Self) -> bool {
        self.busy == other.busy
    }
}

impl<E: Endpoint<Query = NoQuery> + PartialEq + Clone> Acting<E>
where
    E::Request: PartialEq + Clone,
{
    /// Sends an act. The same as before, after no answer came, has the key of before.
    pub fn start(mut self, endpoint: E, request: E::Request) {
        if *self.busy.peek() {
            return;
        }
        let same = self
            .act
            .peek()
            .as_ref()
            .is_some_and(|act| act.is(&endpoint, &request));
        if !same {
            self.act.set(Some(Act::new(&self.here.read(), endpoint, request)));
        }
        self.send.call(());
    }

    /// Whether it is on its way.
    pub fn busy(self) -> bool {
        *self.busy.read()
    }

    /// Why it was not done.
    pub fn error(self) -> Option<ErrorBody> {
        self.error.read().clone()
    }

    /// Forgets why it was not done.
    pub fn clear(mut self) {
        self.error.set(None);
    }
}

/// Acts of one kind. `ondone` gets what the portal answered.
pub fn use_acting<E>(mut ondone: impl FnMut(E::Response) + 'static) -> Acting<E>
where
    E: Endpoint<Query = NoQuery> + PartialEq + Clone + 'static,
    E::Request: PartialEq + Clone + 'static,
    E::Response: 'static,
{
    let here = use_here();
    let session = use_session();
    let mut act = use_signal(|| None::<Act<E>>);
    let mut busy = use_signal(|| false);
    let mut error = use_signal(|| None::<ErrorBody>);
    let mut asked = use_signal(|| None::<ErrorBody>);
    let done = use_callback(move |response: E::Response| ondone(response));
    let kept = use_hook(|| CopyValue::new(here.clone()));
    let send = use_callback(move |()| {
        // Coming back from another tab may wake the page twice.
        if *busy.peek() {
            return;
        }
        let Some(sent) = act.peek().clone() else {
            return;
        };
        busy.set(true);
        error.set(None);
        let here = here.clone();
        spawn(async move {
            let answer = sent.send(&here).await;
            busy.set(false);
            match answer {
                Ok(response) => {
                    act.set(None);
                    asked.set(None);
                    done.call(response);
                }
                Err(why) => match why.code {
                    ErrorCode::ConfirmationRequired => asked.set(Some(why)),
                    ErrorCode::Unauthenticated => session.set(Standing::Anonymous),
                    _ => {
                        asked.set(None);
                        if !is_unanswered(&why) {
                            act.set(None);
                        }
                        error.set(Some(why));
                    }
                },
            }
        });
    });
    Acting {
        here: kept,
        act,
        busy,
        error,
        asked,
        send,
    }
}

/// Asks who the person is, where an act needs it; afterwards the act is sent again. Draw it once beside each kind of
/// act that may need it.
#[component]
pub fn Asked<E: Endpoint<Query = NoQuery> + 'static>(
    acting: Acting<E>,
    /// What the person is about to do, in a sentence.
    about: String,
) -> Element {
    let mut asked = acting.asked;
    let Some(why) = asked() else {
        return rsx! {};
    };
    rsx! {
        ConfirmYou {
            about,
            ways: why.field::<Vec<String>>("ways").unwrap_or_default(),
            busy: (acting.busy)(),
            onconfirmed: move |()| acting.send.call(()),
            onclose: move |()| asked.set(None),
        }
    }
}
