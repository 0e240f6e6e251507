//! The rules of acts that the portal has not answered yet. Pure: the portal's clock and its word are arguments.
//!
//! An act is kept before it is sent and keeps its idempotency key for good, so that neither a lost answer nor a restart
//! makes it happen twice. It leaves only when the portal has registered it, or when the person has read why it was not.

use crate::portal::is_unanswered;
use api::{
    ErrorBody, ErrorCode,
    meals::{DayView, ReceiptView},
};
use chrono::{Days, TimeDelta};
use domain::{
    ChildId, IdempotencyKey, Instant, ServiceDay,
    meals::{Choice, Standing},
};
use serde::{Deserialize, Serialize};

/// In the last minutes the telephone is surer than the network.
pub const LAST_MINUTES: i64 = 15;

/// How long after its day an act that was not registered is still told of.
const TOLD_FOR: Days = Days::new(7);

/// What a person asked for a child's day, until the portal has answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unsent {
    /// The same with every attempt.
    pub key: IdempotencyKey,
    /// Whose day.
    pub child: ChildId,
    /// Which day.
    pub day: ServiceDay,
    /// What it is to become.
    pub wish: Choice,
    /// From when on it is late, as the portal told.
    pub closes_at: Option<Instant>,
    /// When it was asked for, by the portal's clock as this device knows it.
    pub asked_at: Instant,
    /// It may have reached the portal: an attempt was made and not answered.
    pub tried: bool,
    /// The person knows what another adult did meanwhile, and wants it all the same.
    pub anyway: bool,
    /// Why it will not be registered.
    pub ended: Option<Ending>,
    /// The person saw how it ended in the moment when they asked.
    pub seen: bool,
}

/// Why an act was not registered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "because")]
pub enum Ending {
    /// The network came back after the cut-off.
    Late,
    /// Another adult of the family has said the contrary since.
    Overtaken {
        /// When, by the portal's clock.
        at: Instant,
    },
    /// The day already is what it was to become.
    Same {
        /// Whether another adult made it so.
        by_other: bool,
    },
    /// The portal said no.
    Refused {
        /// In its words.
        error: ErrorBody,
    },
}

/// What to do with an act, now that the portal has said how its day stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// Send it. The portal decides once more.
    Send,
    /// Do not send it.
    End(Ending),
}

/// How an act that waits looks to the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// There is time.
    Waiting,
    /// A quarter of an hour is left, or less.
    Soon,
    /// The time is over.
    Passed,
}

impl Unsent {
    /// Whether it is still to be answered.
    pub fn waits(&self) -> bool {
        self.ended.is_none()
    }

    /// Whether it is about that day of that child.
    pub fn is_about(&self, child: ChildId, day: ServiceDay) -> bool {
        self.child == child && self.day == day
    }

    /// How it looks at that time; without a known time, as if there were enough of it.
    pub fn look(&self, now: Option<Instant>) -> Look {
        let Some(left) = self.closes_at.zip(now).map(|(closes_at, now)| closes_at - now) else {
            return Look::Waiting;
        };
        if left <= TimeDelta::zero() {
            Look::Passed
        } else if left <= TimeDelta::minutes(LAST_MINUTES) {
            Look::Soon
        } else {
            Look::Waiting
        }
    }

    /// What to do, now that the portal has told its clock and how the day stands.
    ///
    /// One that never left this device is sent only before the cut-off. One that may have arrived is asked about with its
    /// key whatever the time: the portal answers what it registered then, or refuses.
    pub fn next(&self, day: &DayView, now: Instant) -> Next {
        let by_other = day.act.as_ref().filter(|act| !act.mine);
        let is_so = standing_choice(day.standing) == Some(self.wish);
        if is_so && (by_other.is_some() || !self.tried) {
            return Next::End(Ending::Same {
                by_other: by_other.is_some(),
            });
        }
        if let Some(act) = by_other.filter(|act| act.at > self.asked_at && !self.anyway) {
            return Next::End(Ending::Overtaken { at: act.at });
        }
        let late = self.closes_at.is_some_and(|closes_at| now >= closes_at);
        if late && !self.tried {
            return Next::End(Ending::Late);
        }
        Next::Send
    }

