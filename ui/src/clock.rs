//! The portal's clock, as far as this machine can tell: its last word plus the time that has gone by since.
//!
//! Only for showing. What may still be done is decided by the portal when it is asked.

use crate::platform::{Here, use_here};
use chrono::{SubsecRound, TimeDelta};
use dioxus::prelude::*;
use domain::Instant;

/// How often the shown time moves.
const TICK_MILLIS: u32 = 1_000;

/// The portal's clock, as a context.
#[derive(Clone, Copy, PartialEq)]
pub struct Clock {
    offset: Signal<TimeDelta>,
    shown: Signal<Option<Instant>>,
}

impl Clock {
    /// The portal said what time it is.
    pub fn set(mut self, here: &Here, portal: Instant) {
        let offset = portal - here.now();
        if *self.offset.peek() != offset {
            self.offset.set(offset);
        }
        self.tick(here);
    }

    fn tick(mut self, here: &Here) {
        let now = (here.now() + *self.offset.peek()).trunc_subsecs(0);
        if *self.shown.peek() != Some(now) {
            self.shown.set(Some(now));
        }
    }

    /// The time to show, without being drawn again when it changes.
    pub fn peek(self) -> Option<Instant> {
        *self.shown.peek()
    }

    /// The time to show, to the second; whoever reads it is drawn again each second, so narrow it in a memo.
    /// Nothing before the portal has told its own.
    pub fn now(self) -> Option<Instant> {
        *self.shown.read()
    }
}

/// Puts the clock into the context and lets it run.
pub fn use_clock_provider() -> Clock {
    let here = use_here();
    let clock = Clock {
        offset: use_signal(TimeDelta::zero),
        shown: use_signal(|| None),
    };
    use_context_provider(|| clock);
    use_future(move || {
        let here = here.clone();
        async move {
            loop {
                here.sleep(TICK_MILLIS).await;
                if clock.shown.peek().is_some() {
                    clock.tick(&here);
                }
            }
        }
    });
    clock
}

/// The portal's clock.
pub fn use_clock() -> Clock {
    use_context()
}
