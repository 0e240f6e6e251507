//! The wish to pay some notices together: asked for with one key until an answer came.

use crate::{
    platform::Here,
    portal::{self, Act},
};
use api::{
    ErrorBody,
    notices::{CartRequest, CartView, StartCart},
};
use dioxus::prelude::*;
use domain::NoticeId;

/// The wish to pay some notices together.
#[derive(Clone, Copy, PartialEq)]
pub struct OpenCart {
    held: Signal<Option<(CartRequest, Act<StartCart>)>>,
    busy: Signal<bool>,
    error: Signal<Option<ErrorBody>>,
    onanswer: Callback<CartView>,
    onrefused: Callback<()>,
}

impl OpenCart {
    /// Whether it is under way.
    pub fn is_busy(self) -> bool {
        *self.busy.read()
    }

    /// Why nothing came of it.
    pub fn error(self) -> Option<ErrorBody> {
        self.error.read().clone()
    }

    /// The person chose otherwise.
    pub fn forget_error(mut self) {
        if self.error.peek().is_some() {
            self.error.set(None);
        }
    }

    /// Asks. The same notices, asked for again after no answer, are the same act.
    pub fn send(mut self, here: &Here, notices: Vec<NoticeId>) {
        if *self.busy.peek() || notices.is_empty() {
            return;
        }
        self.busy.set(true);
        self.error.set(None);
        let request = CartRequest { notices };
        let before = self.held.peek().clone().filter(|(asked, _)| *asked == request);
        let (request, act) = before.unwrap_or_else(|| {
            let act = Act::new(here, StartCart {}, request.clone());
            (request, act)
        });
        self.held.set(Some((request, act.clone())));
        let here = here.clone();
        spawn(async move {
            let answer = act.send(&here).await;
            self.busy.set(false);
            match answer {
                Ok(cart) => {
                    self.held.set(None);
                    self.onanswer.call(cart);
                }
                Err(why) => {
                    if !portal::is_unanswered(&why) {
                        self.held.set(None);
                        self.onrefused.call(());
                    }
                    self.error.set(Some(why));
                }
            }
        });
    }
}

/// The way to pay together; `onrefused` is told where what is shown is older than what the portal knows.
pub fn use_cart(onanswer: impl FnMut(CartView) + 'static, onrefused: impl FnMut(()) + 'static) -> OpenCart {
    OpenCart {
        held: use_signal(|| None),
        busy: use_signal(|| false),
        error: use_signal(|| None),
        onanswer: use_callback(onanswer),
        onrefused: use_callback(onrefused),
    }
}
