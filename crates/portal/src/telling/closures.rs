//! A closure was announced: told to the families whose children would have eaten there, where it is near.

use super::{Teller, Word};
use chrono::Days;
use domain::{message::Text, telling::Topic, time::day_in_rome};
use storage::{
    StorageError, Tx,
    registry::Closure,
    telling::{self, Place},
};

/// A closure farther ahead is the calendar of a year, and no news.
const AHEAD: Days = Days::new(30);

/// Tells of a closure that was declared in this transaction.
pub(crate) fn announced(tx: &mut dyn Tx, teller: Teller<'_>, closure: &Closure) -> Result<(), StorageError> {
    let today = day_in_rome(teller.now);
    if closure.last < today || closure.first > today + AHEAD {
        return Ok(());
    }
    let place = Place {
        school: closure.school,
        class: closure.class,
    };
    let concerned = telling::concerned(tx, teller.body, today, (closure.first, closure.last), place)?;
    for (person, children) in concerned {
        let (who, children) = children.into_iter().unzip();
        let word = Word {
            person,
            topic: Topic::Closures,
            cause: format!("closure/{}", closure.id),
            due: teller.now,
            expires: domain::time::instant_in_rome(closure.last, chrono::NaiveTime::MIN)
                .checked_add_days(Days::new(1)),
            text: Text::ClosureAnnounced {
                first: closure.first,
                last: closure.last,
                reason: closure.reason.clone(),
                children,
                who,
            },
        };
        teller.say(tx, &word)?;
    }
    Ok(())
}
