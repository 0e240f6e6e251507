//! Sends what a person asked for, now or when the network is back, and never twice.
//!
//! Each act lies on this device before it is sent. When the network returns, the portal is first asked how the day stands:
//! its clock and what other adults did meanwhile decide whether the act still goes ([`super::queue`]). The portal decides
//! once more when it comes.

use super::{
    kept,
    queue::{self, Ending, Next, Unsent},
};
use crate::{
    clock::Clock,
    components::{Announcer, use_announcer},
    format,
    platform::{Here, Place, use_here},
    portal::{self, Act},
    remote::use_wake,
    session::{Session, Standing},
    t,
};
use api::{
    ErrorBody, ErrorCode, NoQuery,
    meals::{CancelMeal, DayView, GetCalendar, ReceiptView, RestoreMeal},
};
use chrono::TimeDelta;
use dioxus::{core::spawn_forever, prelude::*};
use domain::{ChildId, IdempotencyKey, Instant, PersonId, ServiceDay, meals::Choice, time::day_in_rome};
use serde::{Deserialize, Serialize};

/// Under which name the acts lie.
const NAME: &str = "unsent";
/// How often the network is tried again while something waits.
const AGAIN_AFTER: TimeDelta = TimeDelta::seconds(15);

#[derive(Serialize, Deserialize)]
struct Shelf {
    owner: PersonId,
    acts: Vec<Unsent>,
}

/// What waits to be answered, as a context.
#[derive(Clone, Copy, PartialEq)]
pub struct Outbox {
    acts: Signal<Vec<Unsent>>,
    /// On their way at this moment.
    sending: Signal<Vec<IdempotencyKey>>,
    /// How many answers came, and the receipt that was the last of them.
    news: Signal<(u64, Option<ReceiptView>)>,
    looked_at: Signal<Option<Instant>>,
    session: Session,
    clock: Clock,
    announcer: Announcer,
}

/// A day, as a person asks to change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Whose.
    pub child: ChildId,
    /// Which.
    pub day: ServiceDay,
    /// What it is to become.
    pub wish: Choice,
    /// From when on it is late.
    pub closes_at: Option<Instant>,
}

impl Outbox {
    /// What was asked for that day and has not ended well, and whether it is on its way.
    pub fn about(self, child: ChildId, day: ServiceDay) -> Option<(Unsent, bool)> {
        let found = self
            .acts
            .read()
            .iter()
            .find(|act| act.is_about(child, day))
            .cloned();
        found.map(|act| {
            let sending = self.sending.read().contains(&act.key);
            (act, sending)
        })
    }

    /// What was asked for a child and is not on its way, in the order of the days.
    pub fn of(self, child: ChildId) -> Vec<Unsent> {
        let sending = self.sending.read();
        let mut acts: Vec<_> = self.acts.read().clone();
        acts.retain(|act| act.child == child && !sending.contains(&act.key));
        acts.sort_by_key(|act| act.day);
        acts
    }

    /// Keeps an act and sends it at once. A day for which something is under way takes no other.
    pub fn ask(self, here: &Here, asked: Asked) {
        let millis = u64::try_from(here.now().timestamp_millis()).unwrap_or_default();
        let act = Unsent {
            key: IdempotencyKey::from_parts(millis, here.chance()),
            child: asked.child,
            day: asked.day,
            wish: asked.wish,
            closes_at: asked.closes_at,
            asked_at: self.now(here),
            tried: false,
            anyway: false,
            ended: None,
            seen: false,
        };
        let mut added = false;
        self.change(here, |acts| added = queue::add(acts, act.clone()));
        if added {
            self.run(here, act, Before::Nothing);
        }
    }

    /// Tries one again now.
    pub fn again(self, here: &Here, key: IdempotencyKey) {
        let found = self.acts.peek().iter().find(|act| act.key == key).cloned();
        if let Some(act) = found.filter(Unsent::waits) {
            self.run(here, act, Before::Look);
        }
    }

    /// The person has read what another adult did, and wants it all the same.
    pub fn anyway(self, here: &Here, key: IdempotencyKey) {
        self.change(here, |acts| {
            for act in acts.iter_mut().filter(|act| act.key == key) {
                (act.anyway, act.ended) = (true, None);
            }
        });
        self.again(here, key);
    }

    /// The person has read how it ended, or does not want it any more.
    pub fn forget(self, here: &Here, key: IdempotencyKey) {
        self.change(here, |acts| acts.retain(|act| act.key != key));
    }

