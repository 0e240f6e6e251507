//! One tap on one day, from the finger to the receipt.

use crate::{
    components::Announcer,
    format,
    platform::Here,
    portal::{self, Act},
    remote::Source,
    t,
};
use api::{
    ErrorBody,
    meals::{ActSummaryView, CancelMeal, DayView, ReceiptView, RestoreMeal, TodayView},
};
use dioxus::prelude::*;
use domain::{
    ChildId, ServiceDay,
    meals::{Choice, Standing},
};

/// What a person asked for a child's day.
#[derive(Debug, Clone, PartialEq)]
pub enum DayAct {
    /// Disdetta.
    Cancel(Act<CancelMeal>),
    /// Taken back, or booked.
    Restore(Act<RestoreMeal>),
}

impl DayAct {
    /// A new act.
    pub fn new(here: &Here, child: ChildId, day: ServiceDay, wish: Choice) -> Self {
        match wish {
            Choice::DoesNotEat => Self::Cancel(Act::new(here, CancelMeal { child, day }, ())),
            Choice::Eats => Self::Restore(Act::new(here, RestoreMeal { child, day }, ())),
        }
    }

    /// What the day is to become.
    pub fn wish(&self) -> Choice {
        match self {
            Self::Cancel(_) => Choice::DoesNotEat,
            Self::Restore(_) => Choice::Eats,
        }
    }

    async fn send(&self, here: &Here) -> Result<ReceiptView, ErrorBody> {
        match self {
            Self::Cancel(act) => act.send(here).await,
            Self::Restore(act) => act.send(here).await,
        }
    }
}

/// How an act stands. The third honest state, registered, is the portal's: it stands in the day itself.
#[derive(Debug, Clone, PartialEq)]
pub enum Doing {
    /// Nothing is under way.
    Nothing,
    /// On its way; the card shows what is wished, and that it is not certain yet.
    Sending(DayAct),
    /// No answer came. Sending it again has the same key.
    NotSent(DayAct),
    /// The portal said no, and why.
    Refused(ErrorBody),
}

/// Whose act it is, and where its end is told.
#[derive(Clone, Copy, PartialEq)]
pub struct Course {
    /// How it stands.
    pub doing: Signal<Doing>,
    /// What is shown of today.
    pub source: Source<TodayView>,
    /// The voice.
    pub announcer: Announcer,
}

impl Course {
    /// Sends an act, unless one is on its way already.
    pub fn start(mut self, here: Here, name: String, today: ServiceDay, act: DayAct) {
        if matches!(*self.doing.peek(), Doing::Sending(_)) {
            return;
        }
        self.doing.set(Doing::Sending(act.clone()));
        spawn(async move {
            match act.send(&here).await {
                Ok(receipt) => {
                    self.announcer.say(told(&name, &receipt, today));
                    self.source.amend(|view| register(view, &receipt));
                    self.doing.set(Doing::Nothing);
                    self.source.reload();
                }
                Err(error) if portal::is_unanswered(&error) => self.doing.set(Doing::NotSent(act)),
                Err(error) => {
                    self.doing.set(Doing::Refused(error));
                    self.source.reload();
                }
            }
        });
    }
}

/// Puts what a receipt says into what is shown, so that it is there in the same moment.
pub fn register(view: &mut TodayView, receipt: &ReceiptView) {
    for line in &receipt.lines {
        let day = view
            .children
            .iter_mut()
            .filter(|child| child.child == line.child)
            .map(|child| &mut child.day)
            .find(|day| day.day == line.day);
        if let Some(day) = day {
            become_so(day, receipt);
        }
    }
}

fn become_so(day: &mut DayView, receipt: &ReceiptView) {
    (day.standing, day.may) = match receipt.choice {
        Choice::DoesNotEat => (Standing::Cancelled, Some(Choice::Eats)),
        Choice::Eats => (Standing::Expected, Some(Choice::DoesNotEat)),
    };
    day.closes_at = receipt.undo_until.or(day.closes_at);
    day.act = Some(ActSummaryView {
        number: receipt.number.clone(),
        at: receipt.at,
        mine: true,
    });
}

fn told(name: &str, receipt: &ReceiptView, today: ServiceDay) -> String {
    let (number, at) = (receipt.number.as_str(), format::at_exact_time(receipt.at, today));
    match receipt.choice {
        Choice::DoesNotEat => t!("home-said-cancelled", name = name, at = at, number = number),
        Choice::Eats => t!("home-said-restored", name = name, at = at, number = number),
    }
}