    /// Takes in what the portal answered, and says whether it is done and can be forgotten.
    pub fn take(&mut self, answer: &Result<ReceiptView, ErrorBody>) -> bool {
        let Err(error) = answer else { return true };
        let before = std::mem::replace(&mut self.tried, true);
        self.ended = match error.code {
            // The person has to sign in again first; the act waits for them.
            ErrorCode::Unauthenticated | ErrorCode::PasswordChoiceRequired => None,
            _ if is_unanswered(error) => None,
            ErrorCode::TooLate if before => Some(Ending::Late),
            ErrorCode::AlreadySo => Some(Ending::Same { by_other: false }),
            _ => Some(Ending::Refused { error: error.clone() }),
        };
        false
    }
}

fn standing_choice(standing: Standing) -> Option<Choice> {
    match standing {
        Standing::Expected | Standing::Charged => Some(Choice::Eats),
        Standing::Cancelled | Standing::NotBooked => Some(Choice::DoesNotEat),
        Standing::Closed => None,
    }
}

/// Adds an act. A day has one at most: what ended gives way, what still waits stays, and then this answers false.
pub fn add(acts: &mut Vec<Unsent>, new: Unsent) -> bool {
    if acts
        .iter()
        .any(|act| act.is_about(new.child, new.day) && act.waits())
    {
        return false;
    }
    acts.retain(|act| !act.is_about(new.child, new.day));
    acts.push(new);
    true
}