    /// Tries everything that waits.
    pub fn flush(self, here: &Here) {
        let waiting: Vec<_> = self
            .acts
            .peek()
            .iter()
            .filter(|act| act.waits())
            .cloned()
            .collect();
        for act in waiting {
            self.run(here, act, Before::Look);
        }
    }

    fn now(self, here: &Here) -> Instant {
        self.clock.peek().unwrap_or_else(|| here.now())
    }

    fn run(mut self, here: &Here, act: Unsent, before: Before) {
        let Some(owner) = self.session.person() else {
            return;
        };
        if self.sending.peek().contains(&act.key) {
            return;
        }
        self.sending.write().push(act.key);
        self.looked_at.set(self.clock.peek());
        let here = here.clone();
        // Not of the screen that asked: leaving it must not leave the act behind.
        spawn_forever(async move {
            self.attempt(&here, owner, act.clone(), before).await;
            self.sending.write().retain(|key| *key != act.key);
        });
    }

    /// Whether this person is still the one who is signed in here, also as far as another window of this browser knows:
    /// windows share the session.
    fn is_of(self, here: &Here, owner: PersonId) -> bool {
        self.session.person() == Some(owner) && kept::owner(here).is_none_or(|kept| kept == owner)
    }

    async fn attempt(self, here: &Here, owner: PersonId, mut act: Unsent, before: Before) {
        let looked = match before {
            Before::Look => Some(self.look(here, &act).await),
            Before::Nothing => None,
        };
        // What one person asked for is never sent in the name of the next.
        if !self.is_of(here, owner) {
            return;
        }
        if let Some(looked) = looked {
            match looked {
                Ok(Next::Send) => {}
                Ok(Next::End(ending)) => return self.end(here, act.key, &ending),
                Err(error) => return self.heard(&error),
            }
        }
        // From here on it may have arrived, whatever comes back, and also if this program ends now.
        self.change(here, |acts| {
            for kept in acts.iter_mut().filter(|kept| kept.key == act.key) {
                kept.tried = true;
            }
        });
        let before_it = act.tried;
        let answer = send(here, &act).await;
        if !self.is_of(here, owner) {
            return;
        }
        let done = act.take(&answer);
        // A machine without any network has sent nothing.
        let silent = matches!(&answer, Err(error) if error.code == ErrorCode::Offline);
        if silent && here.place() == Place::Browser && !here.online() {
            act.tried = before_it;
        }
        // Whoever has just pressed sees the answer at once; later it would be told a second time.
        act.seen = before == Before::Nothing && !act.waits();
        self.change(here, |acts| {
            acts.retain(|kept| kept.key != act.key || !done);
            for kept in acts.iter_mut().filter(|kept| kept.key == act.key) {
                kept.clone_from(&act);
            }
        });
        match answer {
            Ok(receipt) => {
                self.announcer.say(self.told(here, &act, &receipt));
                self.tell(Some(receipt));
            }
            Err(error) => {
                self.heard(&error);
                if !act.waits() {
                    self.tell(None);
                }
            }
        }
    }

    /// Asks the portal for its clock and for the day.
    async fn look(self, here: &Here, act: &Unsent) -> Result<Next, ErrorBody> {
        let month = GetCalendar {
            child: act.child,
            month: act.day.format("%Y-%m").to_string(),
        };
        let view = match portal::send(here, &month, &NoQuery {}, &(), None).await {
            Err(error) if error.code == ErrorCode::NotFound => {
                return Ok(Next::End(Ending::Refused { error }));
            }
            answer => answer?,
        };
        self.clock.set(here, view.now);
        let day: Option<DayView> = view.days.into_iter().find(|day| day.day == act.day);
        Ok(day.map_or(Next::Send, |day| act.next(&day, view.now)))
    }

    fn tell(mut self, receipt: Option<ReceiptView>) {
        let count = self.news.peek().0 + 1;
        self.news.set((count, receipt));
    }

    fn end(self, here: &Here, key: IdempotencyKey, ending: &Ending) {
        self.change(here, |acts| {
            for act in acts.iter_mut().filter(|act| act.key == key) {
                act.ended = Some(ending.clone());
            }
        });
        self.announcer.say(t!("offline-said-ended"));
        self.tell(None);
    }

    fn heard(self, error: &ErrorBody) {
        match error.code {
            ErrorCode::Unauthenticated => self.session.set(Standing::Anonymous),
            ErrorCode::PasswordChoiceRequired => self.session.set(Standing::choosing(None, None)),
            _ => {}
        }
    }

    fn told(self, here: &Here, act: &Unsent, receipt: &ReceiptView) -> String {
        let name = self.session.name_of(act.child);
        let today = day_in_rome(self.now(here));
        let (number, at) = (receipt.number.as_str(), format::at_exact_time(receipt.at, today));
        match receipt.choice {
            Choice::DoesNotEat => t!("home-said-cancelled", name = name, at = at, number = number),
            Choice::Eats => t!("home-said-restored", name = name, at = at, number = number),
        }
    }

    /// Changes what is kept, on this device first: another window of this browser may have changed it meanwhile.
    fn change(mut self, here: &Here, change: impl FnOnce(&mut Vec<Unsent>)) {
        let Some(owner) = self.session.person() else {
            return;
        };
        let mut acts = load(here, owner).unwrap_or_else(|| self.acts.peek().clone());
        change(&mut acts);
        save(here, owner, &acts);
        if *self.acts.peek() != acts {
            self.acts.set(acts);
        }
    }

    /// Somebody is signed in: takes up what they left, and nothing of anybody else's.
    fn take_up(mut self, here: &Here, owner: PersonId) {
        let mut acts = load(here, owner).unwrap_or_default();
        let before = acts.len();
        queue::prune(&mut acts, day_in_rome(self.now(here)));
        if acts.len() != before {
            save(here, owner, &acts);
        }
        if *self.acts.peek() != acts {
            self.acts.set(acts);
        }
        self.flush(here);
    }
}

/// What to do before an act is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing: the person has just seen how the day stands.
    Nothing,
    /// Ask the portal how the day stands and what time it is.
    Look,
}

async fn send(here: &Here, act: &Unsent) -> Result<ReceiptView, ErrorBody> {
    let (child, day) = (act.child, act.day);
    match act.wish {
        Choice::DoesNotEat => Act::with(act.key, CancelMeal { child, day }, ()).send(here).await,
        Choice::Eats => {
            Act::with(act.key, RestoreMeal { child, day }, ())
                .send(here)
                .await
        }
    }
}

fn load(here: &Here, owner: PersonId) -> Option<Vec<Unsent>> {
    let shelf: Shelf = serde_json::from_value(serde_json::from_str(&here.recall(NAME)?).ok()?).ok()?;
    (shelf.owner == owner).then_some(shelf.acts)
}

fn save(here: &Here, owner: PersonId, acts: &[Unsent]) {
    let acts = acts.to_vec();
    if let Ok(text) = serde_json::to_value(Shelf { owner, acts }) {
        here.remember(NAME, &text.to_string());
    }
}

/// Signing out: nothing of the person stays on this device.
pub fn wipe(here: &Here) {
    kept::forget(here);
    here.forget(NAME);
}

/// Puts the outbox into the context; it tries again by itself while something waits.
pub fn use_outbox_provider(session: Session, clock: Clock) -> Outbox {
    let here = use_here();
    let announcer = use_announcer();
    let outbox = Outbox {
        acts: use_signal(Vec::new),
        sending: use_signal(Vec::new),
        news: use_signal(|| (0, None)),
        looked_at: use_signal(|| None),
        session,
        clock,
        announcer,
    };
    use_context_provider(|| outbox);
    {
        let here = here.clone();
        let person = use_memo(move || session.person_now());
        use_effect(move || {
            if let Some(owner) = person() {
                outbox.take_up(&here, owner);
            } else {
                let mut acts = outbox.acts;
                acts.set(Vec::new());
            }
        });
    }
    {
        let here = here.clone();
        use_wake(move || outbox.flush(&here));
    }
    use_effect(move || {
        // The clock moves every second; it is read only while something waits.
        if !outbox.acts.read().iter().any(Unsent::waits) {
            return;
        }
        let Some(now) = clock.now() else { return };
        let last = *outbox.looked_at.peek();
        let due = last.is_none_or(|last| !(TimeDelta::zero()..AGAIN_AFTER).contains(&(now - last)));
        if due {
            outbox.flush(&here);
        }
    });
    outbox
}

/// Does something with each answer that comes: with its receipt, where it was registered.
pub fn use_news(mut act: impl FnMut(Option<ReceiptView>) + 'static) {
    let outbox = use_outbox();
    let mut seen = use_hook(|| CopyValue::new(outbox.news.peek().0));
    use_effect(move || {
        let (count, receipt) = outbox.news.read().clone();
        if *seen.peek() != count {
            seen.set(count);
            act(receipt);
        }
    });
}

/// What waits to be answered.
pub fn use_outbox() -> Outbox {
    use_context()
}