/// Forgets what nobody needs to hear of any more.
pub fn prune(acts: &mut Vec<Unsent>, today: ServiceDay) {
    let recent = |act: &Unsent| {
        act.day
            .checked_add_days(TOLD_FOR)
            .is_none_or(|until| today <= until)
    };
    acts.retain(|act| recent(act) && !act.seen);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::sample;
    use api::meals::ActSummaryView;
    use proptest::prelude::*;

    fn minutes(count: i64) -> Instant {
        sample::now() + TimeDelta::minutes(count)
    }

    fn act(wish: Choice) -> Unsent {
        Unsent {
            key: IdempotencyKey::from_parts(1, [1; 10]),
            child: sample::child(1),
            day: sample::today(),
            wish,
            closes_at: Some(sample::cut_off()),
            asked_at: sample::now(),
            tried: false,
            anyway: false,
            ended: None,
            seen: false,
        }
    }

    fn said(standing: Standing, mine: bool, at: Instant) -> DayView {
        DayView {
            standing,
            act: Some(ActSummaryView {
                number: "VM-0002C-7".into(),
                at,
                mine,
            }),
            ..sample::eats()
        }
    }

    #[test]
    fn before_the_cut_off_it_is_sent_and_from_that_minute_on_it_is_not() {
        let cancel = act(Choice::DoesNotEat);
        let last = sample::cut_off() - TimeDelta::milliseconds(1);
        assert_eq!(cancel.next(&sample::eats(), last), Next::Send);
        assert_eq!(
            cancel.next(&sample::eats(), sample::cut_off()),
            Next::End(Ending::Late)
        );
    }

    #[test]
    fn what_may_have_arrived_is_asked_about_also_later() {
        let mut cancel = act(Choice::DoesNotEat);
        cancel.tried = true;
        assert_eq!(cancel.next(&sample::eats(), minutes(120)), Next::Send);
        // It had arrived: the day is so, by this person, and the portal gives the receipt again.
        let so = said(Standing::Cancelled, true, minutes(1));
        assert_eq!(cancel.next(&so, minutes(120)), Next::Send);
    }

    #[test]
    fn the_other_parents_later_word_is_not_overruled_in_silence() {
        let mut cancel = act(Choice::DoesNotEat);
        let restored = said(Standing::Expected, false, minutes(5));
        let overtaken = Next::End(Ending::Overtaken { at: minutes(5) });
        assert_eq!(cancel.next(&restored, minutes(10)), overtaken);
        // An earlier word was known, or could have been.
        let before = said(Standing::Expected, false, minutes(-5));
        assert_eq!(cancel.next(&before, minutes(10)), Next::Send);
        cancel.anyway = true;
        assert_eq!(cancel.next(&restored, minutes(10)), Next::Send);
    }

    #[test]
    fn what_already_is_so_is_not_sent() {
        let cancel = act(Choice::DoesNotEat);
        let so = said(Standing::Cancelled, false, minutes(-30));
        assert_eq!(
            cancel.next(&so, minutes(1)),
            Next::End(Ending::Same { by_other: true })
        );
    }

    #[test]
    fn an_answer_ends_it_and_silence_does_not() {
        let done = Ok(sample::receipt(Choice::DoesNotEat, &[1]));
        assert!(act(Choice::DoesNotEat).take(&done));
        let refused = |code| {
            let mut cancel = act(Choice::DoesNotEat);
            assert!(!cancel.take(&Err(ErrorBody::new(code, ""))));
            cancel
        };
        for code in [
            ErrorCode::Offline,
            ErrorCode::UnreadableAnswer,
            ErrorCode::Busy,
            ErrorCode::Internal,
            ErrorCode::Unauthenticated,
        ] {
            assert!(refused(code).waits(), "{code:?}");
        }
        assert!(!refused(ErrorCode::TooLate).waits());
        assert_eq!(
            refused(ErrorCode::AlreadySo).ended,
            Some(Ending::Same { by_other: false })
        );
    }

    #[test]
    fn the_last_quarter_of_an_hour_and_the_time_after_look_different() {
        let cancel = act(Choice::DoesNotEat);
        let before = |minutes| Some(sample::cut_off() - TimeDelta::minutes(minutes));
        assert_eq!(cancel.look(before(16)), Look::Waiting);
        assert_eq!(cancel.look(before(15)), Look::Soon);
        assert_eq!(cancel.look(before(0)), Look::Passed);
        assert_eq!(cancel.look(None), Look::Waiting);
    }

    #[test]
    fn old_stories_are_forgotten() {
        let mut acts = vec![act(Choice::DoesNotEat)];
        prune(&mut acts, "2026-11-30".parse().unwrap());
        assert_eq!(acts.len(), 1);
        prune(&mut acts, "2026-12-01".parse().unwrap());
        assert!(acts.is_empty());
    }

    fn code() -> impl Strategy<Value = ErrorCode> {
        prop_oneof![
            Just(ErrorCode::Offline),
            Just(ErrorCode::Busy),
            Just(ErrorCode::TooLate),
            Just(ErrorCode::AlreadySo),
            Just(ErrorCode::NotFound),
            Just(ErrorCode::Unauthenticated),
        ]
    }

    fn wish() -> impl Strategy<Value = Choice> {
        prop_oneof![Just(Choice::Eats), Just(Choice::DoesNotEat)]
    }

    fn standing() -> impl Strategy<Value = Standing> {
        prop_oneof![
            Just(Standing::Expected),
            Just(Standing::Cancelled),
            Just(Standing::NotBooked),
            Just(Standing::Charged),
            Just(Standing::Closed),
        ]
    }

    proptest! {
        #[test]
        fn a_day_never_has_two_acts_and_a_waiting_one_keeps_its_key(
            steps in proptest::collection::vec((0_u8..3, 0_u64..4, wish(), proptest::option::of(code())), 0..40)
        ) {
            let mut acts: Vec<Unsent> = Vec::new();
            for (number, (child, day, wish, answer)) in steps.into_iter().enumerate() {
                let (child, day) = (sample::child(child), sample::today() + Days::new(day));
                let waiting = acts.iter().find(|a| a.is_about(child, day) && a.waits()).map(|a| a.key);
                let key = IdempotencyKey::from_parts(number as u64 + 2, [2; 10]);
                let added = add(&mut acts, Unsent { key, child, day, ..act(wish) });
                let about: Vec<_> = acts.iter().filter(|a| a.is_about(child, day)).collect();
                prop_assert_eq!(about.len(), 1);
                prop_assert_eq!(about[0].key, waiting.unwrap_or(key));
                prop_assert_eq!(added, waiting.is_none());
                if let Some(code) = answer {
                    let of = acts.iter_mut().find(|a| a.is_about(child, day)).unwrap();
                    let before = of.key;
                    of.take(&Err(ErrorBody::new(code, "")));
                    prop_assert_eq!(of.key, before);
                    prop_assert!(of.tried);
                }
                // What is kept over a restart is what there was.
                let text = serde_json::to_string(&acts).unwrap();
                prop_assert_eq!(&serde_json::from_str::<Vec<Unsent>>(&text).unwrap(), &acts);
            }
        }

        #[test]
        fn what_never_left_is_never_sent_late_nor_over_another_adults_later_word(
            wish in wish(), standing in standing(), mine: bool, other_at in -60_i64..60, now in -60_i64..180,
        ) {
            let mut unsent = act(wish);
            let day = said(standing, mine, minutes(other_at));
            if unsent.next(&day, minutes(now)) == Next::Send {
                prop_assert!(minutes(now) < sample::cut_off());
                prop_assert!(mine || other_at <= 0);
            }
            unsent.anyway = true;
            if unsent.next(&day, minutes(now)) == Next::Send {
                prop_assert!(minutes(now) < sample::cut_off());
            }
        }
    }
}
